"""Draw the curve of a loss as SVG text."""

import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 440, 260, 48, 428, 34, 216
INK, GREY = "#2b7fd4", "#808080"  # both legible on white and on near-black
DASHES = ("none", "7 4", "2 3")


def svg(title, curve):
    """SVG of a `skloss.losses.curves.Curve`, without background."""
    lines = {
        label: list(zip(line.x.tolist(), line.value.tolist(), strict=True))
        for label, line in curve.lines.items()
    }
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
    parts.append(text((LEFT + RIGHT) // 2, BOTTOM + 37, curve.axis))
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
