"""Quantiles of residuals against those of the noise models."""

import plotly.graph_objects as go

from skloss.figures.canvas import add_reference_line, hover, show_message
from skloss.figures.residual_sample import residual_sample
from skloss.figures.style import noise_styles
from skloss.figures.text import with_unit
from skloss.noise import qq_points

__all__ = ["residual_qq"]


def residual_qq(comparison, loss, output=None):
    """Draw sorted residuals against the quantiles of the noise models.

    Parameters
    ----------
    comparison : Comparison
        Of a regression.
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
    points, n_rows = qq_points(sample.residuals, sample.weight), len(sample.residuals)
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
