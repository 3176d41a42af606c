"""Turn the columns that the parser left as text into numbers and dates."""

import re
from collections.abc import Collection

import pandas as pd

from skloss.table import cells
from skloss.table.column_reading import ColumnReading, Marks
from skloss.table.dates import read_dates
from skloss.table.invisible import plain_column
from skloss.table.month_names import MONTH_OF_YEAR
from skloss.table.notations import (
    are_times,
    plain_digits,
    read_notation,
    read_times,
    unit_of,
    units_of,
)
from skloss.table.numbers import SAMPLE, are_codes, count_numbers, read_numbers
from skloss.table.offers import OFFERED
from skloss.table.periods import PERIOD
from skloss.table.quantities import QUANTITIES, find_quantity, read_quantity
from skloss.table.years import YEARS

__all__ = ["clean"]

# What is read wherever a column holds nothing else.
_READ = (*QUANTITIES, *YEARS)

# From this share of numbers or dates on, a column of text was probably meant to hold
# them, and a notice names the first value that is not one.
_MOSTLY = 0.5
# Names of time zones, many of which stand for several zones.
_ZONE = re.compile("[A-Z]{2,5}")


def clean(
    frame: pd.DataFrame, marks: Marks, types: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, ColumnReading]]:
    """Turn columns of text into the numbers or dates that they hold.

    Parameters
    ----------
    frame : DataFrame
        As parsed, columns named.
    marks : Marks
    types : dict of str to str
        "number", "date" or "text" by column, where the caller has decided.

    Returns
    -------
    DataFrame
    dict of str to ColumnReading
        By column, all of them.
    """
    readings = {
        name: _read(frame[name], marks, types.get(name)) for name in frame.columns
    }
    readings |= _with_dates(readings, marks, types)
    readings = {name: _plain(reading) for name, reading in readings.items()}
    values = {name: reading.values for name, reading in readings.items()}
    return pd.DataFrame(values, index=frame.index, columns=frame.columns), readings


def _read(column: pd.Series, marks: Marks, wanted: str | None) -> ColumnReading:
    """Read a column by itself; text that may be dates stays text of type "date"."""
    if column.dtype == object:
        column = _settled(column)
    if wanted == "number" and pd.api.types.is_numeric_dtype(column.dtype):
        return ColumnReading(column)
    if not _is_text(column) and wanted:
        column = column.astype("str").where(column.notna())
    if not _is_text(column):
        return ColumnReading(column)
    column, spelled = _stripped(column, marks.missing, wanted)
    reading = _read_text(column, marks, wanted)
    if reading.type == "number" or not spelled:
        return reading
    return ColumnReading(
        reading.values, reading.type, {**reading.notes, "spelled": spelled}
    )


def _read_text(column: pd.Series, marks: Marks, wanted: str | None) -> ColumnReading:
    """Read stripped text of which missing values are missing."""
    if wanted == "text":
        return ColumnReading(column, "text")
    if not column.notna().any():
        empty = column if wanted == "date" else column.astype(float)
        return ColumnReading(empty, wanted)
    plain = plain_digits(column, marks)
    if plain is not None:
        reading = _read_text(plain, marks, wanted)
        if reading.type in ("number", "date"):
            notes = {**reading.notes, "digits": column.dropna().iloc[0]}
            return ColumnReading(reading.values, reading.type, notes)
        if reading.notes:
            return ColumnReading(column, reading.type, reading.notes)
    if wanted == "number":
        return _chosen_numbers(column, marks)
    if wanted == "date":
        return ColumnReading(column, "date")
    return _guessed(column, marks)


def _chosen_numbers(column: pd.Series, marks: Marks) -> ColumnReading:
    """Read numbers because the caller has chosen them; others become missing."""
    found = read_numbers(column, marks) or read_notation(column, marks, _unread)
    if found is not None and found.type == "number":
        return found
    known = column.dropna()
    if are_times(known).mean() > count_numbers(known, marks).mean():
        return read_times(column, coerce=True)
    found = find_quantity(known, marks.decimal, _READ)
    if found is not None and found[1] > count_numbers(known, marks).mean():
        return read_quantity(column, found[0], marks, coerce=True)
    offer, fit = find_quantity(known, marks.decimal, OFFERED) or (None, 0.0)
    if fit > count_numbers(known, marks).mean():
        return read_quantity(column, offer, marks, coerce=True)
    unit = unit_of(known)
    if unit is None:
        return read_numbers(column, marks, coerce=True)
    name, fits = unit
    parts = known[fits].str.replace(name, "", regex=False).str.strip()
    rest = known[~fits]
    reading = read_numbers(pd.concat([parts, rest]).reindex(column.index), marks, True)
    notes = {**reading.notes, "dropped_unit": (int(fits.sum()), name)}
    return ColumnReading(reading.values, "number", notes)


def _unread(column: pd.Series) -> ColumnReading:
    return ColumnReading(column)


def _guessed(column: pd.Series, marks: Marks) -> ColumnReading:
    """Read text as what its first values look like, if all of its values are that."""
    known = column.dropna()
    sample = known.iloc[:SAMPLE].map(_kind)
    share = {kind: (sample == kind).mean() for kind in ("number", "date")}
    if share["date"] == 1:
        return ColumnReading(column, "date")
    if share["number"] == 1:
        if are_codes(known):
            return ColumnReading(column, "text", {"codes": True})
        numbers = read_numbers(column, marks)
        if numbers is not None:
            return numbers
    notation = read_notation(column, marks, lambda text: _read_text(text, marks, None))
    if notation is not None:
        return notation
    quantity, fit = find_quantity(known, marks.decimal, _READ) or (None, 0.0)
    read = read_quantity(column, quantity, marks) if fit == 1 else None
    if read is not None:
        return read
    offered = _offered(column, known, marks) if max(share.values()) < 1 else {}
    if offered:
        return ColumnReading(column, notes=offered)
    # The sample shows whether it is worth counting all values.
    if share["number"] > _MOSTLY / 2:
        return ColumnReading(
            column, notes=_mostly("numbers", known, count_numbers(known, marks))
        )
    if share["date"] > _MOSTLY / 2:
        return ColumnReading(column, notes=_mostly_dates(column, marks))
    times = are_times(known.iloc[:SAMPLE])
    if times.mean() > _MOSTLY / 2:
        return ColumnReading(column, notes=_mostly("times", known, are_times(known)))
    if fit > _MOSTLY / 2:
        read = read_quantity(column, quantity, marks, coerce=True)
        return ColumnReading(
            column, notes=_mostly("quantities", known, read.values[known.index].notna())
        )
    return ColumnReading(column, notes=_with_zone(known) or _with_unit(known))


def _kind(cell: str) -> str:
    """Return the kind of a cell, a month or quarter of a year being a date."""
    kind = cells.kind(cell)
    if kind != "text":
        return kind
    has_no_day = MONTH_OF_YEAR.fullmatch(cell) or PERIOD.fullmatch(cell)
    return "date" if has_no_day else "text"


def _offered(column: pd.Series, known: pd.Series, marks: Marks) -> dict[str, tuple]:
    """Return a note if most values hold numbers that are read only by choice."""
    offer, share = find_quantity(known, marks.decimal, OFFERED) or (None, 0.0)
    if share < _MOSTLY or share <= count_numbers(known.iloc[:SAMPLE], marks).mean():
        return {}
    read = read_quantity(column, offer, marks, coerce=True)
    if read.values[known.index].notna().mean() < _MOSTLY:
        return {}
    _, first, value = read.notes["quantities"]
    return {"offered": (first, value, *read.notes.get("lost", (0, "")))}


def _mostly(kind: str, known: pd.Series, fits: pd.Series) -> dict[str, tuple]:
    """Return a note if most known values are of a kind, but not all in one notation."""
    if fits.mean() < _MOSTLY:
        return {}
    if fits.all():
        return {f"mixed_{kind}": True}
    rest = known[~fits]
    return {f"mostly_{kind}": (int(fits.sum()), len(rest), rest.iloc[0])}


def _with_zone(known: pd.Series) -> dict[str, tuple]:
    """Return a note if most values are times of a day followed by a zone's name."""
    parts = [cell.rpartition(" ") for cell in known.iloc[:SAMPLE]]
    named = [" ".join(p[::2]) for p in parts if _ZONE.fullmatch(p[2]) and _is_day(p[0])]
    return {"zones": (named[0],)} if len(named) > _MOSTLY * len(parts) else {}


def _is_day(cell: str) -> bool:
    return ":" in cell and cells.is_date(cell)


def _with_unit(known: pd.Series) -> dict[str, tuple]:
    """Return a note if most values are a number followed by a unit."""
    found = unit_of(known)
    if found is None:
        units = units_of(known)
        return {"units": units} if units else {}
    unit, fits = found
    return {"unit": (int(fits.sum()), unit, known[fits].iloc[0])}


def _mostly_dates(text: pd.Series, marks: Marks) -> dict[str, tuple]:
    """Return a note if most values are dates in the same format."""
    dates = read_dates(text, marks.dayfirst, marks.day_is_likely_first, coerce=True)
    if dates.values is None:
        return {}
    known = text.dropna()
    return _mostly("dates", known, dates.values[known.index].notna())


def _plain(reading: ColumnReading) -> ColumnReading:
    """Let values of text that look equal be equal."""
    if not _is_text(reading.values):
        return reading
    values, n_changed = plain_column(reading.values)
    notes = {**reading.notes, "spaces": n_changed} if n_changed else reading.notes
    return ColumnReading(values, reading.type, notes)


def _is_text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype)


def _settled(column: pd.Series) -> pd.Series:
    """Give a type to what the parser left as objects: booleans, or huge integers."""
    known = column.dropna()
    if known.map(type).eq(bool).all() and len(known):
        return column.astype("boolean")
    return column.astype("str") if len(known) else column


def _stripped(
    column: pd.Series, missing: Collection[str] | None, wanted: str | None
) -> tuple[pd.Series, dict[str, int]]:
    """Strip spaces, and make missing what spells a missing value.

    The number of each spelling is returned too: in text it may be a category. A column
    whose type is chosen as text keeps the usual spellings for that reason.
    """
    column = column.str.strip()
    if missing is None:
        missing = () if wanted == "text" else cells.MISSING
    is_missing = column.isin(["", *missing])
    if not is_missing.any():
        return column, {}
    spelled = column[is_missing].value_counts().to_dict()
    spelled.pop("", None)
    return column.where(~is_missing), spelled


# --- dates -------------------------------------------------------------------


def _with_dates(
    readings: dict[str, ColumnReading], marks: Marks, types: dict[str, str]
) -> dict[str, ColumnReading]:
    """Read all columns of dates together, since one may settle the order of another."""
    texts = {
        name: reading.values
        for name, reading in readings.items()
        if reading.type == "date" and reading.values.notna().any()
    }
    likely = marks.day_is_likely_first
    found = {
        name: read_dates(text, marks.dayfirst, likely, types.get(name) == "date")
        for name, text in texts.items()
    }
    # Columns with days beyond 12 settle the order of those without.
    sure = {date.dayfirst for date in found.values() if not date.ambiguous} - {None}
    for name, date in found.items():
        if date.ambiguous and len(sure) == 1:
            coerce = types.get(name) == "date"
            found[name] = read_dates(texts[name], *sure, likely, coerce)
    return {
        name: _as_reading(date, readings[name], marks, types.get(name))
        for name, date in found.items()
    }


def _as_reading(date, before, marks: Marks, wanted: str | None) -> ColumnReading:
    """Return the dates of a column, or its text with a note if they are not dates."""
    text = before.values
    if date.values is None and not wanted:  # 2011-12 may be a season
        season, fit = find_quantity(text.dropna(), marks.decimal, YEARS) or (None, 0.0)
        read = read_quantity(text, season, marks) if fit == 1 else None
        if read is not None:
            return read
    if date.values is None:
        notes = {} if wanted else _mostly_dates(text, marks)
        notes = notes or {"not_dates": True}
        return ColumnReading(text, wanted, {**notes, **before.notes})
    notes = {kind: before.notes[kind] for kind in before.notes if kind == "digits"}
    if date.short_years:
        notes["short_years"] = True
    if date.in_utc:
        notes["in_utc"] = True
    if date.without_day:
        notes["without_day"] = date.without_day
    if date.dayfirst is not None:
        notes["dayfirst"] = date.dayfirst
    if date.ambiguous:
        notes["ambiguous"] = True
    lost = text[date.values.isna() & text.notna()]
    if len(lost):
        notes["lost"] = (len(lost), lost.iloc[0])
    return ColumnReading(date.values, "date", notes)
