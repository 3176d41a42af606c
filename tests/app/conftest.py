"""A session outside Streamlit, for the tests of the dashboard's state."""

import pytest

from skloss.app.session import state
from skloss.app.session.holding import Held


@pytest.fixture
def held(monkeypatch):
    """What the server holds for a new, empty session."""
    held = Held()
    monkeypatch.setattr(state, "_session", {})
    monkeypatch.setattr(state, "held", lambda: held)
    return held
