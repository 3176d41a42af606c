"""SKL102: probabilities of an improper loss that are not probabilities."""

import numpy as np
import scipy.optimize
from scipy.special import log_softmax, softmax

from skloss.diagnostics.contract import Check, Finding
from skloss.diagnostics.reading import held_out, lead, losses_of, weights_of
from skloss.tasks import as_task
from skloss.wording import number

__all__ = ["ImproperProbabilities"]

# A calibrator with one slope and one shift per class, fitted to the rows of other
# folds, does not gain on probabilities that are right; 3 standard errors are exceeded
# by chance once in 700 tests, and the gain must also matter.
_CLEAR = 3.0
_NATS = 0.01
_SMALLEST = 1e-12


class ImproperProbabilities(Check):
    """Report probabilities of an improper loss that a calibrator clearly improves.

    The minimum of an improper loss, such as focal loss or a loss with class weights, is
    not at the class probabilities. skloss recovers them from the formula of the loss or
    by calibration; where that fails, log loss, Brier score and calibration error
    compare numbers that are not probabilities. The check fits a slope and a shift for
    each class to the rows of the other folds.
    """

    code = "SKL102"
    severity = "warning"
    rule = (
        "Recalibrating the held-out probabilities of an improper loss, fitted on the "
        "other folds, lowers its log loss by more than 0.01 nats and 3 standard errors."
    )
    remedy = (
        "Use the probabilities of cross_entropy, or calibrate with scikit-learn's "
        "CalibratedClassifierCV; the ranking of the rows is not affected."
    )

    def find(self, comparison):
        if not as_task(comparison.task).has_classes or comparison.classes is None:
            return []
        losses, findings = losses_of(comparison), []
        for label, rows in held_out(comparison):
            loss = losses.get(label)
            names = [f"proba_{one}" for one in comparison.classes]
            if loss is None or loss.is_proper or not set(names) <= set(rows):
                continue
            proba = rows[names].to_numpy(dtype=float)
            truth = _places(comparison.classes, rows["y_true"])
            folds = rows["fold"].to_numpy()
            if not np.isfinite(proba).all() or len(np.unique(folds)) < 2:
                continue
            gain = _gain(proba, truth, folds, weights_of(comparison, rows))
            mean, t_value = lead(comparison, rows, gain)
            if mean > _NATS and t_value > _CLEAR:
                findings.append(
                    Finding(
                        label,
                        "It is not proper, and its probabilities are not calibrated.",
                        f"recalibrating them lowers the log loss by {number(mean)} "
                        f"nats per row, {t_value:.0f} standard errors",
                    )
                )
        return findings


def _places(classes, labels):
    """Return the position of each label among the classes."""
    place = {one: k for k, one in enumerate(classes)}
    return np.array([place[one] for one in labels])


def _gain(proba, truth, folds, weight):
    """Return by how much a calibrator of the other folds lowers each row's log loss."""
    score = np.log(np.maximum(proba, _SMALLEST))
    every = np.arange(len(truth))
    gain = np.empty(len(truth))
    for fold in np.unique(folds):
        here = folds == fold
        slope, shift = _calibrator(score[~here], truth[~here], weight[~here])
        better = log_softmax(slope * score[here] + shift, axis=1)
        gain[here] = (
            better[np.arange(here.sum()), truth[here]] - score[every[here], truth[here]]
        )
    return gain


def _calibrator(score, truth, weight):
    """Return the slope and the shifts that give the least log loss."""
    n_classes = score.shape[1]
    hit = np.eye(n_classes)[truth]
    share = weight / weight.sum()

    def objective(parameters):
        raw = parameters[0] * score + parameters[1:]
        off = share[:, None] * (softmax(raw, axis=1) - hit)
        value = -(share * (log_softmax(raw, axis=1) * hit).sum(axis=1)).sum()
        return value, np.concatenate([[(off * score).sum()], off.sum(axis=0)])

    start = np.concatenate([[1.0], np.zeros(n_classes)])
    found = scipy.optimize.minimize(objective, start, jac=True, method="L-BFGS-B")
    return found.x[0], found.x[1:]
