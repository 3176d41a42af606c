"""Calibration: the map from scores to probabilities, as simple as the rows allow."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

__all__ = ["FEWEST_ROWS", "Calibration", "moments"]

# Fewer rows determine little more than the shares of the classes: scores are not
# calibrated.
FEWEST_ROWS = 10
# Spread of a score, relative to its size, below which it is constant up to rounding.
_SMALLEST_SPREAD = 1e-9


@dataclass(frozen=True, eq=False)
class Calibration:
    """Map from scores to probabilities: a logistic regression on the scores.

    The scores are only multiplied by one positive number, so that the most likely class
    is the one with the highest score (Guo et al. 2017), unless the Bayesian information
    criterion demands more: Platt's scaling with one score; with several classes a
    multinomial regression on all of their scores.

    Attributes
    ----------
    coef : ndarray of shape (n_scores,) or (n_scores, n_classes)
        One score per label has one coefficient.
    intercept : ndarray of shape (n_labels,) or (n_classes,)
    """

    coef: np.ndarray
    intercept: np.ndarray

    @classmethod
    def fit(cls, scores, values, weight):
        """Fit to scores of shape (n,) or (n, k), and to classes or an indicator.

        Returns
        -------
        Calibration or None
            None if a class is missing, or the rows are too few.
        """
        if weight.sum() < FEWEST_ROWS:
            return None
        if scores.ndim == 1 or values.ndim == 2:
            columns = scores.reshape(len(scores), -1).T
            labels = values.reshape(len(scores), -1).T
            found = [
                _of_label(column.astype(float), label.astype(int), weight)
                for column, label in zip(columns, labels, strict=True)
            ]
            return cls(*np.array(found).T)
        if len(np.unique(values)) < scores.shape[1]:
            return None
        scores = scores.astype(float)
        plain = _temperature(scores, values, weight) * np.eye(scores.shape[1])
        coef, intercept = _logistic(scores, values, weight)
        logits = scores @ plain, scores @ coef.T + intercept
        # Differences of K scores are determined by K coefficients and an intercept
        # each, of which the plain map has one in all.
        more = (scores.shape[1] - 1) * (scores.shape[1] + 1) - 1
        if _is_clear(*logits, values, weight, more):
            return cls(coef.T, intercept)
        return cls(plain, np.zeros(scores.shape[1]))

    def __call__(self, scores):
        """Return probabilities: one per label, or one per class that sum to 1."""
        if self.coef.ndim == 1:
            scores = scores.reshape(len(scores), -1)
            logits = scores * self.coef + self.intercept
            return 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
        return np.exp(log_softmax(scores @ self.coef + self.intercept, axis=1))


def _is_clear(plain, rich, values, weight, n_more):
    """Whether the richer logits are better by the Bayesian information criterion."""
    nats = [
        -log_softmax(logits, axis=1)[np.arange(len(values)), values]
        for logits in (plain, rich)
    ]
    return weight @ (nats[0] - nats[1]) > 0.5 * n_more * np.log(weight.sum())


def _of_label(score, label, weight):
    """Return coefficient and intercept of the log-odds of one label."""
    (coef,), intercept = _logistic(score[:, None], label, weight)
    both, rich = _two_classes(score), _two_classes(coef * score + intercept)
    plain = _temperature(both, label, weight)
    if _is_clear(plain * both, rich, label, weight, 1):
        return coef[0], intercept[0]
    return plain, 0.0


def _two_classes(log_odds):
    """Return the logits of both classes."""
    return np.stack([np.zeros_like(log_odds), log_odds], axis=1)


def _temperature(scores, values, weight):
    """Return the number, at least 0, that turns scores into the most likely logits.

    The penalty is that of the logistic regression: half the square of the number, in
    units of the spread of the scores.
    """
    scores = scores - scores.mean(1, keepdims=True)
    penalty = np.average((scores**2).mean(1), weights=weight)
    of_true = weight @ scores[np.arange(len(values)), values]

    def slope(factor):
        chances = factor * scores
        chances -= chances.max(1, keepdims=True)
        np.exp(chances, out=chances)
        means = np.einsum("ij,ij->i", chances, scores) / chances.sum(1)
        return weight @ means - of_true + penalty * factor

    if penalty == 0 or slope(0.0) >= 0:
        return 0.0
    # Scores that are logits already have a number near 1, and a narrow interval takes
    # a third of the evaluations. The penalty lets the slope become positive.
    low, high = 0.0, 1.0
    while slope(high) < 0:
        low, high = high, 2 * high
    return brentq(slope, low, high)


def moments(scores, weight):
    """Return the weighted mean and standard deviation of each score.

    Parameters
    ----------
    scores : ndarray of shape (n_samples,) or (n_samples, n_scores)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    (ndarray, ndarray)
        Of shape () or (n_scores,).
    """
    mean = np.average(scores, axis=0, weights=weight)
    return mean, np.sqrt(np.average((scores - mean) ** 2, axis=0, weights=weight))


def _logistic(scores, values, weight):
    """Coefficients and intercepts, in units of the scores."""
    center, scale = moments(scores, weight)
    varies = scale > _SMALLEST_SPREAD * np.abs(scores).max(0)
    scale = np.where(varies, scale, np.inf)
    if len(np.unique(values)) == 1:  # a label that each row has, or none
        share = (weight @ values + 1) / (weight.sum() + 2)
        return np.zeros((1, 1)), np.log([share / (1 - share)])
    # With the default penalty: a prior that vanishes as rows are added, and that keeps
    # probabilities away from 0 and 1 where scores separate the classes.
    model = LogisticRegression(max_iter=1000).fit(
        (scores - center) / scale, values, weight
    )
    coef = model.coef_ / scale
    return coef, model.intercept_ - coef @ center
