"""Guess how a CSV file is written: encoding, delimiter, preamble, decimal mark."""

import csv
import re
from collections import Counter

__all__ = [
    "TableError",
    "decode",
    "find_start",
    "guess_delimiter",
    "refuse_other_formats",
]

_DELIMITERS = ",;\t|"

_MAGIC = [
    (b"PK\x03\x04", "an Excel or other zip file; save it as CSV first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file; save it as CSV first"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"\xfd7zXZ", "an xz file; unpack it first"),
    (b"(\xb5/\xfd", "a zstandard file; unpack it first"),
    (b"7z\xbc\xaf", "a 7-zip file; unpack it first"),
    (b"\x89PNG", "a PNG image, not a table"),
    (b"\xff\xd8\xff", "a JPEG image, not a table"),
    (b"GIF8", "a GIF image, not a table"),
    (b"%PDF", "a PDF document, not a table"),
    (b"PAR1", "a Parquet file; save it as CSV first"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV first"),
    (b"\x93NUMPY", "a NumPy file; save it as CSV first"),
    (b"{\\rtf", "a rich-text document; save it as CSV first"),
]


class TableError(ValueError):
    """What was given is not a table; the message says why, in one sentence."""


def refuse_other_formats(data):
    """Raise a `TableError` that names the format if ``data`` is not text."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TableError("The file is empty.")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise TableError(f"This is {what}.")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise TableError(
            "This is an HTML page, not a CSV file; export the data as CSV."
        )
    if head.startswith(b"<?xml"):
        raise TableError("This is an XML file, not a CSV file; export the data as CSV.")


def decode(data, encoding=None):
    """Return the encoding of ``data`` and how it was found.

    Parameters
    ----------
    data : bytes
    encoding : str, optional
        Taken as given, if the file can be read with it.
    """
    if encoding is not None:
        try:
            data.decode(encoding)
        except LookupError:
            raise TableError(f"No encoding is called {encoding!r}.") from None
        except UnicodeDecodeError as error:
            raise TableError(
                f"The file is not {encoding}: byte {error.start:,} does not fit."
            ) from None
        return encoding
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return name
    sample = data[:4096]
    if len(sample) > 3 and sample.count(b"\x00") > len(sample) // 4:
        return "utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    controls = sum(
        data[:4096].count(bytes([c])) for c in (*range(1, 9), *range(14, 27))
    )
    if controls > 8:
        raise TableError("This is a binary file, not a CSV file.")
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def guess_delimiter(lines):
    """Return the delimiter that splits most lines into one same number of fields."""
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        if width > 1:
            score = (count / len(widths), width)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def find_start(lines, delimiter):
    """Return how many lines stand before the header.

    Notes above a table are narrower than the table: the header is the first line as
    wide as most lines are.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    rows, starts, widths = [], [], []
    begin = 0
    for row in reader:
        rows.append(row)
        starts.append(begin)
        widths.append(len(row))
        begin = reader.line_num
    filled = [w for w in widths if w]
    if not filled:
        return 0
    common = Counter(filled).most_common(1)[0][0]
    if common == 1 or sum(w == common for w in filled) < 2:
        first = next(i for i, w in enumerate(widths) if w)
        return starts[first]
    for k, width in enumerate(widths):
        # A narrow line right above values is a header that lacks names, not a note.
        names = (
            1 < width < common and k + 1 < len(rows) and looks_like_data(rows[k + 1])
        )
        if width >= common or names:
            return starts[k]
    return 0


_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?%?$")


def looks_like_data(cells):
    """Whether a first row holds values and not names."""
    cells = [cell.strip() for cell in cells]
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    return sum(bool(_NUMBER.match(cell)) for cell in filled) > len(filled) / 2


_DECIMAL_COMMA = re.compile(
    r"[+-]?\d+,\d+$|[+-]?\d{1,3}([. ' \u00a0\u202f]\d{3})+,\d+$"
)
_DECIMAL_POINT = re.compile(
    r"[+-]?\d*\.\d+$|[+-]?\d{1,3}([, ' \u00a0\u202f]\d{3})+\.\d+$"
)
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:([.,'\u00a0\u202f ])\d{3})(?:\1\d{3})*([.,]\d+)?$"
)


def guess_marks(lines, delimiter, decimal=None, thousands=None):
    """Return the decimal mark and the thousands mark (or None) of the numbers.

    ``1.234`` alone is a decimal point and ``1,234`` a thousands comma, unless other
    numbers of the file say otherwise.
    """
    cells = [
        cell.strip()
        for row in csv.reader(lines, delimiter=delimiter)
        for cell in row
        if cell and cell.strip()[:1] in "+-.,0123456789"
    ]
    grouped = [(cell, found) for cell in cells if (found := _GROUPED.match(cell))]
    alone = {cell for cell, found in grouped if found[2] is None}
    commas = [c for c in cells if "," in c and _DECIMAL_COMMA.match(c)]
    points = [c for c in cells if "." in c and _DECIMAL_POINT.match(c)]
    sure_commas = [c for c in commas if c not in alone]
    sure_points = [c for c in points if c not in alone]
    if decimal is None:
        decimal = "," if sure_commas and not sure_points else "."
        if commas and not points and delimiter != "," and len(alone) == len(commas):
            # Only numbers like 1,234 where the comma does not delimit: all of them
            # having three digits behind the comma speaks for thousands.
            decimal = "."
    if thousands is None:
        other = "." if decimal == "," else ","
        marks = {found[1] for _, found in grouped} - {decimal}
        with_other = [c for c in cells if other in c and re.match(r"[+-]?[\d.,]+$", c)]
        regular = all(_GROUPED.match(c) for c in with_other)
        if other in marks and regular:
            thousands = other
        elif len(marks - {other}) == 1:
            thousands = (marks - {other}).pop()
    return decimal, thousands
