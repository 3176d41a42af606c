"""SKL403: rows in time order, but folds that ignore the time."""

import re

import numpy as np
import pandas as pd
from pandas.api import types

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import columns_of, held_out, true_and_predicted
from skloss.tasks import as_task
from skloss.wording import quoted

__all__ = ["RandomFoldsOfASeries"]

# Without dates, errors of neighbouring rows must be alike by more than chance (once in
# 3.5 million tables) and by an amount that matters.
_CLEAR = 5.0
_CORRELATION = 0.2
_LEAST = 30
# A table of fewer periods, such as two years, may be sorted without being a series.
_PERIODS = 5
# Numbers count as time by their name alone: rows sorted by another number, such as a
# grid, are not a series.
_TIME = re.compile(
    r"(.*[_ .-])?(t|times?|timestamps?|dates?|days?|weeks?|months?|quarters?|years?|"
    r"hours?|minutes?|seconds?|periods?)([_ .-].*)?",
    re.IGNORECASE,
)
# Share of held-out rows between two training rows, from which folds count as random.
_MIXED = 0.5


class RandomFoldsOfASeries(Check):
    """Report a table in time order whose folds mix the past with the future.

    Then a held-out row has neighbours among the training rows, which new rows will not
    have, and scores are too good. Time order is a column of dates, or of numbers named
    like a time, that increases from row to row, or, for numbers, held-out errors that
    resemble those of the next row although the rows are not sorted by the target or by
    a feature.
    """

    code = "SKL403"
    severity = "warning"
    rule = (
        "Dates or times increase from row to row, or errors of neighbouring rows "
        "correlate by more than 0.2 and 5 standard errors, and most held-out rows lie "
        "between training rows."
    )
    remedy = (
        "Use cv=TimeSeriesSplit(), or groups= of a period, so that each fold is held "
        "out after its training rows."
    )

    def find(self, comparison):
        if not _are_mixed(getattr(comparison, "splits", [])):
            return []
        dates, is_sorted = None, False
        for name, column in columns_of(comparison):
            times = _as_times(name, column)
            if times is None:
                is_sorted |= _is_monotonic(column)
            elif dates is None and times.is_monotonic_increasing:
                dates = name if times.nunique() >= _PERIODS else None
        if dates is not None:
            evidence = f"{quoted(dates)} increases from row to row"
        else:
            evidence = "" if is_sorted else _errors_alike(comparison)
        if not evidence:
            return []
        return [Finding("", "Rows in time order are in random folds.", evidence)]


def _are_mixed(splits):
    """Return whether most held-out rows have a training row on both sides."""
    between, n_rows = 0, 0
    for train, test in splits:
        is_train = np.zeros(max(train.max(), test.max()) + 3, dtype=bool)
        is_train[train + 1] = True  # shifted by one: row -1 and the last are outside
        near = is_train[test] | is_train[test + 2]
        before, after = train.min() < test, train.max() > test
        between += int((near & before & after).sum())
        n_rows += len(test)
    return n_rows > 0 and between > _MIXED * n_rows


def _as_times(name, column):
    """Return a column as times, or None if it does not hold any."""
    if types.is_numeric_dtype(column) and _TIME.fullmatch(name):
        return column.dropna()
    if types.is_datetime64_any_dtype(column):
        return column.dropna()
    if not (types.is_object_dtype(column) or types.is_string_dtype(column)):
        return None
    text = column.dropna()
    # A date has a digit and a separator; parsing any other text takes long.
    first = str(text.iloc[0]) if len(text) else ""
    if not (first[:1].isdigit() and {"-", "/", ".", ":"} & set(first)):
        return None
    times = pd.to_datetime(text, errors="coerce", format="ISO8601")
    return times if times.notna().all() else None


def _is_monotonic(column):
    """Return whether the rows are sorted by a column of numbers."""
    if not types.is_numeric_dtype(column) or column.nunique() < 3:
        return False
    return column.is_monotonic_increasing or column.is_monotonic_decreasing


def _errors_alike(comparison):
    """Return the evidence that errors of neighbouring rows are alike, if they are."""
    if not as_task(comparison.task).has_numbers:
        return ""
    lowest = None
    for _, rows in held_out(comparison):
        rows = rows.drop_duplicates("row").sort_values("row")
        truth, predicted = true_and_predicted(rows)
        if len(rows) < _LEAST or truth.shape[1] != 1:
            return ""
        truth, predicted = truth[:, 0].astype(float), predicted[:, 0].astype(float)
        steps = np.diff(truth)
        if (steps >= 0).all() or (steps <= 0).all():
            return ""  # sorted by the target, whose size errors share
        # Ranks: a few large errors next to each other are no series.
        error = pd.Series(truth - predicted).rank()
        alike = error.autocorr(1)
        if not np.isfinite(alike):
            return ""
        lowest = alike if lowest is None else min(lowest, alike)
        n_rows = len(rows)
    if lowest is None or lowest < max(_CORRELATION, _CLEAR / np.sqrt(n_rows)):
        return ""
    return f"held-out errors of neighbouring rows have a correlation of {lowest:.2f}"
