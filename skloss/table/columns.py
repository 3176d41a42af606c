"""What the columns of a table are, and which of them to learn from."""

import re

import numpy as np
import pandas as pd

__all__ = ["ROLES", "TYPES", "propose_roles", "propose_target", "split_target"]

ROLES = ("feature", "target", "ignore")
TYPES = ("number", "category", "date", "text", "identifier", "constant")

_ID_NAME = re.compile(
    r"(^|[^a-z])(id|ids|uuid|guid|index|idx|nr|no|number|key|code|row)$"
)
_TARGET_NAME = re.compile(
    r"^(target|y|label|labels|class|outcome|response|price|default|churn|survived|"
    r"diagnosis|species|quality|progression)$"
)
_FEWEST_ROWS = 20  # below, distinct values prove nothing
_LONG_TEXT = 30  # characters on average


def propose_roles(frame, target=None):
    """Propose a role and a type for each column.

    Parameters
    ----------
    frame : DataFrame
    target : str, optional
        Column to predict.

    Returns
    -------
    DataFrame
        Indexed by column name: ``role`` ("feature", "target", "ignore"), ``type``
        ("number", "category", "date", "text", "identifier", "constant"), ``missing``
        and ``distinct`` (counts), and ``notice``, a sentence where a column is left
        out.

    Raises
    ------
    ValueError
        If there is no such target.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import propose_roles
    >>> frame = pd.DataFrame({"x": [1.5, 2.0], "same": [1, 1], "y": [0.1, 0.2]})
    >>> propose_roles(frame, "y")["role"].tolist()
    ['feature', 'ignore', 'target']
    """
    if target is not None and target not in frame.columns:
        raise ValueError(f"The table has no column {target!r}.")
    rows = []
    for name in frame.columns:
        column = frame[name]
        kind, notice = _type_of(name, column)
        used = kind in ("number", "category", "date")
        role = "target" if name == target else "feature" if used else "ignore"
        rows.append(
            {
                "role": role,
                "type": kind,
                "missing": int(column.isna().sum()),
                "distinct": _n_distinct(column),
                "notice": "" if role == "target" else notice,
            }
        )
    index = pd.Index(frame.columns, name="column")
    columns = ["role", "type", "missing", "distinct", "notice"]
    return pd.DataFrame(rows, index=index, columns=columns)


def propose_target(frame):
    """Propose the column to predict: one with a telling name, else the last usable.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If no column varies.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import propose_target
    >>> propose_target(pd.DataFrame({"price": [3, 5], "rooms": [1, 2]}))
    'price'
    """
    roles = propose_roles(frame)
    usable = roles.index[roles["role"] == "feature"]
    if not len(usable):
        raise ValueError("No column varies: there is nothing to predict.")
    named = [c for c in usable if _TARGET_NAME.match(str(c).strip().lower())]
    if named:
        return named[-1]
    not_dates = [c for c in usable if roles.loc[c, "type"] != "date"]
    return (not_dates or list(usable))[-1]


def split_target(frame, target, roles=None):
    """Split a table into features and target.

    Parameters
    ----------
    frame : DataFrame
    target : str
    roles : DataFrame, optional
        From `propose_roles`, perhaps edited.

    Returns
    -------
    X : DataFrame
        The feature columns.
    y : Series
    notices : list of str
        What was left out, and why.

    Raises
    ------
    ValueError
        If no row or no feature is left.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table import split_target
    >>> frame = pd.DataFrame({"x": [1.5, 2.0, 3.0], "y": [0.1, None, 0.3]})
    >>> X, y, notices = split_target(frame, "y")
    >>> notices
    ['1 row without a value of y was left out.']
    """
    if target not in frame.columns:
        raise ValueError(f"The table has no column {target!r}.")
    roles = propose_roles(frame, target) if roles is None else roles
    missing = frame[target].isna()
    if pd.api.types.is_float_dtype(frame[target].dtype):
        missing |= np.isinf(frame[target].astype(float))
    notices = []
    n_missing = int(missing.sum())
    if n_missing:
        rows, were = ("row", "was") if n_missing == 1 else ("rows", "were")
        notices.append(
            f"{n_missing:,} {rows} without a value of {target} {were} left out."
        )
    if n_missing == len(frame):
        raise ValueError(f"No row has a value of {target}.")
    features = [c for c in roles.index[roles["role"] == "feature"] if c != target]
    if not features:
        raise ValueError(
            "No feature is left to learn from; set the role of a column to feature."
        )
    notices += [
        notice
        for column, notice in roles["notice"].items()
        if notice and column not in features and column != target
    ]
    kept = frame.loc[~missing]
    return kept[features], kept[target], notices


def _n_distinct(column):
    try:
        return int(column.nunique())
    except TypeError:  # lists and the like
        return int(column.astype(str).nunique())


def _type_of(name, column):
    known = column.dropna()
    distinct = _n_distinct(known)
    if distinct == 0:
        return "constant", f"{name} is empty and is left out."
    if distinct == 1:
        return "constant", f"{name} holds one value only and is left out."
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date", ""
    if pd.api.types.is_bool_dtype(column.dtype):
        return "category", ""
    if pd.api.types.is_numeric_dtype(column.dtype):
        if _is_identifier(name, known, distinct):
            return "identifier", f"{name} numbers the rows and is left out."
        return "number", ""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "category", ""
    length = known.astype(str).str.len().mean()
    unique = distinct == len(known) and len(known) >= _FEWEST_ROWS
    if length > _LONG_TEXT and distinct > 0.5 * len(known):
        return "text", f"{name} holds free text, which is left out."
    if unique:
        return "identifier", f"{name} differs in every row and is left out."
    return "category", ""


def _is_identifier(name, known, distinct):
    if distinct < len(known) or len(known) < _FEWEST_ROWS:
        return False
    numbers = known.astype(float).to_numpy()
    if not np.isfinite(numbers).all() or (numbers % 1 != 0).any():
        return False
    counts_up = (np.diff(numbers) == 1).all()
    return bool(counts_up) or bool(_ID_NAME.search(str(name).strip().lower()))
