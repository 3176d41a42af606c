"""The noise that each loss assumes: densities of the target around a prediction."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import NEUTRAL, loss_styles
from skloss.figures.text import plot_text
from skloss.wording import join, number, title_of

__all__ = ["noise_densities"]


def noise_densities(densities, residuals=None, losses=None):
    """Draw the density of the target that each loss assumes around its prediction.

    Parameters
    ----------
    densities : dict of str to ImpliedDensity
        By the name of the loss; all with the same axis
        (`skloss.noise.implied_density`).
    residuals : array-like of shape (n_rows,), optional
        Drawn as a histogram behind the densities.
    losses : list of str, optional
        All names that share the colours; by default those of ``densities``.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the densities have different axes.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.figures import theory
    >>> from skloss.noise.implied_density import implied_density
    >>> names = ("squared_error", "absolute_error")
    >>> found = {name: implied_density(get_loss(name)) for name in names}
    >>> [trace.name for trace in theory.noise_densities(found).data]
    ['squared error', 'absolute error']
    """
    axes = {each.axis for each in densities.values()}
    if len(axes) != 1:
        raise ValueError(
            f"Densities with different axes cannot share a figure: "
            f"{join(sorted(axes))}."
        )
    names = join(title_of(name) for name in densities)
    figure = new_figure(
        "Which noise does each loss assume?",
        x=plot_text(axes.pop(), 60),
        y="density, or probability of a count",
        caption=f"{_finding(densities)} How to read: minimising a loss is maximum "
        "likelihood under this noise. Under noise with heavy tails distant rows are "
        "probable, and change the fit little. Free scales are fitted to the same rows.",
        alt=f"Density of the target that {names} assume around a prediction.",
    )
    if residuals is not None and len(residuals):
        shown = next(iter(densities.values())).x
        figure.add_trace(_histogram(np.asarray(residuals, dtype=float), shown))
    styles = loss_styles(losses or list(densities))
    for name, each in densities.items():
        figure.add_trace(
            go.Scatter(
                x=each.x,
                y=each.density,
                name=plot_text(title_of(name)),
                mode="lines+markers" if each.is_discrete else "lines",
                line=styles[name].line(),
                marker=styles[name].marker(),
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}: %{y:,.3~r}"),
            )
        )
    return figure


def _histogram(residuals, x):
    edges = np.linspace(x[0], x[-1], 41)
    # Of all rows, so that those beyond the figure keep their share.
    share = np.histogram(residuals, edges)[0] / len(residuals)
    return go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=share / np.diff(edges),
        name="rows of the table",
        marker={"color": NEUTRAL, "opacity": 0.35},
        hovertemplate=hover("%{x:,.3~r}: density %{y:,.3~r}"),
    )


def _finding(densities):
    """Return which noise has the sharpest peak, and which the heaviest tail."""
    ends = {
        name: max(each.density[0], each.density[-1]) for name, each in densities.items()
    }
    heaviest = max(ends, key=ends.get)
    peak = {name: each.density.max() for name, each in densities.items()}
    sharpest = max(peak, key=peak.get)
    return (
        f"The sharpest peak is that of {title_of(sharpest)} "
        f"({number(peak[sharpest], trim=True)}), and the heaviest tail within the "
        f"figure that of {title_of(heaviest)}."
    )
