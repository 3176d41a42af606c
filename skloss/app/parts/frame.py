"""The frame around every page: router, navigation, header, notices and figures."""

from pathlib import Path
from typing import Any, NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from skloss import datasets, figures, wording
from skloss.app import loading, markdown
from skloss.app.parts import accessible, pages, reload, session_panel
from skloss.app.parts.pages import Page, next_page
from skloss.app.session import address, state
from skloss.app.session.jobs import Job
from skloss.app.session.question import Question

# --- the router --------------------------------------------------------------


_TITLE = "skloss: compare losses"


def route() -> None:
    """Run the page of the URL below the navigation. Called by the router only."""
    # A process that multiprocessing starts from the server imports the router, too.
    if get_script_run_ctx(suppress_warning=True) is None:
        return
    st.set_page_config(
        page_title=_TITLE,
        page_icon=str(Path(__file__).parents[1] / "icon.svg"),
        layout="wide",
        initial_sidebar_state="auto",
    )
    state.note_router_run()
    state.held()
    page = st.navigation(_streamlit_pages(), position="hidden")
    if page.title != pages.PAGES[0].title:  # the first page is that of the whole site
        st.set_page_config(page_title=f"{page.title} · skloss")
    accessible.mount()
    loading.begin(__name__)
    reload.take_up_former_session()
    state.collect_result()
    address.follow_url(page.url_path)
    _nav()
    page.run()


def _streamlit_pages() -> list[Any]:
    first, *others = pages.PAGES
    # The first page is served at the root of the site; its own path redirects there.
    return [
        st.Page(first.file, title=first.title, url_path="root", default=True),
        *(st.Page(page.file, title=page.title) for page in others),
        st.Page(_redirect_to_first, title=first.title, url_path=first.path),
    ]


def _redirect_to_first() -> None:
    switch_to(pages.PAGES[0])


def _nav() -> None:
    query = address.url_query()
    # The smallest gap, so that all links fit in one line next to the sidebar.
    with st.container(horizontal=True, gap="xxsmall", key="nav"):
        for page in pages.PAGES:
            # Without a tooltip, which would cover the heading; the question is shown
            # below it.
            st.page_link(page.file, label=_label(page), query_params=query)


def _label(page: Page) -> str:
    """Return the title of a page, in grey if the page is for other tasks."""
    question = state.question()
    if question is None or page.supports(question.task):
        return page.title
    return f":gray[{page.title}]"


# --- the top of a page -------------------------------------------------------


def begin(file: str) -> Page:
    """Start a page with its heading and what is loaded. The first call of each page.

    On a fresh server, Streamlit runs the page of a URL such as ``/compare`` without
    the router, as in its older kind of multipage app; this hands over to the router.

    Parameters
    ----------
    file : str
        The ``__file__`` of the page.

    Returns
    -------
    Page
        The page's record in :data:`skloss.app.parts.pages.PAGES`.
    """
    if not state.router_has_run():
        st.navigation(_streamlit_pages(), position="hidden")
        st.rerun()
    page = next(page for page in pages.PAGES if page.path == Path(file).stem)
    st.title(page.title, anchor=False)
    st.caption(page.question)
    if page != pages.PAGES[0]:  # the first page does without losses
        loading.wait()
    question = state.question()
    if question is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="loaded"):
            st.markdown(question.summary, width="content")
            if page != pages.PAGES[0]:
                link_to_data("Change")
            session_panel.download(question)
    with st.container():  # drawn even if empty, so that the rest keeps its place
        job = state.running()
        if job is not None and not _shows_progress(page, question):
            _running_on_another_page(job, "other-page")
        for other in state.held().running():
            if other is not job and other.page != page.path and other.is_noticed:
                _running_on_another_page(other)
    return page


def _shows_progress(page: Page, question: Question | None) -> bool:
    """Return whether a page shows its running comparison itself, with a Stop button."""
    has_result = page.needs_table and page != pages.PAGES[0]
    return has_result and question is not None and page.supports(question.task)


@st.fragment(run_every=1.0)
def _running_on_another_page(job: Job, key: str | None = None) -> None:
    """Show on other pages that a job is running, and the way to it."""
    if job.finished:
        st.rerun()
    progress = job.progress()
    done = f"{job.title}…"
    if progress.position:
        done = f"{job.title}: waits for {wording.count(progress.position, 'other fit')}"
    elif progress.left:
        done = f"{job.title}, {wording.duration(progress.left)} left"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.caption("Stopping…" if job.stopping else done, width="content")
        (page,) = [page for page in pages.PAGES if page.path == job.page]
        _link(page, "Watch or stop it", ":material/visibility:")


def need_question(page: Page) -> Question:
    """Return the current question, or explain what is missing and end the page.

    Parameters
    ----------
    page : Page
        The page that needs a question with one of its tasks.

    Returns
    -------
    Question
    """
    question = state.question()
    if question is not None and page.supports(question.task):
        if question.has_one_target or not page.one_target:
            return question
    st.info(_what_is_missing(page, question))
    with st.container(horizontal=True, vertical_alignment="center"):
        title = datasets.load_sample(page.sample).title
        st.button(
            f"Load the sample “{title.partition(':')[0]}”",  # a phone cuts long labels
            type="primary",
            help=title,
            on_click=state.use_sample,
            args=(page.sample,),
        )
        if question is None:
            st.page_link(
                pages.PAGES[0].file, label="Upload a CSV", icon=":material/upload:"
            )
        else:
            link_to_data("Choose another target or task")
    end()


def end() -> NoReturn:
    """End the run of a page here.

    `st.stop` would also drop what was clicked during the run, such as a Stop button in
    a fragment: it stops the requests that wait for the end of the run.
    """
    raise StopException


def _what_is_missing(page: Page, question: Question | None) -> str:
    link = address.awaited()
    if link is not None:
        return session_panel.what_link_needs(link)
    if question is None:
        return "No table is loaded. Load a sample or upload a CSV."
    if page.supports(question.task):
        return "This page is for one target, but several columns are predicted."
    own = [p for p in pages.PAGES if p.tasks and p.supports(question.task)]
    see = f" For this task, see **{own[0].title}**." if own else ""
    return (
        f"This page is for {wording.join(list(page.tasks))} tasks, but the current "
        f"task is {question.task}.{see}"
    )


# --- links -------------------------------------------------------------------


def switch_to(page: Page) -> None:
    """End the run and show another page, with the session's state in the URL."""
    st.switch_page(page.file, query_params=address.url_query())


def link_to_data(label: str) -> None:
    """Draw a link to the page on which table, target and task are chosen."""
    _link(pages.PAGES[0], label, ":material/edit:")


def link_to_next(page: Page, question: Question) -> None:
    """Draw a link to the page to read after this one, if there is one."""
    following = next_page(page, question.task, not question.has_one_target)
    if following is not None:
        # The title alone: a phone cuts a long label.
        _link(following, f"Next: {following.title}", following.icon)


def _link(page: Page, label: str, icon: str) -> None:
    st.page_link(page.file, label=label, icon=icon, query_params=address.url_query())


# --- notices and figures -----------------------------------------------------


def show_notices(sentences: list[str]) -> None:
    """Show notices about the data; names in them are escaped."""
    for sentence in sentences:
        st.caption(f":material/info: {markdown.escape(sentence, 400)}")


def show_ending(result: state.Result) -> None:
    """Show a warning if a comparison was stopped before its end."""
    stopped = result.comparison.stopped
    if not stopped:
        return
    by = "by the time limit" if result.out_of_time else "before its end"
    if result.comparison.predictions.empty:
        show_untrained(by)
        return
    names = wording.join(
        [markdown.escape(wording.title_of(label)) for label in stopped]
    )
    st.warning(
        f"This comparison was stopped {by}. These losses are scored at their best "
        f"weights so far, in the folds with a finished epoch: {names}."
    )


def show_untrained(by: str = "before its end") -> None:
    """Show that a comparison was stopped when it had nothing to keep."""
    st.warning(
        f"This comparison was stopped {by}, when no loss had finished an epoch. "
        "Press Compare to run it again."
    )


# In captions, what follows explains the figure; what precedes is its finding.
_READING = "How to read: "


def figure(drawn: Any, key: str, captioned: bool = True) -> None:
    """Show a figure with its caption, and its numbers as a table on request.

    Parameters
    ----------
    drawn : plotly.graph_objects.Figure
        A figure of `skloss.figures`.
    key : str
        Unique on the page.
    captioned : bool, default=True
        Whether to show the caption and the switch to the table. A figure that is drawn
        while a job runs has neither.
    """
    if captioned:
        _figure_or_table(drawn, key)
    else:
        _chart(drawn, key)


@st.fragment
def _figure_or_table(drawn: Any, key: str) -> None:
    """Draw one figure; its switch runs nothing but this again."""
    place = st.container()
    finding, _, reading = drawn.layout.meta["caption"].partition(_READING)
    st.caption(markdown.escape(finding, 1000))
    with st.container(horizontal=True, vertical_alignment="center"):
        as_table = st.toggle("As table", key=f"as-table-{key}")
        if reading:
            with st.popover(_READING.rstrip(": "), type="tertiary"):
                st.markdown(markdown.escape(wording.capitalized(reading), 1000))
    with place:
        if as_table:
            st.markdown(f"**{markdown.escape(drawn.layout.title.text, 200)}**")
            st.dataframe(
                figures.table_of(drawn), hide_index=True, alt=drawn.layout.meta["alt"]
            )
        else:
            _chart(drawn, key)


def _chart(drawn: Any, key: str) -> None:
    st.plotly_chart(
        drawn,
        key=key,
        alt=drawn.layout.meta["alt"],
        config={
            "displaylogo": False,
            "toImageButtonOptions": {"format": "svg", "filename": f"skloss-{key}"},
        },
    )
