"""Scores of decisions, computed from the confusion matrix."""

from functools import partial

import numpy as np

from skloss.metrics.counts import (
    class_counts,
    correlation,
    decision_score,
    f1_of,
    geometric_recall,
    mean_recall,
    rows_of_counts,
)
from skloss.metrics.registry import register
from skloss.metrics.validation import (
    as_indicator,
    as_labels,
    is_multilabel,
    weighted_rows,
)


def _accuracy_rows(y_true, y_pred, *, classes=None, sample_weight=None):
    """Return 1 for each row that is right in all labels, else 0."""
    _, y_true, y_pred = weighted_rows(
        sample_weight, as_labels(y_true), as_labels(y_pred)
    )
    return np.reshape(y_true == y_pred, (len(y_true), -1)).all(axis=1).astype(float)


@register(
    label="Accuracy",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Share of rows classified correctly; insensitive to rare classes.",
    row_scores=_accuracy_rows,
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
    row_scores=partial(rows_of_counts, mean_recall),
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
    return decision_score(mean_recall, y_true, y_pred, classes, sample_weight)


@register(
    label="F1",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Harmonic mean of recall and precision, of the positive class or averaged "
    "over classes.",
    row_scores=partial(rows_of_counts, f1_of),
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
    return decision_score(f1_of, y_true, y_pred, classes, sample_weight)


@register(
    label="G-mean",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Geometric mean of the recalls of all classes: 0 as soon as one class is "
    "never found.",
    row_scores=partial(rows_of_counts, geometric_recall),
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
    return decision_score(geometric_recall, y_true, y_pred, classes, sample_weight)


@register(
    label="MCC",
    greater_is_better=True,
    kind="classification",
    input="y_pred",
    help="Correlation of predicted and true classes (Matthews): 0 is guessing, 1 is "
    "perfect, whatever the class sizes.",
    row_scores=partial(rows_of_counts, correlation),
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
    return decision_score(correlation, y_true, y_pred, classes, sample_weight)
