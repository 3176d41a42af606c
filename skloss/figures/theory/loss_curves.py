"""Several losses along one axis: value, gradient and curvature."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import NEUTRAL, loss_styles
from skloss.figures.text import plot_text
from skloss.wording import join, number, title_of

__all__ = ["QUANTITIES", "heights", "loss_curves"]

#: What is drawn, with the question and the explanation of each.
QUANTITIES = {
    "loss": (
        "What does a wrong prediction cost?",
        "the height is the loss of one row; the lowest point is the best prediction",
    ),
    "gradient": (
        "How strongly does a row pull?",
        "the height is the slope of the loss; training follows the sum of the slopes, "
        "so rows where it is 0 have no influence",
    ),
    "curvature": (
        "How certain is the pull?",
        "the height is the slope of the gradient; where it is 0 the pull is constant, "
        "and where it is negative more distant rows pull less",
    ),
}


def loss_curves(curves, quantity="loss", rug=None, losses=None):
    """Draw losses of one row along the axis that they share.

    Parameters
    ----------
    curves : dict of str to Curve
        By the name of the loss; all with the same axis (`skloss.losses.curves`).
    quantity : {"loss", "gradient", "curvature"}
    rug : array-like of shape (n_rows,), optional
        Positions of rows along the axis, marked below the curves.
    losses : list of str, optional
        All names that share the colours, so that a loss keeps its colour when others
        are left out. By default those of ``curves``.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If quantity is not one of the three, or the curves have different axes.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.figures import theory
    >>> from skloss.losses.curves import own_curve
    >>> curves = {name: own_curve(get_loss(name)) for name in ("huber", "log_cosh")}
    >>> [trace.name for trace in theory.loss_curves(curves, "gradient").data]
    ['Huber', 'log-cosh']
    """
    if quantity not in QUANTITIES:
        raise ValueError(
            f"quantity={quantity!r} is not drawn; choose one of {join(QUANTITIES)}."
        )
    axes = {curve.axis for curve in curves.values()}
    if len(axes) != 1:
        raise ValueError(
            f"Curves with different axes cannot share a figure: {join(sorted(axes))}."
        )
    question, how_to_read = QUANTITIES[quantity]
    names = join(title_of(name) for name in curves)
    figure = new_figure(
        question,
        x=plot_text(axes.pop(), 60),
        y={"loss": "loss of one row"}.get(quantity, quantity),
        caption=f"{_finding(curves)} How to read: {how_to_read}.",
        alt=f"{quantity.capitalize()} of {names} for one row.",
    )
    styles = loss_styles(losses or list(curves))
    for name, curve in curves.items():
        for place, (label, line) in enumerate(curve.lines.items()):
            figure.add_trace(_trace(name, label, place, line, quantity, styles[name]))
    if rug is not None and len(rug):
        _add_rug(figure, np.asarray(rug, dtype=float))
    return figure


def _trace(name, label, place, line, quantity, style):
    title = plot_text(title_of(name))
    # Lines of one loss share its colour; a thinner one has another label or scale.
    return go.Scatter(
        x=line.x,
        y=heights(line, quantity),
        name=f"{title}, {plot_text(label)}" if label else title,
        mode="lines",
        line=style.line(width=(2.5, 1.5, 1.0)[min(place, 2)]),
        hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}: %{y:,.3~r}"),
    )


def heights(line, quantity):
    """Return value, slope or curvature of one line of a loss.

    Parameters
    ----------
    line : CurveLine
    quantity : {"loss", "gradient", "curvature"}

    Returns
    -------
    ndarray of shape (n_points,)

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.figures.theory.loss_curves import heights
    >>> from skloss.losses.curves import own_curve
    >>> heights(own_curve(get_loss("squared_error")).lines[""], "loss")[0].item()
    9.0
    """
    if quantity == "curvature":
        return _curvature(line)
    return line.value if quantity == "loss" else line.slope


def _curvature(line):
    """Return the second derivative, missing next to a kink, where it is infinite."""
    curvature = np.gradient(line.slope, line.x)
    jump = np.abs(np.diff(line.slope, prepend=line.slope[:1]))
    jump = np.maximum(jump, np.append(jump[1:], 0.0))
    # Within a step a smooth curve changes its slope by a small part of the whole range;
    # a kink changes it by at least a tenth.
    kink = (jump > 0.1 * np.ptp(line.slope)) & (np.ptp(line.slope) > 0)
    return np.where(kink, np.nan, curvature)


def _finding(curves):
    """Return where each loss is lowest along the axis."""
    lowest = []
    for name, curve in curves.items():
        line = next(iter(curve.lines.values()))
        at = line.x[int(np.argmin(line.value))]
        lowest.append(f"{title_of(name)} at {number(at, trim=True)}")
    return f"Lowest on this range: {join(lowest)}."


def _add_rug(figure, rows):
    low, high = figure.data[0].x[0], figure.data[0].x[-1]
    low, high = min(low, high), max(low, high)
    inside = rows[(rows >= low) & (rows <= high)]
    inside = inside[:: max(1, -(-len(inside) // 400))]  # more would merge into a band
    heights = np.concatenate([trace.y for trace in figure.data])
    below = np.nanmin(heights) - 0.06 * max(np.ptp(heights[np.isfinite(heights)]), 1e-9)
    figure.add_trace(
        go.Scatter(
            x=inside,
            y=np.full(len(inside), below),
            mode="markers",
            name="rows of the table",
            marker={"color": NEUTRAL, "symbol": "line-ns-open", "size": 9},
            hovertemplate=hover("row at %{x:,.3~r}"),
        )
    )
