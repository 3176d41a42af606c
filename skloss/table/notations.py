"""Numbers in other notations: other digits, times of day, accounts, units."""

import re
from collections.abc import Callable

import pandas as pd

from skloss.table import cells
from skloss.table.column_reading import ColumnReading, Marks
from skloss.table.numbers import SAMPLE, read_numbers

__all__ = [
    "are_times",
    "plain_digits",
    "read_notation",
    "read_times",
    "unit_of",
    "units_of",
]

# From this share of values with one unit on, a column is a quantity.
_MOSTLY = 0.5
# A few numbers before the same word, as in "3 rooms", are more likely categories.
_NUMBERS = 5
_NUMBER = r"[+−-]?[0-9][0-9.,']*(?:[ \u00a0\u202f][0-9]{3})*(?:[.,][0-9]*)?"
_WORD = r"(?:[^\W\d_][^\d\s]{0,5}|[°µ‰‱′″Ω]\S{0,5})"
# Before a number, letters are a unit only if they are a currency: A5 is a code.
_CODE = (
    "(?:EUR|USD|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|RUB|TRY|"
    "BRL|MXN|KRW|SGD|HKD|THB|IDR|AED|SAR|ILS|Rs\\.?|kr\\.?|Fr\\.?|R\\$|US\\$|"
    r"\\)"  # the yen sign in Shift JIS
)
# 12a and 12b are not quantities.
_KNOWN_UNITS = frozenset(
    "kg g mg µg t lb lbs oz km m cm mm mi ft in yd m² km² ha l L ml cl dl gal °C °F K "
    "EUR USD GBP CHF h min s ms d B KB kB MB GB TB W kW MW Wh kWh MWh V A Hz kHz MHz "
    "GHz Pa hPa kPa bar J kJ kcal".split()
)
_WITH_UNIT = rf"^(?:{_NUMBER}\s?(?P<after>{_WORD})|(?P<before>{_CODE})\s?{_NUMBER})$"
_CLOCK = re.compile(
    r"(?P<sign>[+−-])?(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:[.,]\d+)?))?(?:\s?(?P<half>[ap])\.?m\.?)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'="([^"]*)"')
# Negative amounts of accounts, (1,234.50), and of SAP, 1,234.50-.
_BRACKETS = re.compile(r"\(([^0-9\n]*[0-9].*)\)|([^0-9\n]*[0-9].*)[-−]")
# A dash in place of cents: 12.-, 199,- and 12.—
_ROUND = re.compile(r"(.*[0-9])[.,][-–—−]{1,2}")


def plain_digits(column: pd.Series, marks: Marks) -> pd.Series | None:
    """Return a column with the digits of other scripts as 0 to 9.

    Parameters
    ----------
    column : Series of str
    marks : Marks
        The Arabic decimal mark becomes the one that was chosen.

    Returns
    -------
    Series or None
        None if there are no such digits.
    """
    known = column.dropna()
    if not any(map(cells.has_other_digits, known.iloc[:SAMPLE])):
        return None
    point = marks.decimal if marks.decimal_is_given else "."
    written = {value: cells.in_ascii(value, point) for value in known.unique()}
    return column.map(written)


def read_notation(
    column: pd.Series, marks: Marks, read_text: Callable
) -> ColumnReading | None:
    """Read a column whose values are all numbers, some in a notation of their own.

    Parameters
    ----------
    column : Series of str
        Without surrounding spaces; missing values are missing.
    marks : Marks
    read_text : callable
        Reads what was inside of ="...".

    Returns
    -------
    ColumnReading or None
        None if the values are not of any notation.
    """
    known = column.dropna()
    found = read_times(column) or _accounts(column, known, marks)
    if found is not None:
        return found
    if _all_match(known, _QUOTED):
        inner = read_text(column.str.slice(2, -1).str.strip())
        notes = {**inner.notes, "formulas": known.iloc[0]}
        return ColumnReading(inner.values, inner.type, notes)
    return None


def _all_match(known: pd.Series, pattern: re.Pattern) -> bool:
    """Return whether all values match, looking at the first ones first."""
    return all(map(pattern.fullmatch, known.iloc[:SAMPLE])) and all(
        map(pattern.fullmatch, known)
    )


def are_times(known: pd.Series) -> pd.Series:
    """Return for each value whether it is a time of day or a duration."""
    return known.map(lambda value: _CLOCK.fullmatch(value) is not None).astype(bool)


def read_times(column: pd.Series, coerce: bool = False) -> ColumnReading | None:
    """Read times of day and durations as hours.

    Parameters
    ----------
    column : Series of str
    coerce : bool
        Make other values missing, instead of returning None.
    """
    known = column.dropna()
    if not coerce and not _all_match(known, _CLOCK):
        return None
    parts = {value: _CLOCK.fullmatch(value) for value in known.unique()}
    read = {value: _hours(part) for value, part in parts.items() if part}
    hours = column.map(read).astype(float)
    first = next(value for value in known if value in read)
    notes = {"times": (first, read[first])}
    lost = known[~known.isin(list(read))]
    if len(lost):
        notes["lost"] = (len(lost), lost.iloc[0])
    return ColumnReading(hours, "number", notes)


def _hours(part: re.Match) -> float:
    hours, half = int(part["hours"]), part["half"]
    if half and hours == 12:
        hours = 0
    hours += 12 * (half or "").lower().startswith("p")
    seconds = float((part["seconds"] or "0").replace(",", "."))
    found = hours + int(part["minutes"]) / 60 + seconds / 3600
    return -found if part["sign"] in ("-", "−") else found


def _accounts(column, known, marks) -> ColumnReading | None:
    """Read amounts in parentheses or before a minus, and those without cents."""
    if not all(map(_is_amount, known.iloc[:SAMPLE])):
        return None
    is_round = known.map(lambda value: _ROUND.fullmatch(value) is not None)
    negative = known.map(lambda value: _BRACKETS.fullmatch(value) is not None)
    negative &= ~is_round
    if not (negative.any() or is_round.any()):
        return None
    written = known.copy()
    written[is_round] = known[is_round].str.replace(_ROUND, r"\1", regex=True)
    written[negative] = known[negative].str.replace(
        _BRACKETS, lambda part: f"-{(part[1] or part[2]).strip()}", regex=True
    )
    found = read_numbers(written.reindex(column.index), marks)
    if found is None:
        return None
    notes = dict(found.notes)
    if negative.any():
        notes["accounts"] = _first(known[negative], found.values)
    if is_round.any():
        what = "a dash in place of a fraction was dropped"
        notes["quantities"] = (what, *_first(known[is_round], found.values))
    return ColumnReading(found.values, "number", notes)


def _first(written: pd.Series, numbers: pd.Series) -> tuple[str, float]:
    """Return the first of some cells and its number."""
    return written.iloc[0], float(numbers[written.index[0]])


def _is_amount(value: str) -> bool:
    part = _ROUND.fullmatch(value)
    if part is None:
        part = _BRACKETS.fullmatch(value)
    inner = value if part is None else next(filter(None, part.groups())).strip()
    return cells.is_number(inner)


def unit_of(known: pd.Series) -> tuple[str, pd.Series] | None:
    """Return the unit that most values have, and which values have it.

    Parameters
    ----------
    known : Series of str
        Without missing values.

    Returns
    -------
    (str, Series of bool) or None
    """
    sample = _units(known.iloc[:SAMPLE])
    units = sample.dropna()
    is_many = known.iloc[:SAMPLE][units.index].nunique() >= _NUMBERS
    if len(units) <= _MOSTLY * len(sample) or not is_many:
        return None
    unit = units.mode().iloc[0]
    fits = _units(known) == unit
    return (unit, fits) if fits.mean() > _MOSTLY else None


def units_of(known: pd.Series) -> tuple[int, list[str], str] | None:
    """Return how many values have one of several units, these, and the first value.

    Parameters
    ----------
    known : Series of str
        Without missing values.

    Returns
    -------
    (int, list of str, str) or None
        None unless most values have a unit, of which two or more are known.
    """
    sample = _units(known.iloc[:SAMPLE]).dropna()
    units = list(sample.value_counts().index)
    if len(sample) <= _MOSTLY * min(len(known), SAMPLE) or len(units) < 2:
        return None
    if sum(unit in _KNOWN_UNITS for unit in units) < 2:
        return None
    found = _units(known).dropna()
    return len(found), units, known[found.index[0]]


def _units(known: pd.Series) -> pd.Series:
    parts = known.str.extract(_WITH_UNIT)
    return parts["after"].fillna(parts["before"])
