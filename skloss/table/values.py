"""The values of one column as numbers, dates or labels."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.table.dates import counted_dates, read_dates
from skloss.table.east_asian_dates import EAST_ASIAN_DATE
from skloss.table.month_names import NAMED_MONTH

__all__ = ["DAY", "as_dates", "as_floats", "as_labels", "day_is_first", "is_unknown"]

DAY = np.timedelta64(1, "D")
# The square of a larger number, as in a variance, is not finite.
LARGEST = 1e150
# 20240131, and 2024.
_DIGITS_OF_DAY, _DIGITS_OF_YEAR = 8, 4


def is_unknown(column: pd.Series) -> pd.Series:
    """Return which values are missing or infinite."""
    missing = column.isna()
    if types.is_float_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        missing |= np.isinf(numbers)
    return missing


def as_floats(column: pd.Series) -> np.ndarray:
    """Return a column as numbers; NaN for other values and for infinite ones."""
    dtype = column.dtype
    if types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype):
        values = (as_dates(column) - np.datetime64(0, "D")) / DAY
    elif types.is_timedelta64_dtype(dtype):
        values = column.dt.total_seconds().to_numpy(dtype=float)
    elif types.is_numeric_dtype(dtype) or types.is_bool_dtype(dtype):
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        known = pd.to_numeric(column.astype(object), errors="coerce")
        values = known.to_numpy(dtype=float, na_value=np.nan)
    values = np.where(np.isinf(values), np.nan, values)
    return np.clip(values, -LARGEST, LARGEST)


def as_dates(column: pd.Series, dayfirst: bool = False) -> np.ndarray:
    """Return a column as datetime64[us]; NaT for other values, zones are dropped.

    Numbers are dates if they are written 20240131, are years, Unix times or the day
    numbers of Excel.
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()
    elif types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        column = _dates_in_digits(column)
    elif not types.is_datetime64_any_dtype(column.dtype):
        column = _dates_in_text(column.astype(object), dayfirst)
    if column.dt.tz is not None:
        column = column.dt.tz_localize(None)
    return column.to_numpy(dtype="datetime64[us]")


def _dates_in_text(text: pd.Series, dayfirst: bool) -> pd.Series:
    """Parse dates; times with several zones are converted to UTC."""
    options = {"errors": "coerce", "format": "mixed", "dayfirst": dayfirst}
    with warnings.catch_warnings():
        # pandas warns about 31/1/2024 if the month is first, and reads it correctly.
        warnings.simplefilter("ignore", UserWarning)
        try:
            dates = pd.to_datetime(text, **options)
        except ValueError:  # mixed zones
            dates = pd.to_datetime(text, utc=True, **options)
    if dates.notna().any() or not text.map(_is_named).any():
        return dates
    # pandas supports only the English names of months, and no East Asian dates.
    named = read_dates(text.astype("str").where(text.notna()), None, False, True)
    return dates if named.values is None else named.values


def _is_named(value: Any) -> bool:
    shapes = (NAMED_MONTH, EAST_ASIAN_DATE)
    return isinstance(value, str) and any(shape.fullmatch(value) for shape in shapes)


def _dates_in_digits(column: pd.Series) -> pd.Series:
    numbers = as_floats(column)
    digits = pd.Series([f"{v:.0f}" if v == v and v % 1 == 0 else "" for v in numbers])
    dates = pd.to_datetime(digits, format="%Y%m%d", errors="coerce")
    dates[digits.str.len() != _DIGITS_OF_DAY] = pd.NaT
    years = digits.where(digits.str.len() == _DIGITS_OF_YEAR)
    found = dates.fillna(pd.to_datetime(years, format="%Y", errors="coerce"))
    found = found.fillna(counted_dates(pd.Series(numbers)))
    return found.set_axis(column.index)


def day_is_first(column: pd.Series) -> bool:
    """Return whether the day precedes the month in most dates of a column of text."""
    if not (column.dtype == object or isinstance(column.dtype, pd.StringDtype)):
        return False
    text = column[column.map(lambda value: isinstance(value, str))]
    text = text.astype("str").str.strip()
    return bool(read_dates(text, None, False, coerce=True).dayfirst)


def as_labels(column: pd.Series) -> np.ndarray:
    """Return a column as text, NaN where missing; 1 and 1.0 are the same label."""
    labels = np.array(column, dtype=object)
    known = column.notna().to_numpy()
    labels[~known] = np.nan
    if not isinstance(column.dtype, pd.StringDtype):
        labels[known] = [_label(value) for value in labels[known]]
    return labels


def _label(value: Any) -> str:
    whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return str(int(value)) if whole else str(value)
