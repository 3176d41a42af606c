"""The bytes of a source: content, a path or a file object."""

import os
import re
from pathlib import Path
from typing import Any

from skloss.table.errors import TableError

__all__ = ["content_of"]

_ADDRESS = re.compile(r"[a-z0-9+]{2,10}://", re.IGNORECASE)


def content_of(source: Any, max_bytes: int | None) -> bytes:
    """Return the bytes of a source; raise a TableError beyond `max_bytes`."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif hasattr(source, "read"):
        data = source.read() if max_bytes is None else source.read(max_bytes + 1)
        data = data.encode() if isinstance(data, str) else bytes(data)
    elif isinstance(source, (str, os.PathLike)):
        if isinstance(source, str) and "\n" in source:
            # Otherwise a long text would be an OSError about the name of a file.
            raise TypeError(
                "A str is taken as a path; pass the content of a CSV as bytes, such as "
                "text.encode()."
            )
        if isinstance(source, str) and _ADDRESS.match(source):
            raise TypeError(
                f"{source!r} is an address, which is not read; download the file, or "
                "pass urllib.request.urlopen(address)."
            )
        _check_size(Path(source).stat().st_size, max_bytes)
        data = Path(source).read_bytes()
    else:
        raise TypeError(
            "source must be bytes, a path or a file object, not "
            f"{type(source).__name__}."
        )
    _check_size(len(data), max_bytes)
    return data


def _check_size(size: int, max_bytes: int | None) -> None:
    if max_bytes is not None and size > max_bytes:
        raise TableError(
            f"This file is larger than the limit of {max_bytes / 2**20:,.6g} MB; take "
            "a sample of its rows."
        )
