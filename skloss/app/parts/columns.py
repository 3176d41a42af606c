"""The columns of a table: preview, roles, target and task."""

from typing import Any

import pandas as pd
import streamlit as st

from skloss import wording
from skloss.app import markdown
from skloss.app.session import proposals, state
from skloss.app.session.proposals import ROLES, TYPES
from skloss.app.session.question import Question
from skloss.app.session.tables import LoadedTable
from skloss.tasks import TASKS, as_task

# From here on a number without separators is hard to read.
_LARGE = 10_000
# Enough to recognise a table; the browser receives every row that is shown.
_ROWS_SHOWN = 200
# In wider tables, further targets are chosen by their role in the table of columns.
_OTHERS_AT_MOST = 40


def preview(loaded: LoadedTable) -> None:
    """Show the first rows of a table."""
    rows = len(loaded.frame)
    shown = loaded.frame.head(_ROWS_SHOWN)
    # The heading and seven rows, none of them cut.
    show_rows(shown, f"The first {len(shown)} rows of the table", height=282)
    if rows > _ROWS_SHOWN:
        st.caption(f"The first {_ROWS_SHOWN} of {rows:,} rows.")


def show_rows(rows: pd.DataFrame, alt: str, computed: int = 0, **options: Any) -> None:
    """Show rows of the table, numbered from 1.

    Parameters
    ----------
    rows : pandas.DataFrame
        Its index holds positions in the table, from 0.
    alt : str
        Description for screen readers.
    computed : int, default=0
        Number of first columns that were computed, and are shown with three digits.
    **options
        Passed on to `st.dataframe`.
    """
    whole = rows.columns[:computed][_are_large(rows.iloc[:, :computed])]
    shown = rows.set_axis(pd.Index(rows.index + 1, name="row"))
    st.dataframe(
        shown.assign(**shown[whole].round()),
        column_config=date_columns(rows)
        | _rounded(rows.iloc[:, :computed])
        | {name: st.column_config.NumberColumn(format="localized") for name in whole},
        alt=alt,
        placeholder="missing",
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


def _are_large(frame: pd.DataFrame) -> list[bool]:
    """Return which columns hold numbers whose thousands are to be separated."""
    return [
        pd.api.types.is_numeric_dtype(column) and column.abs().max() >= _LARGE
        for _, column in frame.items()
    ]


def _rounded(frame: pd.DataFrame) -> dict:
    """Return the `column_config` that shows numbers with three significant digits."""
    return {
        name: st.column_config.NumberColumn(
            format=f"%.{wording.decimals(frame[name])}f"
        )
        for name in frame.select_dtypes("float")
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
        _more_targets(loaded)
    with right:
        _task(loaded)


def _more_targets(loaded: LoadedTable) -> None:
    """Draw the picker of columns that are predicted together with the target."""
    first, roles = state.target(), state.roles()
    former = proposals.targets_of(first, roles)[1:]
    numbers = loaded.frame.select_dtypes(["number", "bool"]).columns
    names = [name for name in loaded.frame if name in numbers or name in former]
    names = [name for name in names if name != first]
    if first not in numbers or not 0 < len(names) <= _OTHERS_AT_MOST:
        return
    with st.expander("Predict several columns", expanded=bool(former)):
        chosen = st.pills(
            "Other targets",
            names,
            selection_mode="multi",
            default=former,
            wrap=True,
            format_func=lambda name: markdown.escape(name, 40),
            key=f"targets-{loaded.digest}-{first}-{former}",
            help="Columns of 0 and 1 are labels of which any may apply, columns that "
            "sum to 1 are a distribution; others are numbers that are predicted "
            "together.",
        )
    if set(chosen) != set(former):
        proposed = state.proposed_roles()
        changed = roles.copy()
        for name in set(former) - set(chosen):
            changed.loc[name, "role"] = proposed.loc[name, "role"]
        changed.loc[chosen, "role"] = "target"
        state.choose_roles(changed)
        st.rerun()


def _task(loaded: LoadedTable) -> None:
    """Draw the picker of the task, the order of ordered classes, and the reason."""
    proposal, current = state.proposal(), state.task()
    names = proposals.targets_of(state.target(), state.roles())
    y = loaded.frame[names if len(names) > 1 else names[0]]
    possible = proposals.possible_tasks(y)
    # A task that was proposed or chosen by link stays selectable.
    offered = {current, proposal.task, *possible}
    task = st.pills(
        "Task",
        [task for task in TASKS if task in offered],
        default=current,
        required=True,
        wrap=True,
        format_func=lambda name: f"{name}: {as_task(name).label}",
        key=f"task-{loaded.digest}-{'-'.join(names)}-{current}",
    )
    if task != current:
        state.choose_task(as_task(task))
        st.rerun()
    st.caption(f"Proposed: {proposal.task}. {markdown.escape(proposal.reason, 300)}")
    if current.is_ordered:
        _order(loaded)


def _order(loaded: LoadedTable) -> None:
    """Draw the picker of the order of the classes."""
    former = list(state.question().order)
    order = st.multiselect(
        "Order of the classes, the lowest first",
        former,
        default=former,
        format_func=lambda value: wording.display_name(value, 40),
        key=f"order-{loaded.digest}-{state.target()}-{former}",
        help="Remove a class to add it again at the end; classes that are left out "
        "come last.",
    )
    if order != former:
        state.choose_task(state.task(), order)
        st.rerun()


def roles(question: Question) -> None:
    """Draw the table of columns, in which role and type can be changed."""
    columns = question.roles
    shown = columns[columns.index != question.target]
    edited = st.data_editor(
        shown,
        key=f"roles-{question.table.digest}-{question.target}",
        disabled=["_index", "missing", "distinct", "notice"],
        column_config={
            "_index": st.column_config.TextColumn("Column"),
            "role": st.column_config.SelectboxColumn(
                "Role",
                options=list(ROLES),
                required=True,
                help="Features predict the target. Rows of one group are in the same "
                "fold; with a time, each fold is predicted from earlier rows; weights "
                "count in training and in scores. Further targets are predicted "
                "together with the first. Other columns are not used.",
            ),
            "type": st.column_config.SelectboxColumn(
                "Type",
                options=list(TYPES),
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
