"""SKL402: held-out rows that are also training rows."""

import numpy as np
import pandas as pd
from scipy import sparse

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import columns_of, targets_of
from skloss.wording import count

__all__ = ["DuplicatesAcrossFolds"]

# A single pair may be chance or two equal measurements; from 1% on scores change.
_SHARE = 0.01
# Rows whose columns all hold few values are equal by chance. A column with this many
# values among the different rows makes that improbable.
_DISTINCT = 0.5
# The expected share of chance copies, if columns were independent, must be far smaller.
_CHANCE = 0.1


class DuplicatesAcrossFolds(Check):
    """Report held-out rows that equal a training row in all columns and the target.

    Their scores measure memory: a model that stores its training rows is perfect on
    them. Tables in which all columns hold few values are left out, because their rows
    are equal by chance.
    """

    code = "SKL402"
    severity = "warning"
    rule = (
        "More than 1% of the held-out rows have an exact copy among the training rows "
        "of their fold, and some column or the target has enough different values for "
        "this not to be chance."
    )
    remedy = (
        "Remove the copies, or pass groups= with one number for each set of equal "
        "rows, so that they stay in one fold."
    )

    def find(self, comparison):
        splits, targets = getattr(comparison, "splits", []), targets_of(comparison)
        if not len(splits) or targets.empty or sparse.issparse(comparison.X):
            return []
        codes = [pd.factorize(column)[0] for _, column in columns_of(comparison)]
        codes += [pd.factorize(column)[0] for _, column in targets.items()]
        table = np.stack(codes, axis=1)
        row = pd.factorize(pd.util.hash_array(_joined(table)))[0]
        n_copies, n_held_out = 0, 0
        for train, test in splits:
            seen = np.zeros(row.max() + 1, dtype=bool)
            seen[row[train]] = True
            n_copies += int(seen[row[test]].sum())
            n_held_out += len(test)
        share = n_copies / n_held_out
        if share <= _SHARE or n_copies < 2 or not _is_telling(table, row, share):
            return []
        return [
            Finding(
                "",
                "Held-out rows are also training rows.",
                f"{n_copies:,} of {count(n_held_out, 'held-out row')} ({share:.0%}) "
                "equal a training row of their fold in all columns",
            )
        ]


def _joined(table):
    """Return one hash for each row of codes."""
    hashes = np.zeros(len(table), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in table.T:  # the multiplier of the 64-bit FNV hash
            mixed = hashes ^ pd.util.hash_array(column)
            hashes = mixed * np.uint64(1099511628211)
    return hashes


def _is_telling(table, row, share):
    """Return whether rows of such columns are hardly ever equal by chance."""
    different = table[np.unique(row, return_index=True)[1]]
    most = max(len(np.unique(column)) for column in different.T)
    if most < _DISTINCT * len(different):
        return False
    chance = np.prod(
        [
            ((np.unique(column, return_counts=True)[1] / len(column)) ** 2).sum()
            for column in different.T
        ]
    )
    return bool(chance * len(different) < _CHANCE * share)
