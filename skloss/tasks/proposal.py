"""Propose the task of a target, with the reason."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.tasks.frames import as_pandas
from skloss.tasks.target import without_objects
from skloss.tasks.task import Task, as_task
from skloss.wording import shorten

__all__ = ["TaskProposal", "check_not_missing", "propose_task"]

# More classes than this are rarely labels, and more often amounts or counts.
_MAX_CLASSES = 20


class TaskProposal(NamedTuple):
    """A task with the reason for proposing it.

    Parameters
    ----------
    task : Task
        "regression", "binary", "multiclass" or "multilabel".
    reason : str
        One sentence for a person.

    Examples
    --------
    >>> from skloss.tasks import propose_task
    >>> task, reason = propose_task([0.5, 1.5, 2.5])
    >>> task.label, reason
    ('predict a number', 'The target holds numbers with a fraction, 3 different.')
    """

    task: Task
    reason: str


def propose_task(y: Any) -> TaskProposal:
    """Propose the task of a target, with the reason.

    Two different values are binary, text and categories are classes, numbers with
    a fraction are regression. Whole numbers are classes if they are few: at most
    20, and few for the number of rows (at most half of it if they count 0, 1, 2, ...
    without a gap, at most one more than its square root otherwise), and each of them
    occurs more than once. Missing and infinite values are ignored.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        The target. Several columns of 0 and 1 are labels of a multilabel task;
        several columns of other numbers are a regression with several targets.

    Returns
    -------
    TaskProposal
        Named tuple (task, reason).

    Raises
    ------
    ValueError
        If the target has fewer than two different values, or holds dates, lists or
        other values that are not predicted.

    Examples
    --------
    >>> from skloss.tasks import propose_task
    >>> propose_task(["cat", "dog", "cat"])
    TaskProposal(task='binary', reason='The target has 2 different values.')
    >>> propose_task([1.5, 2.25, 3.75]).task
    'regression'
    """
    columns = _as_frame(y)
    if columns.shape[1] == 0:
        raise ValueError("The target has no columns, so there is nothing to predict.")
    if columns.shape[1] == 1:
        return _one_column(_known(columns.iloc[:, 0]))
    return _several_columns(columns)


def check_not_missing(y: Any) -> None:
    """Raise an error if a target has missing values.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        The target.

    Raises
    ------
    ValueError
        If a value is missing; the message has the number of missing values.

    Examples
    --------
    >>> from skloss.tasks import check_not_missing
    >>> check_not_missing(["cat", None, "dog"])
    Traceback (most recent call last):
    ValueError: Input y contains NaN: 1 value is missing; leave such rows out.
    """
    found = pd.isna(y)
    missing = 0 if isinstance(found, bool) else int(np.sum(found))  # bool for a scalar
    if missing:
        values = "value is" if missing == 1 else "values are"
        raise ValueError(
            f"Input y contains NaN: {missing} {values} missing; leave such rows out."
        )


def _as_frame(y: Any) -> pd.DataFrame:
    """Return the target as a table with a column for each target or label."""
    y = as_pandas(y)
    if isinstance(y, pd.DataFrame):
        return y
    if isinstance(y, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        return pd.Series(y).reset_index(drop=True).to_frame()
    if hasattr(y, "toarray"):  # scipy's sparse indicator
        return pd.DataFrame(y.toarray())
    if isinstance(y, str) or not hasattr(y, "__len__"):
        raise ValueError("The target must be a column of values, one for each row.")
    if not hasattr(y, "__array__"):
        y = list(y)
        nested = {len(row) for row in y if isinstance(row, (list, tuple, np.ndarray))}
        if len(nested) > 1:
            raise ValueError(
                "The rows of the target differ in length; give one value per row, or "
                "a 0/1 column for each label."
            )
        # Through Series, since NumPy would turn 1 and None, or 1 and "a", into text.
        return pd.DataFrame(y) if nested else pd.Series(y, dtype=_dtype(y)).to_frame()
    array = np.asarray(y)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"The target has shape {array.shape}; give one value for each row, or one "
            "column for each target."
        )
    return pd.DataFrame(array)


def _dtype(values: list) -> Any:
    """Return a dtype that keeps the types of the values in a list."""
    return None if values else object


def _known(column: pd.Series) -> pd.Series:
    """Drop missing and infinite values, and find numbers held as objects."""
    column = column[column.notna()]
    if column.dtype == object:
        column = without_objects(column.infer_objects())
    if types.is_bool_dtype(column.dtype) or types.is_complex_dtype(column.dtype):
        return column
    if types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float)
        return column[np.isfinite(numbers)]
    return column


def _several_columns(columns: pd.DataFrame) -> TaskProposal:
    """Propose the task of several columns: labels if all are 0 and 1."""
    known = [_known(columns.iloc[:, k]) for k in range(columns.shape[1])]
    n_columns = len(known)
    if all(len(column) == 0 for column in known):
        raise ValueError("The target has no values, so there is nothing to predict.")
    if not all(types.is_numeric_dtype(column.dtype) for column in known):
        raise ValueError(
            f"The target has {n_columns} columns that are not all numbers; choose one "
            "of them, or give a 0/1 column for each label."
        )
    if all(column.isin([0, 1]).all() for column in known):
        reason = f"The target has {n_columns} columns of 0 and 1, one for each label."
        return TaskProposal(as_task("multilabel"), reason)
    reason = f"The target has {n_columns} columns of numbers, predicted together."
    return TaskProposal(as_task("regression"), reason)


def _one_column(y: pd.Series) -> TaskProposal:
    """Propose the task of the known values of one column."""
    if len(y) == 0:
        raise ValueError("The target has no values, so there is nothing to predict.")
    if types.is_datetime64_any_dtype(y.dtype) or isinstance(y.dtype, pd.PeriodDtype):
        raise ValueError(
            "The target holds dates, which are not predicted; choose another column, "
            "or turn them into a number of days."
        )
    if types.is_complex_dtype(y.dtype):
        raise ValueError("The target holds complex numbers; predict their parts.")
    if y.map(lambda value: isinstance(value, (list, tuple, set, dict))).any():
        raise ValueError(
            "The target holds lists; give a 0/1 column for each label instead."
        )
    n_values = y.nunique()
    if n_values < 2:
        raise ValueError(
            f"The target has one value only ({shorten(y.iloc[0], 40)}), so there is "
            "nothing to predict."
        )
    if n_values == 2:
        return TaskProposal(as_task("binary"), "The target has 2 different values.")
    if types.is_timedelta64_dtype(y.dtype):
        return TaskProposal(as_task("regression"), "The target holds durations.")
    if isinstance(y.dtype, pd.CategoricalDtype) or not types.is_numeric_dtype(y.dtype):
        return _classes_of_text(n_values, len(y))
    return _numbers(y.to_numpy(dtype=float), n_values)


def _classes_of_text(n_values: int, n_rows: int) -> TaskProposal:
    """Propose classes, with a doubt if most rows have different ones."""
    reason = f"The target holds {n_values:,} different categories."
    if n_values > _MAX_CLASSES and n_values > n_rows / 2:
        reason = (
            f"The target holds {n_values:,} different categories in {n_rows:,} rows, "
            "too many to learn well: it may be a name or an identifier."
        )
    return TaskProposal(as_task("multiclass"), reason)


def _numbers(numbers: np.ndarray, n_values: int) -> TaskProposal:
    """Propose regression or classes for numbers with at least three values."""
    n_rows = len(numbers)
    if (numbers != np.round(numbers)).any():
        reason = f"The target holds numbers with a fraction, {n_values:,} different."
        return TaskProposal(as_task("regression"), reason)
    low, high = numbers.min(), numbers.max()
    counts_up = low in (0, 1) and high - low == n_values - 1
    few_for_the_rows = n_rows / 2 if counts_up else 1 + np.sqrt(n_rows)
    found = f"The target holds {n_values:,} different whole numbers in {n_rows:,} rows"
    if n_values <= min(_MAX_CLASSES, few_for_the_rows):
        if np.unique(numbers, return_counts=True)[1].min() == 1:
            reason = f"{found}, some of them only once, as is typical of amounts."
            return TaskProposal(as_task("regression"), reason)
        reason = (
            f"{found}, few enough to be classes. If they are amounts or counts, choose "
            "regression."
        )
        return TaskProposal(as_task("multiclass"), reason)
    return TaskProposal(as_task("regression"), f"{found}, too many to be classes.")
