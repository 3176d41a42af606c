"""Facts about the bytes of a CSV that pandas' parser does not report.

pandas fills short rows and drops leading zeros silently. Both are found here with
NumPy, a megabyte at a time, since a Python loop over rows would take longer than the
parsing.
"""

import re
from collections.abc import Iterator

import numpy as np

__all__ = ["has_leading_zeros", "has_tiny_numbers", "rows_by_width", "short_rows"]

# Arrays of this size stay in the cache; smaller ones cost more calls of NumPy.
_CHUNK = 1 << 20
# Powers of ten of three digits, and zeros after the point: the smallest float has 323.
_TINY = {
    mark: re.compile(re.escape(mark) + rb"0*[1-9][0-9]{2}") for mark in (b"e-", b"E-")
}
_MANY_ZEROS = 300
_NEWLINE, _RETURN, _QUOTE, _SPACE = b'\n\r" '


def rows_by_width(
    data: bytes, start: int, delimiter: str, has_quotes: bool = True
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (cells, blank) of the rows of each chunk, in order.

    Parameters
    ----------
    data : bytes
        UTF-8 text.
    start : int
        Position of the first row.
    delimiter : str
        One ASCII character.
    has_quotes : bool
        Whether quotes enclose cells, which may then contain delimiters and line ends.

    Yields
    ------
    (ndarray, ndarray)
        Number of cells of each row, and whether it holds nothing but spaces.
    """
    text = np.frombuffer(data, np.uint8)[start:]
    inside, cells, n_visible = 0, 1, 0
    for first in range(0, len(text), _CHUNK):
        chunk = text[first : first + _CHUNK]
        quotes = chunk == _QUOTE
        if has_quotes and (inside or quotes.any()):
            within = np.bitwise_xor.accumulate(quotes.view(np.uint8)) ^ inside
            inside = int(within[-1])
            outside = within == 0
        else:
            outside = True
        after = np.append(text[first + 1 : first + len(chunk)], _next(text, first))
        alone = (chunk == _RETURN) & (after != _NEWLINE)  # of old Macs
        ends = np.flatnonzero(((chunk == _NEWLINE) | alone) & outside)
        marks = np.flatnonzero((chunk == ord(delimiter)) & outside)
        before = np.searchsorted(marks, ends)
        widths = np.diff(before, prepend=0)
        # A line is blank if it is as long as its spaces.
        is_white = (chunk == _SPACE) | (chunk == _RETURN)
        white = np.flatnonzero(is_white)
        length = np.diff(ends, prepend=-1) - 1
        visible = length - np.diff(np.searchsorted(white, ends), prepend=0)
        if len(ends):
            widths[0] += cells - 1
            visible[0] += n_visible
            cells, n_visible = 1, 0
            tail = is_white[ends[-1] + 1 :]
            cells += len(marks) - int(before[-1])
        else:
            tail = is_white
            cells += len(marks)
        n_visible += len(tail) - int(tail.sum())
        yield widths + 1, visible == 0
    yield np.array([cells]), np.array([n_visible == 0])


def _next(text: np.ndarray, first: int) -> np.ndarray:
    """Return the byte after a chunk, or a zero at the end of the text."""
    following = text[first + _CHUNK : first + _CHUNK + 1]
    return following if len(following) else np.zeros(1, np.uint8)


def short_rows(
    data: bytes, start: int, delimiter: str, n_columns: int, has_quotes: bool = True
) -> tuple[int, int, int]:
    """Return (rows, short rows, place of the first short one).

    Blank lines are not rows, but count for the place. Quotes inside unquoted cells
    make the count wrong, which a caller can detect: the number of rows then differs
    from the parser's.
    """
    rows, short, first, lines = 0, 0, -1, 0
    for widths, blank in rows_by_width(data, start, delimiter, has_quotes):
        few = np.flatnonzero((widths < n_columns) & ~blank)
        if len(few) and first < 0:
            first = lines + int(few[0])
        rows, short = rows + int((~blank).sum()), short + len(few)
        lines += len(widths)
    return rows, short, first


def has_tiny_numbers(data: bytes, start: int) -> bool:
    """Return whether some number may be too small for a float, which makes it 0.

    Parameters
    ----------
    data : bytes
        A CSV in UTF-8.
    start : int
        Position of the first row of values.
    """
    if b"0" * _MANY_ZEROS in data:
        return True
    # A search for two bytes is ten times as fast as one for a pattern.
    return any(
        mark in data and pattern.search(data, start) is not None
        for mark, pattern in _TINY.items()
    )


def has_leading_zeros(data: bytes, start: int, delimiter: str) -> bool:
    """Return whether some cell may be several digits of which the first is zero."""
    edge = np.zeros(256, bool)
    edge[[ord(delimiter), _NEWLINE, _RETURN, _QUOTE, _SPACE]] = True
    digit = np.zeros(256, bool)
    digit[48:58] = True
    if start == 0:  # without a header the first cell has nothing before it
        data, start = b"\n" + data, 1
    text = np.frombuffer(data, np.uint8)
    for first in range(start - 1, len(text), _CHUNK):
        chunk = text[first : first + _CHUNK + 2]
        zeros = (chunk[1:-1] == ord("0")) & digit[chunk[2:]] & edge[chunk[:-2]]
        place = first + 3 + np.flatnonzero(zeros)
        while len(place):
            if place[-1] == len(text) or edge[text[place]].any():
                return True
            place = place[digit[text[place]]] + 1
    return False
