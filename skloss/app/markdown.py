"""Names from data made safe for Markdown."""

import re
import string

from skloss.wording import shorten

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
# Bare addresses become links and arrows become symbols even when escaped; a word
# joiner, which has no width, keeps the text as it is.
_AUTOMATIC = re.compile(r"(www|:|@|-(?=>)|<(?=-))", flags=re.IGNORECASE)
_JOINER = "\u2060"


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
