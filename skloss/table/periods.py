"""Periods of a year without a month or a day: quarters, halves, weeks and 2024M01."""

import datetime

from skloss.table.month_names import NamedDate, compiled

__all__ = ["PERIOD"]

# The range keeps codes such as 5000T1 text.
_YEAR = r"(?P<year>(?:1[5-9]|2[01])\d{2})"
_GAP = r"\s*[-/., ]?\s*"
_MARK = r"(?:\s*[-/.,]\s*|\s+)"
# First letters in English, French, Spanish, Italian, Portuguese and German.
_QUARTER = r"(?:Q|qtr\.?|quarter|quartal|trimestre|trim\.?|T)"
_HALF = r"(?:H|S|half|semester|semestre|halbjahr)"
_WEEK = r"(?:W|wk\.?|week|KW|CW|woche|semaine|semana|settimana)"
_FORMS = compiled(
    rf"{_YEAR}{_GAP}{_QUARTER}\s*(?P<quarter>[1-4])",
    rf"{_QUARTER}\s*(?P<quarter>[1-4]){_MARK}{_YEAR}",
    # Other letters before two digits are codes: T1-24.
    rf"Q(?P<quarter>[1-4])(?:{_MARK}|')(?P<year>\d{{2}})",
    rf"(?P<quarter>[1-4])Q{_GAP}'?(?P<year>\d{{2}})",
    rf"(?P<quarter>[1-4])(?:\.|st|nd|rd|th|er|e|º)?\s*{_QUARTER}{_GAP}{_YEAR}",
    rf"{_YEAR}{_GAP}{_HALF}\s*(?P<half>[12])",
    rf"{_HALF}\s*(?P<half>[12]){_MARK}{_YEAR}",
    rf"(?P<half>[12])(?:\.|st|nd|er|e|º)?\s*{_HALF}{_GAP}{_YEAR}",
    rf"{_YEAR}{_GAP}{_WEEK}\s*(?P<week>\d{{1,2}})(?:-?(?P<day>[1-7]))?",
    rf"{_WEEK}\s*(?P<week>\d{{1,2}}){_MARK}{_YEAR}",
    rf"{_YEAR}[-:]?M(?P<month>0?[1-9]|1[0-2])",  # as statistical offices write it
)
_MONTHS_IN = {"quarter": 3, "half": 6, "month": 1}
# The longest period, "1. Quartal 2024" and the like.
_LONGEST = 24
# Years of two digits from here on are of the last century, as in C and in Python.
_PIVOT = 69


class _Period:
    """Shape of a period; matches like a pattern."""

    def fullmatch(self, cell: str) -> NamedDate | None:
        """Return the first day of the period that a cell is, or None."""
        if len(cell) > _LONGEST or not any(map(str.isalpha, cell)):  # fast, for most
            return None
        for form in _FORMS:
            found = form.fullmatch(cell)
            if found:
                return _first_day(found.groupdict())
        return None


#: A period such as 2024-Q1, 1Q24, H2 2024 or 2024-W05; it is read as its first day.
PERIOD = _Period()


def _first_day(parts: dict[str, str | None]) -> NamedDate | None:
    year = parts["year"]
    is_short = len(year) == 2
    if is_short:
        year = f"{'19' if int(year) >= _PIVOT else '20'}{year}"
    if parts.get("week"):
        day = int(parts.get("day") or 1)
        try:
            date = datetime.date.fromisocalendar(int(year), int(parts["week"]), day)
        except ValueError:  # such as week 54
            return None
        return NamedDate(date.isoformat(), is_short, False)
    unit = next(unit for unit in _MONTHS_IN if parts.get(unit))
    month = 1 + _MONTHS_IN[unit] * (int(parts[unit]) - 1)
    return NamedDate(f"{year}-{month:02d}-01", is_short, False)
