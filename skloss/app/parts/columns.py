"""The columns of a table: a preview, their roles, the target and the task."""

import pandas as pd
import streamlit as st

from skloss.app import text
from skloss.app.session import state
from skloss.app.session.question import TASKS, LoadedTable, Question

_ROWS_SHOWN = 200
_ROLES = ["feature", "ignore"]
_TYPES = ["number", "category", "date", "text", "identifier", "constant"]


def preview(data: LoadedTable) -> None:
    """Show the first rows as they were read."""
    rows = len(data.frame)
    shown = data.frame.head(_ROWS_SHOWN)
    st.dataframe(
        shown.set_axis(pd.RangeIndex(1, len(shown) + 1, name="row")),
        height=260,
        column_config=date_columns(shown),
        alt=f"The first {len(shown)} rows of the table",
    )
    if rows > _ROWS_SHOWN:
        st.caption(f"The first {_ROWS_SHOWN} of {rows:,} rows.")


def date_columns(frame: pd.DataFrame) -> dict:
    """Return how `st.dataframe` shows dates that have no time of day."""
    dates = frame.select_dtypes("datetime")
    return {
        name: st.column_config.DateColumn(format="YYYY-MM-DD")
        for name in dates
        if (dates[name].dropna() == dates[name].dropna().dt.normalize()).all()
    }


def target_and_task(data: LoadedTable) -> None:
    """Draw the choice of the column to predict and of the task, with its reason."""
    names = list(data.frame.columns)
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox(
            "Column to predict (target)",
            names,
            index=names.index(state.target()),
            key=f"target-{data.digest}-{state.target()}",
        )
        if chosen != state.target():
            state.choose_target(chosen)
            st.rerun()
    with right:
        proposal, current = state.proposal(), state.task()
        offered = [t for t in TASKS if t in {current, proposal.task} or _fits(t, data)]
        task = st.pills(
            "Task",
            offered,
            default=current,
            required=True,
            wrap=True,
            format_func=TASKS.get,
            key=f"task-{data.digest}-{state.target()}-{current}",
        )
        if task != current:
            state.choose_task(task)
            st.rerun()
        st.caption(f"Proposed: {proposal.task}. {text.escape(proposal.reason, 300)}")


def _fits(task: str, data: LoadedTable) -> bool:
    """Return whether a task could be asked of the target at all."""
    y = data.frame[state.target()]
    if task == "regression":
        return pd.api.types.is_numeric_dtype(y)
    return task == "binary" if y.nunique() <= 2 else task == "multiclass"


def roles(question: Question) -> None:
    """Draw the table of columns, in which role and type can be changed."""
    columns = question.roles
    shown = columns[columns["role"] != "target"]
    edited = st.data_editor(
        shown,
        key=f"roles-{question.data.digest}-{question.target}",
        disabled=["_index", "missing", "distinct", "notice"],
        column_config={
            "_index": st.column_config.TextColumn("Column"),
            "role": st.column_config.SelectboxColumn(
                "Role",
                options=_ROLES,
                required=True,
                help="A feature is used to predict; an ignored column is not.",
            ),
            "type": st.column_config.SelectboxColumn(
                "Type",
                options=_TYPES,
                required=True,
                help="Numbers are scaled, categories become one column each, dates "
                "become numbers; text, identifiers and constants are left out.",
            ),
            "missing": st.column_config.NumberColumn("Missing", format="localized"),
            "distinct": st.column_config.NumberColumn("Distinct", format="localized"),
            "notice": st.column_config.TextColumn("Notice", width="large"),
        },
        alt="Columns of the table with their roles and types",
    )
    if not edited[["role", "type"]].equals(shown[["role", "type"]]):
        changed = columns.copy()
        changed.loc[edited.index, ["role", "type"]] = edited[["role", "type"]]
        state.choose_roles(changed)
        st.rerun()
