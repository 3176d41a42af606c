"""Parse rows of values with pandas' C parser, and name the rows that do not fit."""

import collections
import csv
import io
import itertools
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from skloss import wording
from skloss.table import cells, scanning
from skloss.table.errors import TableError
from skloss.table.layout import Layout
from skloss.table.numbers import LARGEST_EXACT
from skloss.table.records import open_quote

__all__ = ["Rows"]

# Text shows in the first rows of a column; in a column of numbers, all of them are
# looked at.
_ROWS_JUDGED = 20

# A value of this many lines, of which this share looks like rows, is not an address or
# a poem.
_MANY_LINES = 4
_MOSTLY_ROWS = 0.8

_TOO_WIDE = re.compile(r"Expected \d+ fields in line (\d+), saw (\d+)")


class Rows:
    """Rows of values of a CSV in UTF-8.

    Parameters
    ----------
    data : bytes
    start : int
        Position of the first row of values.
    layout : Layout
    names : sequence of str
        Names of the columns, unique.
    """

    def __init__(self, data: bytes, start: int, layout: Layout, names: Sequence[str]):
        self._data = data
        self._start = start
        self._layout = layout
        self._names = list(names)
        self._n_blank, self._first_blank = 0, ""
        self._quoting = csv.QUOTE_MINIMAL if layout.quotes else csv.QUOTE_NONE

    def parse(
        self,
        decimal: str,
        types: Mapping[str, str],
        max_rows: int | None,
        missing: Collection[str] = cells.MISSING,
    ) -> pd.DataFrame:
        """Return the columns as pandas types them, but numbers such as 007 as text.

        Missing values of columns of text are kept as they are spelled, since a spelling
        may be a category; only empty cells are missing.

        Raises
        ------
        TableError
            If a row has more values than the header, a quote is never closed or
            there are more than `max_rows` rows.
        """
        n_names = len(self._names)
        first = self._layout.rows[0] if self._layout.rows else []
        if any(cell.strip() for cell in first[n_names:]):
            raise self._too_wide(0, len(first))
        # A delimiter at the end of every row makes a last column without a name.
        n_columns = max(n_names, len(first))
        as_text = [k for k, name in enumerate(self._names) if name in types]
        self._missing = list(missing)
        likely = set(as_text) | self._columns_of_text()
        how = decimal, as_text, None, max_rows, likely
        try:
            frame = self._read(n_columns, *how)
        except TableError:
            widest = self._widest_of_blank()
            if widest <= n_columns:
                raise
            n_columns = widest
            frame = self._read(n_columns, *how)
        if max_rows is not None and len(frame) > max_rows:
            raise TableError(
                f"This table has more than {max_rows:,} rows, which is the limit; take "
                "a sample of its rows."
            )
        for k in range(n_names, n_columns):
            if frame[k].notna().any():
                raise self._too_wide(0, n_columns)
        frame = frame[list(range(n_names))].copy()
        late = [
            k for k in frame.columns if k not in likely and _is_text_with_gaps(frame[k])
        ]
        if late:  # text that the first rows do not show
            frame[late] = self._read(n_columns, decimal, late, late, None)
        codes = self._with_leading_zeros(frame)
        if codes:
            again = self._read(n_columns, decimal, codes, codes, None)
            for k in codes:
                if again[k].str.fullmatch("0[0-9]+").any():
                    frame[k] = again[k]
        has_tiny = scanning.has_tiny_numbers(self._data, self._start)
        for k in range(n_names):
            if _has_lost_digits(frame[k]) or (has_tiny and _has_zeros(frame[k])):
                frame[k] = self._read(n_columns, decimal, [k], [k], None)[k]
        frame.columns = self._names
        return frame

    def _read(
        self,
        n_columns: int,
        decimal: str,
        as_text: Collection[int],
        only: Sequence[int] | None,
        max_rows: int | None,
        as_written: Collection[int] | None = None,
    ) -> pd.DataFrame:
        """Run pandas' parser; columns are numbered.

        Only empty cells are missing in the columns `as_written`, by default those that
        are read `as_text`.
        """
        as_written = as_text if as_written is None else as_written
        file = io.BytesIO(self._data)
        file.seek(self._start)
        # Every column has a name here, and no column is an index: otherwise pandas
        # takes the first values of rows wider than the header for row labels.
        delimiter = self._layout.delimiter
        try:
            with warnings.catch_warnings():
                # pandas warns when it drops values beyond the last column.
                warnings.simplefilter("error", pd.errors.ParserWarning)
                return pd.read_csv(
                    file,
                    sep=delimiter,
                    header=None,
                    names=range(n_columns),
                    index_col=False,
                    usecols=only,
                    dtype=dict.fromkeys(as_text, "str"),
                    decimal=decimal if decimal != delimiter else ".",
                    na_values={
                        k: [""] if k in as_written else ["", *self._missing]
                        for k in range(n_columns)
                    },
                    keep_default_na=False,
                    skipinitialspace=True,
                    low_memory=False,  # one type for the whole column
                    nrows=None if max_rows is None else self._at_most(max_rows),
                    encoding="utf-8",
                    quoting=self._quoting,
                    engine="c",
                )
        except pd.errors.ParserWarning as warning:
            raise self._too_wide(0, n_columns + 1) from warning
        except pd.errors.ParserError as error:
            raise self._explained(str(error)) from error

    def _at_most(self, max_rows: int) -> int | None:
        """Return a limit for the parser, which is faster without one."""
        ends = self._data.count(b"\n") + self._data.count(b"\r")
        return max_rows + 1 if ends > max_rows else None

    def _columns_of_text(self) -> set[int]:
        """Return the columns in whose first rows some cell is text or a date."""
        rows = self._layout.rows[:_ROWS_JUDGED]
        found = set()
        for k in range(len(self._names)):
            column = (row[k] for row in rows if k < len(row))
            kinds = (
                cells.kind(cell)
                for cell in column
                if cell.strip().lower() not in ("true", "false")  # pandas' booleans
            )
            if any(kind in ("text", "date") for kind in kinds):
                found.add(k)
        return found

    def _with_leading_zeros(self, frame: pd.DataFrame) -> list[int]:
        """Return the columns of whole numbers if some may have had leading zeros."""
        whole = [k for k in frame.columns if _is_whole(frame[k])]
        if not whole or not scanning.has_leading_zeros(
            self._data, self._start, self._layout.delimiter
        ):
            return []
        return whole

    # --- rows that do not fit --------------------------------------------------

    def _explained(self, message: str) -> TableError:
        """Return the error for a message of pandas' parser."""
        found = _TOO_WIDE.search(message)
        if found:
            return self._too_wide(int(found[1]) - 1, int(found[2]))
        if "EOF inside string" in message:
            return TableError(open_quote(self._last_row()))
        return TableError(
            "This file cannot be read as a CSV; check its quotes and delimiters."
        )

    def _too_wide(self, place: int, width: int) -> TableError:
        """Return the error for the first row of more values than the header.

        `place` and `width` are the parser's numbers, in case the csv module does not
        find such a row.
        """
        where, n_names = self._row(place, place), len(self._names)
        for k, line, fields in self._records():
            if len(fields) > n_names and any(f.strip() for f in fields[n_names:]):
                where, width = self._row(k, line), len(fields)
                break
        limit = "the header has" if self._layout.header else "the first row has"
        return TableError(
            f"Row {where} has {wording.count(width, 'value')} where {limit} "
            f"{n_names:,}. Remove the surplus, or put quotes around a value that "
            "contains the delimiter."
        )

    def _widest_of_blank(self) -> int:
        """Return the width of the widest row if all values beyond the header are blank.

        Spreadsheets end some rows with delimiters. 0 if a row has a value there.
        """
        n_names, widest = len(self._names), 0
        for k, line, fields in self._records():
            if len(fields) <= n_names:
                continue
            if any(field.strip() for field in fields[n_names:]):
                return 0
            self._n_blank += 1
            self._first_blank = self._first_blank or self._row(k, line)
            widest = max(widest, len(fields))
        return widest

    def _row(self, record: int, line: int) -> str:
        """Return the number of a row in a spreadsheet, and of its line in an editor."""
        above = self._layout.lines_above + 1
        row = f"{above + record:,}"
        return row if record == line else f"{row} (line {above + line:,})"

    def _last_row(self) -> str:
        last, line, _ = collections.deque(self._records(), maxlen=1)[0]
        return self._row(last, line)

    def _records(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield the number of each record, the line it begins on, and its cells.

        A record with a cell beyond the csv module's limit is the last one, without
        cells.
        """
        file = io.BytesIO(self._data)
        file.seek(self._start)
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        reader = csv.reader(
            text,
            delimiter=self._layout.delimiter,
            skipinitialspace=True,
            quoting=self._quoting,
        )
        for record in itertools.count():
            line = reader.line_num
            try:
                yield record, line, next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield record, line, []
                return

    def notices(self, frame: pd.DataFrame) -> list[str]:
        """Return the notices about rows whose width is not that of the header."""
        n_names = len(self._names)
        notices = []
        if self._layout.rows and len(self._layout.rows[0]) > n_names:
            notices.append("A delimiter at the end of the rows was dropped.")
        elif self._n_blank:
            notices.append(
                f"Empty values beyond the header were dropped in "
                f"{wording.count(self._n_blank, 'row')}; the first is row "
                f"{self._first_blank}."
            )
        notices += self._on_swallowed_rows(frame)
        # Only a row without a last value can be short, and most files have no such row.
        if n_names < 2 or not frame.iloc[:, -1].isna().any():
            return notices
        rows, short, place = scanning.short_rows(
            self._data,
            self._start,
            self._layout.delimiter,
            n_names,
            self._layout.quotes,
        )
        if rows != len(frame) or (short and b'"' in self._data):
            short, place = self._short_rows()
        if short:
            row = self._layout.lines_above + place + 1
            verb = "is" if short == 1 else "are"
            notices.append(
                f"{wording.count(short, 'row')} {verb} shorter than the header, so the "
                f"last values are missing; the first is row {row:,}."
            )
        return notices

    def _on_swallowed_rows(self, frame: pd.DataFrame) -> Iterator[str]:
        """Yield a notice if a cell spans lines that look like rows of the table."""
        n_lines = self._data.count(b"\n", self._start)
        if not self._layout.quotes or n_lines <= len(frame) or b'"' not in self._data:
            return
        delimiter, lost, first = self._layout.delimiter, 0, None
        for name in self._names:
            if not isinstance(frame[name].dtype, pd.StringDtype):
                continue
            text = frame[name].fillna("")
            for place in np.flatnonzero(text.str.contains("\n", regex=False)):
                n = _rows_inside(text.iat[place], delimiter, len(self._names))
                lost += n
                if n and (first is None or place < first[0]):
                    first = int(place), name, n
        if first is None:
            return
        place, name, n = first
        records = (r for r in self._records() if any(map(str.strip, r[2])))
        record, line, _ = next(itertools.islice(records, place, None))
        yield (
            f"Row {self._row(record, line)} has a value in column "
            f"{wording.quoted(name)} that runs over {n + 1:,} lines, which look like "
            f"rows. Quotes that were opened by accident hide "
            f"{wording.count(lost, 'row')}: remove them, or read quotes as ordinary "
            "characters."
        )

    def _short_rows(self) -> tuple[int, int]:
        short, first = 0, -1
        for k, _, fields in self._records():
            if fields and len(fields) < len(self._names):
                short, first = short + 1, k if first < 0 else first
        return short, first


def _is_text_with_gaps(column: pd.Series) -> bool:
    is_text = isinstance(column.dtype, pd.StringDtype)
    return is_text and bool(column.isna().any())


def _rows_inside(cell: str, delimiter: str, n_columns: int) -> int:
    """Return the number of rows that a cell contains, 0 if it is plain text.

    A cell of k line ends that swallowed k rows has k (n_columns - 1) delimiters.
    """
    n_ends, n_marks = cell.count("\n"), cell.count(delimiter)
    # Prose may have as many commas in a few lines by chance.
    if n_columns < 2 or (n_columns == 2 and n_ends < _MANY_LINES):
        return 0
    inner = cell.split("\n")[1:-1]
    alike = sum(line.count(delimiter) == n_columns - 1 for line in inner)
    is_table = n_ends >= _MANY_LINES and alike >= _MOSTLY_ROWS * len(inner)
    return n_ends if n_marks == n_ends * (n_columns - 1) or is_table else 0


def _has_lost_digits(column: pd.Series) -> bool:
    """Return whether integers have more digits than the type of their column holds."""
    if column.dtype == object:
        return bool(column.map(type).eq(int).any())
    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    # A missing value makes floats of integers.
    return _is_whole(column) and bool((column.abs() >= LARGEST_EXACT).any())


def _has_zeros(column: pd.Series) -> bool:
    """Return whether numbers that are too small for a float may have become 0."""
    return pd.api.types.is_float_dtype(column.dtype) and bool((column == 0).any())


def _is_whole(column: pd.Series) -> bool:
    """Return whether a column holds whole numbers, missing values aside."""
    if pd.api.types.is_integer_dtype(column.dtype):
        return True
    if not pd.api.types.is_float_dtype(column.dtype):
        return False
    numbers = column.to_numpy()
    numbers = numbers[np.isfinite(numbers)]
    return bool(len(numbers)) and bool((numbers == np.round(numbers)).all())
