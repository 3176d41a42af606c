"""Numbers in other notations: other digits, times of day, accounts, units."""

import re
import unicodedata
from collections.abc import Callable

import pandas as pd

from skloss.table import cells
from skloss.table.column_reading import ColumnReading, Marks
from skloss.table.numbers import SAMPLE, read_numbers

__all__ = ["plain_digits", "read_notation", "unit_of"]

# From this share of values with one unit on, a column is a quantity.
_MOSTLY = 0.5
# A few numbers before the same word, as in "3 rooms", are more likely categories.
_NUMBERS = 5
_NUMBER = r"[+−-]?[0-9][0-9.,']*"
_WORD = r"(?:[^\W\d_][^\d\s]{0,5}|[°µ]\S{0,5})"
# Before a number, letters are a unit only if they are a currency: A5 is a code.
_CODE = (
    "(?:EUR|USD|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|RUB|TRY|"
    "BRL|MXN|KRW|SGD|HKD|THB|IDR|AED|SAR|ILS|Rs\\.?|kr\\.?|Fr\\.?|R\\$|US\\$)"
)
_WITH_UNIT = rf"^(?:{_NUMBER}\s?(?P<after>{_WORD})|(?P<before>{_CODE})\s?{_NUMBER})$"
_CLOCK = re.compile(
    r"(?P<sign>[+−-])?(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:[.,]\d+)?))?(?:\s?(?P<half>[ap])\.?m\.?)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'="([^"]*)"')
# Negative amounts of accounts, (1,234.50), and of SAP, 1,234.50-.
_BRACKETS = re.compile(r"\((.*[0-9].*)\)|(.*[0-9].*)[-−]")
_OTHER_MARKS = "．，－＋％٪"
_MARKS = str.maketrans(_OTHER_MARKS, ".,-+%%")


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
    sample = known.iloc[:SAMPLE]
    if not sample.map(_has_other_digits).any():
        return None
    point = marks.decimal if marks.decimal_is_given else "."
    arabic = str.maketrans("٫٬", point + (",."[point == ","]))
    written = {
        value: "".join(map(_digit, value)).translate(_MARKS).translate(arabic)
        for value in known.unique()
    }
    return column.map(written)


def _has_other_digits(value: str) -> bool:
    if value.isascii():
        return False
    return any(c in _OTHER_MARKS or _is_other_digit(c) for c in value)


def _is_other_digit(character: str) -> bool:
    return not character.isascii() and character.isdecimal()


def _digit(character: str) -> str:
    if not _is_other_digit(character):
        return character
    return str(unicodedata.decimal(character))


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
    for read in (_times, _accounts):
        found = read(column, known, marks)
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


def _times(column, known, marks) -> ColumnReading | None:
    """Read times of day and durations as hours."""
    if not _all_match(known, _CLOCK):
        return None
    parts = {value: _CLOCK.fullmatch(value) for value in known.unique()}
    hours = column.map({value: _hours(part) for value, part in parts.items()})
    example = known.iloc[0], float(hours[known.index[0]])
    return ColumnReading(hours.astype(float), "number", {"times": example})


def _hours(part: re.Match) -> float:
    hours, half = int(part["hours"]), part["half"]
    if half and hours == 12:
        hours = 0
    hours += 12 * (half or "").lower().startswith("p")
    seconds = float((part["seconds"] or "0").replace(",", "."))
    found = hours + int(part["minutes"]) / 60 + seconds / 3600
    return -found if part["sign"] in ("-", "−") else found


def _accounts(column, known, marks) -> ColumnReading | None:
    """Read amounts of which negative ones are in parentheses, or end with a minus."""
    if not all(map(_is_amount, known.iloc[:SAMPLE])):
        return None
    negative = known.map(lambda value: _BRACKETS.fullmatch(value) is not None)
    if not negative.any():
        return None
    written = known.copy()
    written[negative] = known[negative].str.replace(
        _BRACKETS, lambda part: f"-{(part[1] or part[2]).strip()}", regex=True
    )
    found = read_numbers(written.reindex(column.index), marks)
    if found is None:
        return None
    first = known[negative].iloc[0], float(found.values[known[negative].index[0]])
    return ColumnReading(found.values, "number", {**found.notes, "accounts": first})


def _is_amount(value: str) -> bool:
    part = _BRACKETS.fullmatch(value)
    inner = value if part is None else (part[1] or part[2]).strip()
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


def _units(known: pd.Series) -> pd.Series:
    parts = known.str.extract(_WITH_UNIT)
    return parts["after"].fillna(parts["before"])
