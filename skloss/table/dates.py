"""Columns of text to dates, and the order of day and month."""

import re
from dataclasses import dataclass

import pandas as pd

from skloss.table import cells
from skloss.table.east_asian_dates import EAST_ASIAN_DATE
from skloss.table.month_names import MONTH_OF_YEAR, NAMED_MONTH
from skloss.table.periods import PERIOD

__all__ = ["DateReading", "counted_dates", "read_dates"]

# The first values of a column, from which its format is taken.
_SAMPLE = 100
# In the cells of a header, a month or quarter of a year is a name, and not a date.
_WITHOUT_DAY = (MONTH_OF_YEAR, PERIOD)
_SHAPES = (*cells.DATES, *_WITHOUT_DAY)

_CLOCK = re.compile(
    r".*?\d[T ](?P<clock>\d{1,2}:\d{2})(?P<seconds>:\d{2})?(?P<fraction>\.\d+)?"
    r"(?P<half>\s?[ap]m)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DateReading:
    """The dates of a column of text.

    Attributes
    ----------
    values : Series or None
        Dates without a time zone; None if some value is not a date.
    dayfirst : bool or None
        The order of day and month, where the format leaves it open; None for other
        formats.
    ambiguous : bool
        Whether the other order would have fitted as well.
    in_utc : bool
        Whether times with a zone were converted to UTC.
    short_years : bool
        Whether years have two digits, which stand for 1969 to 2068.
    without_day : str
        The first value that is a month, quarter or week of a year, read as its first
        day, or "".
    """

    values: pd.Series | None
    dayfirst: bool | None = None
    ambiguous: bool = False
    in_utc: bool = False
    short_years: bool = False
    without_day: str = ""

    @property
    def n_read(self) -> int:
        """Number of values that are dates."""
        return _n_dates(self.values)


def read_dates(
    text: pd.Series, dayfirst: bool | None, otherwise: bool, coerce: bool = False
) -> DateReading:
    """Turn text into dates if all of it is dates in one format.

    Parameters
    ----------
    text : Series of str
        Without surrounding spaces; missing values are missing.
    dayfirst : bool or None
        Whether 3/4/2024 is the third of April; None derives it from the values.
    otherwise : bool
        The order where the values fit both.
    coerce : bool
        Make values that are not dates in the most frequent format missing, instead of
        returning None.
    """
    known = text.dropna()
    sample = known.iloc[:_SAMPLE]
    shapes = [p for p in _SHAPES if sample.map(p.fullmatch).any()]
    if coerce and not shapes:  # the first values may all be others
        shapes = [p for p in _SHAPES if known.map(p.fullmatch).any()]
    readings = []
    for shape in shapes:
        example = next(v for v in known if shape.fullmatch(v))
        if shape is cells.DAY_OR_MONTH_FIRST:
            reading = _in_either_order(text, example, dayfirst, otherwise, coerce)
        elif shape is cells.ISO_DATE:
            reading = _iso(text, coerce)
        elif shape in (NAMED_MONTH, EAST_ASIAN_DATE, *_WITHOUT_DAY):
            reading = _named(text, shape, coerce)
        else:
            form = f"%Y{example[4]}%m{example[4]}%d{_clock_format(example)}"
            reading = DateReading(_parsed(text, form, coerce))
        if reading.values is not None and not coerce:
            return reading
        readings.append(reading)
    if coerce and not readings:  # digits alone are dates only where that was chosen
        readings = [DateReading(_of_digits(text))]
    return max(readings, key=lambda r: r.n_read, default=DateReading(None))


def _of_digits(text: pd.Series) -> pd.Series | None:
    """Read 20240131, 2024 (its first day), Unix times and the day numbers of Excel."""
    for digits, form in ((8, "%Y%m%d"), (4, "%Y")):
        fitting = text.where(text.str.fullmatch(f"[0-9]{{{digits}}}").fillna(False))
        dates = _parsed(fitting, form, coerce=True)
        if dates is not None:
            return dates
    counted = text.where(text.str.fullmatch(r"[0-9]{5,19}(\.[0-9]+)?").fillna(False))
    dates = counted_dates(pd.to_numeric(counted))
    return dates if dates.notna().any() else None


def counted_dates(numbers: pd.Series) -> pd.Series:
    """Return dates that are counted from a first one; NaT for other numbers.

    Seconds, milliseconds, microseconds and nanoseconds since 1970 are distinguished by
    their size, which is that of times from 2001 on. Numbers of five digits are days as
    Excel counts them.

    Parameters
    ----------
    numbers : Series of float or int
    """
    dates = pd.Series(pd.NaT, index=numbers.index, dtype="datetime64[us]")
    scales = [("D", 1e4, 1e5, "1899-12-30")]
    scales += [
        (unit, 1e9 * scale, 4.2e9 * scale, "unix")
        for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6), ("ns", 1e9))
    ]
    for unit, low, high, origin in scales:
        fits = (numbers >= low) & (numbers < high)
        if fits.any():
            read = pd.to_datetime(numbers[fits], unit=unit, origin=origin)
            dates[fits] = read.astype("datetime64[us]")
    return dates


def _in_either_order(text, example, dayfirst, otherwise, coerce) -> DateReading:
    """Read dates such as 3/4/2024 in the given order, or in the one that fits."""
    mark = re.search(r"[/.\-]", example)[0]
    year = "%Y" if re.match(r"\d{1,2}\D\d{1,2}\D\d{4}", example) else "%y"
    clock = _clock_format(example)
    formats = {
        True: f"%d{mark}%m{mark}{year}{clock}",
        False: f"%m{mark}%d{mark}{year}{clock}",
    }
    short = year == "%y"
    if dayfirst is not None:
        values = _parsed(text, formats[dayfirst], coerce)
        return DateReading(values, dayfirst, short_years=short)
    read = {order: _parsed(text, formats[order], coerce) for order in formats}
    n_read = {order: _n_dates(values) for order, values in read.items()}
    fitting = [order for order, n in n_read.items() if n and n == max(n_read.values())]
    if not fitting:
        return DateReading(None, otherwise)
    if len(fitting) == 1 or read[True].equals(read[False]):
        order = fitting[0]
        return DateReading(read[order], order, short_years=short)
    # Tables are often sorted by date, which only the right order shows. Points
    # between day and month are written where the day comes first.
    steady = [order for order in fitting if _is_sorted(read[order])]
    order = otherwise if "." not in mark else True
    order = steady[0] if len(steady) == 1 else order
    return DateReading(read[order], order, ambiguous=True, short_years=short)


def _n_dates(values: pd.Series | None) -> int:
    return 0 if values is None else int(values.notna().sum())


def _is_sorted(dates: pd.Series) -> bool:
    """Return whether dates ascend or descend; two of them always do one of both."""
    known = dates.dropna()
    several = known.nunique() > 2
    return several and (known.is_monotonic_increasing or known.is_monotonic_decreasing)


def _iso(text: pd.Series, coerce: bool) -> DateReading:
    """Read dates such as 2024-01-31, with or without times and zones."""
    zoned = text.str.contains(r":\d{2}(?:[.,]\d+)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)$")
    in_utc = bool(zoned.fillna(False).any())
    values = _parsed(text, "ISO8601", coerce, utc=in_utc)
    if values is None:  # 2024-1-5
        values = _parsed(text, "%Y-%m-%d", coerce)
    months = text[text.str.fullmatch(r"[0-9]{4}-[0-9]{1,2}").fillna(False)]
    month = months.iloc[0] if len(months) else ""
    return DateReading(values, in_utc=in_utc, without_day=month)


def _named(text: pd.Series, shape, coerce: bool) -> DateReading:
    """Read dates with words in them, or periods, in any language and order."""
    found = {value: shape.fullmatch(value) for value in text.dropna().unique()}
    dates = {value: date for value, date in found.items() if date}
    if len(dates) < len(found) and not coerce:
        return DateReading(None)
    written = text.map({value: date.iso for value, date in dates.items()})
    in_utc = any(date.has_zone for date in dates.values())
    return DateReading(
        _parsed(written, "ISO8601", coerce, utc=in_utc),
        in_utc=in_utc,
        short_years=any(date.has_short_year for date in dates.values()),
        without_day=next(iter(dates), "") if shape in _WITHOUT_DAY else "",
    )


def _clock_format(example: str) -> str:
    """Return the strptime format of the time in a date, its separator included."""
    found = _CLOCK.fullmatch(example)
    if not found:
        return ""
    half = found["half"]
    seconds = "%S" if found["seconds"] else ""
    clock = ("%I:%M" if half else "%H:%M") + (":" + seconds if seconds else "")
    clock += ".%f" if found["fraction"] else ""
    clock += "" if not half else (" %p" if half[0].isspace() else "%p")
    return ("T" if "T" in example[:12] else " ") + clock


def _parsed(text: pd.Series, form: str, coerce: bool, **options) -> pd.Series | None:
    """Return dates in one format, or None if a value is not one (coerce: if all)."""
    dates = pd.to_datetime(text, format=form, errors="coerce", **options)
    if not coerce and (dates.isna() & text.notna()).any():
        return None
    if coerce and dates.isna().all():
        return None
    return dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
