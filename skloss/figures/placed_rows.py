"""Held-out rows of one loss in one fold of a comparison of embeddings."""

import numpy as np

from skloss.figures.class_scores import rows_of

__all__ = ["is_on_sphere", "placed_rows"]

# Lengths that differ by less from 1 are those of rows that were divided by them, in
# single precision.
_ROUNDING = 1e-4


def placed_rows(comparison, loss, fold=None):
    """Return where a loss places the held-out rows of a fold, and what they belong to.

    Folds have models of their own, whose embeddings cannot be compared.

    Parameters
    ----------
    comparison : Comparison
        A comparison of a task on embeddings.
    loss : str
        A label of the comparison.
    fold : int, optional
        By default the first one with rows.

    Returns
    -------
    placed : ndarray of shape (n, dim)
    truth : ndarray of shape (n,) or (n, dim)
        Labels, or the embeddings of the second view.
    numbers : ndarray of shape (n,)
        Numbers of the rows.

    Raises
    ------
    ValueError
        If the task is another, or there is no such loss or fold.
    """
    if not comparison.task.has_embeddings:
        raise ValueError(
            "The figure requires an embedding of each row, and the task is "
            f"{comparison.task}."
        )
    rows = rows_of(comparison.predictions, loss)
    fold = rows["fold"].iloc[0] if fold is None else fold
    rows = rows[rows["fold"] == fold]
    if rows.empty:
        raise ValueError(f"The comparison has no rows of {loss!r} in fold {fold!r}.")
    placed = _columns(rows, "y_pred")
    truth = _columns(rows, "y_true") if comparison.task.has_views else rows["y_true"]
    return placed, np.asarray(truth), rows["row"].to_numpy()


def is_on_sphere(rows):
    """Return whether all rows have length one, and so differ by angles alone."""
    return bool(np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=_ROUNDING))


def _columns(rows, stem):
    """Return the columns stem_0, stem_1, ... that this loss has."""
    names = [f"{stem}_{k}" for k in range(rows.shape[1]) if f"{stem}_{k}" in rows]
    values = rows[names].to_numpy()
    return values[:, ~np.isnan(values).all(axis=0)]
