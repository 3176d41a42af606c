"""What a theorem of the Theory page consists of, and its controls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from skloss.app.session import links, state


@dataclass(frozen=True)
class Theorem:
    """One theorem: its claim, and controls that change a figure.

    Attributes
    ----------
    key : str
        Part of the keys of its widgets.
    title : str
    claim : str
        Markdown with TeX.
    show : callable
        Draws controls and figures, and returns the Python code that gives the same
        numbers.
    on_rows : callable or None
        Draws the same on the rows of a finished comparison, and returns whether they
        are of a kind that it can be drawn for.

    Examples
    --------
    >>> Theorem("sum", "A sum", "$1 + 1 = 2$", lambda: "1 + 1").show()
    '1 + 1'
    """

    key: str
    title: str
    claim: str
    show: Callable[[], str]
    on_rows: Callable[[Any], bool] | None = None


def slider(
    label: str,
    key: str,
    low: float,
    high: float,
    default: float,
    step: float,
    **keywords: Any,
) -> float:
    """Draw a slider whose value is kept across pages, and return its value.

    Parameters
    ----------
    label : str
    key : str
        Unique among all widgets of the dashboard.
    low, high, default, step : float
    **keywords
        Passed on to `st.slider`.

    Returns
    -------
    float
    """
    value = state.setting(key, default)
    if not low <= value <= high:  # of a link
        state.change_setting(key, links.within(value, low, high))
    return st.slider(
        label,
        low,
        high,
        step=step,
        key=state.widget_key(key),
        persist_state="session",
        **keywords,
    )


def slider_value(key: str, default: float) -> float:
    """Return the value of a slider that has been drawn.

    Parameters
    ----------
    key : str
    default : float

    Returns
    -------
    float
    """
    return state.setting(key, default)
