"""Columns that were read as text but hold dates or percentages."""

import re

import pandas as pd

__all__ = ["clean_columns"]

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2})?.*)?$")
_PARTS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})( \d{1,2}:\d{2}.*)?$")
_PERCENT = r"[+-]?\d+(?:[.,]\d+)?\s*%"
_LOOK = 200  # values that show what a column is; all of them are then converted


def clean_columns(frame, dayfirst, notices):
    """Convert what is safe to convert; return the frame and the day order used."""
    for name in frame.columns:
        column = frame[name]
        if not pd.api.types.is_string_dtype(column.dtype):
            continue
        known = column.dropna()
        head = [str(value).strip() for value in known.iloc[:_LOOK]]
        if not head:
            continue
        if all(_ISO.match(value) for value in head):
            dates = pd.to_datetime(known, format="ISO8601", errors="coerce", utc=True)
            if dates.notna().all():
                frame[name] = dates.dt.tz_localize(None).reindex(frame.index)
        elif all(_PARTS.match(value) for value in head):
            dates, dayfirst = _numeric_dates(known, dayfirst, name, notices)
            if dates is not None:
                frame[name] = dates.reindex(frame.index)
        elif all(re.fullmatch(_PERCENT, value) for value in head):
            numbers = known.str.strip().str.rstrip("% ").str.replace(",", ".")
            numbers = pd.to_numeric(numbers, errors="coerce")
            if numbers.notna().all():
                frame[name] = numbers.reindex(frame.index)
                notices.append(f"{name} was read as numbers of percent.")
    return frame, dayfirst


def _numeric_dates(known, dayfirst, name, notices):
    """Dates such as 3/4/2025, in the order that their own values allow."""
    parts = known.str.strip().str.extract(_PARTS)
    if parts[0].isna().any():
        return None, dayfirst
    first, second = parts[0].astype(int).max(), parts[1].astype(int).max()
    if first > 12 and second > 12:
        return None, dayfirst
    order = dayfirst
    if first > 12 or second > 12:
        order = bool(first > 12)
    elif order is None:
        order = True
        notices.append(
            f"Dates in {name}, such as {known.iloc[0]}, could be day/month or "
            "month/day; they were read as day/month. Choose dayfirst=False otherwise."
        )
    day, month = (parts[0], parts[1]) if order else (parts[1], parts[0])
    year = parts[2].where(parts[2].str.len() == 4, "20" + parts[2])
    text = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    text = text + parts[3].fillna("")
    dates = pd.to_datetime(text, format="ISO8601", errors="coerce")
    return (dates, order) if dates.notna().all() else (None, dayfirst)
