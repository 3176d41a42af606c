"""Names from data made safe for Markdown, and numbers and times made readable."""

import math
import re
import string

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
# Bare addresses become links and arrows become symbols even when escaped; a word
# joiner, which has no width, keeps the text as it is.
_AUTOMATIC = re.compile(r"(www|:|@|-(?=>)|<(?=-))", flags=re.IGNORECASE)
_JOINER = "\u2060"


def shorten(name: object, limit: int = 60) -> str:
    r"""Return a name as one line of at most ``limit`` characters.

    Examples
    --------
    >>> shorten("blood\n  pressure")
    'blood pressure'
    >>> shorten("x" * 100, limit=5)
    'xxxx…'
    """
    line = " ".join(str(name).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def escape(name: object, limit: int = 60) -> str:
    r"""Return a name that Markdown shows as it is: no link, image, colour or maths.

    Examples
    --------
    >>> escape("a*b")
    'a\\*b'
    >>> escape("![x](http://example.org/a.png)").count("\\")
    11
    """
    text = _AUTOMATIC.sub(rf"\1{_JOINER}", shorten(name, limit))
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def number(value: float, digits: int = 3) -> str:
    """Return a number with ``digits`` significant digits and no exponent if short.

    Examples
    --------
    >>> number(54.1234), number(0.0512345), number(1234.5), number(2.0)
    ('54.1', '0.0512', '1,230', '2.00')
    >>> number(float("nan")), number(1.2e9), number(3.4e-7)
    ('–', '1.20e+09', '3.40e-07')
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    decimals = _decimals(value, digits)
    if decimals < digits - 7 or decimals > digits + 3:
        shown = f"{value:.{digits - 1}e}"
    else:
        shown = _rounded(value, decimals)
    return shown.replace("-", "−", 1) if value < 0 else shown


def with_error(value: float, error: float) -> str:
    """Return a mean with its standard error, both to the error's second digit.

    Never fewer than three digits of the mean, and never more than five.

    Examples
    --------
    >>> with_error(35607.2, 1239.4), with_error(11.8731, 0.0351), with_error(0.5, 0.0)
    ('35,600 ± 1,200', '11.873 ± 0.035', '0.500')
    """
    # Near the largest number there is, an error cannot be rounded.
    if not (0 < error < 1e300 and 1e-4 < abs(value) < 1e7):
        tail = f" ± {number(error, 2)}" if error > 0 else ""
        return number(value) + tail
    least = _decimals(value, 3)
    decimals = min(max(_decimals(error, 2), least), least + 2)
    if round(error, decimals) == 0:
        return number(value)
    shown = _rounded(value, decimals).replace("-", "−", 1)
    return f"{shown} ± {_rounded(error, min(decimals, _decimals(error, 2)))}"


def _decimals(value: float, digits: int) -> int:
    """Return where to round for so many digits; 99.95 has three as 100."""
    return digits - 1 - int(f"{value:.{digits - 1}e}".partition("e")[2])


def _rounded(value: float, decimals: int) -> str:
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def duration(seconds: float) -> str:
    """Return a time in the unit a person would say it in.

    Examples
    --------
    >>> duration(0.4), duration(20.2), duration(95), duration(7300)
    ('1 s', '20 s', '2 min', '2.0 h')
    """
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> count(1, "row"), count(1204, "row"), count(2, "loss", "losses")
    ('1 row', '1,204 rows', '2 losses')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def in_words(names: list[str]) -> str:
    """Return a list as a phrase.

    Examples
    --------
    >>> in_words(["a"]), in_words(["a", "b"]), in_words(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
