"""Truth and predicted probability of one class, per loss."""

from typing import NamedTuple

import numpy as np

from skloss.figures import row_weights
from skloss.figures.target_names import kind_of_class, name_of_class
from skloss.wording import capitalized, join, title_of

__all__ = [
    "ClassScores",
    "by_fold",
    "decided_of",
    "no_contrast",
    "of_class",
    "of_loss",
    "rows_of",
    "share_of_class",
    "truth_of",
    "without_probabilities",
]


class ClassScores(NamedTuple):
    """Truth, probability and weight of the rows of one loss; the weight may be None."""

    truth: np.ndarray
    score: np.ndarray
    weight: np.ndarray | None


def of_class(comparison, label):
    """Return truth and probability of a class per loss, and the losses without any.

    Parameters
    ----------
    comparison : Comparison
    label : object
        The class, or the label of a multilabel task.

    Returns
    -------
    dict of str to ClassScores
        Only rows with a probability.
    list of str
        Losses that estimate no probabilities.
    """
    predictions, column = comparison.predictions, f"proba_{label}"
    if column not in predictions:
        known = [name[6:] for name in predictions if str(name).startswith("proba_")]
        raise ValueError(
            f"There are no probabilities of the class {label!r}; there are those of: "
            f"{join(known) or 'no class'}."
        )
    scores, without = {}, []
    for loss, rows in predictions.groupby("loss", sort=False):
        score = rows[column].to_numpy(dtype=float)
        weight = row_weights.of_rows(comparison, loss)
        known = np.isfinite(score)
        if known.any():
            weight = None if weight is None else weight[known]
            truth = truth_of(rows, label)[known]
            scores[loss] = ClassScores(truth, score[known], weight)
        else:
            without.append(loss)
    return scores, without


def share_of_class(comparison, label):
    """Return the share of rows, or of their weight, that are of a class."""
    truth = truth_of(comparison.predictions, label)
    return float(np.average(truth, weights=row_weights.of_rows(comparison)))


def of_loss(comparison, loss, label):
    """Return the scores of a class for one loss, or None without any."""
    rows_of(comparison.predictions, loss)  # raises if there is no such loss
    return of_class(comparison, label)[0].get(loss)


def by_fold(comparison, loss, label):
    """Return the scores of a class for one loss in each fold that has both kinds."""
    predictions, column = comparison.predictions, f"proba_{label}"
    rows = rows_of(predictions, loss)
    weight = row_weights.of_rows(comparison, loss)
    truth, score = truth_of(rows, label), rows[column].to_numpy(dtype=float)
    fold, known = rows["fold"].to_numpy(), np.isfinite(score)
    found = []
    for number in np.unique(fold):
        chosen = known & (fold == number)
        if len(np.unique(truth[chosen])) == 2:
            of_fold = None if weight is None else weight[chosen]
            found.append(ClassScores(truth[chosen], score[chosen], of_fold))
    return found


def rows_of(predictions, loss):
    """Return the predictions of one loss."""
    rows = predictions[predictions["loss"] == loss]
    if rows.empty:
        known = ", ".join(map(str, predictions["loss"].unique()))
        raise ValueError(
            f"The predictions have no rows of the loss {loss!r}; choose one of {known}."
        )
    return rows


def without_probabilities(losses):
    """Return the sentence on losses that are not drawn, with a space before it."""
    if not losses:
        return ""
    verb = "gives" if len(losses) == 1 else "give"
    return f" {capitalized(join(map(title_of, losses)))} {verb} no probabilities."


def no_contrast(comparison, label, without):
    """Return the sentence on why there is no curve at all."""
    if without:
        return (
            f"{capitalized(join(map(title_of, without)))} gave no probabilities, so "
            "there is nothing to rank."
        )
    return (
        f"Either all rows or no rows are of the {kind_of_class(comparison)} "
        f"{name_of_class(comparison, label)}, so there is nothing to rank."
    )


def truth_of(rows, label):
    """Return which rows are of the class; a multilabel task has a column for each."""
    return _are_of_class(rows, "y_true", label)


def decided_of(rows, label):
    """Return which rows are predicted as the class, or to have the label."""
    return _are_of_class(rows, "y_pred", label)


def _are_of_class(rows, stem, label):
    column = f"{stem}_{label}"
    if column in rows:
        return rows[column].to_numpy() == 1
    found = (rows[stem] == label).to_numpy(dtype=bool)
    if found.any():
        return found
    # A label that went through a widget or an address has become text.
    return (rows[stem].astype(str) == str(label)).to_numpy()
