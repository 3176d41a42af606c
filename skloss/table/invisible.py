"""Characters that cannot be seen: labels that look equal become equal."""

import re
import unicodedata
from collections import Counter

import pandas as pd

__all__ = ["plain_column", "plain_text", "without_invisible"]

#: Characters that have no width in any text, by their names in notices.
_NAMES = {
    "\u200b": "zero-width space",
    "\u2060": "word joiner",
    "\ufeff": "byte-order mark",
    "\u00ad": "soft hyphen",
    "\u061c": "direction mark",
    "\u180e": "vowel separator",
    **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e", "direction mark"),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", "direction mark"),
    **dict.fromkeys("\u200c\u200d", "zero-width joiner"),
}
_JOINERS = "\u200c\u200d"
# Joiners belong to Persian and Indic words and to emoji, where both neighbours are not
# ASCII.
_STRAY_JOINER = re.compile(
    rb"(?<=[\x00-\x7f])\xe2\x80[\x8c\x8d]|\xe2\x80[\x8c\x8d](?=[\x00-\x7f])"
)
# Their first bytes in UTF-8: most files have none of them, and a search is fast.
_STARTS = (b"\xe2\x80", b"\xe2\x81", b"\xc2\xad", b"\xef\xbb", b"\xd8\x9c", b"\xe1\xa0")
# NULs of fixed-length records and the end-of-file mark of DOS end lines and files;
# within a line, a control character may be a value or separate them.
_CONTROLS = re.compile(rb"[\x00\x1a]+(?=[\r\n]|\Z)")
_NO_BREAK = "[\u00a0\u2007\u202f]"


def without_invisible(data: bytes) -> tuple[bytes, dict[str, int]]:
    """Remove characters without a width.

    Parameters
    ----------
    data : bytes
        Text in UTF-8.

    Returns
    -------
    bytes
    dict of str to int
        How many characters of each kind were removed, by the name of the kind.
    """
    found: Counter[str] = Counter()
    if b"\x00" in data or b"\x1a" in data:
        kept = _CONTROLS.sub(b"", data)
        if len(kept) < len(data):
            found["control character"] = len(data) - len(kept)
        data = kept
    if data.isascii() or not any(start in data for start in _STARTS):
        return data, dict(found)
    for mark, name in _NAMES.items():
        if mark in _JOINERS:
            continue
        number = data.count(mark.encode())
        if number:
            found[name] += number
            data = data.replace(mark.encode(), b"")
    if any(joiner.encode() in data for joiner in _JOINERS):
        data, number = _STRAY_JOINER.subn(b"", data)
        found.update({_NAMES[_JOINERS[0]]: number} if number else {})
    return data, dict(found)


def plain_text(text: str) -> str:
    """Return text with plain spaces, and accents joined to their letters (NFC)."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", re.sub(_NO_BREAK, " ", text))


def plain_column(column: pd.Series) -> tuple[pd.Series, int]:
    """Return a column of text in plain form, and how many values changed.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series
    int
    """
    special = column.notna() & ~column.str.isascii().fillna(True)
    if not special.any():
        return column, 0
    before = column[special]
    after = before.map({value: plain_text(value) for value in before.unique()})
    changed = after != before
    if not changed.any():
        return column, 0
    column = column.copy()
    column[after.index] = after
    return column, int(changed.sum())
