"""What goes into reading a column of text, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = ["ColumnReading", "Marks"]


@dataclass(frozen=True)
class Marks:
    """How numbers and dates are written in a table.

    Attributes
    ----------
    decimal : {".", ","}
        Decimal mark.
    decimal_is_given : bool
        Whether it was chosen by the caller, so that no other one is tried.
    thousands : str or None
        Mark between thousands; None tries each, for each column.
    dayfirst : bool or None
        Whether the day precedes the month; None derives it from the values.
    day_is_likely_first : bool
        The order where the values fit both.
    """

    decimal: str
    decimal_is_given: bool
    thousands: str | None
    dayfirst: bool | None
    day_is_likely_first: bool


@dataclass(frozen=True)
class ColumnReading:
    """What a column was read as.

    Attributes
    ----------
    values : Series
    type : {"number", "date", "text"} or None
        None where the parser's type was kept.
    notes : mapping of str to object
        What is worth a notice, by kind:

        codes, percent, currency, other_decimal, in_utc, ambiguous, not_dates : True
        thousands : str
            The mark that was removed.
        dayfirst : bool
            The order of day and month.
        lost : (int, str)
            Number of values made missing, and the first of them.
        mostly_numbers : (int, int, str)
            Numbers, other values, and the first of these.
    """

    values: pd.Series
    type: str | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
