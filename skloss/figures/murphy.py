"""Murphy diagram: which loss is better whatever errors or costs count most."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures import class_scores, row_weights
from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.held_out_places import kept_of
from skloss.figures.style import styles_of
from skloss.figures.text import not_ranked, plot_text, with_unit
from skloss.metrics import murphy_diagram
from skloss.wording import capitalized, display_name, join, title_of

__all__ = ["murphy"]


def murphy(comparison, label=None, *, functional="mean", level=0.5):
    """Draw the mean elementary score against the threshold, a line per loss.

    Parameters
    ----------
    comparison : Comparison
        A comparison of one target, or of classes or labels.
    label : object, optional
        For classes the one whose probability is judged, against all others; or one
        label of a multilabel task.
    functional : {"mean", "quantile"}, default "mean"
        What predictions of numbers are judged as; the median is the quantile at 0.5.
    level : float, default 0.5
        Level of the quantile.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the comparison has several targets, or no probabilities of such a class.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=2)
    >>> figures.murphy(comparison).layout.title.text
    'Is one loss better for every cost?'
    """
    curves = _curves(comparison, label, functional, level)
    predictions = [] if curves is None else list(curves)
    if comparison.task.has_numbers:
        x, y = with_unit("threshold", comparison.unit), "mean elementary score"
        about = "mean" if functional == "mean" else f"quantile at level {level:g}"
    else:
        x, y = "cost of a false alarm, as a share of both costs", "mean cost"
        about = f"probability of {display_name(label)}"
    figure = new_figure(
        "Is one loss better for every cost?",
        x=x,
        y=y,
        subtitle=plot_text(f"predictions of the {about}", 80),
        caption=f"{_answer(curves, comparison)}{not_ranked(comparison)} {_READ}",
        alt=f"Murphy diagram of {join(map(title_of, predictions))}: mean elementary "
        "score by threshold.",
    )
    if curves is None:
        return show_message(figure, "No loss has predictions of all held-out rows.")
    styles = styles_of(comparison)
    for loss in curves:
        figure.add_trace(
            go.Scatter(
                x=curves.index,
                y=curves[loss],
                mode="lines",
                name=styles[loss].name,
                line=styles[loss].line(width=2),
                hovertemplate=hover(
                    "%{fullData.name}", "threshold %{x:,.3~r}", "score %{y:,.3~r}"
                ),
            )
        )
    return figure


# Far apart, so that rounding errors are not multiplied.
_ENDS = (0.1, 0.9)
_READ = (
    "How to read: lower is better. Every score that is consistent for this property is "
    "a mixture of the scores at these thresholds, so that a line below another "
    "everywhere is better by all of them; lines that cross are better for different "
    "costs. Held-out rows of all folds pooled."
)


def _curves(comparison, label, functional, level):
    """Return the elementary scores by threshold, or None without predictions."""
    if not comparison.task.has_numbers or functional != "quantile":
        return _diagram(comparison, label, functional="mean")
    if not 0 < level < 1:  # an error that the diagram explains
        return _diagram(comparison, label, functional=functional, level=level)
    first, second = kept_of(_quantile_ends, comparison, label, None)
    if first is None:
        return None
    low, high = _ENDS
    return first + (level - low) / (high - low) * (second - first)


def _quantile_ends(comparison, label, _):
    """Return the curves of two levels: every elementary score is linear in the level.

    Another price moves the level, and sorting all rows again would take longest.
    """
    options = {"functional": "quantile"}
    return [_diagram(comparison, label, level=level, **options) for level in _ENDS]


def _diagram(comparison, label, **options):
    truth, predictions, weight = _inputs(comparison, label)
    if not predictions:
        return None
    return murphy_diagram(truth, predictions, sample_weight=weight, **options)


def _inputs(comparison, label):
    """Return targets, predictions of the losses that have all rows, and weights."""
    rows, column = comparison.predictions, "y_pred"
    if not comparison.task.has_numbers:
        class_scores.of_class(comparison, label)  # raises if there is no such class
        column = f"proba_{label}"
    elif "y_true" not in rows:
        raise ValueError(
            "A Murphy diagram is of one target; the comparison has several."
        )
    groups = dict(iter(rows.groupby("loss", sort=False)))
    most = max(map(len, groups.values()), default=0)
    groups = {
        loss: part
        for loss, part in groups.items()
        if len(part) == most and np.isfinite(part[column]).all()
    }
    predictions = {loss: part[column].to_numpy() for loss, part in groups.items()}
    if not groups:
        return [], {}, None
    loss, first = next(iter(groups.items()))
    if column == "y_pred":
        return first["y_true"], predictions, row_weights.of_rows(comparison, loss)
    scores = class_scores.of_loss(comparison, loss, label)
    return scores.truth, predictions, scores.weight


def _answer(curves, comparison):
    """Return which line is nowhere above the others, if one is."""
    if curves is None:
        return ""
    ranked = curves.drop(columns=list(comparison.stopped), errors="ignore")
    if ranked.shape[1] < 2:
        return "A single loss cannot be compared."
    least = ranked.min(axis=1)
    # Sums of the same numbers in another order differ by rounding.
    slack = 1e-9 * float(least.abs().max())
    for loss in ranked:
        if (ranked[loss] <= least + slack).all():
            return (
                f"{capitalized(title_of(loss))} is nowhere above the others: it is at "
                "least as good for every threshold."
            )
    shares = (ranked.eq(least, axis=0)).mean().sort_values(ascending=False)
    return (
        f"The lines cross; {title_of(shares.index[0])} is lowest at "
        f"{shares.iloc[0]:.0%} of the thresholds."
    )
