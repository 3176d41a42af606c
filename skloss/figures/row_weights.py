"""Weights of the held-out rows of a comparison."""

import numpy as np

__all__ = ["counted", "effective_rows", "of_rows", "once", "unit_of"]


def once(comparison, loss):
    """Return the predictions of a loss with each row once.

    Folds that are repeated, or drawn at random, hold out a row several times. Its
    residuals are nearly equal: counted as several rows, they would make intervals too
    narrow.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    DataFrame
        Of `Comparison.predictions`, those of the first fold of each row; all where rows
        or folds have no numbers, or the loss is unknown.
    """
    rows = comparison.predictions
    is_own = rows["loss"] == loss
    if not is_own.any():  # which the caller refuses by the names of the others
        return rows
    rows = rows[is_own]
    if not {"row", "fold"} <= set(rows.columns) or not rows["row"].duplicated().any():
        return rows
    first = rows.groupby("row", observed=True)["fold"].transform("first")
    return rows[rows["fold"] == first]


def of_rows(comparison, loss=None, rows=None):
    """Return the weight of each held-out row, or None without weights.

    Parameters
    ----------
    comparison : Comparison
    loss : str, optional
        Whose rows; those of all losses if None.
    rows : DataFrame, optional
        In place of `Comparison.predictions`.

    Returns
    -------
    ndarray of shape (n,) or None
        In the order of the predictions.
    """
    weight = getattr(comparison, "sample_weight", None)
    if weight is None:
        return None
    rows = comparison.predictions if rows is None else rows
    if loss is not None:
        rows = rows[rows["loss"] == loss]
    return np.asarray(weight, dtype=float)[rows["row"].to_numpy()]


def unit_of(comparison):
    """Return what shares of a comparison are of: "rows" or "weight"."""
    return "rows" if getattr(comparison, "sample_weight", None) is None else "weight"


def counted(weight):
    """Return weights whose sum is a number of rows.

    Whole numbers count how often a row occurs. Others are relative, and get a mean of
    1: the sum of survey weights is the size of a population, not of a sample.
    """
    if weight is None or _is_count(weight):
        return weight
    return weight / weight.mean()


def effective_rows(weight):
    """Return how many rows of equal weight give a mean of the same variance.

    The sum of counts; of relative weights the effective size of Kish (1965), "Survey
    sampling", (sum w)^2 / sum w^2.
    """
    if _is_count(weight):
        return float(weight.sum())
    return float(weight.sum() ** 2 / (weight**2).sum())


def _is_count(weight):
    return bool((weight == np.round(weight)).all())
