"""Quantiles of residuals against those of the noise models."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures.canvas import add_reference_line, hover, show_message
from skloss.figures.residual_sample import residual_sample
from skloss.figures.style import noise_styles
from skloss.figures.text import with_unit
from skloss.noise.residual_comparison import quantile_pairs
from skloss.wording import join, number

__all__ = ["residual_qq"]

# Share of the rows between the tails, the largest that leaves five rows in them.
_MIDDLE = (0.99, 0.95, 0.9)
_ROWS_IN_TAILS = 5
# More could not be distinguished in a figure.
_POINTS_AT_MOST = 1000


def residual_qq(comparison, loss, output=None):
    """Draw sorted residuals against the quantiles of the noise models.

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
        Of many rows, the tails are drawn in full and the middle is thinned.

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
    >>> len(figures.residual_qq(comparison, "squared_error").data[-1].x)
    442
    """
    sample = residual_sample(comparison, loss, output)
    # The models of the sample, since fitting them takes longest.
    models, n_rows = sample.fit.distributions, len(sample.residuals)
    points = pd.DataFrame()
    if models:
        points = quantile_pairs(
            sample.residuals, sample.weight, models, _POINTS_AT_MOST
        )
    is_thinned = 0 < len(points) < n_rows
    drawn = f" {len(points):,} of {n_rows:,} rows are drawn, the tails in full."
    figure = sample.new_figure(
        "Which noise model matches the tails?",
        x=with_unit("expected under the noise model", sample.unit),
        y=with_unit("truth − prediction", sample.unit),
        how_to_read="How to read: residuals in order against those that each noise "
        "model expects; the model whose points stay on the line fits. Ends that bend "
        "away from the line, steeper than it, are tails heavier than the model's."
        + drawn
        * is_thinned,
        finding=_reach(sample, points),
        alt="Quantiles of the residuals of {loss} against those of {models}.",
    )
    if not sample.models:
        return show_message(figure, sample.fit.text)
    ends = points["residual"].iloc[[0, -1]]
    add_reference_line(figure, ends, ends)
    styles = noise_styles(sample.models)
    for name, model in sample.models.items():
        figure.add_trace(
            go.Scatter(
                x=model.ppf(points["probability"]),
                y=points["residual"],
                customdata=100 * points["probability"],
                mode="markers",
                name=name,
                marker=styles[name].marker(size=5),
                hovertemplate=hover(
                    "%{fullData.name}, %{customdata:,.3~r}% of rows lie below",
                    "expected %{x:,.3~r}",
                    "observed %{y:,.3~r}",
                ),
            )
        )
    return figure


def _reach(sample, points):
    """State how far the middle of the residuals reaches, and under each noise model."""
    n_rows = len(sample.residuals)
    fitting = [m for m in _MIDDLE if (1 - m) * n_rows >= _ROWS_IN_TAILS - 1e-9]
    if not (sample.models and fitting):
        return None
    ends = np.array([1 - fitting[0], 1 + fitting[0]]) / 2
    observed = np.interp(ends, points["probability"], points["residual"])
    spans = [
        f"{number(np.ptp(model.ppf(ends)))} under {name} noise"
        for name, model in sample.models.items()
    ]
    span = number(np.ptp(observed), unit=sample.unit, trim=True)
    return (
        f"The middle {fitting[0]:.0%} of the residuals span {span}; expected are "
        f"{join(spans)}."
    )
