"""Guess the decimal mark of a CSV from its first rows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DecimalMark", "decimal_mark"]

# Enough to see a clear case in any column; fewer rows of a wide table, so that the
# time does not grow with the number of columns.
_CELLS_JUDGED = 20_000

# Numbers in which a point (a comma) must be the decimal mark, and those that have
# only one mark before three digits and can be read either way: 1.234, 1,234.
_POINT = re.compile(r"[+−-]?(\d*\.\d+|\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,})")
_COMMA = re.compile(r"[+−-]?(\d*,\d+|\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,})")
_GAP = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}\b)")
_EITHER = re.compile(r"[+−-]?[1-9]\d{0,2}([.,])\d{3}")


@dataclass(frozen=True)
class DecimalMark:
    """The decimal mark; `example` is a cell that could be read otherwise, or empty."""

    mark: str
    example: str = ""


def decimal_mark(
    rows: Sequence[Sequence[str]], delimiter: str, thousands: str | None
) -> DecimalMark:
    """Guess the decimal mark from the cells in which it cannot be a thousands mark.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows of values as written.
    delimiter : str
        In a file separated by commas, a value such as 1,234 was quoted and is read
        as a number with a thousands mark.
    thousands : str or None
        The mark between thousands if it is known: it is not the decimal mark.
    """
    if thousands in (".", ","):
        return DecimalMark("," if thousands == "." else ".")
    width = max((len(row) for row in rows), default=1)
    written = [
        _GAP.sub("", cell.strip(" %$€£¥₹"))
        for row in rows[: _CELLS_JUDGED // width]
        for cell in row
    ]
    either = [match for match in map(_EITHER.fullmatch, written) if match]
    unclear = {match[0] for match in either}
    clear = [cell for cell in written if cell not in unclear]
    points = sum(_POINT.fullmatch(cell) is not None for cell in clear)
    commas = sum(_COMMA.fullmatch(cell) is not None for cell in clear)
    if points or commas or not either or delimiter == ",":
        return DecimalMark("," if commas > points else ".")
    # Only values such as 1,234: a decimal mark is the more frequent reading, since
    # thousands without any clear case are rare.
    marks = Counter(match[1] for match in either)
    mark = max(marks, key=marks.get)
    return DecimalMark(mark, next(m[0] for m in either if m[1] == mark))
