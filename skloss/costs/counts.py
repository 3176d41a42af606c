"""Decisions under distributions of counts, known by ``ppf``, ``cdf`` and ``pmf``."""

import numpy as np
from scipy.special import logsumexp

from skloss.costs.outcomes import Atoms, Distribution

__all__ = []

#: Share of a tail that is left out of a sum.
_TAIL = 1e-13
#: An exponential moment weighs a tail by exp(t y): the range of the values is extended
#: by these factors until its ends do not count. A geometric tail falls to 1e-300, the
#: smallest double, in 23 times the distance in which it falls to 1e-13.
_REACH = 1, 2, 4, 8, 24
#: Largest number of values of a row in a sum; of counts with a wider range every k-th
#: is taken.
_MOST = 4_096
#: Share of a moment at the end of the range below which it has converged.
_NEGLIGIBLE = 1e-12
#: As for continuous distributions: the end has more than this share of a moment that
#: does not exist.
_DIVERGES = 0.01


class Counts(Distribution, Atoms):
    """Counts in each row.

    Parameters
    ----------
    distribution : object
        With ``ppf`` and ``cdf``, and if it has them ``pmf``, ``isf``, ``mean`` and
        ``components``, a list of distributions of which it is the mixture.
    """

    def __init__(self, distribution):
        Distribution.__init__(self, distribution)
        Atoms.__init__(self, *self._table())

    def summed_mean(self):
        """Return the mean of each row as a sum over its values."""
        return Atoms.mean(self)

    def log_moment(self, t):
        last = np.full(self.n_rows, -np.inf)
        for reach in _REACH:
            values, log_weights = self._log_table(reach)
            terms = t * values + log_weights
            found = logsumexp(terms, axis=0)
            ends = terms[[0, -1]] - found
            # A probability that underflows does not show whether the moment exists.
            last = np.where(np.isfinite(log_weights[-1]), ends[1], last)
            if (ends < np.log(_NEGLIGIBLE)).all():
                break
        # Counts have a smallest value, so that only large ones can make it infinite.
        return np.where((t < 0) | (last < np.log(_DIVERGES)), found, np.inf)

    def _log_table(self, reach):
        """Return values and logarithms of probabilities, which sum to one."""
        values, weights = self._table(reach)
        if hasattr(self.distribution, "logpmf"):
            # exp(t y) may outweigh probabilities below the smallest double.
            log_weights = np.asarray(self.distribution.logpmf(values))
        else:
            with np.errstate(divide="ignore"):  # log 0 is right: nothing is there
                log_weights = np.log(weights)
        return values, log_weights - logsumexp(log_weights, axis=0)

    def _table(self, reach=1):
        """Return values and probabilities, of shape (n_values, n_rows)."""
        parts = getattr(self.distribution, "components", [self.distribution])
        middle = np.asarray(self.distribution.ppf(0.5))
        low = np.min([part.ppf(_TAIL) for part in parts], axis=0)
        high = np.max([part.ppf(1 - _TAIL) for part in parts], axis=0)
        low, high = (middle + reach * (end - middle) for end in (low, high))
        low, high = (np.broadcast_to(end, self.n_rows) for end in (low, high))
        step = np.maximum(np.ceil((high - low + 1) / _MOST), 1.0)
        n_values = int(((high - low) // step).max()) + 1
        values = low + step * np.arange(n_values)[:, None]
        if hasattr(self.distribution, "pmf"):
            return values, np.asarray(self.distribution.pmf(values))
        cdf = np.asarray(self.distribution.cdf(values))
        return values, np.diff(cdf, axis=0, prepend=0.0)
