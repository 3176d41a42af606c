"""The likelihood of a few rows: a product that vanishes, and a sum that does not."""

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, NEUTRAL
from skloss.wording import number

__all__ = ["likelihood"]


def likelihood(y, location, scale=1.0):
    r"""Draw the negative log-likelihood of a Gaussian by its location.

    Maximum likelihood maximises :math:`\prod_i p(y_i)`; its logarithm turns the product
    into a sum, and its negative, divided by the number of rows, is a loss.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
    location : float
        The location to mark.
    scale : float, default 1
        Standard deviation.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If scale is not positive.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.likelihood([1.0, 2.0, 3.0], 2.0)
    >>> figure.data[1].x[0], round(float(figure.data[1].y[0]), 3)
    (2.0, 1.252)
    """
    if not scale > 0:
        raise ValueError(f"scale must be positive, not {scale!r}.")
    y = np.asarray(y, dtype=float)
    width = max(np.ptp(y), scale)
    grid = np.unique(
        np.append(np.linspace(y.min() - width / 2, y.max() + width / 2, 201), location)
    )
    nll = -stats.norm.logpdf(y[:, None], grid, scale).mean(0)
    at = stats.norm.pdf(y, location, scale)
    here = -stats.norm.logpdf(y, location, scale).mean()
    product = np.prod(at)
    figure = new_figure(
        "Which location is most likely?",
        x="location of the Gaussian",
        y="mean negative log-likelihood (nats)",
        caption=f"At {number(location)} the likelihood, a product of {len(y):,} "
        f"densities, is {_scientific(product)}"
        + (", too small for a floating-point number" if product == 0 else "")
        + f"; the sum of their logarithms is {number(-len(y) * here)}, and the mean of "
        f"their negative logarithms is {number(here)}. The lowest "
        f"point is the mean of the rows, {number(y.mean())}. How to read: the curve is "
        "a parabola, because the logarithm of a Gaussian density is one; the marks "
        "below are the rows.",
        alt="Mean negative log-likelihood against the location, with the rows and the "
        "chosen location marked.",
    )
    figure.add_trace(
        go.Scatter(
            x=grid,
            y=nll,
            mode="lines",
            name="mean NLL",
            line={"color": COLORS[0], "width": 2},
            hovertemplate=hover("location %{x:,.3~r}", "%{y:,.3~r} nats"),
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[location],
            y=[here],
            mode="markers",
            name="chosen location",
            marker={"color": COLORS[1], "size": 12},
            hovertemplate=hover("location %{x:,.3~r}", "%{y:,.3~r} nats"),
        )
    )
    _mark_rows(figure, y, height=nll.min() - 0.05 * np.ptp(nll))
    return figure


def _mark_rows(figure, y, height):
    shown = y[:: max(1, len(y) // 300)]  # more marks would merge into a band
    figure.add_trace(
        go.Scatter(
            x=shown,
            y=np.full(len(shown), height),
            mode="markers",
            name="rows",
            marker={"color": NEUTRAL, "symbol": "line-ns-open", "size": 10},
            hovertemplate=hover("row at %{x:,.3~r}"),
        )
    )


def _scientific(value):
    return "0" if value == 0 else f"{value:.2e}"
