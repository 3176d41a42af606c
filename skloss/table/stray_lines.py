"""Lines of a file that are not rows of its table: comments, units and notes."""

import csv
import re
from collections.abc import Collection, Sequence

import numpy as np

from skloss.table import cells
from skloss.table.header import typed_columns
from skloss.table.layout import Layout
from skloss.table.records import first_records

__all__ = ["find_stray_lines", "last_lines", "without_lines"]

_COMMENTS = ("#", "//", "%")
# With more such lines than others, the mark belongs to the values.
_FEW = 0.5
# Bytes from the end of a file in which notes are looked for, and how many lines.
_TAIL = 1 << 16
_NOTES_AT_MOST = 20
# Notes of this many words are not names of categories.
_WORDS = 4
_NOTE = re.compile(
    r"[*†‡©]|\([cC]\)|[¹²³]|https?:|"
    r"\(?\d+ (rows?|records?|lines?|zeilen|lignes|filas)\b|"
    r"(data )?(sources?|quellen?|fuentes?|fonti|fonte|bron)\b|"
    r"(foot)?notes?\b|(fu(ß|ss)note|anmerkung|hinweis|nota|remarque)(en|s)?\b|"
    r"(remarks?|legend|copyright|disclaimer|generated|exported|created|printed|"
    r"erstellt|erzeugt|last updated?|updated|end of|as of)\b",
    re.IGNORECASE,
)
_TYPED = ("number", "date")
_RULE = re.compile(r"[:+|\s]*[-=_–—]{2}[-=_–—:+|\s]*")
_BRACKETS = re.compile(r"[(\[{<].*[)\]}>]")
_SYMBOL = re.compile(r"[^\W\d_]{0,3}[°µ%‰/€$£¥²³^·⁻].*")


def find_stray_lines(
    data: bytes, start: int, lines: Sequence[str], layout: Layout
) -> dict[int, str]:
    """Return the lines below the header that are not rows, by number, and their text.

    Parameters
    ----------
    data : bytes
        In UTF-8.
    start : int
        Position of the first row.
    lines : sequence of str
        The first physical lines.
    layout : Layout

    Returns
    -------
    dict of int to str
        Physical lines, the first one of the file being 1.
    """
    found = _below_header(lines, layout)
    found |= _comments(data, start, layout)
    return dict(sorted((found | _notes(data, start, layout)).items()))


def without_lines(data: bytes, numbers: Collection[int]) -> bytes:
    """Return a text whose lines of these numbers are blank, so that others keep theirs.

    Parameters
    ----------
    data : bytes
    numbers : collection of int
        The first line is 1; numbers beyond the last line have no effect.
    """
    if not numbers:
        return data
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    ends = np.append(ends, len(data))
    parts, before = [], 0
    for number in sorted(set(numbers)):
        if number > len(ends):
            break
        first = int(ends[number - 2]) + 1 if number > 1 else 0
        parts.append(data[before:first])
        before = int(ends[number - 1])
    return b"".join([*parts, data[before:]])


def last_lines(data: bytes, start: int) -> list[str]:
    """Return the last physical lines below the header, in order.

    A cell over several lines ends the list: its lines are not rows.
    """
    first = max(start, len(data) - _TAIL)
    if first > start:
        first = data.find(b"\n", first) + 1
    kept = []
    for text in reversed(data[first:].decode("utf-8", "ignore").split("\n")):
        if text.count('"') % 2:
            break
        kept.append(text.strip("\r"))
    return kept[::-1]


def _fields(text: str, layout: Layout) -> list[str]:
    quoting = csv.QUOTE_MINIMAL if layout.quotes else csv.QUOTE_NONE
    reader = csv.reader(
        [text], delimiter=layout.delimiter, skipinitialspace=True, quoting=quoting
    )
    try:
        return [field.strip() for field in next(reader, [])]
    except csv.Error:  # a cell of extreme length, or a line end of old Macs
        return [text]


def _filled(fields: Sequence[str]) -> list[str]:
    return [field for field in fields if field]


# --- below the header ------------------------------------------------------------


def _below_header(lines: Sequence[str], layout: Layout) -> dict[int, str]:
    """Return a line of dashes, and one of units, below the names."""
    rows = layout.rows
    if not layout.header or len(rows) < 2 or not _may_be_stray(rows[0], rows[1:]):
        return {}
    below = lines[layout.lines_above :]
    records = first_records(below, layout.delimiter, layout.quotes)
    found = {}
    for place, record in enumerate(records[:2]):
        rest = [row.fields for row in records[place + 1 :]]
        is_one_line = record.lines_through - record.lines_before == 1
        if not (rest and is_one_line and _may_be_stray(record.fields, rest)):
            break
        number = layout.lines_above + record.lines_through
        found[number] = layout.delimiter.join(record.fields).strip()
    return found


def _may_be_stray(fields: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    return _is_rule(fields) or _are_units(fields, below)


def _is_rule(fields: Sequence[str]) -> bool:
    filled = _filled([field.strip() for field in fields])
    return bool(filled) and all(map(_RULE.fullmatch, filled))


def _are_units(fields: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row has no number where all others have numbers.

    One such column is not enough: its first value may be another word for missing.
    """
    # Most first rows have a number, and this test is the fastest.
    if len(below) < 2 or any(cells.kind(cell) in _TYPED for cell in fields):
        return False
    numbers = typed_columns(below, len(fields))
    written = {k: fields[k].strip() for k in numbers}
    kinds = {k: cells.kind(cell) for k, cell in written.items()}
    units = [written[k] for k, kind in kinds.items() if kind == "text"]
    if not units or 2 * len(units) < len(numbers):
        return False
    repeated = any(
        k < len(row) and row[k].strip() == cell
        for row in below
        for k, cell in written.items()
        if kinds[k] == "text"
    )
    if repeated:
        return False
    sure = [one for one in units if _BRACKETS.fullmatch(one) or _SYMBOL.fullmatch(one)]
    return len(set(units)) > 1 or len(sure) == len(units)


# --- comments --------------------------------------------------------------------


def _comments(data: bytes, start: int, layout: Layout) -> dict[int, str]:
    """Return lines that begin with a mark of comments and are not like rows."""
    found = {}
    for mark in _COMMENTS:
        sign, first = b"\n" + mark.encode(), max(start - 1, 0)
        n_marked = data.count(sign, first)
        if not n_marked or n_marked > max(1, _FEW * data.count(b"\n", start)):
            continue
        n_lines, n_quotes = data.count(b"\n", 0, first), 0
        before, place = first, data.find(sign, first)
        while place >= 0:
            n_lines += data.count(b"\n", before, place + 1)
            n_quotes += data.count(b'"', before, place)
            end = data.find(b"\n", place + 1)
            line = data[place + 1 : end if end >= 0 else len(data)]
            text = line.decode("utf-8", "replace").strip()
            is_in_quotes = layout.quotes and n_quotes % 2
            if not is_in_quotes and _is_comment(text, layout):
                found[n_lines + 1] = text
            before, place = place + 1, data.find(sign, place + 1)
    return found


def _is_comment(text: str, layout: Layout) -> bool:
    n_columns, fields = len(layout.names), _fields(text, layout)
    if cells.is_missing(fields[0]):  # #N/A
        return False
    if typed_columns(layout.rows, 1):  # numbers and dates have no such mark
        return True
    is_row = len(fields) == n_columns and len(_filled(fields)) > 1
    return n_columns > 1 and not is_row


# --- notes at the end -------------------------------------------------------------


def _notes(data: bytes, start: int, layout: Layout) -> dict[int, str]:
    """Return the lines below the last row of the table that are not like rows."""
    has_numbers = bool(typed_columns(layout.rows, 1))
    candidates, has_gap = [], False
    for back, text in enumerate(reversed(last_lines(data, start))):
        if not text.strip():
            has_gap = bool(candidates)
        elif _is_row(text, layout):
            break
        else:
            has_gap = False
            candidates.append((back, text.strip()))
    else:
        return {}  # nothing above the candidates is a row
    found = {}
    for back, text in candidates[:_NOTES_AT_MOST]:  # from the end
        fields = _fields(text, layout)
        first = next(iter(_filled(fields)), "")
        below_gap = has_gap and (has_numbers or len(fields) == 1)
        is_note = below_gap or _is_note(text, first, layout)
        if not is_note or cells.kind(first) not in ("text", "missing"):
            break
        found[back] = text
    if not found:
        return {}
    n_lines = data.count(b"\n") + 1
    return {n_lines - back: text for back, text in found.items()}


def _is_row(text: str, layout: Layout) -> bool:
    fields = _fields(text, layout)
    n_columns = len(layout.names)
    if _NOTE.match(text) and ":" in fields[0]:
        return False
    if n_columns == 1:
        return not typed_columns(layout.rows, 1) or cells.kind(fields[0]) != "text"
    # A delimiter at the end of every row makes an empty cell.
    return len(_filled(fields)) > 1 and n_columns <= len(fields) <= n_columns + 1


def _is_note(text: str, first: str, layout: Layout) -> bool:
    if _NOTE.match(first) or _RULE.fullmatch(first):
        return True
    return layout.delimiter not in text and len(first.split()) >= _WORDS
