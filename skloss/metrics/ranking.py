"""Scores of rankings: areas under curves over all thresholds."""

import numpy as np

from skloss.metrics.registry import register
from skloss.metrics.validation import (
    as_indicator,
    as_labels,
    as_scores,
    class_codes,
    is_multilabel,
    score_classes,
    weighted_rows,
)


def _pr_auc_rows(y_true, y_score, *, classes=None, sample_weight=None):
    """Return the derivative of each area by the weights of the rows, plus the area."""
    contrasts = _contrasts(y_true, y_score, classes, sample_weight)
    return _mean_over(_average_precision_rows, contrasts)


def _roc_auc_rows(y_true, y_score, *, classes=None, sample_weight=None):
    """Return the structural components of DeLong (1988), relative to class shares."""
    contrasts = _contrasts(y_true, y_score, classes, sample_weight)
    return _mean_over(_roc_area_rows, contrasts)


@register(
    label="PR-AUC",
    greater_is_better=True,
    kind="classification",
    input="y_proba",
    ranks=True,
    help="How well the scores rank the positive class first, as average precision; "
    "guessing scores the share of the class.",
    row_scores=_pr_auc_rows,
)
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
    >>> from skloss.metrics import pr_auc
    >>> round(pr_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 3)
    0.833
    """
    contrasts = _contrasts(y_true, y_score, classes, sample_weight)
    return float(_mean_over(_average_precision, contrasts))


@register(
    label="ROC-AUC",
    greater_is_better=True,
    kind="classification",
    input="y_proba",
    ranks=True,
    help="Probability that a row of the positive class is ranked above one of another "
    "class; 0.5 is guessing.",
    row_scores=_roc_auc_rows,
)
def roc_auc(y_true, y_score, *, classes=None, sample_weight=None):
    """Probability that a row of the class scores above a row of another class.

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
    >>> from skloss.metrics import roc_auc
    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    contrasts = _contrasts(y_true, y_score, classes, sample_weight)
    return float(_mean_over(_roc_area, contrasts))


def _mean_over(score, contrasts):
    """Return the mean of a binary score over contrasts, NaN without any."""
    return np.mean([score(*c) for c in contrasts], axis=0) if contrasts else np.nan


def _contrasts(y_true, y_score, classes, sample_weight):
    """Return one class against the rest, for all classes with both kinds of row.

    Each is (positive, score, weight).
    """
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
    return [
        (truth[:, column], y_score[:, column], weight)
        for column in np.flatnonzero(varied)
    ]


# scikit-learn's scores spend milliseconds on checking their input, and would do so for
# each of a thousand classes; here it has been checked once.


def _average_precision(positive, score, sample_weight):
    """Return the sum over thresholds of precision times the gain in recall."""
    true, all_above = _above_thresholds(positive, score, sample_weight)
    return np.diff(true, prepend=0.0) @ (true / all_above) / true[-1]


def _roc_area(positive, score, sample_weight):
    """Return the area under the ROC curve by the trapezoidal rule."""
    true, all_above = _above_thresholds(positive, score, sample_weight)
    false = all_above - true
    area = np.trapezoid(np.append(0.0, true), np.append(0.0, false))
    return area / (true[-1] * false[-1])


def _above_thresholds(positive, score, sample_weight):
    """Return the weight of positive rows, and of all, at or above each score."""
    order = np.argsort(score)[::-1]
    weight = np.ones(len(score)) if sample_weight is None else sample_weight[order]
    last = np.append(np.diff(score[order]) != 0, True)  # of rows with equal scores
    return np.cumsum(weight * positive[order])[last], np.cumsum(weight)[last]


def _roc_area_rows(positive, score, weight):
    """Return area + (share of the other kind on the right side - area) / own share."""
    place, (false, true) = _weights_by_score(positive, score, weight)
    below, above = np.cumsum(false) - false / 2, true.sum() - np.cumsum(true) + true / 2
    right = np.where(
        positive, (below / false.sum())[place], (above / true.sum())[place]
    )
    area = np.average(right[positive], weights=weight[positive])
    share = np.where(positive, true.sum(), false.sum()) / weight.sum()
    return area + (right - area) / share


def _average_precision_rows(positive, score, weight):
    """Return AP + W dAP / dw of each row.

    With the weight A of all rows, and T of positive ones, at or above a score,
    AP = sum_i w_i T_i / A_i / P over positive rows, which sum to P. A row adds to A,
    and a positive one to T, at its own score and at all below.
    """
    place, (false, true) = _weights_by_score(positive, score, weight)
    total = true.sum()
    true_above = np.cumsum(true[::-1])[::-1]
    all_above = np.cumsum((true + false)[::-1])[::-1]
    precision = true_above / all_above
    area = true @ precision / total
    to_true = np.cumsum(true / all_above)
    to_all = np.cumsum(true * precision / all_above)
    slope = positive * (precision + to_true - area)[place] - to_all[place]
    return area + weight.sum() / total * slope


def _weights_by_score(positive, score, weight):
    """Return the place of each row among the distinct scores, and their weights.

    Weights are of negative and of positive rows, in ascending order of the score.
    """
    distinct, place = np.unique(score, return_inverse=True)
    sums = np.bincount(
        2 * place + positive, weights=weight, minlength=2 * len(distinct)
    )
    return place, sums.reshape(-1, 2).T
