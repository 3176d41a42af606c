"""The columns of a table: preview, roles, target and task."""

from typing import Any

import pandas as pd
import streamlit as st

from skloss.app import markdown
from skloss.app.session import state
from skloss.app.session.question import (
    COLUMN_TASKS,
    LoadedTable,
    Question,
    possible_tasks,
)
from skloss.tasks import as_task

_ROWS_SHOWN = 200
_ROLES = ["feature", "ignore"]
_TYPES = ["number", "category", "date", "text", "identifier", "constant"]


def preview(loaded: LoadedTable) -> None:
    """Show the first rows of a table."""
    rows = len(loaded.frame)
    shown = loaded.frame.head(_ROWS_SHOWN)
    show_rows(shown, f"The first {len(shown)} rows of the table", height=260)
    if rows > _ROWS_SHOWN:
        st.caption(f"The first {_ROWS_SHOWN} of {rows:,} rows.")


def show_rows(rows: pd.DataFrame, alt: str, **options: Any) -> None:
    """Show rows of the table, numbered from 1.

    Parameters
    ----------
    rows : pandas.DataFrame
        Its index holds positions in the table, from 0.
    alt : str
        Description for screen readers.
    **options
        Passed on to `st.dataframe`.
    """
    st.dataframe(
        rows.set_axis(pd.Index(rows.index + 1, name="row")),
        column_config=date_columns(rows),
        alt=alt,
        **options,
    )


def date_columns(frame: pd.DataFrame) -> dict:
    """Return the `column_config` that shows dates without a time as dates only.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-31", "2024-02-01"])
    >>> list(date_columns(pd.DataFrame({"day": days, "size": [1, 2]})))
    ['day']
    """
    dates = frame.select_dtypes("datetime")
    return {
        name: st.column_config.DateColumn(format="YYYY-MM-DD")
        for name in dates
        if (dates[name].dropna() == dates[name].dropna().dt.normalize()).all()
    }


def target_and_task(loaded: LoadedTable) -> None:
    """Draw the pickers of the target and of the task, with the reason for the task."""
    names = list(loaded.frame.columns)
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox(
            "Column to predict (target)",
            names,
            index=names.index(state.target()),
            key=f"target-{loaded.digest}-{state.target()}",
        )
        if chosen != state.target():
            state.choose_target(chosen)
            st.rerun()
        if loaded.sample is None and chosen == loaded.guess.name:
            reason = markdown.escape(loaded.guess.reason, 200)
            st.caption(f"{reason} Choose another column if it is wrong.")
    with right:
        proposal, current = state.proposal(), state.task()
        possible = possible_tasks(loaded.frame[state.target()])
        # A task that was proposed or chosen by link stays selectable.
        offered = {current, proposal.task, *possible}
        task = st.pills(
            "Task",
            [task for task in COLUMN_TASKS if task in offered],
            default=current,
            required=True,
            wrap=True,
            format_func=lambda name: f"{name}: {as_task(name).label}",
            key=f"task-{loaded.digest}-{state.target()}-{current}",
        )
        if task != current:
            state.choose_task(as_task(task))
            st.rerun()
        st.caption(
            f"Proposed: {proposal.task}. {markdown.escape(proposal.reason, 300)}"
        )


def roles(question: Question) -> None:
    """Draw the table of columns, in which role and type can be changed."""
    columns = question.roles
    shown = columns[columns["role"] != "target"]
    edited = st.data_editor(
        shown,
        key=f"roles-{question.table.digest}-{question.target}",
        disabled=["_index", "missing", "distinct", "notice"],
        column_config={
            "_index": st.column_config.TextColumn("Column"),
            "role": st.column_config.SelectboxColumn(
                "Role",
                options=_ROLES,
                required=True,
                help="Features are used to predict the target; other columns are not.",
            ),
            "type": st.column_config.SelectboxColumn(
                "Type",
                options=_TYPES,
                required=True,
                help="Numbers are standardised, categories are one-hot encoded, dates "
                "are converted to numbers; text, identifiers and constants are left "
                "out.",
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
