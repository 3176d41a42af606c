"""The web server of the dashboard: Streamlit's own, with security headers."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime
from streamlit.web.cli import configurator_options

from skloss.app import loading
from skloss.app.headers import SecurityHeaders
from skloss.app.session.holding import HOLDER, Held


def serve(router: Path, configuration: dict[str, Any]) -> None:
    """Serve the dashboard until the process is interrupted.

    Parameters
    ----------
    router : pathlib.Path
        The script ``dashboard.py``, next to the folders ``pages`` and ``.streamlit``.
    configuration : dict
        Streamlit's options by name, such as ``{"server.port": 8501}``. They come before
        those of the environment.
    """
    configuration = options_of_environment() | configuration
    # Streamlit reads `.streamlit/config.toml` next to the script in the first argument.
    sys.argv = [str(router)]
    app = st.App(router, middleware=[Middleware(SecurityHeaders)], lifespan=lifespan)
    app.run(config=configuration)


def options_of_environment() -> dict[str, Any]:
    """Return Streamlit's options that environment variables set, by name.

    They belong to the command line of ``streamlit run``: a server that is started from
    Python ignores them unless it reads them in the same way.

    Returns
    -------
    dict of str to object
    """
    command = click.command("options")(configurator_options(lambda **options: None))
    try:
        values = command.make_context("options", []).params
    except click.ClickException as error:
        raise SystemExit(error.format_message()) from error
    keys = {option.name: option.opts[0].removeprefix("--") for option in command.params}
    return {
        keys[name]: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None and value != ()
    }


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load what pages need, and close sessions that are released.

    Streamlit imports a script when a visitor opens a page and has to wait for it, and
    keeps a disconnected session with its widgets, whose callbacks refer to tables,
    until a later visitor comes.

    Parameters
    ----------
    app : streamlit.App
    """
    loop = asyncio.get_running_loop()

    def close(held: Held) -> None:
        server = runtime.get_instance()
        if not server.is_active_session(held.session_id):
            server.close_session(held.session_id)

    # Streamlit's sessions may be closed by the thread of its event loop alone.
    HOLDER.on_release = lambda held: loop.call_soon_threadsafe(close, held)
    loading.begin("skloss.app.parts.frame")
    yield {}
