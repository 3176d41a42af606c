"""What is made of a comparison once and then kept for the session."""

from collections.abc import Callable
from typing import Any

from skloss.app.session import state

_KEPT_AT_MOST = 6


def remembered(comparison: Any, key: str, make: Callable[[], Any]) -> Any:
    """Return what was made of a comparison under a key, made when first needed.

    Parameters
    ----------
    comparison : Comparison
    key : str
        Equal keys of one comparison stand for equal values.
    make : callable
        Called without arguments.

    Returns
    -------
    object
    """
    kept = state.cache("derived")
    place = id(comparison), key
    if place not in kept:
        # The comparison is kept too: while it lives, no other object has its id.
        kept[place] = (comparison, make())
        for oldest in list(kept)[:-_KEPT_AT_MOST]:
            del kept[oldest]
    return kept[place][1]
