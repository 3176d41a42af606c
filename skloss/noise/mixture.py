"""The distribution predicted for each row, a mixture of the members of an ensemble."""

from numbers import Integral

import numpy as np
from scipy.special import logsumexp

__all__ = ["Predictive"]


class Predictive:
    """A distribution for each row of X.

    The methods are those of a frozen `scipy.stats` distribution, in units of the
    target. Results have the shape (n_samples,) or (n_samples, n_targets), and arguments
    are broadcast against it: ``pdf(grid[:, None])`` is a curve for each row. Indexing
    selects rows, and iterating gives a distribution of one row at a time.

    Parameters
    ----------
    family : class
        A value of `skloss.noise.FAMILIES`.
    parameters : dict of str to ndarray
        Arrays of shape (n_members, n_samples, ...), or without these dimensions for a
        value that all rows share.
    seen : tuple of float, optional
        Smallest and largest target of the training rows: where both have one sign,
        `skloss.costs.Percentage` leaves out outcomes that are closer to zero.

    Notes
    -----
    With members k = 1, ..., K the density is the mean of theirs: p(y) = sum_k p_k(y) /
    K. Its mean is the mean of their means, and its variance is the mean of their
    variances plus the variance of their means.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.noise import FAMILIES, Predictive
    >>> loc = np.array([[0.0, 4.0], [2.0, 4.0]])  # two members, two rows
    >>> found = Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": 1.0})
    >>> found.mean(), found.var()
    (array([1., 4.]), array([2., 1.]))
    >>> found.logpdf([1.0, 4.0]).round(3)
    array([-1.419, -0.919])
    """

    def __init__(self, family, parameters, seen=None):
        self.family = family
        self.parameters = parameters
        self.seen = seen
        self.members = family.frozen(parameters)

    def __getitem__(self, rows):
        if isinstance(rows, Integral):
            rows = [range(len(self))[rows]]  # whose IndexError ends an iteration
        taken = {
            name: value[:, rows] if np.ndim(value) > 1 else value
            for name, value in self.parameters.items()
        }
        return Predictive(self.family, taken, self.seen)

    def __len__(self):
        return self._shape()[1]

    @property
    def is_discrete(self):
        """Whether targets are counts."""
        return hasattr(self.members, "logpmf")

    @property
    def n_members(self):
        """Number of members in the mixture."""
        return self._shape()[0]

    @property
    def components(self):
        """The distribution of each member, whose mean is the mixture."""
        return [
            self.family.frozen(
                {
                    name: value[member] if np.ndim(value) > 1 else value
                    for name, value in self.parameters.items()
                }
            )
            for member in range(self.n_members)
        ]

    def _each(self, method, values):
        """Return a method's result for each member, along the first axis."""
        n_row_axes = len(self._shape()) - 1
        values = np.asarray(values)
        if values.ndim > n_row_axes:
            values = np.expand_dims(values, -n_row_axes - 1)
        return np.moveaxis(getattr(self.members, method)(values), -n_row_axes - 1, 0)

    def _per_row(self, values):
        """Return a column of one value for each row as a vector."""
        values, n_rows = np.asarray(values), len(self)
        # Of a single row, a value and a grid of one value are the same.
        is_column = values.shape == (n_rows, 1) and n_rows > 1
        return values[:, 0] if is_column and len(self._shape()) == 2 else values

    def logpdf(self, x):
        """Return the log-density, or the log-probability of counts, in nats.

        Parameters
        ----------
        x : float or array-like
            One value for each row, of shape (n_samples,) or one column (n_samples, 1);
            a column of another length is a grid, with a curve for each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of a grid, (n_values, n_samples).

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.logpdf([0.0, 5.0]).round(3)
        array([-0.919, -1.419])
        """
        x = self._per_row(x)
        each = self._each("logpmf" if self.is_discrete else "logpdf", x)
        if len(each) == 1:
            return each[0]
        return logsumexp(each, axis=0) - np.log(len(each))

    logpmf = logpdf

    def pdf(self, x):
        """Return the density, or the probability of counts.

        Parameters
        ----------
        x : float or array-like
            One value for each row, of shape (n_samples,) or one column (n_samples, 1);
            a column of another length is a grid, with a curve for each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of a grid, (n_values, n_samples).

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.pdf([0.0, 5.0]).round(3)
        array([0.399, 0.242])
        """
        return np.exp(self.logpdf(x))

    pmf = pdf

    def cdf(self, x):
        """Return the probability of at most ``x``.

        Parameters
        ----------
        x : float or array-like
            One value for each row, of shape (n_samples,) or one column (n_samples, 1);
            a column of another length is a grid, with a curve for each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Of a grid, (n_values, n_samples).

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.cdf(4.0).round(3)
        array([1. , 0.5])
        """
        return self._each("cdf", self._per_row(x)).mean(0)

    def mean(self):
        """Return the mean of each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.mean()
        array([0., 4.])
        """
        return np.broadcast_to(self.members.mean(), self._shape()).mean(0)

    def var(self):
        """Return the variance of each row, within and between members.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.var()
        array([1., 1.])
        """
        # Not as E[x^2] - E[x]^2, which loses a small spread next to a large mean.
        within = np.broadcast_to(self.members.var(), self._shape())
        between = np.broadcast_to(self.members.mean(), self._shape())
        return within.mean(0) + between.var(0)

    def std(self):
        """Return the standard deviation of each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.std()
        array([1., 1.])
        """
        return np.sqrt(np.maximum(self.var(), 0.0))

    def median(self):
        """Return the median of each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.median()
        array([0., 4.])
        """
        return self.ppf(0.5)

    def ppf(self, q):
        """Return the quantile of each row.

        Parameters
        ----------
        q : float or array-like
            Probability between 0 and 1, the same or one for each row.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            For counts, the smallest whose ``cdf`` is at least ``q``.

        Notes
        -----
        A quantile of a mixture lies between the quantiles of its members and is found
        by bisection.

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.ppf(0.9).round(2)
        array([1.28, 5.28])
        """
        each = self._each("ppf", q)
        low, high = each.min(0), each.max(0)
        if len(each) == 1:
            return low
        # 60 halvings shrink the gap between members below the spacing of doubles.
        for _ in range(60):
            middle = 0.5 * (low + high)
            middle = np.floor(middle) if self.is_discrete else middle
            below = self.cdf(middle) < q
            above = middle + 1 if self.is_discrete else middle
            low, high = np.where(below, above, low), np.where(below, high, middle)
        return high

    def interval(self, confidence=0.9):
        """Return the ends of the central interval of each row.

        Parameters
        ----------
        confidence : float
            Probability of the interval; the two tails outside have equal shares.

        Returns
        -------
        low, high : ndarray of shape (n_samples,) or (n_samples, n_targets)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> low, high = found.interval(0.9)
        >>> low.round(2), high.round(2)
        (array([-1.64,  2.36]), array([1.64, 5.64]))
        """
        tail = 0.5 * (1 - confidence)
        return self.ppf(tail), self.ppf(1 - tail)

    def support(self):
        """Return the smallest and the largest possible target of any row.

        Returns
        -------
        low, high : float

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> [float(end) for end in found.support()]
        [-inf, inf]
        """
        lows, highs = self.members.support()
        return np.min(lows), np.max(highs)

    def rvs(self, size=None, random_state=None):
        """Draw random values for each row.

        Parameters
        ----------
        size : int or tuple of int, optional
            Number of draws, along new first dimensions; None draws one without them.
        random_state : int, numpy.random.Generator or None
            As `numpy.random.default_rng` accepts it.

        Returns
        -------
        ndarray of shape (n_samples, ...) or size + (n_samples, ...)

        Examples
        --------
        >>> import numpy as np
        >>> from skloss.noise import FAMILIES, Predictive
        >>> two = {"loc": np.array([[0.0, 4.0]]), "scale": 1.0}
        >>> found = Predictive(FAMILIES["gaussian"], two)
        >>> found.rvs(size=3, random_state=0).shape
        (3, 2)
        """
        rng = np.random.default_rng(random_state)
        n_members, *rows = self._shape()
        lead = () if size is None else tuple(np.atleast_1d(size))
        every = self._each("ppf", rng.uniform(size=(*lead, *rows)))
        which = rng.integers(n_members, size=(1, *lead, *rows))
        return np.take_along_axis(every, which, axis=0)[0]

    def _shape(self):
        """Return (n_members, n_samples) or (n_members, n_samples, n_targets)."""
        return np.broadcast_shapes(*map(np.shape, self.parameters.values()))
