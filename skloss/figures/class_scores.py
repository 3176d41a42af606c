"""Truth and predicted probability of one class, per loss."""

import numpy as np

from skloss.wording import capitalized, display_name, join, title_of

__all__ = [
    "no_contrast",
    "of_class",
    "of_loss",
    "rows_of",
    "share_of_class",
    "without_probabilities",
]


def of_class(predictions, label):
    """Return truth and probability of a class per loss, and the losses without any.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions`.
    label : object
        The class, or the label of a multilabel task.

    Returns
    -------
    dict of str to (ndarray of bool, ndarray of float)
        Only rows with a probability.
    list of str
        Losses that estimate no probabilities.
    """
    column = f"proba_{label}"
    if column not in predictions:
        known = [name[6:] for name in predictions if str(name).startswith("proba_")]
        raise ValueError(
            f"There are no probabilities of the class {label!r}; there are those of: "
            f"{join(known) or 'no class'}."
        )
    scores, without = {}, []
    for loss, rows in predictions.groupby("loss", sort=False):
        score = rows[column].to_numpy(dtype=float)
        known = np.isfinite(score)
        if known.any():
            scores[loss] = _truth(rows, label)[known], score[known]
        else:
            without.append(loss)
    return scores, without


def share_of_class(predictions, label):
    """Return the share of rows that are of a class."""
    return float(_truth(predictions, label).mean())


def of_loss(predictions, loss, label):
    """Return truth and probability of a class for one loss, or None without any."""
    scores, _ = of_class(rows_of(predictions, loss), label)
    return scores.get(loss)


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


def no_contrast(label, without):
    """Return the sentence on why there is no curve at all."""
    if without:
        return (
            f"{capitalized(join(map(title_of, without)))} gave no probabilities, so "
            "there is nothing to rank."
        )
    return (
        f"Either all rows or no rows are of the class {display_name(label)}, so there "
        "is nothing to rank."
    )


def _truth(rows, label):
    """Return which rows are of the class; a multilabel task has a column for each."""
    column = f"y_true_{label}"
    if column in rows:
        return rows[column].to_numpy() == 1
    truth = (rows["y_true"] == label).to_numpy(dtype=bool)
    if truth.any():
        return truth
    # A label that went through a widget or an address has become text.
    return (rows["y_true"].astype(str) == str(label)).to_numpy()
