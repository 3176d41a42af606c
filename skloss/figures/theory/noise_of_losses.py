"""Negative log-likelihoods of noise models are squared and absolute error."""

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, NEUTRAL
from skloss.wording import number

__all__ = ["noise_of_losses"]

_RESIDUALS = np.linspace(-4, 4, 161)
# Every eighth point of the line carries a mark, so that both can be seen.
_MARKS = _RESIDUALS[::8]


def noise_of_losses(scale=1.0):
    r"""Draw Gaussian and Laplace NLL with squared and absolute error scaled to them.

    With :math:`\sigma` fixed, :math:`-\log N(r; 0, \sigma^2) = r^2 / (2 \sigma^2) +
    \log(\sigma \sqrt{2 \pi})`: an increasing affine function of squared error. For the
    Laplace distribution it is :math:`|r| / b + \log(2 b)`.

    Parameters
    ----------
    scale : float, default 1
        Standard deviation :math:`\sigma` of the Gaussian and scale b of the Laplace
        distribution.

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
    >>> figure = theory.noise_of_losses()
    >>> [trace.name for trace in figure.data][1]
    '0.500 × squared error + 0.919'
    """
    if not scale > 0:
        raise ValueError(f"scale must be positive, not {scale!r}.")
    pairs = _pairs(scale)
    figure = new_figure(
        "Which noise does a loss assume?",
        x="residual",
        y="loss of one row (nats)",
        caption="Each line lies on its marks: at a fixed scale the Gaussian NLL is "
        f"{number(pairs[0][3])} times squared error plus {number(pairs[0][4])}, and "
        f"the Laplace NLL {number(pairs[1][3])} times absolute error plus "
        f"{number(pairs[1][4])}. A positive factor and a constant do not move the "
        "minimum, so the fits are the same. How to read: lines are negative "
        "log-densities of SciPy, marks are the losses.",
        alt="Negative log-densities of Gaussian and Laplace noise against the "
        "residual, with squared and absolute error scaled to them.",
    )
    for place, (name, noise, loss, factor, constant, value) in enumerate(pairs):
        figure.add_trace(
            go.Scatter(
                x=_RESIDUALS,
                y=-noise.logpdf(_RESIDUALS),
                name=f"{name} NLL",
                mode="lines",
                line={"color": COLORS[place], "width": 2},
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}: %{y:,.3~r}"),
            )
        )
        figure.add_trace(
            go.Scatter(
                x=_MARKS,
                y=factor * value(_MARKS) + constant,
                name=f"{number(factor)} × {loss} + {number(constant)}",
                mode="markers",
                marker={"color": NEUTRAL, "symbol": ("circle-open", "x")[place]},
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}: %{y:,.3~r}"),
            )
        )
    return figure


def _pairs(scale):
    """Return each noise with its loss, and the factor and constant between them."""
    return (
        (
            "Gaussian",
            stats.norm(scale=scale),
            "squared error",
            1 / (2 * scale**2),
            np.log(scale * np.sqrt(2 * np.pi)),
            np.square,
        ),
        (
            "Laplace",
            stats.laplace(scale=scale),
            "absolute error",
            1 / scale,
            np.log(2 * scale),
            np.abs,
        ),
    )
