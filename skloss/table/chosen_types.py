"""What a column loses if another type than its own is chosen for it."""

from collections.abc import Callable, Hashable, Mapping

import numpy as np
import pandas as pd

from skloss.table.values import as_dates, as_floats, day_is_first
from skloss.wording import columns, count, quoted

__all__ = ["check_types"]


def _not_numbers(column: pd.Series) -> np.ndarray:
    # Infinite numbers count as missing, but they are numbers.
    infinite = pd.to_numeric(column.astype(object), errors="coerce").isin(
        [np.inf, -np.inf]
    )
    return np.isnan(as_floats(column)) & ~infinite.to_numpy()


def _not_dates(column: pd.Series) -> np.ndarray:
    return np.isnat(as_dates(column, day_is_first(column)))


_DOES_NOT_FIT: dict[str, Callable[[pd.Series], np.ndarray]] = {
    "number": _not_numbers,
    "date": _not_dates,
}


def check_types(
    frame: pd.DataFrame, kinds: Mapping[Hashable, str]
) -> tuple[list[str], list[str]]:
    """Return sentences about the values that are not of the type of their column.

    Parameters
    ----------
    frame : DataFrame
    kinds : mapping of name to str
        The type of each column that is used.

    Returns
    -------
    problems : list of str
        One for each column without any value of its type.
    notices : list of str
        One for each column of which some values are not of its type.
    """
    problems, notices = [], []
    for name in frame.columns:
        kind = kinds.get(name, "")
        known = frame[name].dropna()
        if kind not in _DOES_NOT_FIT or not len(known):
            continue
        lost = known[_DOES_NOT_FIT[kind](known)]
        if len(lost) == len(known):
            problems.append(
                f"{columns([name])} has the type {kind}, but not one of its "
                f"{count(len(known), 'value')} is a {kind} (the first is "
                f"{quoted(lost.iloc[0])}); give it the type category, or ignore it."
            )
        elif len(lost):
            verb = "is" if len(lost) == 1 else "are"
            notices.append(
                f"{columns([name])}: {count(len(lost), 'value')} could not be read as "
                f"a {kind} and {verb} missing; the first is {quoted(lost.iloc[0])}."
            )
    return problems, notices
