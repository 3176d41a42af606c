"""A constant and gradient boosting beside the losses, computed after them."""

from typing import Any

import streamlit as st

from skloss import wording
from skloss.app import findings, text
from skloss.app.session import state
from skloss.app.session.jobs import Job, QueueFullError

# Gradient boosting grows a tree for each class and round: minutes for hundreds.
_CLASSES_AT_MOST = 30
# Most take less; a button that only flashes up would unsettle.
_SECONDS_BEFORE_STOP = 5.0
_EXPLAINED = (
    " · in brackets, yardsticks that are not ranked: the same constant for every row, "
    "and scikit-learn's gradient boosting as it comes"
)


def matrix(comparison: Any, unit: str) -> None:
    """Draw the losses by metrics, and the yardsticks as soon as they are known."""
    job = state.yardsticks(comparison, _begin)
    awaited = job is not None and not job.finished
    found = None if job is None else job.result
    st.table(findings.matrix(comparison, unit, found, awaited), border="horizontal")
    st.caption(
        f"{findings.BEST} best of its column · {findings.TIE} tied with it: the folds "
        "cannot tell them apart · ± standard error over the folds"
        + (_EXPLAINED if awaited or found is not None else "")
    )
    with st.container():  # always there: what stands below keeps its place
        if awaited:
            _watch(job)
        elif job is not None and job.stopping and found is None:
            _say_stopped(comparison, job)
        elif job is not None and found is None:
            reason = text.escape(job.error, 300) or "The server's log says why."
            st.caption(f"The yardsticks could not be computed. {reason}")


def _begin(comparison: Any) -> Job | None:
    if len(comparison.classes or ()) > _CLASSES_AT_MOST:
        return None
    # There are no epochs to hear of; between two fits the job itself is asked.
    job = Job(lambda on_epoch: comparison.references(job.should_stop))
    try:
        return job.start()
    except QueueFullError:
        return None


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    if job.finished:
        st.rerun()
    if job.seconds_taken > _SECONDS_BEFORE_STOP:
        st.button(
            "Stopping the yardsticks…" if job.stopping else "Stop the yardsticks",
            icon=":material/stop:",
            key="stop-yardsticks",
            on_click=job.stop,
            disabled=job.stopping,
            help="Ends when the model that is being fitted is done.",
        )


def _say_stopped(comparison: Any, job: Job) -> None:
    by = "before they were known"
    if job.out_of_time:
        by = f"by the time limit of {wording.duration(job.seconds)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"The yardsticks were stopped {by}.", width="content")
        st.button(
            "Compute the yardsticks",
            icon=":material/refresh:",
            key="start-yardsticks",
            on_click=state.forget_yardsticks,
            args=(comparison,),
        )
