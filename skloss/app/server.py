"""The web server of the dashboard: Streamlit's own, with security headers."""

import sys
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from skloss.app.headers import SecurityHeaders


def serve(router: Path, configuration: dict[str, Any]) -> None:
    """Serve the dashboard until the process is interrupted.

    Parameters
    ----------
    router : pathlib.Path
        The script ``dashboard.py``, next to the folders ``pages`` and ``.streamlit``.
    configuration : dict
        Streamlit's options by name, such as ``{"server.port": 8501}``.
    """
    # Streamlit reads `.streamlit/config.toml` next to the script in the first argument.
    sys.argv = [str(router)]
    app = st.App(router, middleware=[Middleware(SecurityHeaders)])
    app.run(config=configuration)
