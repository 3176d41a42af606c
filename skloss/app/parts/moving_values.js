// The values of a moving figure where the pointer is, or where the arrow keys lead: a
// vertical line, and the height of each trace on it.

const STEPS = 40; // of the arrow keys, from one end of the axis to the other
const NEAR = 12; // pixels from a single point within which its value is shown

// Height of a line at a position, interpolated; NaN where it is not drawn.
function heightAt(xs, ys, at) {
  for (let k = 0; k + 1 < xs.length; k += 1) {
    const [low, high] = [Math.min(xs[k], xs[k + 1]), Math.max(xs[k], xs[k + 1])];
    if (low <= at && at <= high) {
      const share = xs[k] === xs[k + 1] ? 0 : (at - xs[k]) / (xs[k + 1] - xs[k]);
      return ys[k] + share * (ys[k + 1] - ys[k]);
    }
  }
  return NaN;
}

function nearest(values, at) {
  let best = 0;
  values.forEach((value, k) => {
    if (Math.abs(value - at) < Math.abs(values[best] - at)) best = k;
  });
  return best;
}

// Height of each trace at a position; marks below a curve, such as rows, have none.
function heights(shown, at) {
  const found = [];
  for (const { trace, xs, ys } of shown.traces) {
    let height = NaN;
    if (trace.kind === "lines") height = heightAt(xs, ys, at);
    else if (trace.kind !== "ticks" && xs.length > 0) {
      const k = nearest(xs, at);
      if (Math.abs(shown.x(xs[k]) - shown.x(at)) <= NEAR) height = ys[k];
    }
    if (!Number.isNaN(height)) found.push([trace, height]);
  }
  return found;
}

// Ends of the axis between which something is drawn; logarithms on a logarithmic axis.
function endsOf(shown) {
  const [low, high] = shown.data.x.range;
  const places = shown.traces
    .filter(({ trace }) => trace.kind !== "ticks")
    .flatMap(({ xs }) => xs.map((x) => (shown.data.x.log ? Math.log10(x) : x)))
    .filter((place) => low <= place && place <= high);
  return places.length > 1 ? [Math.min(...places), Math.max(...places)] : [low, high];
}

// Add a reader to a plot, and return what is to be called with each drawing of it.
function addReader(plot) {
  const [reader, values] = [".reader", ".values"].map((name) => plot.querySelector(name));
  let shown = null;
  let [low, high] = [0, 1];
  let share = null; // of the way from low to high; null while nothing is shown

  const bars = () => shown.traces.find(({ trace }) => trace.kind === "bars");
  const valueAt = (place) => {
    const value = low + place * (high - low);
    return shown.data.x.log ? 10 ** value : value;
  };
  const shareOf = (value) =>
    ((shown.data.x.log ? Math.log10(value) : value) - low) / (high - low);

  function hide() {
    share = null;
    values.hidden = true;
    plot.querySelectorAll(".guide").forEach((each) => each.remove());
  }

  function show(place) {
    plot.querySelectorAll(".guide").forEach((each) => each.remove());
    share = Math.min(Math.max(place, 0), 1);
    const stops = bars();
    if (stops) share = shareOf(stops.xs[nearest(stops.xs, valueAt(share))]);
    const at = valueAt(share);
    const found = heights(shown, at);
    const svg = plot.querySelector("svg");
    const guide = node(svg, "g", { class: "guide", "aria-hidden": "true" });
    const [top, bottom] = [shown.y(shown.data.y.range[1]), shown.y(shown.data.y.range[0])];
    node(guide, "line", { x1: shown.x(at), x2: shown.x(at), y1: top, y2: bottom });
    for (const [trace, height] of found) {
      const y = shown.y(height);
      if (trace.kind !== "bars" && y >= top && y <= bottom) {
        node(guide, "circle", { cx: shown.x(at), cy: y, r: 4, fill: trace.color });
      }
    }
    const head = `${shown.data.x.title}: ${rounded(at)}`;
    const lines = found.map(([trace, height]) => [
      trace, `${trace.name || shown.data.y.title}: ${rounded(height)}`,
    ]);
    values.replaceChildren(head);
    for (const [trace, text] of lines) {
      const line = document.createElement("div");
      const mark = document.createElement("span");
      mark.style.background = trace.color;
      line.append(mark, text);
      values.append(line);
    }
    values.hidden = false;
    values.classList.toggle("before", share > 0.5);
    values.style.setProperty("--at", `${shown.x(at)}px`);
    reader.setAttribute("aria-valuenow", at);
    reader.setAttribute("aria-valuetext", [head, ...lines.map((one) => one[1])].join("; "));
  }

  const placeOf = (event) => {
    const pixel = event.clientX - plot.getBoundingClientRect().left;
    const [first, last] = [shown.x(valueAt(0)), shown.x(valueAt(1))];
    return (pixel - first) / (last - first);
  };
  reader.onpointermove = (event) => show(placeOf(event));
  reader.onpointerdown = reader.onpointermove;
  reader.onpointerleave = () => {
    if (!reader.matches(":focus-visible")) hide();
  };
  reader.onfocus = () => {
    if (share === null && reader.matches(":focus-visible")) show(0.5);
  };
  reader.onblur = hide;
  reader.onkeydown = (event) => {
    if (event.key === "Escape") return hide();
    const from = share ?? 0.5;
    const stops = bars();
    let place = { Home: 0, End: 1 }[event.key];
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (step !== undefined && stops) {
      const order = [...stops.xs].sort((a, b) => a - b);
      const next = nearest(order, valueAt(from)) + step;
      place = shareOf(order[Math.min(Math.max(next, 0), order.length - 1)]);
    } else if (step !== undefined) place = from + step / STEPS;
    if (place === undefined) return undefined;
    event.preventDefault();
    return show(place);
  };
  return (next) => {
    shown = next;
    [low, high] = endsOf(shown);
    reader.setAttribute("aria-label", `Values along: ${shown.data.x.title}`);
    reader.setAttribute("aria-valuemin", valueAt(0));
    reader.setAttribute("aria-valuemax", valueAt(1));
    reader.setAttribute("aria-valuenow", valueAt(share ?? 0.5));
    if (share !== null) show(share);
  };
}
