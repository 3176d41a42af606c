"""Dates of China, Japan and Korea: 2024年1月31日, 令和6年1月31日, 2024년 1월 31일."""

import re

from skloss.table.month_names import NamedDate

__all__ = ["EAST_ASIAN_DATE"]

# The year before the first one of each era that is in use, or was in living memory.
_ERAS = {
    **{"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911},
    **{"民國": 1911, "民国": 1911},
}
_FORM = re.compile(
    rf"(?:(?P<era>{'|'.join(_ERAS)})\s?)?(?P<year>[0-9]{{1,4}}|元)\s?[年년]\s?"
    r"(?P<month>[0-9]{1,2})\s?[月월]\s?(?P<day>[0-9]{1,2})\s?[日號号일]"
    r"(?:\s?[(（]?(?:[月火水木金土日월화수목금토일]|星期[一二三四五六日天])[)）]?)?"
    r"(?:\s?(?P<hour>[0-9]{1,2})\s?[:時时시]\s?(?P<minute>[0-9]{2})\s?[分분]?)?"
)
_DIGITS_OF_YEAR = 4
# More than the longest date with its era, weekday and time.
_LONGEST = 40


class _EastAsianDate:
    """Shape of a date; matches like a pattern."""

    def fullmatch(self, cell: str) -> NamedDate | None:
        """Return the date that a cell is, or None."""
        if cell.isascii() or len(cell) > _LONGEST:  # fast, for most cells
            return None
        found = _FORM.fullmatch(cell)
        if not found:
            return None
        era, year = found["era"], found["year"]
        if era is None and len(year) != _DIGITS_OF_YEAR:
            return None
        number = _ERAS.get(era, 0) + (1 if year == "元" else int(year))
        iso = f"{number:04d}-{int(found['month']):02d}-{int(found['day']):02d}"
        if found["hour"]:
            iso += f"T{int(found['hour']):02d}:{found['minute']}"
        return NamedDate(iso, False, False)


#: A day in numbers with the words for year, month and day, which may have an era.
EAST_ASIAN_DATE = _EastAsianDate()
