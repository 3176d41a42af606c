"""SKL203: gradient boosting is clearly better than every loss."""

import numpy as np
from scipy import stats

from skloss.diagnostics.contract import Check, Finding
from skloss.metrics import METRICS
from skloss.wording import number

__all__ = ["BoostingBetter", "boosting_gains"]

# Scores whose zero means no error, so that a share of them has a meaning.
_METRICS = ("rmse", "mae", "log_loss")
_GAIN = 0.05
_LEVEL = 0.05
# Relative differences from a log loss near 0 mean little.
_LEAST = {"log_loss": 0.01}


class BoostingBetter(Check):
    """Report that gradient boosting at its defaults is clearly better than all losses.

    Then the network limits the result, not the loss: a table with thresholds,
    interactions or many categories suits trees. The check reads the baselines of the
    comparison. `Comparison.checks` computes them if the table is small; otherwise call
    `Comparison.references` before.
    """

    code = "SKL203"
    severity = "warning"
    rule = (
        "The RMSE, MAE or log loss of gradient boosting is at least 5% lower than that "
        "of the best loss, with a one-sided p-value below 5% in the corrected "
        "resampled t-test."
    )
    remedy = (
        "Use gradient boosting, or a larger network with other columns: no choice of "
        "loss closes this gap."
    )

    def find(self, comparison):
        return [
            Finding(
                "",
                f"Gradient boosting has a lower {METRICS[metric].label} than every "
                "loss: the network is the limit, not the loss.",
                f"{number(boosting)} instead of {number(best)}, {gain:.0%} lower",
            )
            for metric, gain, boosting, best in boosting_gains(comparison)
        ]


def boosting_gains(comparison):
    """Return the metrics on which gradient boosting is clearly better than every loss.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    list of (str, float, float, float)
        Metric, gain as a share of the score of the best loss, score of gradient
        boosting, score of the best loss.

    Notes
    -----
    Folds share training rows, hence the factor 1 / k + n_test / n_train instead of
    1 / k: Nadeau and Bengio (2003), "Inference for the generalization error", Machine
    Learning 52, section 3.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses
    >>> from skloss.diagnostics.checks.boosting_better import boosting_gains
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, "squared_error", cv=3)
    >>> comparison.references() is None, boosting_gains(comparison)
    (False, [])
    """
    baselines = getattr(comparison, "baseline_folds", None)
    if baselines is None:
        return []
    shares = [len(test) / len(train) for train, test in comparison.splits]
    ranked = comparison.folds[~comparison.folds["loss"].isin(comparison.stopped)]
    found = []
    for metric in _METRICS:
        ours = _by_fold(ranked, metric).dropna(axis=1)
        boosting = _by_fold(baselines, metric).get("gradient_boosting")
        if ours.empty or boosting is None or len(boosting) < 3:
            continue  # two folds cannot show that a gap is more than chance
        best = ours[ours.mean().idxmin()]
        gap = best - boosting
        scale = np.sqrt(gap.var() * (1 / len(gap) + np.mean(shares)))
        gain = gap.mean() / best.mean()
        if gain < _GAIN or gap.mean() < _LEAST.get(metric, 0.0):
            continue
        p_value = stats.t.sf(gap.mean() / scale, len(gap) - 1) if scale else 0.0
        if p_value < _LEVEL:
            numbers = gain, boosting.mean(), best.mean()
            found.append((metric, *map(float, numbers)))
    return found


def _by_fold(folds, metric):
    rows = folds[folds["metric"] == metric]
    return rows.pivot(index="fold", columns="loss", values="value")
