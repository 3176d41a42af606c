"""How natural the letters of a text look in the languages of an encoding."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import pairwise

__all__ = ["naturalness"]

# A letter, with the marks above and below it that some scripts write as characters.
_WORD = re.compile(
    "(?:[^\\W\\d_]|[\u0300-\u036f\u05b0-\u05c7\u064b-\u0652\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+"
)

# Control characters beyond ASCII, which some encodings have where others have letters.
_CONTROLS = re.compile("[\x80-\x9f]")

# How natural a letter or word is, from 0 to 1. Only the order matters: a word that
# mixes scripts or has a capital within is nearly always a wrong reading.
_USUAL, _POSSIBLE, _RARE, _WRONG = 1.0, 0.6, 0.3, 0.1

# Letters beyond ASCII, in lower case, of the languages that an encoding is used for.
_WESTERN = (set("äöüßàâçéèêëîïôûæœáíóúñãõåøìòùÿ"),)
_CENTRAL = tuple(
    map(
        set,
        (
            "áčďéěíňóřšťúůýžľĺŕäô",  # Czech and Slovak
            "ąćęłńóśźż",  # Polish
            "áéíóöőúüű",  # Hungarian
            "âăîşţ",  # Romanian
            "čćđšž",  # Croatian and Slovene
            "äöüß",  # German
        ),
    )
)
_TURKISH = (set("çğıöşüâîûi̇"),)
_BALTIC = tuple(map(set, ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")))
_VIETNAMESE = (
    set("àáạảãâầấậẩẫăằắặẳẵđèéẹẻẽêềếệểễìíịỉĩòóọỏõôồốộổỗơờớợởỡùúụủũưừứựửữỳýỵỷỹ"),
)
_ALPHABETS = {
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp852": _CENTRAL,
    "cp1254": _TURKISH,
    "cp1257": _BALTIC,
    "cp1258": _VIETNAMESE,
}
# The largest share of letters with accents, a minority in Western words; in Łódź they
# are three of four, in Vietnamese words such as Đà they are all.
_IN_WESTERN, _ELSEWHERE, _SHARES = 0.5, 0.75, {"cp1258": 1.0}
# Italian has these accents at the end of a word; within one they are usually Czech
# letters read in the wrong encoding.
_FINAL_ONLY = set("ìòù")
# The most frequent letters of other scripts: two thirds of the letters of a text.
_FREQUENT = {
    "cyrillic": set("оеаинтсрвлкмдпуіїє"),
    "greek": set("αοιετσνηυρπκμλςάέήίόύώ"),
    "hebrew": set("יוהלארתמבשנ"),
    "arabic": set("اليمونرتبةع"),
    "thai": set("านรอกเงมยลวดตทสคบปหะ"),
}
# Not every order of letters can be written: a wrong reading soon has another.
_THAI_BEFORE = "เแโใไ"  # vowels that stand before their consonant
_SINGLE_SCRIPTS = {"han", "kana", "hangul"}
_MARKS = set("“”‘’–—…£°§«»·²³µ、。「」，（）،؛؟")
_USUAL_MARKS = set("¿¡€₪฿")


def naturalness(text: str, encoding: str) -> float:
    """Return the mean naturalness of the characters that are not ASCII.

    Parameters
    ----------
    text : str
    encoding : str
        In which the text was decoded. The languages to expect follow from it.

    Returns
    -------
    float
        From 0 to 1. Only the order of readings of the same bytes has a meaning.
    """
    if _CONTROLS.search(text):
        return 0.0
    alphabets = _ALPHABETS.get(encoding, _WESTERN)
    words = Counter(word for word in _WORD.findall(text) if not word.isascii())
    others = _WORD.sub("", text)
    return max(_mean(words, others, encoding, one, alphabets) for one in alphabets)


def _mean(words, others, encoding, alphabet, alphabets) -> float:
    """Return the naturalness in one of the languages of an encoding."""
    usual = dict.fromkeys(alphabet, _USUAL)
    possible = {letter: _POSSIBLE for one in alphabets for letter in one}
    points_of = possible | usual
    total, points = 0, 0.0
    for word, number in words.items():
        n_special = number * sum(not letter.isascii() for letter in word)
        total += n_special
        points += n_special * _of_word(word, encoding, points_of)
    for mark in others:
        if not mark.isascii():
            total += 1
            points += _POSSIBLE * (mark in _MARKS) + _USUAL * (mark in _USUAL_MARKS)
    return points / total if total else 0.0


def _of_word(word: str, encoding: str, points_of: dict[str, float]) -> float:
    scripts = {_script(letter) for letter in word}
    if scripts <= {"ascii", "latin"}:
        return _of_latin(word, encoding, points_of)
    if not (len(scripts) == 1 or scripts <= {"han", "kana"}):
        return _WRONG
    if scripts <= _SINGLE_SCRIPTS:
        return sum(_of_character(letter, encoding) for letter in word) / len(word)
    script = scripts.pop()
    frequent = _FREQUENT.get(script)
    if frequent is None or not _is_written_so(word, script):
        return _WRONG
    points = [_USUAL if one in frequent else _POSSIBLE for one in word.lower()]
    return sum(points) / len(word) * (_RARE if _has_inner_capital(word) else 1.0)


def _is_written_so(word: str, script: str) -> bool:
    """Return whether the letters of a word can follow each other."""
    if script == "greek":
        return "ς" not in word[:-1]  # the sigma of the end of a word
    if script == "thai":
        begins_with_mark = unicodedata.combining(word[0]) or word[0] in "ะาำๅๆั"
        doubled = any(
            a in _THAI_BEFORE and b in _THAI_BEFORE for a, b in pairwise(word)
        )
        return not (begins_with_mark or doubled or word[-1] in _THAI_BEFORE)
    if script == "hebrew":
        return not set("ךםןףץ") & set(word[:-1])  # forms of the end of a word
    if script == "arabic":
        return "ة" not in word[:-1] and "ى" not in word[:-1]
    return True


def _of_latin(word: str, encoding: str, points_of: dict[str, float]) -> float:
    word = unicodedata.normalize("NFC", word)
    special = [letter for letter in word.lower() if not letter.isascii()]
    is_western = _ALPHABETS.get(encoding, _WESTERN) is _WESTERN
    share = _SHARES.get(encoding, _IN_WESTERN if is_western else _ELSEWHERE)
    if len(special) > len(word) * share and len(word) > 1:
        return _WRONG
    points = sum(points_of.get(one, _RARE) for one in special) / max(len(special), 1)
    if is_western and _FINAL_ONLY & set(word[:-1]):
        points = _RARE
    return points * (_RARE if _has_inner_capital(word) else 1.0)


def _has_inner_capital(word: str) -> bool:
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def _of_character(character: str, encoding: str) -> float:
    """Return how frequent a Chinese, Japanese or Korean character is.

    The standards list the frequent characters first, by the first byte.
    """
    script = _script(character)
    if encoding == "euc_kr":
        return _USUAL if script == "hangul" else _RARE
    if encoding in ("cp932", "euc_jp"):
        if script == "kana":
            return _POSSIBLE if "ｦ" <= character <= "ﾟ" else _USUAL
        level_1 = (0x88, 0x97) if encoding == "cp932" else (0xB0, 0xCF)
        first = character.encode(encoding)[0]
        # Kana are the surest sign of Japanese: its characters occur in Chinese too.
        return 0.95 if level_1[0] <= first <= level_1[1] else _RARE
    if script != "han":
        return _RARE
    try:
        code = character.encode("gb2312" if encoding == "gb18030" else encoding)
    except UnicodeEncodeError:
        return _WRONG
    first, last = code[0], code[-1]
    if encoding == "big5":
        # Only here is the second byte often that of an ASCII letter.
        return (_USUAL if last < 0x80 else 0.9) if 0xA4 <= first <= 0xC6 else _RARE
    # Level 1. Up to 0xC8 the bytes may be Korean as well: if all of them are, they are.
    return (0.95 if first <= 0xC8 else _USUAL) if 0xB0 <= first <= 0xD7 else _RARE


_RANGES = {
    "latin": ((0x00C0, 0x024F), (0x0300, 0x036F), (0x1E00, 0x1EFF)),
    "greek": ((0x0370, 0x03FF),),
    "cyrillic": ((0x0400, 0x04FF),),
    "hebrew": ((0x05B0, 0x05EA),),
    "arabic": ((0x0621, 0x06D3),),
    "thai": ((0x0E01, 0x0E4E),),
    "kana": ((0x3005, 0x3007), (0x3040, 0x30FF), (0xFF66, 0xFF9F)),
    "hangul": ((0xAC00, 0xD7A3),),
    "han": ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
}


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    if letter.isascii():
        return "ascii"
    code = ord(letter)
    for script, ranges in _RANGES.items():
        if any(low <= code <= high for low, high in ranges):
            return script
    return "other"
