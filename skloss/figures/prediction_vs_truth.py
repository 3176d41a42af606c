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
from skloss.figures.text import cut_middle, plot_text, with_unit
from skloss.metrics.quantiles import weighted_quantile
from skloss.wording import display_name, join, number, title_of

__all__ = ["prediction_vs_truth"]

# Two panels next to each other are wide enough on a phone; more losses than these make
# a figure that is too long to read.
_ACROSS, _PANELS = 2, 12
# Pixels of a row of panels with its name and axis, and of the title and the margins.
_ROW, _AROUND = 290, 60
# Pixels of a row for its axis, and for its name.
_BELOW, _ABOVE = 65, 24


def prediction_vs_truth(comparison, output=None):
    """Draw the true values of held-out rows against their predictions, by loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel for each of up to twelve losses, on the same axes. At most 3000 points
        in all, the same rows for every loss.

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
    styles = styles_of(comparison)
    shown = points[points["row"].isin(drawn)]
    n_rows = -(-min(len(losses), _PANELS) // _ACROSS)
    for place, loss in enumerate(losses[:_PANELS]):
        axes = _add_panel(figure, place, n_rows, len(losses), frame, loss)
        _add_points(figure, shown[shown["loss"] == loss], styles[loss], axes)
    figure.update_layout(showlegend=False, height=_AROUND + _ROW * n_rows)
    return figure


def _add_panel(figure, place, n_rows, n_losses, frame, loss):
    """Add the axes of one loss with its name and the line of perfect predictions."""
    row, across = divmod(place, _ACROSS)
    height = _ROW * n_rows
    top = 1 - (row * _ROW + _ABOVE) / height
    bottom = 1 - ((row + 1) * _ROW - _BELOW) / height
    left, right = (0.0, 1.0) if n_losses == 1 else [(0.0, 0.47), (0.53, 1.0)][across]
    suffix = "" if place == 0 else str(place + 1)
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    known = figure.layout
    x, y = ({"range": frame, "automargin": False}.copy() for _ in range(2))
    x |= {"domain": [left, right], "anchor": axes["yaxis"], "title": known.xaxis.title}
    y |= {"domain": [bottom, top], "anchor": axes["xaxis"]}
    y |= {"automargin": across == 0, "showticklabels": across == 0}
    if across == 0:
        y["title"] = known.yaxis.title
    figure.update_layout({f"xaxis{suffix}": x, f"yaxis{suffix}": y})
    add_reference_line(figure, frame, frame)
    figure.data[-1].update(axes)
    figure.add_annotation(
        text=plot_text(cut_middle(title_of(loss), 24), 24),
        x=left,
        y=top,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
    )
    return axes


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
    # Differences of numbers near the largest double overflow.
    unit = max(float(np.abs(values).max()) / 1e150, 1.0)
    values = values / unit
    low, high = values.min(), values.max()
    inner_low, inner_high = np.quantile(values, [0.005, 0.995])
    inner = inner_high - inner_low
    if high - low > 1.6 * inner > 0:
        low, high = max(low, inner_low - inner / 5), min(high, inner_high + inner / 5)
    margin = 0.04 * (high - low) or 0.5 * abs(high) or 1.0
    most = np.finfo(float).max
    with np.errstate(over="ignore"):
        ends = unit * np.array([low - margin, high + margin], dtype=float)
    return np.clip(ends, -most, most).tolist()


def _add_points(figure, points, style, axes):
    figure.add_trace(
        go.Scatter(
            x=points["prediction"],
            y=points["truth"],
            customdata=points["row"] + 1,
            mode="markers",
            name=style.name,
            marker=style.marker(size=5, opacity=0.4),
            hovertemplate=hover(
                "%{fullData.name}, row %{customdata:,}",
                "predicted %{x:,.3~r}",
                "true %{y:,.3~r}",
            ),
            **axes,
        )
    )


def _caption(points, frame, n_drawn):
    """Return how to read the figure, and what is not shown."""
    sentences = [
        " How to read: each point is a held-out row; its distance above or below the "
        "line is the error.",
    ]
    n_losses = points["loss"].nunique()
    if n_losses > _PANELS:
        sentences.append(f"The first {_PANELS} of {n_losses} losses are drawn.")
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
    found = join(values, at_most=6)  # a caption with more numbers is not read
    return f"Half of the {counted} {verb} an error of less than: {found}."
