"""Scores of predicted distributions of numbers: CRPS, pinball, intervals."""

import numpy as np

from skloss.metrics.integration import crps_rows
from skloss.metrics.registry import register
from skloss.metrics.validation import weighted_rows

__all__ = ["COVERAGE", "LEVELS"]

#: Coverage of the intervals, and levels of the quantiles, that are scored by default.
COVERAGE = 0.9
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def _crps_rows(y_true, distribution, *, sample_weight=None):
    """Return the CRPS of each row."""
    return _of_rows(crps_rows, y_true, distribution, sample_weight)[1]


def _pinball_rows(y_true, distribution, *, levels=LEVELS, sample_weight=None):
    """Return the mean pinball loss of each row over the levels."""

    def rows(y, distribution):
        parts = []
        for level in levels:
            above = y - distribution.ppf(level)
            parts.append(np.where(above > 0, level * above, (level - 1) * above))
        return np.mean(parts, axis=0)

    return _of_rows(rows, y_true, distribution, sample_weight)[1]


def _interval_rows(y_true, distribution, *, coverage=COVERAGE, sample_weight=None):
    """Return the interval score of each row."""

    def rows(y, distribution):
        low, high = _interval(distribution, coverage)
        outside = np.maximum(low - y, 0) + np.maximum(y - high, 0)
        return high - low + 2 / (1 - coverage) * outside

    return _of_rows(rows, y_true, distribution, sample_weight)[1]


def _covered_rows(y_true, distribution, *, coverage=COVERAGE, sample_weight=None):
    """Return 1 for a row inside its interval, else 0."""

    def rows(y, distribution):
        low, high = _interval(distribution, coverage)
        return ((low <= y) & (y <= high)).astype(float)

    return _of_rows(rows, y_true, distribution, sample_weight)[1]


def _width_rows(y_true, distribution, *, coverage=COVERAGE, sample_weight=None):
    """Return the width of the interval of each row."""

    def rows(y, distribution):
        low, high = _interval(distribution, coverage)
        return high - low + 0 * y

    return _of_rows(rows, y_true, distribution, sample_weight)[1]


@register(
    label="CRPS",
    greater_is_better=False,
    kind="regression",
    input="distribution",
    unit="target",
    help="Distance of the predicted distribution to the target: the absolute error, if "
    "the distribution is a single value (continuous ranked probability score).",
    row_scores=_crps_rows,
    is_default=False,
)
def crps(y_true, distribution, *, sample_weight=None):
    """Continuous ranked probability score, in units of the target.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, n_targets)
        With several targets, the mean of the CRPS of each.
    distribution : object
        One for each row, with ``cdf`` and ``ppf`` as in `scipy.stats`, such as
        `predict_distribution` returns.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Notes
    -----
    The integral of (F(x) - 1[x >= y])^2 over x [1]_, by Gauss-Legendre quadrature on
    pieces that end at the target and the median; a sum for counts.

    References
    ----------
    .. [1] Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and
       estimation", JASA 102, 359-378, section 4.2.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skloss.metrics import crps
    >>> round(crps([0.0], norm([0.0], 1.0)), 4)
    0.2337
    """
    return _mean(_crps_rows, y_true, distribution, sample_weight)


@register(
    label="Pinball",
    greater_is_better=False,
    kind="regression",
    input="distribution",
    unit="target",
    help="Mean pinball loss of the 5%, 25%, 50%, 75% and 95% quantiles.",
    row_scores=_pinball_rows,
    is_default=False,
)
def pinball(y_true, distribution, *, levels=LEVELS, sample_weight=None):
    """Mean pinball loss of predicted quantiles, in units of the target.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, n_targets)
    distribution : object
        One for each row, with ``ppf`` as in `scipy.stats`.
    levels : sequence of float, default (0.05, 0.25, 0.5, 0.75, 0.95)
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skloss.metrics import pinball
    >>> pinball([1.0], norm([0.0], 1.0), levels=[0.5])  # half of the absolute error
    0.5
    """
    return _mean(_pinball_rows, y_true, distribution, sample_weight, levels=levels)


@register(
    label="Interval score",
    greater_is_better=False,
    kind="regression",
    input="distribution",
    unit="target",
    help="Width of the 90% interval, plus 20 times the distance of targets outside.",
    row_scores=_interval_rows,
    is_default=False,
)
def interval_score(y_true, distribution, *, coverage=COVERAGE, sample_weight=None):
    """Interval score (Winkler score) of central intervals, in units of the target.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, n_targets)
    distribution : object
        One for each row, with ``ppf`` as in `scipy.stats`.
    coverage : float, default 0.9
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Notes
    -----
    The width plus 2 / (1 - coverage) times the distance of a target outside; the
    expected score is lowest at the true quantiles [1]_, so that neither too wide nor
    too narrow intervals win.

    References
    ----------
    .. [1] Winkler (1972), "A decision-theoretic approach to interval estimation", JASA
       67, 187-191; Gneiting and Raftery (2007), section 6.2.

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> from skloss.metrics import interval_score
    >>> round(interval_score([0.5, 1.0], uniform([0.0, 0.0], 1.0)), 3)
    1.4
    """
    return _mean(_interval_rows, y_true, distribution, sample_weight, coverage=coverage)


@register(
    label="Coverage",
    greater_is_better=True,
    kind="regression",
    input="distribution",
    help="Share of the targets inside the 90% interval, which should be 90%; neither "
    "more nor less is better.",
    row_scores=_covered_rows,
    is_default=False,
    is_ranked=False,
)
def coverage(y_true, distribution, *, coverage=COVERAGE, sample_weight=None):
    """Share of the targets inside their central intervals.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, n_targets)
    distribution : object
        One for each row, with ``ppf`` as in `scipy.stats`.
    coverage : float, default 0.9
        Nominal coverage of the intervals, which the share should be close to.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skloss.metrics import coverage
    >>> coverage([0.0, 3.0], norm([0.0, 0.0], 1.0))
    0.5
    """
    return _mean(_covered_rows, y_true, distribution, sample_weight, coverage=coverage)


@register(
    label="Width",
    greater_is_better=False,
    kind="regression",
    input="distribution",
    unit="target",
    help="Mean width of the 90% interval; a narrow one is better only if it covers.",
    row_scores=_width_rows,
    is_default=False,
    is_ranked=False,
)
def interval_width(y_true, distribution, *, coverage=COVERAGE, sample_weight=None):
    """Mean width of central intervals, in units of the target.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, n_targets)
        Only its shape matters.
    distribution : object
        One for each row, with ``ppf`` as in `scipy.stats`.
    coverage : float, default 0.9
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> from skloss.metrics import interval_width
    >>> round(interval_width([0.5], uniform([0.0], 1.0)), 6)
    0.9
    """
    return _mean(_width_rows, y_true, distribution, sample_weight, coverage=coverage)


def _interval(distribution, coverage):
    """Return both ends of the central interval of each row."""
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must lie between 0 and 1, got {coverage!r}.")
    return distribution.ppf(0.5 - coverage / 2), distribution.ppf(0.5 + coverage / 2)


def _of_rows(rows, y_true, distribution, sample_weight):
    """Return weights and scores of the rows of positive weight, means over targets."""
    y_true = np.asarray(y_true, dtype=float)
    scores = np.asarray(rows(y_true, distribution), dtype=float)
    if scores.shape != y_true.shape:
        raise ValueError(
            f"y_true has shape {y_true.shape}, but the distribution has "
            f"{scores.shape}; give one distribution for each row."
        )
    return weighted_rows(sample_weight, scores.reshape(len(y_true), -1).mean(axis=1))


def _mean(rows, y_true, distribution, sample_weight, **options):
    """Return the weighted mean of the scores of the rows."""
    scores = rows(y_true, distribution, sample_weight=sample_weight, **options)
    weight, _ = weighted_rows(sample_weight, np.zeros(len(np.asarray(y_true))))
    return float(np.average(scores, weights=weight))
