"""The frame around every page: entering, the way between pages, and the header."""

import gc
import threading
from pathlib import Path
from typing import Any

import streamlit as st

import skloss
from skloss import datasets, wording
from skloss.app import text
from skloss.app.session import state
from skloss.app.session.question import Question

PAGES = {
    "data": ("Data", ":material/table_chart:", "What have I got?"),
    "compare": ("Compare", ":material/compare_arrows:", "Which loss serves me?"),
    "residuals": ("Residuals", ":material/bar_chart:", "Which noise is this?"),
    "imbalance": ("Imbalance", ":material/balance:", "Do I catch the rare class?"),
}


def pages() -> list[Any]:
    """Return the pages of the dashboard, in the order of the journey."""
    first, *others = PAGES
    # The first page lives at the root; who types its name is led there.
    return [
        st.Page(
            _page_file(first), title=PAGES[first][0], url_path="root", default=True
        ),
        *(st.Page(_page_file(name), title=PAGES[name][0]) for name in others),
        st.Page(_to_first_page, title=PAGES[first][0], url_path=first),
    ]


def _page_file(name: str) -> str:
    return f"pages/{name}.py"


def _to_first_page() -> None:
    st.switch_page(_page_file(next(iter(PAGES))), query_params=state.address())


@st.cache_resource(show_spinner=False)
def _warm_up() -> threading.Thread:
    """Load torch while the first page is read, once for the whole server."""
    thread = threading.Thread(target=_load, daemon=True)
    thread.start()
    return thread


def _load() -> None:
    """Compare once in miniature: torch and scikit-learn import much when first used.

    Streamlit collects garbage after every run of a script. Half a million objects of
    modules, which never become garbage, would make each run wait for half a second;
    frozen, they are left out.
    """
    numbers = [float(row) for row in range(20)]
    skloss.compare_losses(
        [[number] for number in numbers],
        numbers,
        ["squared_error"],
        estimator=skloss.TorchRegressor(max_iter=1),
        cv=2,
    )
    gc.collect()
    gc.freeze()


def route() -> None:
    """Run the page that the address asks for, below the header. For the router."""
    st.set_page_config(
        page_title="skloss: compare losses",
        page_icon=str(Path(__file__).parents[1] / "icon.svg"),
        layout="wide",
        initial_sidebar_state="auto",
    )
    state.enter()
    page = st.navigation(pages(), position="hidden")
    _warm_up()
    state.collect()
    state.follow_address()
    _way_between_pages()
    page.run()


def enter() -> None:
    """Begin a page. The first line of each page.

    On a fresh server an address such as ``/compare`` runs the page without the
    router, in Streamlit's older way of pages; this hands over to the router.
    """
    if not state.entered():
        st.navigation(pages(), position="hidden")
        st.rerun()


def _way_between_pages() -> None:
    query = state.address()
    with st.container(horizontal=True, gap="small", key="way"):
        for name, (title, _, question) in PAGES.items():
            st.page_link(
                _page_file(name), label=title, help=question, query_params=query
            )


def header(page: str) -> None:
    """Show the page's question and what is loaded."""
    st.header(PAGES[page][2], anchor=False)
    question = state.question()
    if question is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="loaded"):
        st.markdown(question.summary, width="content")
        if page != "data":
            to_data("change")


def to_data(label: str) -> None:
    """Draw the way to the page on which table, target and task are chosen."""
    st.page_link(
        "pages/data.py",
        label=label,
        icon=":material/edit:",
        query_params=state.address(),
    )


def need_question(sample: str) -> Question:
    """Return the current question, or offer a sample and end the page."""
    question = state.question()
    if question is not None:
        return question
    st.info("There is no table yet. Take a sample, or upload your own.")
    with st.container(horizontal=True):
        _sample_button(sample)
        st.page_link("pages/data.py", label="Upload a CSV", icon=":material/upload:")
    st.stop()


def need_task(tasks: tuple[str, ...], why: str, sample: str) -> Question:
    """Return the question if its task is one of ``tasks``, else offer a way on."""
    question = need_question(sample)
    if question.task in tasks:
        return question
    st.info(why)
    with st.container(horizontal=True):
        _sample_button(sample)
        to_data("Choose another target or task")
    st.stop()


def _sample_button(name: str) -> None:
    st.button(
        f"Load the sample “{datasets.load_sample(name).title}”",
        type="primary",
        on_click=state.use_sample,
        args=(name,),
    )


def show_notices(sentences: list[str]) -> None:
    """Show notices about the data, names in them shown as they are."""
    for sentence in sentences:
        st.caption(f":material/info: {text.escape(sentence, 400)}")


def show_ending(result: state.Result) -> None:
    """Say it if a comparison was stopped, and by what."""
    stopped = result.comparison.stopped
    if not stopped:
        return
    by = "The time limit" if result.out_of_time else "You"
    names = wording.join([text.escape(wording.title_of(label)) for label in stopped])
    st.warning(
        f"{by} stopped this comparison. Scored at their best weights so far: {names}."
    )


def figure(drawn: Any, key: str, captioned: bool = True) -> None:
    """Show a figure, with the answer and how to read it below."""
    st.plotly_chart(
        drawn,
        key=key,
        alt=drawn.layout.meta["alt"],
        config={
            "displaylogo": False,
            "toImageButtonOptions": {"format": "svg", "filename": f"skloss-{key}"},
        },
    )
    if captioned:
        st.caption(text.escape(drawn.layout.meta["caption"], 1000))


def next_page(question: Question) -> None:
    """Point to the page that looks closer at this kind of task."""
    name = "residuals" if question.task == "regression" else "imbalance"
    title, icon, question = PAGES[name]
    st.page_link(
        _page_file(name),
        label=f"{title}: {question}",
        icon=icon,
        query_params=state.address(),
    )
