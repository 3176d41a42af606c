"""The first rows of a CSV as records: the cells and lines of each row, as written."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skloss.table.errors import TableError

__all__ = [
    "ROWS_SNIFFED",
    "Record",
    "common_width",
    "first_lines",
    "first_records",
    "open_quote",
    "split",
]

#: The layout is guessed from this many rows: more rarely change it, and cost time.
ROWS_SNIFFED = 500

# Enough text for several hundred rows; doubled for wide tables, whose lines are long.
# A single line above the largest sample is not a table of at most 2,000 columns.
_SAMPLE_BYTES = 1 << 18
_LARGEST_SAMPLE_BYTES = 1 << 22
_LINES_NEEDED = 8


@dataclass(frozen=True)
class Record:
    """One row as written: its cells, and the physical lines before and through it."""

    fields: list[str]
    lines_before: int
    lines_through: int

    @property
    def is_blank(self) -> bool:
        """Whether the line is empty, without even a delimiter."""
        return len(self.fields) < 2 and self.filled == 0

    @property
    def filled(self) -> int:
        """Number of cells that are not empty."""
        return sum(bool(field.strip()) for field in self.fields)


def first_lines(data: bytes) -> list[str]:
    """Return complete physical lines from the start, with their line ends.

    Lines end as in the csv module and in spreadsheets: not at form feeds or the
    other separators of `str.splitlines`.
    """
    size = _SAMPLE_BYTES
    while True:
        sample = data[:size].decode("utf-8", "ignore")
        lines = list(io.StringIO(sample, newline=""))
        if size >= len(data):
            return lines
        if len(lines) > _LINES_NEEDED:
            return lines[:-1]
        if size >= _LARGEST_SAMPLE_BYTES:
            break
        size *= 2
    if len(lines) == 1:
        raise TableError(
            f"The first line is longer than {_LARGEST_SAMPLE_BYTES:,} characters; a "
            "CSV has a line for each row."
        )
    return lines[:-1]


def split(
    lines: Sequence[str], delimiter: str, quotes: bool = True
) -> Iterator[Record]:
    """Split lines into records; a quoted cell may extend over several lines."""
    quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    reader = csv.reader(
        lines, delimiter=delimiter, skipinitialspace=True, quoting=quoting
    )
    before = 0
    try:
        for fields in reader:
            yield Record(fields, before, reader.line_num)
            before = reader.line_num
    except csv.Error as error:
        raise TableError(
            f"Row {before + 1:,} has a cell of more than {csv.field_size_limit():,} "
            "characters; a quote may have been opened there and never closed."
        ) from error


def first_records(
    lines: Sequence[str], delimiter: str, quotes: bool = True
) -> list[Record]:
    """Return the first records without blank lines, read no further than needed."""
    records = []
    for record in split(lines, delimiter, quotes):
        if len(records) == ROWS_SNIFFED:
            break
        records.append(record)
    return [record for record in records if not record.is_blank]


def common_width(records: Sequence[Record]) -> int:
    """Return the most frequent number of cells above 1, the larger one in a tie."""
    widths = Counter(len(r.fields) for r in records if len(r.fields) > 1)
    if not widths:
        return 1
    return max(widths, key=lambda width: (widths[width], width))


def open_quote(row: str) -> str:
    """Return the sentence for a quote that is never closed."""
    return (
        f"A quote opened in row {row} is never closed; close or remove it, or read "
        "quotes as ordinary characters."
    )
