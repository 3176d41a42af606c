"""Text that holds numbers, but may mean something else: 1/8, <0.5, 10-20, 5.00 CR.

It is read only where the type number is chosen, and a notice offers that.
"""

import re
from collections.abc import Callable
from functools import partial

from skloss.table import cells
from skloss.table.quantities import Quantity, degrees, fraction, plain_number

__all__ = ["OFFERED"]

# Ranges are groups, such as those of ages; more different ones are telephone numbers.
_GROUPS = 20

_NUMBER = r"(?:[+−-]?[0-9][0-9.,]*)"
_UNIT = r"(?:\s?[^\W\d_]{1,6}|\s?%)?"
_UNDERSCORES = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)+(?:[.,][0-9]+)?")
_ACCOUNT = re.compile(rf"(?P<body>{_NUMBER})\s?(?P<side>CR|DR)\.?", re.IGNORECASE)
_BOUND = re.compile(
    rf"(?:(?:p\s?)?[<>≤≥~≈±]|[<>]=|"
    r"\+/-|ca?\.|ca|approx\.?|about|circa|up to|over|under)\s*"
    rf"(?P<body>{_NUMBER}){_UNIT}|(?P<more>{_NUMBER}){_UNIT}\s?\+",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER}){_UNIT}\s*(?:[-–—~]|\.\.+|to|bis|à|a|until)\s*"
    rf"(?P<high>{_NUMBER}){_UNIT}",
    re.IGNORECASE,
)
_INTERVAL = re.compile(  # as pandas.cut writes it
    rf"(?=\[.*\)|\(.*\])."  # both ends of one kind are a list or a pair
    rf"\s*(?P<low>{_NUMBER})\s*[,;]\s+(?P<high>{_NUMBER})\s*."
)
_ERROR = re.compile(
    rf"(?P<body>{_NUMBER})\s*(?:±|\+/-|\+-)\s*{_NUMBER}|"
    rf"(?P<mean>{_NUMBER})\s*\(\s*{_NUMBER}\s*\)"
)
_FOOTNOTE = re.compile(
    rf"(?P<body>{_NUMBER})(?:\s?(?:\*{{1,4}}|[†‡§¶#]|[¹²³⁴-⁹]|"
    r"[\[(][A-Za-z0-9*]{1,2}[\])])|\s[a-z]{1,2})"
)
_RATIO = re.compile(rf"({_NUMBER})\s?:\s?({_NUMBER})")
_CLOCK = re.compile(r"\d{1,3}:[0-5]\d(?:[.,]\d+)?")
_LAP = re.compile(r"(?:(?P<m>\d{1,3}):)?(?P<s>[0-5]?\d[.,]\d+)")
_AGE = re.compile(
    r"(?:(?P<y>\d{1,3})\s?(?:years?|yrs?|y|Jahre?|an(?:s)?|años|anni|anos)\.?,?\s*(?:and|und)?\s?)?"
    r"(?:(?P<m>\d{1,3})\s?(?:months?|mos?|mths?|m|Monate?|mois|meses|mesi)\.?)?",
    re.IGNORECASE,
)
# Up to 52 bits, which floats hold exactly.
_PREFIXED = {
    16: re.compile(r"0x[0-9a-f]{1,13}", re.IGNORECASE),
    2: re.compile(r"0b[01]{1,52}", re.IGNORECASE),
    8: re.compile(r"0o[0-7]{1,17}", re.IGNORECASE),
}
_FORTRAN = re.compile(r"(?P<body>[+-]?[0-9]+\.?[0-9]*)[dD](?P<power>[+-]?[0-9]{1,3})")
_RAISED_POINT = re.compile(r"[+−-]?[0-9]+·[0-9]+")  # of older British print
_ORDINAL = re.compile(
    r"(?P<body>[0-9]+)(?:st|nd|rd|th|er|re|ère|e|ème|º|ª|°|\.)", re.IGNORECASE
)
_BOOLEANS = {"true": 1.0, "false": 0.0}


def _is_fraction(cell: str) -> bool:
    return "/" in cell and fraction(cell, ".") is not None


def _body(pattern: re.Pattern, cell: str, decimal: str) -> float | None:
    """Return a plain number, or the one in a cell that has more than a number."""
    if cells.is_number(cell):
        return plain_number(cell, decimal)
    found = pattern.fullmatch(cell)
    body = found and next((part for part in found.groups() if part), None)
    return plain_number(body, decimal) if body else None


def _without_underscores(cell: str, decimal: str) -> float | None:
    if _UNDERSCORES.fullmatch(cell):
        return plain_number(cell.replace("_", ""), decimal)
    return plain_number(cell, decimal) if cells.is_number(cell) else None


def _balance(cell: str, decimal: str) -> float | None:
    found = _ACCOUNT.fullmatch(cell)
    body = _body(_ACCOUNT, cell, decimal)
    is_debit = found and found["side"].upper() == "DR"
    return -body if body is not None and is_debit else body


def _range(cell: str) -> re.Match | None:
    return _RANGE.fullmatch(cell) or _INTERVAL.fullmatch(cell)


def _middle(cell: str, decimal: str) -> float | None:
    found = _range(cell)
    if not found:
        return _body(_BOUND, cell, decimal)
    ends = [plain_number(found[end], decimal) for end in ("low", "high")]
    # 3-1 is a result.
    return None if None in ends or ends[0] >= ends[1] else sum(ends) / 2


def _are_groups(sample: list[str]) -> bool:
    return len(set(sample)) <= _GROUPS and any(map(_range, sample))


def _have_footnotes(sample: list[str]) -> bool:
    """Return whether some numbers have marks: after most of them, it is a unit."""
    marked = sum(_FOOTNOTE.fullmatch(cell) is not None for cell in sample)
    return 0 < marked <= len(sample) / 2


def _ratio(cell: str, decimal: str) -> float | None:
    found = _RATIO.fullmatch(cell)
    ends = [plain_number(part, decimal) for part in found.groups()] if found else []
    return (
        ends[0] / ends[1] if len(ends) == 2 and None not in ends and ends[1] else None
    )


def _are_ratios(sample: list[str]) -> bool:
    return not any(map(_CLOCK.fullmatch, sample))


def _prefixed(base: int, cell: str, decimal: str) -> float | None:
    return float(int(cell, base)) if _PREFIXED[base].fullmatch(cell) else None


def _lap(cell: str, decimal: str) -> float | None:
    """Return the seconds of a time such as 1:02.5, or of 58.3 among such times."""
    found = _LAP.fullmatch(cell)
    if not found:
        return None
    return 60.0 * int(found["m"] or 0) + float(found["s"].replace(",", "."))


def _years(cell: str, decimal: str) -> float | None:
    """Return the years of an age such as 2 years 3 months."""
    found = _AGE.fullmatch(cell)
    if not found or not (found["y"] or found["m"]):
        return None
    return int(found["y"] or 0) + int(found["m"] or 0) / 12


def _are_ages(sample: list[str]) -> bool:
    """Return whether years stand next to months: one unit alone may be dropped."""
    found = [_AGE.fullmatch(cell) for cell in sample]
    return any(one["y"] and one["m"] for one in found)


def _with_exponent(cell: str, decimal: str) -> float | None:
    found = _FORTRAN.fullmatch(cell)
    return float(f"{found['body']}e{found['power']}") if found else None


def _with_raised_point(cell: str, decimal: str) -> float | None:
    if _RAISED_POINT.fullmatch(cell):
        return plain_number(cell.replace("·", decimal), decimal)
    return plain_number(cell, decimal) if cells.is_number(cell) else None


def _zero_or_one(cell: str, decimal: str) -> float | None:
    return _BOOLEANS.get(cell.lower(), plain_number(cell, decimal))


def _any(fits: Callable[[str], object], sample: list[str]) -> bool:
    return any(map(fits, sample))


#: Ways to read such text; the first of those that fit most values is taken.
OFFERED = (
    Quantity("fractions were read as numbers", fraction, partial(_any, _is_fraction)),
    Quantity(
        "underscores between digits were dropped",
        _without_underscores,
        partial(_any, _UNDERSCORES.fullmatch),
    ),
    Quantity(
        "debits (DR) were read as negative numbers",
        _balance,
        partial(_any, _ACCOUNT.fullmatch),
    ),
    Quantity(
        "limits and approximate numbers were read as the number in them",
        partial(_body, _BOUND),
        partial(_any, _BOUND.fullmatch),
    ),
    Quantity(
        "errors of numbers were dropped",
        partial(_body, _ERROR),
        partial(_any, _ERROR.fullmatch),
    ),
    Quantity(
        "marks of footnotes were dropped",
        partial(_body, _FOOTNOTE),
        _have_footnotes,
    ),
    Quantity("ratios were read as quotients", _ratio, _are_ratios),
    Quantity(
        "minutes and seconds were read as seconds",
        _lap,
        partial(_any, lambda cell: ":" in cell),
    ),
    Quantity("years and months were read as years", _years, _are_ages),
    *(
        Quantity(
            f"{name} numbers were read as decimal ones", partial(_prefixed, b), bool
        )
        for b, name in ((16, "hexadecimal"), (2, "binary"), (8, "octal"))
    ),
    Quantity(
        "raised points were read as decimal marks",
        _with_raised_point,
        partial(_any, _RAISED_POINT.fullmatch),
    ),
    Quantity("D was read as the mark of an exponent", _with_exponent, bool),
    Quantity(
        "endings of ordinal numbers were dropped",
        partial(_body, _ORDINAL),
        partial(_any, _ORDINAL.fullmatch),
    ),
    Quantity(
        "true and false were read as 1 and 0",
        _zero_or_one,
        partial(_any, lambda cell: cell.lower() in _BOOLEANS),
    ),
    Quantity(
        "degrees were read as numbers, south and west being negative", degrees, bool
    ),
    Quantity(
        "ranges were read as their middle",
        _middle,
        _are_groups,
    ),
)
