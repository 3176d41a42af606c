"""What flagging the most suspicious rows gives, for each number of rows."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures import class_scores
from skloss.figures.canvas import hover, show_message
from skloss.figures.moving import Control, Move, MovingFigure, Readout
from skloss.figures.style import COLORS, DASHES, NEUTRAL
from skloss.figures.threshold_scores import (
    SCORES,
    new_threshold_figure,
    score_title,
    scores_in_words,
)
from skloss.metrics import threshold_table
from skloss.wording import number

__all__ = ["flagging"]

# Numbers of rows that are sampled, evenly spaced in their logarithm: a rare class is
# decided among the first few.
_POINTS = 80


def flagging(comparison, loss, label, n_rows):
    """Return the scores of one class by the number of flagged rows, which moves.

    Flagged are the rows with the highest probability of the class, and those with the
    same probability as the last of them.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    loss : str
        A label of the comparison.
    label : object
        The class to find, against all others; or one label of a multilabel task.
    n_rows : int
        The number that is marked at first.

    Returns
    -------
    MovingFigure
        With one control, the number of rows, and without any if the loss gives no
        probabilities.

    Raises
    ------
    ValueError
        If the comparison has no such loss or class.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses
    >>> from skloss.figures.flagging import flagging
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> moving = flagging(comparison, "cross_entropy", 0, 10)
    >>> [readout.label for readout in moving.readouts][:4]
    ['Flagged', 'Caught', 'Missed', 'False alarms']
    """
    scores = class_scores.of_loss(comparison, loss, label)
    figure = new_threshold_figure(
        comparison,
        loss,
        label,
        "How many rows to flag?",
        x="rows flagged, the most suspicious first",
        against="the number of flagged rows",
    )
    if scores is None:
        return MovingFigure(show_message(figure, figure.layout.meta["caption"]), [])
    size = len(scores.score)
    n_rows = min(max(int(n_rows), 1), size)
    spaced = np.geomspace(1, size, min(_POINTS, size)).round().astype(int)
    grid = np.union1d(spaced, n_rows)
    table = _table(scores, grid)
    at = int(np.searchsorted(grid, n_rows))
    figure.layout.meta["caption"] = _caption(table, at, grid)
    for place, name in enumerate(SCORES):
        figure.add_trace(
            go.Scatter(
                x=grid,
                y=table[name],
                mode="lines",
                name=score_title(name),
                line={"color": COLORS[place], "dash": DASHES[place], "width": 2},
                hovertemplate=hover("%{fullData.name} %{y:,.3~r}", "%{x:,} rows"),
            )
        )
    ends = np.array([0.0, 1.0])
    figure.add_trace(
        go.Scatter(
            x=[n_rows, n_rows],
            y=ends,
            mode="lines",
            name="chosen",
            line={"color": NEUTRAL, "width": 2},
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(type="log", range=[0, max(float(np.log10(size)), 0.1)])
    figure.update_yaxes(range=[-0.02, 1.04])
    control = Control("rows", "Rows to flag, the most suspicious first", grid, n_rows)
    mark = Move((0,), np.tile(ends, (len(grid), 1)), np.stack([grid, grid], axis=1))
    return MovingFigure(figure, [control], {len(SCORES): mark}, _readouts(table))


def _table(scores, grid):
    """Return the scores of the rule that flags that many rows, one row per number."""
    ranked = np.sort(scores.score)[::-1]
    thresholds = ranked[grid - 1]
    order = np.argsort(thresholds, kind="stable")  # the table is in ascending order
    table = threshold_table(
        *(scores.truth, scores.score, True, thresholds[order]),
        sample_weight=scores.weight,
    )
    table = table.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    weight = np.ones(len(scores.truth)) if scores.weight is None else scores.weight
    flagged = table["predicted_positives"]
    caught = flagged * table["precision"].fillna(0)
    return table.assign(
        caught=caught,
        missed=weight[scores.truth].sum() - caught,
        false_alarms=flagged - caught,
        share=flagged / weight.sum(),
    )


_READOUTS = {
    "predicted_positives": "Flagged",
    "caught": "Caught",
    "missed": "Missed",
    "false_alarms": "False alarms",
    "recall": "Recall",
    "precision": "Precision",
    "f1": "F1",
    "threshold": "Threshold",
}


def _readouts(table):
    return [
        Readout(title, (0,), table[name].to_numpy())
        for name, title in _READOUTS.items()
    ]


def _caption(table, at, grid):
    """Return what the chosen number gives, the best F1, and how to read the figure."""
    chosen = table.iloc[at]
    flagged = number(chosen["predicted_positives"], trim=True)
    share = number(100 * chosen["share"], trim=True)
    best = ""
    if table["f1"].notna().any():
        place = int(table["f1"].argmax())
        best = (
            f" Of the numbers drawn, F1 is highest with {grid[place]:,} "
            f"({number(table['f1'].max(), trim=True)})."
        )
    return (
        f"Flagging {flagged} rows, {share}%, gives {scores_in_words(chosen)}.{best} "
        "How to read: flagging more rows finds more of the class and raises more false "
        "alarms. A number chosen on these rows looks a little better than it will be "
        "on new ones."
    )
