"""The fits themselves: the target against one feature, with a curve for each loss."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures import row_weights
from skloss.figures.canvas import hover, new_figure, sample_rows, show_message
from skloss.figures.class_scores import truth_of
from skloss.figures.fit_bands import (
    add_band,
    add_bars,
    banded_losses,
    coverage_sentence,
    interval_ends,
)
from skloss.figures.prediction_vs_truth import central_range
from skloss.figures.style import NEUTRAL, styles_of
from skloss.figures.target_names import name_of_class, name_of_output
from skloss.figures.text import distinct, plot_text, with_unit
from skloss.metrics import feature_effects
from skloss.metrics.feature_effects import bins_of, feature_frame
from skloss.wording import capitalized, display_name, join, number, title_of

__all__ = ["fits"]

# Probabilities are drawn on an axis that ends here or above, never in close-up.
_PROBABILITY_AT_LEAST = 0.02
# More points would hide the curves; more rows would move a mean of a twentieth of them
# by less than a line's width.
_POINTS, _ROWS = 1500, 50_000


def fits(comparison, feature=None, label=None, output=None, coverage=0.8):
    """Draw held-out rows and the mean prediction of each loss along one feature.

    Parameters
    ----------
    comparison : Comparison
        A comparison of numbers, classes or labels.
    feature : str, optional
        Name of a column of ``comparison.X``; of an array, "feature 0" and so on. By
        default the one that predictions vary most with.
    label : object, optional
        The class or label whose probability is drawn; by default the last.
    output : int or str, optional
        Which target, where there are several numbers.
    coverage : float, default 0.8
        Probability of the bands, which are drawn for losses that predict a spread or
        several quantiles; 0 draws none.

    Returns
    -------
    plotly.graph_objects.Figure
        Each curve is the mean of held-out predictions over rows with similar values of
        the feature; other features are as they are in these rows. A band is between the
        means of the ends of the intervals that are predicted for these rows.

    Raises
    ------
    ValueError
        If the comparison has no such feature, class or target.

    Examples
    --------
    >>> from skloss import compare_losses, figures
    >>> from skloss.datasets import load_sample
    >>> frame = load_sample("diabetes").frame
    >>> X, y = frame[["bmi", "age"]], frame["progression"]
    >>> comparison = compare_losses(X, y, ["mse", "mae"], cv=2)
    >>> figures.fits(comparison).layout.xaxis.title.text
    'bmi'
    """
    column, truth, outcome = _outcome(comparison, label, output)
    if feature is None:
        known = comparison.X, comparison.predictions, column
        weight = getattr(comparison, "sample_weight", None)
        effects = feature_effects(*known, sample_weight=weight)
        if effects.empty:
            raise ValueError("The comparison has no features.")
        feature = effects.index[0]
    rows = np.sort(comparison.predictions["row"].unique())
    n_rows, rows = len(rows), rows[sample_rows(len(rows), _ROWS)]
    features = feature_frame(comparison.X, rows).set_axis(pd.Index(rows))
    if feature not in features.columns:
        raise ValueError(
            f"The comparison has no feature {display_name(feature)!r}; choose one of "
            f"{join(map(display_name, features.columns[:20]))}."
        )
    values = features.loc[:, feature]
    # Of columns with one name, the first.
    values = values.iloc[:, 0] if values.ndim == 2 else values
    bins = bins_of(values)
    weight = row_weights.of_rows(comparison)
    weight = 1.0 if weight is None else weight
    frame = comparison.predictions.assign(truth=truth, weight=weight)
    if len(rows) < n_rows:
        frame = frame[frame["row"].isin(rows)]
    frame = frame.assign(bin=frame["row"].map(bins)).dropna(subset=["bin"])
    curves = _weighted_means(frame, ["loss", "bin"], column).dropna()
    losses = list(comparison.predictions["loss"].unique())
    unit = comparison.unit if comparison.task.has_numbers else ""
    figure = new_figure(
        "How does each loss fit?",
        x=with_unit(feature, ""),
        y=with_unit(outcome, unit),
        caption=_caption(curves, losses, feature, comparison)
        + f" Drawn from {len(rows):,} of {n_rows:,} rows." * (len(rows) < n_rows),
        alt=f"{display_name(outcome)} against {display_name(feature)} with the mean "
        f"prediction of {join(map(title_of, losses))}.",
    )
    if curves.empty:
        return show_message(figure, "No row has both a value and a prediction.")
    _add_rows(figure, frame, values, comparison)
    coverage = coverage if comparison.task.has_numbers else 0
    _add_losses(figure, frame, comparison, curves, coverage, output)
    if comparison.task.has_numbers:
        figure.update_yaxes(range=central_range(frame["truth"].to_numpy()))
    else:
        # Of a rare class, all of [0, 1] would be an empty figure above the axis.
        highest = max(np.nanmax(np.asarray(trace.y, float)) for trace in figure.data)
        top = min(1.04, max(1.3 * highest, _PROBABILITY_AT_LEAST))
        figure.update_yaxes(range=[-0.04 * top, top])
    return figure


def _outcome(comparison, label, output):
    """Return the column of predictions, the truth as numbers, and what both are."""
    predictions = comparison.predictions
    suffix = "" if output is None else f"_{output}"
    if comparison.task.has_numbers and f"y_pred{suffix}" in predictions:
        truth = predictions[f"y_true{suffix}"].astype(float)
        return f"y_pred{suffix}", truth, name_of_output(comparison, output)
    if not comparison.task.has_probabilities or not comparison.classes:
        raise ValueError(
            "Fits are drawn of numbers, classes or labels; with several numbers, "
            "choose one of them by output=."
        )
    label = comparison.classes[-1] if label is None else label
    column = f"proba_{label}"
    if column not in predictions:
        raise ValueError(
            f"The comparison has no class {display_name(label)!r}; choose one of "
            f"{join(map(display_name, comparison.classes))}."
        )
    # NaN where a loss gives no probabilities: it has no curve.
    name = display_name(name_of_class(comparison, label), 20)
    return column, truth_of(predictions, label).astype(float), f"probability of {name}"


def _add_rows(figure, frame, values, comparison):
    """Draw held-out rows as points, or the share of a class in each bin."""
    rows = frame[frame["loss"] == frame["loss"].iloc[0]].drop_duplicates("row")
    if not comparison.task.has_numbers:
        shares, sizes = (
            _weighted_means(rows, "bin", "truth"),
            rows.groupby("bin").size(),
        )
        x, y, name = shares.index, shares, f"share of {row_weights.unit_of(comparison)}"
        text = hover("share %{y:,.3~r} of %{customdata:,} rows")
        custom, size, opacity = sizes, 9, 0.9
    else:
        rows = rows.iloc[sample_rows(len(rows), _POINTS)]
        at = rows["row"].map(values)
        # Levels are drawn at the name of their bin.
        x = at if _is_ordered(rows["bin"]) else rows["bin"]
        y, name, custom = rows["truth"], "held-out rows", rows["row"] + 1
        text = hover("row %{customdata:,}", "true %{y:,.3~r}")
        size, opacity = 4, 0.35
    figure.add_trace(
        go.Scatter(
            x=_drawable(x, _level_names(frame["bin"])),
            y=y,
            customdata=custom,
            mode="markers",
            name=name,
            marker={"color": NEUTRAL, "size": size, "opacity": opacity},
            hovertemplate=text,
        )
    )


def _add_losses(figure, frame, comparison, curves, coverage, output):
    """Draw the curve or the marks of each loss, with its intervals."""
    styles, names = styles_of(comparison), _level_names(frame["bin"])
    is_ordered = _is_ordered(frame["bin"])
    if coverage and is_ordered:  # below the curves
        _add_bands(figure, frame, comparison, coverage, output)
    for loss in comparison.predictions["loss"].unique():
        if loss in curves.index.get_level_values(0):
            _add_curve(figure, curves[loss], loss, styles[loss], names)
    if not is_ordered:
        # Marks next to each other: at one level they would hide each other.
        figure.update_layout(scattermode="group", scattergap=0.4)
    if coverage and not is_ordered:
        _add_bands(figure, frame, comparison, coverage, output)


def _add_bands(figure, frame, comparison, coverage, output):
    """Draw the intervals of losses that predict them, and state what they hold.

    Areas along numbers and dates, and bars at the mark of the loss for levels.
    """
    inside, styles = {}, styles_of(comparison)
    is_ordered = _is_ordered(frame["bin"])
    for loss in banded_losses(comparison):
        ends = interval_ends(comparison, frame, loss, coverage, output)
        if ends.empty:
            continue
        low, high = (_weighted_means(ends, "bin", name) for name in ("low", "high"))
        if is_ordered:
            add_band(figure, low, high, styles[loss], coverage)
        else:
            add_bars(figure, low, high, styles[loss])
        holds = ends["truth"].between(ends["low"], ends["high"])
        inside[loss] = float(np.average(holds, weights=ends["weight"]))
    noun = "Bands" if is_ordered else "Bars"
    figure.layout.meta["caption"] += coverage_sentence(inside, coverage, noun)


def _weighted_means(frame, keys, column):
    """Return the mean of a column in each group; rows without a value are left out."""
    frame = frame.dropna(subset=[column])
    total = frame["weight"] * frame[column]
    groups = frame.assign(total=total).groupby(keys, sort=True)[["total", "weight"]]
    sums = groups.sum()
    return sums["total"] / sums["weight"]


def _add_curve(figure, curve, loss, style, names):
    is_ordered = _is_ordered(curve.index)
    figure.add_trace(
        go.Scatter(
            x=_drawable(curve.index, names),
            y=curve.to_numpy(),
            mode="lines" if is_ordered else "markers",
            name=style.name,
            line=style.line(width=2.5) if is_ordered else None,
            marker=None if is_ordered else style.marker(size=10),
            hovertemplate=hover("%{fullData.name}", "mean prediction %{y:,.3~r}"),
        )
    )


def _is_ordered(values):
    """Return whether values are numbers or dates, not levels."""
    is_date = pd.api.types.is_datetime64_any_dtype(values)
    return is_date or pd.api.types.is_numeric_dtype(values)


def _level_names(bins):
    """Return the names of levels, safe for plotly and each of them different."""
    levels = [] if _is_ordered(bins) else sorted(bins.unique())
    names = distinct([plot_text(level, 20) for level in levels])
    return dict(zip(levels, names, strict=True))


def _drawable(values, names):
    """Return numbers and dates as they are, and levels by their names."""
    if _is_ordered(values):
        return np.asarray(values)
    return [names[value] for value in values]


def _caption(curves, losses, feature, comparison):
    """Return where losses differ most, and how to read the figure."""
    wide = curves.unstack("loss")
    is_number = comparison.task.has_numbers
    unit = comparison.unit if is_number else ""
    points = "held-out rows" if is_number else "shares of held-out rows"
    how_to_read = (
        f"How to read: points are {points}; a curve is the mean held-out prediction. "
        f"{'Curves' if is_number else 'Both'} are over rows with similar values, "
        "whatever their other features are."
    )
    if wide.shape[1] < 2 or not len(wide):
        finding = f"{capitalized(title_of(losses[0]))} along {display_name(feature)}."
        return f"{finding} {how_to_read}"
    gap = (wide.max(axis=1) - wide.min(axis=1)).fillna(0.0)
    if not gap.max() > 0:
        same = f"All losses predict the same along {display_name(feature, 30)}."
        return f"{same} {how_to_read}"
    at = gap.idxmax()
    high, low = wide.loc[at].idxmax(), wide.loc[at].idxmin()
    where = number(at, trim=True) if isinstance(at, float) else display_name(at, 30)
    most, least = (number(wide.loc[at, loss], unit=unit) for loss in (high, low))
    return (
        f"The losses differ most at {display_name(feature, 30)} {where}: on average "
        f"{title_of(high)} predicts {most}, {title_of(low)} {least}. {how_to_read}"
    )
