"""A table of scores that is sorted by the column whose title is pressed."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from skloss import report
from skloss.app.parts.components import component

# A first press sorts the best rows to the top, a second one the worst; a third one
# restores the order of the rows.
_STATES = ("best", "worst")


def draw(make: Callable[..., pd.DataFrame], columns: list[Any], key: str) -> None:
    """Draw a table whose titles are buttons.

    Parameters
    ----------
    make : callable
        Returns the table as text for the arguments ``sort_by``, one of ``columns``,
        and ``worst_first``, or without arguments.
    columns : list
        What the columns of the table are for `make`, in their order.
    key : str
        Unique on the page.
    """
    _draw(make, columns, key)


@st.fragment
def _draw(make: Callable[..., pd.DataFrame], columns: list[Any], key: str) -> None:
    with st.container(key=f"sorted-{key}"):
        place = st.container()
        # The styles are for the table next to the component.
        found = component("sorted_table", isolate_styles=False)(
            key=f"sorter-{key}",
            data={"key": key, "best": report.BEST},
            default={"sort": {}},
            on_sort_change=_nothing,
            height=1,
        )
        order = arguments_of(found.get("sort"), columns)
        place.table(make(**order), border="horizontal")


def arguments_of(sort: Any, columns: list[Any]) -> dict[str, Any]:
    """Return the arguments of `make` for what a browser sent, which may be anything."""
    if not isinstance(sort, dict):
        return {}
    column, order = sort.get("column"), sort.get("order")
    # Column 0 holds the names.
    is_known = type(column) is int and 1 <= column <= len(columns)
    if not is_known or order not in _STATES:
        return {}
    return {"sort_by": columns[column - 1], "worst_first": order == _STATES[1]}


def _nothing() -> None:
    """Stand for a callback, without which a component has no state."""
