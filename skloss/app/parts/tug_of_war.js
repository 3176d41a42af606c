// Rows pull on one prediction. The picture follows the handle without the server: the
// pulls were computed by the package on a grid of predictions, and are interpolated here.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const HEIGHT = 200;
const BASE = 172; // the axis; pulls rise from it
const MARGIN = 16;

function node(parent, name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

function rounded(value, digits = 4) {
  return value.toLocaleString("en", { maximumSignificantDigits: digits });
}

// Pull of one row at a prediction, between two points of the grid.
function interpolate(heights, place) {
  const low = Math.min(Math.floor(place), heights.length - 2);
  return heights[low] + (heights[low + 1] - heights[low]) * (place - low);
}

function draw(panel, loss, data, prediction) {
  const [first, last] = [data.prediction[0], data.prediction[data.prediction.length - 1]];
  const x = (value) => MARGIN + ((value - first) / (last - first)) * (WIDTH - 2 * MARGIN);
  const place = ((prediction - first) / (last - first)) * (data.prediction.length - 1);
  const pulls = loss.pull.map((heights) => interpolate(heights, place));
  const largest = Math.max(...pulls.map(Math.abs), 1e-300);
  const [left, right] = [interpolate(loss.left, place), interpolate(loss.right, place)];
  panel.svg.replaceChildren();
  node(panel.svg, "line", { x1: MARGIN, x2: WIDTH - MARGIN, y1: BASE, y2: BASE, class: "axis" });
  loss.y.forEach((y, row) => {
    const height = (Math.abs(pulls[row]) / largest) * (BASE - 14);
    const side = pulls[row] > 0 ? "right" : "left";
    node(panel.svg, "line", { x1: x(y), x2: x(y), y1: BASE, y2: BASE - height, class: side });
    node(panel.svg, "circle", { cx: x(y), cy: BASE, r: 3, class: side });
  });
  node(panel.svg, "path", {
    d: `M ${x(loss.rest)} ${BASE + 4} l -6 11 l 12 0 z`,
    class: "rest",
  });
  node(panel.svg, "line", {
    x1: x(prediction), x2: x(prediction), y1: 6, y2: BASE + 8, class: "prediction",
  });
  const share = left + right > 0 ? (100 * right) / (left + right) : 50;
  panel.text.textContent =
    `${rounded(share, 3)}% of the pull is to the right. ` +
    `It rests at ${rounded(loss.rest)}, the ${loss.functional}.`;
}

export default function (component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".tug");
  const slider = root.querySelector("input");
  const output = root.querySelector("output");
  const panels = root.querySelector(".panels");
  root.querySelector(".name").textContent = data.label;
  panels.replaceChildren();
  const drawn = data.losses.map((loss) => {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const title = document.createElement("strong");
    const text = document.createElement("span");
    title.textContent = loss.title;
    caption.append(title, document.createElement("br"), text);
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `Pull of each row under ${loss.title}`);
    svg.style.setProperty("--color", loss.color);
    figure.append(svg, caption);
    panels.append(figure);
    return { svg, text };
  });
  const [first, last] = [data.prediction[0], data.prediction[data.prediction.length - 1]];
  slider.min = first;
  slider.max = last;
  slider.step = (last - first) / 500;

  function show() {
    const prediction = Number(slider.value);
    output.textContent = rounded(prediction);
    slider.setAttribute("aria-valuetext", rounded(prediction));
    drawn.forEach((panel, place) => draw(panel, data.losses[place], data, prediction));
  }

  slider.value = root.dataset.prediction ?? first + 0.75 * (last - first);
  let frame = 0;

  function moveTo(target) {
    cancelAnimationFrame(frame);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      slider.value = target;
      show();
      return;
    }
    const [start, begun] = [Number(slider.value), performance.now()];
    const step = (now) => {
      const share = Math.min((now - begun) / 900, 1);
      slider.value = start + (target - start) * (1 - (1 - share) ** 3);
      show();
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  slider.oninput = () => {
    cancelAnimationFrame(frame);
    root.dataset.prediction = slider.value;
    show();
  };
  const buttons = root.querySelector(".buttons");
  buttons.replaceChildren();
  data.losses.forEach((loss) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Release: ${loss.title}`;
    button.onclick = () => moveTo(loss.rest);
    buttons.append(button);
  });
  show();
  // Once it is on the screen, the prediction goes where the first loss pulls it.
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    if (root.dataset.prediction === undefined) moveTo(data.losses[0].rest);
  }, { threshold: 0.6 });
  if (data.losses.length) watcher.observe(panels);
  return () => {
    watcher.disconnect();
    cancelAnimationFrame(frame);
  };
}
