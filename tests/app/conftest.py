"""A session outside Streamlit, for the tests of the dashboard's state."""

import pytest

from skloss.app.session import state
from skloss.app.session.jobs import SessionJobs


@pytest.fixture
def session_jobs(monkeypatch):
    """The jobs of a new, empty session."""
    jobs = SessionJobs()
    monkeypatch.setattr(state, "_session", {})
    monkeypatch.setattr(state, "_session_jobs", lambda: jobs)
    return jobs
