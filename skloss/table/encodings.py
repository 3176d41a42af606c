"""Rank encodings of text that is not UTF-8 by how natural its letters look."""

import codecs
import re

from skloss.table.letters import naturalness

__all__ = ["ENCODINGS", "damage", "guess_encoding", "samples"]

#: Encodings that are tried, with the language they are used for; of equally good ones
#: the first.
ENCODINGS = {
    "cp1252": "Western European",
    "cp1250": "Central European",
    "cp1251": "Cyrillic",
    "cp1253": "Greek",
    "cp1254": "Turkish",
    "cp1257": "Baltic",
    "cp1258": "Vietnamese",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp874": "Thai",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "euc_kr": "Korean",
    "big5": "traditional Chinese",
    "koi8_r": "Cyrillic",
    "koi8_u": "Ukrainian",
    "mac_roman": "Western European",
    "cp850": "Western European",
    "iso8859_2": "Central European",
    "cp852": "Central European",
    "iso8859_5": "Cyrillic",
    "cp866": "Cyrillic",
    "iso8859_6": "Arabic",
    "euc_jp": "Japanese",
    "iso2022_jp": "Japanese",
}

# Enough words to distinguish encodings, and few enough to try twenty of them quickly.
_SAMPLE_BYTES = 1 << 16
# Text takes up to four times the memory of its bytes.
_BYTES_JUDGED = 1 << 24
# A cell that is not ASCII. The second byte of a Chinese or Japanese character may be a
# bar or a letter, but not one of these marks.
_CELL = re.compile(rb"[^,;\t\"\r\n]*[\x80-\xff][^,;\t\"\r\n]*")

# Of equally natural encodings the one that more files are in; rare ones need evidence.
_PRIOR = {"cp1252": 1.0}
_PRIOR_OF_OTHERS = 0.97
_RARE = (
    *("koi8_r", "koi8_u", "mac_roman", "cp850", "iso8859_2", "cp852", "iso8859_5"),
    *("cp866", "iso8859_6", "euc_jp", "cp1258"),
)
_PRIOR |= dict.fromkeys(_RARE, 0.94)
# A file in UTF-8 may have some damaged bytes; of one in another encoding, nearly all
# letters beyond ASCII are not UTF-8.
_FEW_WRONG = 0.1
# As Python escapes them.
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
# Below this the text is hardly words, such as a few stray bytes.
_LEAST = 0.2
# The two bytes of a Chinese, Japanese or Korean character of EUC.
_PAIR = re.compile(rb"[\xa1-\xfe]{2}")
# The first bytes of characters: all frequent ones of Japanese, the syllables of Korean.
# A quarter of the characters of a Chinese text come after them, so that of twelve
# different ones none does with a probability of 3%.
_FIRST, _LAST_KOREAN, _LAST_JAPANESE = 0xB0, 0xC8, 0xCF
_ENOUGH = 12


def guess_encoding(data: bytes) -> str:
    """Return the encoding in which the text looks most natural.

    Parameters
    ----------
    data : bytes
        Text that is not UTF-8.

    Returns
    -------
    str
        One of `ENCODINGS` in which all of the text can be decoded, or latin-1, in
        which any bytes can.
    """
    for encoding in _ranked(data):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def samples(data: bytes, encoding: str, at_most: int = 3) -> dict[str, str]:
    """Return the first value that is not ASCII, as the most likely encodings read it.

    Parameters
    ----------
    data : bytes
    encoding : str
        The encoding that was chosen; it comes first.
    at_most : int
        Number of other encodings, of those that read the value differently.

    Returns
    -------
    dict of str to str
        Values by encoding.
    """
    found = _CELL.search(data)
    if found is None:
        return {}
    cell = found[0].strip()
    read = {encoding: cell.decode(encoding, "replace")}
    for other in _ranked(data):
        value = cell.decode(other, "replace")
        if value not in read.values() and len(read) <= at_most:
            read[other] = value
    return read


def damage(data: bytes) -> tuple[int, int]:
    """Return how many bytes are not UTF-8 in a file that is, and the first such line.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    int
        0 if there is no such byte, or if they are so many that the file is in another
        encoding.
    int
        Counted from 1; 0 without such bytes.
    """
    if data.isascii():
        return 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    text = decoder.decode(data[:_BYTES_JUDGED], final=len(data) <= _BYTES_JUDGED)
    n_wrong = len(text) - len(text.encode("utf-8", "ignore").decode())
    n_special = len(text) - len(text.encode("ascii", "ignore"))
    if not 0 < n_wrong <= _FEW_WRONG * n_special:
        return 0, 0
    first = _NOT_UTF_8.search(text).start()
    return n_wrong, text.count("\n", 0, first) + 1


def _ranked(data: bytes) -> list[str]:
    """Return the encodings that can decode a sample, the most natural one first."""
    cells = b"\n".join(_CELL.findall(data[:_SAMPLE_BYTES])[:-1] or _CELL.findall(data))
    scores = {}
    for encoding in ENCODINGS:
        try:
            score = naturalness(cells.decode(encoding), encoding)
            scores[encoding] = score * _PRIOR.get(encoding, _PRIOR_OF_OTHERS)
        except UnicodeDecodeError:
            continue
    kept = {one: score for one, score in scores.items() if score > _LEAST}
    if _is_damaged_utf8(cells) and "cp1252" in kept:
        kept["cp1252"] = 1.0  # what most editors add to a file in UTF-8
    if "euc_jp" in kept and _is_japanese(cells):
        kept["euc_jp"] = 1.0
    return sorted(kept, key=kept.get, reverse=True)


def _is_japanese(cells: bytes) -> bool:
    """Return whether characters are those of Japanese, and not of Chinese or Korean."""
    characters = {pair for pair in _PAIR.findall(cells) if pair[0] >= _FIRST}
    last = max((pair[0] for pair in characters), default=0)
    return len(characters) >= _ENOUGH and _LAST_KOREAN < last <= _LAST_JAPANESE


def _is_damaged_utf8(cells: bytes) -> bool:
    """Return whether most characters that are not ASCII are valid in UTF-8."""
    text = cells.decode("utf-8", "replace")
    n_special = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") < n_special / 2
