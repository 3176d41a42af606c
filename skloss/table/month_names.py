"""Dates with the name of a month, in English and other Western European languages."""

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["MONTH_OF_YEAR", "NAMED_MONTH", "NamedDate"]

_MONTHS = (
    "january february march april may june july august september october november "
    "december",
    "januar februar märz april mai juni juli august september oktober november "
    "dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
    "novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "januari februari maart april mei juni juli augustus september oktober november "
    "december",
    "januari februari mars april maj juni juli augusti september oktober november "
    "december",
    "januar februar mars april mai juni juli august september oktober november "
    "desember",
)
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miercoles jueves viernes sabado domingo "
    "lunedi martedi mercoledi giovedi venerdi sabato domenica "
    "segunda terca quarta quinta sexta "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
).split()
# The shortest abbreviation of a month: jan, ago, dez.
_SHORTEST = 3
_LETTERS = re.compile(r"[^\W\d_]{3}")
# More than the longest date with its weekday, time and zone.
_LONGEST = 60
# Years of two digits from here on are of the last century, as in C and in Python.
_PIVOT = 69


def _plain(word: str) -> str:
    """Return a word in lower case without accents."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(one for one in letters if not unicodedata.combining(one))


def _numbers_of_months() -> dict[str, int]:
    """Return the number of a month by each beginning of its names that is unique.

    "jui" is left out: June and July in French.
    """
    found: dict[str, set[int]] = {"mrt": {3}, "maerz": {3}, "mrz": {3}, "juil": {7}}
    for names in _MONTHS:
        for number, name in enumerate(_plain(names).split(), 1):
            for end in range(min(_SHORTEST, len(name)), len(name) + 1):
                found.setdefault(name[:end], set()).add(number)
    return {name: min(months) for name, months in found.items() if len(months) == 1}


_NUMBERS = _numbers_of_months()

_DAY = r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|ème|º|ª)?"
_MONTH = r"(?P<month>[^\W\d_]{3,11})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{2,12})(?:-feira)?\.?,?\s+)?"
_GAP = r"(?:\s*[-/.,]\s*|\s+(?:(?:de|del|of)\s+)?|)"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d+)?))?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?(?:\s?(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2}))?"
)
_CLOCK = rf"(?:(?:[T:]|,?\s+(?:at\s+)?){_TIME})?"


def compiled(*forms: str) -> list[re.Pattern]:
    """Return patterns that match capital and small letters alike."""
    return [re.compile(form, re.IGNORECASE) for form in forms]


_FORMS = compiled(
    rf"{_WEEKDAY}{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}{_MONTH}[-/.\s]\s*{_DAY}(?:,\s*|[-/]|\s+){_YEAR}{_CLOCK}",
    rf"(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}{_CLOCK}",
    rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_TIME}\s+(?P<year>\d{{4}})",  # of Unix
)
_MONTHS_OF_YEARS = compiled(
    # "May 24" may be a day.
    rf"{_MONTH}(?:\s*[-/,]\s*|\s+(?:(?:de|del|of)\s+)?)(?P<year>\d{{4}}|'\d{{2}})",
    rf"{_MONTH}[-/](?P<year>\d{{2}})",
    rf"(?P<year>\d{{4}})[-/\s]{_MONTH}",
)


@dataclass(frozen=True)
class NamedDate:
    """A date that was written with the name of its month.

    Attributes
    ----------
    iso : str
        Such as 2024-01-31 or 2024-01-31T10:30:00+01:00; not checked for days that a
        month does not have.
    has_short_year : bool
    has_zone : bool
    """

    iso: str
    has_short_year: bool
    has_zone: bool


class _Shape:
    """Shapes of a date with the name of a month; matches like a pattern."""

    def __init__(self, forms: list[re.Pattern]):
        self._forms = forms

    def fullmatch(self, cell: str) -> NamedDate | None:
        """Return the date that a cell is, or None."""
        if len(cell) > _LONGEST or not _LETTERS.search(cell):  # fast, for most cells
            return None
        for form in self._forms:
            found = form.fullmatch(cell)
            date = _date(found.groupdict()) if found else None
            if date is not None:
                return date
        return None


#: A day, such as 3 March 2024, 3. März 2024 or Mar 3, 2024 10:30 AM.
NAMED_MONTH = _Shape(_FORMS)
#: A month without a day, such as Mar 2024; it is read as its first day.
MONTH_OF_YEAR = _Shape(_MONTHS_OF_YEARS)


def _date(parts: dict[str, str | None]) -> NamedDate | None:
    """Return the date of its parts, or None if a word is not a month or weekday."""
    month = _NUMBERS.get(_plain(parts["month"]))
    weekday = parts.get("weekday")
    if month is None or (weekday and not _is_weekday(weekday)):
        return None
    year = parts["year"].lstrip("'")
    is_short = len(year) == 2
    if is_short:
        year = f"{'19' if int(year) >= _PIVOT else '20'}{year}"
    iso = f"{year}-{month:02d}-{int(parts.get('day') or 1):02d}"
    zone = parts.get("zone")
    if parts.get("hour"):
        iso += _clock(parts) + _offset(zone)
    return NamedDate(iso, is_short, bool(zone))


def _is_weekday(word: str) -> bool:
    plain = _plain(word)
    return any(name.startswith(plain) for name in _WEEKDAYS)


def _clock(parts: dict[str, str | None]) -> str:
    hour, half = int(parts["hour"]), (parts["half"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    second = (parts["second"] or "00").replace(",", ".")
    return f"T{hour:02d}:{parts['minute']}:{second}"


def _offset(zone: str | None) -> str:
    if zone is None:
        return ""
    return "Z" if zone.upper() in ("Z", "GMT", "UTC") else zone
