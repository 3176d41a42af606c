"""How far one distribution is from another, in nats.

Distributions are NumPy arrays of probabilities along an axis, or frozen distributions
of `scipy.stats`, such as a fitted noise model.
"""

import itertools
import warnings

import numpy as np
from scipy import integrate
from scipy.special import entr, rel_entr, xlogy

__all__ = ["cross_entropy", "entropy", "js_divergence", "kl_divergence"]


def entropy(p, axis=-1):
    r"""Entropy :math:`H(p) = -\sum p \log p`, in nats.

    Parameters
    ----------
    p : array-like of probabilities along ``axis``, or frozen distribution
    axis : int, default -1

    Returns
    -------
    float or ndarray, one dimension fewer than ``p``

    Raises
    ------
    ValueError
        If p is not a distribution along the axis.

    Examples
    --------
    >>> from skloss import divergence
    >>> round(float(divergence.entropy([0.5, 0.5])), 4)
    0.6931
    """
    if _is_frozen(p):
        return float(p.entropy())
    return _plain(entr(_checked(p, axis, "p")).sum(axis))


def cross_entropy(p, q, axis=-1):
    r"""Cross-entropy :math:`H(p, q) = -\sum p \log q`, in nats.

    Coding rows of p as if they came from q. Infinite where q excludes what p allows.

    Parameters
    ----------
    p, q : array-like of probabilities along ``axis``, or frozen distributions
    axis : int, default -1

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> from skloss import divergence
    >>> round(float(divergence.cross_entropy([1.0, 0.0], [0.5, 0.5])), 4)
    0.6931
    """
    if _is_frozen(p) or _is_frozen(q):
        return entropy(p) + kl_divergence(p, q)
    p, q = _pair(p, q, axis)
    with np.errstate(divide="ignore"):
        return _plain(-xlogy(p, q).sum(axis))


def kl_divergence(p, q, axis=-1):
    r"""Kullback-Leibler divergence :math:`\sum p \log(p / q) = H(p, q) - H(p)`.

    What coding p as if it were q costs per row, in nats. Not symmetric; 0 log 0 is 0;
    infinite where q is 0 and p is not.

    Parameters
    ----------
    p, q : array-like of probabilities along ``axis``, or frozen distributions
    axis : int, default -1

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If either is not a distribution, or the shapes differ.

    Notes
    -----
    Between two Gaussians or two Laplaces in closed form (Gil, Alajaji and Linder
    2013), between other frozen distributions by quadrature or, for counts, by a sum.

    Examples
    --------
    >>> from scipy import stats
    >>> from skloss import divergence
    >>> float(divergence.kl_divergence(stats.norm(0, 1), stats.norm(1, 1)))
    0.5
    """
    if _is_frozen(p) or _is_frozen(q):
        return _frozen_kl(p, q)
    p, q = _pair(p, q, axis)
    return _plain(rel_entr(p, q).sum(axis))


def js_divergence(p, q, axis=-1):
    r"""Jensen-Shannon divergence: the mean KL of both to their mixture.

    Symmetric, finite, at most log 2 (Lin 1991).

    Parameters
    ----------
    p, q : array-like of probabilities along ``axis``, or frozen distributions
    axis : int, default -1

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> from skloss import divergence
    >>> round(float(divergence.js_divergence([1.0, 0.0], [0.0, 1.0])), 4)
    0.6931
    """
    if _is_frozen(p) or _is_frozen(q):
        return 0.5 * (_to_mixture(p, q) + _to_mixture(q, p))
    p, q = _pair(p, q, axis)
    middle = 0.5 * (p + q)
    both = rel_entr(p, middle) + rel_entr(q, middle)
    return _plain(0.5 * both.sum(axis))


def _is_frozen(p):
    return hasattr(p, "logpdf") or hasattr(p, "logpmf")


def _checked(p, axis, name):
    p = np.asarray(p, dtype=float)
    if p.ndim == 0:
        raise ValueError(f"{name} must hold the probabilities of a distribution.")
    if not np.isfinite(p).all() or (p < 0).any():
        raise ValueError(f"{name} holds values that are not probabilities.")
    total = p.sum(axis)
    if not np.allclose(total, 1.0, atol=1e-6):
        worst = np.ravel(total)[np.argmax(np.abs(np.ravel(total) - 1))]
        raise ValueError(
            f"{name} must sum to 1 along axis {axis}, but a sum is {worst:g}; divide "
            "by the sum first."
        )
    return p


def _pair(p, q, axis):
    p, q = _checked(p, axis, "p"), _checked(q, axis, "q")
    if p.shape != q.shape:
        raise ValueError(f"p has shape {p.shape}, but q has shape {q.shape}.")
    return p, q


def _plain(value):
    return value if np.ndim(value) else float(value)


def _family(distribution):
    name = getattr(getattr(distribution, "dist", None), "name", "")
    return name, distribution.mean(), distribution.std()


def _check_kinds(p, q):
    kinds = [[hasattr(side, how) for how in ("logpdf", "logpmf")] for side in (p, q)]
    if kinds[0] != kinds[1]:
        raise ValueError(
            "p and q must be of one kind: both arrays of probabilities, or frozen "
            "distributions that are both continuous or both discrete."
        )


def _frozen_kl(p, q):
    _check_kinds(p, q)
    (kind, mean_p, std_p), (other, mean_q, std_q) = _family(p), _family(q)
    if kind == other == "norm":
        ratio = std_p / std_q
        shift = (mean_p - mean_q) / std_q
        return 0.5 * (ratio**2 + shift**2 - 1) - np.log(ratio)
    if kind == other == "laplace":
        b_p, b_q = std_p / np.sqrt(2), std_q / np.sqrt(2)
        gap = np.abs(mean_p - mean_q)
        return np.log(b_q / b_p) + (b_p * np.exp(-gap / b_p) + gap) / b_q - 1
    return _expectation(p, q, lambda log_p, log_q: log_p - log_q)


def _to_mixture(p, q):
    _check_kinds(p, q)
    return _expectation(
        p, q, lambda log_p, log_q: log_p - np.logaddexp(log_p, log_q) + np.log(2)
    )


def _expectation(p, q, function):
    """Mean under p of a function of both log-densities, or log-probabilities."""
    if np.ndim(p.mean()) or np.ndim(q.mean()):
        raise ValueError(
            "Only Gaussians and Laplaces are compared row by row; give p and q with "
            "one value for each parameter."
        )
    if hasattr(p, "logpmf"):
        low, high = p.ppf(1e-16), p.ppf(1 - 1e-16)
        values = np.arange(low, min(high, low + 1e7) + 1)
        log_p = p.logpmf(values)
        values, log_p = values[log_p > -np.inf], log_p[log_p > -np.inf]
        return float(np.exp(log_p) @ function(log_p, q.logpmf(values)))

    def integrand(x):
        log_p = p.logpdf(x)
        return np.exp(log_p) * function(log_p, q.logpdf(x)) if log_p > -700 else 0.0

    # Between quantiles, lest a narrow peak fall between two nodes of a wide interval;
    # and out to the ends, since a heavy tail may hold most of a divergence.
    ends = p.support()
    inner = [*p.ppf([1e-9, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-9]), q.ppf(0.5)]
    cuts = np.unique([ends[0], *(x for x in inner if ends[0] < x < ends[1]), ends[1]])
    total = 0.0
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always", integrate.IntegrationWarning)
        for low, high in itertools.pairwise(cuts):
            total += integrate.quad(integrand, low, high, limit=500)[0]
    if not np.isfinite(total) or complaints:
        return np.inf
    return total
