"""A constant and gradient boosting beside the losses, computed after them."""

from typing import Any

import streamlit as st

from skloss.app import findings, state
from skloss.app.jobs import Job, QueueFullError

# Gradient boosting grows a tree for each class and round: minutes for hundreds.
_CLASSES_AT_MOST = 30
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
    if awaited:
        _watch(job)


def _begin(comparison: Any) -> Job | None:
    if len(comparison.classes or ()) > _CLASSES_AT_MOST:
        return None
    try:
        return Job(lambda on_epoch: comparison.references()).start()
    except QueueFullError:
        return None


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    if job.finished:
        st.rerun()
