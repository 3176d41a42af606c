"""From bytes, a path or a file to a table, with what was guessed on the way."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Literal, TextIO

import pandas as pd

from skloss.table import cells, decoding, notices, sniff
from skloss.table.cleaning import Findings, Marks, clean
from skloss.table.columns import is_identifier
from skloss.table.errors import TableError
from skloss.table.parsing import Rows
from skloss.table.sniff import DecimalMark
from skloss.table.source import content_of

_TYPES = ("number", "date", "text")


def read_table(
    source: bytes | str | os.PathLike | BinaryIO | TextIO,
    *,
    encoding: str | None = "auto",
    delimiter: str | None = "auto",
    decimal: str | None = "auto",
    thousands: str | None = "auto",
    skip_rows: int | Literal["auto"] | None = "auto",
    header: bool | Literal["auto"] | None = "auto",
    dayfirst: bool | Literal["auto"] | None = "auto",
    types: Mapping[str, str] | None = None,
    max_bytes: int | None = 2**30,
    max_rows: int | None = 5_000_000,
    max_columns: int | None = 2_000,
) -> pd.DataFrame:
    r"""Read a CSV of any dialect, and say what was guessed.

    Guessed are the encoding, the delimiter, decimal and thousands marks, lines above
    the header, dates and the order of day and month. Cells are stripped of spaces.
    The usual spellings of a missing value (empty, NA, N/A, null, ?, -, ...) are
    missing; inf is a number. Numbers with leading zeros (00123) stay text. Percent
    and currency signs are dropped and said, so 12% is 12. Names of columns are kept
    apart from surrounding spaces; a name that occurs again gets a number (a, a.1),
    a column without one is called column_3 after its place.

    Parameters
    ----------
    source : bytes, str, path or file object
        The content, or where it is. A str is a path.
    encoding : str
        Such as "utf-8", "utf-16" or "cp1252".
    delimiter : str
        One ASCII character.
    decimal : {".", ","}
        Mark before the fraction.
    thousands : str
        Mark between thousands: a comma, a point, an apostrophe or a space. "" or
        None says that there is none.
    skip_rows : int
        Physical lines above the header (above the first row without a header).
    header : bool
        Whether the first row has the names of the columns; False or None names them
        column_1, column_2, ...
    dayfirst : bool
        Whether 3/4/2024 is the third of April.
    types : mapping of str to {"number", "date", "text"}
        Types of columns. Values that do not fit become missing, and it is said.
    max_bytes, max_rows, max_columns : int or None
        A larger table is refused; None for no limit.

    Returns
    -------
    DataFrame
        ``frame.attrs["guesses"]`` is a dict with the keys encoding, delimiter,
        decimal, thousands, skip_rows, header, dayfirst (None without such dates) and
        types (only columns where something was decided), which can be passed back as
        overrides; and besides identifiers (names of columns) and notices (sentences
        for a person; they quote names, which are untrusted text).

    Raises
    ------
    TableError
        If the source is no table or exceeds a limit, in one or two sentences.
    OSError
        If there is no such file.

    Examples
    --------
    >>> from skloss.table import read_table
    >>> frame = read_table(b"size;price\n1,5;1.200\n2,25;900\n")
    >>> frame
       size  price
    0  1.50   1200
    1  2.25    900
    >>> frame.attrs["guesses"]["delimiter"], frame.attrs["guesses"]["decimal"]
    (';', ',')
    """
    given = {
        "encoding": _chosen(encoding),
        "delimiter": _chosen(delimiter),
        "decimal": _chosen(decimal),
        "thousands": None if thousands == "auto" else thousands or "",
        "skip_rows": _chosen(skip_rows),
        "header": None if header == "auto" else bool(header or _is_zero(header)),
        "dayfirst": _chosen(dayfirst),
        "types": dict(types or {}),
    }
    _check_overrides(given)
    data = content_of(source, max_bytes)
    decoding.refuse_other_formats(data)
    data, encoding = decoding.to_utf8(data, given["encoding"])
    decoding.refuse_other_texts(data)
    lines = sniff.first_lines(data)
    layout = sniff.lay_out(
        lines, given["delimiter"], given["skip_rows"], given["header"]
    )
    if max_columns is not None and len(layout.names) > max_columns:
        raise TableError(
            f"This table has {len(layout.names):,} columns and the limit is "
            f"{max_columns:,}; keep the columns that matter."
        )
    names = _names(layout.names)
    _check_types(given["types"], names)
    if given["decimal"] is None:
        decimal = sniff.decimal_mark(layout.rows, layout.delimiter, given["thousands"])
    else:
        decimal = DecimalMark(given["decimal"])
    start = sum(len(line.encode()) for line in lines[: layout.lines_above])
    text = Rows(data, start, layout, names)
    frame = text.parse(decimal.mark, given["types"], max_rows)
    said = [
        *notices.of_layout(layout, names, encoding, given["encoding"] is None),
        *text.notices(frame),
    ]
    marks = Marks(
        decimal=decimal.mark,
        decimal_is_given=given["decimal"] is not None,
        thousands=given["thousands"],
        dayfirst=given["dayfirst"],
        day_is_likely_first=decimal.mark == "," or layout.delimiter == ";",
    )
    frame, found = clean(frame, marks, given["types"])
    said += notices.of_values(decimal, given["decimal"] is None, found, len(frame))
    frame.attrs["guesses"] = {
        "encoding": encoding,
        "delimiter": layout.delimiter,
        "decimal": decimal.mark,
        "thousands": _thousands(given["thousands"], found),
        "skip_rows": layout.skip_rows,
        "header": layout.header,
        "dayfirst": _dayfirst(given["dayfirst"], found),
        "types": found.types,
        "identifiers": [n for n in names if is_identifier(frame[n], n)],
        "notices": said,
    }
    return frame


# --- overrides ----------------------------------------------------


def _chosen(value: Any) -> Any:
    return None if isinstance(value, str) and value == "auto" else value


def _is_zero(header: Any) -> bool:
    """Return whether the header is meant as pandas' row 0, which is not False."""
    return type(header) is int and header == 0


def _check_overrides(given: Mapping[str, Any]) -> None:
    mark, decimal, thousands = given["delimiter"], given["decimal"], given["thousands"]
    if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in '"\r\n'):
        raise TableError(
            f"delimiter={mark!r} must be one ASCII character, such as a comma, a "
            "semicolon or a tab."
        )
    if decimal not in (None, ".", ","):
        raise TableError(f"decimal={decimal!r} must be a point or a comma.")
    allowed = {mark for marks in cells.THOUSANDS.values() for mark in marks}
    if thousands is not None and thousands not in allowed:
        raise TableError(
            f"thousands={thousands!r} must be a comma, a point, an apostrophe, a space "
            "or empty."
        )
    if decimal is not None and thousands == decimal:
        raise TableError(
            "The decimal mark and the mark between thousands must differ; both are "
            f"{decimal!r}."
        )
    if given["skip_rows"] is not None and given["skip_rows"] < 0:
        raise TableError("skip_rows must be 0 or a number of lines.")
    unknown = sorted({str(t) for t in given["types"].values()} - set(_TYPES))
    if unknown:
        raise TableError(f"The type {unknown[0]!r} must be one of {', '.join(_TYPES)}.")


def _check_types(types: Mapping[str, str], names: Sequence[str]) -> None:
    for name in types:
        if name not in names:
            raise TableError(f"types names a column {name!r}, which is not there.")


def _names(header: Sequence[str]) -> list[str]:
    """Strip the names, name the unnamed after their place and number the repeated."""
    wanted = [name.strip() or f"column_{k}" for k, name in enumerate(header, 1)]
    taken, names = set(wanted), []
    for name in wanted:
        if name in names:
            number = 1
            while f"{name}.{number}" in taken:
                number += 1
            name = f"{name}.{number}"
            taken.add(name)
        names.append(name)
    return names


# --- guesses -----------------------------------------------------------------


def _thousands(given: str | None, found: Findings) -> str:
    """Return the mark that most columns have between thousands."""
    if given is not None:
        return given
    marks = found.thousands
    return max(marks, key=lambda mark: len(marks[mark])) if marks else ""


def _dayfirst(given: bool | None, found: Findings) -> bool | None:
    """Return the order of day and month, None if there is none or not only one."""
    orders = set(found.dayfirst.values())
    if given is not None or len(orders) != 1:
        return given
    return orders.pop()
