"""Calibration of class probabilities: the expected calibration error and its bias."""

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

__all__ = ["ece_bias"]

# Bins of equal weight: ten, as in a reliability diagram, are a usual choice.
_BINS = 10


@register(
    label="ECE",
    greater_is_better=False,
    kind="classification",
    input="y_proba",
    help="Mean distance of confidence and accuracy over ten bins of rows. It is "
    "biased: even right probabilities have a positive value, which falls with the root "
    "of the number of rows (ece_bias).",
    is_default=False,
)
def ece(y_true, y_proba, *, classes=None, n_bins=_BINS, sample_weight=None):
    """Expected calibration error over bins of equal weight.

    Parameters
    ----------
    y_true : array-like of shape (n,), or 0/1 indicator of shape (n, n_labels)
    y_proba : array-like of shape (n,) or (n, n_classes)
        (n,) is the probability of the second class. For an indicator, one
        probability per label.
    classes : sequence, optional
        Labels in the order of the columns; the sorted labels of `y_true` if None.
    n_bins : int, default 10
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        For two classes, of the probability of the second one; for more, of the largest
        probability and whether that class is right; for an indicator, the mean over
        labels.

    See Also
    --------
    ece_bias : What right probabilities would have.

    Notes
    -----
    In each bin, the distance of the mean probability to the share of hits [1]_. Its
    expectation is positive even for right probabilities, since a share of n / 10 rows
    differs from its expectation [2]_: compare losses on the same rows, and a value with
    `ece_bias`.

    References
    ----------
    .. [1] Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated
       probabilities using Bayesian binning", AAAI 29.
    .. [2] Roelofs, Cain, Shlens and Mozer (2022), "Mitigating bias in calibration error
       estimation", AISTATS 25.

    Examples
    --------
    >>> from skloss.metrics import ece
    >>> round(ece([0, 1, 1, 1], [0.2, 0.8, 0.8, 0.8], n_bins=1), 3)
    0.1
    """
    found = []
    for hit, chance, weight in _events(y_true, y_proba, classes, sample_weight):
        gaps = [
            share * abs(np.average(hit[rows] - chance[rows], weights=weight[rows]))
            for rows, share in _bins(chance, weight, n_bins)
        ]
        found.append(sum(gaps))
    return float(np.mean(found))


def ece_bias(y_true, y_proba, *, classes=None, n_bins=_BINS, sample_weight=None):
    """Return the ECE that the probabilities would have if they were right.

    Parameters
    ----------
    y_true, y_proba, classes, n_bins, sample_weight
        As for `ece`; of ``y_true`` only the labels that occur matter.

    Returns
    -------
    float

    Notes
    -----
    With right probabilities the distance of a bin is, by the central limit theorem, the
    absolute value of a normal variable of variance sum w^2 p (1 - p) / (sum w)^2, whose
    mean is sqrt(2 / pi) times its standard deviation.

    Examples
    --------
    >>> from skloss.metrics import ece_bias
    >>> round(ece_bias([0, 1] * 50, [0.5] * 100), 3)  # equal ones share a bin
    0.04
    """
    found = []
    for _, chance, weight in _events(y_true, y_proba, classes, sample_weight):
        parts = []
        for rows, share in _bins(chance, weight, n_bins):
            w, p = weight[rows], chance[rows]
            spread = np.sqrt((w**2 * p * (1 - p)).sum()) / w.sum()
            parts.append(share * np.sqrt(2 / np.pi) * spread)
        found.append(sum(parts))
    return float(np.mean(found))


def _events(y_true, y_proba, classes, sample_weight):
    """Yield hits, probabilities and weights: of an event, or of each label."""
    y_true = as_labels(y_true)
    if is_multilabel(y_true):
        truth = as_indicator(y_true)
        proba = as_probabilities(y_proba, sum_to_one=False)
        weight, truth, proba = weighted_rows(sample_weight, truth, proba)
        for label, chance in zip(truth.T, proba.T, strict=True):
            yield label.astype(float), chance, weight
        return
    proba = as_probabilities(y_proba, sum_to_one=True)
    codes = class_codes(y_true, score_classes(y_true, proba, classes))
    weight, codes, proba = weighted_rows(sample_weight, codes, proba)
    if proba.ndim == 1:
        yield (codes == 1).astype(float), proba, weight
    elif proba.shape[1] == 2:
        yield (codes == 1).astype(float), proba[:, 1], weight
    else:
        top = proba.argmax(axis=1)
        yield (codes == top).astype(float), proba.max(axis=1), weight


def _bins(chance, weight, n_bins):
    """Yield the rows of each bin of equal weight, and its share of the weight.

    Equal probabilities are in one bin, so that the order of the rows has no effect.
    """
    order = np.argsort(chance, kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2
    place = (n_bins * middle / weight.sum()).astype(int)
    ordered = chance[order]
    first = np.r_[True, np.diff(ordered) > 0]
    run = np.cumsum(first) - 1
    place = place[np.flatnonzero(first)][run]  # that of the first row of equal ones
    for one in np.unique(place):
        rows = order[place == one]
        yield rows, weight[rows].sum() / weight.sum()
