"""Columns that describe rows and are not features: group, time and weight."""

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.table.errors import TableError
from skloss.table.values import is_unknown
from skloss.wording import count, listed, quoted

__all__ = ["ROW_ROLES", "columns_of_rows", "complete_rows", "order_of_time"]

#: Roles that at most one column of a table can have.
ROW_ROLES = ("group", "time", "weight")


def columns_of_rows(
    frame: pd.DataFrame, targets: list[str], roles: pd.DataFrame
) -> dict[str, str]:
    """Return the columns that hold the group, time and weight of each row.

    Parameters
    ----------
    frame : DataFrame
    targets : list of str
        Their roles in `roles` have no effect.
    roles : DataFrame
        As `propose_roles` returns it, edited or not.

    Returns
    -------
    dict of str to str
        Names of columns, by role.

    Raises
    ------
    TableError
        If two columns have one of these roles, rows have both a group and a time, or
        a column does not hold what its role requires.
    """
    found = {}
    for role in ROW_ROLES:
        names = roles.index[(roles["role"] == role) & ~roles.index.isin(targets)]
        names = [name for name in names if name in frame.columns]
        if len(names) > 1:
            raise TableError(
                f"The columns {listed(names)} have the role {role}; give all but one "
                "of them another role."
            )
        if names:
            found[role] = names[0]
    if {"group", "time"} <= set(found):
        raise TableError(
            f"Rows are divided by group or by time; give {quoted(found['group'])} or "
            f"{quoted(found['time'])} another role."
        )
    if "time" in found:
        _check_time(frame[found["time"]], found["time"])
    if "weight" in found:
        _check_weight(frame[found["weight"]], found["weight"])
    return found


def complete_rows(frame: pd.DataFrame, names: list) -> tuple[np.ndarray, list[str]]:
    """Return which rows have a value in each of some columns, and a notice per loss."""
    notices, kept = [], np.ones(len(frame), dtype=bool)
    for name in names:
        missing = is_unknown(frame[name]).to_numpy()
        lost = int((missing & kept).sum())
        kept &= ~missing
        if lost:
            notices.append(
                f"{count(lost, 'row')} without a value of {quoted(name)} "
                f"{'is' if lost == 1 else 'are'} left out."
            )
    if not kept.any():
        raise TableError(
            f"No row has a value of {listed(names)}; give the columns other roles."
        )
    return kept, notices


def order_of_time(times: pd.Series) -> np.ndarray:
    """Return the positions of rows from the earliest to the latest.

    Rows of one time keep their order.
    """
    return np.argsort(times.to_numpy(), kind="stable")


def _check_time(column: pd.Series, name: str) -> None:
    is_date = types.is_datetime64_any_dtype(column.dtype)
    if not (is_date or _is_number(column)):
        raise TableError(
            f"The column {quoted(name)} has the role time, but it holds neither dates "
            "nor numbers; give it another role, or read it as dates."
        )


def _check_weight(column: pd.Series, name: str) -> None:
    if not _is_number(column):
        raise TableError(
            f"The column {quoted(name)} has the role weight, but it does not hold "
            "numbers; give it another role, or read it as numbers."
        )
    negative = int((column < 0).sum())
    if negative:
        raise TableError(
            f"The column {quoted(name)} has the role weight, but "
            f"{count(negative, 'value')} of it {'is' if negative == 1 else 'are'} "
            "negative; give it another role."
        )
    if not (column > 0).any():
        raise TableError(
            f"The column {quoted(name)} has the role weight, but none of its values "
            "is above zero; give it another role."
        )


def _is_number(column: pd.Series) -> bool:
    return types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(
        column.dtype
    )
