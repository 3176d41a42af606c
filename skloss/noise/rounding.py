"""Rounded values: their step, and the probability of the cell that each stands for."""

import numpy as np

__all__ = ["COARSE", "log_score", "pit_ends", "rounding_step"]

#: A step is coarse above this share of the standard deviation of the values. A finer
#: one changes a log score by less than 0.002 nats per row, (step / s)^2 / 24, even if
#: predictions leave a tenth of the standard deviation as error s.
COARSE = 1 / 50
# Steps are tried down to a tenth of the smallest distance between two values: 2 and 5
# differ by multiples of a half of 2, and tenths can be 0.2 and 0.3 apart.
_DIVISORS = range(1, 11)
# How far a distance may be from a whole number of steps, in steps, and how far at most
# if the values are rounded for storage. Random numbers stay within the second for 100
# distances by chance with a probability of 1e-70.
_TOLERANCE, _MOST_TOLERANCE = 1e-3, 0.1
# Values may have been stored in single precision.
_PRECISIONS = (np.float64, np.float32)


def rounding_step(values, weight=None):
    """Return the step to which values are rounded, 0 if they are not.

    Values count as rounded if they lie on a grid and, on average, each occurs twice or
    more: on such values a density can grow without limit, since a spike on a value
    costs nothing between the values.

    Parameters
    ----------
    values : array-like of shape (n,)
        Finite.
    weight : array-like of shape (n,), optional
        Frequencies.

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.noise.rounding import rounding_step
    >>> rounding_step([0.5, 1.0, 1.0, 0.5, 2.5, 2.5])
    0.5
    >>> rounding_step([0.5, 1.0, 2.5])
    0.0
    """
    values = np.asarray(values, dtype=float)
    weight = np.ones(len(values)) if weight is None else np.asarray(weight)
    distinct, n_rows = np.unique(values[weight > 0]), weight.sum()
    if len(distinct) < 2 or 2 * len(distinct) > n_rows:
        return 0.0
    largest = np.abs(distinct).max()
    for precision in _PRECISIONS:
        if np.array_equal(distinct, distinct.astype(precision)):
            step = _grid_step(distinct, 2 * np.finfo(precision).eps * largest)
            if step:
                return step
    return 0.0


def _grid_step(distinct, noise):
    """Return the step of a grid of values, each off by the noise; 0 for no grid."""
    gaps = np.diff(distinct)
    gaps = gaps[gaps > noise]  # else one value, written in several ways
    if not gaps.size:
        return 0.0
    smallest = gaps.min()
    for divisor in _DIVISORS:
        tolerance = _TOLERANCE + 2 * noise * divisor / smallest
        if tolerance > _MOST_TOLERANCE:
            return 0.0
        steps = gaps * divisor / smallest
        off = np.abs(steps - np.round(steps))
        # Every step counts from the smallest gap, whose own error grows with them.
        if (off <= tolerance * np.maximum(steps, 1) / divisor).all() and (
            off <= _MOST_TOLERANCE
        ).all():
            # The mean over all gaps is less affected by rounding than one of them.
            return float(gaps.sum() / np.round(steps).sum())
    return 0.0


def log_score(distribution, y, step=0.0):
    """Return the log-density, or the log-probability of each value's rounding cell.

    Parameters
    ----------
    distribution : object
        With ``logpdf`` (or ``logpmf``), ``cdf`` and ``sf`` as in `scipy.stats`.
    y : ndarray of shape (n,)
    step : float or ndarray of shape (n_targets,)
        Values stand for the cell from y - step / 2 to y + step / 2; 0 if they are not
        rounded. The cell of a count is the count.

    Returns
    -------
    ndarray of shape (n,)
        In nats.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import stats
    >>> from skloss.noise.rounding import log_score
    >>> log_score(stats.norm(), np.zeros(1), step=2.0).round(4)  # within one sigma
    array([-0.3817])
    """
    if is_discrete(distribution):
        return distribution.logpmf(y)
    if not np.any(step):
        return distribution.logpdf(y)
    low, high = y - step / 2, y + step / 2
    below = distribution.cdf(low)
    # The difference of two probabilities near 1 has few digits: use the upper tail.
    upper = below > 0.5
    chance = np.where(
        upper,
        _above(distribution, low) - _above(distribution, high),
        distribution.cdf(high) - below,
    )
    # So far out that both ends have probability 0, the density stands for the cell.
    known = chance > 1e-300
    density = distribution.logpdf(y)
    with np.errstate(divide="ignore"):
        far = np.minimum(density + np.log(step), 0.0)
    in_cell = np.where(known, np.log(np.where(known, chance, 1.0)), far)
    return np.where(np.asarray(step) > 0, in_cell, density)


def pit_ends(distribution, y, step=0.0):
    """Return the probabilities at the lower and the upper end of each value's cell.

    Parameters
    ----------
    distribution, y, step
        As for `log_score`.

    Returns
    -------
    low, high : ndarray of shape (n,)
        Equal if ``step`` is 0.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import stats
    >>> from skloss.noise.rounding import pit_ends
    >>> low, high = pit_ends(stats.norm(), np.zeros(1), step=2.0)
    >>> low.round(3), high.round(3)
    (array([0.159]), array([0.841]))
    """
    if is_discrete(distribution):
        return distribution.cdf(y - 1), distribution.cdf(y)
    if not step:
        chance = distribution.cdf(y)
        return chance, chance
    return distribution.cdf(y - step / 2), distribution.cdf(y + step / 2)


def is_discrete(distribution):
    """Return whether a distribution is over counts."""
    has_probabilities = hasattr(distribution, "logpmf")
    return getattr(distribution, "is_discrete", has_probabilities)


def _above(distribution, y):
    """Return the probability above y, which a mixture does not have to all digits."""
    if hasattr(distribution, "sf"):
        return distribution.sf(y)
    return 1 - distribution.cdf(y)
