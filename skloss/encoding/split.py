"""Rows to fit to and rows to stop on, and folds of rows."""

import numpy as np
import torch

__all__ = ["content_key", "draw_folds", "split_distinct_rows", "split_rows"]

# Mean weight of a distinct row beyond which all of its copies cannot be spared: with a
# few categories, whole cells of the table would be missing from the fit.
_MOST_REPEATS = 4
_BLOCK_ROWS = 4096
_KEY_SEED = 0  # the same for all rows, so that equal rows have equal keys


def split_rows(n_rows, seed, fraction, labels=None, together=1):
    """Draw the rows that are held out to stop on.

    Parameters
    ----------
    n_rows : int
    seed : int
    fraction : float in (0, 1), int or None
        Share of rows to hold out, at least one row; an integer is the first row of
        those to hold out; None holds out nothing.
    labels : ndarray of shape (n_rows,), optional
        Classes: each is represented in proportion among the held-out rows.
    together : int, default 1
        Rows of a class that are held out together, so that they can be compared.

    Returns
    -------
    (LongTensor, LongTensor or None)
        Rows to fit to and held-out rows, both in ascending order.

    Raises
    ------
    ValueError
        If all rows would be held out.
    """
    if fraction is None:
        return torch.arange(n_rows), None
    if isinstance(fraction, int):
        return torch.arange(fraction), torch.arange(fraction, n_rows)
    n_held_out = _n_held_out(n_rows, fraction)
    rng = np.random.default_rng(seed)
    order = rng.permutation(n_rows)
    if labels is not None:
        # Spread each class evenly along the order, then take every k-th row.
        order = order[np.argsort(labels[order], kind="stable")]
        offset = rng.random()
        n_picks = max(1, min(-(-n_held_out // together), (n_rows - 1) // together))
        picks = ((np.arange(n_picks) + offset) * n_rows / n_picks).astype(int)
        picks = (picks[:, None] + np.arange(together)).ravel()
        held_out = order[picks[picks < n_rows]]
    else:
        held_out = order[:n_held_out]
    mask = np.zeros(n_rows, dtype=bool)
    mask[held_out] = True
    return _both_sides(mask)


def split_distinct_rows(table, weight, seed, fraction, labels=None):
    """Draw held-out rows so that equal rows are always on the same side.

    A row of weight two is then held out exactly when two copies of it are, and the
    order of the rows has no influence. Each distinct row is held out equally often,
    whatever its weight: drawn in proportion to weights, all rows of a rare class with
    balanced weights would be held out. Where distinct rows repeat many times, as in a
    table of a few categories, they are drawn as by `split_rows`.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_columns)
        Rows are equal if all of these numbers are.
    weight : ndarray of shape (n_rows,)
        Positive; repetitions of the rows.
    seed : int
    fraction : float in (0, 1)
        Share of the distinct rows to hold out, at least one.
    labels : ndarray of shape (n_rows,), optional
        As for `split_rows`; equal rows have equal labels.

    Returns
    -------
    (LongTensor, LongTensor)
        Rows to fit to and held-out rows, both in ascending order.

    Raises
    ------
    ValueError
        If all rows would be held out.
    """
    first, group = _distinct(table)
    if len(first) < 2 or weight.sum() > _MOST_REPEATS * len(first):
        return split_rows(len(table), seed, fraction, labels)
    n_held_out = _n_held_out(len(first), fraction)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(first))
    if labels is not None:
        order = order[np.argsort(labels[first][order], kind="stable")]
    places = (np.arange(n_held_out) + rng.random()) * (len(order) / n_held_out)
    return _both_sides(np.isin(group, order[places.astype(int)]))


def _distinct(table):
    """Return the first row of each distinct one, and the number of each row's."""
    columns = table[:, 0] if table.shape[1] == 1 else table  # sorted ten times as fast
    _, first, group = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    return first, group.ravel()


def content_key(X, y):
    """Return a number for each row that equal rows share, in any order of the rows.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)

    Returns
    -------
    ndarray of shape (n_rows,)
        Distances along a random direction, rounded.
    """
    rng = np.random.default_rng(_KEY_SEED)
    direction = rng.normal(size=X.shape[1])
    y = np.reshape(y, (len(y), -1))
    # In blocks: a product with a table in single precision is computed from a copy.
    blocks = [X[k : k + _BLOCK_ROWS] @ direction for k in range(0, len(y), _BLOCK_ROWS)]
    key = _standard(np.concatenate(blocks)) + _standard(y @ rng.normal(size=y.shape[1]))
    # Sums of equal rows differ by rounding alone.
    return np.round(key, 9)


def _standard(values):
    """Return values in units of their range."""
    spread = np.ptp(values)
    return (values - values.min()) / (spread if spread > 0 else 1.0)


def draw_folds(n_rows, n_folds, seed, labels=None, table=None, weight=None):
    """Draw the fold of each row.

    Parameters
    ----------
    n_rows, n_folds, seed : int
    labels : ndarray of shape (n_rows,), optional
        Classes: each is spread evenly over the folds.
    table : ndarray of shape (n_rows, n_columns), optional
        Equal rows of it are in one fold, whatever the order of the rows.
    weight : ndarray of shape (n_rows,), optional
        With weights, rows that repeat many times are spread over the folds, as by
        `split_distinct_rows`.

    Returns
    -------
    ndarray of shape (n_rows,)
        Numbers of folds from 0.
    """
    first = group = np.arange(n_rows)
    if table is not None:
        first, group = _distinct(table)
        often = weight is not None and weight.sum() > _MOST_REPEATS * len(first)
        if often or len(first) < n_folds:
            first = group = np.arange(n_rows)
    order = np.random.default_rng(seed).permutation(len(first))
    if labels is not None:
        order = order[np.argsort(labels[first][order], kind="stable")]
    fold_of = np.empty(len(first), dtype=int)
    fold_of[order] = np.arange(len(first)) % n_folds
    return fold_of[group]


def _n_held_out(n_rows, fraction):
    """Return the number of rows to hold out; raise an error if that is all."""
    n_held_out = max(1, round(fraction * n_rows))
    if n_held_out >= n_rows:
        raise ValueError(
            f"early_stopping holds out {n_held_out} of {n_rows} row(s), which "
            "leaves none to learn from; set it to False or lower "
            "validation_fraction."
        )
    return n_held_out


def _both_sides(mask):
    """Return the rows outside and inside a mask."""
    return tuple(torch.from_numpy(np.flatnonzero(m)) for m in (~mask, mask))
