"""Figures of a regression: predictions against truth, and the residuals."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.noise import FAMILIES, qq_points, residual_fit, residuals_of
from skloss.wording import display_name, join, number, title_of

from .style import (
    MAX_POINTS,
    NEUTRAL,
    NOISE_COLORS,
    draw,
    hover,
    say_instead,
    some_rows,
    styles_for,
)
from .text import plot_text, with_unit

VISIBLE_LOSSES = 2


def prediction_vs_truth(predictions, target, unit="", styles=None, output=None):
    """Draw the truth of held-out rows against their predictions, for each loss.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, row, y_true, y_pred.
    target : str
        Name of the target column.
    unit : str
        Unit of the target.
    styles : dict, optional
        From `loss_styles`, for all losses of the comparison.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        At most 3000 points in all, the same rows for every loss. The first two
        losses are shown, the others by a click in the legend.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"loss": "huber", "row": [0, 1], "y_true": [1.0, 2.0],
    ...                       "y_pred": [1.5, 1.5]})
    >>> prediction_vs_truth(frame, "height", "m").layout.yaxis.title.text
    'true height (m)'
    """
    styles = styles_for(predictions, styles)
    suffix = "" if output is None else f"_{output}"
    if f"y_true{suffix}" not in predictions:
        raise ValueError(
            f"The predictions have no column y_true{suffix}; with several targets, say "
            "which one by output=."
        )
    losses = predictions["loss"].unique().tolist()
    frame = pd.DataFrame(
        {
            "loss": predictions["loss"],
            "row": predictions["row"],
            "truth": predictions[f"y_true{suffix}"],
            "prediction": predictions[f"y_pred{suffix}"],
        }
    )
    low, high = _central_range(frame[["truth", "prediction"]].to_numpy(dtype=float))
    inside = frame[["truth", "prediction"]].apply(lambda v: v.between(low, high))
    n_outside = frame.loc[~inside.all(axis=1), "row"].nunique()
    rows = frame["row"].unique()
    shown = rows[some_rows(len(rows), MAX_POINTS // max(len(losses), 1))]
    notes = []
    if len(losses) > VISIBLE_LOSSES:
        notes.append("Click a name below the figure to show or hide its loss.")
    if len(shown) < len(rows):
        notes.append(
            f"{len(shown):,} of {len(rows):,} rows are drawn, taken at random."
        )
    if n_outside:
        rows_lie = "row lies" if n_outside == 1 else "rows lie"
        notes.append(
            f"{n_outside:,} {rows_lie} outside the frame; double-click to see all."
        )
    figure = draw(
        "How close are predictions to the truth?",
        x=with_unit(f"predicted {display_name(target)}", unit),
        y=with_unit(f"true {display_name(target)}", unit),
        caption=" ".join(
            [
                _typical_miss(frame, unit),
                "How to read: each point is a held-out row, its height above or below "
                "the line is how far the truth was from the prediction.",
                *notes,
            ]
        ),
        alt=f"Truth against prediction for {join(map(title_of, losses))}.",
    )
    figure.add_trace(
        go.Scatter(
            x=[low, high],
            y=[low, high],
            mode="lines",
            line={"color": NEUTRAL, "width": 1},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    for place, loss in enumerate(losses):
        points = frame[(frame["loss"] == loss) & frame["row"].isin(shown)]
        figure.add_trace(
            go.Scatter(
                x=points["prediction"],
                y=points["truth"],
                customdata=points["row"] + 1,
                mode="markers",
                name=plot_text(title_of(loss)),
                visible=True if place < VISIBLE_LOSSES else "legendonly",
                marker=styles[loss].marker(size=5, opacity=0.4),
                hovertemplate=hover(
                    "%{fullData.name}, row %{customdata:,}",
                    "predicted %{x:,.3~r}",
                    "true %{y:,.3~r}",
                ),
            )
        )
    figure.update_xaxes(range=[low, high])
    figure.update_yaxes(range=[low, high])
    return figure


def residual_histogram(predictions, loss, unit="", log_density=False, output=None):
    """Draw the residuals of one loss with the Gaussian and Laplace that fit best.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, y_true, y_pred.
    loss : str
        A label of the column "loss".
    unit : str
        Unit of the target.
    log_density : bool
        Show densities on a logarithmic scale, on which a Gaussian is a parabola and
        a Laplace a tent, and tails are visible.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        Bars and curves are densities on the same scale: areas are shares of rows.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> noise = np.random.default_rng(0).normal(size=300)
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": noise, "y_pred": 0.0})
    >>> [trace.name for trace in residual_histogram(frame, "huber").data]
    ['residuals', 'Gaussian', 'Laplace']
    """
    residuals = residuals_of(predictions, loss, output)
    fit = residual_fit(residuals)
    figure = draw(
        "Are the residuals Gaussian or Laplace?",
        x=with_unit("truth − prediction", unit),
        y=with_unit("density", f"per {display_name(unit)}" if unit else ""),
        subtitle=f"{plot_text(title_of(loss), 60)}, {len(residuals):,} held-out rows",
        caption=fit.text,
        alt=f"Histogram of the residuals of {title_of(loss)} with Gaussian and "
        f"Laplace densities. {fit.text}",
    )
    if not fit.has_spread:
        return say_instead(figure, fit.text)
    edges = _bin_edges(residuals, log_density)
    counts, _ = np.histogram(residuals, edges)
    width = edges[1] - edges[0]
    density = counts / (len(residuals) * width)
    figure.add_trace(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=density,
            width=width,
            customdata=np.column_stack([edges[:-1], edges[1:], counts]),
            name="residuals",
            marker={"color": NEUTRAL, "opacity": 0.4, "line": {"width": 0}},
            hovertemplate=hover(
                "%{customdata[0]:,.3~r} to %{customdata[1]:,.3~r} %{meta}",
                "%{customdata[2]:,} rows",
            ),
            meta=plot_text(unit, 20) if unit else " ",
        )
    )
    grid = np.unique([*np.linspace(edges[0], edges[-1], 301), fit.median])
    for family, fitted in fit.distributions.items():
        name, logpdf = FAMILIES[family].label, fitted.logpdf
        figure.add_trace(
            go.Scatter(
                x=grid,
                y=np.exp(logpdf(grid)),
                mode="lines",
                name=name,
                line=_noise_line(name),
                hovertemplate=hover("%{fullData.name}", "density %{y:,.3~r}"),
            )
        )
    if log_density:
        _show_log_density(figure, residuals, width)
    figure.update_layout(bargap=0)
    figure.update_yaxes(exponentformat="power")  # a density of 5µ would be a puzzle
    figure.layout.meta["caption"] = _histogram_caption(
        fit.text, residuals, edges, unit, log_density
    )
    return figure


def residual_qq(predictions, loss, unit="", output=None):
    """Draw sorted residuals against the quantiles of both noise models.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`: columns loss, y_true, y_pred.
    loss : str
        A label of the column "loss".
    unit : str
        Unit of the target.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> noise = np.random.default_rng(0).laplace(size=300)
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": noise, "y_pred": 0.0})
    >>> len(residual_qq(frame, "huber").data[-1].x)
    300
    """
    residuals = residuals_of(predictions, loss, output)
    fit = residual_fit(residuals)
    points = qq_points(residuals)
    thinned = (
        f" {len(points):,} of {len(residuals):,} rows are drawn, the tails in full."
        if 0 < len(points) < len(residuals)
        else ""
    )
    figure = draw(
        "Which noise matches the tails?",
        x=with_unit("expected under the noise model", unit),
        y=with_unit("truth − prediction", unit),
        subtitle=f"{plot_text(title_of(loss), 60)}, {len(residuals):,} held-out rows",
        caption=f"{fit.text} How to read: residuals in order against those that each "
        "noise model expects; the model whose points stay on the line fits. Ends that "
        "bend away from the line, steeper than it, are tails heavier than the model's."
        f"{thinned}",
        alt=f"Quantiles of the residuals of {title_of(loss)} against those of a "
        f"Gaussian and of a Laplace. {fit.text}",
    )
    if not fit.has_spread:
        return say_instead(figure, fit.text)
    ends = points["residual"].iloc[[0, -1]]
    figure.add_trace(
        go.Scatter(
            x=ends,
            y=ends,
            mode="lines",
            line={"color": NEUTRAL, "width": 1},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    for name, symbol in {"Gaussian": "circle", "Laplace": "diamond-open"}.items():
        figure.add_trace(
            go.Scatter(
                x=points[name.lower()],
                y=points["residual"],
                customdata=100 * points["probability"],
                mode="markers",
                name=name,
                marker={"color": NOISE_COLORS[name], "symbol": symbol, "size": 5},
                hovertemplate=hover(
                    "%{fullData.name}, %{customdata:,.3~r}% of rows lie below",
                    "expected %{x:,.3~r}",
                    "found %{y:,.3~r}",
                ),
            )
        )
    return figure


def _central_range(values):
    """Span all values, or the central 99 % and some room when a few lie far outside."""
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return 0.0, 1.0
    low, high = values.min(), values.max()
    inner_low, inner_high = np.quantile(values, [0.005, 0.995])
    inner = inner_high - inner_low
    if high - low > 1.6 * inner > 0:
        low, high = max(low, inner_low - inner / 5), min(high, inner_high + inner / 5)
    margin = 0.04 * (high - low) or 0.5 * abs(high) or 1.0
    return float(low - margin), float(high + margin)


def _typical_miss(frame, unit):
    misses = (frame["truth"] - frame["prediction"]).abs()
    typical = misses.groupby(frame["loss"], sort=False).median()
    values = [
        f"{title_of(k)} {number(v, unit=unit, trim=True)}" for k, v in typical.items()
    ]
    return f"Half of the rows are missed by less than: {join(values)}."


def _noise_line(name):
    dash = {"Gaussian": "solid", "Laplace": "dash"}[name]
    return {"color": NOISE_COLORS[name], "dash": dash, "width": 2.5}


def _bin_edges(residuals, log_density):
    """Cut residuals into bins after Freedman and Diaconis, few enough to see them.

    The width is twice the interquartile range over the cube root of n, but at least
    a tenth of that range, a fifth on the log scale, where tails matter more than
    detail. The frame ends 5 such ranges from the median, 12 on the log scale.
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


def _show_log_density(figure, residuals, width):
    """Stop the axis below the bar of a single row, where curves run on for ever."""
    one_row = 1 / (len(residuals) * width)
    peak = max(np.max(trace.y) for trace in figure.data)
    figure.update_yaxes(
        type="log",
        range=[np.log10(one_row / 3), np.log10(peak * 1.5)],
        exponentformat="power",
        dtick=1,
        title_text=f"{figure.layout.yaxis.title.text}, log scale",
    )


def _histogram_caption(verdict, residuals, edges, unit, log_density):
    shape = (
        "On this scale a Gaussian is a parabola and a Laplace a tent; tails are where "
        "they part."
        if log_density
        else "A Laplace has a sharper peak and longer tails than a Gaussian."
    )
    n_bins = len(edges) - 1
    text = (
        f"{verdict} How to read: grey is where the residuals lie ({n_bins} bins), the "
        f"lines are the best Gaussian and the best Laplace on the same scale. {shape} "
        "Spread that changes from row to row can make Gaussian noise look Laplace."
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
