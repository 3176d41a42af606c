/* Draw the figures of a page from the data in their boxes. */
document.addEventListener("DOMContentLoaded", () => {
  for (const area of document.querySelectorAll(".plot-area")) {
    const { data, layout } = JSON.parse(area.querySelector("script").textContent);
    layout.autosize = true;
    delete layout.width;
    area.replaceChildren();
    Plotly.newPlot(area, data, layout, { responsive: true, displayModeBar: false });
  }
});
