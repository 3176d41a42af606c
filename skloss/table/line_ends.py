"""Lines that end in other characters than a newline or a carriage return."""

__all__ = ["with_newlines"]

# In UTF-8, by their names in notices.
_ENDS = {
    b"\x0b": "vertical tabs",
    b"\x0c": "form feeds",
    b"\x1e": "record separators",
    b"\xc2\x85": "next-line characters",
    b"\xe2\x80\xa6": "next-line characters",  # 0x85, an ellipsis in Windows' encodings
    b"\xe2\x80\xa8": "line separators",
    b"\xe2\x80\xa9": "paragraph separators",
}


def with_newlines(data: bytes) -> tuple[bytes, str]:
    """Return a text whose lines end in newlines.

    Parameters
    ----------
    data : bytes
        Text in UTF-8.

    Returns
    -------
    bytes
        The same text, unless it has neither newlines nor carriage returns.
    str
        The name of the characters that were replaced, or "".
    """
    if b"\n" in data or b"\r" in data:
        return data, ""
    numbers = {end: data.count(end) for end in _ENDS}
    end = max(numbers, key=numbers.get)
    if numbers[end]:
        return data.replace(end, b"\n"), _ENDS[end]
    return data, ""
