"""Sentences on what was guessed about a table, for the person who loaded it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from skloss.table.column_notices import on_single_columns
from skloss.table.column_reading import ColumnReading
from skloss.table.decimal import DecimalMark
from skloss.table.delimiter import DELIMITERS, RARE_DELIMITERS
from skloss.table.encodings import ENCODINGS, damage, samples
from skloss.table.invisible import plain_text
from skloss.table.layout import Layout
from skloss.table.number_notices import on_numbers
from skloss.wording import columns, count, join, listed, quoted, shorten

__all__ = [
    "of_damage",
    "of_delimiter",
    "of_encoding",
    "of_escapes",
    "of_invisible",
    "of_layout",
    "of_line_ends",
    "of_sample",
    "of_stray_lines",
    "of_values",
]

_DELIMITERS = {
    **{" ": "a space", ":": "a colon", "~": "a tilde", "^": "a caret"},
    **{"\x01": "the control character 1 (Ctrl-A)", "\x1f": "a unit separator"},
}
# Those of other scripts, which are no delimiter of one byte.
_FOREIGN_MARKS = ("，", "；", "،", "؛", "、", "｜")
_SHOWN = 5  # lines that a notice names
# Marks that may stand between values although they were not guessed.
_OTHER_MARKS = (*DELIMITERS, *RARE_DELIMITERS, "/", "!", "#", "&", "*", "@")
_MARKS = {",": "a comma", ".": "a point", "'": "an apostrophe", "’": "an apostrophe"}


def of_encoding(data: bytes, encoding: str) -> list[str]:
    """Return the notice about an encoding that was guessed and is not Unicode."""
    if encoding.startswith("utf"):
        return []
    chosen, *others = samples(data, encoding).items() or [(encoding, "")]
    label = ENCODINGS.get(encoding, "Western European")
    text = f"The file is not UTF-8 and was read as {encoding} ({label})"
    text += f", as in {quoted(shorten(chosen[1], 20))}" if chosen[1] else ""
    text += "; if letters look wrong, override the encoding."
    if others:
        read = [f"{name} as {quoted(shorten(value, 20))}" for name, value in others]
        text += f" This value is read in {join(read)}."
    return [text]


def of_damage(data: bytes, encoding: str) -> list[str]:
    """Return the notice about bytes that are not UTF-8 in a file that is."""
    number, line = damage(data) if encoding in ("utf-8", "utf-8-sig") else (0, 0)
    if not number:
        return []
    verb, them = ("is", "it was") if number == 1 else ("are", "they were")
    return [
        f"{count(number, 'byte')} of the file {verb} not UTF-8, the first in line "
        f"{line:,}; {them} read as cp1252 (Western European)."
    ]


def of_line_ends(name: str) -> list[str]:
    """Return the notice about lines that end in unusual characters."""
    return [f"Lines that end in {name} were read as rows."] if name else []


def of_invisible(removed: Mapping[str, int]) -> list[str]:
    """Return the notice about characters without a width that were removed."""
    if not removed:
        return []
    number = sum(removed.values())
    return [
        f"{count(number, 'invisible character')} ({join(removed)}) "
        f"{'was' if number == 1 else 'were'} removed, so that values that look equal "
        "are equal."
    ]


def of_escapes(number: int) -> list[str]:
    """Return the notice about values with escaped quotes."""
    if not number:
        return []
    return [
        f'In {count(number, "value")}, \\" was read as a quote; read quotes as '
        "ordinary characters to keep the backslash."
    ]


def of_sample(kept: int, n_rows: int) -> str:
    """Return the notice about rows that are not used."""
    return (
        f"The file has {count(n_rows, 'row')}, of which a random sample of {kept:,} is "
        "used."
    )


def of_layout(layout: Layout, names: Sequence[str]) -> list[str]:
    """Return the notices about skipped lines and column names."""
    notices = []
    if layout.skipped:
        notices.append(
            f"{count(layout.skip_rows, 'line')} above the header "
            f"{'was' if layout.skip_rows == 1 else 'were'} skipped, beginning with "
            f"{quoted(layout.skipped[0])}."
        )
    if not layout.header:
        return [*notices, "The columns are named by their position, as requested."]
    if layout.header == 2:
        notices.append(
            "The names of the columns are joined from two lines, such as "
            f"{quoted(_first_joined(layout.names))}; pass header=True if the second "
            "line is a row of values."
        )
    stripped = [name.strip() for name in layout.names]
    written = [plain_text(name) for name in stripped]
    changed = [new for old, new in zip(stripped, written, strict=True) if old != new]
    renamed = [
        new for old, new in zip(written, names, strict=True) if old and old != new
    ]
    unnamed = [new for old, new in zip(written, names, strict=True) if not old]
    if changed:
        notices.append(
            "Column names were written with no-break spaces or separate accents, which "
            f"were replaced: {listed(changed)}."
        )
    if renamed:
        notices.append(f"Repeated column names got a number: {listed(renamed)}.")
    if unnamed:
        notices.append(f"Columns without a name are called {listed(unnamed)}.")
    return notices


def _first_joined(names: Sequence[str]) -> str:
    """Return the first name of several words, which is probably of two lines."""
    return next((name for name in names if " " in name), names[0])


def of_stray_lines(left_out: Mapping[int, str], totals: Mapping[int, str]) -> list[str]:
    """Return the notices about lines that are not, or may not be, rows of the table.

    Parameters
    ----------
    left_out : mapping of int to str
        Number and text of the lines that were left out.
    totals : mapping of int to str
        Those of lines that are named as totals, but kept.
    """
    notices = []
    if left_out:
        number = len(left_out)
        notices.append(
            f"{count(number, 'line')} {'was' if number == 1 else 'were'} left out as "
            "comments, units, notes or totals: "
            f"{join(_numbered(left_out), _SHOWN)}; skip_lines=() keeps "
            f"{'it' if number == 1 else 'them'}."
        )
    if totals:
        notices.append(
            f"The table ends with {join(_numbered(totals), _SHOWN)}; if these are "
            f"totals of the other rows, leave them out by skip_lines={list(totals)}."
        )
    return notices


def _numbered(lines: Mapping[int, str]) -> list[str]:
    return [
        f"line {number:,} ({quoted(shorten(text, 30))})"
        for number, text in lines.items()
    ]


def of_delimiter(layout: Layout, lines: Sequence[str]) -> list[str]:
    """Return the notice about a delimiter that was guessed and is rare or missing."""
    if layout.delimiter in RARE_DELIMITERS:
        return [
            f"The values are separated by {_DELIMITERS[layout.delimiter]}; override "
            "the delimiter if that is wrong."
        ]
    if len(layout.names) > 1:
        return []
    top = lines[layout.lines_above - 1] if layout.header else ""
    below = [row[0] for row in layout.rows if row]
    for mark in _OTHER_MARKS:
        n_split = sum(mark in cell.strip() for cell in below)
        if (mark in top.strip() or not layout.header) and n_split > len(below) / 2:
            return [
                "Only one column was found; if "
                f"{_DELIMITERS.get(mark, quoted(mark))} stands between the values, "
                "override the delimiter."
            ]
    for mark in _FOREIGN_MARKS:
        if mark in top and sum(mark in cell for cell in below) > len(below) / 2:
            return [
                f"Only one column was found; if {quoted(mark)} stands between the "
                "values, replace it by a comma in the file."
            ]
    return []


def of_values(
    decimal: DecimalMark,
    guessed: bool,
    readings: Mapping[str, ColumnReading],
    n_rows: int,
) -> list[str]:
    """Return the notices about numbers, dates and codes: each kind for all columns."""
    if n_rows == 0:
        return ["The table has a header and no rows."]
    return [
        *_on_decimal_mark(decimal, guessed, _noted(readings, "other_decimal")),
        *_on_signs(readings),
        *_on_codes(readings),
        *_on_notations(readings),
        *on_numbers(readings),
        *_on_dates(readings),
        *_on_spellings(readings),
        *_on_spaces(readings),
        *on_single_columns(readings),
    ]


def _noted(readings: Mapping[str, ColumnReading], kind: str) -> list[str]:
    """Return the names of the columns that have a note of one kind."""
    return [name for name, reading in readings.items() if kind in reading.notes]


def _on_decimal_mark(
    decimal: DecimalMark, guessed: bool, others: Sequence[str]
) -> Iterator[str]:
    if guessed and decimal.example:
        other, name = (".", "comma") if decimal.mark == "," else (",", "point")
        yield (
            f"Values such as {quoted(decimal.example)} are read with a decimal {name}; "
            f"if they are thousands, override the decimal mark with {quoted(other)}."
        )
    elif guessed and decimal.mark == ",":
        yield "Numbers are read with a decimal comma."
    if others:
        yield f"{columns(others)}: the decimal mark differs from the other columns."


def _on_signs(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about thousands marks, percent and currency signs."""
    by_mark: dict[str, list[str]] = {}
    for name in _noted(readings, "thousands"):
        by_mark.setdefault(readings[name].notes["thousands"], []).append(name)
    for mark, names in by_mark.items():
        yield (
            f"{columns(names)}: {_MARKS.get(mark, 'a space')} was read as the mark "
            "between thousands."
        )
    percent, currency = _noted(readings, "percent"), _noted(readings, "currency")
    if percent:
        yield f"{columns(percent)}: the percent sign was dropped, so 12% is 12."
    for name in _noted(readings, "some_percent"):
        some, total = readings[name].notes["some_percent"]
        yield (
            f"{columns([name])}: only {some:,} of {count(total, 'number')} "
            f"{'has' if some == 1 else 'have'} a percent sign; if the others are "
            "shares, such as 0.12, they differ from 12% by a factor of 100."
        )
    if currency:
        yield f"{columns(currency)}: the currency sign was dropped."
    for name in _noted(readings, "currencies"):
        signs = listed(readings[name].notes["currencies"])
        yield (
            f"{columns([name])} has amounts in {signs}, which were read in the same "
            f"way; write them in one currency."
        )


def _on_codes(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    codes = _noted(readings, "codes")
    if codes:
        yield (
            f"{columns(codes)}: numbers with leading zeros, or too long to be amounts, "
            "are kept as text."
        )


def _on_notations(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices about numbers that were written in a notation of their own."""
    for name, reading in readings.items():
        notes, column = reading.notes, columns([name])
        if "digits" in notes:
            yield (
                f"{column}: digits and signs of another script were read as 0 to 9 "
                f"and the like (the first value is {quoted(notes['digits'])}); give it "
                "the type text to keep them."
            )
        if "times" in notes:
            first, hours = notes["times"]
            yield (
                f"{column}: times were read as hours, so that {quoted(first)} is "
                f"{hours:.5g}; give it the type text to keep them."
            )
        if "accounts" in notes:
            first, value = notes["accounts"]
            yield (
                f"{column}: numbers in parentheses or before a minus sign were read as "
                f"negative, so that {quoted(first)} is {value:.5g}; give it the type "
                "text to keep them."
            )
        if "quantities" in notes:
            what, first, value = notes["quantities"]
            yield (
                f"{column}: {what}, so that {quoted(first)} is {value:.6g}; give it "
                "the type text to keep them."
            )
        if "formulas" in notes:
            yield (
                f"{column}: values written as a formula, such as "
                f"{quoted(notes['formulas'])}, were read as the text in it."
            )
        if "dropped_unit" in notes:
            number, unit = notes["dropped_unit"]
            yield (
                f"{column}: the unit {quoted(unit)} of {count(number, 'number')} was "
                "dropped."
            )


def _on_dates(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    ambiguous, in_utc = _noted(readings, "ambiguous"), _noted(readings, "in_utc")
    if ambiguous:
        dayfirst = readings[ambiguous[0]].notes["dayfirst"]
        order = "day/month/year" if dayfirst else "month/day/year"
        yield (
            f"{columns(ambiguous)}: days and months cannot be distinguished; read as "
            f"{order}. Override the order if that is wrong."
        )
    if in_utc:
        yield f"{columns(in_utc)}: times were converted to UTC."
    for name in _noted(readings, "without_day"):
        yield (
            f"{columns([name])}: periods without a day, such as "
            f"{quoted(readings[name].notes['without_day'])}, were read as their first "
            "day; give it the type text to keep them."
        )
    for name in _noted(readings, "short_years"):
        years = readings[name].values.dt.year
        yield (
            f"{columns([name])}: years of two digits were read as 1969 to 2068, here "
            f"{years.min():.0f} to {years.max():.0f}. If that is wrong, write them "
            "with four digits, or give the column the type text."
        )


def _on_spaces(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield a notice about values that were made equal to those that look equal."""
    names = _noted(readings, "spaces")
    if names:
        number = sum(readings[name].notes["spaces"] for name in names)
        yield (
            f"{columns(names)}: in {count(number, 'value')}, no-break spaces were "
            "replaced by spaces or accents joined to their letters, so that values "
            "that look equal are equal."
        )


def _on_spellings(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield a notice about spellings of missing values that may be categories."""
    names = _noted(readings, "spelled")
    if not names:
        return
    totals: Counter[str] = Counter()
    for name in names:
        totals.update(readings[name].notes["spelled"])
    number = totals.total()
    yield (
        f"{columns(names)}: {count(number, 'value')} written {listed(list(totals))} "
        f"{'is' if number == 1 else 'are'} read as missing; give a column the type "
        "text to keep them as a category."
    )
