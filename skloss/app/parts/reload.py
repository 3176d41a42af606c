"""What a tab keeps when its page is loaded again: the key of its former session."""

import streamlit as st

from skloss.app.parts.components import component
from skloss.app.session import state


def take_up_former_session() -> None:
    """Continue the session that the tab had before a reload. Called by the router only.

    Streamlit begins a new session whenever a page is loaded. The browser keeps the key
    of the session for the tab alone, and returns it to the next session, which takes
    over tables, results and a running comparison while the server still holds them.
    """
    found = component("reload")(
        key="reload",
        data={"key": state.held().key},
        on_former_change=lambda: None,
        height=1,
    )
    if isinstance(found.former, str) and state.take_over(found.former):
        st.rerun()
