"""Draw a loss: its cost along one line through the raw scores, as SVG text."""

import math

import torch

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 440, 260, 48, 428, 34, 216
INK, GREY = "#2b7fd4", "#808080"  # both legible on white and on near-black
DASHES = ("none", "7 4", "2 3")
STEPS = torch.arange(-120, 121, dtype=torch.float64) / 20


def curve(loss):
    """Cut a loss along the axis that its first task suggests.

    Where that gives one line, the ends of the first parameter's range join it.

    Returns
    -------
    axis : str
        What runs along the horizontal axis.
    lines : dict of str to list of (float, float)
        Points of each line, by its label.
    """
    axis, lines = cut(loss)
    names = list(loss.param_ranges)[:1] if len(lines) == 1 else []
    for name in names:
        (line,) = lines.values()
        value = getattr(loss, name)
        lines = {f"{name} {value:g}" if value is not None else "default": line}
        highest = 1.4 * max(y for _, y in line)
        for end in loss.param_ranges[name][:2]:
            (other,) = cut(type(loss)(**{name: end}))[1].values()
            if other != line:
                lines[f"{name} {end:g}"] = [p for p in other if p[1] <= highest]
    return axis, lines if len(lines) > 1 else {"": next(iter(lines.values()))}


def cut(loss):
    """Axis and lines as points; lines that coincide are one."""
    axis, lines = CUTS[loss.tasks[0]](loss)
    points = {}
    for label, (x, value) in lines.items():
        line = [
            tuple(p) for p in torch.stack([x, value], -1).round(decimals=6).tolist()
        ]
        if line not in points.values():
            points[label] = line
    return axis, points


def of_number(loss):
    """Against the residual or, behind a link, the prediction; the target is 1."""
    if loss.takes_distributions:
        raw = torch.stack([STEPS, torch.zeros_like(STEPS)], dim=-1)
        share = torch.tensor([0.75, 0.25], dtype=raw.dtype).expand_as(raw)
        axis = "score of the first outcome, whose share is 0.75"
        return axis, {"": (STEPS, loss.pointwise(raw, share))}
    y = torch.ones_like(STEPS)
    identity = loss.link.is_identity
    columns = loss.log_scale_outputs(1)
    lines = {}
    for log_scale in (0, 1)[: 1 + len(columns)]:
        raw = torch.zeros(len(STEPS), loss.n_outputs(1), dtype=STEPS.dtype)
        raw[:, 0], raw[:, columns] = STEPS, float(log_scale)
        prediction = loss.predict(raw).squeeze(-1)
        x = y - prediction if identity else prediction
        low, high = (-3, 3) if identity else (0.2, 4)
        seen = (x >= low) & (x <= high)
        heads = [loss.heads[column].replace("_", "-") for column in columns]
        label = f"{heads[0]} {log_scale}" if heads else ""
        lines[label] = (x[seen], loss.pointwise(raw, y)[seen])
    return "residual" if identity else "prediction, for a target of 1", lines


def of_label(loss):
    """Against the margin by which a sigmoid favours the true label."""
    bound = loss.bind([0] * 9 + [1])
    share = ("", "") if not bound.bound_ else (", 9 rows in 10", ", 1 row in 10")
    lines = {}
    score = STEPS * 2 / 3
    for label in (1, 0):
        y = torch.full(STEPS.shape, label)
        value = bound.pointwise((2 * label - 1) * score[:, None], y)
        lines[f"label {label}{share[label]}"] = (score, value)
    return "score in favour of the true label", lines


def of_order(loss):
    """Against a score that is the same for both steps between three classes."""
    raw = STEPS[:, None].expand(-1, loss.n_outputs(3))
    return "score of a higher class, alike for both steps", {
        f"class {k}": (STEPS, loss.pointwise(raw, torch.full(STEPS.shape, k)))
        for k in range(3)
    }


def of_distance(loss):
    """Against the distance of one row of the same or another kind, on a circle.

    Each point is a batch of three: an anchor, a row of its kind and one of another.
    """
    x = torch.arange(81, dtype=torch.float64) / 40
    fixed = torch.ones_like(x)
    labels = torch.tensor([0, 0, 1]).expand(len(x), 3)
    lines = {}
    for label, near, far in (("its kind", x, fixed), ("another", fixed, x)):
        anchor, match, other = at(0 * x), at(near), at(-far)
        if "embedding" in loss.tasks:
            value = loss.pointwise(torch.stack([anchor, match, other], dim=1), labels)
        else:  # a second anchor, opposite, belongs to the other row
            views = torch.stack([anchor, -anchor], 1), torch.stack([match, other], 1)
            value = loss.pointwise(*views)
        lines[f"row of {label}"] = (x, value[:, 0])
    return "distance to the anchor, the other row staying at 1", lines


def at(chord):
    """Points of the unit circle at a signed distance from (1, 0)."""
    angle = 2 * torch.asin(chord / 2)
    return torch.stack([angle.cos(), angle.sin()], dim=-1)


CUTS = {
    "regression": of_number,
    "binary": of_label,
    "multilabel": of_label,
    "ordinal": of_order,
    "embedding": of_distance,
    "pairs": of_distance,
}


def svg(title, axis, lines):
    """SVG of lines of (x, y) points, without background."""
    xs = [x for line in lines.values() for x, _ in line]
    ys = [y for line in lines.values() for _, y in line] + [0.0]
    x_ticks, y_ticks = ticks(min(xs), max(xs)), ticks(min(ys), max(ys))
    x_low, x_high = min(*xs, *x_ticks), max(*xs, *x_ticks)
    y_low, y_high = min(*ys, *y_ticks), max(*ys, *y_ticks)

    def place(x, y):
        right = LEFT + (x - x_low) / (x_high - x_low) * (RIGHT - LEFT)
        down = BOTTOM - (y - y_low) / (y_high - y_low) * (BOTTOM - TOP)
        # Rounded twice: the last bits, which differ between machines, cannot then
        # decide the side to which a value half way between two steps goes.
        return f"{round(round(right, 5), 1):g},{round(round(down, 5), 1):g}"

    def text(x, y, words, anchor="middle", more=""):
        return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{more}>{words}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="12" fill="{GREY}">',
        f"<title>{title}</title>",
        f'<g stroke="{GREY}" stroke-opacity="0.3">',
    ]
    for y in y_ticks:
        parts.append(f'<path d="M{place(x_low, y)} {place(x_high, y)}"/>')
    parts.append("</g>")
    parts.append(f'<path stroke="{GREY}" d="M{LEFT},{BOTTOM} {RIGHT},{BOTTOM}"/>')
    for x in x_ticks:
        parts.append(text(place(x, 0).split(",")[0], BOTTOM + 17, f"{x:g}"))
    for y in y_ticks:
        low = float(place(0, y).split(",")[1]) + 4
        parts.append(text(LEFT - 7, f"{low:g}", f"{y:g}", "end"))
    parts.append(text((LEFT + RIGHT) // 2, BOTTOM + 37, axis))
    middle = (TOP + BOTTOM) // 2
    turn = f' transform="rotate(-90 13 {middle})"'
    parts.append(text(13, middle, "loss", more=turn))
    start = LEFT
    for dash, (label, line) in zip(DASHES, lines.items(), strict=False):
        style = f'fill="none" stroke="{INK}" stroke-dasharray="{dash}" stroke-width='
        path = " ".join(place(x, y) for x, y in line)
        parts.append(f'<path {style}"2.5" stroke-linejoin="round" d="M{path}"/>')
        if label:
            parts.append(f'<path {style}"2.5" d="M{start},14 {start + 26},14"/>')
            parts.append(text(start + 32, 18, label, "start"))
            start += 52 + 6 * len(label)
    return "\n".join([*parts, "</svg>\n"])


def ticks(low, high):
    """Four to eight round numbers that span about ``low`` to ``high``."""
    rough = max(high - low, 1e-6) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [round(i * step, 10) for i in range(first, last + 1)]
