"""Scores of single classes in a comparison of classifiers, as text."""

from typing import Any

import numpy as np
import pandas as pd

from skloss import metrics
from skloss.figures import row_weights
from skloss.report.markup import PLAIN, Markup
from skloss.wording import number, shorten, title_of

__all__ = ["class_scores", "class_shares", "threshold_scores", "tuned_scores"]

# What a threshold achieves, by the columns of the threshold table.
_THRESHOLD_SCORES = {
    "recall": "Recall",
    "precision": "Precision",
    "f1": "F1",
    "balanced_accuracy": "Balanced accuracy",
}


def class_shares(comparison: Any) -> pd.Series:
    """Return the share of rows of each class, the rarest class first.

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
    truth = _rows_of(comparison, fullest)["y_true"]
    weight = row_weights.of_rows(comparison, fullest)
    if weight is None:
        shares = truth.value_counts(normalize=True)
    else:
        shares = pd.Series(weight).groupby(truth.to_numpy(), sort=False).sum()
        shares = (shares / weight.sum()).rename_axis("y_true").rename("proportion")
    return shares.sort_values(kind="stable")


def class_scores(comparison: Any, loss: str, markup: Markup = PLAIN) -> pd.DataFrame:
    """Return precision, recall and F1 of each class as text, the rarest class first.

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
        Index class; columns Precision, Recall, F1 and Rows, or Weight in a comparison
        with weights, which all columns then count by.

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
    table = metrics.per_class_table(
        rows["y_true"], rows["y_pred"], comparison.classes, sample_weight=weight
    )
    table = table.sort_values("support", kind="stable")
    text = {
        "Precision": table["precision"].map(number),
        "Recall": table["recall"].map(number),
        "F1": table["f1"].map(number),
    }
    text |= _counted(table["support"], weight)
    names = [markup.text(shorten(label, 60)) for label in table.index]
    return pd.DataFrame(text).set_axis(pd.Index(names, name="class"))


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
        The class.
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
    ['Recall', 'Precision', 'F1', 'Balanced accuracy', 'Rows predicted']
    """
    rows = _rows_of(comparison, loss)
    weight = row_weights.of_rows(comparison, loss)
    scores = metrics.threshold_table(
        rows["y_true"],
        rows[f"proba_{label}"],
        label,
        thresholds=[threshold],
        sample_weight=weight,
    ).iloc[0]
    text = {title: number(scores[name]) for name, title in _THRESHOLD_SCORES.items()}
    if weight is not None:
        return text | {"Weight predicted": number(scores["predicted_positives"])}
    return text | {"Rows predicted": f"{int(scores['predicted_positives']):,}"}


def tuned_scores(comparison: Any, label: Any, markup: Markup = PLAIN) -> pd.DataFrame:
    """Return the F1 of a class before and after tuning its threshold, as text.

    Parameters
    ----------
    comparison : Comparison
    label : object
        The class.
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
    weight = row_weights.of_rows(comparison)
    found = metrics.tuned_thresholds(
        comparison.predictions, label, sample_weight=weight
    )
    titles = {
        "decided": "F1 at the default threshold",
        "tuned": "F1 at a tuned threshold",
        "threshold": "Tuned threshold",
    }
    text = found.rename(columns=titles).map(number)
    names = [markup.text(shorten(title_of(loss), 80)) for loss in found.index]
    return text.set_axis(pd.Index(names, name="loss"))


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
