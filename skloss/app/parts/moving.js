// A figure that follows its controls without the server: the package computed it on a
// grid of the controls, and this draws what lies between the points of the grid.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 340;
const MARGIN = { left: 56, right: 12, top: 10, bottom: 46 };
const DASHES = {
  solid: "", dash: "8 5", dot: "2 4", dashdot: "8 4 2 4", longdash: "14 6",
  longdashdot: "14 5 2 5",
};
const REST = 350; // milliseconds without a change, after which the server runs

function node(parent, name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

function rounded(value, digits = 3) {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  return value.toLocaleString("en", { maximumSignificantDigits: digits });
}

function number(value) {
  if (value === "∞") return Infinity;
  if (value === "-∞") return -Infinity;
  return value === null ? NaN : value;
}

// Corners of the cell of the grid that holds a point, each with its weight.
function corners(grids, values) {
  let found = [[0, 1]];
  grids.forEach((grid, axis) => {
    let low = 0;
    while (low < grid.length - 2 && grid[low + 1] <= values[axis]) low += 1;
    const width = grid.length > 1 ? grid[low + 1] - grid[low] : 1;
    const part = Math.min(Math.max((values[axis] - grid[low]) / width, 0), 1);
    const ends = [[low, 1 - part], [low + 1, part]].filter(([, weight]) => weight > 0);
    found = found.flatMap(([place, weight]) =>
      ends.map(([end, share]) => [place * grid.length + end, weight * share]));
  });
  return found;
}

// Numbers k to k + n of the trace at the values of the controls.
function at(flat, n, cell) {
  const result = [];
  for (let k = 0; k < n; k += 1) {
    let sum = 0;
    for (const [place, weight] of cell) sum += weight * number(flat[place * n + k]);
    result.push(sum);
  }
  return result;
}

// Some round numbers between the ends of an axis, about one for each 70 pixels.
function ticks(axis, pixels) {
  const [low, high] = axis.range;
  if (axis.log) {
    const found = [];
    for (let power = Math.ceil(low); power <= high; power += 1) found.push(power);
    return found.map((power) => [power, rounded(10 ** power)]);
  }
  const raw = (high - low) / Math.max(pixels / 70, 2);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * [1, 2, 5, 10].find((factor) => factor * size >= raw);
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) found.push(k * step + 0);
  return found.map((value) => [value, rounded(value)]);
}

function axes(svg, data, width, x, y) {
  const bottom = HEIGHT - MARGIN.bottom;
  for (const [value, label] of ticks(data.x, width - MARGIN.left)) {
    const place = x(data.x.log ? 10 ** value : value);
    node(svg, "line", { x1: place, x2: place, y1: MARGIN.top, y2: bottom, class: "grid" });
    node(svg, "text", { x: place, y: bottom + 16, "text-anchor": "middle" })
      .textContent = label;
  }
  for (const [value, label] of ticks(data.y, bottom)) {
    const place = y(value);
    node(svg, "line", {
      x1: MARGIN.left, x2: width - MARGIN.right, y1: place, y2: place, class: "grid",
    });
    node(svg, "text", { x: MARGIN.left - 6, y: place + 4, "text-anchor": "end" })
      .textContent = label;
  }
  node(svg, "text", {
    x: (MARGIN.left + width - MARGIN.right) / 2, y: HEIGHT - 8, "text-anchor": "middle",
  }).textContent = data.x.title;
  const middle = (MARGIN.top + bottom) / 2;
  node(svg, "text", {
    x: 14, y: middle, "text-anchor": "middle", transform: `rotate(-90 14 ${middle})`,
  }).textContent = data.y.title;
}

function line(points) {
  let path = "";
  let pen = "M";
  for (const [x, y] of points) {
    if (Number.isFinite(x) && Number.isFinite(y)) {
      path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    } else pen = "M";
  }
  return path;
}

function draw(svg, data, values) {
  const width = Math.max(svg.clientWidth, 240);
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.replaceChildren();
  const scale = (axis, from, to) => (value) => {
    const place = axis.log ? Math.log10(value) : value;
    return from + ((place - axis.range[0]) / (axis.range[1] - axis.range[0])) * (to - from);
  };
  const bottom = HEIGHT - MARGIN.bottom;
  const x = scale(data.x, MARGIN.left, width - MARGIN.right);
  const y = scale(data.y, bottom, MARGIN.top);
  axes(svg, data, width, x, y);
  const clip = `clip-${data.key}`;
  node(node(node(svg, "defs"), "clipPath", { id: clip }), "rect", {
    x: MARGIN.left, y: MARGIN.top,
    width: width - MARGIN.left - MARGIN.right, height: bottom - MARGIN.top,
  });
  const inside = node(svg, "g", { "clip-path": `url(#${clip})` });
  const bars = data.traces.filter((trace) => trace.kind === "bars");
  const drawn = [];
  for (const trace of data.traces) {
    const cell = corners(
      trace.controls.map((k) => data.controls[k].grid),
      trace.controls.map((k) => values[k]),
    );
    const xs = at(trace.x, trace.n, trace.movesX ? cell : [[0, 1]]);
    const ys = at(trace.y, trace.n, cell);
    drawn.push({ trace, xs, ys });
    if (trace.kind === "bars") {
      const room = xs.length > 1 ? Math.abs(x(xs[1]) - x(xs[0])) : 60;
      const thick = (0.8 * room) / bars.length;
      xs.forEach((value, k) => {
        const top = y(Math.min(ys[k], data.y.range[1]));
        node(inside, "rect", {
          x: x(value) - 0.4 * room + thick * bars.indexOf(trace), width: thick,
          y: top, height: Math.max(y(Math.max(data.y.range[0], 0)) - top, 0),
          fill: trace.color,
        });
      });
    } else if (trace.kind === "lines") {
      node(inside, "path", {
        d: line(xs.map((value, k) => [x(value), y(ys[k])])), fill: "none",
        stroke: trace.color, "stroke-width": trace.width,
        "stroke-dasharray": DASHES[trace.dash] ?? "",
      });
    } else {
      xs.forEach((value, k) => {
        if (!Number.isFinite(ys[k])) return;
        if (trace.kind === "ticks") {
          node(inside, "line", {
            x1: x(value), x2: x(value), y1: y(ys[k]) - 5, y2: y(ys[k]) + 5,
            stroke: trace.color, "stroke-opacity": 0.6,
          });
        } else {
          node(inside, "circle", { cx: x(value), cy: y(ys[k]), r: 6, fill: trace.color });
        }
      });
    }
  }
  return { data, traces: drawn, x, y };
}

function legend(place, data) {
  place.replaceChildren();
  for (const trace of data.traces.filter((each) => each.legend)) {
    const item = document.createElement("span");
    const mark = node(item, "svg", { viewBox: "0 0 32 12", "aria-hidden": "true" });
    if (trace.kind === "lines") {
      node(mark, "line", {
        x1: 0, x2: 32, y1: 6, y2: 6, stroke: trace.color, "stroke-width": 3,
        "stroke-dasharray": DASHES[trace.dash] ?? "",
      });
    } else node(mark, "rect", { x: 8, width: 14, height: 12, fill: trace.color });
    item.append(trace.name);
    place.append(item);
  }
}

function read(place, data, values) {
  place.replaceChildren();
  for (const readout of data.readouts) {
    const cell = corners(
      readout.controls.map((k) => data.controls[k].grid),
      readout.controls.map((k) => values[k]),
    );
    const pair = document.createElement("div");
    const [term, value] = ["dt", "dd"].map((name) => document.createElement(name));
    term.textContent = readout.label;
    value.textContent = rounded(at(readout.values, 1, cell)[0]);
    pair.append(term, value);
    place.append(pair);
  }
}

// Sliders count the points of the grid where a control has no step of its own.
function addControl(place, control, value, changed) {
  const label = document.createElement("label");
  const output = document.createElement("output");
  const input = document.createElement("input");
  input.type = "range";
  const stops = control.step === null;
  const { grid } = control;
  // Steps count from the first value, which is a default and shown as it is.
  const below = stops ? 0 : Math.floor((value - grid[0]) / control.step + 1e-9);
  input.min = stops ? 0 : Number((value - below * control.step).toPrecision(6));
  input.max = stops ? grid.length - 1 : grid[grid.length - 1];
  input.step = stops ? 1 : control.step;
  const nearest = () => {
    const distance = grid.map((each) => Math.abs(each - value));
    return distance.indexOf(Math.min(...distance));
  };
  input.value = stops ? nearest() : value;
  const current = () => (stops ? grid[Number(input.value)] : Number(input.value));
  const write = () => {
    output.textContent = rounded(current(), 4);
    input.setAttribute("aria-valuetext", rounded(current(), 4));
  };
  write();
  input.oninput = () => {
    write();
    changed(current());
  };
  label.append(`${control.label}: `, output, input);
  place.append(label);
  return current();
}

export default function (component) {
  const { parentElement, setStateValue } = component;
  const data = { ...component.data, key: Math.random().toString(36).slice(2) };
  const root = parentElement.querySelector(".moving");
  const plot = root.querySelector(".plot");
  const svg = plot.querySelector("svg");
  root.querySelector("strong").textContent = data.title;
  root.querySelector(".subtitle").textContent = data.subtitle;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", data.alt);
  legend(root.querySelector(".legend"), data);
  plot.read ??= addReader(plot);
  const show = () => {
    plot.read(draw(svg, data, root.current));
    read(root.querySelector(".readouts"), data, root.current);
  };
  // The sliders stay while they are those of the former run: one of them has the focus.
  const names = JSON.stringify(data.controls.map((c) => [c.label, c.grid, c.step]));
  root.changed = (place, value) => {
    root.current[place] = value;
    cancelAnimationFrame(root.frame);
    root.frame = requestAnimationFrame(show);
    clearTimeout(root.waiting);
    root.waiting = setTimeout(() => setStateValue("values", [...root.current]), REST);
  };
  if (root.names !== names) {
    root.names = names;
    const controls = root.querySelector(".controls");
    controls.replaceChildren();
    root.current = data.controls.map((control, place) =>
      addControl(controls, control, control.value, (value) => root.changed(place, value)));
  }
  const observer = new ResizeObserver(() => show());
  observer.observe(svg);
  show();
  return () => observer.disconnect();
}
