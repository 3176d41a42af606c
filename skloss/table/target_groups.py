"""Columns at the end of a table that are predicted together."""

from typing import Any

import pandas as pd

from skloss.table.target_words import ROLES, SUBJECTS, derives_from_other, words_of
from skloss.tasks.frames import as_pandas

__all__ = ["targets_together"]

# As the losses of distributions have it.
_SUM_TOLERANCE = 1e-6
# Two shares are one number, and two columns of 0 and 1 are found in most tables.
_AT_LEAST = 3
# More columns are measurements, such as the channels of a spectrum.
_AT_MOST = 30


def targets_together(frame: pd.DataFrame) -> tuple[list[Any], str]:
    """Return the last columns of a table if they look like one target, and why.

    They are shares that sum to 1 in each row; or labels, columns of 0 and 1 after
    columns of other numbers, of which a row can have several. A table with a column
    named like a target has no such labels.

    Parameters
    ----------
    frame : DataFrame
        The table, as `read_table` returns it.

    Returns
    -------
    names : list
        Empty if there are none.
    reason : str
        A sentence; empty if there are none.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.table.target_groups import targets_together
    >>> soil = {"depth": [1, 2], "sand": [0.5, 0.2], "silt": [0.3, 0.3]}
    >>> targets_together(pd.DataFrame(soil | {"clay": [0.2, 0.5]}))[0]
    ['sand', 'silt', 'clay']
    """
    frame = as_pandas(frame)
    names = list(frame.columns)
    if len(set(names)) < len(names):
        return [], ""
    shares = _shares(frame)
    if shares:
        return shares, (
            f"A guess: the last {len(shares)} columns are shares that sum to 1."
        )
    labels = _labels(frame)
    if labels:
        return labels, (
            f"A guess: the last {len(labels)} columns are labels, of which a row can "
            "have several."
        )
    return [], ""


def _shares(frame: pd.DataFrame) -> list[Any]:
    """Return the last columns that sum to 1, at least one column before them."""
    names: list[Any] = []
    sums = 0.0
    for name in list(frame.columns[:0:-1])[:_AT_MOST]:
        column = frame[name]
        if column.dtype.kind not in "iuf" or not (column.dropna() >= 0).all():
            return []
        names.insert(0, name)
        sums = sums + column
        complete = sums.dropna()
        if len(names) >= _AT_LEAST and len(complete):
            # With whole numbers, one column of 1 among zeros is a class.
            has_shares = not frame[names].dropna().isin([0, 1]).all(axis=None)
            if has_shares and (complete - 1).abs().max() <= _SUM_TOLERANCE:
                return names
    return []


def _labels(frame: pd.DataFrame) -> list[Any]:
    """Return the last columns of 0 and 1 if the others are measured numbers."""
    names: list[Any] = []
    for name in frame.columns[::-1]:
        column = frame[name]
        if column.dtype.kind not in "iufb" or set(column.dropna().unique()) != {0, 1}:
            break
        names.insert(0, name)
    others = [name for name in frame.columns if name not in names]
    if not _AT_LEAST <= len(names) <= _AT_MOST or not others:
        return []
    if any(frame[name].dtype.kind != "f" for name in others):
        return []
    if any(_is_named_target(name) for name in frame.columns):
        return []
    if any(derives_from_other(name, list(frame.columns)) for name in names):
        return []
    return names if (frame[names].sum(axis=1) > 1).any() else []


def _is_named_target(name: Any) -> bool:
    is_role = str(name).strip().lower() in ROLES
    return is_role or bool(set(words_of(name)) & SUBJECTS)
