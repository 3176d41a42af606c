"""Guess the delimiter of a CSV from its first rows."""

from collections.abc import Sequence

from skloss.table import cells
from skloss.table.errors import TableError
from skloss.table.records import ROWS_SNIFFED, Record, common_width, split

__all__ = ["DELIMITERS", "guess_delimiter"]

#: In order of preference where the rows do not decide.
DELIMITERS = (",", ";", "\t", "|")

# Cells of this many rows and columns are judged: enough to see commas inside prose,
# and few enough for tables of thousands of columns.
_ROWS_JUDGED = 50
_COLUMNS_JUDGED = 200


def guess_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives the most even rows with the cleanest cells.

    Parameters
    ----------
    lines : sequence of str
        Physical lines from the start of the table.

    Returns
    -------
    str
        One of `DELIMITERS`. For a single column, one that does not occur in it, so
        that prose is not split at its commas; "," if each of them occurs.
    """
    lines = lines[:ROWS_SNIFFED]
    text = "".join(lines)
    scores = {d: _score(lines, d) for d in DELIMITERS if d in text}
    best = max(scores, key=scores.get) if any(scores.values()) else ","
    # A column of prose has commas in some rows, but not in its name.
    first = next((line for line in lines if line.strip()), "")
    absent = [d for d in DELIMITERS if d not in text]
    if absent and not any(d in first for d in DELIMITERS) and _is_rare(lines, best):
        return absent[0]
    return best


def _is_rare(lines: Sequence[str], delimiter: str) -> bool:
    """Return whether fewer than half of the rows contain the delimiter."""
    records = _written(lines, delimiter)
    several = sum(len(record.fields) > 1 for record in records)
    return several < len(records) / 2


def _score(lines: Sequence[str], delimiter: str) -> float:
    """Score a delimiter: share of even rows times share of clean cells, in [0, 1].

    A first row of names adds 0.5, so that it outweighs some uneven rows but not a
    table that falls apart. Lines above the first full row cost 0.25: a title of a
    report is possible, but less likely than another delimiter.
    """
    try:
        records = _written(lines, delimiter)
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


def _written(lines: Sequence[str], delimiter: str) -> list[Record]:
    return [record for record in split(lines, delimiter) if not record.is_blank]


def _is_cut_wrongly(cell: str, others: str) -> bool:
    """Return whether a cell looks as if another delimiter should have split it."""
    inside = cell.replace(", ", " ")  # a comma in prose
    if not any(mark in inside for mark in others):
        return False
    return not cells.is_number(cell.strip())
