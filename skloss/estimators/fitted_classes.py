"""Fitted models of classes and labels: scores, decisions and probabilities."""

import numpy as np
import torch
from torch.nn import functional

from skloss.estimators.calibration import Calibration
from skloss.estimators.confidence import with_confidence
from skloss.estimators.cross_fitting import cross_fitted_scores
from skloss.estimators.fitted import FittedModel
from skloss.losses.contract.posterior import link_name, settled_posterior

__all__ = ["FittedClasses"]

_SMALLEST_PROBABILITY = 1e-300  # a positive double, so that its logarithm is finite
# Nats per row by which a calibration must be better before it replaces a posterior that
# follows from the scores.
_MISFIT = 0.002


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
        task = plan.targets.task if plan.probability_source == "recovered" else None
        fits = [
            with_confidence(fit, spec, _n_validation(plan, spec), task)
            if _can_be_too_sure(plan, fit, spec)
            else fit
            for fit, spec in zip(fits, plan.trained, strict=False)
        ]
        super().__init__(plan, fits)
        self._class_weight = plan.target.class_weight
        self.probability_source, self.calibration = plan.probability_source, None
        if self.probability_source == "calibrated":
            self.calibration = self._calibrated(plan, fits)
            if self.calibration is None:  # too few rows, or training was stopped
                self.probability_source = link_name(self.targets.task)
        elif self.probability_source == "recovered" and self.is_linear:
            self.calibration = self._better_calibration(plan)
            if self.calibration is not None:
                self.probability_source = "calibrated"

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
        # Scores are in the order of the labels, which ranks of ordered ones may not be.
        values = self.targets.labels_of(plan.target.values)
        weight = plan.target.rows_weight
        found = Calibration.fit(scores, values[rows], weight[rows])
        if found is None and plan.continued is not None:
            return plan.continued.calibration
        return found

    def _better_calibration(self, plan):
        """Return a calibration of linear scores if they cannot have the posterior.

        The scores that minimise a loss such as focal are not linear where the log-odds
        are, so that linear scores are not at the minimum and their posterior is wrong.
        """
        model = plan.models[0]
        if not model.settings.until_converged:
            return None
        rows = model.fit_rows.cpu().numpy()
        values = self.targets.labels_of(plan.target.values[rows])
        weight = plan.target.rows_weight[rows]
        raw = self.raw_prediction(plan.inputs.X)[:, rows]
        found = Calibration.fit(self.scores(raw), values, weight)
        if found is None:
            return None
        calibrated = self._both(found(self.scores(raw)))
        gain = self._nats(self._posterior(raw), values) - self._nats(calibrated, values)
        # The rows are those that the scores were fitted to. A gain above what the
        # Bayesian information criterion demands for all weights is not overfitted.
        n_weights = sum(part.numel() for part in self.network[1].parameters())
        total = weight.sum()
        demanded = max(_MISFIT * total, 0.5 * n_weights * np.log(total))
        return found if weight @ gain > demanded else None

    def _nats(self, probability, values):
        """Return the log-loss of each row, summed over labels."""
        if self.targets.task.kind == "labels":
            of_true = np.where(values == 1, probability, 1 - probability)
        else:
            of_true = np.take_along_axis(probability, values.astype(int)[:, None], 1)
        return -np.log(np.maximum(of_true, _SMALLEST_PROBABILITY)).sum(1)

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
        if self.calibration is not None:
            return self._both(self.calibration(self.scores(raw)))
        return self._posterior(raw)

    def link_probabilities(self, raw):
        """Return sigmoids or the softmax of the scores, like `probabilities`.

        None if these are the probabilities, or the scores are not logits.
        """
        task = self.targets.task
        is_made = self.probability_source in ("recovered", "calibrated")
        if not is_made or task.link not in ("logit", "softmax"):
            return None
        raw = raw.double()
        found = raw.softmax(-1) if task.link == "softmax" else raw.sigmoid()
        found = self.targets.in_label_order(self._both(found.cpu().numpy()))
        return found.mean(0)

    def _posterior(self, raw):
        """Return the probabilities at which the loss has its minimum at the scores."""
        task = self.targets.task
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


def _can_be_too_sure(plan, fit, spec):
    """Whether a fit is a network of logits that validation rows stopped."""
    is_network = fit.layers is not None and not spec.architecture.is_linear
    has_logits = plan.targets.task.link in ("logit", "softmax")
    return is_network and has_logits and spec.validation_rows is not None


def _n_validation(plan, spec):
    """Return how many rows stopped a model; a weight of 2 counts as two rows."""
    rows = spec.validation_rows.cpu().numpy()
    total = float(plan.target.rows_weight[rows].sum())
    # Weights that sum to less than one row can only be relative.
    return total if total > 1 else float(len(rows))


def _score_of_mixture(raw, task):
    """Return scores that order rows as the members' mean probability does."""
    if task.link == "softmax":
        return torch.logsumexp(functional.log_softmax(raw, dim=-1), dim=0)
    positive, negative = functional.logsigmoid(raw), functional.logsigmoid(-raw)
    return torch.logsumexp(positive, dim=0) - torch.logsumexp(negative, dim=0)
