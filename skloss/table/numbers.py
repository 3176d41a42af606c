"""Columns of text to numbers, whatever notation they are written in."""

from itertools import product

import pandas as pd

from skloss.table import cells
from skloss.table.column_reading import ColumnReading, Marks

__all__ = ["LARGEST_EXACT", "SAMPLE", "are_codes", "count_numbers", "read_numbers"]

#: The first values of a column: a notation that fails on them needs no full pass.
SAMPLE = 200

#: Floats hold every integer up to this one; of larger ones they lose the last digits.
LARGEST_EXACT = 2**53
_MANY_DIGITS = len(str(LARGEST_EXACT))
# Integers beyond the largest float, which pandas does not convert.
_ENDLESS = "[+]?[1-9][0-9]{309,}"


def are_codes(known: pd.Series) -> bool:
    """Return whether numbers are identifiers: leading zeros, or too many digits."""
    if known.str.fullmatch(r"0[0-9]+").any():
        return True
    return len(_beyond_floats(known)) > 0


def _beyond_floats(known: pd.Series) -> pd.Series:
    """Return the values that are digits of an integer that no float holds."""
    long = known[known.str.fullmatch(f"[+-]?[0-9]{{{_MANY_DIGITS},}}").fillna(False)]
    return long[[_is_beyond(value.lstrip("+-0")) for value in long]]


def _is_beyond(digits: str) -> bool:
    # Python refuses to convert thousands of digits.
    return len(digits) > _MANY_DIGITS or int(digits or "0") > LARGEST_EXACT


def count_numbers(known: pd.Series, marks: Marks) -> pd.Series:
    """Return for each value whether it is a number in one of the notations."""
    patterns = [cells.number_pattern(*notation) for notation in _notations(marks)]
    return known.str.fullmatch("|".join(patterns))


def read_numbers(
    column: pd.Series, marks: Marks, coerce: bool = False
) -> ColumnReading | None:
    """Turn text into numbers if all of it is numbers in one notation.

    Parameters
    ----------
    column : Series of str
        Without surrounding spaces; missing values are missing.
    marks : Marks
    coerce : bool
        Take the notation that most values have and make the others missing, instead
        of returning None.
    """
    known = column.dropna()
    notations = _notations(marks)
    unexplained = known.iloc[:SAMPLE]
    for notation in notations:
        pattern = cells.number_pattern(*notation)
        if not unexplained.str.fullmatch(pattern).all():
            continue
        # The values that this notation leaves over rule out most of the others.
        unexplained = known[~known.str.fullmatch(pattern)]
        if not len(unexplained):
            return _converted(column, marks, *notation)
    return _coerced(column, known, marks, notations) if coerce else None


def _coerced(column, known, marks, notations) -> ColumnReading:
    """Read in the most frequent notation; what does not fit becomes missing."""
    fits = {n: known.str.fullmatch(cells.number_pattern(*n)) for n in notations}
    best = max(notations, key=lambda notation: fits[notation].sum())
    rest = known[~fits[best]]
    readable = column.where(column.index.isin(known[fits[best]].index))
    reading = _converted(readable, marks, *best)
    if not len(rest):
        return reading
    lost = {"lost": (len(rest), rest.iloc[0])}
    return ColumnReading(reading.values, "number", {**reading.notes, **lost})


def _notations(marks: Marks) -> list[tuple[str, str]]:
    """Return pairs of decimal and thousands mark, the most likely first."""
    other = "," if marks.decimal == "." else "."
    decimals = [marks.decimal] if marks.decimal_is_given else [marks.decimal, other]
    if marks.thousands is not None:
        return [(d, t) for d, t in product(decimals, [marks.thousands]) if d != t]
    return [(d, t) for d in decimals for t in cells.THOUSANDS[d]]


def _converted(text, marks, decimal, thousands) -> ColumnReading:
    """Return the numbers of a column that is written in one notation."""
    notes = {}
    n_percent = int(text.str.contains("%", regex=False).fillna(False).sum())
    if n_percent:
        notes["percent"] = True
    if 0 < n_percent < text.notna().sum():
        notes["some_percent"] = (n_percent, int(text.notna().sum()))
    if _any_has(text, f"[{cells.CURRENCY}]", regex=True):
        notes["currency"] = True
        signs = (
            text.str.extract(f"([{cells.CURRENCY}])", expand=False).dropna().unique()
        )
        if len(signs) > 1:
            notes["currencies"] = tuple(signs)
    # A space between thousands is removed here and leaves no trace below.
    if thousands.isspace():
        pattern = f"[0-9]({cells.ANY_SPACE})[0-9]"
        spaces = text.str.extract(pattern, expand=False).dropna()
        if len(spaces):
            notes["thousands"] = spaces.iloc[0]
    text = text.str.replace(f"[{cells.CURRENCY}%\\s]", "", regex=True)
    text = text.str.replace("[−–]", "-", regex=True)  # minus sign, en dash
    if thousands and _any_has(text, thousands):
        text = text.str.replace(thousands, "", regex=False)
        notes["thousands"] = thousands
    if decimal != ".":
        text = text.str.replace(decimal, ".", regex=False)
    if decimal != marks.decimal:
        notes["other_decimal"] = True
    beyond = _beyond_floats(text.dropna())
    if len(beyond):
        notes["rounded"] = (len(beyond), beyond.iloc[0])
    text = text.mask(text.str.fullmatch(_ENDLESS).fillna(False), "inf")
    text = text.mask(text.str.fullmatch("-" + _ENDLESS).fillna(False), "-inf")
    values = pd.to_numeric(text.astype(object))
    zeros = text[(values == 0).to_numpy()]
    vanished = zeros[zeros.str.match("[^eE]*[1-9]").astype(bool)]
    if len(vanished):
        notes["vanished"] = (len(vanished), vanished.iloc[0])
    return ColumnReading(values, "number", notes)


def _any_has(text: pd.Series, pattern: str, regex: bool = False) -> bool:
    return bool(text.str.contains(pattern, regex=regex).fillna(False).any())
