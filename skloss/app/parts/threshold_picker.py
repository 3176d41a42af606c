"""The threshold of a class: as a probability, or as a number of rows to flag."""

from typing import Any

import streamlit as st

from skloss import report
from skloss.app.parts import pickers
from skloss.app.session import state

_BY = {"threshold": "the threshold", "rows": "the number of flagged rows"}


def threshold(comparison: Any, loss: str, label: Any) -> float:
    """Draw the controls of a threshold, and return it.

    A number of rows starts at what the loss itself predicts, and suits rare classes,
    whose rows all have small probabilities.

    Parameters
    ----------
    comparison : Comparison
    loss : str
    label : object
        The class.

    Returns
    -------
    float
    """
    left, right = st.columns([1, 2])
    with left:
        by = pickers.picker(
            "Choose by", list(_BY), "threshold-by", format_func=_BY.__getitem__
        )
    with right:
        if by == "threshold":
            return st.slider(
                "Threshold",
                0.0,
                1.0,
                0.5,
                0.01,
                key=state.widget_key("threshold"),
                persist_state="session",
            )
        most = len(comparison.X)
        decided = report.flagged_rows(comparison, loss, label)
        key = f"threshold-rows-{loss}-{label}"
        state.setting(key, decided)
        rows = st.number_input(
            "Rows to flag, the most suspicious first",
            min_value=1,
            max_value=most,
            key=state.widget_key(key),
            persist_state="session",
            help="At first as many as this loss itself predicts to be of the class.",
        )
    return report.flagging_threshold(comparison, loss, label, rows)


def script(comparison: Any, loss: str, label: Any, threshold: float) -> str:
    """Return the Python that gives the numbers and figures of the page.

    Parameters
    ----------
    comparison : Comparison
    loss : str
    label : object
    threshold : float

    Returns
    -------
    str
    """
    return (
        f"{comparison.script()}\n"
        "from skloss import figures, report\n\n"
        f"loss, label, threshold = {loss!r}, {_plain(label)!r}, {threshold!r}\n"
        "print(report.threshold_scores(comparison, loss, label, threshold))\n"
        "print(report.tuned_scores(comparison, label))\n"
        "figures.confusion_matrix(comparison, loss).show()\n"
        "figures.threshold_curve(comparison, loss, label, threshold).show()\n"
        "figures.precision_recall_curves(comparison, label).show()\n"
        "figures.roc_curves(comparison, label).show()\n"
        "figures.class_reliability(comparison, label).show()"
    )


def _plain(label: Any) -> Any:
    """Return a NumPy scalar as the Python object that its repr rebuilds."""
    return label.item() if hasattr(label, "item") else label
