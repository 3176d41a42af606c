"""Expectations under a distribution, by quadrature or, for counts, by a sum."""

import itertools
import warnings

import numpy as np
from scipy import integrate

__all__ = ["expectation", "is_discrete"]


def is_discrete(p):
    """Return whether a frozen or predicted distribution is one of counts.

    Parameters
    ----------
    p : frozen distribution of `scipy.stats`, or Predictive

    Returns
    -------
    bool

    Examples
    --------
    >>> from scipy import stats
    >>> from skloss.divergence.numeric import is_discrete
    >>> is_discrete(stats.poisson(3)), is_discrete(stats.norm())
    (True, False)
    """
    return getattr(p, "is_discrete", hasattr(p, "logpmf"))


def expectation(p, q, function):
    """Return the expectation under p of a function of both log-densities.

    Parameters
    ----------
    p, q : frozen distribution of `scipy.stats`, or Predictive
    function : callable
        A function of the two log-densities, or log-probabilities of counts.

    Returns
    -------
    float or ndarray of shape (n_rows,)
        One value per row if a distribution is predicted; infinite where the integral
        does not converge.

    Raises
    ------
    ValueError
        If the distributions are for different rows, or have several targets.

    Examples
    --------
    >>> from scipy import stats
    >>> from skloss.divergence.numeric import expectation
    >>> p, q = stats.norm(), stats.norm(2)
    >>> round(expectation(p, q, lambda log_p, log_q: log_p - log_q), 9)
    2.0
    """
    n_rows = {_n_rows(side) for side in (p, q)} - {None}
    if not n_rows:
        return _expectation(p, q, function)
    if len(n_rows) > 1:
        raise ValueError(
            f"p and q have {' and '.join(map(str, sorted(n_rows)))} rows; predict both "
            "for the same rows."
        )
    rows = range(n_rows.pop())
    return np.array([_expectation(_row(p, i), _row(q, i), function) for i in rows])


def _n_rows(p):
    """Return the rows of a predicted distribution; None for a single one."""
    shape = np.shape(p.mean())
    if not shape:
        return None
    if len(shape) > 1 or not hasattr(p, "parameters"):
        raise ValueError(
            "These distributions have no closed form and are integrated one by one; "
            "give p and q one value for each parameter, or predict one target."
        )
    return shape[0]


def _row(p, index):
    """Return the distribution of one row, if there are several."""
    return p[index : index + 1] if hasattr(p, "parameters") else p


def _expectation(p, q, function):
    """Return the expectation for one distribution each."""
    if is_discrete(p):
        # Counts beyond these have a probability below rounding, and ten million of
        # them are what fits in memory.
        low, high = _at(p.ppf, 1e-16), _at(p.ppf, 1 - 1e-16)
        values = np.arange(low, min(high, low + 1e7) + 1)
        log_p = p.logpmf(values)
        values, log_p = values[log_p > -np.inf], log_p[log_p > -np.inf]
        return float(np.exp(log_p) @ function(log_p, q.logpmf(values)))

    def integrand(x):
        log_p = _at(p.logpdf, x)
        # Below -745 the density underflows to 0, and q may be 0 there too.
        if log_p < -700:
            return 0.0
        return np.exp(log_p) * function(log_p, _at(q.logpdf, x))

    # Cut at quantiles from the median to the far tails, so that a narrow peak does not
    # fall between two nodes of a wide interval, and integrated to the ends of the
    # support, since a heavy tail may hold most of a divergence.
    ends = p.support()
    inner = [_at(p.ppf, u) for u in (1e-9, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-9)]
    inner.append(_at(q.ppf, 0.5))
    cuts = np.unique([ends[0], *(x for x in inner if ends[0] < x < ends[1]), ends[1]])
    total = 0.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", integrate.IntegrationWarning)
        for low, high in itertools.pairwise(cuts):
            # Ten times SciPy's limit of intervals, for tails that fall slowly.
            total += integrate.quad(integrand, low, high, limit=500)[0]
    if not np.isfinite(total) or caught:
        return np.inf
    return total


def _at(method, value):
    """Return a method's result as a number, also for a prediction of one row."""
    return np.ravel(method(value))[0]
