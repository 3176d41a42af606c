"""Precision-recall and ROC curves: how well probabilities rank one class."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures import class_scores, row_weights
from skloss.figures.canvas import (
    add_reference_line,
    hover,
    new_figure,
    show_message,
    show_unit_square,
)
from skloss.figures.style import styles_of
from skloss.figures.target_names import kind_of_class, name_of_class
from skloss.figures.text import not_ranked, plot_text
from skloss.metrics import pr_auc, roc_auc, threshold_table
from skloss.wording import join, number, title_of

__all__ = ["precision_recall_curves", "roc_curves"]

# Where the curves of folds are averaged: a band needs no more points.
_RATES = np.linspace(0, 1, 101)
_BAND = (
    "; the bands are one standard deviation of the folds' own curves to either side of "
    "their mean."
)


def precision_recall_curves(comparison, label):
    """Draw precision against recall of one class, a line per loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    label : object
        The class to find, against all others; or one label of a multilabel task.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the comparison has no probabilities of such a class.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, figures
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cv=2)
    >>> figures.precision_recall_curves(comparison, 2).data[-1].name
    'cross-entropy'
    """
    scores, without = class_scores.of_class(comparison, label)
    share = class_scores.share_of_class(comparison, label)
    kind, name = kind_of_class(comparison), name_of_class(comparison, label)
    areas = {loss: _area(pr_auc, one) for loss, one in scores.items()}
    ranked = {k: area for k, area in areas.items() if k not in comparison.stopped}
    figure = new_figure(
        "How many false alarms for each hit?",
        x="recall: share of the class that is found",
        y="precision: share of alarms that are right",
        subtitle=f"{kind} {plot_text(name)}, {100 * share:.3g}% of the "
        f"{row_weights.unit_of(comparison)}",
        caption=f"{_area_order('average precision', ranked, share)}"
        f"{class_scores.without_probabilities(without)}{not_ranked(comparison)} "
        "How to read: further up and right is better; each point is a threshold, "
        "moving right finds more of the class at the price of more false alarms. The "
        f"grey line is guessing. Held-out rows of all folds pooled{_BAND}",
        alt=f"Precision-recall curves of {join(map(title_of, scores))} for the "
        f"{kind} {name}.",
    )
    if not _has_area(areas):
        missing = class_scores.no_contrast(comparison, label, without)
        return show_message(figure, missing)
    add_reference_line(figure, [0, 1], [share, share])
    _add_bands(figure, comparison, label, scores, _precision_at)
    styles = styles_of(comparison)
    texts = ("found %{x:,.3~r}", "precision %{y:,.3~r}")
    for loss, one in scores.items():
        table = threshold_table(*one[:2], True, sample_weight=one.weight)
        _add_curve(figure, table, "recall", "precision", texts, loss, styles[loss])
    return show_unit_square(figure)


def roc_curves(comparison, label):
    """Draw the share found against the share of false alarms, a line per loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    label : object
        The class to find, against all others; or one label of a multilabel task.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the comparison has no probabilities of such a class.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, figures
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cv=2)
    >>> curve = figures.roc_curves(comparison, 2).data[-1]
    >>> curve.x[-1], curve.y[-1]
    (np.float64(0.0), np.float64(0.0))
    """
    scores, without = class_scores.of_class(comparison, label)
    kind, name = kind_of_class(comparison), name_of_class(comparison, label)
    areas = {loss: _area(roc_auc, one) for loss, one in scores.items()}
    ranked = {k: area for k, area in areas.items() if k not in comparison.stopped}
    figure = new_figure(
        "Does the class rank above the rest?",
        x="share of the other rows falsely flagged",
        y="share of the class that is found",
        subtitle=f"{kind} {plot_text(name)}",
        caption=f"{_area_order('area under the curve', ranked, 0.5)}"
        f"{class_scores.without_probabilities(without)}{not_ranked(comparison)} "
        "How to read: further up and left is better; the grey diagonal is guessing. "
        "With a rare class this figure looks too good: look at precision and recall "
        f"too. Held-out rows of all folds pooled{_BAND}",
        alt=f"ROC curves of {join(map(title_of, scores))} for the {kind} {name}.",
    )
    if not _has_area(areas):
        missing = class_scores.no_contrast(comparison, label, without)
        return show_message(figure, missing)
    add_reference_line(figure, [0, 1], [0, 1])
    _add_bands(figure, comparison, label, scores, _recall_at)
    styles = styles_of(comparison)
    texts = ("found %{y:,.3~r}", "false alarms %{x:,.3~r}")
    for loss, one in scores.items():
        table = threshold_table(*one[:2], True, sample_weight=one.weight)
        table["false_alarms"] = 1 - table["specificity"]
        # Above the highest score no row is flagged: the curve starts at the corner.
        corner = {"threshold": [np.inf], "false_alarms": [0.0], "recall": [0.0]}
        table = pd.concat([table, pd.DataFrame(corner)], ignore_index=True)
        _add_curve(figure, table, "false_alarms", "recall", texts, loss, styles[loss])
    return show_unit_square(figure)


def _precision_at(scores):
    """Return the precision of one fold at each recall of the grid.

    Between two thresholds, precision is that of the threshold which reaches the recall.
    """
    table = threshold_table(*scores[:2], True, sample_weight=scores.weight)
    table = table.sort_values(["recall", "threshold"], ascending=[True, False])
    recall, precision = table["recall"].to_numpy(), table["precision"].to_numpy()
    reached = np.searchsorted(recall, _RATES - 1e-12)  # up to rounding
    return precision[np.minimum(reached, len(precision) - 1)]


def _recall_at(scores):
    """Return the recall of one fold at each share of false alarms of the grid."""
    table = threshold_table(*scores[:2], True, sample_weight=scores.weight)
    false_alarms = 1 - table["specificity"].to_numpy()[::-1]
    return np.interp(
        _RATES,
        np.append(0.0, false_alarms),
        np.append(0.0, table["recall"].to_numpy()[::-1]),
    )


def _add_bands(figure, comparison, label, losses, curve_of):
    """Shade the spread of the folds' curves of each loss."""
    styles = styles_of(comparison)
    for loss in losses:
        folds = class_scores.by_fold(comparison, loss, label)
        _add_band(figure, [curve_of(fold) for fold in folds], styles[loss])


def _add_band(figure, curves, style):
    """Shade the mean of the folds' curves, a standard deviation to either side.

    A single fold has no band.
    """
    if len(curves) < 2:
        return
    mean, spread = np.mean(curves, axis=0), np.std(curves, axis=0, ddof=1)
    low, high = np.clip(mean - spread, 0, 1), np.clip(mean + spread, 0, 1)
    figure.add_trace(
        go.Scatter(
            x=np.append(_RATES, _RATES[::-1]),
            y=np.append(high, low[::-1]),
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=style.area(),
            hoverinfo="skip",
            showlegend=False,
        )
    )


def _area(metric, scores):
    return metric(scores.truth, scores.score, sample_weight=scores.weight)


def _has_area(areas):
    return any(np.isfinite(area) for area in areas.values())


def _area_order(name, areas, guessing):
    """Return the losses by area, the largest first, and the area of guessing."""
    known = {loss: area for loss, area in areas.items() if np.isfinite(area)}
    if not known:
        return ""
    order = sorted(known, key=known.get, reverse=True)
    values = [f"{title_of(loss)} {number(known[loss], trim=True)}" for loss in order]
    guessed = number(guessing, trim=True)
    return f"From best, by {name}: {join(values)} (guessing {guessed})."


def _add_curve(figure, table, x, y, texts, loss, style):
    figure.add_trace(
        go.Scatter(
            x=table[x],
            y=table[y],
            customdata=table["threshold"],
            mode="lines",
            name=style.name,
            line=style.line(),
            hovertemplate=hover(
                "%{fullData.name}", "threshold %{customdata:,.3~r}", *texts
            ),
        )
    )
