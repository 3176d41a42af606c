"""How reports write text from the data and emphasis: by default as plain text."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["PLAIN", "Markup"]


@dataclass(frozen=True)
class Markup:
    """Two functions that a report passes names and units through.

    Parameters
    ----------
    text : callable
        Makes a str from the data safe where it will be shown.
    strong : callable
        Marks a str, already passed through ``text``, as important.

    Examples
    --------
    >>> import html
    >>> from skloss.report import Markup
    >>> markup = Markup(html.escape, lambda text: f"<b>{text}</b>")
    >>> markup.strong(markup.text("a < b"))
    '<b>a &lt; b</b>'
    """

    text: Callable[[str], str]
    strong: Callable[[str], str]


#: Names as they are, without emphasis.
PLAIN = Markup(str, str)
