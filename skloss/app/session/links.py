"""Settings of the pages Decide, Losses and Theory in the query of the URL.

A widget whose value differs from its default is a parameter of the URL; a link sets the
widget, within its limits, when it is drawn first.
"""

import math
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

#: Beginnings of the names of settings that are part of the URL.
PREFIXES = ("decide.", "explore.", "theorem", "theory.")
_WIDGET = "settings."
_DEFAULTS, _LINKED = "links.defaults", "links.linked"
# Sizes are bounded, because a URL is untrusted.
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,80}")
_NAMES_AT_MOST, _VALUES_AT_MOST, _TEXT_AT_MOST = 60, 40, 200


def start(session: MutableMapping, name: str, default: Any) -> Any:
    """Return the first value of a setting: that of the link, or its default.

    Parameters
    ----------
    session : mapping
    name : str
    default : object
        Its type is that of the value.

    Returns
    -------
    object
    """
    if not name.startswith(PREFIXES) or not _is_plain(default):
        return default
    session.setdefault(_DEFAULTS, {})[name] = default
    texts = session.get(_LINKED, {}).get(name)
    return default if texts is None else _parsed(texts, default)


def query(session: Mapping) -> dict[str, list[str]]:
    """Return the parameters of the URL: settings that differ from their defaults.

    Parameters
    ----------
    session : mapping

    Returns
    -------
    dict of str to list of str
    """
    # Of a page that has not been open yet, the link itself is kept.
    found = dict(session.get(_LINKED, {}))
    for name, default in session.get(_DEFAULTS, {}).items():
        value = session.get(_WIDGET + name, default)
        found.pop(name, None)
        texts = _texts(value)
        if value != default and texts is not None:
            found[name] = texts
    return found


def follow(session: MutableMapping, url: Mapping[str, list[str]]) -> None:
    """Take the settings of a URL; those that it does not have keep their values.

    Parameters
    ----------
    session : mapping
    url : mapping of str to list of str
        All parameters, of which others are ignored.
    """
    linked = {
        name: [text[:_TEXT_AT_MOST] for text in texts[:_VALUES_AT_MOST]]
        for name, texts in url.items()
        if name.startswith(PREFIXES) and _NAME.fullmatch(name)
    }
    session[_LINKED] = dict(list(linked.items())[:_NAMES_AT_MOST])
    for name in session[_LINKED]:
        session.pop(_WIDGET + name, None)


def as_lists(query: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    """Return a query with a list for each parameter, as the browser has it."""
    return {k: [one] if isinstance(one, str) else one for k, one in query.items()}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, list))


def _texts(value: Any) -> list[str] | None:
    """Return a value as texts; None if it is not one that a link can hold."""
    if isinstance(value, (list, tuple)):
        texts = list(value)
        return texts if texts and all(isinstance(one, str) for one in texts) else None
    if isinstance(value, str):
        return [value] if len(value) <= _TEXT_AT_MOST else None
    return [repr(value)] if isinstance(value, (bool, int, float)) else None


def _parsed(texts: list[str], default: Any) -> Any:
    """Return the value of a link; the default if it is not of its type."""
    text = texts[0] if texts else ""
    if isinstance(default, list):
        return list(dict.fromkeys(texts))
    if isinstance(default, bool):
        return {"True": True, "False": False}.get(text, default)
    if isinstance(default, str):
        return text
    try:
        number = int(text) if isinstance(default, int) else float(text)
    except ValueError:
        return default
    return number if math.isfinite(number) else default


def within(value: float, low: float, high: float) -> float:
    """Return a number moved to the nearest end if it is out of range."""
    return min(max(value, low), high)
