"""One Gaussian fitted to two humps by forward and by reverse KL divergence."""

import numpy as np
import plotly.graph_objects as go
from scipy import stats
from scipy.optimize import minimize

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import COLORS, DASHES, NEUTRAL
from skloss.wording import number

__all__ = ["kl_fits"]

_GRID = np.linspace(-10, 10, 801)
_STEP = _GRID[1] - _GRID[0]


def kl_fits(distance=7.0, share=0.6):
    r"""Draw a Gaussian fitted to a mixture by forward and by reverse KL divergence.

    The mixture p has two Gaussian humps of standard deviation 1. The forward KL(p‖q)
    is minimised by the mean and standard deviation of p, the maximum-likelihood fit;
    the reverse KL(q‖p) numerically from each hump and from the forward fit (Bishop
    2006, section 10.1.2).

    Parameters
    ----------
    distance : float, default 7
        Between the centres of the humps, at most 8.
    share : float, default 0.6
        Probability of the right hump.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If distance is not in [0, 8] or share not in [0, 1].

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.kl_fits(6.0, 0.5)
    >>> [trace.name for trace in figure.data]
    ['p', 'q by forward KL(p‖q)', 'q by reverse KL(q‖p)']
    """
    if not 0 <= distance <= 8:
        raise ValueError(f"distance must be between 0 and 8, not {distance!r}.")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be between 0 and 1, not {share!r}.")
    humps = np.array([-distance / 2, distance / 2])
    weights = np.array([1 - share, share])
    log_p = np.logaddexp(
        *(
            np.log(np.maximum(weight, 1e-300)) + stats.norm.logpdf(_GRID, hump)
            for hump, weight in zip(humps, weights, strict=True)
        )
    )
    mean = weights @ humps
    forward = mean, np.sqrt(1 + weights @ (humps - mean) ** 2)
    reverse = _reverse(log_p, [(humps[0], 1.0), (humps[1], 1.0), forward])
    covered = stats.norm(*reverse).std() / forward[1]
    figure = new_figure(
        "Which KL covers both humps?",
        x="value",
        y="density",
        caption=f"Forward KL, which maximum likelihood minimises, gives mean "
        f"{number(forward[0])} and standard deviation {number(forward[1])}: it covers "
        f"all of p. Reverse KL gives mean {number(reverse[0])} and standard deviation "
        f"{number(reverse[1])}"
        + (": it covers one hump only" if covered < 0.75 else "")
        + ". How to read: forward KL is expensive where q is low and p is not; reverse "
        "KL where q is high and p is not.",
        alt="A density with two humps and the Gaussians that forward and reverse KL "
        "fit to it.",
    )
    lines = (
        ("p", np.exp(log_p), NEUTRAL, "solid"),
        ("q by forward KL(p‖q)", stats.norm(*forward).pdf(_GRID), COLORS[0], DASHES[1]),
        ("q by reverse KL(q‖p)", stats.norm(*reverse).pdf(_GRID), COLORS[1], DASHES[2]),
    )
    for name, density, color, dash in lines:
        figure.add_trace(
            go.Scatter(
                x=_GRID,
                y=density,
                name=name,
                mode="lines",
                line={"color": color, "dash": dash, "width": 2},
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}: %{y:,.3~r}"),
            )
        )
    return figure


def _reverse(log_p, starts):
    """Return mean and standard deviation of the Gaussian with the least KL(q‖p)."""

    def kl(parameters):
        mean, log_sd = parameters
        log_q = stats.norm.logpdf(_GRID, mean, np.exp(log_sd))
        q = np.exp(log_q)
        return _STEP * (q @ (log_q - log_p))

    fits = [
        minimize(
            kl,
            (mean, np.log(sd)),
            method="L-BFGS-B",
            # Wider or narrower Gaussians would not be resolved by the grid.
            bounds=[(-8, 8), (np.log(0.2), np.log(3.0))],
        )
        for mean, sd in starts
    ]
    best = min(fits, key=lambda fit: fit.fun)
    return best.x[0], float(np.exp(best.x[1]))
