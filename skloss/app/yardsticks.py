"""A constant and gradient boosting beside the losses, computed after them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st
from threadpoolctl import ThreadpoolController

from skloss.app import findings, state
from skloss.app.jobs import Job, OnEpoch, QueueFullError

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
        return Job(_work(comparison)).start()
    except QueueFullError:
        return None


@cache
def _libraries() -> ThreadpoolController:
    """Look for the libraries with threads once: a search beside imports may hang."""
    return ThreadpoolController()


def _work(comparison: Any) -> Callable[[OnEpoch], Any]:
    def work(on_epoch: OnEpoch) -> Any:
        # Where cores are shared, threads that wait for each other cost more than one.
        with _libraries().limit(limits=1, user_api="openmp"):
            return comparison.references()

    return work


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    if job.finished:
        st.rerun()
