"""Held-out errors over time and by group of rows."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures import row_weights
from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.class_scores import decided_of, truth_of
from skloss.figures.style import styles_of
from skloss.figures.target_names import name_of_output
from skloss.figures.text import plot_text, with_unit
from skloss.metrics.feature_effects import OTHER, bins_of
from skloss.wording import capitalized, count, display_name, join, number, title_of

__all__ = ["error_by_group", "error_over_time"]

# No more groups can be named on a screen: the most frequent are drawn, since the errors
# of small ones are mostly chance.
_GROUPS = 15
# Pixels of a group, and of title, axis and legend.
_ROW, _AROUND = 28, 150


def error_over_time(comparison, times, output=None):
    """Draw the mean held-out error of each loss along the time of the rows.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers, classes or labels.
    times : Series
        A number or a date for each row of ``comparison.X``; of other values the order
        of the rows is drawn.
    output : int or str, optional
        Which target, where there are several numbers.

    Returns
    -------
    plotly.graph_objects.Figure
        Means over up to twenty parts of equal numbers of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss import compare_losses, figures
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("heavy_tailed").frame
    >>> X, y = frame[["temperature", "staff"]], frame["takings"]
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=2)
    >>> figure = figures.error_over_time(comparison, frame["day"])
    >>> [trace.name for trace in figure.data]
    ['squared error', 'absolute error']
    """
    values = pd.Series(times).reset_index(drop=True)
    is_date = pd.api.types.is_datetime64_any_dtype(values)
    if not (is_date or pd.api.types.is_numeric_dtype(values)):
        values = pd.Series(np.arange(len(values), dtype=float), name=values.name)
    bins = bins_of(values)
    means = _mean_errors(comparison, bins, output)
    measure, unit = _measure(comparison)
    losses = list(means)
    figure = new_figure(
        "Do errors change over time?",
        x=plot_text(values.name if values.name is not None else "time", 30),
        y=with_unit(measure, unit),
        caption=f"{_over_time(means, measure, unit)} How to read: points are means of "
        f"about a twentieth of the held-out rows{_of(comparison, output)}. Errors that "
        f"rise at the end mean that late rows differ from the rows before.",
        alt=f"{capitalized(measure)} of {join(map(title_of, losses))} over time.",
    )
    if len(means) < 2:
        return show_message(figure, "The held-out rows are all of one time.")
    styles = styles_of(comparison)
    for loss in losses:
        figure.add_trace(
            go.Scatter(
                x=means.index.to_numpy(),
                y=means[loss],
                mode="lines+markers",
                name=styles[loss].name,
                line=styles[loss].line(width=1.5),
                marker=styles[loss].marker(size=6),
                hovertemplate=hover("%{fullData.name}", "%{x}", "%{y:,.3~r}"),
            )
        )
    figure.update_yaxes(rangemode="tozero")
    return figure


def error_by_group(comparison, groups, output=None):
    """Draw the mean held-out error of each loss in each group of rows.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers, classes or labels.
    groups : Series
        The group of each row of ``comparison.X``.
    output : int or str, optional
        Which target, where there are several numbers.

    Returns
    -------
    plotly.graph_objects.Figure
        The most frequent groups, the one with the largest errors first; the others are
        drawn together.

    Examples
    --------
    >>> from skloss import compare_losses, figures
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("heavy_tailed").frame
    >>> X, y = frame[["temperature", "staff"]], frame["takings"]
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=2)
    >>> figure = figures.error_by_group(comparison, frame["branch"])
    >>> sorted(figure.data[0].y)
    ['market', 'school', 'station', 'suburb']
    """
    groups = pd.Series(groups).reset_index(drop=True)
    text = groups.astype(str).where(groups.notna())
    frequent = text.value_counts().index[:_GROUPS]
    n_groups = text.nunique()
    known = text.where(text.isin(frequent) | text.isna(), OTHER)
    means = _mean_errors(comparison, known, output)
    means = means.loc[means.mean(axis=1).sort_values().index]
    measure, unit = _measure(comparison)
    losses = list(means)
    name = groups.name if groups.name is not None else "group"
    figure = new_figure(
        "Which groups have the largest errors?",
        x=with_unit(measure, unit),
        y=plot_text(name, 30),
        caption=f"{_by_group(means, measure, unit, display_name(name))} How to read: "
        f"a mark is the mean over the held-out rows of a group"
        f"{_of(comparison, output)}; further right is a larger error."
        + f" The {_GROUPS} most frequent of {n_groups:,} groups have a line each."
        * (n_groups > _GROUPS),
        alt=f"{capitalized(measure)} of {join(map(title_of, losses))} in "
        f"{count(len(means), 'group')}.",
    )
    if means.empty:
        return show_message(figure, "No held-out row has a group.")
    styles = styles_of(comparison)
    names = [plot_text(group, 20) for group in means.index]
    for loss in losses:
        figure.add_trace(
            go.Scatter(
                x=means[loss],
                y=names,
                mode="markers",
                name=styles[loss].name,
                marker=styles[loss].marker(size=9),
                hovertemplate=hover("%{fullData.name}", "%{y:,.3~r}: %{x:,.3~r}"),
            )
        )
    figure.update_yaxes(type="category", dtick=1, categoryarray=names)
    figure.update_xaxes(rangemode="tozero")
    figure.update_layout(height=_AROUND + _ROW * len(means))
    return figure


def _mean_errors(comparison, keys, output):
    """Return the weighted mean error: rows the keys of table rows, columns losses."""
    rows = comparison.predictions
    weight = row_weights.of_rows(comparison)
    frame = pd.DataFrame(
        {
            "loss": rows["loss"],
            "key": keys.to_numpy()[rows["row"].to_numpy()],
            "error": _errors(comparison, output),
            "weight": 1.0 if weight is None else weight,
        }
    ).dropna()
    frame["error"] *= frame["weight"]
    sums = frame.groupby(["loss", "key"], sort=True)[["error", "weight"]].sum()
    means = (sums["error"] / sums["weight"]).unstack("loss")
    return means[[loss for loss in rows["loss"].unique() if loss in means]]


def _errors(comparison, output):
    """Return the error of each held-out row: a distance, or a share of mistakes."""
    rows = comparison.predictions
    if comparison.task.has_numbers:
        suffix = "" if output is None else f"_{output}"
        if f"y_true{suffix}" not in rows:
            raise ValueError(
                f"The predictions have no column y_true{suffix}; with several targets, "
                "choose one of them by output=."
            )
        return (rows[f"y_true{suffix}"] - rows[f"y_pred{suffix}"]).abs().to_numpy()
    if comparison.task.has_classes:
        return (rows["y_true"] != rows["y_pred"]).to_numpy(dtype=float)
    wrong = [truth_of(rows, k) != decided_of(rows, k) for k in comparison.classes]
    return np.mean(wrong, axis=0)


def _measure(comparison):
    """Return what the mean error is called, and its unit."""
    if comparison.task.has_numbers:
        return "MAE", comparison.unit
    wrong = "classes" if comparison.task.has_classes else "labels"
    return f"share of wrong {wrong}", ""


def _of(comparison, output):
    return "" if output is None else f" of {name_of_output(comparison, output)}"


def _over_time(means, measure, unit):
    """Return how the error of the last quarter compares with that of the first."""
    if len(means) < 2:
        return "The held-out rows are all of one time."
    part = max(len(means) // 4, 1)
    first, last = means.iloc[:part].mean(), means.iloc[-part:].mean()
    found = [
        f"{title_of(loss)} from {number(first[loss], trim=True)} to "
        f"{number(last[loss], unit=unit, trim=True)}"
        for loss in means
    ]
    return f"{capitalized(measure)} from the first to the last quarter: {join(found)}."


def _by_group(means, measure, unit, name):
    """Return the groups with the largest and the smallest errors."""
    if means.empty:
        return "No held-out row has a group."
    overall = means.mean(axis=1)
    most, least = overall.index[-1], overall.index[0]
    values = (number(overall[one], unit=unit, trim=True) for one in (most, least))
    high, low = values
    return (
        f"Mean {measure} of all losses: {high} for {name} {display_name(most, 40)}, "
        f"the largest, and {low} for {display_name(least, 40)}, the smallest."
    )
