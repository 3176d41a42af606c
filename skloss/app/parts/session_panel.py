"""The session file in the browser: its download, and the upload that restores it."""

import streamlit as st

from skloss.app import markdown
from skloss.app.session import address, session_file, state, tables
from skloss.app.session.address import Awaited
from skloss.app.session.question import Question
from skloss.app.session.session_file import Saved
from skloss.app.session.settings import Settings
from skloss.app.session.tables import LoadedTable

_WAITING = "waiting"


def download(question: Question) -> None:
    """Draw the download of the session file."""
    settings = state.requested_settings() or Settings()
    # While a comparison runs, the previous one is saved.
    result = state.result() or state.last_result(question)
    st.download_button(
        "Session file",
        # Made in another thread, which has no session: the values are bound here.
        lambda: session_file.write(question, settings, result),
        file_name="skloss-session.json",
        mime="application/json",
        on_click="ignore",
        type="tertiary",
        icon=":material/save:",
        key="get-session",
        help="Settings and results, without the table. Drop the file on the page Data "
        "to continue later or on another server.",
    )


def is_session_file(content: bytes) -> bool:
    """Return whether an upload is meant as a session file."""
    start = content[:200].lstrip()
    return start.startswith(b"{") and session_file.FORMAT.encode() in start


def open_file(content: bytes) -> bool:
    """Restore a session, or keep it until its table is uploaded.

    Parameters
    ----------
    content : bytes
        Content of a session file.

    Returns
    -------
    bool
        Whether it was restored.

    Raises
    ------
    ValueError
        If it is not valid.
    """
    saved = session_file.read(content)
    state.cache("session_file").pop(_WAITING, None)
    if saved.sample is not None:
        _restore(saved, session_file.load_table(saved))
        return True
    upload = state.uploaded()
    if upload is not None and upload.fingerprint == saved.fingerprint:
        _restore(saved, session_file.load_table(saved, upload.name, upload.content))
        return True
    state.cache("session_file")[_WAITING] = saved
    return False


def open_table(name: str, content: bytes) -> bool:
    """Restore the session that waits for a table, if an upload is that table.

    Parameters
    ----------
    name : str
    content : bytes
        Content of the upload.

    Returns
    -------
    bool
        Whether it was restored.

    Raises
    ------
    ValueError
        If the session does not fit the table.
    """
    saved = state.cache("session_file").get(_WAITING)
    if saved is None or tables.digest(content) != saved.fingerprint:
        return False
    state.cache("session_file").pop(_WAITING)
    _restore(saved, session_file.load_table(saved, name, content))
    return True


def waiting() -> None:
    """Name the table that a session file or a link waits for."""
    link = address.awaited()
    if link is not None:
        st.info(what_link_needs(link))
    saved = state.cache("session_file").get(_WAITING)
    if saved is not None:
        st.info(
            f"The session was made from **{markdown.escape(saved.name)}** (SHA-256 "
            f"{saved.fingerprint[:12]}…), which the session file does not contain. "
            "Upload the same file to restore the session."
        )


def what_link_needs(link: Awaited) -> str:
    """Return what to upload to follow a link, as Markdown."""
    return (
        f"This link is about **{markdown.escape(link.name)}** (SHA-256 "
        f"{link.fingerprint[:12]}…), which a link does not contain. Upload the same "
        "file to follow it."
    )


def _restore(saved: Saved, loaded: LoadedTable) -> None:
    question = session_file.question_of(saved, loaded)
    result = session_file.result_of(saved, question)
    # Nothing has been changed before everything was found valid.
    state.set_table(loaded)
    state.choose_target(saved.target)
    state.choose_roles(question.roles)
    state.choose_task(saved.task, question.order)
    state.restore(question, saved.settings, result)
