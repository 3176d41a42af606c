"""The rows in one cell of a confusion matrix."""

from typing import Any

import streamlit as st

from skloss import report, wording
from skloss.app import markdown
from skloss.app.parts import columns


@st.fragment
def rows_of_a_cell(comparison: Any, loss: str) -> None:
    """Draw the picker of a confusion, the most frequent first, and its rows.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes.
    loss : str
        A label of the comparison.
    """
    counts = report.confusions(comparison, loss)
    if counts.empty:
        return
    place = st.selectbox(
        "Rows of a cell",
        range(len(counts)),
        format_func=lambda k: _cell(*counts.index[k], counts.iloc[k]),
        key=f"cell-{loss}",
        help="Rows of one class that are predicted as another one, those with the "
        "highest probability of the prediction first.",
    )
    truth, predicted = counts.index[place]
    rows = report.confused_rows(comparison, loss, truth, predicted)
    columns.show_rows(
        rows,
        alt=f"Rows of {markdown.escape(truth, 40)} predicted as "
        f"{markdown.escape(predicted, 40)}",
        computed=rows.shape[1] - comparison.X.shape[1],
        height="content",
    )


def _cell(truth: Any, predicted: Any, n: int) -> str:
    names = (wording.display_name(name, 40) for name in (truth, predicted))
    return "{} predicted as {}".format(*names) + f": {wording.count(int(n), 'row')}"
