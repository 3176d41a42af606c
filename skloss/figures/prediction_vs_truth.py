"""Predictions of held-out rows against their true values."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures import row_weights
from skloss.figures.canvas import (
    MAX_POINTS,
    add_reference_line,
    hover,
    new_figure,
    sample_rows,
)
from skloss.figures.style import styles_of
from skloss.figures.target_names import name_of_output
from skloss.figures.text import plot_text, with_unit
from skloss.metrics.quantiles import weighted_quantile
from skloss.wording import display_name, join, number, title_of

__all__ = ["prediction_vs_truth"]

# Points of more losses cover each other; the others are one click away.
_VISIBLE_LOSSES = 2


def prediction_vs_truth(comparison, output=None):
    """Draw the true values of held-out rows against their predictions, for each loss.

    Parameters
    ----------
    comparison : Comparison
        Of a regression.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        At most 3000 points in all, the same rows for every loss. The first two
        losses are shown, the others by a click in the legend.

    Raises
    ------
    ValueError
        If the comparison has several targets and `output` is not one of them.

    Examples
    --------
    >>> from skloss import compare_losses, figures
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("diabetes").frame
    >>> X, y = frame.drop(columns="progression"), frame["progression"]
    >>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=2)
    >>> figures.prediction_vs_truth(comparison).layout.yaxis.title.text
    'true progression'
    """
    points = _points(comparison.predictions, output)
    weight = row_weights.of_rows(comparison)
    points["weight"] = 1.0 if weight is None else weight
    losses = points["loss"].unique().tolist()
    frame = central_range(points[["truth", "prediction"]].to_numpy(dtype=float))
    rows = points["row"].unique()
    drawn = rows[sample_rows(len(rows), MAX_POINTS // max(len(losses), 1))]
    target, unit = display_name(name_of_output(comparison, output)), comparison.unit
    figure = new_figure(
        "How close are predictions to the truth?",
        x=with_unit(f"predicted {target}", unit),
        y=with_unit(f"true {target}", unit),
        caption=_typical_error(points, unit, row_weights.unit_of(comparison))
        + _caption(points, frame, len(drawn)),
        alt=f"Truth against prediction for {join(map(title_of, losses))}.",
    )
    add_reference_line(figure, frame, frame)
    styles = styles_of(comparison)
    shown = points[points["row"].isin(drawn)]
    for place, loss in enumerate(losses):
        _add_points(
            figure,
            shown[shown["loss"] == loss],
            styles[loss],
            visible=True if place < _VISIBLE_LOSSES else "legendonly",
        )
    figure.update_xaxes(range=frame)
    figure.update_yaxes(range=frame)
    return figure


def _points(predictions, output):
    """Return loss, row, truth and prediction of one target."""
    suffix = "" if output is None else f"_{output}"
    if not {f"y_true{suffix}", f"y_pred{suffix}"} <= set(predictions):
        raise ValueError(
            f"The predictions have no column y_true{suffix}; with several targets, "
            "choose one of them by output=."
        )
    return pd.DataFrame(
        {
            "loss": predictions["loss"],
            "row": predictions["row"],
            "truth": predictions[f"y_true{suffix}"],
            "prediction": predictions[f"y_pred{suffix}"],
        }
    )


def central_range(values):
    """Return the range of all values, or of the central 99% if a few lie far outside.

    One extreme row would squeeze all others into a corner. Values up to a fifth of
    the central range beyond it are kept, so that the cut is well outside the bulk;
    it is made only if it saves more than a third of the axis.
    """
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return [0.0, 1.0]
    low, high = values.min(), values.max()
    inner_low, inner_high = np.quantile(values, [0.005, 0.995])
    inner = inner_high - inner_low
    if high - low > 1.6 * inner > 0:
        low, high = max(low, inner_low - inner / 5), min(high, inner_high + inner / 5)
    margin = 0.04 * (high - low) or 0.5 * abs(high) or 1.0
    return [float(low - margin), float(high + margin)]


def _add_points(figure, points, style, visible):
    figure.add_trace(
        go.Scatter(
            x=points["prediction"],
            y=points["truth"],
            customdata=points["row"] + 1,
            mode="markers",
            name=plot_text(title_of(points["loss"].iloc[0])),
            visible=visible,
            marker=style.marker(size=5, opacity=0.4),
            hovertemplate=hover(
                "%{fullData.name}, row %{customdata:,}",
                "predicted %{x:,.3~r}",
                "true %{y:,.3~r}",
            ),
        )
    )


def _caption(points, frame, n_drawn):
    """Return how to read the figure, and what is not shown."""
    sentences = [
        " How to read: each point is a held-out row, its height above or below the "
        "line is how far the truth was from the prediction.",
    ]
    if points["loss"].nunique() > _VISIBLE_LOSSES:
        sentences.append("Click a name below the figure to show or hide its loss.")
    n_rows = points["row"].nunique()
    if n_drawn < n_rows:
        sentences.append(f"{n_drawn:,} of {n_rows:,} rows are drawn, taken at random.")
    inside = points[["truth", "prediction"]].apply(lambda v: v.between(*frame))
    n_outside = points.loc[~inside.all(axis=1), "row"].nunique()
    if n_outside:
        rows = "row lies" if n_outside == 1 else "rows lie"
        sentences.append(
            f"{n_outside:,} {rows} outside the frame; double-click to see all."
        )
    return " ".join(sentences)


def _typical_error(points, unit, counted):
    """Return the median error of each loss."""
    points = points.assign(error=(points["truth"] - points["prediction"]).abs())
    values = []
    for loss, rows in points.groupby("loss", sort=False):
        median = weighted_quantile(rows["error"], 0.5, rows["weight"].to_numpy())
        values.append(f"{title_of(loss)} {number(median, unit=unit, trim=True)}")
    verb = "have" if counted == "rows" else "has"
    return f"Half of the {counted} {verb} an error of less than: {join(values)}."
