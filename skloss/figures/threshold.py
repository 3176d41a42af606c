"""What each threshold on the probability of one class gives."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures import class_scores
from skloss.figures.canvas import hover, show_message, show_unit_square
from skloss.figures.style import COLORS, DASHES, NEUTRAL
from skloss.figures.threshold_scores import (
    SCORES,
    new_threshold_figure,
    score_title,
    scores_in_words,
)
from skloss.metrics import threshold_table
from skloss.wording import number

__all__ = ["threshold_curve"]


def threshold_curve(comparison, loss, label, threshold=0.5):
    """Draw the scores of one class for each threshold, with the chosen one marked.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    loss : str
        A label of the comparison.
    label : object
        The class to find, against all others; or one label of a multilabel task.
    threshold : float
        The chosen threshold, a probability.

    Returns
    -------
    plotly.graph_objects.Figure
        With a message in place of the curves if the loss gives no probabilities.

    Raises
    ------
    ValueError
        If the comparison has no such loss or class.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, figures
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cv=2)
    >>> figure = figures.threshold_curve(comparison, "cross_entropy", 2, 0.3)
    >>> figure.layout.shapes[0].x0
    0.3
    """
    scores = class_scores.of_loss(comparison, loss, label)
    figure = new_threshold_figure(
        comparison,
        loss,
        label,
        "What does the threshold trade?",
        x="threshold on the probability of the class",
        against="the threshold",
    )
    if scores is None:
        return show_message(figure, figure.layout.meta["caption"])
    # The table thins many thresholds out for drawing; what is stated is exact.
    chosen = _table(scores, [threshold]).iloc[0]
    every = _table(scores, np.unique(scores.score))
    exact = [threshold, every["threshold"][int(every["f1"].fillna(-1).argmax())]]
    table = _table(scores, np.union1d(_table(scores)["threshold"], exact))
    figure.layout.meta["caption"] = (
        f"At {number(threshold, trim=True)}: {_scores_at(chosen)}. "
        f"{_highest_f1(every)} How to read: moving the line right raises fewer alarms, "
        "so precision tends to grow and recall to fall. A threshold chosen on these "
        "rows looks a little better than it will be on new ones."
    )
    for place, name in enumerate(SCORES):
        style = {"color": COLORS[place], "dash": DASHES[place], "width": 2}
        figure.add_trace(
            go.Scatter(
                x=table["threshold"],
                y=table[name],
                mode="lines",
                name=score_title(name),
                # A score holds from one threshold down to the next.
                line={**style, "shape": "vh"},
                hovertemplate=hover(
                    "%{fullData.name} %{y:,.3~r}", "threshold %{x:,.3~r}"
                ),
            )
        )
    figure.add_vline(x=threshold, line={"color": NEUTRAL, "width": 2})
    return show_unit_square(figure)


def _table(scores, thresholds=None):
    return threshold_table(
        *(scores.truth, scores.score, True, thresholds), sample_weight=scores.weight
    )


def _scores_at(chosen):
    """Return the scores at the chosen threshold in words."""
    if not chosen["predicted_positives"]:
        return "no row is predicted as the class"
    return scores_in_words(chosen)


def _highest_f1(table):
    if not table["f1"].notna().any():
        return "There are no rows of the class, so no threshold can be assessed."
    best = table.loc[table["f1"].idxmax()]
    return (
        f"F1 is highest, {number(best['f1'], trim=True)}, at "
        f"{number(best['threshold'], trim=True)}."
    )
