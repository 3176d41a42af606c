"""SKL204: too few rows, or folds, to decide between losses."""

import numpy as np
import pandas as pd

from skloss.diagnostics.contract import Check, Finding
from skloss.tasks import as_task
from skloss.wording import count

__all__ = ["TooFewRows"]

# Below some 100 rows only gaps of half a standard deviation are clear.
_ROWS = 100
# The scores of a class with fewer rows change by a tenth with one or two of them.
_CLASS_ROWS = 15


class TooFewRows(Check):
    """Report a comparison of several losses that has too few rows to decide.

    Nothing is reported where a metric has a clear gap: then the rows were enough. Rows
    of one group count once, since they are not independent.
    """

    code = "SKL204"
    severity = "note"
    rule = (
        "No metric has a clear gap, and there are fewer than 100 rows (groups, if "
        "given), fewer than 15 of a class, or fewer than 3 folds."
    )
    remedy = (
        "Treat the losses as tied, or add rows; repeated folds (RepeatedKFold) reduce "
        "the chance of the split, not of the rows."
    )

    def find(self, comparison):
        predictions = comparison.predictions
        if predictions["loss"].nunique() < 2 or _is_decided(comparison):
            return []
        held_out = predictions.drop_duplicates("row")
        groups = getattr(getattr(comparison, "recipe", None), "groups", None)
        n_rows, noun = len(held_out), "row"
        if groups is not None:
            names = np.asarray(groups)[held_out["row"].to_numpy()]
            n_rows, noun = len(pd.unique(names)), "group"
        reasons = [count(n_rows, noun)] if n_rows < _ROWS else []
        if as_task(comparison.task).has_classes:
            counts = held_out["y_true"].value_counts()
            if counts.min() < _CLASS_ROWS:
                reasons.append(f"{count(counts.min(), 'row')} of {counts.idxmin()!s}")
        n_folds = predictions["fold"].nunique()
        if n_folds < 3:
            reasons.append(count(n_folds, "fold"))
        if not reasons:
            return []
        return [
            Finding(
                "",
                "Too few rows or folds to decide between the losses.",
                f"{', '.join(reasons)}; no gap is clear",
            )
        ]


def _is_decided(comparison):
    """Return whether some loss is clearly worse than the best on some metric."""
    return any(
        comparison.standing(metric)["clear"].any()
        for metric in comparison.folds["metric"].unique()
    )
