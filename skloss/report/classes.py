"""Scores of single classes in a comparison of classifiers, as text."""

from typing import Any

import numpy as np
import pandas as pd

from skloss import metrics
from skloss.figures import row_weights
from skloss.figures.class_scores import decided_of, truth_of
from skloss.figures.target_names import kind_of_class, name_of_class
from skloss.report.markup import PLAIN, Markup
from skloss.wording import capitalized, number, shorten, title_of

__all__ = [
    "class_scores",
    "class_shares",
    "flagged_rows",
    "flagging_threshold",
    "threshold_note",
    "threshold_scores",
    "tuned_scores",
    "tuned_sentence",
]

# Differences of F1 that are smaller are read as the same.
_SAME = 0.01

# What a threshold achieves, by the columns of the threshold table.
_THRESHOLD_SCORES = {
    "recall": "Recall",
    "precision": "Precision",
    "f1": "F1",
    "balanced_accuracy": "Balanced accuracy",
}


def class_shares(comparison: Any) -> pd.Series:
    """Return the share of rows of each class or label, the rarest first.

    Parameters
    ----------
    comparison : Comparison
        With weights, shares are those of the weight.

    Returns
    -------
    Series
        Index y_true, values between 0 and 1.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> report.class_shares(comparison).round(2).to_dict()
    {0: 0.37, 1: 0.63}
    """
    # A loss that was stopped may lack the rows of some folds.
    fullest = comparison.predictions["loss"].value_counts().index[0]
    rows = _rows_of(comparison, fullest)
    weight = row_weights.of_rows(comparison, fullest)
    weight = np.ones(len(rows)) if weight is None else weight
    if comparison.task.kind == "labels":
        totals = pd.Series(
            {label: weight[truth_of(rows, label)].sum() for label in comparison.classes}
        )
    else:
        totals = pd.Series(weight).groupby(rows["y_true"].to_numpy(), sort=False).sum()
    shares = (totals / weight.sum()).rename_axis("y_true").rename("proportion")
    return shares.sort_values(kind="stable")


def class_scores(comparison: Any, loss: str, markup: Markup = PLAIN) -> pd.DataFrame:
    """Return precision, recall and F1 of each class or label.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of `Comparison.table`.
    markup : Markup
        How the names of classes are written.

    Returns
    -------
    DataFrame of str
        Index class or label, in the order of `Comparison.classes`, as in the confusion
        matrix; columns Precision, Recall, F1 and Rows, or Weight in a
        comparison with weights, which all columns then count by.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> report.class_scores(comparison, "cross_entropy")["Rows"].to_dict()
    {'0': '212', '1': '357'}
    """
    rows = _rows_of(comparison, loss)
    weight = row_weights.of_rows(comparison, loss)
    truth, decided = rows.get("y_true"), rows.get("y_pred")
    if comparison.task.kind == "labels":
        truth, decided = (
            np.stack([of(rows, one) for one in comparison.classes], axis=1).astype(int)
            for of in (truth_of, decided_of)
        )
    table = metrics.per_class_table(
        truth, decided, comparison.classes, sample_weight=weight
    )
    text = {
        "Precision": table["precision"].map(number),
        "Recall": table["recall"].map(number),
        "F1": table["f1"].map(number),
    }
    text |= _counted(table["support"], weight)
    names = [
        markup.text(shorten(name_of_class(comparison, label), 60))
        for label in table.index
    ]
    kind = kind_of_class(comparison)
    return pd.DataFrame(text).set_axis(pd.Index(names, name=kind))


def threshold_note(comparison: Any, markup: Markup = PLAIN) -> str:
    """State which losses change the threshold, and how that is corrected.

    Parameters
    ----------
    comparison : Comparison
    markup : Markup
        How the names of losses are written.

    Returns
    -------
    str
        Empty if every loss estimates class probabilities.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy", "focal"], cv=2)
    >>> report.threshold_note(comparison)[:48]
    'Focal estimates flattened class probabilities: t'
    """
    changing = [
        (markup.text(shorten(title_of(label), 80)), loss.functional.describe())
        for label, loss in comparison.losses.items()
        if loss.functional and not loss.is_proper
    ]
    if not changing:
        return ""
    (name, estimand), *others = changing
    parts = [f"{name} estimates {estimand}", *map(" ".join, others)]
    return (
        f"{capitalized(', '.join(parts))}: this moves the default threshold or changes "
        "the spread of the scores, but hardly ranks the rows better. The "
        "probabilities on which the threshold acts are corrected for it."
    )


def threshold_scores(
    comparison: Any, loss: str, label: Any, threshold: float
) -> dict[str, str]:
    """Score the rule that predicts a class at or above a probability.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of `Comparison.table`.
    label : object
        The class, or one label of a multilabel task.
    threshold : float
        The smallest probability at which the class is predicted.

    Returns
    -------
    dict of str to str
        Scores by their titles, and how many rows, or how much weight, the rule predicts
        to be of the class.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> list(report.threshold_scores(comparison, "cross_entropy", 1, 0.5))
    ['Flagged', 'Caught', 'Missed', 'False alarms', 'Recall', 'Precision', 'F1', \
'Balanced accuracy']
    """
    rows = _rows_of(comparison, loss)
    weight = row_weights.of_rows(comparison, loss)
    truth = truth_of(rows, label)
    scores = metrics.threshold_table(
        truth,
        rows[f"proba_{label}"],
        True,
        thresholds=[threshold],
        sample_weight=weight,
    ).iloc[0]
    text = {title: number(scores[name]) for name, title in _THRESHOLD_SCORES.items()}
    flagged = scores["predicted_positives"]
    caught = flagged * np.nan_to_num(scores["precision"])
    ones = np.ones(len(rows)) if weight is None else weight
    members = ones[truth].sum()
    counts = {
        "Flagged": flagged,
        "Caught": caught,
        "Missed": members - caught,
        "False alarms": flagged - caught,
    }
    write = number if weight is not None else _whole
    return {title: write(value) for title, value in counts.items()} | text


def _whole(value: float) -> str:
    return f"{round(value):,}"


def flagging_threshold(comparison: Any, loss: str, label: Any, rows: int) -> float:
    """Return the threshold that flags a number of rows, those most probably of a class.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of `Comparison.table`.
    label : object
        The class, or one label of a multilabel task.
    rows : int
        Number of rows to flag, from 1; rows with the same probability as the last of
        them are flagged, too.

    Returns
    -------
    float

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> threshold = report.flagging_threshold(comparison, "cross_entropy", 0, 10)
    >>> report.threshold_scores(comparison, "cross_entropy", 0, threshold)["Flagged"]
    '10'
    """
    score = _rows_of(comparison, loss)[f"proba_{label}"].to_numpy()
    place = max(len(score) - max(rows, 1), 0)
    return float(np.partition(score, place)[place])


def flagged_rows(comparison: Any, loss: str, label: Any) -> int:
    """Return how many rows a loss itself predicts to be of a class.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of `Comparison.table`.
    label : object
        The class, or one label of a multilabel task.

    Returns
    -------
    int
        The number of rows of the class if the loss predicts it for none; at least 1.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> 150 < report.flagged_rows(comparison, "cross_entropy", 0) < 280
    True
    """
    rows = _rows_of(comparison, loss)
    predicted = int(decided_of(rows, label).sum())
    return predicted or max(int(truth_of(rows, label).sum()), 1)


def tuned_scores(comparison: Any, label: Any, markup: Markup = PLAIN) -> pd.DataFrame:
    """Return the F1 of a class before and after tuning its threshold, as text.

    Parameters
    ----------
    comparison : Comparison
    label : object
        The class, or one label of a multilabel task.
    markup : Markup
        How the names of losses are written.

    Returns
    -------
    DataFrame of str
        Index loss. The threshold for the rows of a fold is tuned on all other folds.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, "cross_entropy", cv=2)
    >>> report.tuned_scores(comparison, 1).columns.tolist()
    ['F1 at the default threshold', 'F1 at a tuned threshold', 'Tuned threshold']
    """
    found = _tuned(comparison, label)
    titles = {
        "decided": "F1 at the default threshold",
        "tuned": "F1 at a tuned threshold",
        "threshold": "Tuned threshold",
    }
    text = found.rename(columns=titles).map(number)
    names = [markup.text(shorten(title_of(loss), 80)) for loss in found.index]
    return text.set_axis(pd.Index(names, name="loss"))


def tuned_sentence(comparison: Any, label: Any, markup: Markup = PLAIN) -> str:
    """State whether another threshold does what the best loss does at its default one.

    Parameters
    ----------
    comparison : Comparison
    label : object
        The class, or one label of a multilabel task.
    markup : Markup
        How the names of losses are written.

    Returns
    -------
    str
        Empty for a single loss.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy", "focal"], cv=2)
    >>> "at its default threshold" in report.tuned_sentence(comparison, 1)
    True
    """
    found = _tuned(comparison, label)[["decided", "tuned"]].dropna()
    if len(found) < 2:
        return ""
    best = found["decided"].idxmax()
    other = found["tuned"].drop(index=best).idxmax()
    reached, tuned = found.loc[best, "decided"], found.loc[other, "tuned"]
    first, second = (markup.strong(markup.text(title_of(x))) for x in (best, other))
    facts = (
        f"{first} reaches an F1 of {number(reached)} at its default threshold, and "
        f"{second} {number(tuned)} at a tuned one"
    )
    if tuned >= reached - _SAME:
        return f"Moving the threshold would have done the same: {facts}."
    return f"Moving the threshold of another loss is not enough: {facts}."


def _tuned(comparison: Any, label: Any) -> pd.DataFrame:
    """Return the F1 of each loss before and after tuning, and the threshold."""
    rows = comparison.predictions
    one_against_rest = rows[["loss", "fold"]].assign(
        y_true=truth_of(rows, label),
        y_pred=decided_of(rows, label),
        proba_True=rows[f"proba_{label}"],
    )
    weight = row_weights.of_rows(comparison)
    return metrics.tuned_thresholds(one_against_rest, True, sample_weight=weight)


def _counted(support: pd.Series, weight: np.ndarray | None) -> dict[str, pd.Series]:
    """Return the column of rows, or of their weight."""
    if weight is None:
        return {"Rows": support.map("{:,}".format)}
    return {"Weight": support.map(number)}


def _rows_of(comparison: Any, loss: str) -> pd.DataFrame:
    if getattr(comparison.task, "has_embeddings", False):
        raise ValueError(
            f"Scores of classes require predictions of them, and the task is "
            f"{comparison.task}."
        )
    return comparison.predictions[comparison.predictions["loss"] == loss]
