"""Propose a task from a target, with the reason, for the user to decide."""

from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["TASKS", "TaskProposal", "propose_task"]

TASKS = (
    "regression",
    "binary",
    "multiclass",
    "multilabel",
    "ordinal",
    "embedding",
    "pairs",
)

_MOST_CLASSES = 20  # distinct integers that may still be codes of classes
_ROWS_PER_CLASS = 10


class TaskProposal(NamedTuple):
    """A task and the sentence that says why."""

    task: str
    reason: str


def propose_task(y):
    """Propose the task that a target asks for.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Missing values are ignored.

    Returns
    -------
    TaskProposal
        With ``task`` "regression", "binary", "multiclass" or "multilabel".

    Raises
    ------
    ValueError
        If y is empty or holds a single value.

    Examples
    --------
    >>> from skloss.tasks import propose_task
    >>> propose_task(["spam", "ham", "spam"]).task
    'binary'
    >>> propose_task([0.5, 1.25, 7.0, 3.1]).reason
    'It holds numbers with decimals.'
    """
    if isinstance(y, pd.DataFrame) or (np.ndim(y) == 2 and np.shape(y)[1] > 1):
        frame = pd.DataFrame(y)
        if frame.shape[1] > 1:
            return _propose_for_columns(frame)
        y = frame.iloc[:, 0]
    values = pd.Series(np.ravel(y) if np.ndim(y) == 2 else y).dropna()
    if not len(values):
        raise ValueError("The target is empty: it holds no value at all.")
    n_distinct = values.nunique()
    if n_distinct == 1:
        raise ValueError(
            f"The target holds a single value, {values.iloc[0]!r}: nothing to learn."
        )
    if n_distinct == 2:
        first, second = values.unique()
        return TaskProposal("binary", f"It holds two values, {first} and {second}.")
    if not _is_numeric(values):
        return TaskProposal("multiclass", f"It holds {n_distinct} different labels.")
    numbers = values.astype(float)
    if (numbers % 1 != 0).any():
        return TaskProposal("regression", "It holds numbers with decimals.")
    enough = len(values) >= _ROWS_PER_CLASS * n_distinct
    if n_distinct <= _MOST_CLASSES and enough:
        return TaskProposal(
            "multiclass",
            f"It holds {n_distinct} different whole numbers in {len(values):,} rows; "
            "choose regression if they count or measure something.",
        )
    return TaskProposal(
        "regression",
        f"It holds {n_distinct:,} different whole numbers in {len(values):,} rows.",
    )


def _is_numeric(values):
    if pd.api.types.is_bool_dtype(values.dtype):
        return False
    if pd.api.types.is_numeric_dtype(values.dtype):
        return True
    return values.dtype == object and all(
        isinstance(v, (int, float, np.number)) and not isinstance(v, bool)
        for v in values
    )


def _propose_for_columns(frame):
    known = frame.dropna()
    if not len(known):
        raise ValueError("The target is empty: it holds no complete row.")
    numeric = all(
        pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype)
        for dtype in known.dtypes
    )
    if numeric and known.isin([0, 1]).all(axis=None):
        return TaskProposal(
            "multilabel",
            f"It holds {frame.shape[1]} columns of zeros and ones, one per label.",
        )
    if numeric:
        return TaskProposal(
            "regression", f"It holds {frame.shape[1]} columns of numbers."
        )
    raise ValueError(
        "Several target columns must all hold numbers, or all zeros and ones."
    )
