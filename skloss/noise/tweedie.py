"""Amounts that are often zero: the compound Poisson-gamma distribution."""

import numpy as np
import scipy.optimize
from scipy import special, stats

from skloss.noise.families import NoiseFamily

__all__ = ["FrozenTweedie", "Tweedie"]

# Expected number of amounts from which saddlepoint approximations are used, since sums
# would have hundreds of terms. Their errors are then below 0.01 of a density and 1e-4
# of a probability, and below 0.002 and 2e-5 up to power 1.8.
_SADDLEPOINT_FROM = 300.0
# Terms on either side of the largest one, in its standard deviations and beyond these:
# the rest is below 1e-12 of the sum.
_DEVIATIONS, _MORE_TERMS = 7.5, 14
# Numbers in memory at once where each row has several terms: 8 MB.
_NUMBERS_AT_ONCE = 1_000_000
# Rows that the dispersion is fitted to: its standard error is then below 3%.
_FITTED_ROWS = 5000
_TINY = 1e-300


class Tweedie(NoiseFamily):
    """Amounts of mean m and variance phi m^power, zero with a positive probability.

    Y is the sum of N gamma amounts of shape a and scale g, where N is Poisson of mean
    r = m^(2 - power) / (phi (2 - power)), a = (2 - power) / (power - 1) and
    g = phi (power - 1) m^(power - 1), for 1 < power < 2. Jorgensen (1997), The Theory
    of Dispersion Models.
    """

    name, label = "tweedie", "Tweedie"
    parameters = ("loc", "power", "dispersion")
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        return FrozenTweedie(**parameters)

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        """Maximise the likelihood, near Pearson's estimate by moments."""
        loc, power = np.maximum(parameters["loc"], _TINY), parameters["power"]
        square = (y - loc) ** 2 / loc**power
        pearson = np.average(square, axis=0, weights=weight)
        step = -(-len(y) // _FITTED_ROWS)
        some = [part[::step].reshape(len(y[::step]), -1) for part in (y, loc, weight)]
        found = [
            _most_likely(start, some[0][:, k], some[1][:, k], power, some[2][:, 0])
            for k, start in enumerate(np.atleast_1d(pearson))
        ]
        return {"dispersion": np.reshape(found, y.shape[1:])[()] * n_kept}


def _most_likely(start, y, loc, power, weight):
    """Return the dispersion of one target."""
    # The smallest one keeps an exact fit finite.
    middle = np.log(max(start, 1e-12))

    def cost(log_dispersion):
        found = FrozenTweedie(loc, power, np.exp(log_dispersion))
        return -(weight @ found.logpdf(y))

    # Pearson's estimate is consistent, so that the most likely dispersion is near: a
    # factor of 20 to either side.
    best = scipy.optimize.minimize_scalar(
        cost,
        bounds=(middle - 3, middle + 3),
        method="bounded",
        options={"xatol": 1e-4},
    )
    return np.exp(best.x)


class FrozenTweedie:
    """The methods of a frozen distribution for `Tweedie`.

    ``logpdf(0)`` is the logarithm of the probability of zero. Where fewer than 300
    amounts are expected, the density is the series of Dunn and Smyth (2005, Statistics
    and Computing 15, 267-280) around its largest term, and the distribution function is
    the mixture over the number of amounts. Elsewhere both are saddlepoint
    approximations (Daniels 1954; Lugannani and Rice 1980, as Barndorff-Nielsen's r*).

    Parameters
    ----------
    loc : float or ndarray
        Mean.
    power : float
        Between 1 and 2, exclusive.
    dispersion : float or ndarray
    """

    def __init__(self, loc, power, dispersion):
        self.loc, self.power = np.maximum(loc, _TINY), power
        self.dispersion = dispersion
        self.shape = (2 - power) / (power - 1)
        self.rate = self.loc ** (2 - power) / (dispersion * (2 - power))
        self.scale = dispersion * (power - 1) * self.loc ** (power - 1)

    def logpdf(self, x):
        x, rate, scale = np.broadcast_arrays(x, self.rate, self.scale)
        out = np.where(x < 0, -np.inf, -rate)
        at = x > 0
        z = x[at] / scale[at]
        out[at] = _log_density(z, rate[at], self.shape) - np.log(scale[at])
        return out

    def cdf(self, x):
        x, rate, scale = np.broadcast_arrays(x, self.rate, self.scale)
        out = np.where(x < 0, 0.0, np.exp(-rate))
        at = x > 0
        out[at] = _probability(x[at] / scale[at], rate[at], self.shape)
        return out

    def ppf(self, q):
        q, rate, scale = np.broadcast_arrays(q, self.rate, self.scale)
        out = np.where(q >= 1, np.inf, 0.0)
        at = (q > np.exp(-rate)) & (q < 1)
        out[at] = _quantile(q[at], rate[at], self.shape) * scale[at]
        return out

    def mean(self):
        return self.loc

    def var(self):
        return self.dispersion * self.loc**self.power

    def support(self):
        return 0.0, np.inf


# In units of the scale, z is the sum of Poisson(rate) gamma amounts of one shape.


def _log_density(z, rate, shape):
    """Return log-densities of positive amounts."""
    # Where the derivative by n of the logarithm of a term is zero.
    likely = (rate * (z / shape) ** shape) ** (1 / (1 + shape))

    def summed(n, z, rate):
        terms = n * np.log(rate) - special.gammaln(n + 1) - special.gammaln(n * shape)
        terms += n * shape * np.log(z)
        return special.logsumexp(terms, axis=1) - (z + np.log(z) + rate)[:, 0]

    def approximated(z, rate):
        _, exponent, variance = _saddlepoint(z, rate, shape)
        return -exponent - 0.5 * np.log(2 * np.pi * variance)

    deviation = np.sqrt(likely / (1 + shape))
    return _by_rows(summed, approximated, likely, deviation, z, rate)


def _probability(z, rate, shape):
    """Return probabilities of at most the positive amount z."""

    def summed(n, z, rate):
        of_n = special.xlogy(n, rate) - special.gammaln(n + 1) - rate
        at_most = special.gammainc(n * shape, z)
        return np.exp(-rate[:, 0]) + np.sum(np.exp(of_n) * at_most, axis=1)

    def approximated(z, rate):
        t, exponent, variance = _saddlepoint(z, rate, shape)
        root = np.sign(t) * np.sqrt(2 * np.maximum(exponent, 0))
        # At the mean, where 0 is divided by 0, the limit is a sixth of the skewness.
        skewness = (shape + 2) / np.sqrt(rate * shape * (shape + 1))
        near = np.abs(root) < 1e-3
        safe = np.where(near, 1.0, root)
        ratio = np.where(near, 1.0, t * np.sqrt(variance) / safe)
        correction = np.where(near, skewness / 6, np.log(ratio) / safe)
        return stats.norm.cdf(root + correction)

    return _by_rows(summed, approximated, rate, np.sqrt(rate), z, rate)


def _saddlepoint(z, rate, shape):
    """Return the saddlepoint t, t z - K(t) and K''(t).

    K(t) = rate ((1 - t)^-shape - 1), and K'(t) = z; t = 1 - exp(-s).
    """
    s = np.log(z / (rate * shape)) / (shape + 1)
    # Not as t z - K(t), whose terms cancel where t is small and the rate is large.
    exponent = rate * (shape * np.exp(shape * s) * np.expm1(s) - np.expm1(shape * s))
    variance = rate * shape * (shape + 1) * np.exp((shape + 2) * s)
    return -np.expm1(-s), exponent, variance


def _by_rows(summed, approximated, center, deviation, z, rate):
    """Return sums over a window of terms, or approximations, for each row."""
    out = np.empty(len(z))
    many = center > _SADDLEPOINT_FROM
    out[many] = approximated(z[many], rate[many])
    few = np.flatnonzero(~many)
    # Rows with windows of a similar width are summed together.
    few = few[np.argsort(center[few])]
    start = 0
    while start < len(few):
        half = np.ceil(_DEVIATIONS * deviation[few] + _MORE_TERMS).astype(int)
        size = max(1, int(_NUMBERS_AT_ONCE // (2 * half[min(start, len(few) - 1)])))
        rows = few[start : start + size]
        width = half[start : start + size].max()
        first = np.maximum(np.floor(center[rows]) - width, 1)
        n = first[:, None] + np.arange(2 * width + 1)
        out[rows] = summed(n, z[rows, None], rate[rows, None])
        start += size
    return out


def _quantile(q, rate, shape):
    """Return positive amounts by Newton's method within a bracket."""
    # The gamma distribution that has the mean and variance of positive amounts.
    zero = np.exp(-rate)
    mean = rate * shape / (1 - zero)
    square = (rate * shape * (shape + 1) + (rate * shape) ** 2) / (1 - zero)
    spread = square / mean - mean
    z = stats.gamma.ppf((q - zero) / (1 - zero), mean / spread, scale=spread)
    low, high = np.full_like(z, _TINY), np.full_like(z, np.inf)
    z = np.maximum(z, 1e-12 * mean)
    active = np.arange(len(z))
    # Newton takes about six steps; where it leaves the bracket, halvings of its
    # logarithm take about 45.
    for _ in range(100):
        if not len(active):
            break
        at, of_rate = z[active], rate[active]
        excess = _probability(at, of_rate, shape) - q[active]
        low[active] = np.where(excess < 0, at, low[active])
        high[active] = np.where(excess < 0, high[active], at)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            step = excess / np.exp(_log_density(at, of_rate, shape))
        after = at - step
        middle = np.where(
            np.isinf(high[active]), 2 * at, np.sqrt(low[active]) * np.sqrt(high[active])
        )
        is_inside = (after > low[active]) & (after < high[active])
        z[active] = np.where(is_inside, after, middle)
        active = active[np.abs(z[active] - at) > 1e-10 * at]
    return z
