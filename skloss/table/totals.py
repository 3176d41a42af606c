"""Rows of totals or means at the end of a table."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skloss.table import cells
from skloss.table.column_reading import Marks
from skloss.table.numbers import read_numbers

__all__ = ["Totals", "find_totals"]

_TOTAL = re.compile(
    r"((grand|sub|general)[ -]?)?total(s|e|en|es)?( general)?|sums?|summen?|"
    r"(gesamt|end|zwischen)(summe|ergebnis)?|insgesamt|somme|suma|soma|totaal|"
    r"means?|averages?|avg\.?|mittelwert|mittel|durchschnitt|moyenne|media|"
    r"m[eé]dia|promedio|gemiddelde|ø|Σ|∑",
    re.IGNORECASE,
)
# A sum, a mean and one more; more rows with such names are a table of totals.
_AT_MOST = 3
# A total of rounded numbers differs from the sum of these, each by half a unit.
_RELATIVE = 1e-3


@dataclass(frozen=True)
class Totals:
    """The last rows of a table, if they are named as totals.

    Attributes
    ----------
    n_rows : int
    name : str
        The word in the first of them.
    are_sums : bool
        Whether one of their numbers is the sum or the mean of those above.
    """

    n_rows: int
    name: str
    are_sums: bool


def find_totals(frame: pd.DataFrame, marks: Marks) -> Totals | None:
    """Return how many rows at the end are named as totals.

    Parameters
    ----------
    frame : DataFrame
        As parsed.
    marks : Marks
        How numbers are written.
    """
    texts = [n for n in frame if isinstance(frame[n].dtype, pd.StringDtype)]
    names: list[str] = []
    while len(names) < min(_AT_MOST, len(frame) - 2):
        place = len(frame) - len(names) - 1
        named = [n for n in texts if _is_total(frame[n].iat[place])]
        name = frame[named[0]].iat[place] if named else None
        # A category of that name occurs in other rows as well.
        if name is None or frame[named[0]].eq(name).sum() > 1:
            break
        names.append(name.strip())
    if not names:
        return None
    above, below = frame.iloc[: -len(names)], frame.iloc[-len(names) :]
    sums = any(_is_sum(above[n], below[n], marks) for n in frame)
    return Totals(len(names), names[-1], sums)


def _is_total(cell: object) -> bool:
    return isinstance(cell, str) and bool(_TOTAL.fullmatch(cell.strip(" :.")))


def _is_sum(above: pd.Series, below: pd.Series, marks: Marks) -> bool:
    """Return whether a number is the sum or the mean of those above it."""
    totals = _numbers(below, marks)
    if not np.isfinite(totals).any():
        return False
    numbers = _numbers(above, marks)
    numbers = numbers[np.isfinite(numbers)]
    if len(numbers) < 2 or not numbers.any():
        return False
    wanted = np.array([numbers.sum(), numbers.mean()])
    spread = _RELATIVE * np.array([np.abs(numbers).sum(), np.abs(numbers).mean()])
    found = totals[np.isfinite(totals)][:, None]
    return bool((np.abs(found - wanted) <= spread).any())


def _numbers(column: pd.Series, marks: Marks) -> np.ndarray:
    if isinstance(column.dtype, pd.StringDtype):
        text = column.str.strip()
        text = text.where(~text.isin(cells.MISSING))
        if not text.notna().any():
            return np.full(len(column), np.nan)
        column = read_numbers(text, marks, coerce=True).values
    elif not pd.api.types.is_numeric_dtype(column.dtype):
        return np.full(len(column), np.nan)
    return column.to_numpy(dtype=float, na_value=np.nan)
