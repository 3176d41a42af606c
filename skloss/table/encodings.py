"""Rank encodings of text that is not UTF-8 by how natural its letters look."""

import re
from itertools import pairwise

__all__ = ["ENCODINGS", "guess_encoding", "line_that_is_not_utf8", "samples"]

#: Encodings that are tried, with the language they are used for; of equally good ones
#: the first.
ENCODINGS = {
    "cp1252": "Western European",
    "cp1250": "Central European",
    "cp1251": "Cyrillic",
    "cp1253": "Greek",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "euc_kr": "Korean",
    "big5": "traditional Chinese",
    "koi8_r": "Cyrillic",
    "mac_roman": "Western European",
}

# Enough words to tell encodings apart, and few enough to try ten of them quickly.
_SAMPLE_BYTES = 1 << 16
# Text takes up to four times the memory of its bytes.
_BYTES_JUDGED = 1 << 24
_WORD = re.compile(r"[^\W\d_]+")
# A cell that is not ASCII. The second byte of a Chinese or Japanese character may be a
# bar or a letter, but not one of these marks.
_CELL = re.compile(rb"[^,;\t\"\r\n]*[\x80-\xff][^,;\t\"\r\n]*")

# Letters of Western and of Central European languages beyond ASCII, in lower case.
_WESTERN = set("äöüßàâçéèêëîïôûæœáíóúñãõåøìòùÿ")
_CENTRAL = set("áéíóúýěščřžůťďňłąęśćżźńőűöüäăâîşţđ")
# Italian has these accents at the end of a word; within one they are usually Czech
# letters read in the wrong encoding.
_FINAL_ONLY = set("ìòù")
# The most frequent letters: two thirds of the letters of a text.
_CYRILLIC = set("оеаинтсрвлкмдпу")
_GREEK = set("αοιετσνηυρπκμλςάέήίόύώ")
_MARKS = set("“”‘’–—…£°§«»·²³µ、。「」，（）")
_USUAL_MARKS = set("¿¡€")
# Of equally natural encodings the one that more files are in; rare ones need evidence.
_PRIOR = {"cp1252": 1.0, "koi8_r": 0.94, "mac_roman": 0.94}
_PRIOR_OF_OTHERS = 0.97
# A file in UTF-8 may have some damaged bytes; of one in another encoding, nearly all
# letters beyond ASCII are not UTF-8.
_FEW_WRONG = 0.1
# Below this the text is hardly words, such as a few stray bytes.
_LEAST = 0.2

# How natural a letter or word is, from 0 to 1. Only the order matters: a word that
# mixes scripts or has a capital within is nearly always a wrong reading.
_USUAL, _POSSIBLE, _RARE, _WRONG = 1.0, 0.6, 0.3, 0.1


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
    """Return the first value that is not ASCII, as the likeliest encodings read it.

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


def line_that_is_not_utf8(data: bytes) -> int:
    """Return the first line that is not UTF-8 if most others are, else 0.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    int
        Counted from 1.
    """
    text = data[:_BYTES_JUDGED].decode("utf-8", "replace")
    n_wrong = text.count("\ufffd")
    n_special = len(text) - len(text.encode("ascii", "ignore"))
    if not 0 < n_wrong <= _FEW_WRONG * n_special:
        return 0
    return text[: text.index("\ufffd")].count("\n") + 1


def _ranked(data: bytes) -> list[str]:
    """Return the encodings that can decode a sample, the most natural one first."""
    cells = b"\n".join(_CELL.findall(data[:_SAMPLE_BYTES])[:-1] or _CELL.findall(data))
    scores = {}
    for encoding in ENCODINGS:
        try:
            score = _score(cells.decode(encoding), encoding)
            scores[encoding] = score * _PRIOR.get(encoding, _PRIOR_OF_OTHERS)
        except UnicodeDecodeError:
            continue
    kept = {one: score for one, score in scores.items() if score > _LEAST}
    return sorted(kept, key=kept.get, reverse=True)


def _score(text: str, encoding: str) -> float:
    """Return the mean naturalness of the characters that are not ASCII."""
    total, points = 0, 0.0
    for word in _WORD.findall(text):
        n_special = sum(not letter.isascii() for letter in word)
        total += n_special
        points += n_special * _score_of_word(word, encoding) if n_special else 0.0
    for mark in _WORD.sub("", text):
        if not mark.isascii():
            total += 1
            points += _POSSIBLE * (mark in _MARKS) + _USUAL * (mark in _USUAL_MARKS)
    return points / total if total else 0.0


def _score_of_word(word: str, encoding: str) -> float:
    scripts = {_script(letter) for letter in word}
    if scripts <= {"ascii", "latin"}:
        return _score_of_latin(word, encoding)
    if not (len(scripts) == 1 or scripts <= {"han", "kana"}):
        return _WRONG
    if scripts <= {"han", "kana", "hangul"}:
        return sum(_score_of_character(letter, encoding) for letter in word) / len(word)
    usual = {"cyrillic": _CYRILLIC, "greek": _GREEK}.get(scripts.pop())
    if usual is None:
        return _WRONG
    frequent = [_USUAL if one in usual else _POSSIBLE for one in word.lower()]
    return sum(frequent) / len(word) * (_RARE if _has_inner_capital(word) else 1.0)


def _score_of_latin(word: str, encoding: str) -> float:
    special = [letter for letter in word.lower() if not letter.isascii()]
    is_central = encoding == "cp1250"
    # Accents are a minority of the letters of a word; in Łódź they are three of four.
    if len(special) > len(word) * (0.75 if is_central else 0.5) and len(word) > 1:
        return _WRONG
    usual = _CENTRAL if is_central else _WESTERN
    points = sum(_USUAL if one in usual else _RARE for one in special) / len(special)
    if not is_central and _FINAL_ONLY & set(word[:-1]):
        points = _RARE
    return points * (_RARE if _has_inner_capital(word) else 1.0)


def _has_inner_capital(word: str) -> bool:
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def _score_of_character(character: str, encoding: str) -> float:
    """Return how frequent a Chinese, Japanese or Korean character is.

    The standards list the frequent characters first, by the first byte.
    """
    script = _script(character)
    if encoding == "euc_kr":
        return _USUAL if script == "hangul" else _RARE
    if encoding == "cp932":
        if script == "kana":
            return _POSSIBLE if "ｦ" <= character <= "ﾟ" else _USUAL
        first = character.encode(encoding)[0]
        return _USUAL if 0x88 <= first <= 0x97 else _RARE  # JIS level 1
    if script != "han":
        return _RARE
    try:
        first = character.encode("gb2312" if encoding == "gb18030" else encoding)[0]
    except UnicodeEncodeError:
        return _WRONG
    if encoding == "big5":
        return _USUAL if 0xA4 <= first <= 0xC6 else _RARE
    # Level 1. Up to 0xC8 the bytes may be Korean as well: if all of them are, they are.
    return (0.95 if first <= 0xC8 else _USUAL) if 0xB0 <= first <= 0xD7 else _RARE


_RANGES = {
    "latin": ((0x00C0, 0x024F), (0x1E00, 0x1EFF)),
    "greek": ((0x0370, 0x03FF),),
    "cyrillic": ((0x0400, 0x04FF),),
    "kana": ((0x3005, 0x3007), (0x3040, 0x30FF), (0xFF66, 0xFF9F)),
    "hangul": ((0xAC00, 0xD7A3),),
    "han": ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
}


def _script(letter: str) -> str:
    if letter.isascii():
        return "ascii"
    code = ord(letter)
    for script, ranges in _RANGES.items():
        if any(low <= code <= high for low, high in ranges):
            return script
    return "other"
