"""Validation split: rows to fit to, and rows to stop on."""

import numpy as np
import torch

__all__ = ["split_rows"]


def split_rows(n_rows, seed, fraction, labels=None):
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
    n_held_out = max(1, round(fraction * n_rows))
    if n_held_out == n_rows:
        raise ValueError(
            f"early_stopping holds out {n_held_out} of {n_rows} row(s), which "
            "leaves none to learn from; set it to False or lower "
            "validation_fraction."
        )
    rng = np.random.default_rng(seed)
    order = rng.permutation(n_rows)
    if labels is not None:
        # Spread each class evenly along the order, then take every k-th row.
        order = order[np.argsort(labels[order], kind="stable")]
        offset = rng.random()
        picks = ((np.arange(n_held_out) + offset) * n_rows / n_held_out).astype(int)
        held_out = order[picks]
    else:
        held_out = order[:n_held_out]
    mask = np.zeros(n_rows, dtype=bool)
    mask[held_out] = True
    return tuple(torch.from_numpy(np.flatnonzero(m)) for m in (~mask, mask))
