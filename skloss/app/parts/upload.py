"""Ways to load a table: upload a file, or use a built-in sample."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from skloss import datasets, wording
from skloss.app import markdown
from skloss.app.parts import frame, pages, reading_form, session_panel
from skloss.app.session import address, state
from skloss.app.session.tables import MEGABYTES_AT_MOST


def uploader() -> None:
    """Draw the upload field and read a file that is new."""
    file = st.file_uploader(
        "Upload a CSV",
        type=["csv", "tsv", "txt", "json"],
        key=state.upload_key(),
        max_upload_size=MEGABYTES_AT_MOST,
        help="Any delimiter, encoding and decimal mark. The file stays in this "
        "session: nobody else can see it, and it is deleted when you press “Forget my "
        "table” or close the page. "
        "A session file of skloss restores settings and results.",
    )
    session_panel.waiting()
    if file is None:
        return
    if state.upload_is_new(file.file_id):
        # Recorded first, because a file that can be read starts a new run of the page.
        state.note_upload(file.file_id)
        state.note_upload(file.file_id, _read(file.name, file.getvalue()))
    if state.upload_error():
        st.error(
            markdown.escape(state.upload_error(), 500), icon=":material/description:"
        )
        if not session_panel.is_session_file(file.getvalue()):
            reading_form.for_refused_file(file.name, file.getvalue())


def _read(name: str, content: bytes) -> str:
    """Read a table or a session file, or return why it is refused."""
    try:
        if session_panel.is_session_file(content):
            if session_panel.open_file(content):
                frame.switch_to(pages.PAGES[1])
            # The page is drawn again to name the table that is missing.
            st.rerun()
        if session_panel.open_table(name, content):
            frame.switch_to(pages.PAGES[1])
        path = address.open_table(name, content)
        if path is not None:
            frame.switch_to(pages.page_of(path))
    except ValueError as error:
        return str(error)
    return reading_form.read(name, content, {})


def samples() -> None:
    """Draw a line with title, size and button for each built-in sample."""
    st.caption("Or use a built-in sample:")
    for name in datasets.list_samples():
        sample = datasets.load_sample(name)
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"card-{name}"
        ):
            short, _, title = sample.title.partition(": ")
            # With equal labels, a screen reader would not distinguish the buttons.
            st.button(
                f"Use {short}",
                key=f"use-{name}",
                help=sample.story,
                on_click=state.use_sample,
                args=(name,),
            )
            st.caption(
                f"{wording.capitalized(title)}  \n{sample.task}, "
                f"{wording.count(len(sample.frame), 'row')}"
            )


def forget_button() -> None:
    """Offer to delete the uploaded tables and everything that was made from them."""
    if state.uploaded() is not None:
        st.button(
            "Forget my table",
            icon=":material/delete:",
            help="Deletes the file, the table and its comparisons from the server's "
            "memory, and stops what is running.",
            key="forget",
            on_click=_forget,
        )


def _forget() -> None:
    state.forget()
    address.clear()
    # Streamlit itself keeps the bytes of a file until its session ends.
    context = get_script_run_ctx()
    context.uploaded_file_mgr.remove_session_files(context.session_id)


def back_to_upload() -> None:
    """Offer the uploaded table again after a sample has replaced it."""
    upload, current = state.uploaded(), state.table()
    if upload is not None and current is not upload:
        st.button(
            f"Back to {markdown.escape(upload.name)}",
            icon=":material/undo:",
            on_click=state.set_table,
            args=(upload,),
        )
