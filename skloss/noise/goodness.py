"""Whether a distribution describes values: how far their PIT is from uniform."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

__all__ = ["LARGEST_DEPARTURE", "GoodnessOfFit", "goodness_of_fit"]

#: A departure up to this many nats per row is of no consequence: a scale that is off by
#: a seventh costs as much.
LARGEST_DEPARTURE = 0.02

# Level of the test: one of a hundred distributions that are right is called wrong.
_LEVEL = 0.01

# Outer bins end at some 1e-12 / k: doubles near 1 are 1e-16 apart.
_HALVINGS = 36

# Cells have a positive width, so that a row on an edge counts once.
_NARROWEST = 1e-300

# Rows whose cells are spread over the bins at a time, to bound the memory.
_ROWS = 65536


@dataclass(frozen=True)
class GoodnessOfFit:
    """Whether a distribution describes the values; true if it does.

    Parameters
    ----------
    p_value : float
        p-value of the test that the probability integral transform (PIT) is uniform.
    departure : float
        Kullback-Leibler divergence from the PIT to the uniform distribution, in nats
        per row: what is lost against the best correction of the distribution.

    Examples
    --------
    >>> from skloss.noise import GoodnessOfFit
    >>> bool(GoodnessOfFit(p_value=1e-9, departure=0.01))
    True
    >>> bool(GoodnessOfFit(p_value=1e-9, departure=0.03))
    False
    """

    p_value: float
    departure: float

    def __bool__(self):
        # Of a small sample, the departure is above the limit by chance.
        return not (self.departure > LARGEST_DEPARTURE and self.p_value < _LEVEL)


def goodness_of_fit(low, high=None, weight=None):
    """Test whether probabilities are uniform, and measure how far they are from it.

    Parameters
    ----------
    low : array-like of shape (n,)
        PIT: the distribution function at each value.
    high : array-like of shape (n,), optional
        For rounded values, the distribution function at the upper end of the cell.
        ``low`` then is that at the lower end, and a row counts evenly between both.
    weight : array-like of shape (n,), optional
        Frequencies.

    Returns
    -------
    GoodnessOfFit

    Notes
    -----
    The test is the likelihood-ratio test for equal shares in k equal bins, with k - 1
    degrees of freedom. The divergence is sum_j p_j log(p_j / q_j) over the shares p_j
    of the rows in bins of width q_j; towards 0 and 1 the outer bins are halved again
    and again, since most of it may lie in the tails. Its mean under uniformity, for
    counts that follow Poisson's distribution, is subtracted (about half a row per bin
    [1]_), down to 0. Spreading a row over its cell is the non-randomized histogram of
    [2]_; the test is then conservative.

    References
    ----------
    .. [1] Miller (1955), "Note on the bias of information estimates", Information
       Theory in Psychology, 95-100.
    .. [2] Czado, Gneiting and Held (2009), "Predictive model assessment for count
       data", Biometrics 65, 1254-1261.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.noise import goodness_of_fit
    >>> pit = np.random.default_rng(0).uniform(size=1000)
    >>> bool(goodness_of_fit(pit)), bool(goodness_of_fit(pit**2))
    (True, False)
    """
    low = np.asarray(low, dtype=float)
    weight = np.ones(len(low)) if weight is None else np.asarray(weight, dtype=float)
    n_rows = weight.sum()
    # Growing with the rows, so that smaller departures are found; each bin keeps some
    # ten rows, which the approximation by chi-square requires.
    n_bins = int(np.clip(np.round(1.5 * n_rows**0.4), 5, 60))
    inner = np.arange(1, n_bins) / n_bins
    outer = 0.5 ** np.arange(_HALVINGS, 0, -1) / n_bins
    counts = _counts(low, high, weight, np.concatenate([[0.0], inner, [1.0]]))
    expected = n_rows / n_bins
    statistic = 2 * np.sum(special.xlogy(counts, counts / expected))
    p_value = stats.chi2.sf(statistic, n_bins - 1)

    edges = np.concatenate([[0.0], outer, inner, 1 - outer[::-1], [1.0]])
    counts, expected = _counts(low, high, weight, edges), n_rows * np.diff(edges)
    divergence = np.sum(special.xlogy(counts, counts / expected))
    excess = divergence - (_mean_excess(expected).sum() - 0.5)
    return GoodnessOfFit(float(p_value), max(float(excess / n_rows), 0.0))


def _mean_excess(expected):
    """Return the mean of c log(c / m) for counts c of Poisson's distribution of mean m.

    From a mean of 20 on, it is 1 / 2 + 1 / (12 m) to three digits.
    """
    counts = np.arange(1, 80)[:, None]
    few = np.minimum(expected, 20.0)
    terms = stats.poisson.pmf(counts, few) * special.xlogy(counts, counts / few)
    return np.where(expected > 20, 0.5 + 1 / (12 * expected), terms.sum(axis=0))


def _counts(low, high, weight, edges):
    """Return the weight between each two edges."""
    if high is None:
        bins = np.searchsorted(edges, low, side="right") - 1
        bins = bins.clip(0, len(edges) - 2)
        return np.bincount(bins, weight, minlength=len(edges) - 1)
    below = np.zeros(len(edges))
    width = np.maximum(np.asarray(high, dtype=float) - low, _NARROWEST)
    for start in range(0, len(low), _ROWS):
        rows = slice(start, start + _ROWS)
        part = (edges - low[rows, None]) / width[rows, None]
        below += weight[rows] @ np.clip(part, 0.0, 1.0)
    below[0], below[-1] = 0.0, weight.sum()
    return np.diff(below)
