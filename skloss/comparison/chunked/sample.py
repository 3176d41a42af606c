"""A random sample of a table in chunks: the rows that stay in memory."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, check_cv
from sklearn.utils import check_random_state

from skloss.comparison.chunked.sources import Chunks

__all__ = ["Sample", "draw_sample"]

# Largest number of rows, and of numbers, of the sample. A mean score over a fifth of
# the rows has a standard error of a hundredth of the deviation between rows, and the
# numbers take 16 MB in double precision. A wide table keeps enough rows to learn units
# from.
_ROWS, _FEWEST_ROWS, _NUMBERS = 50_000, 1000, 2_000_000


@dataclass(frozen=True)
class Sample:
    """Rows of a table in chunks that stay in memory, and the folds of its chunks.

    Attributes
    ----------
    chunks : Chunks
    X : DataFrame
    y : Series
    weight : ndarray or None
    sizes : list of int
        Rows of each chunk.
    folds : list of (ndarray, ndarray)
        Numbers of the chunks that are learned from and held out.
    splits : list of (ndarray, ndarray)
        The same folds, as positions in the sample.
    """

    chunks: Chunks
    X: pd.DataFrame
    y: pd.Series
    weight: np.ndarray | None
    sizes: list
    folds: list
    splits: list

    @property
    def n_rows(self):
        """Rows of all chunks."""
        return sum(self.sizes)


def draw_sample(source, target, cv, random_state, weight=None, groups=None):
    """Read all chunks once, keep random rows of them, and divide the chunks into folds.

    Parameters
    ----------
    source, target : object
        ``X`` and ``y`` of `compare_losses`.
    cv, random_state, groups : object
        As given to `compare_losses`.
    weight : str or None
        Name of a column.

    Returns
    -------
    Sample

    Raises
    ------
    TypeError
        If ``y`` or ``sample_weight`` is not the name of a column, or a chunk is not a
        table.
    ValueError
        If there are groups, or chunks are too few or lack a column.
    """
    if groups is not None:
        raise ValueError(
            "groups is not supported for X in chunks, where whole chunks are held out; "
            "put the rows of a group into one chunk."
        )
    for name, value in (("y", target), ("sample_weight", weight)):
        if not isinstance(value, str) and (name == "y" or value is not None):
            raise TypeError(
                f"X is given in chunks, so that {name} must be the name of one of "
                f"their columns, got a {type(value).__name__}."
            )
    chunks = Chunks(source, target, weight)
    rows, chunk_of, sizes = _kept(chunks, check_random_state(random_state))
    folds = _folds(cv, len(sizes), random_state)
    splits = [
        tuple(np.flatnonzero(np.isin(chunk_of, part)) for part in fold)
        for fold in folds
    ]
    X, y, weights = chunks.split(rows)
    return Sample(chunks, X, y, weights, sizes, folds, splits)


def _kept(chunks, generator):
    """Return a random sample of all rows, their chunks, and the sizes of the chunks.

    Each row draws a number; the rows with the smallest ones are kept.
    """
    parts, numbers, keys, sizes, most = [], [], [], [], np.inf
    for number, table in enumerate(chunks):
        if number == 0:
            width = max(table.shape[1], 1)
            limit = min(_ROWS, max(_FEWEST_ROWS, _NUMBERS // width))
        drawn = generator.random_sample(len(table))
        rows = np.flatnonzero(drawn <= most)
        sizes.append(len(table))
        parts.append(table.iloc[rows])
        numbers.append(np.full(len(rows), number))
        keys.append(drawn[rows])
        if sum(map(len, keys)) > 1.5 * limit:
            parts, numbers, keys, most = _smallest(parts, numbers, keys, limit)
    if not sum(sizes):
        raise ValueError("X has no rows: it yields no chunks, or only empty ones.")
    parts, numbers, _, _ = _smallest(parts, numbers, keys, limit)
    return parts[0], numbers[0], sizes


def _smallest(parts, numbers, keys, limit):
    """Join parts and keep the rows with the smallest keys, in their order."""
    table = pd.concat(parts, ignore_index=True)
    number, key = np.concatenate(numbers), np.concatenate(keys)
    most = np.inf
    if len(key) > limit:
        most = np.partition(key, limit - 1)[limit - 1]
        kept = np.flatnonzero(key <= most)
        table = table.iloc[kept].reset_index(drop=True)
        number, key = number[kept], key[kept]
    return [table], [number], [key], most


def _folds(cv, n_chunks, random_state):
    """Return the numbers of the chunks that each fold learns from and holds out."""
    if isinstance(cv, Integral) and not isinstance(cv, bool):
        if not 2 <= cv <= n_chunks:
            raise ValueError(
                f"cv={cv} needs between 2 and as many folds as chunks, but X has "
                f"{n_chunks}; whole chunks are held out, so pass smaller chunks or "
                "another cv."
            )
        cv = KFold(cv, shuffle=True, random_state=random_state)
    rows, every = np.zeros((n_chunks, 1)), np.arange(n_chunks)
    try:
        return [
            tuple(every[np.asarray(part)] for part in parts)
            for parts in check_cv(cv).split(rows)
        ]
    except IndexError as error:
        raise ValueError(
            f"cv does not fit X, which has {n_chunks} chunks; give their numbers, "
            "counted from 0."
        ) from error
