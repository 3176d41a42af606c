"""From bytes to UTF-8 text: guess the encoding, refuse what is not text."""

import codecs
import re
import unicodedata

from skloss.table.encodings import damage, guess_encoding
from skloss.table.errors import TableError
from skloss.table.text_formats import SAVE_AS, sentence_on_format

__all__ = ["CURRENCY_AT_BACKSLASH", "check_format", "check_text", "to_utf8"]

_EXCEL = f"This is an Excel workbook, not a CSV. {SAVE_AS}"
_ARCHIVE = "Unpack it and load the CSV inside."

# First bytes of formats that people upload by mistake.
_SIGNATURES = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _EXCEL,
    b"\x1f\x8b": f"This is a gzip archive, not a CSV. {_ARCHIVE}",
    b"BZh": f"This is a bzip2 archive, not a CSV. {_ARCHIVE}",
    b"\xfd7zXZ\x00": f"This is an xz archive, not a CSV. {_ARCHIVE}",
    b"\x28\xb5\x2f\xfd": f"This is a zstd archive, not a CSV. {_ARCHIVE}",
    b"7z\xbc\xaf\x27\x1c": f"This is a 7z archive, not a CSV. {_ARCHIVE}",
    b"Rar!": f"This is a rar archive, not a CSV. {_ARCHIVE}",
    b"%PDF": f"This is a PDF document, not a CSV. {SAVE_AS}",
    b"{\\rtf": f"This is a rich-text document, not a CSV. {SAVE_AS}",
    b"PAR1": f"This is a Parquet file, not a CSV. {SAVE_AS}",
    b"ARROW1": f"This is an Arrow file, not a CSV. {SAVE_AS}",
    b"FEA1": f"This is a Feather file, not a CSV. {SAVE_AS}",
    b"SQLite format 3": f"This is an SQLite database, not a CSV. {SAVE_AS}",
    b"\x89HDF": f"This is an HDF5 file, not a CSV. {SAVE_AS}",
    b"\x93NUMPY": f"This is a NumPy file, not a CSV. {SAVE_AS}",
    b"$FL2": f"This is an SPSS file, not a CSV. {SAVE_AS}",
    b"<stata_dta>": f"This is a Stata file, not a CSV. {SAVE_AS}",
    b"HEADER RECORD*******": f"This is a SAS transport file, not a CSV. {SAVE_AS}",
    b"%!PS": f"This is a PostScript document, not a CSV. {SAVE_AS}",
}
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# The beginning of a file shows its format; more would only take longer. A file is
# checked in chunks, so that a large one is not copied as a whole.
_HEAD = 1 << 14
_CHUNK = 1 << 22
# The bytes between which ISO-2022-JP writes Japanese, in seven bits.
_SHIFT_TO_KANJI = re.compile(rb"\x1b\$[@B].+?\x1b\([BJ]", re.DOTALL)
#: Signs that are shown where a codec has a backslash.
CURRENCY_AT_BACKSLASH = {
    **dict.fromkeys(("cp932", "shift_jis", "euc_jp", "iso2022_jp"), "¥"),
    **dict.fromkeys(("cp949", "euc_kr"), "₩"),
}
# Before a number, at the beginning of a cell: elsewhere it may be that of a path.
_BACKSLASH_OF_AMOUNT = re.compile(r"(?<![^,;|\t\n\r\" +-])\\(?=[0-9])")
# Those that end lines or may separate values are no noise.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\0\x01\x1e\x1f"))
# Bytes that are not UTF-8 in a file that is, as Python escapes them; most editors that
# are not set to UTF-8 write this encoding.
_DAMAGED = re.compile("[\udc80-\udcff]+")
_OF_DAMAGE = "cp1252"


def check_format(data: bytes) -> None:
    """Raise a TableError that names the format, if `data` is of a known other one."""
    head = data[:_HEAD]
    for signature, sentence in _SIGNATURES.items():
        if head.startswith(signature):
            raise TableError(sentence)
    if head.startswith(b"PK\x03\x04"):
        raise TableError(_sentence_for_zip(head))
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        raise TableError("This is an image, not a CSV. Load the table itself.")


def _sentence_for_zip(head: bytes) -> str:
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return _EXCEL
    if b"opendocument.spreadsheet" in head:
        return f"This is an OpenDocument spreadsheet, not a CSV. {SAVE_AS}"
    return (
        "This is a zip archive, as Excel workbooks are too, and not a CSV. Unpack it, "
        "or save the sheet as CSV, and load that."
    )


def check_text(data: bytes) -> None:
    """Raise a TableError for UTF-8 text that is empty, of another format or noise."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head and not data.strip():
        raise TableError(
            "This file is empty. Load a file with a header and rows of values."
        )
    sentence = sentence_on_format(head)
    if sentence:
        raise TableError(sentence)
    # A few stray bytes do not make a table unreadable; 2% of control characters or
    # 10% of NULs are not text, in short files at least five of them.
    noise = len(head) - len(head.translate(None, _CONTROLS))
    nuls = head.count(0)
    if noise > max(4, 0.02 * len(head)) or nuls > max(4, 0.1 * len(head)):
        raise TableError(f"This is not a text file, so it is not a CSV. {SAVE_AS}")


def to_utf8(data: bytes, encoding: str | None) -> tuple[bytes, str]:
    """Return the same text in UTF-8 without a byte-order mark, and its encoding.

    Line ends that are all carriage returns become newlines.

    Parameters
    ----------
    data : bytes
    encoding : str or None
        None guesses it: a byte-order mark, the zeros of UTF-16, UTF-8, else the
        encoding in which the letters look most natural.

    Raises
    ------
    TableError
        If the encoding is unknown or the text cannot be decoded with it.
    """
    if encoding is None:
        encoding = _guess(data)
    text = _recoded(data, encoding)
    # pandas misreads an empty first cell after the line ends of old Macs.
    return text if b"\n" in text else text.replace(b"\r", b"\n"), encoding


def _recoded(data: bytes, encoding: str) -> bytes:
    """Return the text in UTF-8 without a byte-order mark."""
    try:
        codec = codecs.lookup(encoding).name
        "".encode(codec)
    except LookupError as error:
        raise TableError(
            f"There is no encoding named {encoding!r}; try utf-8, utf-16 or cp1252."
        ) from error
    try:
        if codec in ("utf-8", "utf-8-sig") and damage(data)[0]:
            return _repaired(data).removeprefix(codecs.BOM_UTF8)
        if codec in ("utf-8", "utf-8-sig", "ascii"):
            _check(data, codec)
            return data.removeprefix(codecs.BOM_UTF8)
        text = data.decode(codec).removeprefix("\ufeff")
        if codec == "cp1258":  # which has the tones of Vietnamese as separate marks
            text = unicodedata.normalize("NFC", text)
        if codec in CURRENCY_AT_BACKSLASH:
            text = _BACKSLASH_OF_AMOUNT.sub(CURRENCY_AT_BACKSLASH[codec], text)
        return text.encode()
    except UnicodeError as error:
        raise TableError(
            f"This file is not in the encoding {encoding}. Choose another, such as "
            "utf-8, utf-16 or cp1252."
        ) from error


def _repaired(data: bytes) -> bytes:
    """Return UTF-8 whose damaged bytes, one by one, are those of Western European."""
    text = data.decode("utf-8", "surrogateescape")
    return _DAMAGED.sub(_as_western, text).encode()


def _as_western(found: re.Match[str]) -> str:
    damaged = found[0].encode("utf-8", "surrogateescape")
    return damaged.decode(_OF_DAMAGE, "replace")


def _guess(data: bytes) -> str:
    """Return the encoding by its mark, the zeros of UTF-16, or what can be decoded."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return encoding
    found = _utf_16(data[: _HEAD // 2 * 2])
    if found:
        return found
    if data.isascii() and _SHIFT_TO_KANJI.search(data):
        return "iso2022_jp"
    try:
        _check(data, "utf-8")
    except UnicodeDecodeError:
        return "utf-8" if damage(data)[0] else guess_encoding(data)
    return "utf-8"


def _utf_16(head: bytes) -> str | None:
    """Return the encoding if every second byte shows that it is UTF-16."""
    pairs = max(len(head) // 2, 1)
    even, odd = head[::2].count(0), head[1::2].count(0)
    # Every second byte of Western text is 0. Some letters, such as €, have two other
    # bytes, so that a share of 60% suffices.
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.6 * pairs and others < 0.1 * pairs:
            return encoding
        # Of other scripts only digits, commas and ends of lines have a 0, all at the
        # same place: of a table, at least one character in twenty.
        if zeros > 0.05 * pairs and not others and _is_decoded(head, encoding):
            return encoding
    return None


def _is_decoded(head: bytes, encoding: str) -> bool:
    try:
        return "\n" in head.decode(encoding)
    except UnicodeDecodeError:
        return False


def _check(data: bytes, codec: str) -> None:
    """Decode chunk by chunk; raise a UnicodeDecodeError if that fails."""
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder(codec)()
    for start in range(0, len(data), _CHUNK):
        decoder.decode(data[start : start + _CHUNK])
    decoder.decode(b"", final=True)
