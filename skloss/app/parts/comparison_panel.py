"""The comparison behind a page: its settings, its start, its progress, its result."""

import streamlit as st

from skloss import figures, wording
from skloss.app import text
from skloss.app.parts import frame, settings_form
from skloss.app.session import state, work
from skloss.app.session.jobs import SECONDS_AT_MOST, Job, QueueFullError
from skloss.app.session.question import Question
from skloss.app.session.settings import Settings


def need_result(question: Question) -> state.Result:
    """Draw settings and progress; return the result, or end the page without one."""
    with st.sidebar:
        settings = settings_form.settings_form(question)
        start_button(question, settings, key="compare")
    with st.container():  # always there: what stands below keeps its place
        job = state.running()
        if job is not None:
            elsewhere = state.running_elsewhere()
            if elsewhere is not None:
                st.caption(f"Still comparing {elsewhere.summary}")
            watch(job)
        if state.failure():
            st.error(text.escape(state.failure(), 500))
        result = state.result()
        if result is None:
            if job is None:
                _invite(question, settings)
            st.stop()
        if settings != result.settings:
            st.info(
                "The settings have changed since. Press Compare to see what they do."
            )
        frame.show_ending(result)
    return result


def _invite(question: Question, settings: Settings) -> None:
    obstacle = _problem_with(question, settings)
    if obstacle:
        st.warning(text.escape(obstacle, 400))
        frame.to_data("Choose another target or table")
        return
    st.info(
        "Nothing has been compared yet. The settings are ready to go: every loss sees "
        "the same folds, initial weights and batches."
    )
    start_button(question, settings, key="compare-first")


def _problem_with(question: Question, settings: Settings) -> str:
    if not settings.choices:
        return "Pick at least one loss."
    return question.problem_with(settings.folds)


def cost(question: Question, settings: Settings) -> str:
    """Say what a comparison will take, in one sentence."""
    rows, _ = question.split[0].shape
    seconds = work.seconds_expected(question, settings)
    size = (
        f"{wording.count(len(settings.choices), 'loss', 'losses')} × "
        f"{settings.folds} folds on {wording.count(rows, 'row')}, "
        f"about {wording.duration(seconds)}."
    )
    if seconds <= SECONDS_AT_MOST:
        return size
    return (
        f"{size} It will be stopped after {wording.duration(SECONDS_AT_MOST)} and keep "
        "what is finished: take fewer losses or folds, or a smaller network."
    )


def start_button(question: Question, settings: Settings, key: str) -> None:
    """Draw the one primary button, with the cost beside it; a press starts a job."""
    obstacle = _problem_with(question, settings)
    busy = state.running() is not None
    pressed = st.button(
        "Comparing…" if busy else "Compare",
        type="primary",
        icon=":material/play_arrow:",
        disabled=busy or bool(obstacle),
        key=key,
    )
    if obstacle:
        st.warning(text.escape(obstacle, 400))
        return
    st.caption(cost(question, settings))
    if pressed:
        try:
            labels = tuple(choice.name for choice in settings.choices)
            job = Job(work.comparison_work(question, settings), labels)
            state.start(job, question, settings)
        except QueueFullError as error:
            st.warning(str(error))
            return
        st.rerun()


@st.fragment(run_every=0.5)
def watch(job: Job) -> None:
    """Show how far a job is, with a Stop; the page is drawn anew when it ends."""
    if job.finished:
        st.rerun()
    progress = job.progress()
    with st.container(horizontal=True, vertical_alignment="center", key="running"):
        st.progress(progress.fraction, text=_progress_text(job), width="stretch")
        st.button(
            "Stop",
            icon=":material/stop:",
            key="stop",
            on_click=job.stop,
            disabled=job.stopping,
            help="Ends within a second; losses that are finished stay.",
        )
    curves = job.curves()
    if not (curves.empty or job.stopping):
        styles = figures.loss_styles(job.labels)
        frame.figure(
            figures.learning_curves(curves, styles), key="live", captioned=False
        )


def _progress_text(job: Job) -> str:
    progress = job.progress()
    if job.stopping:
        return "Stopping…"
    if progress.position:
        return (
            f"Waiting: {wording.count(progress.position, 'comparison')} of other "
            "people on this server go first."
        )
    if progress.epoch == 0:
        return "Preparing…"
    if progress.left is None:
        return f"Epoch {progress.epoch}"
    left = wording.duration(progress.left)
    return f"Epoch {progress.epoch}, about {left} left, less where fits stop early"
