"""The integral of the continuous ranked probability score, for any distribution."""

import numpy as np

__all__ = ["crps_rows"]

# Nodes of a piece: with 48, the score of Gaussian, Laplace and Student distributions is
# exact to 1e-6 of their scale, also far from their centre.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# A tail is integrated up to this many scales: even with 1 degree of freedom, what is
# beyond is a millionth of the scale.
_TAIL = 1e6
# Counts are summed up to this many values; with more, steps are too small to matter.
_MOST = 300
# Quartiles of a Gaussian are this many standard deviations apart.
_QUARTILES = 1.349


def crps_rows(y, distribution):
    """Return the CRPS of each value.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, n_targets)
    distribution : object
        With ``cdf`` and ``ppf``.

    Returns
    -------
    ndarray of the shape of ``y``

    Notes
    -----
    With the distribution function F, the median m and a = min(y, m), b = max(y, m),

        CRPS = int_{-inf}^a F^2 dx + int_b^inf (1 - F)^2 dx + int_a^b G^2 dx

    where G is 1 - F if y < m, else F. In the last piece G^2 is 1 far from m, and
    b - a minus the integral of 1 - G^2 is computed. Each piece starts at a point next
    to which the integrand changes on the scale s of the distribution, so that
    x = start +- s sinh(u) leaves a smooth function of u.
    """
    median = distribution.ppf(0.5)
    top = distribution.ppf(1 - 1e-9) if _is_discrete(distribution) else None
    if top is not None and np.max(top, initial=0) < _MOST:
        return _sum_of_counts(y, distribution, int(np.max(top, initial=0)))
    scale = (distribution.ppf(0.75) - distribution.ppf(0.25)) / _QUARTILES
    # A single value has no scale: any positive one integrates zeros.
    scale = np.where(scale > 0, scale, 1e-9 * (1 + np.abs(median)))
    low, high = np.minimum(y, median), np.maximum(y, median)
    far = _TAIL * scale
    cdf = distribution.cdf
    left = _integral(lambda t: cdf(low - t) ** 2, far, scale)
    right = _integral(lambda t: (1 - cdf(high + t)) ** 2, far, scale)
    below = y < median

    def missing(t):
        chance = cdf(np.where(below, median - t, median + t))
        near = np.where(below, 1 - chance, chance)
        return 1 - near**2

    between = high - low
    return left + right + between - _integral(missing, between, scale)


def _integral(function, length, scale):
    """Return the integral from 0 to a length, by t = scale * sinh(u)."""
    end = np.arcsinh(length / scale)
    total = 0.0
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        u = end * node
        total = total + weight * function(scale * np.sinh(u)) * np.cosh(u)
    return total * end * scale


def _is_discrete(distribution):
    """Return whether a distribution is over counts."""
    return getattr(distribution, "is_discrete", hasattr(distribution, "logpmf")) or (
        hasattr(getattr(distribution, "dist", None), "pmf")
    )


def _sum_of_counts(y, distribution, top):
    """Return the sum of (F(k) - 1[k >= y])^2 over counts, and the rest below y."""
    total = np.zeros(np.shape(y))
    last = max(top, int(np.max(y, initial=0)))
    for count in range(last + 1):
        total = total + (distribution.cdf(count + 0 * y) - (count >= y)) ** 2
    return total
