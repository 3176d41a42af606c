"""The comparison of a page: settings, start button, progress and result."""

import streamlit as st

from skloss import figures, wording
from skloss.app import markdown
from skloss.app.parts import frame, reading_form, settings_form
from skloss.app.session import state, work
from skloss.app.session.jobs import SECONDS_AT_MOST, Job, QueueFullError
from skloss.app.session.question import Question
from skloss.app.session.settings import Settings


def need_result(question: Question) -> state.Result:
    """Draw settings and progress; return the result, or end the page without one."""
    with st.sidebar:
        # Above the form, which is longer than a screen.
        top = st.container()
        settings = settings_form.settings_form(question)
        with top:
            start_button(question, settings, key="compare")
    with st.container():  # drawn even if empty, so that the rest keeps its place
        job = state.running()
        if job is not None:
            other = state.other_running_question()
            if other is not None:
                st.caption(f"Still comparing {other.summary}")
            watch(job)
        if state.failure():
            st.error(markdown.escape(state.failure(), 500))
        if state.stopped_untrained():
            frame.show_untrained()
        result = state.result()
        if result is None:
            if job is None:
                _invite(question, settings)
            frame.end()
        if not settings.is_same(result.settings):
            st.info(
                "The settings have changed since this comparison. Press Compare to "
                "run it with the new settings."
            )
        frame.show_ending(result)
        if result.comparison.predictions.empty:  # stopped before anything was trained
            frame.end()
    return result


def _invite(question: Question, settings: Settings) -> None:
    problem = _problem_with(question, settings)
    if problem:
        st.warning(markdown.escape(problem, 400))
        frame.link_to_data("Choose another target or table")
        return
    if not state.stopped_untrained():  # the warning has named the button
        st.info(
            "Nothing has been compared yet. Press Compare to start: every loss is "
            "trained with the same folds, initial weights and batches."
        )
    start_button(question, settings, key="compare-first")


def _problem_with(question: Question, settings: Settings) -> str:
    if not settings.choices:
        return "Select at least one loss."
    return question.problem_with(settings.folds)


def cost(question: Question, settings: Settings) -> str:
    """Return the size and the expected time of a comparison, in one or two sentences.

    Parameters
    ----------
    question : Question
    settings : Settings

    Returns
    -------
    str
    """
    rows, _ = question.split[0].shape
    seconds = work.seconds_expected(question, settings)
    # A no-break space, so that a narrow column keeps the number with its unit.
    duration = wording.duration(seconds).replace(" ", "\u00a0")
    others = ""
    if settings.contenders:
        others = f" and {wording.count(len(settings.contenders), 'other model')}"
    size = (
        f"{wording.count(len(settings.choices), 'loss', 'losses')}{others} × "
        f"{settings.folds} folds on {wording.count(rows, 'row')}, "
        f"about {duration}."
    )
    if seconds <= SECONDS_AT_MOST:
        return size
    return (
        f"{size} It will be stopped after {wording.duration(SECONDS_AT_MOST)}, and "
        "finished losses are kept. Use fewer losses or folds, or a smaller network."
    )


def start_button(question: Question, settings: Settings, key: str) -> None:
    """Draw the primary button with the cost next to it; a press starts a job."""
    problem = _problem_with(question, settings)
    busy = state.running() is not None
    pressed = st.button(
        "Comparing…" if busy else "Compare",
        type="primary",
        icon=":material/play_arrow:",
        disabled=busy or bool(problem),
        key=key,
    )
    if problem:
        st.warning(markdown.escape(problem, 400))
        return
    st.caption(cost(question, settings))
    # The button of the sidebar has a narrow column, and the other is next to it.
    reading_form.rows_button(question.table, key=f"rows-{key}")
    if pressed:
        problem = start(question, settings)
        if problem:
            st.warning(problem)
            return
        st.rerun()


def start(question: Question, settings: Settings) -> str:
    """Start a comparison, or return why it cannot start now."""
    try:
        labels = settings.rows
        run = work.comparison_work(question, settings)
        job = Job(lambda on_epoch: run(on_epoch, job.should_stop), labels)
        state.start(job, question, settings)
    except QueueFullError as error:
        return str(error)
    return ""


@st.fragment(run_every=0.5)
def watch(job: Job) -> None:
    """Show the progress of a job with a Stop button; run the page again at its end."""
    if job.finished:
        st.rerun()
    progress_bar(job, "Stops the training. Finished losses are kept.")
    curves = job.curves()
    if not (curves.empty or job.stopping):
        frame.figure(
            figures.learning_curves_so_far(curves, job.labels),
            key="live",
            captioned=False,
        )


def progress_bar(job: Job, help: str, name: str = "") -> None:
    """Draw the progress of a job next to a Stop button.

    Parameters
    ----------
    job : Job
    help : str
        What stopping means.
    name : str, default=""
        Distinguishes the bar from that of the comparison.
    """
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"running{name}"
    ):
        st.progress(job.progress().fraction, text=progress_text(job), width="stretch")
        st.button(
            "Stop",
            icon=":material/stop:",
            key=f"stop{name}",
            on_click=job.stop,
            disabled=job.stopping,
            help=help,
        )


def progress_text(job: Job) -> str:
    """Return the progress of a job in a few words.

    Parameters
    ----------
    job : Job

    Returns
    -------
    str
    """
    progress = job.progress()
    if job.stopping:
        return "Stopping…"
    if progress.position:
        others = wording.count(progress.position, "other comparison")
        return f"Waiting for {others} on this server."
    if progress.epoch == 0:
        return "Preparing…"
    if progress.left is None:
        return f"Epoch {progress.epoch}"
    left = wording.duration(progress.left)
    return f"Epoch {progress.epoch}, about {left} left"
