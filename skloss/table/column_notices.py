"""Sentences on single columns: what was made missing, or was not converted."""

from collections.abc import Callable, Iterator, Mapping

from skloss.table.column_reading import ColumnReading
from skloss.wording import columns, count, listed, quoted, shorten

__all__ = ["on_single_columns"]


def on_single_columns(readings: Mapping[str, ColumnReading]) -> Iterator[str]:
    """Yield notices that name values: what was made missing, or was not converted."""
    for name, reading in readings.items():
        for kind, sentence in _SENTENCES.items():
            if kind in reading.notes:
                yield sentence(columns([name]), reading.notes[kind], reading.type)


def _lost(column: str, note: tuple, kind: str | None) -> str:
    number, first = note
    verb = "is" if number == 1 else "are"
    return (
        f"{column}: {count(number, 'value')} could not be read as a {kind} and {verb} "
        f"missing; the first is {quoted(first)}."
    )


def _rounded(column: str, note: tuple, kind: str | None) -> str:
    number, first = note
    return (
        f"{column}: {count(number, 'whole number')} beyond 2^53, such as "
        f"{quoted(first)}, lost the last digits; give it the type text to keep them."
    )


def _vanished(column: str, note: tuple, kind: str | None) -> str:
    number, first = note
    return (
        f"{column}: {count(number, 'number')} below 1e-323, such as "
        f"{quoted(shorten(first, 20))}, became 0; give it the type text to keep "
        f"{'it' if number == 1 else 'them'}."
    )


def _mostly(noun: str, cure: str) -> Callable[[str, tuple, str | None], str]:
    """Return the sentence about a column of which most values are of one kind."""

    def sentence(column: str, note: tuple, kind: str | None) -> str:
        fitting, others, first = note
        return (
            f"{column} holds {count(fitting, noun)} and {count(others, 'other value')} "
            f"(the first is {quoted(first)}), so it is read as text; give it the type "
            f"{cure} the others missing."
        )

    return sentence


def _mixed_numbers(column: str, note: bool, kind: str | None) -> str:
    return (
        f"{column} holds numbers with different decimal marks or marks between "
        "thousands, so it is read as text; give it the type number to take the most "
        "frequent notation and make the others missing."
    )


def _unit(column: str, note: tuple, kind: str | None) -> str:
    number, unit, first = note
    return (
        f"{column} holds {count(number, 'number')} with the unit {quoted(unit)} (the "
        f"first is {quoted(first)}), so it is read as text; give it the type number to "
        "drop the unit."
    )


def _units(column: str, note: tuple, kind: str | None) -> str:
    number, units, first = note
    return (
        f"{column} holds {count(number, 'number')} with the units {listed(units)} (the "
        f"first is {quoted(first)}), so it is read as text; write the numbers in one "
        "unit to use them."
    )


def _offered(column: str, note: tuple, kind: str | None) -> str:
    first, value, n_others, other = note
    others = ""
    if n_others:
        others = (
            f" and to make {count(n_others, 'other value')} missing (the first is "
            f"{quoted(other)})"
        )
    return (
        f"{column} is read as text because of values such as {quoted(first)}; give it "
        f"the type number to read that as {value:.6g}{others}."
    )


def _not_dates(column: str, note: bool, kind: str | None) -> str:
    if kind is None:
        return (
            f"{column} looks like dates, but not every value is a date in the same "
            "format, so it is read as text."
        )
    return (
        f"{column}: the type date was chosen, but not one value is a date, such as "
        "2024-01-31, so it is kept as text."
    )


def _mostly_dates(column: str, note: tuple, kind: str | None) -> str:
    dates, others, first = note
    return (
        f"{column} looks like dates, but holds {count(dates, 'date')} in the same "
        f"format and {count(others, 'other value')} (the first is {quoted(first)}), so "
        "it is read as text; give it the type date to make the others missing."
    )


def _zones(column: str, note: tuple, kind: str | None) -> str:
    return (
        f"{column} looks like times with the name of a zone, such as "
        f"{quoted(note[0])}, so it is read as text; write the zone as its distance "
        "to UTC, such as +01:00, or remove it."
    )


_SENTENCES: dict[str, Callable[[str, tuple, str | None], str]] = {
    "lost": _lost,
    "rounded": _rounded,
    "vanished": _vanished,
    "mostly_numbers": _mostly("number", "number to make"),
    "mostly_times": _mostly("time", "number to read hours and to make"),
    "mostly_quantities": _mostly("measurement", "number to read them and to make"),
    "mixed_numbers": _mixed_numbers,
    "offered": _offered,
    "unit": _unit,
    "units": _units,
    "zones": _zones,
    "not_dates": _not_dates,
    "mostly_dates": _mostly_dates,
}
