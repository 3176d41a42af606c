"""The matrix of losses and metrics, with the baselines computed after the losses."""

from functools import partial
from typing import Any

import streamlit as st

from skloss import report, wording
from skloss.app import markdown
from skloss.app.parts import sorted_table
from skloss.app.session import derived
from skloss.app.session.jobs import Job, OnEpoch, QueueFullError, yield_to_pages

# Gradient boosting grows one tree per class and round: minutes for hundreds of classes.
_CLASSES_AT_MOST = 30
# Most baselines take less time, and a button that appears only briefly would distract.
_SECONDS_BEFORE_STOP = 5.0
_IN_BRACKETS = " · in brackets, baselines that are not ranked: "
_EXPLAINED = (
    "the best constant for each metric, a linear model, and scikit-learn's gradient "
    "boosting with default parameters"
)


def matrix(comparison: Any, explained: str = _EXPLAINED, page: str = "compare") -> None:
    """Draw the losses by metrics, and the baselines as soon as they are known.

    Parameters
    ----------
    comparison : Comparison
    explained : str
        What the baselines are.
    page : str, default="compare"
        Path of the page.
    """
    job = derived.baselines_job(comparison, partial(begin, page=page))
    awaited = job is not None and not job.finished
    found = comparison.baselines
    if job is not None and found is None:
        found = job.partial
    sorted_table.draw(
        lambda **order: report.matrix_text(
            comparison, found, awaited=awaited, markup=markdown.CELLS, **order
        ),
        report.metrics_of(comparison),
        key="matrix",
    )
    st.caption(
        f"{report.BEST} best of its column · {report.TIED} not clearly worse than "
        "the best · a column without marks: no loss is better than a constant · ± "
        "standard error over the folds · press the title of a column to sort"
        + (_IN_BRACKETS + explained if awaited or found is not None else "")
    )
    with st.container():  # drawn even if empty, so that the rest keeps its place
        if awaited:
            _watch(job, found)
        elif job is not None and job.stopping and job.result is None:
            _show_stopped(comparison, job)
        elif job is not None and job.result is None:
            reason = markdown.escape(job.error, 300) or "See the server's log."
            st.caption(f"The baselines could not be computed. {reason}")


def begin(comparison: Any, page: str = "compare") -> Job | None:
    """Start the job that computes the baselines.

    Parameters
    ----------
    comparison : Comparison
    page : str, default="compare"
        Path of the page that shows them.

    Returns
    -------
    Job or None
        None if they are known, as from a session file, if there are too many classes,
        or too many jobs on this server.
    """
    is_known = comparison.baselines is not None
    if is_known or len(comparison.classes or ()) > _CLASSES_AT_MOST:
        return None

    def work(on_epoch: OnEpoch) -> Any:
        yield_to_pages()
        # Baselines report no epochs, so the stop is checked between two fits instead.
        return comparison.references(job.should_stop, keep)

    def keep(found: Any) -> None:
        job.partial = found

    job = Job(work, title="Computing baselines", page=page)
    try:
        return job.start()
    except QueueFullError:
        return None


@st.fragment(run_every=0.5)
def _watch(job: Job, shown: Any) -> None:
    if job.finished or job.partial is not shown:
        st.rerun()
    if job.seconds_taken > _SECONDS_BEFORE_STOP:
        st.button(
            "Stopping the baselines…" if job.stopping else "Stop the baselines",
            icon=":material/stop:",
            key="stop-baselines",
            on_click=job.stop,
            disabled=job.stopping,
            help="Stops after the model that is being fitted.",
        )


def _show_stopped(comparison: Any, job: Job) -> None:
    by = "before they were finished"
    if job.out_of_time:
        by = f"by the time limit of {wording.duration(job.seconds)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"The baselines were stopped {by}.", width="content")
        st.button(
            "Compute the baselines",
            icon=":material/refresh:",
            key="start-baselines",
            on_click=derived.forget_baselines,
            args=(comparison,),
        )
