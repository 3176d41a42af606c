"""Figures that follow their controls in the browser, without the server."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from skloss import figures
from skloss.app import markdown
from skloss.app.parts.components import component
from skloss.app.session import state

_HTML = """
<div class="moving">
  <div class="controls"></div>
  <dl class="readouts"></dl>
  <figure><strong></strong><span class="subtitle"></span>
  <div class="plot"><svg></svg><div class="reader" role="slider" tabindex="0"></div>
  <div class="values" hidden></div></div>
  <div class="legend"></div></figure>
</div>
"""


def show(moving: Any, key: str, on_change: Callable[[str, float], None]) -> None:
    """Show a figure with its controls, its caption, and its numbers as a table.

    The server runs again when a control has come to rest, so that captions, tables and
    code follow.

    Parameters
    ----------
    moving : MovingFigure
        A figure of `skloss.figures.moving`.
    key : str
        Unique on the page.
    on_change : callable
        Called with the name of a control and its new value.
    """

    def take() -> None:
        values = state.widgets()[key].get("values") or []
        for control, value in zip(moving.controls, values, strict=False):
            if isinstance(value, (int, float)) and value != control.value:
                low, high = float(control.grid[0]), float(control.grid[-1])
                on_change(control.name, min(max(float(value), low), high))

    draw_figure = component("moving", _HTML, ("moving_values", "moving"))
    draw_figure(data=moving.message(), key=key, on_values_change=take)
    figure = moving.figure
    st.caption(markdown.escape(figure.layout.meta["caption"], 1000))
    if st.toggle("As table", key=f"as-table-{key}"):
        st.dataframe(
            figures.table_of(figure), hide_index=True, alt=figure.layout.meta["alt"]
        )
