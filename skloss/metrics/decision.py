"""Scores of decisions, computed from the confusion matrix."""

import numpy as np

from skloss.metrics.registry import register
from skloss.metrics.validation import (
    as_indicator,
    as_labels,
    class_codes,
    class_index,
    is_multilabel,
    weighted_rows,
)


@register(
    label="Accuracy",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Share of rows classified correctly; insensitive to rare classes.",
)
def accuracy(y_true, y_pred, *, classes=None, sample_weight=None):
    """Share of rows classified correctly, for an indicator in all labels.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,), or 0/1 indicators (n, n_labels)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.metrics import accuracy
    >>> accuracy(["no", "no", "no", "yes"], ["no", "no", "no", "no"])
    0.75
    """
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true):
        truth = as_indicator(y_true)
        weight, truth, decided = weighted_rows(
            sample_weight, truth, as_indicator(y_pred, truth.shape[1])
        )
        return float(np.average((truth == decided).all(axis=1), weights=weight))
    counts = class_counts(y_true, y_pred, classes, sample_weight)
    return float(np.trace(counts) / counts.sum())


@register(
    label="Balanced accuracy",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Mean recall over classes: a rare class counts as much as a common one.",
)
def balanced_accuracy(y_true, y_pred, *, classes=None, sample_weight=None):
    """Mean recall over the classes: a rare class counts as much as a common one.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,), or 0/1 indicators (n, n_labels)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Over the classes that `y_true` has; NaN when it has only one. For an
        indicator, the mean over its labels.

    Examples
    --------
    >>> from skloss.metrics import balanced_accuracy
    >>> balanced_accuracy(["no", "no", "no", "yes"], ["no", "no", "no", "no"])
    0.5
    """
    return _decision_score(_mean_recall, y_true, y_pred, classes, sample_weight)


@register(
    label="F1",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Harmonic mean of recall and precision, of the positive class or averaged "
    "over classes.",
)
def f1(y_true, y_pred, *, classes=None, sample_weight=None):
    """Harmonic mean of precision and recall.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,), or 0/1 indicators (n, n_labels)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Binary: of the second class, the positive one. Otherwise the mean over the
        classes, or labels, that `y_true` has. NaN when `y_true` has no row of the
        class in question, or fewer than two classes are known.

    Examples
    --------
    >>> from skloss.metrics import f1
    >>> f1(["no", "no", "yes", "yes"], ["no", "yes", "yes", "yes"])
    0.8
    """
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true):
        return _mean_of_known(_f1_by_class(label_counts(y_true, y_pred, sample_weight)))
    counts = class_counts(y_true, y_pred, classes, sample_weight)
    if len(counts) < 2:
        return float("nan")
    by_class = _f1_by_class(one_against_rest_counts(counts))
    return float(by_class[1]) if len(counts) == 2 else _mean_of_known(by_class)


@register(
    label="G-mean",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Geometric mean of the recalls of all classes: 0 as soon as one class is "
    "never found.",
)
def g_mean(y_true, y_pred, *, classes=None, sample_weight=None):
    """Geometric mean of the recalls: 0 as soon as one class is never found.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,), or 0/1 indicators (n, n_labels)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        Over the classes that `y_true` has; NaN when it has only one. For an
        indicator, the mean over its labels.

    References
    ----------
    .. [1] Kubat and Matwin (1997), "Addressing the curse of imbalanced training
       sets: one-sided selection", ICML.

    Examples
    --------
    >>> from skloss.metrics import g_mean
    >>> round(g_mean([0, 0, 0, 0, 1], [0, 0, 0, 1, 1]), 4)
    0.866
    """
    return _decision_score(_geometric_recall, y_true, y_pred, classes, sample_weight)


@register(
    label="MCC",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Correlation of predicted and true classes (Matthews): 0 is guessing, 1 is "
    "perfect, whatever the class sizes.",
)
def mcc(y_true, y_pred, *, classes=None, sample_weight=None):
    """Matthews correlation of true and predicted classes: 0 is guessing, 1 perfect.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,), or 0/1 indicators (n, n_labels)
    classes : sequence, optional
        All labels, in order; the sorted labels seen if None.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        0 when all rows are predicted to be of one class; NaN when `y_true` has one.
        For an indicator, the mean over its labels.

    References
    ----------
    .. [1] Matthews (1975), Biochim. Biophys. Acta 405, 442-451; for more than two
       classes Gorodkin (2004), Comput. Biol. Chem. 28, 367-374.

    Examples
    --------
    >>> from skloss.metrics import mcc
    >>> mcc([0, 0, 1, 1], [0, 0, 1, 1])
    1.0
    """
    return _decision_score(_correlation, y_true, y_pred, classes, sample_weight)


def class_counts(y_true, y_pred, classes, sample_weight):
    """Return the weighted confusion matrix, (K, K), rows true, columns predicted."""
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true) or is_multilabel(y_pred):
        raise ValueError(
            "y_true and y_pred must both hold one label per row, shape (n,), or both "
            "be 0/1 indicators of shape (n, n_labels)."
        )
    index = class_index(classes, y_true, y_pred)
    n_classes = len(index)
    weight, true, decided = weighted_rows(
        sample_weight, class_codes(y_true, index), class_codes(y_pred, index)
    )
    cells = np.bincount(
        true * n_classes + decided, weights=weight, minlength=n_classes**2
    )
    return cells.reshape(n_classes, n_classes)


def label_counts(y_true, y_pred, sample_weight):
    """Return one 2 x 2 confusion matrix per label of an indicator, (K, 2, 2)."""
    truth = as_indicator(y_true)
    weight, truth, decided = weighted_rows(
        sample_weight, truth, as_indicator(y_pred, truth.shape[1])
    )
    both = weight @ (truth & decided)
    missed = weight @ (truth & ~decided)
    false_alarm = weight @ (~truth & decided)
    neither = weight @ (~truth & ~decided)
    cells = np.stack([neither, false_alarm, missed, both], axis=-1)
    return cells.reshape(-1, 2, 2)


def one_against_rest_counts(counts):
    """Turn a (K, K) confusion matrix into one 2 x 2 matrix per class, (K, 2, 2)."""
    both = np.diag(counts)
    missed = counts.sum(axis=1) - both
    false_alarm = counts.sum(axis=0) - both
    neither = counts.sum() - both - missed - false_alarm
    cells = np.stack([neither, false_alarm, missed, both], axis=-1)
    return cells.reshape(-1, 2, 2)


def ratio(numerator, denominator):
    """Return the quotient, NaN without a warning where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    result = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result


def _decision_score(score, y_true, y_pred, classes, sample_weight):
    """Return a score of a confusion matrix; for an indicator, its mean over labels."""
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true):
        matrices = label_counts(y_true, y_pred, sample_weight)
        return _mean_of_known(np.array([score(matrix) for matrix in matrices]))
    return float(score(class_counts(y_true, y_pred, classes, sample_weight)))


def _mean_of_known(values):
    """Return the mean of the values that are not NaN, or NaN."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _recalls(counts):
    """Return the recalls of the classes present, empty if fewer than two are."""
    support = counts.sum(axis=1)
    present = support > 0
    if present.sum() < 2:
        return np.array([])
    return np.diag(counts)[present] / support[present]


def _mean_recall(counts):
    """Return the arithmetic mean of the recalls."""
    return _mean_of_known(_recalls(counts))


def _geometric_recall(counts):
    """Return the geometric mean of the recalls."""
    recalls = _recalls(counts)
    if len(recalls) == 0:
        return float("nan")
    if (recalls == 0).any():
        return 0.0
    # A mean of logarithms: the plain product underflows with hundreds of classes.
    return float(np.exp(np.log(recalls).mean()))


def _correlation(counts):
    """Return (sum_k c_kk - t . p) / sqrt((1 - t . t) (1 - p . p)) of shares.

    c is the confusion matrix divided by its sum, t and p are its row and column sums.
    """
    true, decided, total = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    if (true > 0).sum() < 2:
        return float("nan")
    # Shares instead of counts, so that no product overflows or loses digits.
    true, decided, right = true / total, decided / total, np.trace(counts) / total
    spread = (1 - true @ true) * (1 - decided @ decided)
    if (decided > 0).sum() < 2 or spread <= 0:
        return 0.0
    return float((right - true @ decided) / np.sqrt(spread))


def _f1_by_class(matrices):
    """Return 2 tp / (2 tp + fn + fp) of each class, NaN for a class without rows."""
    false_alarm, missed, both = matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1]
    scores = ratio(2 * both, 2 * both + missed + false_alarm)
    return np.where(missed + both > 0, scores, np.nan)
