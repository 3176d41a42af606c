// Two losses on a few points of a plane, small enough to follow every number. Points and
// sliders move without the server. The arithmetic is that of InfoNCE with dot products
// and of the triplet loss with Euclidean distances, as skloss.losses defines them.

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 300;
const HALF = 1.25; // the plane reaches from -1.25 to 1.25
const STEP = 0.05; // of the arrow keys

const pixel = (value) => SIZE / 2 + (value / HALF) * (SIZE / 2);
const clipped = (value) => Math.max(-1.15, Math.min(1.15, value));
const rounded = (value) => Math.round(value * 100) / 100;
const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

// A number with two decimals and a minus sign, never "-0.00".
function shown(value) {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) > 0 ? `−${text}` : text;
}

function node(parent, name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

function element(parent, name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

// InfoNCE of a query whose match is the first key, and its gradient by each q · k.
export function infoNce(query, keys, temperature) {
  const similarity = keys.map((key) => dot(query, key));
  const logits = similarity.map((value) => value / temperature);
  const largest = Math.max(...logits);
  const weight = logits.map((logit) => Math.exp(logit - largest));
  const total = weight.reduce((sum, value) => sum + value);
  const probability = weight.map((value) => value / total);
  return {
    similarity,
    logits,
    probability,
    gradient: probability.map((p, k) => (p - (k === 0)) / temperature),
    loss: largest + Math.log(total) - logits[0],
  };
}

export function triplet(anchor, match, other, margin) {
  const [near, far] = [distance(anchor, match), distance(anchor, other)];
  return { near, far, loss: Math.max(0, near - far + margin) };
}

// A plane of points that are dragged, or moved by arrow keys once they have the focus.
function plane(parent, title, points, kinds, moved) {
  const svg = node(parent, "svg", {
    viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": title,
  });
  const middle = SIZE / 2;
  node(svg, "line", { x1: 0, x2: SIZE, y1: middle, y2: middle, class: "axis" });
  node(svg, "line", { x1: middle, x2: middle, y1: 0, y2: SIZE, class: "axis" });
  const back = node(svg, "g", { "aria-hidden": "true" });
  const handles = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const group = node(svg, "g", { class: kind.class });
    const arm = node(group, "line", { class: "arm" });
    const handle = node(group, "g", { class: "handle", tabindex: "0", role: "button" });
    handle.dataset.point = name;
    node(handle, "circle", { r: 16, class: "hit" });
    node(handle, "circle", { r: 7, class: "dot" });
    const side = name === kind.from ? { x: -12, "text-anchor": "end" } : { x: 11 };
    node(handle, "text", { y: -9, ...side }).textContent = name;
    const place = (x, y) => {
      points[name] = [rounded(clipped(x)), rounded(clipped(y))];
      moved();
    };
    handle.onpointerdown = (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      event.preventDefault();
    };
    handle.onpointermove = (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = svg.getBoundingClientRect();
      place(
        ((event.clientX - box.left) / box.width) * 2 * HALF - HALF,
        HALF - ((event.clientY - box.top) / box.height) * 2 * HALF,
      );
    };
    handle.onkeydown = (event) => {
      const steps = {
        ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP],
      };
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      place(points[name][0] + step[0], points[name][1] + step[1]);
    };
    handles[name] = { handle, arm, kind };
  }
  const draw = () => {
    for (const [name, { handle, arm, kind }] of Object.entries(handles)) {
      const [x, y] = points[name];
      const from = kind.from ? points[kind.from] : [0, 0];
      handle.setAttribute("transform", `translate(${pixel(x)} ${pixel(-y)})`);
      handle.setAttribute(
        "aria-label",
        `${name}, ${kind.title}, at ${shown(x)}, ${shown(y)}; arrow keys move it`,
      );
      for (const [key, value] of Object.entries({
        x1: pixel(from[0]), y1: pixel(-from[1]), x2: pixel(x), y2: pixel(-y),
      })) arm.setAttribute(key, value);
    }
  };
  return { back, draw };
}

function slider(parent, title, settings, value, moved) {
  const label = element(parent, "label", `${title}: `);
  const output = element(label, "output");
  const input = element(label, "input", "", { type: "range", ...settings });
  input.value = value;
  const show = () => { output.textContent = shown(Number(input.value)); };
  input.oninput = () => { show(); moved(); };
  show();
  return input;
}

function table(parent, head, names) {
  const made = element(parent, "table");
  const top = element(element(made, "thead"), "tr");
  head.forEach((title) => element(top, "th", title, { scope: "col" }));
  const body = element(made, "tbody");
  return names.map((name) => {
    const row = element(body, "tr");
    element(row, "th", name, { scope: "row" });
    return head.slice(1).map(() => element(row, "td"));
  });
}

function temperatureExample(parent, data, kept) {
  const points = kept.keys;
  let draw = () => {};
  const picture = plane(
    parent, "A query q and three keys; drag them", points,
    {
      q: { class: "chief", title: "the query" },
      k0: { class: "match", title: "the match" },
      k1: { class: "other", title: "another key" },
      k2: { class: "other", title: "another key" },
    },
    () => draw(),
  );
  const input = slider(
    parent, "Temperature τ", { min: 0.05, max: 2, step: 0.05 }, kept.temperature,
    () => draw(),
  );
  const names = ["k0", "k1", "k2"];
  const cells = table(
    parent, ["key", "q · k", "÷ τ", "probability", "gradient"], ["k0 (match)", "k1", "k2"],
  );
  const result = element(parent, "p", "", { class: "loss" });
  const words = element(parent, "p");
  draw = () => {
    picture.draw();
    kept.temperature = Number(input.value);
    const found = infoNce(points.q, names.map((name) => points[name]), kept.temperature);
    names.forEach((_, k) => {
      const row = [found.similarity, found.logits, found.probability, found.gradient];
      row.forEach((values, place) => { cells[k][place].textContent = shown(values[k]); });
    });
    const [q, k] = [points.q, points.k0].map((at) => at.map(shown));
    result.textContent =
      `q · k0 = ${q[0]} × ${k[0]} + ${q[1]} × ${k[1]} = ${shown(found.similarity[0])}. ` +
      `InfoNCE = −log ${shown(found.probability[0])} = ${shown(found.loss)}; ` +
      `guessing costs log 3 = ${shown(Math.log(3))}.`;
    const hardest = found.gradient[1] >= found.gradient[2] ? 1 : 2;
    const share = found.gradient[hardest] / (found.gradient[1] + found.gradient[2]);
    words.textContent =
      `${Math.round(100 * share)}% of the push goes to k${hardest}, the more similar of the ` +
      "wrong keys. The lower the temperature, the larger its share.";
  };
  draw();
}

function marginExample(parent, data, kept) {
  const points = kept.rows;
  let draw = () => {};
  const picture = plane(
    parent, "An anchor a, its match p and another row n; drag them", points,
    {
      a: { class: "chief", title: "the anchor", from: "a" },
      p: { class: "match", title: "the match", from: "a" },
      n: { class: "other", title: "a row of another class", from: "a" },
    },
    () => draw(),
  );
  const ring = node(picture.back, "circle", { class: "ring" });
  const input = slider(
    parent, "Margin m", { min: 0, max: 2, step: 0.05 }, kept.margin, () => draw(),
  );
  const cells = table(parent, ["distance from a", "value"], ["to p, the match", "to n"]);
  const result = element(parent, "p", "", { class: "loss" });
  const words = element(parent, "p");
  draw = () => {
    picture.draw();
    kept.margin = Number(input.value);
    const found = triplet(points.a, points.p, points.n, kept.margin);
    cells[0][0].textContent = shown(found.near);
    cells[1][0].textContent = shown(found.far);
    ring.setAttribute("cx", pixel(points.a[0]));
    ring.setAttribute("cy", pixel(-points.a[1]));
    ring.setAttribute("r", ((found.near + kept.margin) / HALF) * (SIZE / 2));
    result.textContent =
      `Triplet loss = max(0, ${shown(found.near)} − ${shown(found.far)} + ` +
      `${shown(kept.margin)}) = ${shown(found.loss)}.`;
    words.textContent = found.loss > 0
      ? "n is inside the circle of radius d(a, p) + m: the loss pushes n away and pulls p in."
      : "n is outside the circle of radius d(a, p) + m: loss and gradient are 0, so that " +
        "neither row moves.";
  };
  draw();
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".example");
  // What the reader moved is kept when the server draws the page again.
  root.kept ??= structuredClone(data);
  for (const [name, build] of [
    ["temperature", temperatureExample], ["margin", marginExample],
  ]) {
    const panel = root.querySelector(`.${name} .panel`);
    panel.replaceChildren();
    build(panel, data, root.kept);
  }
}
