"""Kullback-Leibler divergences in closed form; parameters may be arrays."""

import numpy as np
from scipy.special import digamma, gammaln, log_ndtr, xlogy
from scipy.stats import norm

__all__ = ["closed_kl"]


def closed_kl(p, q):
    """Return the divergence of two frozen distributions in closed form.

    Parameters
    ----------
    p, q : frozen distribution of `scipy.stats`, or any other object

    Returns
    -------
    float, ndarray or None
        None if there is no closed form for the two.

    Examples
    --------
    >>> from scipy import stats
    >>> from skloss.divergence.closed import closed_kl
    >>> closed_kl(stats.norm(), stats.norm(2)).item()
    2.0
    >>> closed_kl(stats.norm(), stats.t(3)) is None
    True
    """
    families = _family(p), _family(q)
    formula = _FORMULAS.get(families)
    if formula is None:
        return None
    p, q = _Parameters(p), _Parameters(q)
    if families[0] in ("gamma", "poisson") and np.any(p.loc != q.loc):
        return None  # their supports differ
    return formula(p, q)


def _family(p):
    """Return SciPy's name of the family of a frozen distribution, or ""."""
    return getattr(getattr(p, "dist", None), "name", "")


class _Parameters:
    """First shape parameter, location and scale of a frozen distribution.

    SciPy accepts them by place or by name: shapes first, then loc and scale, of which
    counts have the first only.
    """

    def __init__(self, frozen):
        shapes = frozen.dist.shapes.split(", ") if frozen.dist.shapes else []
        given = dict(zip([*shapes, "loc", "scale"], frozen.args, strict=False))
        given |= frozen.kwds
        self.shape = np.asarray(given[shapes[0]] if shapes else 1.0)
        self.loc = np.asarray(given.get("loc", 0.0))
        self.scale = np.asarray(given.get("scale", 1.0))


def _normal(p, q):
    """Return (r^2 + d^2 - 1) / 2 - log r, r = s_p / s_q, d = (m_p - m_q) / s_q."""
    ratio, shift = p.scale / q.scale, (p.loc - q.loc) / q.scale
    return 0.5 * (ratio**2 + shift**2 - 1) - np.log(ratio)


def _gamma(p, q):
    """Return the divergence of gammas with shapes a, b and scales in the ratio r.

    (a - b) digamma(a) - log Gamma(a) + log Gamma(b) - b log r + a (r - 1): Soch et
    al., The Book of Statistical Proofs, P93.
    """
    a, b, ratio = p.shape, q.shape, p.scale / q.scale
    return ((a - b) * digamma(a) - gammaln(a) + gammaln(b) - b * np.log(ratio)) + a * (
        ratio - 1
    )


def _poisson(p, q):
    """Return a log(a / b) - a + b for rates a and b."""
    return xlogy(p.shape, p.shape / q.shape) - p.shape + q.shape


def _laplace(p, q):
    """Return the divergence of Laplace distributions, symmetric (shape 1) or not.

    KL = -E_p log q + E_p log p. With asymmetry k and scale s the log-density is
    -|x - m| k / s to the right of m, -|x - m| / (k s) to the left, minus
    log(s (k + 1/k)), so that E_p log p = -1 - log(s_p (k_p + 1/k_p)) and E_p log q
    needs the mean distances of p from the mode of q to either side. Those are simple
    because an exponential tail has no memory: beyond any point it has the same shape.
    """
    right, left = p.scale / p.shape, p.scale * p.shape  # mean lengths of the tails
    gap = q.loc - p.loc
    on_the_right = right / (left + right)
    # One side lies within a tail of p, and the two differ by the gap of the means.
    above = on_the_right * right * np.exp(-np.maximum(gap, 0.0) / right)
    below = (1 - on_the_right) * left * np.exp(np.minimum(gap, 0.0) / left)
    mean_gap = right - left - gap
    within_right = gap >= 0
    above, below = (
        np.where(within_right, above, mean_gap + below),
        np.where(within_right, above - mean_gap, below),
    )
    distance = (above * q.shape + below / q.shape) / q.scale
    return distance - 1 + _log_width(q) - _log_width(p)


def _log_width(p):
    """Return the logarithm of the normalising constant of a Laplace density."""
    return np.log(p.scale * (p.shape + 1 / p.shape))


def _normal_to_laplace(p, q):
    """Return E_p|x - m_q| / s_q + log(2 s_q) - H(p).

    E_p|x - m_q| is the mean of a folded Gaussian: with gap d and z = d / s_p,
    2 s_p phi(z) + d (1 - 2 Phi(-z)). Leone, Nelson and Nottingham (1961),
    Technometrics 3, 543-550.
    """
    gap = np.abs(p.loc - q.loc)
    z = gap / p.scale
    distance = 2 * p.scale * norm.pdf(z) + gap * (1 - 2 * np.exp(log_ndtr(-z)))
    entropy = np.log(p.scale) + 0.5 * np.log(2 * np.pi * np.e)
    return distance / q.scale + np.log(2 * q.scale) - entropy


def _laplace_to_normal(p, q):
    """Return -E_p log q - H(p), from the variance 2 s_p^2 and H(p) = 1 + log(2 s_p)."""
    square = 2 * p.scale**2 + (p.loc - q.loc) ** 2
    cost = 0.5 * square / q.scale**2 + np.log(q.scale) + 0.5 * np.log(2 * np.pi)
    return cost - 1 - np.log(2 * p.scale)


_FORMULAS = {
    ("norm", "norm"): _normal,
    ("norm", "laplace"): _normal_to_laplace,
    ("laplace", "norm"): _laplace_to_normal,
    ("gamma", "gamma"): _gamma,
    ("poisson", "poisson"): _poisson,
} | {
    (one, other): _laplace
    for one in ("laplace", "laplace_asymmetric")
    for other in ("laplace", "laplace_asymmetric")
}
