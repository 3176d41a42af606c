"""Years that are written as more than a number: 2023/24, FY24, 300 BC, 1990s."""

import re

from skloss.table.quantities import Quantity

__all__ = ["YEARS"]

# Years of two digits from here on are of the last century, as in C and in Python.
_PIVOT = 69
_YEAR = re.compile(r"[12]\d{3}")

_SEASON = re.compile(
    r"(?:(?:FY|AY|SY|season|saison|temporada|stagione)\s?)?"
    r"(?P<first>(?:[12]\d)?\d{2})\s?[/–-]\s?(?P<second>(?:[12]\d)?\d{2})",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"(?:FY|CY|AY)\s?['’]?(?P<year>(?:[12]\d)?\d{2})", re.IGNORECASE)
_DECADE = re.compile(r"(?P<year>[12]\d{2}0)['’]?s")

# Before and after the first year of the calendar, as several languages write it.
_BEFORE = (
    r"B\.?\s?C\.?(?:\s?E\.?)?|v\.?\s?Chr\.?|av\.?\s?J\.?-?C\.?|a\.?\s?C\.?|a\.?\s?n\.?\s?e\.?"
    r"|до\s?н\.?\s?э\.?|p\.?\s?n\.?\s?e\.?|p[řr]\.\s?n\.\s?l\.|f\.?\s?Kr\.?|eKr"
)
_AFTER = (
    r"A\.?\s?D\.?|C\.?\s?E\.?|n\.?\s?Chr\.?|ap\.?\s?J\.?-?C\.?|d\.?\s?C\.?|d\.?\s?n\.?\s?e\.?"
    r"|н\.?\s?э\.?|n\.?\s?e\.?|n\.\s?l\.|e\.?\s?Kr\.?|jKr"
)
_ERA = re.compile(
    rf"(?:(?P<ad>A\.?D\.?)\s?)?(?P<year>\d{{1,6}})"
    rf"(?:\s?(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER})))?",
    re.IGNORECASE,
)


def _long(year: str) -> int:
    """Return a year of two or four digits."""
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= _PIVOT else 2000)


def _season(cell: str, decimal: str) -> float | None:
    """Return the first of two years in a row, or a plain year among such."""
    found = _SEASON.fullmatch(cell)
    if not found:
        return float(cell) if _YEAR.fullmatch(cell) else None
    first, second = found["first"], found["second"]
    if len(first) < len(second):
        return None
    begin = _long(first)
    is_next = (begin + 1) % 10 ** len(second) == int(second)
    return float(begin) if is_next else None


def _are_seasons(fits: list[str]) -> bool:
    return any(_SEASON.fullmatch(cell) for cell in fits)


def _fiscal_year(cell: str, decimal: str) -> float | None:
    found = _FISCAL.fullmatch(cell) or _YEAR.fullmatch(cell)
    return float(_long(found[found.lastindex or 0])) if found else None


def _are_fiscal_years(fits: list[str]) -> bool:
    return any(_FISCAL.fullmatch(cell) for cell in fits)


def _decade(cell: str, decimal: str) -> float | None:
    found = _DECADE.fullmatch(cell) or _YEAR.fullmatch(cell)
    return float(found[found.lastindex or 0]) if found else None


def _are_decades(fits: list[str]) -> bool:
    return any(_DECADE.fullmatch(cell) for cell in fits)


def _year_of_era(cell: str, decimal: str) -> float | None:
    found = _ERA.fullmatch(cell)
    if not found or (found["ad"] and found["before"]):
        return None
    return -float(found["year"]) if found["before"] else float(found["year"])


def _are_of_eras(fits: list[str]) -> bool:
    """Return whether eras are named: some before, or after years of three digits."""
    found = [_ERA.fullmatch(cell) for cell in fits]
    before = any(one["before"] for one in found)
    after = [one for one in found if one["after"] or one["ad"]]
    return before or any(len(one["year"]) > 2 for one in after)


#: Read wherever a column holds nothing else.
YEARS = (
    Quantity("seasons were read as their first year", _season, _are_seasons),
    Quantity("fiscal years were read as years", _fiscal_year, _are_fiscal_years),
    Quantity("decades were read as their first year", _decade, _are_decades),
    Quantity(
        "years before the era were read as negative ones", _year_of_era, _are_of_eras
    ),
)
