"""Where the table is in the text: delimiter, skipped lines, header, first rows."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from skloss.table.cells import is_number
from skloss.table.delimiter import guess_delimiter
from skloss.table.errors import TableError
from skloss.table.header import (
    has_two_rows,
    header_place,
    holds_values,
    joined_names,
)
from skloss.table.records import Record, common_width, first_records, open_quote
from skloss.wording import listed

__all__ = ["Layout", "find_layout"]

# With fewer rows than this, a surplus value is more likely a mistake.
_ROWS_NAMED = 3

# Excel writes and reads this line to state the delimiter.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Where the table is in the text.

    Attributes
    ----------
    delimiter : str
    skip_rows : int
        Physical lines above the header, or above the first row without a header.
    skipped : list of str
        The beginning of each of them that is not empty.
    header : bool or 2
        2 if the names extend over two rows.
    names : list of str
        The header's cells as written; as many empty ones without a header.
    lines_above : int
        Physical lines before the first row of values.
    rows : list of list of str
        The first rows of values as written, without blank ones.
    quotes : bool
        Whether quotes enclose values.
    """

    delimiter: str
    skip_rows: int
    skipped: list[str]
    header: bool | int
    names: list[str]
    lines_above: int
    rows: list[list[str]]
    quotes: bool = True


def find_layout(
    lines: Sequence[str],
    delimiter: str | None = None,
    skip_rows: int | None = None,
    header: bool | int | None = None,
    quotes: bool = True,
    number_marks: Collection[str] = (),
) -> Layout:
    """Find delimiter, header and first row; what is None is guessed.

    The marks inside numbers, where they are known, are not guessed as the delimiter.

    Raises
    ------
    TableError
        If there are no rows, a quote in the header is never closed, or there are no
        column names and `header` is None.
    """
    start, declared = _start_and_delimiter(lines, skip_rows)
    delimiter = (
        delimiter or declared or guess_delimiter(lines[start:], number_marks, quotes)
    )
    records = first_records(lines[start:], delimiter, quotes)
    if not records:
        raise TableError(
            "There is nothing to read below the skipped lines."
            if start
            else "This file has no values. Load a file with a header and rows."
        )
    needs_names = header is None or header is True
    top = header_place(records, needs_names) if skip_rows is None else 0
    if header is None:
        top = 0 if has_two_rows(records, 0) else top
        header = 2 if has_two_rows(records, top) else None
    first, last = records[top], records[min(top + (header == 2), len(records) - 1)]
    below = [record.fields for record in records[top + 1 + (header == 2) :]]
    if quotes:
        _refuse_open_quote(lines[start:], last, start)
    if header is None:
        _refuse_values(first.fields, below)
        header = True
    names = first.fields if header else [""] * common_width(records)
    if header == 2:
        names = joined_names(first.fields, last.fields)
    elif header and _has_row_names(first.fields, below):
        names = ["", *names]
    skipped = lines[start : start + first.lines_before] if skip_rows is None else []
    return Layout(
        delimiter=delimiter,
        skip_rows=start + first.lines_before,
        skipped=[line.strip() for line in skipped if line.strip(f" \r\n{delimiter}")],
        header=header,
        names=names,
        lines_above=start + (last.lines_through if header else first.lines_before),
        rows=below if header else [first.fields, *below],
        quotes=quotes,
    )


def _has_row_names(header: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether each row begins with a name or a number of its own, as R writes.

    The header has no cell for it.
    """
    if len(below) < _ROWS_NAMED or any(len(row) != len(header) + 1 for row in below):
        return False
    if not all(row[-1].strip() for row in below):
        return False
    first = [row[0].strip() for row in below]
    numbered = first == [str(k) for k in range(1, len(first) + 1)]
    are_names = len(set(first)) == len(first) and not any(map(is_number, first))
    return numbered or are_names


def _start_and_delimiter(
    lines: Sequence[str], skip_rows: int | None
) -> tuple[int, str]:
    """Return the first line of the table, and the delimiter of a sep= line or ""."""
    start = skip_rows or 0
    # With skip_rows=0 the line belongs to the table.
    declared = _SEPARATOR_LINE.fullmatch(lines[0]) if skip_rows != 0 else None
    return (max(start, 1), declared[1]) if declared else (start, "")


def _refuse_values(first: Sequence[str], below: Sequence[Sequence[str]]) -> None:
    """Raise a TableError if the first row is not a header."""
    if holds_values(first, below):
        raise TableError(
            f"The first row holds values and not column names ({listed(first, 3)}). "
            "Add a row of names at the top, or pass header=False if there is none: "
            "then the columns are called column_1, column_2, …"
        )


def _refuse_open_quote(lines: Sequence[str], first: Record, above: int) -> None:
    """Raise a TableError if the rest of the file is in quotes, header included."""
    written = "".join(lines[first.lines_before : first.lines_through])
    if written.count('"') % 2 and "\n" in first.fields[-1]:
        raise TableError(open_quote(f"{above + first.lines_before + 1:,}"))
