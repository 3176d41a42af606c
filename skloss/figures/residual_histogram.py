"""Histogram of residuals with the densities of the noise models."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, show_message
from skloss.figures.residual_sample import residual_sample
from skloss.figures.style import NEUTRAL, noise_styles
from skloss.figures.text import plot_text, with_unit
from skloss.wording import display_name, number

__all__ = ["residual_histogram"]

# Smooth to the eye at the width of a page; odd, so that the centre is a point.
_CURVE_POINTS = 301


def residual_histogram(comparison, loss, log_density=False, output=None):
    """Draw the residuals of one loss with the noise models that fit best.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    loss : str
        A label of the comparison.
    log_density : bool
        Show densities on a logarithmic scale, on which a Gaussian is a parabola and a
        Laplace two straight lines, and tails are visible.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        Bars and curves are densities on the same scale: areas are shares of rows.

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
    >>> figure = figures.residual_histogram(comparison, "squared_error")
    >>> [trace.name for trace in figure.data]
    ['residuals', 'Gaussian', 'Laplace', 'Student t']
    """
    sample = residual_sample(comparison, loss, output)
    edges = _bin_edges(sample.residuals, log_density) if sample.models else np.zeros(2)
    unit = sample.unit
    figure = sample.new_figure(
        "Which noise model fits the residuals?",
        x=with_unit("truth − prediction", unit),
        y=with_unit("density", f"per {display_name(unit)}" if unit else ""),
        how_to_read=_how_to_read(sample.residuals, edges, unit, log_density),
        alt="Histogram of the residuals of {loss} with densities of {models}.",
    )
    if not sample.models:
        return show_message(figure, sample.fit.text)
    _add_bars(figure, sample, edges)
    _add_densities(figure, sample, edges)
    if log_density:
        _show_log_density(figure, len(sample.residuals), edges[1] - edges[0])
    figure.update_layout(bargap=0)
    # A density of 0.000005 would be labelled 5µ.
    figure.update_yaxes(exponentformat="power")
    return figure


def _bin_edges(residuals, log_density):
    """Cut residuals into bins after Freedman and Diaconis, few enough to see them.

    The width is 2 IQR / n^(1/3) (Freedman and Diaconis, 1981, On the histogram as a
    density estimator), but at least a tenth of the interquartile range IQR: more than
    100 bins are noise on a screen. The frame ends 5 IQR from the median, which holds
    every row of Gaussian noise and 99.9% of Laplace noise. On the log scale the tails
    matter and not the detail: a fifth and 12 IQR.
    """
    lower, median, upper = np.quantile(residuals, [0.25, 0.5, 0.75])
    spread = upper - lower
    if spread == 0:
        return np.linspace(residuals.min(), residuals.max(), 31)
    reach, finest = (12, 0.2) if log_density else (5, 0.1)
    width = spread * max(2 / len(residuals) ** (1 / 3), finest)
    low = max(residuals.min(), median - reach * spread)
    high = min(residuals.max(), median + reach * spread)
    return np.linspace(low, high, max(int(np.ceil((high - low) / width)), 5) + 1)


def _add_bars(figure, sample, edges):
    counts, _ = np.histogram(sample.residuals, edges, weights=sample.weight)
    n_rows = len(sample.residuals) if sample.weight is None else sample.weight.sum()
    width = edges[1] - edges[0]
    figure.add_trace(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts / (n_rows * width),
            width=width,
            customdata=np.column_stack([edges[:-1], edges[1:], counts]),
            name="residuals",
            marker={"color": NEUTRAL, "opacity": 0.4, "line": {"width": 0}},
            hovertemplate=hover(
                "%{customdata[0]:,.3~r} to %{customdata[1]:,.3~r} %{meta}",
                "%{customdata[2]:,.6~r} rows",
            ),
            meta=plot_text(sample.unit, 20) if sample.unit else " ",
        )
    )


def _add_densities(figure, sample, edges):
    # The peak of a Laplace is a single point, which an even grid would miss.
    peaks = [model.ppf(0.5) for model in sample.models.values()]
    grid = np.linspace(edges[0], edges[-1], _CURVE_POINTS)
    grid = np.unique([*grid, *np.clip(peaks, edges[0], edges[-1])])
    styles = noise_styles(sample.models)
    for name, model in sample.models.items():
        figure.add_trace(
            go.Scatter(
                x=grid,
                y=model.pdf(grid),
                mode="lines",
                name=name,
                line=styles[name].line(width=2.5),
                hovertemplate=hover("%{fullData.name}", "density %{y:,.3~r}"),
            )
        )


def _show_log_density(figure, n_rows, width):
    """End the axis a third below the bar of a single row; curves never reach zero."""
    one_row = 1 / (n_rows * width)
    peak = max(np.max(trace.y) for trace in figure.data)
    figure.update_yaxes(
        type="log",
        range=[np.log10(one_row / 3), np.log10(peak * 1.5)],
        dtick=1,
        title_text=f"{figure.layout.yaxis.title.text}, log scale",
    )


def _how_to_read(residuals, edges, unit, log_density):
    shape = (
        "On this scale a Gaussian density is a parabola and a Laplace density two "
        "straight lines; they differ in the tails."
        if log_density
        else "A Laplace has a sharper peak and longer tails than a Gaussian."
    )
    text = (
        f"How to read: the grey bars are the residuals ({len(edges) - 1} bins), the "
        f"lines are the fitted noise models on the same scale. {shape} Spread that "
        "changes from row to row can make Gaussian noise look like Laplace noise."
    )
    outside = residuals[(residuals < edges[0]) | (residuals > edges[-1])]
    if len(outside):
        furthest = outside[np.abs(outside).argmax()]
        rows = "row lies" if len(outside) == 1 else "rows lie"
        text += (
            f" {len(outside):,} {rows} outside the frame, the furthest at "
            f"{number(furthest, unit=unit, trim=True)}."
        )
    return text
