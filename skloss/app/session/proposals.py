"""What is proposed for a table and can be changed: task, roles and types of columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from skloss import table, wording
from skloss.table.row_roles import ROW_ROLES
from skloss.table.scales import known_order
from skloss.tasks import TASKS, Task, TaskProposal, as_task, propose_task

#: The tasks that `compare_losses` accepts and whose target is one column.
COLUMN_TASKS = tuple(
    task
    for task in TASKS
    if task.is_compared and (task.has_numbers or task.has_classes)
)

#: The tasks that `compare_losses` accepts and whose target is one or several columns.
TARGET_TASKS = tuple(
    task for task in TASKS if task.is_compared and not task.has_embeddings
)
#: Roles of columns and their types.
ROLES = ("feature", "target", *ROW_ROLES, "ignore")
# As the losses of distributions have it.
_SUM_TOLERANCE = 1e-6
TYPES = ("number", "category", "date", "text", "identifier", "constant")


def targets_of(target: str, roles: pd.DataFrame) -> list[str]:
    """Return the columns to predict: the target, and others that have its role.

    Parameters
    ----------
    target : str
    roles : pandas.DataFrame

    Returns
    -------
    list of str
        The target first, the others in their order in the table.
    """
    if target not in roles.index or roles.at[target, "role"] != "target":
        return [target]  # the roles are those of another target
    others = roles.index[roles["role"] == "target"]
    return [target, *(name for name in others if name != target)]


def order_of(y: pd.Series) -> list[Any]:
    """Return the classes of a target from the lowest to the highest, as is assumed.

    Parameters
    ----------
    y : pandas.Series

    Returns
    -------
    list
        By the meaning of the words if it is known, else sorted.
    """
    values = y.dropna().unique().tolist()
    return known_order(values) or by_value(values)


def by_value(values: Iterable[Any]) -> list[Any]:
    """Return classes sorted: numbers, then text."""
    return sorted(values, key=_sort_key)


#: More classes have no order that could be chosen on a page.
_ORDERED_AT_MOST = 30


def can_be_ordered(y: pd.Series) -> bool:
    """Return whether a target can have ordered classes: several, but not many."""
    return 3 <= y.nunique() <= _ORDERED_AT_MOST


def named_order(y: pd.Series, names: Sequence[str]) -> list[Any]:
    """Return the classes of a target that are named, in the order of the names.

    Parameters
    ----------
    y : pandas.Series
    names : sequence of str
        As `str` writes the classes; others are left out.

    Returns
    -------
    list
    """
    known = {str(value): value for value in y.dropna().unique().tolist()}
    return [known[name] for name in dict.fromkeys(names) if name in known]


def _sort_key(value: Any) -> tuple[bool, Any]:
    is_text = isinstance(value, str)
    return is_text, value if is_text else float(value)


def possible_tasks(y: pd.Series | pd.DataFrame) -> list[Task]:
    """Return the tasks that one or several columns can be the target of.

    Parameters
    ----------
    y : pandas.Series or pandas.DataFrame
        The columns, missing values included.

    Returns
    -------
    list of Task

    Examples
    --------
    >>> possible_tasks(pd.Series(["a", "b", "c"]))
    ['multiclass', 'ordinal']
    >>> possible_tasks(pd.Series([0, 1, 1]))
    ['regression', 'binary']
    """
    if isinstance(y, pd.DataFrame):
        are_labels = y.isin([0, 1]).where(y.notna(), True).all(axis=None)
        return [
            task
            for task in TARGET_TASKS
            if task.has_numbers or (are_labels and task.kind == "labels")
        ]
    is_number = pd.api.types.is_numeric_dtype(y)
    has_two_classes = y.nunique() <= 2
    found = [
        task
        for task in COLUMN_TASKS
        if (
            is_number if task.has_numbers else has_two_classes == (task.link == "logit")
        )
    ]
    return [*found, as_task("ordinal")] if can_be_ordered(y) else found


def propose_for(y: pd.Series | pd.DataFrame) -> TaskProposal:
    """Propose the task of one or several columns, with the reason.

    Parameters
    ----------
    y : pandas.Series or pandas.DataFrame

    Returns
    -------
    TaskProposal
        Classes whose words have a known order are ordinal.
    """
    try:
        proposal = propose_task(y.dropna())
    except ValueError as error:
        # A target with fewer than two values has no task; the page still needs one,
        # and `problem_with` reports what is wrong.
        return TaskProposal(as_task("regression"), str(error))
    if isinstance(y, pd.DataFrame):
        return TaskProposal(proposal.task, _reason_for_shares(y) or proposal.reason)
    order = known_order(y.dropna().unique()) if proposal.task.has_classes else []
    if not order or proposal.task.has_two_classes:
        return proposal
    words = wording.join([wording.quoted(value) for value in order], at_most=4)
    reason = f"The target holds words with an order: {words}."
    return TaskProposal(as_task("ordinal"), reason)


def _reason_for_shares(y: pd.DataFrame) -> str:
    numbers = y.dropna().to_numpy()
    if numbers.dtype.kind not in "iuf" or (numbers < 0).any():
        return ""
    if abs(numbers.sum(axis=1) - 1).max() > _SUM_TOLERANCE:
        return ""
    return (
        f"The {y.shape[1]} columns are shares that sum to 1 in each row: a "
        "distribution."
    )


def propose(frame: pd.DataFrame, target: str) -> tuple[TaskProposal, pd.DataFrame]:
    """Propose the task of a target, with the reason, and the roles of the columns.

    Parameters
    ----------
    frame : pandas.DataFrame
    target : str
        Name of the column to predict.

    Returns
    -------
    proposal : TaskProposal
    roles : pandas.DataFrame
        As returned by :func:`skloss.table.propose_roles`.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": ["a", "b", "a"]})
    >>> propose(frame, "y")[0].task
    'binary'
    """
    roles = table.propose_roles(frame, target)
    return propose_for(frame[target]), roles


def changed_roles(
    proposed: pd.DataFrame, roles: pd.DataFrame
) -> dict[str, tuple[str, str]]:
    """Return role and type of the columns that differ from the proposed ones.

    Parameters
    ----------
    proposed, roles : pandas.DataFrame
        As :func:`skloss.table.propose_roles` returns them, for the same columns.

    Returns
    -------
    dict of str to (str, str)

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": ["a", "b", "a"]})
    >>> _, proposed = propose(frame, "y")
    >>> changed_roles(proposed, with_roles(proposed, "y", {"x": ("group", "")}))
    {'x': ('group', 'number')}
    """
    used = ["role", "type"]
    differ = (roles[used] != proposed[used]).any(axis=1).to_numpy()
    values = roles.loc[differ, used].to_numpy().tolist()
    return dict(zip(roles.index[differ], map(tuple, values), strict=True))


def with_roles(
    proposed: pd.DataFrame, target: str, changed: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """Return roles with those of some columns changed.

    Parameters
    ----------
    proposed : pandas.DataFrame
        As :func:`skloss.table.propose_roles` returns it.
    target : str
        Keeps its role and type.
    changed : mapping of str to (str, str)
        Role and type by column; an empty text changes nothing, and a column that does
        not exist is left out.

    Returns
    -------
    pandas.DataFrame
    """
    roles = proposed.copy()
    for name, values in changed.items():
        if name in roles.index and name != target:
            for field_name, value in zip(("role", "type"), values, strict=True):
                if value:
                    roles.loc[name, field_name] = value
    return roles
