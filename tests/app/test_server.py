"""How the dashboard's server is configured."""

from pathlib import Path

import pytest

from skloss.app import server


@pytest.fixture
def started(monkeypatch):
    """Record the options of a server in place of starting it."""
    options = []

    class App:
        def __init__(self, router, **parts):
            pass

        def run(self, config):
            options.append(config)

    monkeypatch.setattr(server.st, "App", App)
    monkeypatch.setattr(server.sys, "argv", [])
    return options


def test_the_environment_sets_options_as_for_the_command_of_streamlit(
    started, monkeypatch
):
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", "losses")
    monkeypatch.setenv("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", "10")
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "a.example *.b.example")
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "9001")
    server.serve(Path("dashboard.py"), {"server.port": 9000})
    assert started == [
        {
            "server.baseUrlPath": "losses",
            "server.maxUploadSize": 10,
            "server.allowedHosts": ["a.example", "*.b.example"],
            "server.port": 9000,
        }
    ]


def test_an_option_of_the_environment_that_is_not_valid_ends_the_command(
    started, monkeypatch
):
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "many")
    with pytest.raises(SystemExit, match="'many' is not a valid integer"):
        server.serve(Path("dashboard.py"), {})
    assert started == []
