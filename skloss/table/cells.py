"""What a single cell is: missing, a number in some notation, a date, or text."""

import re
import unicodedata
from functools import lru_cache

from skloss.table.east_asian_dates import EAST_ASIAN_DATE
from skloss.table.month_names import NAMED_MONTH

#: Spellings of a missing value, compared after spaces are stripped.
MISSING = (
    *("", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "#N/A N/A", "<NA>", "n.a.", "N.A."),
    *("NaN", "nan", "-NaN", "-nan", "NAN", "NULL", "null", "Null", "(null)", "None"),
    *("?", "-", "--", "---", "–", "—", ".", "..", "1.#QNAN", "1.#IND", "-1.#IND"),
    # The last one is how MySQL and PostgreSQL write NULL into a text file.
    *("#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "\\N"),
)
_MISSING = frozenset(MISSING)
#: Currency signs, all of Unicode.
CURRENCY = "".join(
    sign for sign in map(chr, range(0x10000)) if unicodedata.category(sign) == "Sc"
)
_CURRENCY = f"[{CURRENCY}]"
#: The spaces that occur in numbers.
ANY_SPACE = "[ \u00a0\u2000-\u200a\u202f]"
_GAP = f"{ANY_SPACE}?"
#: Marks between thousands, for each decimal mark; no mark first, the most frequent.
THOUSANDS = {
    ".": ("", ",", "'", "’", " ", "\u00a0", "\u202f"),
    ",": ("", ".", "'", "’", " ", "\u00a0", "\u202f"),
}
_SIGNS = dict(zip("．，－＋％٪", ".,-+%%", strict=True))
# The largest float has 309 digits. Longer cells would take a long time.
_LONGEST_NUMBER = 400
_TIME = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
ISO_DATE = re.compile(
    rf"\d{{4}}-\d{{1,2}}(-\d{{1,2}}([T ]{_TIME}\s?(Z|[+-]\d{{2}}(:?\d{{2}})?)?)?)?"
)
YEAR_FIRST = re.compile(rf"\d{{4}}([/.])\d{{1,2}}\1\d{{1,2}}([ T]{_TIME})?")
DAY_OR_MONTH_FIRST = re.compile(
    rf"\d{{1,2}}([/.\-])\d{{1,2}}\1(\d{{4}}|\d{{2}})([ T]{_TIME}(\s?[ap]m)?)?",
    re.IGNORECASE,
)
DATES = (ISO_DATE, YEAR_FIRST, DAY_OR_MONTH_FIRST, NAMED_MONTH, EAST_ASIAN_DATE)


@lru_cache(maxsize=32)
def number_pattern(decimal: str, thousands: str) -> str:
    r"""Return a regular expression for numbers in one notation.

    A sign, a currency sign or a percent sign, and an exponent may occur. The pattern
    has no look-around, back-references or character classes such as \d, so that
    pandas passes it to Arrow, which is ten times as fast.
    """
    point, mark = re.escape(decimal), re.escape(thousands)
    if thousands.isspace():
        mark = ANY_SPACE  # they look equal, and occur together
    # 0,132 has no thousands.
    grouped = rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+|" if thousands else ""
    if thousands == ",":  # 1,23,45,678 in India
        grouped += "[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}|"
    body = rf"(?:(?:{grouped}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)"
    body += r"(?:[eE][+-]?[0-9]+)?"
    sign_first = f"[+−–-]?{_GAP}(?:{_CURRENCY}{_GAP})?"
    sign_last = f"{_CURRENCY}{_GAP}[+−–-]"
    signed = f"(?:{sign_first}|{sign_last}){body}{_GAP}(?:{_CURRENCY}|%)?"
    return f"(?:{signed}|[+-]?(?:inf|Inf|INF|infinity|Infinity|INFINITY))"


@lru_cache(maxsize=1)
def _any_number() -> re.Pattern:
    notations = [
        number_pattern(decimal, mark)
        for decimal, marks in THOUSANDS.items()
        for mark in marks
    ]
    return re.compile("|".join(notations))


def is_number(cell: str) -> bool:
    """Return whether a cell is a number in any notation."""
    return len(cell) <= _LONGEST_NUMBER and _any_number().fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """Return whether a cell has the shape of a date."""
    return any(pattern.fullmatch(cell) for pattern in DATES)


def is_missing(cell: str) -> bool:
    """Return whether a cell, spaces stripped, spells a missing value."""
    return cell in _MISSING


def in_ascii(cell: str, point: str = ".") -> str:
    """Return a cell with the digits and signs of other scripts as ASCII.

    Parameters
    ----------
    cell : str
    point : {".", ","}
        What the Arabic decimal mark becomes; the mark between thousands becomes the
        other one.
    """
    if cell.isascii():
        return cell
    arabic = {"٫": point, "٬": "," if point == "." else "."}
    return "".join(
        str(unicodedata.decimal(c, arabic.get(c, _SIGNS.get(c, c)))) for c in cell
    )


def has_other_digits(cell: str) -> bool:
    """Return whether a cell has digits, or signs of numbers, of another script."""
    if cell.isascii():
        return False
    return any(c in _SIGNS or (c.isdecimal() and not c.isascii()) for c in cell)


def kind(cell: str) -> str:
    """Return "missing", "number", "date" or "text".

    Examples
    --------
    >>> from skloss.table.cells import kind
    >>> [kind(cell) for cell in ["n/a", "1.234,5", "2024-02-29", "3 kg"]]
    ['missing', 'number', 'date', 'text']
    """
    cell = in_ascii(cell.strip())
    if is_missing(cell):
        return "missing"
    # Most cells of a text column have no digit, and this test is the fastest.
    if not any(character.isdigit() for character in cell):
        return "number" if is_number(cell) else "text"
    if is_number(cell):
        return "number"
    return "date" if is_date(cell) else "text"
