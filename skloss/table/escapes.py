r"""Quotes that are escaped by a backslash (\") instead of being doubled."""

import re

__all__ = ["with_doubled_quotes"]

# A quoted value between delimiters. C:\ before a quote at its end is a path: there the
# value has no other end.
_VALUE = re.compile(
    rb'(?:(?<=[,;\t|\r\n])|\A)"(?:[^"\\\r\n]|\\[^\r\n])*"(?=[,;\t|\r\n]|\Z)'
)


def with_doubled_quotes(data: bytes) -> tuple[bytes, int]:
    r"""Return text whose escaped quotes are doubled, as the parser requires.

    Parameters
    ----------
    data : bytes
        In UTF-8.

    Returns
    -------
    bytes
    int
        Number of values with such quotes.
    """
    if rb"\"" not in data:
        return data, 0
    number = 0

    def doubled(value: re.Match) -> bytes:
        nonlocal number
        if rb"\"" not in value[0]:
            return value[0]
        number += 1
        inner = re.sub(rb"\\([\"\\])", rb"\1", value[0][1:-1])
        return b'"' + inner.replace(b'"', b'""') + b'"'

    return _VALUE.sub(doubled, data), number
