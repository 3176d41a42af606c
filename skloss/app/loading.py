"""Ways to a table: upload a file, take a sample, override what was guessed."""

import streamlit as st

from skloss import datasets
from skloss.app import state, text
from skloss.app.problem import MEGABYTES_AT_MOST, read_upload
from skloss.table import TableError


def uploader() -> None:
    """Draw the upload field and take in a file that is new."""
    file = st.file_uploader(
        "Upload a CSV",
        type=["csv", "tsv", "txt"],
        key="upload",
        max_upload_size=MEGABYTES_AT_MOST,
        help="Any delimiter, encoding and decimal mark. The file stays in this "
        "session: nobody else sees it, and it is gone when you close the page.",
    )
    if file is None:
        return
    if state.upload_is_new(file.file_id):
        _take_in(file.file_id, file.name, file.getvalue())
    if state.upload_error():
        st.error(text.escape(state.upload_error(), 500), icon=":material/description:")


def _take_in(file_id: str, name: str, content: bytes) -> None:
    try:
        table = read_upload(name, content)
    except TableError as error:
        state.note_upload(file_id, str(error))
        return
    state.note_upload(file_id)
    state.use(table)
    st.rerun()


def samples() -> None:
    """Draw a card for each built-in table, with its story."""
    names = datasets.list_samples()
    for row in (names[:2], names[2:]):
        for name, column in zip(row, st.columns(2), strict=False):
            sample = datasets.load_sample(name)
            with column.container(border=True, height="stretch", key=f"card-{name}"):
                st.markdown(f"**{sample.title}**")
                st.caption(sample.story)
                st.button(
                    "Use this sample",
                    key=f"use-{name}",
                    help=f"{len(sample.frame):,} rows, {sample.task}",
                    on_click=state.use_sample,
                    args=(name,),
                )


def back_to_upload() -> None:
    """Offer the uploaded table again after a sample has taken its place."""
    upload, current = state.uploaded(), state.data()
    if upload is not None and current is not upload:
        st.button(
            f"Back to {text.escape(upload.name)}",
            icon=":material/undo:",
            on_click=state.use,
            args=(upload,),
        )


def guesses(data: object) -> None:
    """Draw nothing yet."""
    pass
