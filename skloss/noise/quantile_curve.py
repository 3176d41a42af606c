"""The distribution between stated quantiles."""

import numpy as np

from skloss.noise.families import NoiseFamily

__all__ = ["QuantileCurve"]

# Neighbouring quantiles are at least this fraction of the size of all of them apart, so
# that the density between them is finite.
_SMALLEST_GAP = 1e-9


class QuantileCurve(NoiseFamily):
    """Uniform between neighbouring quantiles, exponential beyond the outermost.

    Parameters are ``loc`` and one quantile under each level as its name, ascending. The
    tails continue the density at the outermost quantiles.
    """

    name, label, parameters = "quantile_curve", "between quantiles", ("loc",)
    averages_members = True
    is_shifted = False

    @staticmethod
    def unit_of(name):
        return "location"

    @staticmethod
    def frozen(parameters):
        levels = sorted((name for name in parameters if name != "loc"), key=float)
        knots = [np.asarray(parameters[name], dtype=float) for name in levels]
        return _FrozenCurve(np.array(levels, dtype=float), np.stack(knots))


class _FrozenCurve:
    """The methods of a frozen distribution for `QuantileCurve`.

    Parameters
    ----------
    levels : ndarray of shape (n_levels,)
    knots : ndarray of shape (n_levels, ...)
    """

    def __init__(self, levels, knots):
        size = np.maximum(np.abs(knots).max(0), np.ptp(knots, axis=0))
        gap = _SMALLEST_GAP * np.where(size > 0, size, 1.0)
        steps = np.arange(len(levels)).reshape((-1,) + (1,) * (knots.ndim - 1))
        self.knots = np.maximum.accumulate(knots, axis=0) + steps * gap
        self.levels = levels
        if len(levels) > 1:
            masses = np.diff(levels).reshape((-1,) + (1,) * (knots.ndim - 1))
            self.heights = masses / np.diff(self.knots, axis=0)
            ends = self.heights[0], self.heights[-1]
        else:  # one quantile: a spread of its size
            self.heights = np.empty((0, *knots.shape[1:]))
            ends = (
                np.minimum(levels[0], 1 - levels[0]) / np.where(size > 0, size, 1),
            ) * 2
        self.left = levels[0] / ends[0]
        self.right = (1 - levels[-1]) / ends[1]

    def logpdf(self, x):
        low, high = self.knots[0], self.knots[-1]
        out = np.where(
            x < low,
            np.log(self.levels[0] / self.left) - (low - x) / self.left,
            np.log((1 - self.levels[-1]) / self.right) - (x - high) / self.right,
        )
        for height, start, end in zip(
            self.heights, self.knots[:-1], self.knots[1:], strict=True
        ):
            out = np.where((x >= start) & (x <= end), np.log(height), out)
        return out

    def cdf(self, x):
        low, high = self.knots[0], self.knots[-1]
        out = np.where(
            x < low,
            self.levels[0] * np.exp(np.minimum(x - low, 0) / self.left),
            1 - (1 - self.levels[-1]) * np.exp(-np.maximum(x - high, 0) / self.right),
        )
        parts = zip(
            self.levels, self.heights, self.knots[:-1], self.knots[1:], strict=False
        )
        for level, height, start, end in parts:
            inside = (x >= start) & (x <= end)
            out = np.where(inside, level + height * (x - start), out)
        return out

    def ppf(self, q):
        first, last = self.levels[0], self.levels[-1]
        with np.errstate(divide="ignore"):
            left = self.knots[0] + self.left * np.log(np.minimum(q / first, 1))
            beyond = np.minimum((1 - q) / (1 - last), 1)
            out = np.where(
                q < first, left, self.knots[-1] - self.right * np.log(beyond)
            )
        parts = zip(
            self.levels[:-1], self.levels[1:], self.heights, self.knots, strict=False
        )
        for level, after, height, start in parts:
            inside = (q >= level) & (q < after)
            out = np.where(inside, start + (q - level) / height, out)
        return out

    def mean(self):
        return self._moments()[0]

    def var(self):
        return self._moments()[1]

    def support(self):
        return -np.inf, np.inf

    def _moments(self):
        """Return mean and variance: masses times those of each part."""
        # An exponential tail of scale s has its mean s beyond its end, variance s^2.
        first, last = self.levels[0], self.levels[-1]
        start, end = self.knots[:-1], self.knots[1:]
        masses = [first, *np.diff(self.levels), 1 - last]
        means = [self.knots[0] - self.left, *(0.5 * (start + end))]
        means.append(self.knots[-1] + self.right)
        spreads = [self.left**2, *((end - start) ** 2 / 12), self.right**2]
        mean = sum(m * x for m, x in zip(masses, means, strict=True))
        var = sum(
            m * (s + (x - mean) ** 2)
            for m, s, x in zip(masses, spreads, means, strict=True)
        )
        return mean, var
