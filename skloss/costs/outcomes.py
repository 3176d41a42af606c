"""What the truth may be in each row: a list of values with their probabilities.

Every cost with a closed form is written in terms of a few methods, which `Atoms` here
and `skloss.costs.continuous.Continuous` have: `quantile`, `mean`, `log_moment`,
`relative_median`, `densest`; the search for the others uses `quantiles` and `nodes`.
Arrays have the values in rows and the table's rows in columns, so that a level or a
decision is broadcast as SciPy does it.
"""

import numpy as np
from scipy.special import logsumexp

__all__ = []

#: Cumulated probabilities that differ by less are equal: sums of thousands of doubles.
_EQUAL = 1e-12


def possible_amounts(distribution, median):
    """Return the range of outcomes whose relative error counts, in each row.

    Errors relative to the truth are for amounts of one sign. Noise around a prediction
    may reach across zero nevertheless, and outcomes close to zero then outweigh all
    others. Where the training targets, of which a distribution states the range as
    ``seen``, have one sign, outcomes closer to zero than all of them, and than a median
    of that sign, are left out.
    """
    low, high = getattr(distribution, "seen", None) or (-np.inf, np.inf)
    if low > 0:
        return np.where(median > 0, np.minimum(median, low), low), np.inf
    if high < 0:
        return -np.inf, np.where(median < 0, np.maximum(median, high), high)
    return -np.inf, np.inf


class Distribution:
    """What a distribution states of each row itself.

    Parameters
    ----------
    distribution : object
        With ``ppf``, and ``mean`` if it has one.
    """

    def __init__(self, distribution):
        self.distribution = distribution
        has_length = hasattr(distribution, "__len__")
        self.n_rows = (
            len(distribution) if has_length else np.size(distribution.ppf(0.5))
        )

    def quantile(self, level):
        """Return the quantile of a level."""
        return self.quantiles(np.array([level]))[0]

    def quantiles(self, levels):
        """Return quantiles of several levels, of shape (n_levels, n_rows)."""
        found = np.asarray(self.distribution.ppf(levels[:, None]), dtype=float)
        return np.broadcast_to(found, (len(levels), self.n_rows))

    def mean(self):
        """Return the mean of each row."""
        if hasattr(self.distribution, "mean"):
            return np.broadcast_to(self.distribution.mean(), self.n_rows)
        return self.summed_mean()


class Atoms:
    """Values that the truth may take in each row, as samples or counts.

    Parameters
    ----------
    values : ndarray of shape (n_values, n_rows)
    weights : ndarray of shape (n_values, n_rows), optional
        Probabilities; equal by default.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.costs.outcomes import Atoms
    >>> Atoms(np.array([[3.0], [1.0], [2.0], [8.0]])).quantile(0.75)
    array([5.5])
    """

    def __init__(self, values, weights=None):
        if weights is None:
            weights = np.full(values.shape, 1 / len(values))
        order = np.argsort(values, axis=0)
        self.values = np.take_along_axis(values, order, axis=0)
        weights = np.take_along_axis(weights, order, axis=0)
        self.weights = weights / weights.sum(0)
        self.n_rows = values.shape[1]

    def quantile(self, level):
        """Return the quantile of a level; the middle where a range has this level."""
        return self.quantiles(np.array([level]))[0]

    def quantiles(self, levels):
        """Return quantiles of several levels, of shape (n_levels, n_rows)."""
        return _quantiles(self.values, self.weights.cumsum(0), levels)

    def mean(self):
        """Return the mean of each row."""
        return (self.weights * self.values).sum(0)

    def log_moment(self, t):
        """Return log E exp(t y) of each row."""
        return logsumexp(t * self.values, axis=0, b=self.weights)

    def relative_median(self, smallest):
        """Return the median of the outcomes weighted by 1 / max(|y|, smallest)."""
        weights = self.weights / np.maximum(np.abs(self.values), smallest)
        known = getattr(self, "distribution", None)
        low, high = possible_amounts(known, self.quantile(0.5))
        possible = weights * ((self.values >= low) & (self.values <= high))
        weights = np.where(possible.any(0), possible, weights)
        total = weights.sum(0)
        return _quantiles(self.values, weights.cumsum(0) / total, np.array([0.5]))[0]

    def densest(self, width):
        """Return the centre of the interval of a half-width with most probability.

        Of several such intervals, the one whose centre is closest to the median.
        """
        medians, found = self.quantile(0.5), np.empty(self.n_rows)
        zero = np.zeros((1, self.n_rows))
        cumulated = np.vstack([zero, self.weights.cumsum(0)])
        for row, y in enumerate(self.values.T):
            # Sums of decimals such as 0.1 + 0.2 miss the end by their last bits.
            end = y + 2 * width
            last = np.searchsorted(y, end + 4 * np.spacing(np.abs(end)), side="right")
            mass = cumulated[last, row] - cumulated[:-1, row]
            best = np.flatnonzero(mass >= mass.max() - _EQUAL)
            centres = 0.5 * (y[best] + y[last[best] - 1])
            found[row] = centres[np.abs(centres - medians[row]).argmin()]
        return found

    def nodes(self):
        """Return blocks of values and weights for sums over the outcomes."""
        return [(self.values, self.weights)]


def _quantiles(values, cumulated, levels):
    """Return the middle of the values at which a cumulated share reaches each level."""
    found = np.empty((len(levels), values.shape[1]))
    last = len(values) - 1
    for index, level in enumerate(levels):
        first = (cumulated < level - _EQUAL).sum(0).clip(max=last)
        after = (cumulated <= level + _EQUAL).sum(0).clip(max=last)
        ends = np.take_along_axis(values, np.stack([first, after]), axis=0)
        found[index] = ends.mean(0)
    return found
