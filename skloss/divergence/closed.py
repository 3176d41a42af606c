"""Divergences between families that have a closed form; parameters may be arrays."""

import numpy as np
from scipy.special import digamma, gammaln, log_ndtr, xlogy

__all__ = ["closed_kl"]


def closed_kl(p, q):
    """KL of two frozen distributions in closed form, or None if there is none."""
    families = _family(p), _family(q)
    formula = _FORMULAS.get(families)
    if formula is None:
        return None
    parsed = [side.dist._parse_args(*side.args, **side.kwds) for side in (p, q)]
    if families == ("poisson", "poisson"):
        parsed = [(shapes, loc, 1.0) for shapes, loc, *_ in parsed]
    if families[0] in ("gamma", "poisson") and np.any(parsed[0][1] != parsed[1][1]):
        return None  # one starts where the other does not
    return formula(*(_Parameters(*one) for one in parsed))


def _family(p):
    return getattr(getattr(p, "dist", None), "name", "")


class _Parameters:
    def __init__(self, shapes, loc, scale):
        self.shape = np.asarray(shapes[0] if shapes else 1.0)
        self.loc, self.scale = np.asarray(loc), np.asarray(scale)


def _normal(p, q):
    ratio, shift = p.scale / q.scale, (p.loc - q.loc) / q.scale
    return 0.5 * (ratio**2 + shift**2 - 1) - np.log(ratio)


def _gamma(p, q):
    """Soch et al., The Book of Statistical Proofs, P93."""
    a, b, ratio = p.shape, q.shape, p.scale / q.scale
    return ((a - b) * digamma(a) - gammaln(a) + gammaln(b) - b * np.log(ratio)) + a * (
        ratio - 1
    )


def _poisson(p, q):
    return xlogy(p.shape, p.shape / q.shape) - p.shape + q.shape


def _laplace(p, q):
    """Laplace noise, of the same slope to both sides (shape 1) or not.

    From E log p = -1 - log s_p (k + 1/k), and the mean distances of p from the peak
    of q to either side: beyond a point in an exponential tail, they are the tail's.
    """
    right, left = p.scale / p.shape, p.scale * p.shape  # mean lengths of the tails
    gap = q.loc - p.loc
    on_the_right = right / (left + right)
    # One side lies within a tail of p; the other differs from it by the mean gap.
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
    return np.log(p.scale * (p.shape + 1 / p.shape))


def _normal_to_laplace(p, q):
    gap = np.abs(p.loc - q.loc)
    z = gap / p.scale
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    # E |x - m| of a folded Gaussian.
    distance = 2 * p.scale * density + gap * (1 - 2 * np.exp(log_ndtr(-z)))
    entropy = np.log(p.scale) + 0.5 * np.log(2 * np.pi * np.e)
    return distance / q.scale + np.log(2 * q.scale) - entropy


def _laplace_to_normal(p, q):
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
