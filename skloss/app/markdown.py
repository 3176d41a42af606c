"""Text from data as Markdown: escaped, so that it is shown as it is."""

import re
import string

from skloss.report import Markup
from skloss.wording import shorten, title_of

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
# Bare URLs become links and arrows become symbols even when escaped; a word joiner,
# which has no width, prevents that.
_AUTOMATIC = re.compile(r"(www|:|@|-(?=>)|<(?=-))", flags=re.IGNORECASE)
_JOINER = "\u2060"


def escape(name: object, limit: int = 60) -> str:
    r"""Escape a name, so that Markdown shows it as text.

    Links, images, colours, icons and formulas in a name have no effect.

    Parameters
    ----------
    name : object
        A column name, a class label or a message; untrusted.
    limit : int, default=60
        Number of characters after which the name is cut.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> escape("a*b")
    'a\\*b'
    >>> escape("![x](http://example.org/a.png)").count("\\")
    11
    """
    text = _AUTOMATIC.sub(rf"\1{_JOINER}", shorten(name, limit))
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def loss_title(label: object) -> str:
    r"""Return the title of a loss as Markdown.

    Parameters
    ----------
    label : object
        A label of `Comparison.table`.

    Returns
    -------
    str

    Examples
    --------
    >>> loss_title("squared_error"), loss_title("f*")
    ('squared error', 'f\\*')
    """
    return escape(title_of(label), 80)


def _in_text(text: str) -> str:
    return escape(text, 400)  # the report shortens names itself


def _in_cell(text: str) -> str:
    # In one piece: on a narrow screen a table scrolls instead.
    return _in_text(text).replace(" ", "\u00a0")


def _strong(text: str) -> str:
    return f"**{text}**"


#: How a report is written as Markdown: in sentences, and in the cells of a table.
SENTENCES = Markup(_in_text, _strong)
CELLS = Markup(_in_cell, _strong)
