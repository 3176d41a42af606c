"""The distribution predicted for each row, a mixture where several networks vote."""

from numbers import Integral

import numpy as np
from scipy.special import logsumexp

__all__ = ["Predictive"]


class Predictive:
    """A distribution for each row of X.

    The methods are those of a frozen `scipy.stats` distribution; shapes are
    (n_samples,) or (n_samples, n_targets), in units of the target, and what is passed
    in is broadcast against them: ``pdf(grid[:, None])`` is a curve for each row.
    Indexing takes rows, and iterating gives a distribution of one row at a time.

    Parameters
    ----------
    family : class
        Out of `skloss.noise.FAMILIES`.
    parameters : dict of str to ndarray
        Of shape (n_members, n_samples, ...), or without members and rows for what all
        rows share.
    """

    def __init__(self, family, parameters):
        self.family = family
        self.parameters = parameters
        self.members = family.frozen(parameters)

    def __getitem__(self, rows):
        if isinstance(rows, Integral):
            rows = [range(len(self))[rows]]  # whose IndexError ends an iteration
        taken = {
            name: value[:, rows] if np.ndim(value) > 1 else value
            for name, value in self.parameters.items()
        }
        return Predictive(self.family, taken)

    def __len__(self):
        return self._shape()[1]

    @property
    def is_discrete(self):
        """Whether targets are counts."""
        return hasattr(self.members, "logpmf")

    @property
    def n_members(self):
        """Networks in the mixture."""
        return self._shape()[0]

    def _each(self, method, values):
        """Call a method of the members; they end up along the first axis."""
        n_row_axes = len(self._shape()) - 1
        values = np.asarray(values)
        if values.ndim > n_row_axes:
            values = np.expand_dims(values, -n_row_axes - 1)
        return np.moveaxis(getattr(self.members, method)(values), -n_row_axes - 1, 0)

    def logpdf(self, x):
        """Log-density (log-probability of a count) of one value per row, in nats."""
        each = self._each("logpmf" if self.is_discrete else "logpdf", x)
        if len(each) == 1:
            return each[0]
        return logsumexp(each, axis=0) - np.log(len(each))

    logpmf = logpdf

    def pdf(self, x):
        """Density of one value per row."""
        return np.exp(self.logpdf(x))

    pmf = pdf

    def cdf(self, x):
        """Probability of at most ``x``."""
        return self._each("cdf", x).mean(0)

    def mean(self):
        """Mean of each row."""
        return np.broadcast_to(self.members.mean(), self._shape()).mean(0)

    def var(self):
        """Variance of each row: within members and between them."""
        mean = np.broadcast_to(self.members.mean(), self._shape())
        return (self.members.var() + mean**2).mean(0) - mean.mean(0) ** 2

    def std(self):
        """Standard deviation of each row."""
        return np.sqrt(np.maximum(self.var(), 0.0))

    def median(self):
        """Median of each row."""
        return self.ppf(0.5)

    def ppf(self, q):
        """Quantile of each row; ``q`` is a number, or one per row.

        Of counts, the smallest whose ``cdf`` is at least ``q``.
        """
        each = self._each("ppf", q)
        low, high = each.min(0), each.max(0)
        if len(each) == 1:
            return low
        # A mixture's quantile lies between its members': halve until it is pinned.
        for _ in range(60):
            middle = 0.5 * (low + high)
            middle = np.floor(middle) if self.is_discrete else middle
            below = self.cdf(middle) < q
            above = middle + 1 if self.is_discrete else middle
            low, high = np.where(below, above, low), np.where(below, high, middle)
        return high

    def interval(self, confidence=0.9):
        """Lower and upper ends of the central interval of each row."""
        tail = 0.5 * (1 - confidence)
        return self.ppf(tail), self.ppf(1 - tail)

    def support(self):
        """Ends of the range of possible targets."""
        lows, highs = self.members.support()
        return np.min(lows), np.max(highs)

    def rvs(self, size=None, random_state=None):
        """Draw one value per row, or ``size`` of them along a new first axis."""
        rng = np.random.default_rng(random_state)
        n_members, *rows = self._shape()
        lead = () if size is None else tuple(np.atleast_1d(size))
        every = self._each("ppf", rng.uniform(size=(*lead, *rows)))
        which = rng.integers(n_members, size=(1, *lead, *rows))
        return np.take_along_axis(every, which, axis=0)[0]

    def _shape(self):
        return np.broadcast_shapes(*map(np.shape, self.parameters.values()))
