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
    ('54.1', '0.0512', '1,234', '2.00')
    >>> number(float("nan")), number(1.2e9), number(3.4e-7)
    ('–', '1.20e+09', '3.40e-07')
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "–∞")
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude >= 7 or magnitude < -4:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(digits - 1 - magnitude, 0)}f}"


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


def in_words(names: list[str], last: str = "and") -> str:
    """Return a list as a phrase.

    Examples
    --------
    >>> in_words(["a"]), in_words(["a", "b"]), in_words(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def title_of(loss_label: str) -> str:
    """Return a loss's label as words.

    Examples
    --------
    >>> title_of("squared_error"), title_of("focal(gamma=2.0)")
    ('squared error', 'focal (gamma=2.0)')
    """
    name, bracket, parameters = loss_label.partition("(")
    words = name.replace("_", " ").strip()
    return f"{words} ({parameters}" if bracket else words
