"""How a text is laid out: delimiter, lines above the header, header, decimal mark.

Works on the first rows, split by the standard library's `csv`. Every function takes
what a person has overridden and guesses the rest.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from skloss.table import cells
from skloss.table.errors import TableError
from skloss.wording import listed, quoted

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 1 << 18
_LARGEST_SAMPLE = 1 << 22
_ROWS_SNIFFED = 500
_CELLS_SNIFFED = 20_000
_COLUMNS_SNIFFED = 2_000
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_SAYS_TYPE = 0.8  # share of a column's values that settles its type


@dataclass(frozen=True)
class Record:
    """One row as written: its cells, and the physical lines before and through it."""

    fields: list[str]
    lines_before: int
    lines_through: int

    @property
    def is_blank(self) -> bool:
        """Whether the line has nothing on it, not even a delimiter."""
        return len(self.fields) < 2 and self.filled == 0

    @property
    def filled(self) -> int:
        """How many cells are not empty."""
        return sum(bool(field.strip()) for field in self.fields)


@dataclass(frozen=True)
class Layout:
    """Where the table is in the text.

    Attributes
    ----------
    delimiter : str
    skip_rows : int
        Physical lines above the header, or above the first row without a header.
    skipped : list of str
        The beginning of each of them that says something.
    header : bool
    names : list of str
        The header's cells as written; as many empty ones without a header.
    lines_above : int
        Physical lines before the first row of values.
    rows : list of list of str
        The first rows of values as written, blank ones left out.
    """

    delimiter: str
    skip_rows: int
    skipped: list[str]
    header: bool
    names: list[str]
    lines_above: int
    rows: list[list[str]]


def first_lines(data: bytes) -> list[str]:
    """Return complete physical lines from the start, line ends kept.

    Lines end as the csv module and spreadsheets see them: not at form feeds or the
    other separators of `str.splitlines`.
    """
    size = _SAMPLE
    while True:
        sample = data[:size].decode("utf-8", "ignore")
        lines = list(io.StringIO(sample, newline=""))
        if size >= len(data):
            return lines
        if len(lines) > 8:
            return lines[:-1]
        if size >= _LARGEST_SAMPLE:
            break
        size *= 2
    if len(lines) == 1:
        raise TableError(
            f"The first line is longer than {_LARGEST_SAMPLE:,} characters; a CSV has "
            "a line for each row."
        )
    return lines[:-1]


def split(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """Split lines into records; a quoted cell may run over several lines."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
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


def lay_out(
    lines: Sequence[str],
    delimiter: str | None = None,
    skip_rows: int | None = None,
    header: bool | None = None,
) -> Layout:
    """Find delimiter, header and first row; None leaves a choice to the guess.

    Raises
    ------
    TableError
        If there are no column names and `header` is None.
    """
    start = skip_rows or 0
    if skip_rows is None or skip_rows > 0:
        found = _SEPARATOR_LINE.fullmatch(lines[0])
        if found:
            delimiter = delimiter or found[1]
            start = max(start, 1)
    delimiter = delimiter or _delimiter(lines[start:])
    records = []
    for record in split(lines[start:], delimiter):
        if len(records) == _ROWS_SNIFFED:
            break
        records.append(record)
    records = [record for record in records if not record.is_blank]
    if not records:
        raise TableError(
            "There is nothing to read below the skipped lines."
            if start
            else "This file has no values. Load a file with a header and rows."
        )
    top = 0
    if skip_rows is None:
        top = _top(records, needs_header=header is not False)
    first, below = records[top], [record.fields for record in records[top + 1 :]]
    _refuse_open_quote(lines[start:], first, start)
    if header is None:
        header = True
        if _holds_values(first.fields, below):
            raise TableError(
                "The first row holds values and not column names "
                f"({listed(first.fields, 3)}). Add a row of names at the top, or say "
                "that there is none (header=False): then the columns are called "
                "column_1, column_2, …"
            )
    skipped = lines[start : start + first.lines_before] if skip_rows is None else []
    names = first.fields if header else [""] * _common_width(records)
    return Layout(
        delimiter=delimiter,
        skip_rows=start + first.lines_before,
        skipped=[line.strip() for line in skipped if line.strip(f" \r\n{delimiter}")],
        header=header,
        names=names,
        lines_above=start + (first.lines_through if header else first.lines_before),
        rows=below if header else [first.fields, *below],
    )


def _refuse_open_quote(lines: Sequence[str], first: Record, above: int) -> None:
    """Raise a TableError if the rest of the file is in quotes, header included."""
    written = "".join(lines[first.lines_before : first.lines_through])
    if written.count('"') % 2 and "\n" in first.fields[-1]:
        raise TableError(open_quote(f"{above + first.lines_before + 1:,}"))


def open_quote(row: str) -> str:
    """Return the sentence for a quote that never ends."""
    return f"A quote opened in row {row} is never closed; close or remove it."


# --- delimiter ---------------------------------------------------------------


def _delimiter(lines: Sequence[str]) -> str:
    """Take the delimiter that gives the most even rows with the cleanest cells."""
    lines = lines[:_ROWS_SNIFFED]
    text = "".join(lines)
    scores = {d: _score(lines, d) for d in DELIMITERS if d in text}
    best = max(scores, key=scores.get) if any(scores.values()) else ","
    # One column of prose has commas here and there, and none in its name.
    first = next((line for line in lines if line.strip()), "")
    absent = [d for d in DELIMITERS if d not in text]
    if absent and not any(d in first for d in DELIMITERS) and _is_rare(lines, best):
        return absent[0]
    return best


def _is_rare(lines: Sequence[str], delimiter: str) -> bool:
    records = [record for record in split(lines, delimiter) if not record.is_blank]
    several = sum(len(record.fields) > 1 for record in records)
    return several < len(records) / 2


def _score(lines: Sequence[str], delimiter: str) -> float:
    try:
        records = [record for record in split(lines, delimiter) if not record.is_blank]
    except TableError:
        return 0.0
    width = _common_width(records)
    if width < 2:
        return 0.0
    rows = [record.fields for record in records if len(record.fields) == width]
    written = [cell for row in rows[:50] for cell in row[:200] if cell.strip()]
    others = "".join(d for d in DELIMITERS if d != delimiter)
    clean = sum(not _is_cut_wrongly(cell, others) for cell in written)
    evenness = len(rows) / len(records) * clean / max(len(written), 1)
    top = records.index(next(r for r in records if len(r.fields) == width))
    named = not any(cells.kind(c) in ("number", "date") for c in rows[0][:200])
    return evenness + 0.5 * named - 0.25 * (top > 0)


def _is_cut_wrongly(cell: str, others: str) -> bool:
    """Return whether a cell looks as if another delimiter should have split it."""
    inside = cell.replace(", ", " ")  # a comma in prose
    if not any(mark in inside for mark in others):
        return False
    return not cells.is_number(cell.strip())


def _common_width(records: Sequence[Record]) -> int:
    widths = Counter(len(r.fields) for r in records if len(r.fields) > 1)
    if not widths:
        return 1
    return max(widths, key=lambda width: (widths[width], width))


# --- header ------------------------------------------------------------------


def _top(records: Sequence[Record], needs_header: bool) -> int:
    """Return the index of the header: 0, or where the lines above it end."""
    width = _common_width(records)

    def may_be_above(record: Record) -> bool:
        return len(record.fields) < width or (record.filled <= 1 < width)

    top = next((k for k, r in enumerate(records) if not may_be_above(r)), 0)
    if top == 0:
        return 0
    if not needs_header:
        return top
    above, header = records[:top], records[top].fields
    below = [record.fields for record in records[top + 1 :]]
    if sum(len(row) == width for row in below) < len(below) / 2:
        return 0
    named = [cell.strip() for cell in header if cell.strip()]
    if len(set(named)) < len(named) or any(cells.kind(c) != "text" for c in named):
        return 0
    if any(cells.kind(header[k]) == "text" for k in _typed_columns(below, width)):
        return top
    lone = all(record.filled <= 1 for record in above)
    prose = any(re.search(r"[\s#:]", r.fields[0].strip()) for r in above)
    gap = records[top].lines_before > records[top - 1].lines_through
    return top if lone and (prose or gap) else 0


def _typed_columns(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """Return the columns of numbers and of dates among the first rows, by index."""
    found = {}
    for k in range(min(width, _COLUMNS_SNIFFED)):
        kinds = Counter(cells.kind(row[k]) for row in rows[:50] if k < len(row))
        kinds.pop("missing", None)
        for kind in ("number", "date"):
            if kinds[kind] and kinds[kind] >= _SAYS_TYPE * kinds.total():
                found[k] = kind
    return found


def _holds_values(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row is of the kind of the rows below it."""
    first = first[:_COLUMNS_SNIFFED]
    kinds = [cells.kind(cell) for cell in first]
    if not below:
        known = [kind for kind in kinds if kind != "missing"]
        return bool(known) and all(kind != "text" for kind in known)
    typed = _typed_columns(below, len(first))
    if any(kinds[k] == "text" for k in typed):
        return False
    alike = [k for k, kind in typed.items() if kinds[k] == kind]
    named = [first[k].strip() for k in alike]
    return bool(alike) and not (_are_years(named, kinds) or _are_places(named, below))


def _are_places(named: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether 0, 1, 2, ... name columns of fractions, as pandas counts them."""
    if len(named) < 2 or named not in (
        [str(k) for k in range(len(named))],
        [str(k) for k in range(1, len(named) + 1)],
    ):
        return False
    numbers = [cell for row in below[:50] for cell in row if cells.is_number(cell)]
    whole = sum(cell.strip().lstrip("+-").isdigit() for cell in numbers)
    return whole < len(numbers) / 2


def _are_years(named: Sequence[str], kinds: Sequence[str]) -> bool:
    """Return whether numbers in the first row are years that name columns."""
    if "text" not in kinds or len(named) < 2:
        return False
    if not all(re.fullmatch(r"\d{4}", cell) for cell in named):
        return False
    years = [int(cell) for cell in named]
    steps = {b - a for a, b in pairwise(years)}
    return (
        len(steps) == 1 and 0 not in steps and 1500 <= min(years) <= max(years) < 2500
    )


# --- decimal mark ------------------------------------------------------------

_POINT = re.compile(r"[+−-]?(\d*\.\d+|\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,})")
_COMMA = re.compile(r"[+−-]?(\d*,\d+|\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,})")
_EITHER = re.compile(r"[+−-]?[1-9]\d{0,2}([.,])\d{3}")


@dataclass(frozen=True)
class DecimalMark:
    """The decimal mark; `example` is a cell that could be read otherwise, or empty."""

    mark: str
    example: str = ""


def decimal_mark(
    rows: Sequence[Sequence[str]], delimiter: str, thousands: str | None
) -> DecimalMark:
    """Guess the decimal mark from the cells in which it cannot be a thousands mark."""
    if thousands in (".", ","):
        return DecimalMark("," if thousands == "." else ".")
    width = max((len(row) for row in rows), default=1)
    written = [
        c.strip(" %$€£¥₹") for row in rows[: _CELLS_SNIFFED // width] for c in row
    ]
    either = [match for match in map(_EITHER.fullmatch, written) if match]
    unclear = {match[0] for match in either}
    clear = [cell for cell in written if cell not in unclear]
    points = sum(_POINT.fullmatch(cell) is not None for cell in clear)
    commas = sum(_COMMA.fullmatch(cell) is not None for cell in clear)
    if points or commas or not either or delimiter == ",":
        return DecimalMark("," if commas > points else ".")
    # Only values such as 1,234, in a file that is not separated by commas.
    marks = Counter(match[1] for match in either)
    mark = max(marks, key=marks.get)
    return DecimalMark(mark, next(m[0] for m in either if m[1] == mark))


def unclear_decimal(found: DecimalMark) -> str:
    """Return the notice for a mark that could also stand between thousands."""
    other = "." if found.mark == "," else ","
    name = "comma" if found.mark == "," else "point"
    return (
        f"Values such as {quoted(found.example)} are read with a decimal {name}; "
        f"if they are thousands, override the decimal mark with {quoted(other)}."
    )
