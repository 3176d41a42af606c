"""What was guessed of a text and of its values, in the form of overrides."""

from collections.abc import Mapping, Sequence
from typing import Any

from skloss.table.column_reading import ColumnReading
from skloss.table.decimal import DecimalMark
from skloss.table.layout import Layout
from skloss.table.overrides import Overrides

__all__ = ["layout_guesses", "value_guesses"]


def layout_guesses(layout: Layout, encoding: str) -> dict[str, Any]:
    """Return what was guessed of the text: its encoding, delimiter, header, quotes."""
    return {
        "encoding": encoding,
        "delimiter": layout.delimiter,
        "skip_rows": layout.skip_rows,
        "header": layout.header,
        "quotes": layout.quotes,
    }


def value_guesses(
    given: Overrides, mark: DecimalMark, readings: Mapping[str, ColumnReading]
) -> dict[str, Any]:
    """Return what was guessed of the values: their marks, their order, their types."""
    differ = any("other_decimal" in reading.notes for reading in readings.values())
    differ = differ and given.decimal is None
    marks = [r.notes["thousands"] for r in readings.values() if "thousands" in r.notes]
    # The mark between thousands of one column may be the decimal mark of another.
    thousands = "auto" if differ and marks else _common(marks)
    return {
        "decimal": "auto" if differ else mark.mark,
        "thousands": thousands if given.thousands is None else given.thousands,
        "dayfirst": _dayfirst(given.dayfirst, readings),
        "types": {
            name: reading.type
            for name, reading in readings.items()
            if reading.type and (name in given.types or _is_same_if_chosen(reading))
        },
    }


def _is_same_if_chosen(reading: ColumnReading) -> bool:
    """Return whether a column is read equally where its guessed type is chosen.

    Text would keep spellings of missing values, and ="..." is not read as a date.
    """
    keeps_spellings = reading.type == "text" and "spelled" in reading.notes
    return not keeps_spellings and "formulas" not in reading.notes


def _common(marks: Sequence[str]) -> str:
    """Return the mark between thousands, "" without one, "auto" if columns differ."""
    found = {" " if mark.isspace() else mark for mark in marks}
    return "auto" if len(found) > 1 else next(iter(found), "")


def _dayfirst(given: bool | None, readings: Mapping[str, ColumnReading]) -> bool | None:
    """Return the order of day and month if all such columns have the same one."""
    orders = {r.notes["dayfirst"] for r in readings.values() if "dayfirst" in r.notes}
    if given is not None or len(orders) != 1:
        return given
    return orders.pop()
