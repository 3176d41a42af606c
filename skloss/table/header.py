"""Guess which row of a CSV holds the column names, and whether there is one."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from skloss.table import cells
from skloss.table.records import Record, common_width

__all__ = [
    "has_two_rows",
    "header_place",
    "holds_values",
    "joined_names",
    "typed_columns",
]

# A column is of numbers or dates from this share on: a few odd cells in a column,
# such as "unknown", do not change what it holds.
_SHARE_OF_TYPE = 0.8
# The first rows and columns settle the question; wider tables would only take longer.
_ROWS_JUDGED = 50
_COLUMNS_JUDGED = 2_000
# With fewer rows of values, a row of text may be one of them.
_ROWS_OF_VALUES = 2
# Four digits count as a year in this range: column names of economic and climate data.
_FIRST_YEAR, _LAST_YEAR = 1500, 2499


def header_place(records: Sequence[Record], needs_header: bool) -> int:
    """Return the index of the header: 0, or the first row below a title.

    Parameters
    ----------
    records : sequence of Record
        The first rows, without blank ones.
    needs_header : bool
        Whether the row must look like column names. Otherwise the first row of full
        width is returned.
    """
    width = common_width(records)
    top = next((k for k, r in enumerate(records) if not _may_be_above(r, width)), 0)
    if top == 0 and needs_header and _is_second_header(records):
        return 1
    if top == 0 or not needs_header:
        return top
    header = records[top].fields
    below = [record.fields for record in records[top + 1 :]]
    if sum(len(row) == width for row in below) < len(below) / 2:
        return 0
    if not _are_names(header):
        return 0
    if any(cells.kind(header[k]) == "text" for k in typed_columns(below, width)):
        return top
    return top if _is_title(records[:top], records[top]) else 0


def joined_names(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return the names of columns that are spread over two rows.

    Spreadsheets have groups of columns in merged cells, of which all but the first are
    empty: "Sales", "" above "2023", "2024" names "Sales 2023" and "Sales 2024".

    Parameters
    ----------
    first, second : sequence of str
        Cells of the two rows.

    Returns
    -------
    list of str
        As many names as the longer row has cells.
    """
    width = max(len(first), len(second))
    groups, parts = (
        [cell.strip() for cell in row] + [""] * (width - len(row))
        for row in (first, second)
    )
    for k in range(1, width):
        if not groups[k] and parts[k] and parts[k - 1]:
            groups[k] = groups[k - 1]
    return [" ".join(filter(None, pair)) for pair in zip(groups, parts, strict=True)]


def has_two_rows(records: Sequence[Record], top: int) -> bool:
    """Return whether the header at a place extends over the row below it.

    Groups of columns show it, with names below them that are not values.

    Parameters
    ----------
    records : sequence of Record
        The first rows, without blank ones.
    top : int
    """
    # One cell is a title.
    if len(records) < top + 2 + _ROWS_OF_VALUES or records[top].filled < 2:
        return False
    first, second = ([c.strip() for c in r.fields] for r in records[top : top + 2])
    if len(first) != len(second) or len(first) > _COLUMNS_JUDGED:
        return False
    has_groups = any(
        group and left and right and following in ("", group)
        for (group, following), (left, right) in zip(
            pairwise(first), pairwise(second), strict=True
        )
    )
    names = joined_names(first, second)
    if not has_groups or len(set(names)) < len(names) or not all(names):
        return False
    below = [record.fields for record in records[top + 2 :]]
    if not all(_is_name(cell, k, below) for k, cell in enumerate(first) if cell):
        return False  # numbers above the names count rows and columns
    typed = [k for k in typed_columns(below, len(first)) if second[k]]
    return bool(typed) and all(_is_name(second[k], k, below) for k in typed)


def _is_name(cell: str, k: int, below: Sequence[Sequence[str]]) -> bool:
    """Return whether a cell above numbers or dates is text, or a year they are not."""
    if cells.kind(cell) == "text":
        return True
    if not re.fullmatch(r"\d{4}", cell) or not _FIRST_YEAR <= int(cell) <= _LAST_YEAR:
        return False
    values = [row[k].strip() for row in below[:_ROWS_JUDGED] if k < len(row)]
    return not any(re.fullmatch(r"\d{4}", value) for value in values)


def holds_values(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row is of the kind of the rows below it.

    Numbers above numbers are values, unless they are years or positions that name
    the columns. Without rows below, a row without any text is taken as values.
    """
    first = first[:_COLUMNS_JUDGED]
    kinds = [cells.kind(cell) for cell in first]
    if not below:
        known = [kind for kind in kinds if kind != "missing"]
        return bool(known) and all(kind != "text" for kind in known)
    typed = typed_columns(below, len(first))
    if any(kinds[k] == "text" for k in typed):
        return False
    alike = [k for k, kind in typed.items() if kinds[k] == kind]
    named = [first[k].strip() for k in alike]
    return bool(alike) and not (
        _are_years(named, kinds) or _are_positions(named, below)
    )


def _is_second_header(records: Sequence[Record]) -> bool:
    """Return whether names follow a row of groups, such as years over the columns."""
    first, *below = [record.fields for record in records]
    if len(below) < 2 or len(first) != len(below[0]):
        return False
    filled = [cell for cell in below[0] if cell.strip()]
    are_text = bool(filled) and all(cells.kind(cell) == "text" for cell in filled)
    if not are_text or not holds_values(first, below[1:]):
        return False
    return not holds_values(below[0], below[1:])


def _may_be_above(record: Record, width: int) -> bool:
    """Return whether a row may be a title: too short, or padded by a spreadsheet."""
    return len(record.fields) < width or (record.filled <= 1 < width)


def _are_names(header: Sequence[str]) -> bool:
    """Return whether the cells of a row are different texts."""
    named = [cell.strip() for cell in header if cell.strip()]
    return len(set(named)) == len(named) and all(
        cells.kind(cell) == "text" for cell in named
    )


def _is_title(above: Sequence[Record], header: Record) -> bool:
    """Return whether rows of one cell are set apart from the header below them.

    Without columns of numbers below, nothing in the header itself shows that it is
    one. Prose, a comment mark or a blank line does.
    """
    if any(record.filled > 1 for record in above):
        return False
    is_prose = any(re.search(r"[\s#:]", r.fields[0].strip()) for r in above)
    has_gap = header.lines_before > above[-1].lines_through
    return is_prose or has_gap


def typed_columns(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """Return the columns of numbers and of dates among the first rows, by index."""
    found = {}
    for k in range(min(width, _COLUMNS_JUDGED)):
        kinds = Counter(
            cells.kind(row[k]) for row in rows[:_ROWS_JUDGED] if k < len(row)
        )
        kinds.pop("missing", None)
        for kind in ("number", "date"):
            if kinds[kind] and kinds[kind] >= _SHARE_OF_TYPE * kinds.total():
                found[k] = kind
    return found


def _are_positions(named: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether 0, 1, 2, ... name columns of fractions, as pandas writes them.

    Above columns of mostly whole numbers they could be values.
    """
    if len(named) < 2 or named not in (
        [str(k) for k in range(len(named))],
        [str(k) for k in range(1, len(named) + 1)],
    ):
        return False
    rows = below[:_ROWS_JUDGED]
    numbers = [cell for row in rows for cell in row if cells.is_number(cell)]
    whole = sum(cell.strip().lstrip("+-").isdigit() for cell in numbers)
    return whole < len(numbers) / 2


def _are_years(named: Sequence[str], kinds: Sequence[str]) -> bool:
    """Return whether numbers in the first row are evenly spaced years."""
    if "text" not in kinds or len(named) < 2:
        return False
    if not all(re.fullmatch(r"\d{4}", cell) for cell in named):
        return False
    years = [int(cell) for cell in named]
    steps = {b - a for a, b in pairwise(years)}
    return (
        len(steps) == 1
        and 0 not in steps
        and _FIRST_YEAR <= min(years) <= max(years) <= _LAST_YEAR
    )
