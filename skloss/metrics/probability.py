"""Scores of predicted probabilities."""

import numpy as np

from skloss.metrics.registry import register
from skloss.metrics.validation import (
    as_indicator,
    as_labels,
    as_probabilities,
    class_codes,
    is_multilabel,
    score_classes,
    weighted_rows,
)


def _log_loss_rows(y_true, y_proba, *, classes=None, sample_weight=None):
    """Return the nats of each row."""
    return _nats(y_true, y_proba, classes, sample_weight)[1]


def _brier_rows(y_true, y_proba, *, classes=None, sample_weight=None):
    """Return the squared distance of each row."""
    return _distances(y_true, y_proba, classes, sample_weight)[1]


@register(
    label="Log-loss",
    greater_is_better=False,
    kind="classification",
    input="y_proba",
    unit="nats",
    help="Negative log probability of the true class per row: penalises confident "
    "errors.",
    row_scores=_log_loss_rows,
)
def log_loss(y_true, y_proba, *, classes=None, sample_weight=None):
    """Mean negative log probability of the true label, in nats per row.

    Parameters
    ----------
    y_true : array-like of shape (n,), or 0/1 indicator of shape (n, n_labels)
    y_proba : array-like of shape (n,) or (n, n_classes)
        (n,) is the probability of the second class. For an indicator, one
        probability per label.
    classes : sequence, optional
        Labels in the order of the columns; the sorted labels of `y_true` if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        For an indicator, the sum over labels: the log score of the whole row.

    Notes
    -----
    Probabilities are clipped at the float64 epsilon, as scikit-learn does for float64
    input, so that an error made with certainty costs 36 nats instead of infinity,
    whatever the precision of the model.

    Examples
    --------
    >>> from skloss.metrics import log_loss
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    weight, nats = _nats(y_true, y_proba, classes, sample_weight)
    return float(np.average(nats, weights=weight))


@register(
    label="Brier",
    greater_is_better=False,
    kind="classification",
    input="y_proba",
    help="Squared distance between probabilities and outcome: penalises confident "
    "errors less than log-loss.",
    row_scores=_brier_rows,
)
def brier(y_true, y_proba, *, classes=None, sample_weight=None):
    """Mean squared distance between the probabilities and the outcome (Brier 1950).

    Parameters
    ----------
    y_true : array-like of shape (n,), or 0/1 indicator of shape (n, n_labels)
    y_proba : array-like of shape (n,) or (n, n_classes)
    classes : sequence, optional
        Labels in the order of the columns; the sorted labels of `y_true` if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Binary: the squared error of the positive class's probability, in [0, 1].
        More classes: the sum over classes, in [0, 2]. This is scikit-learn's
        ``scale_by_half="auto"``. For an indicator, the sum over labels of the
        binary score.

    Examples
    --------
    >>> from skloss.metrics import brier
    >>> round(brier([0, 1], [0.2, 0.7]), 3)
    0.065
    """
    weight, distance = _distances(y_true, y_proba, classes, sample_weight)
    return float(np.average(distance, weights=weight))


def _nats(y_true, y_proba, classes, sample_weight):
    """Return weights and the negative log probability of each row."""
    y_true = as_labels(y_true)
    if is_multilabel(y_true):
        weight, truth, proba = _label_probabilities(y_true, y_proba, sample_weight)
        right = np.where(truth, proba, 1 - proba)
    else:
        weight, codes, proba = _class_probabilities(
            y_true, y_proba, classes, sample_weight
        )
        right = np.take_along_axis(proba, codes[:, None], axis=1)
    return weight, -np.log(right.clip(np.finfo(float).eps, 1)).sum(axis=1)


def _distances(y_true, y_proba, classes, sample_weight):
    """Return weights and the squared distance of each row."""
    y_true = as_labels(y_true)
    if is_multilabel(y_true):
        weight, truth, proba = _label_probabilities(y_true, y_proba, sample_weight)
        return weight, ((proba - truth) ** 2).sum(axis=1)
    weight, codes, proba = _class_probabilities(y_true, y_proba, classes, sample_weight)
    distance = (proba - np.eye(proba.shape[1])[codes]) ** 2
    return weight, distance[:, 1] if proba.shape[1] == 2 else distance.sum(axis=1)


def _label_probabilities(y_true, y_proba, sample_weight):
    truth = as_indicator(y_true)
    proba = as_probabilities(y_proba, sum_to_one=False)
    if proba.shape != truth.shape:
        raise ValueError(
            f"y_true has shape {truth.shape} but y_proba {proba.shape}; give one "
            "probability per row and label."
        )
    return weighted_rows(sample_weight, truth, proba)


def _class_probabilities(y_true, y_proba, classes, sample_weight):
    """Return weights, class codes and (n, K) probabilities."""
    proba = as_probabilities(y_proba, sum_to_one=True)
    index = score_classes(y_true, proba, classes)
    if proba.ndim == 1:
        proba = np.column_stack([1 - proba, proba])
    codes = class_codes(y_true, index)
    return weighted_rows(sample_weight, codes, proba)
