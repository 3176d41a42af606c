"""SKL202: no loss is clearly better than a constant prediction."""

import numpy as np

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import held_out, lead, targets_of, true_and_predicted
from skloss.tasks import as_task
from skloss.wording import count

__all__ = ["NotBetterThanConstant"]

# One-sided level of 5%: on a table without any signal the best of several losses is
# then called better in about 5% of the cases, since a fit to noise is on average worse
# than the constant.
_CLEAR = 1.645
_SMALLEST = 1e-12


class NotBetterThanConstant(Check):
    """Report a comparison in which no loss clearly beats a constant.

    Numbers are compared with the mean by squared error and with the median by absolute
    error, classes and labels with their frequencies by log loss. Each constant comes
    from the training rows of the fold. Differences are paired by held-out row.
    """

    code = "SKL202"
    severity = "warning"
    rule = (
        "For no loss is the squared error, the absolute error or the log loss lower "
        "than that of the best constant by more than 1.645 standard errors."
    )
    remedy = (
        "The columns may hold no information on the target: add columns or rows, and "
        "do not choose a loss from this comparison."
    )

    def find(self, comparison):
        splits, targets = getattr(comparison, "splits", []), targets_of(comparison)
        if not len(splits) or targets.empty:
            return []
        task = as_task(comparison.task)
        gains = _gains_of_numbers if task.has_numbers else _gains_of_probabilities
        best, n_rows = -np.inf, 0
        for _, rows in held_out(comparison):
            for gain in gains(comparison, rows, targets.to_numpy()):
                if not np.isfinite(gain).all():
                    continue
                n_rows = len(rows)
                best = max(best, lead(comparison, rows, gain)[1])
        if not n_rows or best > _CLEAR:
            return []
        return [
            Finding(
                "",
                "No loss is clearly better than a constant prediction.",
                f"the best loss is {abs(best):.1f} standard errors "
                f"{'better' if best > 0 else 'worse'} than the constant in "
                f"{count(n_rows, 'held-out row')}",
            )
        ]


def _gains_of_numbers(comparison, rows, targets):
    """Yield by how much each row's error is lower than a constant's, for two errors."""
    truth, predicted = true_and_predicted(rows)
    spread = targets.std(axis=0)
    spread[spread == 0] = 1.0  # several targets count the same
    errors = {np.square: np.mean, np.abs: np.median}
    for size, constant in errors.items():
        answers = _by_row(comparison, rows, targets, lambda y, f=constant: f(y, axis=0))
        found = size((truth - answers) / spread) - size((truth - predicted) / spread)
        yield found.mean(axis=1)


def _gains_of_probabilities(comparison, rows, targets):
    """Yield by how much each row's log loss is lower than that of the frequencies."""
    names = [name for name in rows if str(name).startswith("proba_")]
    proba = rows[names].to_numpy(dtype=float)
    if as_task(comparison.task).has_classes:
        hit = rows["y_true"].to_numpy()[:, None] == np.array(comparison.classes, object)
        known = targets == np.array(comparison.classes, object)
        constant = _by_row(comparison, rows, known, lambda y: y.mean(axis=0))
        yield _log(proba, hit) - _log(constant, hit)
    else:
        hit = true_and_predicted(rows)[0].astype(bool)
        constant = _by_row(comparison, rows, targets, lambda y: y.mean(axis=0))
        both = [
            _log(np.concatenate([one, 1 - one], axis=1), np.hstack([hit, ~hit]))
            for one in (proba, constant)
        ]
        yield both[0] - both[1]


def _by_row(comparison, rows, targets, statistic):
    """Return for each held-out row the statistic of the training rows of its fold."""
    by_fold = [statistic(targets[train]) for train, _ in comparison.splits]
    return np.asarray(by_fold, dtype=float)[rows["fold"].to_numpy()]


def _log(proba, hit):
    """Return the log probability of what is true, summed over columns."""
    return (np.log(np.maximum(proba, _SMALLEST)) * hit).sum(axis=1)
