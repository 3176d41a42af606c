"""Sentences on numbers that may not be numbers: infinity, -999, Unix times."""

import re
from collections.abc import Iterator, Mapping

import numpy as np
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from skloss.table.column_reading import ColumnReading
from skloss.table.dates import counted_dates
from skloss.wording import columns, count

__all__ = ["on_numbers"]

# Numbers that many tables have in place of a missing value. One of them is named only
# if it is repeated, and if its distance to all others is larger than their own range.
_CODES = [sign * float("9" * digits) for sign in (-1, 1) for digits in range(2, 7)]
_REPEATED, _FAR = 2, 1.0
# Names of columns whose numbers may be times, the first one being of 2001.
_TIME_NAME = re.compile("time|date|stamp|epoch|unix|(^|_)(ts|at)$", re.IGNORECASE)
_FIRST_UNIX_TIME = 1e9


def on_numbers(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about infinite numbers, codes of missing values and Unix times."""
    yield from _on_infinite(readings)
    yield from _on_codes_of_missing(readings)
    yield from _on_counted_dates(readings)


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
    """Yield notices about whole numbers that may be Unix times."""
    for name, reading in readings.items():
        dtype = reading.values.dtype
        if not is_numeric_dtype(dtype) or is_bool_dtype(dtype):
            continue
        if not _TIME_NAME.search(str(name)):
            continue
        known = reading.values.dropna()
        dates = counted_dates(known) if len(known) else known
        is_counted = known.min() >= _FIRST_UNIX_TIME if len(known) else False
        if is_counted and dates.notna().all():
            yield (
                f"{columns([name])} may hold Unix times, {known.iloc[0]:.0f} being "
                f"{dates.iloc[0]:%Y-%m-%d}; give it the type date to read them."
            )
