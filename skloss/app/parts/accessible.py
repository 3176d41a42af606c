"""What the pages need for keyboards and readable buttons, and Streamlit lacks."""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__)


def mount() -> None:
    """Add the styles and the script to the page. Called by the router only.

    Text on primary buttons takes the colour of the page, so that one primary colour is
    legible on buttons and in selected pills; code has the theme's colours of text.
    The cells of tables stand below their headers, and tables that scroll sideways can
    be reached and scrolled with the keyboard.
    """
    _component()(key="accessible", height=1)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component(
        "skloss.accessible",
        css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
        js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
        isolate_styles=False,  # the styles are for the page around the component
    )
