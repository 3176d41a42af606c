"""Noise of counts: Poisson, overdispersed where the rows show it, negative binomial."""

import numpy as np
import scipy.optimize
from scipy import stats
from scipy.special import gammaln, xlogy

from skloss.noise.families import Frozen, NoiseFamily

__all__ = ["NegativeBinomial", "Poisson"]

# SciPy does not accept a Poisson rate of 0, which a float32 network can predict.
_TINY = 1e-300
# Standard errors of the excess variance from which counts are overdispersed: Poisson
# counts are in 1 of 20 samples.
_CLEAR = 1.645
# A negative binomial distribution whose variance is this share above the mean is
# Poisson to 1e-7 of a probability; with a smaller one, SciPy's p would round to 1.
_SMALLEST_EXCESS = 1e-7
# Sizes from which Stirling's series of log-gamma is exact to rounding with two terms.
_LARGE_SIZE = 1e3


class Poisson(NoiseFamily):
    """Counts of mean m and variance m + a m^2; the dispersion a may be 0.

    With a dispersion above 0 the distribution is negative binomial.
    """

    name, label, parameters = "poisson", "Poisson", ("loc", "dispersion")
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        dispersion = np.asarray(parameters.get("dispersion", 0.0))
        if not dispersion.any():
            return Frozen(stats.poisson, np.maximum(parameters["loc"], _TINY))
        return NegativeBinomial.frozen(parameters | {"dispersion": dispersion})

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        """Return the most likely dispersion where counts are clearly overdispersed.

        Under Poisson noise the excess (y - m)^2 - y has the mean 0 and the variance
        2 m^2: the test of Dean and Lawless (1989), doi:10.1080/01621459.1989.10478792.
        """
        mean = np.maximum(parameters["loc"], _TINY)
        rows = weight * len(y)
        excess = _total(rows, (y - mean) ** 2 * n_kept - y)
        error = np.sqrt(2 * _total(rows, mean**2))
        columns = (np.reshape(part, (len(y), -1)).T for part in (y, mean))
        found = [
            _most_likely(*column, weight, n_kept) if clear else 0.0
            for *column, clear in zip(
                *columns, np.atleast_1d(excess > _CLEAR * error), strict=True
            )
        ]
        return {"dispersion": np.reshape(found, y.shape[1:])[()]}


def _total(weight, values):
    """Return the weighted sum of each target."""
    return np.average(values, axis=0, weights=weight) * weight.sum()


def _most_likely(y, mean, weight, n_kept):
    """Return the dispersion of one target by maximum likelihood."""

    def cost(log_dispersion):
        parameters = {"loc": mean, "dispersion": np.exp(log_dispersion)}
        return -(weight @ NegativeBinomial.frozen(parameters).logpmf(y))

    # From that of counts which differ little from Poisson ones, even if there are
    # thousands of them, to one where nearly all are zero.
    typical = np.average(mean, weights=weight)
    least = -12 - np.log(max(typical, 1))
    found = scipy.optimize.minimize_scalar(cost, bounds=(least, 5), method="bounded")
    dispersion = np.exp(found.x)
    # Lost degrees of freedom made all squares smaller: the variance grows by n_kept.
    return n_kept * dispersion + (n_kept - 1) / max(typical, _TINY)


class NegativeBinomial(NoiseFamily):
    """Counts of mean m and variance m + a m^2, where a is the dispersion.

    SciPy's n is 1 / a and its p is n / (n + m).
    """

    name, label = "negative_binomial", "negative binomial"
    parameters, spread = ("loc", "dispersion"), "dispersion"
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        loc = parameters["loc"]
        least = _SMALLEST_EXCESS / np.maximum(loc, 1)
        size = 1 / np.maximum(parameters["dispersion"], least)
        return _FrozenCounts(stats.nbinom, size, size / (size + loc))


class _FrozenCounts(Frozen):
    """A negative binomial whose log-probability is exact for any size n.

    SciPy subtracts the log-gammas of n and of n + y, which lose all digits of their
    difference where counts are nearly Poisson and n is large.
    """

    def logpmf(self, x):
        """Return the log-probability: for a large n, from Stirling's series."""
        arrays = np.broadcast_arrays(np.asarray(x, dtype=float), *self.args)
        found = np.array(self.dist.logpmf(*arrays))
        large = (arrays[1] > _LARGE_SIZE) & np.isfinite(found)
        x, n, p = (array[large] for array in arrays)
        mean = n * (1 - p) / p
        value = xlogy(x, mean) - x - (n + x) * np.log1p((mean - x) / (n + x))
        value -= 0.5 * np.log1p(x / n) + (1 / n - 1 / (n + x)) / 12
        found[large] = value - gammaln(x + 1)
        return found[()]
