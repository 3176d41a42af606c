"""Columns that the parser left as text, turned into numbers and dates if they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skloss.table import cells
from skloss.table.dates import DateReading, read_dates
from skloss.wording import columns, count, quoted

_SAMPLE = 200
_MOSTLY = 0.9
_LONGEST_INTEGER = 18  # digits; longer ones are identifiers and would lose their end


@dataclass
class Marks:
    """How numbers and dates are written; None asks the values."""

    decimal: str
    decimal_is_given: bool
    thousands: str | None
    dayfirst: bool | None
    day_is_likely_first: bool


@dataclass
class Findings:
    """What cleaning did, by kind, with the names of the columns."""

    types: dict[str, str] = field(default_factory=dict)
    thousands: dict[str, list[str]] = field(default_factory=dict)
    other_decimal: list[str] = field(default_factory=list)
    percent: list[str] = field(default_factory=list)
    currency: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    in_utc: list[str] = field(default_factory=list)
    dayfirst: dict[str, bool] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def clean(
    frame: pd.DataFrame, marks: Marks, types: dict[str, str]
) -> tuple[pd.DataFrame, Findings]:
    """Turn columns of text into what they hold.

    Parameters
    ----------
    frame : DataFrame
        As parsed, columns named.
    marks : Marks
    types : dict of str to str
        "number", "date" or "text" by column, where a person has decided.

    Returns
    -------
    DataFrame
    Findings
    """
    found = Findings()
    cleaned = {}
    unsettled = []
    for name in frame.columns:
        column, wanted = frame[name], types.get(name)
        if column.dtype == object:
            column = _settled(column)
        if wanted == "number" and pd.api.types.is_numeric_dtype(column.dtype):
            wanted = None
        if not _is_text(column) and wanted:
            column = column.astype("str").where(column.notna())
        if _is_text(column):
            column = _stripped(column)
            if wanted != "text":
                column = _as_found(column, name, marks, wanted, found, unsettled)
        if wanted:
            found.types[name] = wanted
        cleaned[name] = column
    for name, dates in _dates({n: cleaned[n] for n in unsettled}, marks, types, found):
        cleaned[name] = dates
    return pd.DataFrame(cleaned, index=frame.index, columns=frame.columns), found


def _is_text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype)


def _settled(column: pd.Series) -> pd.Series:
    """Give a type to what the parser left as objects: booleans, or huge integers."""
    known = column.dropna()
    if known.map(type).eq(bool).all() and len(known):
        return column.astype("boolean")
    return column.astype("str") if len(known) else column


def _stripped(column: pd.Series) -> pd.Series:
    stripped = column.str.strip()
    changed = stripped.notna() & (stripped != column)
    if not changed.any():
        return column
    return stripped.where(~stripped.isin(cells.MISSING))


def _as_found(column, name, marks, wanted, found, unsettled) -> pd.Series:
    known = column.dropna()
    if not len(known):
        return column.astype(float) if wanted != "date" else column
    sample = known.iloc[:_SAMPLE].map(cells.kind)
    share = {kind: (sample == kind).mean() for kind in ("number", "date")}
    if wanted == "number" or (wanted is None and share["number"] == 1):
        numbers = _numbers(column, name, marks, wanted == "number", found)
        if numbers is not None:
            return numbers
    if wanted == "date" or (wanted is None and share["date"] == 1):
        unsettled.append(name)
        return column
    if wanted is None and name not in found.codes and share["number"] > _MOSTLY / 2:
        _say_if_mostly_numbers(known, name, marks, found)
    return column


# --- numbers -----------------------------------------------------------------


def _numbers(column, name, marks, coerce, found) -> pd.Series | None:
    known = column.dropna()
    if not coerce and _are_codes(known):
        found.codes.append(name)
        found.types[name] = "text"
        return None
    notations = _notations(marks)
    odd = known.iloc[:_SAMPLE]  # what another notation has to explain first
    for decimal, thousands in notations:
        pattern = cells.number_pattern(decimal, thousands)
        if not odd.str.fullmatch(pattern).all():
            continue
        odd = known[~known.str.fullmatch(pattern)]
        if not len(odd):
            return _converted(column, name, marks, decimal, thousands, found)
    if not coerce:
        return None
    fits = {n: known.str.fullmatch(cells.number_pattern(*n)) for n in notations}
    best = max(notations, key=lambda notation: fits[notation].sum())
    lost = int((~fits[best]).sum())
    if lost:
        found.sentences.append(
            f"{columns([name])}: {count(lost, 'value')} made missing for not being a "
            f"number; the first is {quoted(known[~fits[best]].iloc[0])}."
        )
    readable = column.where(column.index.isin(known[fits[best]].index))
    return _converted(readable, name, marks, *best, found)


def _are_codes(known: pd.Series) -> bool:
    """Return whether numbers are names: zeros in front, or too long to be counted."""
    if known.str.fullmatch(r"0[0-9]+").any():
        return True
    return bool(known.str.fullmatch(f"[0-9]{{{_LONGEST_INTEGER + 1},}}").any())


def _notations(marks: Marks) -> list[tuple[str, str]]:
    other = "," if marks.decimal == "." else "."
    decimals = [marks.decimal] if marks.decimal_is_given else [marks.decimal, other]
    if marks.thousands is not None:
        return [(d, marks.thousands) for d in decimals if d != marks.thousands]
    return [(d, t) for d in decimals for t in cells.THOUSANDS[d]]


def _converted(column, name, marks, decimal, thousands, found) -> pd.Series:
    text = column
    if text.str.contains("%", regex=False).fillna(False).any():
        found.percent.append(name)
    if text.str.contains("[$€£¥₹]").fillna(False).any():
        found.currency.append(name)
    text = text.str.replace("[$€£¥₹%\\s]", "", regex=True)
    text = text.str.replace("−", "-", regex=False)
    if thousands and text.str.contains(thousands, regex=False).fillna(False).any():
        text = text.str.replace(thousands, "", regex=False)
        found.thousands.setdefault(thousands, []).append(name)
    elif thousands.isspace():
        found.thousands.setdefault(thousands, []).append(name)
    if decimal != ".":
        text = text.str.replace(decimal, ".", regex=False)
    if decimal != marks.decimal:
        found.other_decimal.append(name)
    found.types[name] = "number"
    return pd.to_numeric(text.astype(object))


def _say_if_mostly_numbers(known, name, marks, found) -> None:
    patterns = [cells.number_pattern(*notation) for notation in _notations(marks)]
    numbers = known.str.fullmatch("|".join(patterns))
    if not _MOSTLY <= numbers.mean() < 1:
        return
    rest = known[~numbers]
    found.sentences.append(
        f"{columns([name])} holds {count(int(numbers.sum()), 'number')} and "
        f"{count(len(rest), 'other value')} (the first is {quoted(rest.iloc[0])}), so "
        "it is read as text; give it the type number to make the others missing."
    )


# --- dates -------------------------------------------------------------------


def _dates(texts, marks, types, found) -> Iterator[tuple[str, pd.Series]]:
    likely = marks.day_is_likely_first
    readings = {
        name: read_dates(text, marks.dayfirst, likely, types.get(name) == "date")
        for name, text in texts.items()
    }
    # Columns whose days go beyond 12 settle the order of those that do not.
    sure = {r.dayfirst for r in readings.values() if not r.ambiguous} - {None}
    for name, reading in readings.items():
        if reading.ambiguous and len(sure) == 1:
            reading = read_dates(texts[name], *sure, likely)
        if reading.values is None:
            found.sentences.append(
                f"{columns([name])} looks like dates, but not every value is one of "
                "the same form, so it is read as text."
            )
            yield name, texts[name]
        else:
            _note(reading, name, texts[name], found)
            yield name, reading.values


def _note(reading: DateReading, name, column, found) -> None:
    found.types[name] = "date"
    if reading.in_utc:
        found.in_utc.append(name)
    if reading.dayfirst is not None:
        found.dayfirst[name] = reading.dayfirst
    if reading.ambiguous:
        found.ambiguous.append(name)
    lost = int(np.sum(reading.values.isna() & column.notna()))
    if lost:
        first = column[reading.values.isna() & column.notna()].iloc[0]
        found.sentences.append(
            f"{columns([name])}: {count(lost, 'value')} made missing for not being a "
            f"date; the first is {quoted(first)}."
        )
