"""A distribution given by its quantiles at some levels."""

import numpy as np
from scipy.special import ndtri

from skloss.costs.continuous import Continuous

__all__ = []


class QuantileFunction:
    """Quantiles at some levels, joined by straight lines.

    The lines at both ends continue to the levels 0 and 1.

    Parameters
    ----------
    quantiles : ndarray of shape (n_levels, n_rows)
        Increasing.
    levels : ndarray of shape (n_levels,)
        Increasing, between 0 and 1.
    """

    def __init__(self, quantiles, levels):
        steps = np.diff(quantiles[[0, 1, -2, -1]], axis=0)[[0, -1]]
        slopes = steps / np.diff(levels[[0, 1, -2, -1]])[[0, -1], None]
        first = quantiles[0] - slopes[0] * levels[0]
        last = quantiles[-1] + slopes[1] * (1 - levels[-1])
        self.quantiles = np.vstack([first, quantiles, last])
        self.levels = np.concatenate([[0.0], levels, [1.0]])

    def ppf(self, level):
        """Return the quantiles of levels of shape () or (n, 1)."""
        level = np.asarray(level)
        flat = level.reshape(-1)
        index = np.searchsorted(self.levels, flat, side="right") - 1
        index = index.clip(0, len(self.levels) - 2)
        start = self.levels[index]
        gap = self.levels[index + 1] - start  # 0 where 0 or 1 is a given level
        share = ((flat - start) / np.where(gap > 0, gap, 1.0))[:, None]
        low, high = self.quantiles[index], self.quantiles[index + 1]
        return ((1 - share) * low + share * high).reshape(*level.shape[:-1], -1)

    def cdf(self, y):
        """Return the probability of at most ``y``, of shape (..., n_rows)."""
        y = np.asarray(y, dtype=float)
        flat = np.broadcast_to(y, (*y.shape[:-1], self.quantiles.shape[1]))
        flat = flat.reshape(-1, flat.shape[-1])
        index = sum((one <= flat).astype(int) for one in self.quantiles)
        low, high = (index - 1).clip(0), index.clip(max=len(self.levels) - 1)
        start, end = (np.take_along_axis(self.quantiles, i, 0) for i in (low, high))
        gap = end - start
        share = (flat - start) / np.where(gap > 0, gap, 1.0)
        level = self.levels[low] + share * (self.levels[high] - self.levels[low])
        return np.where(index == 0, 0.0, level).reshape(*y.shape[:-1], -1)


class Quantiles(Continuous):
    """The outcomes of which some quantiles are known.

    Parameters
    ----------
    quantiles : ndarray of shape (n_levels, n_rows)
        Increasing.
    levels : ndarray of shape (n_levels,)
        Increasing, between 0 and 1.
    """

    def __init__(self, quantiles, levels):
        inside = levels[(levels > 0) & (levels < 1)]
        super().__init__(QuantileFunction(quantiles, levels), kinks=ndtri(inside))
        self.ends = levels[0], levels[-1]

    def quantile(self, level):
        # A quotient of two costs misses an equal level by its last bits.
        if not self.ends[0] - 1e-9 <= level <= self.ends[1] + 1e-9:
            raise ValueError(
                f"The cost requires the quantile of level {level:g}, but the levels "
                f"reach from {self.ends[0]:g} to {self.ends[1]:g}; predict more levels."
            )
        return super().quantile(level)
