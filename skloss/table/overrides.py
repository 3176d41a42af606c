"""The choices of the caller of `read_table`, checked; None leaves one to the guess."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from skloss.table import cells
from skloss.table.errors import TableError
from skloss.table.invisible import plain_text

__all__ = ["Overrides", "check_limits", "check_overrides"]

_TYPES = ("number", "date", "text")


@dataclass(frozen=True)
class Overrides:
    """What the caller has chosen; the attributes are parameters of `read_table`."""

    encoding: str | None
    delimiter: str | None
    decimal: str | None
    thousands: str | None
    skip_rows: int | None
    header: bool | int | None
    dayfirst: bool | None
    missing: tuple[str, ...] | None
    quotes: bool | None
    skip_lines: tuple[int, ...] | None
    types: dict[str, str]
    sample_rows: int | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The choices that were made, as arguments of `read_table`."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not None and value != {}
        }

    @property
    def spellings(self) -> tuple[str, ...]:
        """The spellings of a missing value."""
        return cells.MISSING if self.missing is None else self.missing

    @property
    def number_marks(self) -> tuple[str, ...]:
        """The marks inside numbers that were chosen."""
        return tuple(mark for mark in (self.decimal, self.thousands) if mark)

    def check_names(self, names: Sequence[str]) -> None:
        """Raise a TableError if a type is given to a column that does not exist."""
        for name in self.types:
            if name not in names:
                raise TableError(
                    f"types names a column {name!r}, which does not exist."
                )


def check_overrides(
    types: Mapping[str, str] | None,
    header: Any,
    thousands: Any,
    missing: Any = None,
    quotes: Any = None,
    skip_lines: Any = None,
    **others: Any,
) -> Overrides:
    """Return the overrides with None for "auto", or raise a TableError.

    None is a choice of its own for two of them: columns without a header, and
    numbers without a mark between thousands. 0 as a header is pandas' first row.
    """
    if types is not None and not isinstance(types, Mapping):
        raise TableError(
            f"types={types!r} must be a dictionary of a type by column, such as "
            "{'postcode': 'text'}."
        )
    if type(header) is not int or header != 2:
        hint = ", or 2 for names in two rows; skip_rows counts the lines above"
        _check_choice("header", header, hint)
    _check_choice("quotes", quotes)
    _check_choice("dayfirst", others.get("dayfirst"))
    given = Overrides(
        types={_name(name): kind for name, kind in (types or {}).items()},
        missing=_spellings(missing),
        quotes=_chosen(quotes),
        skip_lines=_line_numbers(_chosen(skip_lines)),
        header=_header(header),
        thousands=None if thousands == "auto" else thousands or "",
        **{name: _chosen(value) for name, value in others.items()},
    )
    _check_delimiter(given.delimiter)
    _check_marks(given.decimal, given.thousands)
    if given.skip_rows is not None and not _is_count(given.skip_rows, 0):
        raise TableError("skip_rows must be 0 or a number of lines.")
    if given.sample_rows is not None and not _is_count(given.sample_rows, 1):
        raise TableError("sample_rows must be a number of rows, or None for all rows.")
    if not isinstance(given.encoding, (str, type(None))):
        raise TableError(
            f"encoding={given.encoding!r} must be a name, such as 'utf-8' or 'cp1252'."
        )
    unknown = sorted({str(t) for t in given.types.values()} - set(_TYPES))
    if unknown:
        raise TableError(f"The type {unknown[0]!r} must be one of {', '.join(_TYPES)}.")
    return given


def check_limits(**limits: int | None) -> None:
    """Raise a TableError for the first limit that is neither a count nor None."""
    for name, limit in limits.items():
        if limit is not None and not _is_count(limit, 1):
            raise TableError(f"{name}={limit!r} must be a number, or None.")


def _header(header: Any) -> bool | int | None:
    """Return the number of rows of the header if it is not one, as a bool."""
    if isinstance(header, str):
        return None
    is_first_row = type(header) is int and header == 0
    return 2 if header == 2 else bool(header or is_first_row)


def _name(name: Any) -> Any:
    """Return the name of a column as `read_table` gives it."""
    return plain_text(name) if isinstance(name, str) else name


def _chosen(value: Any) -> Any:
    return None if isinstance(value, str) and value == "auto" else value


def _spellings(missing: Any) -> tuple[str, ...] | None:
    """Return the spellings of a missing value, or None to leave them to the guess."""
    if missing is None or (isinstance(missing, str) and missing == "auto"):
        return None
    if isinstance(missing, str) or not all(isinstance(word, str) for word in missing):
        raise TableError(
            f"missing={missing!r} must be a list of spellings, such as ['NA', '-99']."
        )
    return tuple(missing)


def _check_choice(name: str, value: Any, hint: str = "") -> None:
    """Raise a TableError for another value than True, False and "auto"."""
    if _chosen(value) not in (None, True, False):
        raise TableError(f"{name}={value!r} must be True, False or 'auto'{hint}.")


def _is_count(value: Any, least: int) -> bool:
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    return is_whole and value >= least


def _line_numbers(lines: Any) -> tuple[int, ...] | None:
    """Return the numbers of lines to leave out, or None to guess them."""
    if lines is None:
        return None
    is_list = isinstance(lines, Collection) and not isinstance(lines, (str, bytes))
    if not is_list or not all(_is_count(line, 1) for line in lines):
        raise TableError(
            f"skip_lines={lines!r} must be a list of line numbers from 1 on, such as "
            "[2, 105], or () to keep all lines."
        )
    return tuple(int(line) for line in lines)


def _check_delimiter(mark: str | None) -> None:
    is_mark = isinstance(mark, str) and len(mark) == 1 and mark.isascii()
    if mark is not None and (not is_mark or mark in '"\r\n'):
        raise TableError(
            f"delimiter={mark!r} must be one ASCII character, such as a comma, a "
            "semicolon or a tab."
        )


def _check_marks(decimal: str | None, thousands: str | None) -> None:
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
