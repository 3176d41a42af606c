"""Confusion matrices, and scores of them."""

import numpy as np

from skloss.metrics.validation import (
    as_indicator,
    as_labels,
    class_codes,
    class_index,
    is_multilabel,
    weighted_rows,
)

# Beyond 20 classes or so most pairs of a true and a predicted class have too few rows
# for a derivative to mean much, and there are too many of them.
_MAX_CELLS = 400


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


def decision_score(score, y_true, y_pred, classes, sample_weight):
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


def mean_recall(counts):
    """Return the arithmetic mean of the recalls."""
    return _mean_of_known(_recalls(counts))


def geometric_recall(counts):
    """Return the geometric mean of the recalls."""
    recalls = _recalls(counts)
    if len(recalls) == 0:
        return float("nan")
    if (recalls == 0).any():
        return 0.0
    # A mean of logarithms: the plain product underflows with hundreds of classes.
    return float(np.exp(np.log(recalls).mean()))


def correlation(counts):
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


def f1_of(counts):
    """Return F1 of the second of two classes, else the mean over the classes."""
    if len(counts) < 2:
        return float("nan")
    by_class = _f1_by_class(one_against_rest_counts(counts))
    return by_class[1] if len(counts) == 2 else _mean_of_known(by_class)


def _f1_by_class(matrices):
    """Return 2 tp / (2 tp + fn + fp) of each class, NaN for a class without rows."""
    false_alarm, missed, both = matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1]
    scores = ratio(2 * both, 2 * both + missed + false_alarm)
    return np.where(missed + both > 0, scores, np.nan)


def rows_of_counts(score, y_true, y_pred, *, classes=None, sample_weight=None):
    """Return the row scores (see `Metric`) of a score of a confusion matrix.

    All rows of one cell have the same. For an indicator, the mean over its labels.
    None where there are too many cells, or the score is undefined.
    """
    y_true, y_pred = as_labels(y_true), as_labels(y_pred)
    if is_multilabel(y_true):
        matrices = label_counts(y_true, y_pred, sample_weight)
        by_cell = [_by_cell(score, matrix) for matrix in matrices]
        truth = as_indicator(y_true)
        _, true, decided = weighted_rows(
            sample_weight, truth, as_indicator(y_pred, truth.shape[1])
        )
        by_label = [
            cells[true[:, k].astype(int), decided[:, k].astype(int)]
            for k, cells in enumerate(by_cell)
            if not np.isnan(cells).all()
        ]
        return np.mean(by_label, axis=0) if by_label else None
    counts = class_counts(y_true, y_pred, classes, sample_weight)
    if np.count_nonzero(counts) > _MAX_CELLS:
        return None
    index = class_index(classes, y_true, y_pred)
    _, true, decided = weighted_rows(
        sample_weight, class_codes(y_true, index), class_codes(y_pred, index)
    )
    return _by_cell(score, counts)[true, decided]


def _by_cell(score, counts):
    """Return score + W d score / dc for each cell c of a confusion matrix.

    NaN for empty cells, and everywhere if the score is undefined.
    """
    value = score(counts)
    cells = np.full(counts.shape, np.nan)
    for cell in zip(*np.nonzero(counts), strict=True):
        # A central difference errs by the square of the relative step, 1e-10, and by
        # rounding, 1e-16 over the step.
        step = 1e-5 * counts[cell]
        more, less = counts.copy(), counts.copy()
        more[cell] += step
        less[cell] -= step
        slope = (score(more) - score(less)) / (2 * step)
        cells[cell] = value + counts.sum() * slope
    return cells
