"""Small SVG sketches of plotly figures, for the thumbnails of the gallery."""

import html

import numpy as np
import plotly.graph_objects as go

WIDTH, HEIGHT, EDGE = 320, 224, 14
#: Points drawn of one trace: a thumbnail shows the shape, not each row.
_POINTS = 160
_COLORS = ("#2c64be", "#f85800", "#28a058", "#e858a8", "#4898d8", "#9c5400")


def sketch(figure):
    """Return the SVG of the lines, points and bars of a figure, without text.

    Only the first pair of axes is drawn.
    """
    traces = [_trace(trace, k) for k, trace in enumerate(figure.data)]
    traces = [trace for trace in traces if trace is not None]
    logs = [figure.layout.xaxis.type == "log", figure.layout.yaxis.type == "log"]
    fixed = [figure.layout.xaxis.range, figure.layout.yaxis.range]
    bounds = []
    for axis in (0, 1):
        values = [_numbers(trace[axis + 1], logs[axis]) for trace in traces]
        if axis and any(trace[0] == "bars" for trace in traces):
            values.append(np.zeros(1))
        bounds.append(fixed[axis] or _bounds(values))
    parts = []
    for kind, x, y, color, opacity in traces:
        places = [
            _place(_numbers(values, logs[axis]), bounds[axis], axis)
            for axis, values in enumerate((x, y))
        ]
        zero = _place(np.zeros(1), bounds[1], 1)[0]
        parts += _draw(kind, *places, zero, color, opacity)
    title = html.escape(figure.layout.title.text or "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">\n<title>{title}</title>\n'
        f'<path d="M{EDGE},{EDGE}V{HEIGHT - EDGE}H{WIDTH - EDGE}" fill="none" '
        'stroke="#808080" stroke-opacity="0.5"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _trace(trace, k):
    """Return kind, x, y, colour and opacity of a trace, or None if it is not drawn."""
    axes = {getattr(trace, name, None) for name in ("xaxis", "yaxis")}
    if getattr(trace, "y", None) is None or axes - {None, "x", "y"}:
        return None
    y = np.asarray(trace.y)
    x = np.arange(len(y)) if trace.x is None else np.asarray(trace.x)
    if x.dtype.kind not in "iuf":
        x = np.unique(x.astype(str), return_inverse=True)[1]
    places = np.unique(np.linspace(0, len(y) - 1, min(len(y), 600)).round().astype(int))
    marker, line = getattr(trace, "marker", None), getattr(trace, "line", None)
    if isinstance(trace, go.Bar):
        kind = "bars"
    else:
        kind = "lines" if "lines" in (trace.mode or "lines") else "points"
    if kind == "points":
        places = places[:: max(1, len(places) // _POINTS)]
    own = [getattr(part, "color", None) for part in (line, marker)]
    color = next((c for c in own if isinstance(c, str)), _COLORS[k % len(_COLORS)])
    return kind, x[places], y[places], color, trace.opacity or 1


def _numbers(values, log):
    values = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(values) if log else values


def _bounds(values):
    joined = np.concatenate([np.zeros(0), *values])
    finite = joined[np.isfinite(joined)]
    return (finite.min(), finite.max()) if finite.size else (0.0, 1.0)


def _place(values, bounds, axis):
    low, high = bounds
    share = np.clip((values - low) / ((high - low) or 1), -0.05, 1.05)
    length = (WIDTH, HEIGHT)[axis] - 2 * EDGE
    return HEIGHT - EDGE - share * length if axis else EDGE + share * length


def _draw(kind, x, y, zero, color, opacity):
    """Return the SVG elements of one trace."""
    look = f'opacity="{opacity:g}"'
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if kind == "lines":
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        return [
            f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="3" {look}/>'
        ]
    if kind == "points":
        return [
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{color}" {look}/>'
            for a, b in zip(x, y, strict=True)
        ]
    width = max(1.0, (WIDTH - 2 * EDGE) / max(1, len(x)) * 0.7)
    return [
        f'<rect x="{a - width / 2:.1f}" y="{min(b, zero):.1f}" width="{width:.1f}" '
        f'height="{abs(b - zero):.1f}" fill="{color}" {look}/>'
        for a, b in zip(x, y, strict=True)
    ]
