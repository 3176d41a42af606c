"""Guess the delimiter of a CSV from its first rows."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from skloss.table import cells
from skloss.table.errors import TableError
from skloss.table.records import ROWS_SNIFFED, Record, common_width, split

__all__ = ["DELIMITERS", "RARE_DELIMITERS", "guess_delimiter"]

#: In order of preference where the rows do not decide.
DELIMITERS = (",", ";", "\t", "|")
#: Tried only where none of the others splits the rows, since they occur in values.
RARE_DELIMITERS = (" ", ":", "~", "^", "\x01", "\x1f")

_QUOTED_COMMA = re.compile(r'"[^"\n]*,[^"\n]*"')

# Cells of this many rows and columns are judged: enough to see commas inside prose,
# and few enough for tables of thousands of columns.
_ROWS_JUDGED = 50
_COLUMNS_JUDGED = 200


def guess_delimiter(
    lines: Sequence[str], number_marks: Collection[str] = (), quotes: bool = True
) -> str:
    """Return the delimiter that gives the most even rows with the cleanest cells.

    Parameters
    ----------
    lines : sequence of str
        Physical lines from the start of the table.
    number_marks : collection of str
        Decimal and thousands marks that the caller has chosen. A comma among them is
        no delimiter unless it stands between names, or numbers are quoted.
    quotes : bool
        Whether quotes enclose values.

    Returns
    -------
    str
        One of `DELIMITERS`, or one of `RARE_DELIMITERS` where none of these splits the
        rows. For a single column, one that does not occur in it, so that prose is not
        split at its commas; "," if each of them occurs.
    """
    lines = lines[:ROWS_SNIFFED]
    text = "".join(lines)
    first = next((line for line in lines if line.strip()), "")
    usual = DELIMITERS
    if "," in number_marks and _is_inside_numbers(first, text):
        usual = DELIMITERS[1:]
    scores = {d: _score(lines, d, quotes) for d in usual if d in text}
    best = max(scores, key=scores.get) if any(scores.values()) else ""
    is_in_names = any(d in first for d in usual)
    if best and is_in_names:
        return best
    rare = _rare_delimiter(lines, quotes)
    if rare:
        return rare
    # A column of prose has commas in some rows, but not in its name.
    absent = [d for d in usual if d not in text]
    if absent and not is_in_names and (not best or _is_rare(lines, best, quotes)):
        return absent[0]
    return best or usual[0]


def _is_inside_numbers(first: str, text: str) -> bool:
    """Return whether a comma is part of numbers, and so cannot be the delimiter too."""
    are_names = "," in first and not any(
        cells.kind(cell) in ("number", "date") for cell in first.split(",")
    )
    return not are_names and not _QUOTED_COMMA.search(text)


def _rare_delimiter(lines: Sequence[str], quotes: bool) -> str:
    """Return the rare delimiter that makes the most columns, or "".

    Spaces and colons occur in names and times, so every row must have the same number
    of cells, some column must hold numbers, and a row must not be one number or date.
    """
    widths = {}
    for delimiter in RARE_DELIMITERS:
        records = _with_row_names(_written(lines, delimiter, quotes))
        width = {len(record.fields) for record in records}
        if len(records) < 2 or len(width) > 1 or width == {1}:
            continue
        first, *rows = [record.fields for record in records[:_ROWS_JUDGED]]
        if any(cells.kind(cell) in ("number", "date") for cell in first):
            continue
        if all(cells.kind(delimiter.join(row)) in ("number", "date") for row in rows):
            continue
        columns = zip(*rows, strict=True)
        if any(all(cells.is_number(c.strip()) for c in column) for column in columns):
            widths[delimiter] = len(first)
    return max(widths, key=widths.get, default="")


def _with_row_names(records: list[Record]) -> list[Record]:
    """Give the header a cell for the numbers that R writes before each row."""
    if len(records) < 2:
        return records
    first, *rows = records
    short = [row.fields[0] for row in rows if len(row.fields) == len(first.fields) + 1]
    if short != [str(k) for k in range(1, len(rows) + 1)]:
        return records
    return [replace(first, fields=["", *first.fields]), *rows]


def _is_rare(lines: Sequence[str], delimiter: str, quotes: bool) -> bool:
    """Return whether fewer than half of the rows contain the delimiter."""
    records = _written(lines, delimiter, quotes)
    several = sum(len(record.fields) > 1 for record in records)
    return several < len(records) / 2


def _score(lines: Sequence[str], delimiter: str, quotes: bool) -> float:
    """Score a delimiter: share of even rows times share of clean cells, in [0, 1].

    A first row of names adds 0.5, so that it outweighs some uneven rows but not a
    table that falls apart. Lines above the first full row cost 0.25: a title of a
    report is possible, but less likely than another delimiter.
    """
    try:
        records = _written(lines, delimiter, quotes)
    except TableError:
        return 0.0
    width = common_width(records)
    if width < 2:
        return 0.0
    rows = [record.fields for record in records if len(record.fields) == width]
    written = [
        cell
        for row in rows[:_ROWS_JUDGED]
        for cell in row[:_COLUMNS_JUDGED]
        if cell.strip()
    ]
    others = "".join(d for d in DELIMITERS if d != delimiter)
    clean = sum(not _is_cut_wrongly(cell, others) for cell in written)
    evenness = len(rows) / len(records) * clean / max(len(written), 1)
    top = records.index(next(r for r in records if len(r.fields) == width))
    kinds = map(cells.kind, rows[0][:_COLUMNS_JUDGED])
    named = not any(kind in ("number", "date") for kind in kinds)
    return evenness + 0.5 * named - 0.25 * (top > 0)


def _written(lines: Sequence[str], delimiter: str, quotes: bool) -> list[Record]:
    records = split(lines, delimiter, quotes)
    return [record for record in records if not record.is_blank]


def _is_cut_wrongly(cell: str, others: str) -> bool:
    """Return whether a cell looks as if another delimiter should have split it."""
    inside = cell.replace(", ", " ")  # a comma in prose
    if not any(mark in inside for mark in others):
        return False
    return not cells.is_number(cell.strip())
