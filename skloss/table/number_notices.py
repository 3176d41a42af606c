"""Sentences on numbers that may not be numbers: infinity, -999, Unix times."""

import re
from collections.abc import Iterator, Mapping

import numpy as np
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from skloss.table.column_reading import ColumnReading
from skloss.table.values import as_dates
from skloss.wording import columns, count

__all__ = ["on_numbers"]

# Numbers that many tables have in place of a missing value. One of them is named only
# if it is repeated, and if its distance to all others is larger than their own range.
_CODES = [sign * float("9" * digits) for sign in (-1, 1) for digits in range(2, 7)]
_REPEATED, _FAR = 2, 1.0
# Names of columns whose numbers may be times, the first one being of 2001.
_TIME_NAME = re.compile("time|date|stamp|epoch|unix|(^|_)(ts|at)$", re.IGNORECASE)
_FIRST_UNIX_TIME = 1e9
# Of dates alone: digits such as 20240131, and the days that Excel counts, 1982 to 2064.
_DATE_NAME = re.compile("dat(e|um)|fecha|(^|_)data", re.IGNORECASE)
_DIGITS_OF_DATE = 19000101, 21001231
_DAYS_OF_EXCEL = 30_000, 60_000


def on_numbers(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about infinity, codes of missing values and dates as numbers."""
    yield from _on_infinite(readings)
    yield from _on_codes_of_missing(readings)
    yield from _on_counted_dates(readings)
    yield from _on_empty(readings)


def _on_empty(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield a notice about columns without a value."""
    names = [
        name
        for name, reading in readings.items()
        if len(reading.values)
        and reading.values.isna().all()
        and "lost" not in reading.notes
    ]
    if names:
        verb, its = ("has", "its") if len(names) == 1 else ("have", "their")
        yield (
            f"{columns(names)} {verb} no values: all of {its} cells are empty or spell "
            "a missing value, such as NA."
        )


def _on_infinite(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about numbers that are infinite, or beyond what a float holds."""
    for name, reading in readings.items():
        if not is_float_dtype(reading.values.dtype):
            continue
        number = int(np.isinf(reading.values.to_numpy(float, na_value=np.nan)).sum())
        if number:
            verb = "is" if number == 1 else "are"
            yield (
                f"{columns([name])}: {count(number, 'value')} {verb} infinite, or "
                "beyond 1.8e308, and will count as missing."
            )


def _on_codes_of_missing(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about -999 and the like, far from all other numbers of a column."""
    for name, reading in readings.items():
        dtype = reading.values.dtype
        if not is_numeric_dtype(dtype) or is_bool_dtype(dtype):
            continue
        known = reading.values.dropna().to_numpy(dtype=float)
        known = known[np.isfinite(known)]
        if not len(known) or not any(
            end in _CODES for end in (known.min(), known.max())
        ):
            continue
        for code in _CODES:
            others = known[known != code]
            number = len(known) - len(others)
            if number < _REPEATED or not len(others):
                continue
            low, high = others.min(), others.max()
            if max(low - code, code - high) > _FAR * (high - low) > 0:
                yield (
                    f"{columns([name])}: {code:g} occurs {number:,} times, far from "
                    "all other numbers; if it stands for a missing value, name it in "
                    "missing, such as missing=['NA', '"
                    f"{code:g}']."
                )
                break


def _on_counted_dates(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about whole numbers that may be dates or Unix times."""
    for name, reading in readings.items():
        dtype = reading.values.dtype
        if not is_numeric_dtype(dtype) or is_bool_dtype(dtype):
            continue
        known = reading.values.dropna()
        is_date, is_time = (p.search(str(name)) for p in (_DATE_NAME, _TIME_NAME))
        if not len(known) or not (is_date or is_time):
            continue
        low, high = known.min(), known.max()
        is_unix = low >= _FIRST_UNIX_TIME
        has_digits = _DIGITS_OF_DATE[0] <= low and high <= _DIGITS_OF_DATE[1]
        is_counted = _DAYS_OF_EXCEL[0] <= low and high <= _DAYS_OF_EXCEL[1]
        if not (is_unix or (is_date and (has_digits or is_counted))):
            continue
        dates = as_dates(known)
        if not np.isnat(dates).any():
            what = "Unix times" if is_unix else "dates"
            yield (
                f"{columns([name])} may hold {what}, {known.iloc[0]:.0f} being "
                f"{dates[0].astype('datetime64[D]')}; give it the type date to read "
                "them."
            )
