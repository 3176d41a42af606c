"""The first screen: what skloss is, and a finished comparison of a sample."""

import streamlit as st

from skloss import datasets
from skloss.app import markdown
from skloss.app.parts import frame, pages, session_panel, upload
from skloss.app.session import opening

WHAT_IT_IS = (
    "**skloss** shows what the choice of a loss function changes: it trains the same "
    "small network with several losses on your table and compares them."
)


def first_page() -> None:
    """Draw the field for a file, the built-in samples and a finished comparison.

    On a phone the comparison comes before the samples, which the styles of the page
    place below the field elsewhere.
    """
    with st.container(key="first-page"):
        with st.container(key="first-upload"):
            upload.uploader()
        with st.container(key="first-comparison"):
            finished_comparison()
        with st.container(key="first-samples"):
            upload.samples()


def finished_comparison() -> None:
    """Draw the fits and the answer of a finished comparison, which can be opened."""
    found = opening.opening()
    st.markdown(f"**{datasets.load_sample(opening.SAMPLE).title}**, compared:")
    for sentence in found.sentences[:2]:
        st.markdown(markdown.escape(sentence, 500))
    frame.figure(found.figure, key="opening")
    if st.button(
        "Open this comparison",
        icon=":material/compare_arrows:",
        key="open-comparison",
    ):
        session_panel.open_file(found.session.encode())
        frame.switch_to(pages.PAGES[1])
