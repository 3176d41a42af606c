"""Decisions under continuous distributions, known by their ``ppf`` and ``cdf``.

Expectations are Gauss-Legendre sums over panels of the standard normal score z of the
outcome, y = F^-1(Phi(z)): in z the outcomes of most families are smooth functions with
Gaussian weights, far into both tails.
"""

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import logsumexp, ndtr

from skloss.costs.outcomes import Distribution, possible_amounts

__all__ = []

#: Phi(-37) is 1e-299, close to the smallest double; Phi(8.2) is 1 less its last bits.
_LOWEST, _HIGHEST = -37.0, 8.2
#: An expectation of which the last panel has more than this share does not exist. For
#: a Laplace tail the share is 18/688 where it just diverges, and falls to 2e-4 where
#: it converges within a hundredth of that.
_DIVERGES = 0.01
_GOLDEN = 0.5 * (np.sqrt(5) - 1)


class Continuous(Distribution):
    """A continuous distribution for each row.

    Parameters
    ----------
    distribution : object
        With ``ppf`` and ``cdf``, broadcast as those of `scipy.stats`; ``isf``, ``sf``
        and ``mean`` are used where they exist, and ``components``, a list of
        distributions of which it is the mixture with equal shares.
    kinks : sequence of float, default ()
        Standard normal scores at which the quantile function is not smooth.
    """

    def __init__(self, distribution, kinks=()):
        super().__init__(distribution)
        self.parts = getattr(distribution, "components", [distribution])
        self.kinks = kinks

    def summed_mean(self):
        """Return the mean of each row as a sum over panels."""
        return sum((y * w).sum(0) for y, w in self.nodes(_LOWEST, 0.5, 8))

    def log_moment(self, t):
        """Return log E exp(t y) of each row, infinite where it does not exist."""
        found = []
        for y, weights in self.nodes(_LOWEST, 0.5, 8):
            with np.errstate(over="ignore"):
                parts = logsumexp(
                    (t * y).reshape(-1, 8, self.n_rows),
                    axis=1,
                    b=weights.reshape(-1, 8, 1),
                )
            total = logsumexp(parts, axis=0)
            last = parts[-1] if t > 0 else parts[0]
            exists = last - total < np.log(_DIVERGES)
            found.append(np.where(exists, total, np.inf))
        return logsumexp(found, axis=0)

    def relative_median(self, smallest):
        r"""Return the median of the density proportional to f(y) / max(\|y\|, s).

        With w(y) = 1 / max(\|y\|, s), the integral over a panel is taken by parts,
        which requires the distribution function only:
        ∫ w dF = w(b) (F(b) - F(a)) - ∫ w'(y) (F(y) - F(a)) dy over [a, b].
        Panels end at quantiles and, towards zero, at powers of two times s, so that
        1 / y is smooth on each of them. Outcomes that are not possible amounts are left
        out, see `possible_amounts`.
        """
        possible = possible_amounts(self.distribution, self.quantile(0.5))
        edges = self._edges(smallest).clip(*possible)
        low, high = edges[:-1], edges[1:]
        shares = self._relative_mass(low, high, smallest)
        cumulated = shares.cumsum(0)
        half = 0.5 * cumulated[-1]
        panel = (cumulated < half).sum(0).clip(max=len(low) - 1)[None]
        taken = [np.take_along_axis(a, panel, axis=0) for a in (low, high)]
        before = np.take_along_axis(cumulated - shares, panel, axis=0)
        start, (left, right) = taken[0], taken
        # 52 halvings: the panel's length by the spacing of doubles.
        for _ in range(52):
            middle = 0.5 * (left + right)
            is_below = before + self._relative_mass(start, middle, smallest) < half
            left = np.where(is_below, middle, left)
            right = np.where(is_below, right, middle)
        return right[0]

    def _edges(self, smallest):
        """Return the ends of panels on which F and 1 / y are smooth."""
        scores = np.arange(-60, 42) * 0.2  # from -12 to 8.2, where F is 1
        scores = np.unique(np.concatenate([scores, self.kinks]))
        edges = self.quantiles(np.minimum(ndtr(scores), 1 - 2**-53))
        edges = edges[np.isfinite(edges).all(1)]
        ratio = max(np.abs(edges).max() / smallest, 2.0)
        powers = smallest * 2.0 ** np.arange(np.ceil(np.log2(ratio)))
        fixed = np.concatenate([-powers[::-1], [0.0], powers])[:, None]
        return np.sort(np.vstack([edges, fixed.clip(edges.min(0), edges.max(0))]), 0)

    def _relative_mass(self, low, high, smallest):
        """Return the integral of dF(y) / max(|y|, smallest) over panels."""
        below = self._cdf(low)
        total = (self._cdf(high) - below) / np.maximum(np.abs(high), smallest)
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        # On a panel whose ends differ by a factor of two, 8 nodes give 1 / y^2 to
        # 5e-13: (3 + sqrt 8)^-16.
        for node, weight in zip(*leggauss(8), strict=True):
            y = middle + half * node
            is_far = np.abs(y) > smallest
            slope = np.where(is_far, np.sign(y) / np.square(np.where(is_far, y, 1)), 0)
            total = total + half * weight * slope * (self._cdf(y) - below)
        return total

    def densest(self, width):
        """Return the centre of the interval of a half-width with most probability.

        Of several such intervals, the one whose centre is closest to the median.
        """
        scores = np.arange(-80, 81) * 0.1
        y = self.quantiles(np.minimum(ndtr(scores), 1 - 2**-53))
        # A narrower interval would be lost in the rounding of the probabilities; its
        # best centre is the mode, which this one finds to a millionth.
        spread = self.quantile(0.75) - self.quantile(0.25)
        width = np.maximum(width, 1e-3 * spread)
        centres = np.sort(np.vstack([y - width, y, y + width]), axis=0)
        centres = centres[np.isfinite(centres).all(1)]
        missed = self._missed(centres, width)
        gap = np.abs(centres - y[len(y) // 2])
        best = np.where(missed <= missed.min(0), gap, np.inf).argmin(0)[None]
        found = np.take_along_axis(centres, best, axis=0)
        least = np.take_along_axis(missed, best, axis=0)
        sides = np.stack([best[0] - 1, best[0] + 1]).clip(0, len(centres) - 1)
        low, high = np.take_along_axis(centres, sides, axis=0)
        for _ in range(60):
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            is_left = self._missed(left, width) < self._missed(right, width)
            low, high = np.where(is_left, low, left), np.where(is_left, right, high)
        middle = 0.5 * (low + high)
        return np.where(self._missed(middle, width) < least[0], middle, found[0])

    def _missed(self, centre, width):
        """Return the probability outside an interval; of both tails, each exact."""
        survival = getattr(self.distribution, "sf", lambda y: 1 - self._cdf(y))
        return self._cdf(centre - width) + survival(centre + width)

    def _cdf(self, y):
        return np.asarray(self.distribution.cdf(y), dtype=float)

    def nodes(self, lowest=-_HIGHEST, width=1 / 16, order=4):
        """Return blocks of values and weights for sums over the outcomes.

        Parameters
        ----------
        lowest : float
            Standard normal score of the smallest value. By default a tail of 1e-16 is
            left out on both sides, as heavy tails reach values that overflow.
        width : float
            Width of a panel; narrow by default, for costs with jumps.
        order : int
            Number of nodes of a panel.
        """
        inside, share = leggauss(order)
        blocks = []
        for part in self.parts:
            has_isf = hasattr(part, "isf")
            highest = -lowest if has_isf else min(-lowest, _HIGHEST)
            ends = np.arange(np.floor(lowest / width), np.ceil(highest / width) + 1)
            ends = np.unique(np.concatenate([ends * width, self.kinks]))
            half = 0.5 * np.diff(ends)[:, None]
            z = (0.5 * (ends[1:] + ends[:-1])[:, None] + half * inside).ravel()
            weights = (half * share).ravel() * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
            weights /= weights.sum() * len(self.parts)
            lower, upper = ndtr(z[z <= 0])[:, None], z[z > 0]
            if has_isf:
                above = part.isf(ndtr(-upper)[:, None])
            else:
                above = part.ppf(np.minimum(ndtr(upper), 1 - 2**-53)[:, None])
            y = np.vstack([part.ppf(lower), above])
            y = np.broadcast_to(y, (len(z), self.n_rows))
            blocks.append((y, weights[:, None]))
        return blocks
