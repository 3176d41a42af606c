"""SKL101: a metric scores another property of the target than the loss estimates."""

import numpy as np

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import (
    held_out,
    lead,
    losses_of,
    true_and_predicted,
    weights_of,
)
from skloss.metrics import METRICS
from skloss.tasks import as_task
from skloss.wording import join, number

__all__ = ["MetricNotEstimated"]

# What minimises each metric: the mean or the median of the target.
_SCORED = {"rmse": "mean", "r2": "mean", "mae": "median"}
# Chance alone exceeds 4 standard errors once in 16,000 tests.
_CLEAR = 4.0
# A shift of all predictions that lowers the RMSE by less than 1% does not matter.
_GAIN = 0.01
# Nor does a median with fewer than 55% of the rows on one side.
_SIDE = 0.1


class MetricNotEstimated(Check):
    """Report a loss that is worse in a metric because it estimates something else.

    RMSE and R² are best for the mean of the target, MAE for the median. A loss that
    estimates another property, such as a quantile, or the median of a skewed target, is
    worse in that metric however well it is trained. The check requires evidence: the
    held-out predictions are clearly off the mean or the median, in a way that one
    constant added to all of them would correct.
    """

    code = "SKL101"
    severity = "note"
    rule = (
        "A loss does not estimate what a metric scores, and its held-out predictions "
        "are clearly off that property: by more than 4 standard errors, and enough to "
        "raise the RMSE by 1% or to leave more than 55% of the rows on one side."
    )
    remedy = (
        "Judge the loss by the metric of what it estimates, or train the loss that "
        "estimates what the metric scores: squared_error the mean, absolute_error the "
        "median."
    )

    def find(self, comparison):
        if not as_task(comparison.task).has_numbers:
            return []
        scored = set(getattr(comparison, "folds", {"metric": []})["metric"])
        losses, findings = losses_of(comparison), []
        for label, rows in held_out(comparison):
            loss = losses.get(label)
            truth, predicted = true_and_predicted(rows)
            if loss is None or truth.shape[1] != 1 or truth.shape != predicted.shape:
                continue
            residual = (truth - predicted)[:, 0]
            found = {}
            for metric, wanted in _SCORED.items():
                if metric in scored and loss.functional != wanted:
                    evidence = _TESTS[wanted](comparison, rows, residual)
                    if evidence:
                        found[METRICS[metric].label] = evidence
            if found:
                findings.append(
                    Finding(
                        label,
                        f"It estimates the {loss.functional}, which "
                        f"{join(list(found))} {'do' if len(found) > 1 else 'does'} "
                        "not score.",
                        "; ".join(dict.fromkeys(found.values())),
                    )
                )
        return findings


def _off_mean(comparison, rows, residual):
    """Return the evidence that predictions are off the mean, else an empty string."""
    mean, t_value = lead(comparison, rows, residual)
    size = np.sqrt(np.average(residual**2, weights=weights_of(comparison, rows)))
    # Without the shift the RMSE would be sqrt(size^2 - mean^2).
    if abs(t_value) < _CLEAR or mean**2 < 2 * _GAIN * size**2:
        return ""
    side = "below" if mean > 0 else "above"
    return (
        f"held-out predictions are on average {number(abs(mean))} {side} the target, "
        f"{abs(t_value):.0f} standard errors"
    )


def _off_median(comparison, rows, residual):
    """Return the evidence that predictions are off the median, else an empty string."""
    mean, t_value = lead(comparison, rows, np.sign(residual))
    if abs(t_value) < _CLEAR or abs(mean) < _SIDE:
        return ""
    side = "below" if mean < 0 else "above"
    return f"{0.5 + abs(mean) / 2:.0%} of the targets are {side} their prediction"


_TESTS = {"mean": _off_mean, "median": _off_median}
