"""Where held-out residuals lie within each noise model."""

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from skloss.figures import row_weights
from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.held_out_places import held_out_places
from skloss.figures.style import NEUTRAL, noise_styles
from skloss.figures.text import plot_text
from skloss.noise import FAMILIES
from skloss.wording import count, join, title_of

__all__ = ["residual_pit"]

# Tenths are easy to read, and 100 rows put ten in each on average.
_BINS = 10


def residual_pit(comparison, loss, output=None):
    """Draw the probability integral transform (PIT) of the residuals of one loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    loss : str
        A label of the comparison.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        Percentage of rows in each tenth of each noise model, which is fitted to the
        other folds, and a band that holds 95% of the shares of a model that fits.

    Raises
    ------
    ValueError
        If the comparison has no such loss, or several targets and `output` is not one
        of them.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["squared_error"], cv=2)
    >>> figure = figures.residual_pit(comparison, "squared_error")
    >>> [trace.name for trace in figure.data[2:]]
    ['Gaussian', 'Laplace', 'Student t']
    """
    pit, weight = held_out_places(comparison, loss, output)
    edges = np.linspace(0, 1, _BINS + 1)
    shares = {
        FAMILIES[name].label: 100
        * np.histogram(pit[name], edges, weights=weight)[0]
        / weight.sum()
        for name in pit
        if len(pit)
    }
    n_rows = max(round(row_weights.effective_rows(weight)), 1) if len(pit) else 1
    low, high = stats.binom.interval(0.95, n_rows, 1 / _BINS)
    band = 100 * np.array([low, high]) / n_rows
    outside = {
        name: int(((share < band[0]) | (share > band[1])).sum())
        for name, share in shares.items()
    }
    finding = _finding(outside)
    figure = new_figure(
        "Do the noise models hold on new rows?",
        x="position within the noise model",
        y=f"held-out {row_weights.unit_of(comparison)} (%)",
        subtitle=f"{plot_text(title_of(loss), 60)}, {len(pit):,} held-out rows",
        caption=f"{finding} How to read: a model that describes the residuals "
        "has a tenth of the rows in each tenth. More rows at both ends are tails "
        "heavier than the model's, more rows in the middle are a narrower peak. The "
        "grey band holds 95% of the shares of a model that fits. Each fold is compared "
        "with models fitted to the other folds.",
        alt=f"Shares of the residuals of {title_of(loss)} in ten equal parts of the "
        f"noise models. {finding}",
    )
    if not shares:
        return show_message(figure, finding)
    _add_band(figure, band)
    _add_shares(figure, (edges[:-1] + edges[1:]) / 2, shares)
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _finding(outside):
    if not outside:
        return "The residuals have no spread that a noise model could describe."
    parts = [
        f"{name} {'none' if not n else n} of {_BINS}" for name, n in outside.items()
    ]
    return f"{count(_BINS, 'tenth')} compared; outside the band: {join(parts)}."


def _add_shares(figure, middles, shares):
    styles = noise_styles(shares)
    for name, share in shares.items():
        figure.add_trace(
            go.Scatter(
                x=middles,
                y=share,
                customdata=np.arange(1, _BINS + 1),
                mode="lines+markers",
                name=name,
                line=styles[name].line(width=2),
                marker=styles[name].marker(size=7),
                hovertemplate=hover(
                    "%{fullData.name}, tenth %{customdata}", "%{y:,.3~r}% of the rows"
                ),
            )
        )


def _add_band(figure, band):
    for y, fill in ((band[0], None), (band[1], "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=[0, 1],
                y=[y, y],
                mode="lines",
                line={"color": NEUTRAL, "width": 0},
                fill=fill,
                fillcolor="rgba(128, 128, 128, 0.2)",
                showlegend=False,
                hoverinfo="skip",
            )
        )
