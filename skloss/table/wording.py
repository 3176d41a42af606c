"""How column names and rows are spoken of. Names are untrusted text."""

from collections.abc import Sequence


def quoted(value: object, length: int = 40) -> str:
    """Return a name or a cell in quotation marks, on one line and shortened."""
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= length else text[: length - 1] + '…'}”"


def listed(names: Sequence[object], at_most: int = 5) -> str:
    """Join names for a sentence: “a”, “b” and 3 more.

    Examples
    --------
    >>> listed(["a", "b"])
    '“a” and “b”'
    """
    shown = [quoted(name) for name in names[:at_most]]
    more = len(names) - len(shown)
    shown += [f"{more:,} more"] if more else []
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def columns(names: Sequence[object]) -> str:
    """Begin a sentence about columns: Column “a”, or Columns “a” and “b”."""
    return f"Column{'' if len(names) == 1 else 's'} {listed(names)}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: 1 row, 1,204 rows."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
