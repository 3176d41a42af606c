"""Noise of amounts and shares whose spread depends on the prediction."""

import numpy as np
from scipy import stats

from skloss.metrics.quantiles import weighted_quantile
from skloss.noise.families import Frozen, FrozenLaplace, NoiseFamily
from skloss.noise.implied import smallest_scale

__all__ = ["Beta", "LogGaussian", "RelativeLaplace"]

# An exact fit is no evidence for other rows: the smallest spread, as a fraction of what
# it is compared with, keeps log-densities finite.
_SMALLEST = 1e-6
# Relative noise ends at this fraction of the mean size of y, so that a prediction near
# zero is not taken for exact.
_FRACTION = 0.1
# Shares of exactly 0 or 1 have the density of these: that of a beta distribution may be
# infinite there.
_EDGE = 1e-6


def _mean(values, weight):
    """Return the weighted mean of each target."""
    return np.average(values, axis=0, weights=weight)


class LogGaussian(NoiseFamily):
    """Amounts whose log(1 + y) is Gaussian around log(1 + loc)."""

    name, label = "log_gaussian", "Gaussian of log(1 + y)"
    parameters = ("loc", "log_std")
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        scale = 1 + np.asarray(parameters["loc"], dtype=float)
        return Frozen(stats.lognorm, parameters["log_std"], -1.0, scale)

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        square = _mean((np.log1p(y) - np.log1p(parameters["loc"])) ** 2, weight)
        smallest = smallest_scale(np.log1p(y))
        return {"log_std": np.maximum(np.sqrt(square * n_kept), smallest)}


class RelativeLaplace(NoiseFamily):
    """Laplace around ``ratio`` times the prediction, with a scale in proportion to it.

    A median weighted by 1 / |y| is too low where the noise is relative; the ratio, the
    median of y / loc, corrects for it. Predictions below ``smallest``, a tenth of the
    mean size of y, have the scale of ``smallest``.
    """

    name, label = "relative_laplace", "relative Laplace"
    parameters = ("loc", "ratio", "relative_scale", "smallest")
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        loc = np.asarray(parameters["loc"], dtype=float)
        size = np.maximum(np.abs(loc), parameters["smallest"])
        scale = parameters["relative_scale"] * size
        return FrozenLaplace(stats.laplace, parameters["ratio"] * loc, scale)

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        smallest = _FRACTION * _mean(np.abs(y), weight)
        smallest = np.maximum(smallest, np.finfo(float).tiny)
        size = np.maximum(np.abs(parameters["loc"]), smallest)
        quotient = y * np.sign(parameters["loc"]) / size
        columns = quotient.reshape(len(y), -1).T
        ratio = [weighted_quantile(column, 0.5, weight) for column in columns]
        ratio = np.reshape(ratio, y.shape[1:])[()]
        scale = _mean(np.abs(y - ratio * parameters["loc"]) / size, weight) * n_kept
        scale = np.maximum(scale, _SMALLEST)
        return {"ratio": ratio, "relative_scale": scale, "smallest": smallest}


class _FrozenBeta(Frozen):
    """A beta distribution whose log-density is finite at 0 and 1."""

    def logpdf(self, x):
        inside = np.clip(x, _EDGE, 1 - _EDGE)
        density = super().__getattr__("logpdf")(inside)
        return np.where((x < 0) | (x > 1), -np.inf, density)


class Beta(NoiseFamily):
    """Shares of mean m and variance d m (1 - m), where d is the dispersion.

    SciPy's a is m (1 / d - 1) and its b is (1 - m) (1 / d - 1). The dispersion is that
    of the moments. Ferrari and Cribari-Neto (2004), doi:10.1080/0266476042000214501.
    """

    name, label, parameters = "beta", "beta", ("loc", "dispersion")
    is_shifted = False

    @staticmethod
    def frozen(parameters):
        loc = np.clip(parameters["loc"], _EDGE, 1 - _EDGE)
        size = 1 / parameters["dispersion"] - 1
        return _FrozenBeta(stats.beta, loc * size, (1 - loc) * size)

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        loc = np.clip(parameters["loc"], _EDGE, 1 - _EDGE)
        ratio = _mean((y - loc) ** 2, weight) / _mean(loc * (1 - loc), weight)
        # All shares are 0 or 1 at a dispersion of 1.
        return {"dispersion": np.clip(ratio * n_kept, _SMALLEST, 1 - _SMALLEST)}
