"""New rows for a model: their columns and values, checked against the training rows."""

import numpy as np
import pandas as pd

from skloss.table.columns import check_unique_names, propose_roles
from skloss.table.errors import TableError
from skloss.table.values import as_dates, as_floats, as_labels, day_is_first
from skloss.tasks.frames import as_pandas
from skloss.wording import count, listed

__all__ = ["match_rows"]

_COLUMNS = ["row", "column", "value", "problem"]


def match_rows(
    rows: pd.DataFrame, X: pd.DataFrame, roles: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check new rows against the table that a model was trained on.

    Parameters
    ----------
    rows : DataFrame
        The new rows, with the columns of ``X`` in any order. Others are dropped.
    X : DataFrame
        The features of the training rows.
    roles : DataFrame, optional
        Types of the columns, as `propose_roles` returns them; proposed if not given.

    Returns
    -------
    rows : DataFrame
        The columns of ``X``, in its order.
    problems : DataFrame
        One row for each cell that a model cannot use as it is: columns row, numbered
        from 1, column, value and problem. A number or date that is not one counts as
        missing, and a category that was not seen shares the column of rare ones.

    Raises
    ------
    TableError
        If columns are missing or names repeat, or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import match_rows
    >>> X = pd.DataFrame({"size": [50.0, 80.0, 55.0], "town": ["Ulm", "Bonn", "Ulm"]})
    >>> new = pd.DataFrame({"town": ["Ulm", "Rome"], "size": ["60", "big"]})
    >>> rows, problems = match_rows(new, X)
    >>> rows.columns.tolist()
    ['size', 'town']
    >>> problems[["row", "column", "value"]].to_numpy().tolist()
    [[2, 'size', 'big'], [2, 'town', 'Rome']]
    """
    rows = as_pandas(rows)
    check_unique_names(rows)
    missing = [name for name in X.columns if name not in rows.columns]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise TableError(
            f"{count(len(missing), 'column')} that the model was trained on {verb} "
            f"missing from this table: {listed(missing)}."
        )
    if not len(rows):
        raise TableError("This table has no rows to predict.")
    rows = rows[list(X.columns)].reset_index(drop=True)
    kinds = (propose_roles(X) if roles is None else roles)["type"]
    found = []
    for name in X.columns:
        check = _CHECKS.get(kinds.get(name, ""))
        if check is None:
            continue
        known = rows[name][rows[name].notna()]
        wrong, problem = check(known, X[name])
        found += [(at + 1, name, known[at], problem) for at in known.index[wrong]]
    problems = pd.DataFrame(found, columns=_COLUMNS)
    return rows, problems.sort_values("row", kind="stable", ignore_index=True)


def _numbers(known: pd.Series, trained: pd.Series) -> tuple[np.ndarray, str]:
    return np.isnan(as_floats(known)), "not a number; taken as missing"


def _dates(known: pd.Series, trained: pd.Series) -> tuple[np.ndarray, str]:
    return np.isnat(as_dates(known, day_is_first(trained))), (
        "not a date; taken as missing"
    )


def _categories(known: pd.Series, trained: pd.Series) -> tuple[np.ndarray, str]:
    seen = set(as_labels(trained.dropna()))
    return np.array([label not in seen for label in as_labels(known)], dtype=bool), (
        "not a category of the training rows; treated as a rare one"
    )


_CHECKS = {"number": _numbers, "date": _dates, "category": _categories}
