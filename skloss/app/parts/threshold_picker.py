"""The threshold of a class: as a probability, or as a number of rows to flag."""

from typing import Any

import numpy as np
import streamlit as st

from skloss import figures, report
from skloss.app.parts import frame, moving, pickers
from skloss.app.session import state
from skloss.figures.flagging import flagging

RECOVERED = (
    "The scores of a loss that is not proper are no probabilities by themselves; these "
    "are recovered from the slopes of the loss, or calibrated. A proper loss has one "
    "line."
)
_BY = {"rows": "the number of flagged rows", "threshold": "the threshold"}


def threshold(comparison: Any, loss: str, label: Any) -> float:
    """Draw the controls of a threshold and what it gives, and return it.

    Both start at the decision rule of the loss: at as many rows as it predicts to be of
    the class.

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
    decided = report.flagged_rows(comparison, loss, label)
    rule = report.flagging_threshold(comparison, loss, label, decided)
    if not np.isfinite(rule):
        st.caption("This loss gives no probabilities, so there is no threshold.")
        return 0.5
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        by = pickers.picker(
            "Choose by", list(_BY), "threshold-by", format_func=_BY.__getitem__
        )
    with right:
        if by == "threshold":
            chosen = _threshold_field(f"threshold-{loss}-{label}", rule)
        else:
            rows_key = f"threshold-rows-{loss}-{label}"
            chosen = _rows_field(rows_key, decided, len(comparison.X))
    if by == "threshold":
        _show_threshold(comparison, loss, label, chosen)
        return chosen
    moving.show(
        flagging(comparison, loss, label, chosen),
        "flagging",
        lambda _, value: state.change_setting(rows_key, round(value)),
    )
    return report.flagging_threshold(comparison, loss, label, chosen)


def _rows_field(key: str, decided: int, most: int) -> int:
    state.setting(key, decided)
    return st.number_input(
        "Rows to flag, the most suspicious first",
        min_value=1,
        max_value=most,
        key=state.widget_key(key),
        persist_state="session",
        help="At first as many as this loss itself predicts to be of the class.",
    )


def _threshold_field(key: str, rule: float) -> float:
    state.setting(key, rule)
    return st.number_input(
        "Threshold",
        0.0,
        1.0,
        step=0.01,
        format="%.4g",
        key=state.widget_key(key),
        persist_state="session",
        help="At first the one that flags as many rows as this loss itself predicts.",
    )


def _show_threshold(comparison: Any, loss: str, label: Any, chosen: float) -> None:
    """Draw the scores at a threshold, and those at all others."""
    scores = report.threshold_scores(comparison, loss, label, chosen)
    with st.container(horizontal=True, key="at-threshold"):
        for title, value in scores.items():
            st.metric(title, value, width="content")
    drawn = figures.threshold_curve(comparison, loss, label, chosen)
    frame.figure(drawn, key="threshold-curve")


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
        "figures.confusion_matrix(comparison, loss, label).show()\n"
        "figures.threshold_curve(comparison, loss, label, threshold).show()\n"
        "figures.precision_recall_curves(comparison, label).show()\n"
        "figures.roc_curves(comparison, label).show()\n"
        "figures.class_reliability(comparison, label).show()\n"
        "figures.recovered_reliability(comparison, loss, label).show()"
    )


def _plain(label: Any) -> Any:
    """Return a NumPy scalar as the Python object that its repr rebuilds."""
    return label.item() if hasattr(label, "item") else label
