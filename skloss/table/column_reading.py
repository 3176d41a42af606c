"""What goes into reading a column of text, and what comes out."""

from collections.abc import Collection, Mapping
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
    missing : collection of str or None
        Spellings of a missing value, chosen by the caller; None takes the usual ones,
        but not in columns of type text.
    """

    decimal: str
    decimal_is_given: bool
    thousands: str | None
    dayfirst: bool | None
    day_is_likely_first: bool
    missing: Collection[str] | None = None


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

        codes, percent, currency, other_decimal, in_utc, ambiguous, not_dates,
        short_years, mixed_numbers : True
        some_percent : (int, int)
            Numbers with a percent sign and all numbers, if only some have one.
        thousands : str
            The mark that was removed.
        dayfirst : bool
            The order of day and month.
        lost : (int, str)
            Number of values made missing, and the first of them.
        rounded : (int, str)
            Number of integers that floats do not hold, and the first of them.
        mostly_numbers, mostly_dates, mostly_times, mostly_quantities : (int, int, str)
            Numbers, dates, times or quantities, other values, and the first of these.
        offered : (str, float, int, str)
            The first value that is more than a number, what it would be if the type
            number were chosen, the number of values that would be missing, and the
            first of them.
        unit : (int, str, str)
            Numbers with the same unit, the unit, and the first such value.
        units : (int, list of str, str)
            Numbers with one of several units, these, and the first such value.
        zones : (str,)
            The first time with the name of its zone.
        quantities : (str, str, float)
            How quantities were read, the first one and its number.
        without_day : str
            The first month, quarter or week that was read as its first day.
        dropped_unit : (int, str)
            Numbers whose unit was dropped, and the unit.
        digits : str
            The first value in digits of another script.
        times, accounts : (str, float)
            The first time of day, or negative amount in parentheses, and its number.
        formulas : str
            The first value written as ="...".
        spelled : dict of str to int
            How often each spelling of a missing value occurs in a column of text.
        spaces : int
            Number of values in which no-break spaces were replaced by spaces, or
            accents joined to their letters.
    """

    values: pd.Series
    type: str | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
