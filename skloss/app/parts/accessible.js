// Pass the theme to the page, and let the keyboard reach what scrolls: a browser scrolls
// what has the focus. A new page begins at its heading, if what led to it is gone.
const WIDE =
  '[data-testid="stTable"] table, [data-testid="stMarkdown"] .katex-display, ' +
  '[data-testid="stCode"] code'
const LEVELS = 6 // from a table or a formula up to the element that scrolls

function scrolls(element) {
  return (
    /auto|scroll/.test(getComputedStyle(element).overflow) &&
    (element.scrollWidth > element.clientWidth ||
      element.scrollHeight > element.clientHeight)
  )
}

// Screen readers announce what has the focus. The first page of a visit is left alone.
function focusHeading(page) {
  const heading = page.querySelector("h1")
  if (!heading || heading.textContent === page.skloss) return
  if (page.skloss !== undefined && page.activeElement === page.body) {
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }
  page.skloss = heading.textContent
}

export default function ({ parentElement }) {
  const page = parentElement.ownerDocument
  // Streamlit states the theme's colours inside components alone.
  const colors = {
    "--skloss-on-primary": "--st-background-color",
    "--skloss-primary": "--st-primary-color",
    "--skloss-keyword": "--st-blue-text-color",
    "--skloss-string": "--st-green-text-color",
    "--skloss-number": "--st-violet-text-color",
    "--skloss-operator": "--st-orange-text-color",
    "--skloss-comment": "--st-gray-text-color",
  }
  const mark = () => {
    focusHeading(page)
    const theme = getComputedStyle(parentElement)
    for (const [name, source] of Object.entries(colors)) {
      page.documentElement.style.setProperty(name, theme.getPropertyValue(source))
    }
    for (const wide of page.querySelectorAll(WIDE)) {
      let frame = wide
      for (let level = 0; level < LEVELS && frame && !scrolls(frame); level++) {
        frame = frame.parentElement
      }
      if (frame && scrolls(frame) && !frame.hasAttribute("tabindex")) {
        frame.setAttribute("tabindex", "0")
        frame.setAttribute("role", "region")
        frame.setAttribute("aria-label", "Scrolls with the arrow keys")
        frame.setAttribute("data-scrolls", "")
      }
    }
  }
  let waiting = 0
  const later = () => {
    clearTimeout(waiting)
    waiting = setTimeout(mark, 100)
  }
  const observer = new MutationObserver(later)
  observer.observe(page.body, { childList: true, subtree: true })
  addEventListener("resize", later)
  later()
  return () => {
    observer.disconnect()
    removeEventListener("resize", later)
    clearTimeout(waiting)
  }
}
