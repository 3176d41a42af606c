"""SKL401: a feature that is a copy of the target."""

import numpy as np
import pandas as pd
from pandas.api import types
from scipy import stats

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import columns_of, targets_of
from skloss.tasks import as_task
from skloss.wording import quoted

__all__ = ["CopyOfTarget"]

# The rest of a straight line is then at most 3% of the target's spread: such a column
# is the target in other units, rounded or with a little noise. A single honest column
# does not explain 99.9% of the variance.
_LINEAR = 0.999
# A copy in another order of magnitude, such as its logarithm, keeps all ranks.
_RANKS = 0.9999
# A line through fewer rows may fit by chance, and with one distant row a line fits any
# column.
_LEAST = 20
_RANKS_OF_A_LINE = 0.99
# Evenly spaced rows show a copy as well as all rows do.
_MOST = 20_000


class CopyOfTarget(Check):
    """Report a feature from which the target can be read off: a leak.

    A numeric feature is a copy if the target is a straight line of it, up to 0.1% of
    the variance, or a monotone function of it. For classes, each value of the feature
    belongs to one class and each class to one value. Such a column is rarely known when
    the target must be predicted.
    """

    code = "SKL401"
    severity = "error"
    rule = (
        "A feature explains 99.9% of the variance of the target by a straight line, "
        "has the same ranks, or has one value for each class."
    )
    remedy = (
        "Leave the feature out, unless it is known for new rows before the target is."
    )

    def find(self, comparison):
        targets = targets_of(comparison)
        if len(targets) < _LEAST:
            return []
        step = -(-len(targets) // _MOST)
        is_number = as_task(comparison.task).has_numbers
        findings = []
        for name, column in columns_of(comparison):
            column = column.iloc[::step]
            for _, target in targets.iloc[::step].items():
                compare = _number if is_number else _class
                evidence = compare(column, target)
                if evidence:
                    findings.append(
                        Finding(
                            "",
                            f"The feature {quoted(name)} is a copy of the target.",
                            evidence,
                        )
                    )
                    break
        return findings


def _number(column, target):
    """Return the evidence that a column is a copy of numbers, or an empty string."""
    if types.is_datetime64_any_dtype(column) or isinstance(
        column.dtype, pd.CategoricalDtype
    ):
        return ""
    values = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    target = target.to_numpy(dtype=float)
    known = np.isfinite(values) & np.isfinite(target)
    if known.sum() < max(_LEAST, len(target) / 2):
        return ""
    values, target = values[known], target[known]
    if len(np.unique(values)) < 3 or len(np.unique(target)) < 3:
        return ""
    # Cheaper than ranks, and far below for nearly all columns.
    linear = abs(_correlation(values, target))
    rough = abs(_correlation(np.argsort(np.argsort(values)), _order(target)))
    if linear**2 < _LINEAR and rough < _RANKS_OF_A_LINE - 0.1:
        return ""
    ranks = abs(_correlation(stats.rankdata(values), stats.rankdata(target)))
    if linear**2 >= _LINEAR and ranks >= _RANKS_OF_A_LINE:
        return f"a straight line explains {100 * linear**2:.5g}% of the variance"
    if ranks >= _RANKS and len(np.unique(target)) >= _LEAST:
        return f"the rank correlation with the target is {ranks:.5g}"
    return ""


def _order(values):
    return np.argsort(np.argsort(values))


def _correlation(a, b):
    """Return Pearson's correlation; values are scaled first, so that none overflows."""
    a, b = (x - x.mean() for x in (a / np.abs(a).max(), b / np.abs(b).max()))
    size = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / size) if size else 0.0


def _class(column, target):
    """Return the evidence that a column names the classes, or an empty string."""
    known = column.notna().to_numpy()
    if known.mean() < 0.5:
        return ""
    codes, values = pd.factorize(column[known])
    labels, classes = pd.factorize(target[known])
    if len(values) != len(classes) or len(classes) < 2:
        return ""
    # As many pairs as values: each value has one class, and each class one value.
    n_pairs = len(np.unique(codes * len(classes) + labels))
    if n_pairs != len(values) or np.bincount(codes).min() < 2:
        return ""
    return f"each of its {len(values)} values stands for one class"
