"""From bytes, a path or a file to a table, with what was guessed on the way."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal, TextIO

import numpy as np
import pandas as pd

from skloss.table import decoding, notices
from skloss.table.cleaning import clean
from skloss.table.column_reading import Marks
from skloss.table.columns import is_identifier
from skloss.table.decimal import DecimalMark, decimal_mark
from skloss.table.errors import TableError
from skloss.table.escapes import with_doubled_quotes
from skloss.table.guesses import layout_guesses, value_guesses
from skloss.table.invisible import plain_text, without_invisible
from skloss.table.layout import Layout, find_layout
from skloss.table.line_ends import with_newlines
from skloss.table.overrides import Overrides, check_limits, check_overrides
from skloss.table.parsing import Rows
from skloss.table.records import first_lines, first_records
from skloss.table.source import content_of
from skloss.table.stray_lines import find_stray_lines, last_lines, without_lines
from skloss.table.totals import Totals, find_totals

__all__ = ["read_table"]


def read_table(
    source: bytes | str | os.PathLike | BinaryIO | TextIO,
    *,
    encoding: str | None = "auto",
    delimiter: str | None = "auto",
    decimal: str | None = "auto",
    thousands: str | None = "auto",
    skip_rows: int | Literal["auto"] | None = "auto",
    header: bool | Literal[2, "auto"] | None = "auto",
    dayfirst: bool | Literal["auto"] | None = "auto",
    missing: Sequence[str] | Literal["auto"] | None = "auto",
    quotes: bool | Literal["auto"] | None = "auto",
    skip_lines: Sequence[int] | Literal["auto"] | None = "auto",
    types: Mapping[str, str] | None = None,
    sample_rows: int | None = None,
    max_bytes: int | None = 2**30,
    max_rows: int | None = 5_000_000,
    max_columns: int | None = 2_000,
) -> pd.DataFrame:
    r"""Read a CSV of any dialect and report what was guessed.

    Guessed are the encoding, the delimiter, decimal and thousands marks, lines above
    the header, dates and the order of day and month. Cells are stripped of spaces.
    Characters without a width are removed and no-break spaces in text become spaces,
    with a notice, so that values that look equal are equal.
    The usual spellings of a missing value (empty, NA, N/A, null, ?, -, ...) are
    missing, with a notice in columns of text; inf is a number. Numbers with leading
    zeros (00123) and, next to missing values, integers beyond 2^53 stay text. Percent
    and currency signs are dropped with a notice, so 12% is 12. Digits of other
    scripts, times (14:30 is 14.5 hours), durations (1h 30min), angles (46°33'N),
    fractions (1½), multiples (1.2k next to 3M), seasons (2023/24), fiscal years (FY24),
    years of an era (300 BC) and amounts such as (1.50) or 1.50- are numbers with a
    notice; other units are dropped only in columns of the chosen type number. Dates may
    have names of months in Western European languages, or be written 2024年1月31日.
    Years of two digits are 1969 to 2068, with a notice. Numbers are dates only where
    that type is chosen: 20240131, years, Unix times and day numbers of Excel.
    Names of months (Jan) and weekdays (Monday) on their own, quarters without a year
    (Q1), Roman numerals, quarters of fiscal years (Q1 FY24) and bands ($0-5) stay text,
    so that each value is a category without an order.
    Column names are stripped of spaces; a repeated name gets a number (a, a.1), and a
    column without a name is called column_3 after its position.

    Parameters
    ----------
    source : bytes, str, path or file object
        The content, or its location. A str is a path.
    encoding : str, default="auto"
        Such as "utf-8", "utf-16" or "cp1252". Like every "auto" below, None is a
        guess as well unless it is described.
    delimiter : str, default="auto"
        One ASCII character. Guessed are a comma, a semicolon, a tab or a bar, else a
        space, a colon, a tilde, a caret, or the control characters 1 and 31, where
        they split all rows alike.
    decimal : {"auto", ".", ","}, default="auto"
        Mark before the fraction.
    thousands : str, default="auto"
        Mark between thousands: a comma, a point, an apostrophe or a space. "" or
        None if the table has no such mark.
    skip_rows : int, default="auto"
        Physical lines above the header (above the first row without a header).
    header : bool or 2, default="auto"
        Whether the first row has the names of the columns; False or None names them
        column_1, column_2, ... With 2, a row of groups, whose merged cells are empty,
        and the row below it are joined: "Sales 2023".
    dayfirst : bool, default="auto"
        Whether 3/4/2024 is the third of April.
    missing : sequence of str, default="auto"
        Spellings of a missing value, next to an empty cell, in place of the usual ones;
        () if each of them is a value, such as a class called None.
    quotes : bool, default="auto"
        Whether quotes enclose values, which "auto" takes for granted; False makes them
        ordinary characters.
    skip_lines : sequence of int, default="auto"
        Numbers of physical lines that are not part of the table, the first line of the
        file being 1; () keeps all. Guessed are comments (#, //, %) and, below the
        header, a line of units or of dashes; at the end of the file, notes and rows
        named as totals that are the sums or means of those above. A notice names them.
    types : mapping of str to {"number", "date", "text"}, optional
        Types of columns. Values that are not numbers or dates become missing, with a
        notice. Text keeps spellings such as NA and None as values unless `missing`
        names them.
    sample_rows : int, optional
        Rows of a random sample, always the same and in the order of the file, if there
        are more; a notice states it. What is guessed is guessed from all rows.
    max_bytes, max_rows, max_columns : int or None
        Largest table that is read; None for no limit.

    Returns
    -------
    DataFrame
        ``frame.attrs["guesses"]`` is a dict with the keys encoding, delimiter, decimal
        and thousands ("auto" where columns differ), skip_rows, skip_lines, header,
        quotes, dayfirst (None without such dates, or where columns differ) and types
        (only columns where something was decided), which can be passed back as
        overrides and read the same table; also identifiers (names of columns), n_rows
        (of the file) and notices (sentences for a person; they quote names, which are
        untrusted text).
        ``frame.attrs["overrides"]`` is a dict of the arguments that were not left to
        the guess; read again with them, the table is the same.

    Raises
    ------
    TableError
        If the source is not a table or exceeds a limit.
    OSError
        If the file cannot be read.
    TypeError
        If the source is neither bytes, a path nor a file.

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
    given = check_overrides(
        types,
        header,
        thousands,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        skip_rows=skip_rows,
        dayfirst=dayfirst,
        missing=missing,
        quotes=quotes,
        skip_lines=skip_lines,
        sample_rows=sample_rows,
    )
    check_limits(max_bytes=max_bytes, max_rows=max_rows, max_columns=max_columns)
    content = content_of(source, max_bytes)
    data, encoding, removed, line_ends = _decoded(content, given.encoding)
    n_escaped = 0
    if given.quotes is not False:
        data, n_escaped = with_doubled_quotes(data)
    data = without_lines(data, given.skip_lines or ())
    lines = first_lines(data)
    layout = _layout(lines, given)
    names = _unique_names(layout.names, max_columns)
    given.check_names(names)
    found = _parse(data, lines, layout, names, given, max_rows)
    frame, readings = clean(found.frame, found.marks, given.types)
    sentences = [
        *([] if given.encoding else notices.of_encoding(content, encoding)),
        *notices.of_damage(content, encoding),
        *notices.of_line_ends(line_ends),
        *notices.of_invisible(removed),
        *notices.of_escapes(n_escaped),
        *notices.of_layout(found.layout, names),
        *notices.of_stray_lines(found.left_out, found.kept_totals),
        *([] if given.delimiter else notices.of_delimiter(found.layout, lines)),
        *found.rows.notices(found.frame),
        *notices.of_values(found.mark, given.decimal is None, readings, len(frame)),
    ]
    frame.attrs["overrides"] = given.given
    frame.attrs["guesses"] = {
        **layout_guesses(found.layout, encoding),
        "skip_lines": sorted(given.skip_lines or found.left_out),
        **value_guesses(given, found.mark, readings),
        "identifiers": [name for name in names if is_identifier(frame[name], name)],
        "n_rows": len(frame),
        "notices": sentences,
    }
    return _sampled(frame, given.sample_rows)


@dataclass(frozen=True)
class _Parsed:
    """The rows of a text, without stray lines and totals.

    Attributes
    ----------
    rows : Rows
    frame : DataFrame
    layout : Layout
        Layout of the rows that are left.
    mark : DecimalMark
    marks : Marks
    left_out : dict of int to str
        Lines that were left out, by number.
    kept_totals : dict of int to str
        Lines at the end that are named as totals and kept.
    """

    rows: Rows
    frame: pd.DataFrame
    layout: Layout
    mark: DecimalMark
    marks: Marks
    left_out: dict[int, str]
    kept_totals: dict[int, str]


def _parse(
    data: bytes,
    lines: list[str],
    layout: Layout,
    names: list[str],
    given: Overrides,
    max_rows: int | None,
) -> _Parsed:
    """Parse the rows below the header; lines that are not rows are found first."""
    start = sum(len(line.encode()) for line in lines[: layout.lines_above])
    stray = {}
    if given.skip_lines is None:
        stray = find_stray_lines(data, start, lines, layout)
        data, layout = _without(data, layout, stray)
    mark = _decimal_mark(layout, given)
    marks = _marks(given, mark, layout)
    rows = Rows(data, start, layout, names)
    parsed = rows.parse(mark.mark, given.types, max_rows, given.spellings)
    totals = find_totals(parsed, marks) if given.skip_lines is None else None
    last = _lines_of(totals, data, start)
    if totals is not None and totals.are_sums and last:
        rows = Rows(without_lines(data, last), start, layout, names)
        parsed = rows.parse(mark.mark, given.types, max_rows, given.spellings)
        stray |= last
    kept = {} if last.keys() <= stray.keys() else last
    return _Parsed(rows, parsed, layout, mark, marks, stray, kept)


def _sampled(frame: pd.DataFrame, n_rows: int | None) -> pd.DataFrame:
    """Return random rows in their order, numbered from 0, with a notice; or all."""
    if n_rows is None or n_rows >= len(frame):
        return frame
    rng = np.random.default_rng(0)  # fixed, so that a script reads the same rows
    rows = np.sort(rng.choice(len(frame), n_rows, replace=False))
    sampled = frame.iloc[rows].reset_index(drop=True)
    guesses = frame.attrs["guesses"]
    sentences = [notices.of_sample(n_rows, len(frame)), *guesses["notices"]]
    sampled.attrs["guesses"] = guesses | {"notices": sentences}
    return sampled


def _decoded(
    data: bytes, encoding: str | None
) -> tuple[bytes, str, Mapping[str, int], str]:
    """Return the content in UTF-8, its encoding, what was removed and its line ends."""
    decoding.check_format(data)
    data, encoding = decoding.to_utf8(data, encoding)
    data, line_ends = with_newlines(data)
    decoding.check_text(data)
    data, removed = without_invisible(data)
    decoding.check_text(data)  # which may have been all there was
    return data, encoding, removed, line_ends


def _without(
    data: bytes, layout: Layout, stray: Collection[int]
) -> tuple[bytes, Layout]:
    """Return the text without some lines, and the layout of the others."""
    if not stray:
        return data, layout
    data = without_lines(data, stray)
    below = first_lines(data)[layout.lines_above :]
    records = first_records(below, layout.delimiter, layout.quotes)
    return data, replace(layout, rows=[record.fields for record in records])


def _lines_of(totals: Totals | None, data: bytes, start: int) -> dict[int, str]:
    """Return the lines of totals by number, if they are rows of one line."""
    if totals is None:
        return {}
    written = last_lines(data, start)
    n_lines = data.count(b"\n") + 1
    filled = [
        (n_lines - back, text.strip())
        for back, text in enumerate(reversed(written))
        if text.strip()
    ]
    return dict(sorted(filled[: totals.n_rows]))


def _layout(lines: list[str], given: Overrides) -> Layout:
    return find_layout(
        *(lines, given.delimiter, given.skip_rows, given.header),
        given.quotes is not False,
        given.number_marks,
    )


def _decimal_mark(layout: Layout, given: Overrides) -> DecimalMark:
    if given.decimal is not None:
        return DecimalMark(given.decimal)
    return decimal_mark(layout.rows, layout.delimiter, given.thousands)


def _marks(given: Overrides, mark: DecimalMark, layout: Layout) -> Marks:
    """Return how numbers and dates are written, the layout being a hint for dates."""
    return Marks(
        decimal=mark.mark,
        decimal_is_given=given.decimal is not None,
        thousands=given.thousands,
        dayfirst=given.dayfirst,
        # Where the comma is the decimal mark, the day is written before the month.
        day_is_likely_first=mark.mark == "," or layout.delimiter == ";",
        missing=given.missing,
    )


def _unique_names(header: Sequence[str], limit: int | None) -> list[str]:
    """Strip the names, name the unnamed by position and number the repeated."""
    if limit is not None and len(header) > limit:
        raise TableError(
            f"This table has {len(header):,} columns and the limit is {limit:,}; keep "
            "the columns that matter."
        )
    wanted = [
        plain_text(name.strip()) or f"column_{k}" for k, name in enumerate(header, 1)
    ]
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
