"""Read a CSV file as its author meant it, and say what was guessed."""

import csv
import io
import itertools
import os
import re
import warnings

import pandas as pd

from skloss.table.cleaning import clean_columns
from skloss.table.sniff import (
    TableError,
    decode,
    find_start,
    guess_delimiter,
    guess_marks,
    looks_like_data,
    refuse_other_formats,
)

__all__ = ["read_table"]

MAX_BYTES = 500_000_000
MAX_COLUMNS = 2_000
MAX_ROWS = 5_000_000
_SAMPLE = 256 * 1024
_MISSING = ["?", "-", "--", ".", "na", "Na", "N/A", "n.a.", "missing"]
_LEADING_ZERO = re.compile(rb'(?:^|[,;\t|"\r\n ])0\d+(?=[,;\t|"\r\n]|$)')


def read_table(
    source,
    *,
    encoding=None,
    delimiter=None,
    decimal=None,
    thousands=None,
    header=True,
    skip_rows=None,
    dayfirst=None,
):
    r"""Read a CSV file, guessing how it is written.

    Parameters
    ----------
    source : bytes, str, Path or file object
        The file's content, its path, or an open file.
    encoding : str, optional
        By default from the byte order mark, else UTF-8 if it fits, else Windows-1252.
    delimiter : str, optional
        One character. By default the one of comma, semicolon, tab and bar that splits
        most lines alike.
    decimal, thousands : str, optional
        Marks within numbers, such as ``decimal=","``.
    header : bool, default True
        Whether the first row names the columns. With False they are called
        ``column_1``, ``column_2``, ...
    skip_rows : int, optional
        Lines before the header. By default the notes that are narrower than the table.
    dayfirst : bool, optional
        Whether 03/04/2025 is the third of April. By default from days above 12.

    Returns
    -------
    DataFrame
        ``frame.attrs["guesses"]`` holds each of the arguments as used, and under
        ``notices`` a list of sentences on what deserves a look.

    Raises
    ------
    TableError
        If it is not a table: one sentence that says what it is and what to do.

    Examples
    --------
    >>> from skloss.table import read_table
    >>> frame = read_table(b"name;price\nrice;1,5\noats;2,25\n")
    >>> frame["price"].tolist(), frame.attrs["guesses"]["decimal"]
    ([1.5, 2.25], ',')
    """
    data = _bytes_of(source)
    if len(data) > MAX_BYTES:
        raise TableError(
            f"The file has {len(data) / 1e6:,.0f} MB, more than "
            f"{MAX_BYTES / 1e6:,.0f}; take a sample of its rows."
        )
    refuse_other_formats(data)
    notices = []
    encoding = decode(data, encoding)
    if b"\x00" in data and not encoding.startswith(("utf-16", "utf-32")):
        data = data.replace(b"\x00", b"")
        notices.append("NUL characters in the file were left out.")
    lines = _first_lines(data, encoding)
    lines, delimiter, skipped = _separator_line(lines, delimiter)
    delimiter = delimiter or guess_delimiter(lines)
    if len(delimiter) != 1:
        raise TableError(f"delimiter must be one character, got {delimiter!r}.")
    before = find_start(lines, delimiter) if skip_rows is None else skip_rows - skipped
    lines = lines[max(before, 0) :]
    first, width_in_lines = _first_row(lines, delimiter)
    names = _names(first, header, notices)
    start = skipped + max(before, 0)
    body = lines[width_in_lines if header else 0 :]
    marks = guess_marks(body, delimiter, decimal, thousands)
    frame = _parse(
        data,
        encoding=encoding,
        delimiter=delimiter,
        names=names,
        skiprows=start + (width_in_lines if header else 0),
        decimal=marks[0],
        thousands=marks[1],
        notices=notices,
    )
    frame, dayfirst = clean_columns(frame, dayfirst, notices)
    frame.attrs["guesses"] = {
        "encoding": encoding,
        "delimiter": delimiter,
        "decimal": marks[0],
        "thousands": marks[1],
        "header": bool(header),
        "skip_rows": start,
        "dayfirst": dayfirst,
        "notices": notices,
    }
    return frame


def _bytes_of(source):
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            return file.read()
    data = source.read()
    return data.encode("utf-8") if isinstance(data, str) else bytes(data)


def _first_lines(data, encoding):
    """Physical lines of the beginning, with their ends, whatever these are."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    text = sample.decode(encoding, errors="ignore")
    lines = list(io.StringIO(text, newline=""))
    if "\n" not in text and "\r" in text:
        lines = [line + "\n" for line in text.split("\r")]
    if len(data) > len(sample) and len(lines) > 1:
        lines.pop()  # cut short
    return lines


def _separator_line(lines, delimiter):
    """Take off Excel's ``sep=;`` line."""
    found = re.match(r"sep=(.)\s*$", lines[0], re.IGNORECASE) if lines else None
    if found is None:
        return lines, delimiter, 0
    return lines[1:], delimiter or found[1], 1


def _first_row(lines, delimiter):
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    for row in reader:
        if any(cell.strip() for cell in row):
            return row, reader.line_num
    raise TableError("The file is empty: it has neither a header nor rows.")


def _names(first, header, notices):
    """Column names: stripped, never empty, each once."""
    if len(first) > MAX_COLUMNS:
        raise TableError(
            f"The table has {len(first):,} columns, more than {MAX_COLUMNS:,}; leave "
            "some out."
        )
    if not header:
        return [f"column_{k}" for k in range(1, len(first) + 1)]
    if looks_like_data(first):
        raise TableError(
            "The file has no header: its first row holds values, "
            f"({', '.join(cell.strip() for cell in first[:4])}, ...); add a row of "
            "column names, or read it with header=False."
        )
    names, repeated = [], []
    for number, cell in enumerate(first, start=1):
        name = " ".join(cell.split()) or f"column_{number}"
        fresh = name
        for count in itertools.count(1):
            if fresh not in names:
                break
            fresh = f"{name}.{count}"
        if fresh != name:
            repeated.append(name)
        names.append(fresh)
    if repeated:
        listed = ", ".join(dict.fromkeys(repeated))
        notices.append(f"Column names that came twice got a number: {listed}.")
    return names


def _parse(data, *, encoding, delimiter, names, skiprows, decimal, thousands, notices):
    as_text = _columns_with_leading_zeros(data, encoding, delimiter, len(names))
    options = {
        "sep": delimiter,
        "encoding": encoding,
        "header": None,
        "names": names,
        "index_col": False,
        "skiprows": skiprows,
        "decimal": decimal,
        "thousands": thousands,
        "na_values": _MISSING,
        "skipinitialspace": True,
        "low_memory": False,
        "dtype": {names[k]: "str" for k in as_text},
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(io.BytesIO(data), **options)
    except pd.errors.EmptyDataError:
        return pd.DataFrame(columns=names)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _reason(data, encoding, delimiter, len(names), str(error)) from None
    if len(frame) > MAX_ROWS:
        raise TableError(
            f"The table has {len(frame):,} rows, more than {MAX_ROWS:,}; take a sample "
            "of them."
        )
    if len(frame) and frame.iloc[:, -1].isna().any():
        short = sum(
            0 < len(row) < len(names)
            for _, row in _rows(data, encoding, delimiter, skiprows)
        )
        if short:
            notices.append(
                f"{short:,} row(s) had fewer values than the header; what they lack is "
                "missing."
            )
    return frame


def _rows(data, encoding, delimiter, skip=0):
    """Rows of the whole file with the number of their last line."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    lines = (
        text if b"\n" in data else iter(text.read().replace("\r", "\n").splitlines())
    )
    reader = csv.reader(itertools.islice(lines, skip, None), delimiter=delimiter)
    for row in reader:
        yield skip + reader.line_num, row


def _reason(data, encoding, delimiter, width, message):
    """Find the row that pandas tripped over and say what is wrong with it."""
    if "EOF inside string" in message:
        return TableError(
            "A quotation mark is opened and never closed; close it, or double the "
            "marks that stand inside a text."
        )
    widths = _rows(data, encoding, delimiter)
    for number, row in widths:
        if len(row) > width:
            return TableError(
                f"Row {number:,} has {len(row)} values where the header has {width}; "
                "put quotes around text that holds the delimiter, or mend the row."
            )
    return TableError(f"The file cannot be read as a table: {message.strip()}.")


def _columns_with_leading_zeros(data, encoding, delimiter, width):
    """Positions of columns with digit strings such as 00123, which are no numbers."""
    plain = data if encoding.startswith(("utf-8", "cp", "latin")) else None
    if plain is not None and _LEADING_ZERO.search(plain) is None:
        return []
    found = set()
    for _, row in _rows(data, encoding, delimiter):
        for k, cell in enumerate(row[:width]):
            if len(cell) > 1 and cell[0] == "0" and cell.isdigit():
                found.add(k)
    return sorted(found)
