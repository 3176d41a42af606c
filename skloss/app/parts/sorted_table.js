// Make the titles of a table buttons that sort its rows. Rows are sorted by the server,
// which draws the table: only attributes are added to it here.
const STATES = ["", "best", "worst"] // at the top
const SORTED = { best: "descending", worst: "ascending" }
const OF_ERRORS = { best: "ascending", worst: "descending" } // the lower, the better

export default function ({ parentElement, data, setStateValue }) {
  const page = parentElement.ownerDocument
  const frame = page.querySelector(`.st-key-sorted-${data.key}`)
  if (!frame) return
  const memory = frame.skloss ?? (frame.skloss = { column: 0, order: "" })
  const titles = () => [...frame.querySelectorAll("thead th")]
  const mark = () => {
    titles().forEach((title, column) => {
      if (column === 0) return
      const order = column === memory.column ? memory.order : ""
      title.tabIndex = 0
      const directions = title.textContent.includes("↓") ? OF_ERRORS : SORTED
      title.setAttribute("aria-sort", directions[order] ?? "none")
      title.setAttribute("title", "Sort by this column")
    })
    for (const cell of frame.querySelectorAll("tbody td")) {
      cell.toggleAttribute("data-best", cell.textContent.endsWith(data.best))
    }
  }
  const press = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return
    const column = titles().indexOf(event.target.closest("thead th"))
    if (column < 1) return
    event.preventDefault()
    const former = column === memory.column ? memory.order : ""
    const order = STATES[(STATES.indexOf(former) + 1) % STATES.length]
    Object.assign(memory, { column, order })
    mark()
    setStateValue("sort", { column, order })
  }
  frame.addEventListener("click", press)
  frame.addEventListener("keydown", press)
  const observer = new MutationObserver(mark)
  observer.observe(frame, { childList: true, subtree: true })
  mark()
  return () => {
    observer.disconnect()
    frame.removeEventListener("click", press)
    frame.removeEventListener("keydown", press)
  }
}
