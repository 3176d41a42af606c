"""Scores of probabilities and of rankings."""

import numpy as np

from .validation import (
    as_indicator,
    as_labels,
    as_probabilities,
    as_scores,
    class_codes,
    is_multilabel,
    score_classes,
    weighted_rows,
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
        For an indicator, the sum over labels, the log score of the whole row.

    Notes
    -----
    Probabilities are clipped at the float64 epsilon, so that one certain mistake
    costs 36 nats and not infinity, whatever the precision of the model.

    Examples
    --------
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    y_true = as_labels(y_true)
    if is_multilabel(y_true):
        weight, truth, proba = _label_probabilities(y_true, y_proba, sample_weight)
        right = np.where(truth, proba, 1 - proba)
    else:
        weight, codes, proba = _class_probabilities(
            y_true, y_proba, classes, sample_weight
        )
        right = np.take_along_axis(proba, codes[:, None], axis=1)
    nats = -np.log(right.clip(np.finfo(float).eps, 1)).sum(axis=1)
    return float(np.average(nats, weights=weight))


def brier(y_true, y_proba, *, classes=None, sample_weight=None):
    """Mean squared distance between the probabilities and what happened.

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
    >>> round(brier([0, 1], [0.2, 0.7]), 3)
    0.065
    """
    y_true = as_labels(y_true)
    if is_multilabel(y_true):
        weight, truth, proba = _label_probabilities(y_true, y_proba, sample_weight)
        return float(np.average(((proba - truth) ** 2).sum(axis=1), weights=weight))
    weight, codes, proba = _class_probabilities(y_true, y_proba, classes, sample_weight)
    distance = (proba - np.eye(proba.shape[1])[codes]) ** 2
    score = distance[:, 1] if proba.shape[1] == 2 else distance.sum(axis=1)
    return float(np.average(score, weights=weight))


def pr_auc(y_true, y_score, *, classes=None, sample_weight=None):
    """Area under the precision-recall curve, as average precision.

    Parameters
    ----------
    y_true : array-like of shape (n,), or 0/1 indicator of shape (n, n_labels)
    y_score : array-like of shape (n,) or (n, n_classes)
        Probabilities or any scores that grow with them.
    classes : sequence, optional
        Labels in the order of the columns; the sorted labels of `y_true` if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Binary: of the second class. Otherwise the mean over classes, one against
        the rest. Guessing scores the share of the class, not 0.5.

    Examples
    --------
    >>> round(pr_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 3)
    0.833
    """
    return _one_against_rest(
        _average_precision, y_true, y_score, classes, sample_weight
    )


def roc_auc(y_true, y_score, *, classes=None, sample_weight=None):
    """Chance that a row of the class scores above a row outside of it.

    Parameters
    ----------
    y_true : array-like of shape (n,), or 0/1 indicator of shape (n, n_labels)
    y_score : array-like of shape (n,) or (n, n_classes)
        Probabilities or any scores that grow with them.
    classes : sequence, optional
        Labels in the order of the columns; the sorted labels of `y_true` if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Binary: of the second class. Otherwise the mean over classes, one against
        the rest. Guessing scores 0.5.

    Examples
    --------
    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    return _one_against_rest(_roc_area, y_true, y_score, classes, sample_weight)


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


def _one_against_rest(score, y_true, y_score, classes, sample_weight):
    """Average a binary ranking score over the classes that have both kinds of row."""
    y_true, y_score = as_labels(y_true), as_scores(y_score)
    if is_multilabel(y_true):
        truth = as_indicator(y_true)
        if y_score.shape != truth.shape:
            raise ValueError(
                f"y_true has shape {truth.shape} but the scores {y_score.shape}; give "
                "one score per row and label."
            )
    else:
        index = score_classes(y_true, y_score, classes)
        truth = class_codes(y_true, index)[:, None] == np.arange(len(index))
        if len(index) == 2:
            truth = truth[:, 1:]
            y_score = y_score[:, 1:] if y_score.ndim == 2 else y_score[:, None]
    weight, truth, y_score = weighted_rows(sample_weight, truth, y_score)
    varied = truth.any(axis=0) & ~truth.all(axis=0)
    if not varied.any():
        return float("nan")
    values = [
        score(truth[:, column], y_score[:, column], weight)
        for column in np.flatnonzero(varied)
    ]
    return float(np.mean(values))


# scikit-learn's own scores check their input for milliseconds, a thousand times over
# where there are a thousand classes; here, and above, it has been checked.


def _average_precision(positive, score, sample_weight):
    true, all_above = _above_thresholds(positive, score, sample_weight)
    return np.diff(true, prepend=0.0) @ (true / all_above) / true[-1]


def _roc_area(positive, score, sample_weight):
    true, all_above = _above_thresholds(positive, score, sample_weight)
    false = all_above - true
    area = np.trapezoid(np.append(0.0, true), np.append(0.0, false))
    return area / (true[-1] * false[-1])


def _above_thresholds(positive, score, sample_weight):
    """Weight of the positive rows, and of all, at or above each distinct score."""
    order = np.argsort(score)[::-1]
    weight = np.ones(len(score)) if sample_weight is None else sample_weight[order]
    last = np.append(np.diff(score[order]) != 0, True)  # of rows with equal scores
    return np.cumsum(weight * positive[order])[last], np.cumsum(weight)[last]
