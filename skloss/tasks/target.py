"""Targets of any container and dtype as one vector of numbers or labels."""

import decimal
import numbers
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.tasks.frames import as_pandas

__all__ = ["as_vector", "without_objects"]

# By `pandas.api.types.infer_dtype`: what the values of an object dtype are in truth.
_DTYPES = {
    "boolean": bool,
    "integer": int,
    "floating": float,
    "mixed-integer-float": float,
    "decimal": float,
}


def as_vector(y: Any) -> Any:
    """Return a target of one column as a vector, and any other target unchanged.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        A table of one column becomes that column, with its name.

    Returns
    -------
    array-like
        Values of an object dtype get the dtype that they have: see `without_objects`.
    """
    y = as_pandas(y)
    if isinstance(y, pd.DataFrame) and y.shape[1] == 1:
        y = y.iloc[:, 0]
    elif isinstance(y, pd.api.extensions.ExtensionArray):
        y = pd.Series(y)
    elif isinstance(y, np.ndarray) and y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    elif isinstance(y, list) and y and all(_is_single(row) for row in y):
        y = [row[0] for row in y]
    return without_objects(y)


def without_objects(y: Any) -> Any:
    """Return a target of object dtype with the dtype that its values have.

    Integers, floats and booleans get their own dtype and Decimals become floats. Labels
    that mix text with numbers become text, so that they can be sorted. Missing values
    and other objects leave the target unchanged.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)

    Returns
    -------
    array-like
    """
    if isinstance(y, list):
        found = {type(value) for value in y}
        if len(found) < 2 and decimal.Decimal not in found:
            return y  # NumPy gives these the dtype that they have
        if not all(map(_is_label, y)):
            return y
        array = np.empty(len(y), dtype=object)
        array[:] = y
        return without_objects(array)
    is_object = hasattr(y, "dtype") and types.is_object_dtype(y)
    if not is_object or np.ndim(y) != 1 or pd.isna(y).any():
        return y
    kind = types.infer_dtype(y)
    if kind in _DTYPES:
        try:
            return y.astype(_DTYPES[kind])
        except OverflowError:  # integers beyond 64 bits
            return y.astype(float)
    if kind == "string" or not all(map(_is_label, y)):
        return y
    if any(isinstance(value, (str, bytes)) for value in y):
        return _mapped(y, str)
    return _mapped(y, float).astype(float)


def _mapped(y: Any, function: Any) -> Any:
    """Return the same container with a function of each value."""
    if isinstance(y, pd.Series):
        return y.map(function)
    array = np.empty(len(y), dtype=object)
    array[:] = [function(value) for value in y]
    return array


def _is_single(row: Any) -> bool:
    return isinstance(row, (list, tuple, np.ndarray)) and len(row) == 1


def _is_label(value: Any) -> bool:
    """Return whether a value is text or a real number."""
    is_number = isinstance(value, (numbers.Real, decimal.Decimal, np.bool_))
    return is_number or isinstance(value, str)
