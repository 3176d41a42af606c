"""Quantities that are written as more than a number: 59h 42min, 46°33'N, 1 1/2."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from skloss.table import cells
from skloss.table.column_reading import ColumnReading, Marks
from skloss.table.numbers import SAMPLE

__all__ = [
    "QUANTITIES",
    "Quantity",
    "degrees",
    "find_quantity",
    "fraction",
    "plain_number",
    "read_quantity",
]

# The share of values with a digit from which on a column may be of quantities.
_LEAST = 0.25
# Longer cells are text. Some patterns take quadratic time in the length of a cell.
_LONGEST = 80


@dataclass(frozen=True)
class Quantity:
    """One way to write a quantity.

    Attributes
    ----------
    what : str
        The plural of its name and its unit, for a notice.
    value : callable
        Called with a cell and the decimal mark; returns a number, or None for another
        cell.
    is_typical : callable
        Called with the sampled cells; returns whether they are quantities, since a few
        cells such as 5 min may be plain numbers with a unit.
    """

    what: str
    value: Callable[[str, str], float | None]
    is_typical: Callable[[list[str]], bool]

    def read(self, cell: str, decimal: str) -> float | None:
        """Return the number that a cell is, or None."""
        return self.value(cell, decimal) if len(cell) <= _LONGEST else None


def find_quantity(
    known: pd.Series, decimal: str, among: Sequence[Quantity]
) -> tuple[Quantity, float] | None:
    """Return the way in which most values are written, and their share.

    Parameters
    ----------
    known : Series of str
        Without missing values; the first ones are looked at.
    decimal : {".", ","}
    among : sequence of Quantity
    """
    sample = list(known.iloc[:SAMPLE])
    best = None
    # Most columns of text have no digits, and this test is the fastest.
    if sum(map(_has_digit, sample)) < _LEAST * len(sample):
        return None
    for quantity in among:
        fits = [cell for cell in sample if quantity.read(cell, decimal) is not None]
        share = len(fits) / max(len(sample), 1)
        if fits and share > (best[1] if best else 0) and quantity.is_typical(fits):
            best = quantity, share
    return best


def read_quantity(
    column: pd.Series, quantity: Quantity, marks: Marks, coerce: bool = False
) -> ColumnReading | None:
    """Read a column of quantities as numbers.

    Parameters
    ----------
    column : Series of str
    quantity : Quantity
    marks : Marks
    coerce : bool
        Make other values missing, instead of returning None.
    """
    known = column.dropna()
    read = {cell: quantity.read(cell, marks.decimal) for cell in known.unique()}
    lost = known[known.map(lambda cell: read[cell] is None).astype(bool)]
    if len(lost) == len(known) or (len(lost) and not coerce):
        return None
    # The first value that is more than a number shows how the others were read.
    shown = [c for c in known if read[c] is not None and not cells.is_number(c)]
    notes = {"quantities": (quantity.what, shown[0], read[shown[0]])} if shown else {}
    if len(lost):
        notes["lost"] = (len(lost), lost.iloc[0])
    return ColumnReading(column.map(read).astype(float), "number", notes)


def plain_number(text: str, decimal: str) -> float | None:
    """Return a plain number, which may have marks between thousands."""
    text = re.sub(rf"[{cells.CURRENCY}'’]|{cells.ANY_SPACE}", "", text)
    text = text.replace("−", "-")
    other = "," if decimal == "." else "."
    if text.count(other) == 1 and decimal not in text and not _THOUSAND.search(text):
        decimal, other = other, decimal  # 1,5 where the table has points elsewhere
    try:
        return float(text.replace(other, "").replace(decimal, "."))
    except ValueError:
        return None


def _has_digit(cell: str) -> bool:
    return any(one.isnumeric() for one in cell)


_THOUSAND = re.compile(r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$")
_NUMBER = r"\d+(?:[.,]\d+)?"

# --- durations -----------------------------------------------------------------

_PARTS = {
    "d": r"d|days?|tage?n?|jours?|j|d[ií]as?|giorn[oi]|dagen|dag",
    "h": r"h|hrs?|hours?|std\.?|stunden?|heures?|horas?|or[ae]|uur|u",
    "m": r"min|mins|minutes?|minuten|minutos?|minuti?|m",
    "s": r"s|secs?|seconds?|sek\.?|sekunden?|secondes?|segundos?|secondi",
}
_DURATION = re.compile(
    r"(?P<sign>[+−-])?"
    + r"[\s,]*".join(
        rf"(?:(?P<{key}>{_NUMBER})\s?(?:{words})\.?(?![^\W\d_]))?"
        for key, words in _PARTS.items()
    ),
    re.IGNORECASE,
)
_HOURS_ONLY = re.compile(r"(?P<h>\d{1,3})\s?[hH]\s?(?P<m>[0-5]\d)")  # 5h30 in French
_ISO = re.compile(
    rf"(?P<sign>[+-])?P(?:(?P<w>{_NUMBER})W)?(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?"
)
# As Python and pandas write a difference of times.
_DAYS_AND_CLOCK = re.compile(
    r"(?P<sign>-)?(?P<d>\d+) days?,? \+?(?P<h>\d{1,2}):(?P<m>\d{2})"
    r":(?P<s>\d{2}(?:\.\d+)?)"
)
_HOURS_IN = {"w": 168, "d": 24, "h": 1, "m": 1 / 60, "s": 1 / 3600}


def _parts(cell: str) -> dict[str, float] | None:
    """Return the parts of a duration by unit, or None."""
    for pattern in (_DURATION, _HOURS_ONLY, _ISO, _DAYS_AND_CLOCK):
        found = pattern.fullmatch(cell)
        parts = found.groupdict() if found else {}
        sign = -1.0 if parts.pop("sign", None) in ("-", "−") else 1.0
        known = {
            unit: sign * float(value.replace(",", "."))
            for unit, value in parts.items()
            if value
        }
        if known:
            return known
    return None


def _hours(cell: str, decimal: str) -> float | None:
    parts = _parts(cell)
    return parts and sum(_HOURS_IN[unit] * value for unit, value in parts.items())


def _are_durations(fits: list[str]) -> bool:
    """Return whether units are combined: one unit alone may be of any quantity."""
    units = {tuple(_parts(cell)) for cell in fits}
    iso = all(_ISO.fullmatch(cell) for cell in fits)
    # Metres and seconds alone, or m and s as sizes, are not durations.
    return iso or any(len(unit) > 1 for unit in units) or _mixes_time(units, fits)


def _mixes_time(units: set[tuple[str, ...]], fits: list[str]) -> bool:
    """Return whether hours occur next to minutes, as in 45 min, 2 h."""
    long = any(re.search(r"\bmin|\d ?min", cell, re.IGNORECASE) for cell in fits)
    return len(units) > 1 and long


# --- angles, feet and inches ---------------------------------------------------

_ANGLE = re.compile(
    rf"(?P<before>[NSEW])?\s?(?P<sign>[+−-])?(?P<d>{_NUMBER})\s?°\s?"
    rf"(?:(?P<m>{_NUMBER})\s?['′’]\s?)?(?:(?P<s>{_NUMBER})\s?(?:[\"″”]|''|′′))?"
    r"\s?(?P<after>[NSEW])?"
)
# With a fraction: N5 is the name of a road.
_DECIMAL_ANGLE = re.compile(
    r"(?P<before>[NSEW])?\s?(?P<d>\d+[.,]\d+)\s?(?P<after>[NSEW])?"
)
_FEET = re.compile(
    rf"(?P<f>\d+)\s?(?:'|′|’|ft\.?)\s?(?:(?P<i>{_NUMBER})\s?(?:\"|″|”|''|in\.?)?)?"
)


def degrees(cell: str, decimal: str) -> float | None:
    """Return an angle in degrees, south and west being negative."""
    found = _ANGLE.fullmatch(cell) or _DECIMAL_ANGLE.fullmatch(cell)
    if not found:
        return None
    parts = found.groupdict()
    letters = [x for x in (parts["before"], parts["after"]) if x]
    if len(letters) > 1 or (not letters and "°" not in cell):
        return None
    values = [float((parts.get(key) or "0").replace(",", ".")) for key in "dms"]
    if max(values[1:]) >= 60:
        return None
    negative = bool(set(letters) & set("SW")) or parts.get("sign") in ("-", "−")
    total = values[0] + values[1] / 60 + values[2] / 3600
    return -total if negative else total


def _are_angles(fits: list[str]) -> bool:
    """Return whether there are minutes, or letters of both directions or next to °."""
    letters = {one for cell in fits for one in cell if one in "NSEW"}
    has_minutes = any(re.search("°.*['′’]", cell) for cell in fits)
    has_degrees = any("°" in cell for cell in fits)
    both = {"N", "S"} <= letters or {"E", "W"} <= letters
    return has_minutes or both or (has_degrees and bool(letters))


def _inches(cell: str, decimal: str) -> float | None:
    found = _FEET.fullmatch(cell)
    if not found:
        return None
    inches = float((found["i"] or "0").replace(",", "."))
    return 12.0 * int(found["f"]) + inches if inches < 12 else None


def _are_feet(fits: list[str]) -> bool:
    return any(_FEET.fullmatch(cell)["i"] for cell in fits)


# --- fractions, powers of ten and multiples --------------------------------------

_FRACTION = re.compile(
    r"(?P<sign>[+−-])?(?:(?P<whole>\d+)[\s-])?(?P<above>\d{1,3})[/⁄]"
    r"(?P<below>\d{1,3})"
)
_VULGAR = "".join(
    one
    for one in map(chr, range(0x2200))
    if "<fraction>" in unicodedata.decomposition(one)
)
_WITH_VULGAR = re.compile(rf"(?P<sign>[+−-])?(?P<whole>\d+)?\s?(?P<one>[{_VULGAR}])")
# The exponent is raised or follows ^: 15x105 is a size.
_POWER = re.compile(
    rf"(?:(?P<body>[+−-]?{_NUMBER})\s?[×x*·⋅]\s?)?10"
    r"(?:\^(?P<plain>[+−-]?\d{1,3})|(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+))"
)
_MULTIPLES = {
    "k": 1e3, "tsd": 1e3, "mil": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6,
    "mln": 1e6, "million": 1e6, "millions": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9,
    "mld": 1e9, "billion": 1e9, "billions": 1e9, "t": 1e12, "tn": 1e12, "trn": 1e12,
}  # fmt: skip
_MULTIPLE = re.compile(
    rf"(?P<body>[+−-]?(?:[{cells.CURRENCY}]\s?)?[0-9][0-9.,']*)\s?"
    rf"(?P<word>[A-Za-z]{{1,8}})\.?(?:\s?[{cells.CURRENCY}])?"
)


def fraction(cell: str, decimal: str) -> float | None:
    """Return a plain number, or the one that is written as a fraction."""
    found = _WITH_VULGAR.fullmatch(cell)
    if found:
        part = unicodedata.numeric(found["one"])
    else:
        found = _FRACTION.fullmatch(cell)
        if not found or int(found["below"]) == 0:
            return plain_number(cell, decimal) if cells.is_number(cell) else None
        part = int(found["above"]) / int(found["below"])
    total = int(found["whole"] or 0) + part
    return -total if found["sign"] in ("-", "−") else total


def _are_fractions(fits: list[str]) -> bool:
    """Return whether some value is 1½ or 1 1/2; 120/80 alone may be two numbers."""
    found = [_FRACTION.fullmatch(cell) for cell in fits]
    mixed = any(one and one["whole"] for one in found)
    return mixed or any(_WITH_VULGAR.fullmatch(cell) for cell in fits)


def _power(cell: str, decimal: str) -> float | None:
    found = _POWER.fullmatch(cell)
    if not found:
        return plain_number(cell, decimal) if cells.is_number(cell) else None
    raised = unicodedata.normalize("NFKC", found["raised"] or found["plain"])
    body = plain_number(found["body"] or "1", decimal)
    return None if body is None else float(f"{body!r}e{raised.replace('−', '-')}")


def _multiple(cell: str, decimal: str) -> float | None:
    if cells.is_number(cell):
        return plain_number(cell, decimal)
    found = _MULTIPLE.fullmatch(cell)
    factor = found and _MULTIPLES.get(found["word"].lower())
    body = plain_number(found["body"], decimal) if factor else None
    return None if body is None else body * factor


def _are_multiples(fits: list[str]) -> bool:
    """Return whether the multiples differ: one alone may be the unit of all values."""
    found = [_MULTIPLE.fullmatch(cell) for cell in fits]
    words = {one["word"].lower() if one else "" for one in found}
    # 5 m and 300 mm are lengths, 12b and 7 numbers of houses.
    return len(words) > 1 and bool(words - {"", "m", "mm", "b", "t", "mil"})


def _any_fits(pattern: re.Pattern, fits: list[str]) -> bool:
    return any(pattern.fullmatch(cell) for cell in fits)


#: Read wherever a column holds nothing else.
QUANTITIES = (
    Quantity("durations were read as hours", _hours, _are_durations),
    Quantity(
        "degrees were read as numbers, south and west being negative",
        degrees,
        _are_angles,
    ),
    Quantity("feet and inches were read as inches", _inches, _are_feet),
    Quantity("fractions were read as numbers", fraction, _are_fractions),
    Quantity("powers of ten were read as numbers", _power, partial(_any_fits, _POWER)),
    Quantity("thousands and millions were read as numbers", _multiple, _are_multiples),
)
