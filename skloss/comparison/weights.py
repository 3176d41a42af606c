"""Weights of the rows of a comparison; those of weight zero are dropped first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.model_selection import PredefinedSplit
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skloss.comparison.setup import positions
from skloss.estimators.parameters import check_weight

__all__ = ["KeptRows", "keep_rows", "weight_of_rows"]


@dataclass(frozen=True)
class KeptRows:
    """The rows of a table that are split and scored.

    Attributes
    ----------
    X, y : array-like or DataFrame
    weight : ndarray or None
        Positive.
    groups : array-like or None
    cv : int, cross-validator, iterable or None
        Its splits are of these rows.
    numbers : ndarray of int
        Their positions among the rows of the caller.
    """

    X: Any
    y: Any
    weight: Any
    groups: Any
    cv: Any
    numbers: np.ndarray


def keep_rows(X, y, weight, groups, cv):
    """Drop rows of weight zero, before any split and from what is scored."""
    if weight is None or weight.all():
        return KeptRows(X, y, weight, groups, cv, np.arange(_num_samples(y)))
    numbers = np.flatnonzero(weight)
    cv = None if cv is None else _among_kept(cv, y, groups, weight > 0)
    groups = None if groups is None else _safe_indexing(groups, numbers)
    X, y = _safe_indexing(X, numbers), _safe_indexing(y, numbers)
    return KeptRows(X, y, weight[numbers], groups, cv, numbers)


def weight_of_rows(X, y, sample_weight):
    """Validate the weights as `fit` does; X and y must have one length."""
    if y is None:
        raise TypeError("y is None; pass the target, one value for each row of X.")
    if isinstance(X, dict) and not sparse.issparse(X):  # a dok_matrix is a dict
        raise TypeError("X is a dict; pass a table, such as pandas.DataFrame(X).")
    n_rows = _num_samples(y)
    if _num_samples(X) != n_rows:
        raise ValueError(f"X has {_num_samples(X)} rows, but y has {n_rows}.")
    if sample_weight is None:
        return None
    if np.ndim(sample_weight) == 1 and len(sample_weight) != n_rows:
        raise ValueError(
            f"sample_weight has {len(sample_weight)} values, but y has {n_rows} rows."
        )
    if np.size(sample_weight) and not np.any(sample_weight):
        raise ValueError("Every sample_weight is zero; give at least one row a weight.")
    return check_weight(sample_weight, np.arange(n_rows))


def _among_kept(cv, y, groups, kept):
    """Translate folds that name the caller's rows to positions among the kept rows.

    scikit-learn's splitters divide any rows, so they are called with the kept rows
    later; others may name rows, as a `PredefinedSplit` does.
    """
    if isinstance(cv, (int, np.integer)):
        return cv
    if hasattr(cv, "split"):
        own = type(cv).__module__.startswith("sklearn.")
        if own and not isinstance(cv, PredefinedSplit):
            return cv
        cv = cv.split(np.zeros((len(y), 1)), y, groups)
    position = np.cumsum(kept) - 1
    splits = []
    for number, split in enumerate(cv):
        rows = [positions(part, np.arange(len(kept)), number) for part in split]
        splits.append(tuple(position[part[kept[part]]] for part in rows))
        if not all(map(len, splits[-1])):
            raise ValueError(
                f"Split {number} of cv trains on or holds out only rows whose "
                "sample_weight is zero; leave it out."
            )
    return splits
