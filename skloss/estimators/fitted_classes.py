"""Fitted models of classes and labels: scores, decisions and probabilities."""

import numpy as np
import torch
from torch.nn import functional

from skloss.estimators.cross_fitting import Calibration, cross_fitted_scores
from skloss.estimators.fitted import FittedModel
from skloss.losses.contract.posterior import link_name, settled_posterior

__all__ = ["FittedClasses"]

_SMALLEST_PROBABILITY = 1e-300  # a positive double, so that its logarithm is finite


class FittedClasses(FittedModel):
    """A fitted model of classes or labels.

    Attributes
    ----------
    probability_source : str
        "sigmoid", "softmax" or "link" for a proper loss, "recovered" or "calibrated".
    calibration : Calibration or None
        From scores to probabilities, if they are calibrated.
    """

    def __init__(self, plan, fits):
        super().__init__(plan, fits)
        self._class_weight = plan.target.class_weight
        self.probability_source, self.calibration = plan.probability_source, None
        if self.probability_source == "calibrated":
            self.calibration = self._calibrated(plan, fits)
            if self.calibration is None:  # too few rows, or training was stopped
                self.probability_source = link_name(self.targets.task)

    @property
    def attributes(self):
        return super().attributes | {
            "classes_": self.targets.classes,
            "probability_source_": self.probability_source,
        }

    def _calibrated(self, plan, fits):
        """Return the calibration of scores by rows that they were not fitted to."""
        if plan.folds and len(fits) == len(plan.trained):
            rows, scores = cross_fitted_scores(plan, fits, self.scores)
        elif not plan.folds and all(fit.history for fit in fits):
            # The rows of one call of `partial_fit`, which one epoch hardly overfits.
            rows = np.arange(len(plan.target.weight))
            scores = self.scores(self.raw_prediction(plan.inputs.X))
        else:
            rows, scores = np.empty(0, dtype=int), np.empty(0)
        values, weight = plan.target.values, plan.target.rows_weight
        found = Calibration.fit(scores, values[rows], weight[rows])
        if found is None and plan.continued is not None:
            return plan.continued.calibration
        return found

    def scores(self, raw):
        """Return the scores that `predict` follows."""
        task = self.targets.task
        if task.link == "identity":  # probabilities of the loss itself: order by them
            chance = self.loss.probabilities(raw.double(), task).mean(0)
            scores = chance.clamp(min=_SMALLEST_PROBABILITY).log().cpu().numpy()
            return self.targets.in_label_order(scores)
        score = raw[0] if len(raw) == 1 else _score_of_mixture(raw, task)
        score = score.cpu().numpy()
        return score[:, 0] if self._has_two_classes else score

    def predict(self, raw):
        """Return classes, or an indicator of labels."""
        scores = self.scores(raw)
        if self.targets.task.kind == "labels":
            return (scores > 0).astype(int)
        index = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(1)
        return self.targets.classes[index]

    def probabilities(self, raw):
        """Return P(y | x), one column per class or label."""
        task = self.targets.task
        if self.calibration is not None:
            return self._both(self.calibration(self.scores(raw)))
        if self.probability_source == "recovered":
            found = settled_posterior(self.loss, raw, task).cpu().numpy()
        else:
            found = self.loss.probabilities(raw.double(), task).cpu().numpy()
        found = self.targets.in_label_order(self._both(found))
        if self._class_weight is not None:
            # Weights multiply the loss of each class, so that eta_k w_k is what the
            # loss leads to without them.
            found = found / self._class_weight
            found = found / found.sum(-1, keepdims=True)
        return found.mean(0)

    def _both(self, probability):
        """Return probabilities of two classes from those of the second."""
        if not self._has_two_classes:
            return probability
        return np.concatenate([1 - probability, probability], axis=-1)

    @property
    def _has_two_classes(self):
        """Whether one output stands for two classes."""
        return self.targets.task.has_classes and len(self.targets.classes) == 2


def _score_of_mixture(raw, task):
    """Return scores that order rows as the members' mean probability does."""
    if task.link == "softmax":
        return torch.logsumexp(functional.log_softmax(raw, dim=-1), dim=0)
    positive, negative = functional.logsigmoid(raw), functional.logsigmoid(-raw)
    return torch.logsumexp(positive, dim=0) - torch.logsumexp(negative, dim=0)
