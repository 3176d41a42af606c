"""Jobs that one panel of a page starts, and whose results a session keeps."""

from typing import Any

import streamlit as st

from skloss.app.parts import comparison_panel
from skloss.app.session import state
from skloss.app.session.jobs import Job, OnEpoch, QueueFullError

# As many as results of comparisons (`RESULTS_AT_MOST`), since most belong to one; each
# may hold a table of embeddings in memory.
_KEPT_AT_MOST = 6


def start(run: Any, cache: str, key: Any, *, title: str, page: str) -> None:
    """Start a job, and forget those that were kept longest.

    Parameters
    ----------
    run : callable
        Takes a function to call after each epoch, and one that returns whether to stop.
    cache : str
        Name of the jobs of this kind, as in `state.cache`.
    key : object
        What the result depends on.
    title, page : str
        As in `Job`.
    """

    def work(on_epoch: OnEpoch) -> Any:
        return run(on_epoch, job.should_stop)

    job = Job(work, title=title, page=page)
    try:
        state.end_with_session(job.start())
    except QueueFullError as error:
        st.toast(str(error))
        return
    kept = state.cache(cache)
    kept[key] = job
    for oldest in list(kept)[:-_KEPT_AT_MOST]:
        del kept[oldest]


@st.fragment(run_every=0.5)
def watch(job: Job, key: str) -> None:
    """Show the progress of a job with a Stop button; run the page again at its end."""
    if job.finished:
        st.rerun()
    comparison_panel.progress_bar(job, "Stops the training.", key)
