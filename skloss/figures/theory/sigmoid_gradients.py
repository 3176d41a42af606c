"""Gradients through a sigmoid: cross-entropy keeps them, squared error loses them."""

import numpy as np
import plotly.graph_objects as go
from scipy.special import expit

from skloss.figures.canvas import evenly_spaced, hover, new_figure
from skloss.figures.style import COLORS, DASHES, NEUTRAL
from skloss.wording import number

__all__ = ["sigmoid_gradients"]

_SCORES = np.linspace(-8, 8, 161)
# A gradient that a twentieth of the largest one, that of cross-entropy, hides.
_LITTLE = 0.05


def sigmoid_gradients(score=-5.0, rows=None):
    r"""Draw the gradient by the raw score for a row whose label is 1.

    With :math:`p = 1 / (1 + e^{-z})`, binary cross-entropy has the gradient
    :math:`p - y`, and squared error on p has :math:`2 (p - y)\, p (1 - p)`.

    Parameters
    ----------
    score : float, default -5
        The raw score to mark.
    rows : array-like of shape (n_rows,), optional
        Raw scores in favour of the true label of rows, marked below the curves.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.sigmoid_gradients(0.0)
    >>> [float(trace.y[80]) for trace in figure.data[:2]]
    [-0.5, -0.25]
    """
    rows = np.asarray([] if rows is None else rows, dtype=float)
    gradients = {"cross-entropy": _of_cross_entropy, "squared error": _of_squares}
    at = {name: float(gradient(score)) for name, gradient in gradients.items()}
    figure = new_figure(
        "Which gradient vanishes?",
        x="raw score z of a row with label 1",
        y="gradient by z",
        caption=f"At z = {number(score)} the sigmoid gives {number(expit(score))}. The "
        f"gradient of cross-entropy is {number(at['cross-entropy'])}, that of squared "
        f"error {number(at['squared error'])}. How to read: a row that is confidently "
        "wrong, on the left, keeps a gradient of nearly -1 under cross-entropy; under "
        "squared error the factor p(1 - p) of the sigmoid removes it, and the row is "
        f"not learned.{_vanished(rows)}",
        alt="Gradients of cross-entropy and of squared error through a sigmoid, "
        "against the raw score.",
    )
    for place, (name, gradient) in enumerate(gradients.items()):
        style = {"color": COLORS[place], "dash": DASHES[place], "width": 2}
        figure.add_trace(
            go.Scatter(
                x=_SCORES,
                y=gradient(_SCORES),
                name=name,
                mode="lines",
                line=style,
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}: %{y:,.3~r}"),
            )
        )
    figure.add_trace(
        go.Scatter(
            x=[score] * len(at),
            y=list(at.values()),
            mode="markers",
            showlegend=False,
            marker={"color": list(COLORS[: len(at)]), "size": 12},
            hovertemplate=hover("gradient %{y:,.3~r}", "at z = %{x:,.3~r}"),
        )
    )
    if len(rows):
        _mark_rows(figure, rows)
    return figure


def _mark_rows(figure, rows):
    shown = np.clip(rows[evenly_spaced(len(rows), 400)], *_SCORES[[0, -1]])
    figure.add_trace(
        go.Scatter(
            x=shown,
            y=np.full(len(shown), -1.06),
            mode="markers",
            name="rows of the table",
            marker={"color": NEUTRAL, "symbol": "line-ns-open", "size": 9},
            hovertemplate=hover("row at z = %{x:,.3~r}"),
        )
    )


def _vanished(rows):
    """Return how many wrong rows squared error no longer learns from."""
    wrong = rows[rows < 0]
    if not len(rows):
        return ""
    lost = np.abs(_of_squares(wrong)) < _LITTLE
    return (
        f" Of {len(rows):,} held-out rows, marked below, {len(wrong):,} have a "
        f"negative score of their true label; squared error has a gradient below "
        f"{number(_LITTLE, trim=True)} for {int(lost.sum()):,} of these."
    )


def _of_cross_entropy(score):
    return expit(score) - 1


def _of_squares(score):
    p = expit(score)
    return 2 * (p - 1) * p * (1 - p)
