"""The families of noise, and how what a loss leaves open is fitted."""

from functools import partial

import numpy as np
import scipy.optimize
from scipy import special, stats

from skloss.noise.predictive import Predictive
from skloss.noise.residual import Residual, smallest_scale

__all__ = ["FAMILIES", "fit", "free_parameters", "predictive"]

_TINY = 1e-300


class _Frozen:
    """A distribution of SciPy's with its parameters.

    SciPy's own way copies the distribution, which takes several times as long as the
    density of a thousand rows.
    """

    def __init__(self, dist, *args, **kwds):
        self.dist, self.args, self.kwds = dist, args, kwds

    def __getattr__(self, name):
        if name.startswith("_"):  # while it is copied, there is no dist to ask
            raise AttributeError(name)
        return partial(self._call, getattr(self.dist, name))

    def _call(self, method, *values):
        return method(*values, *self.args, **self.kwds)


def _over_members(value):
    if np.ndim(value) < 2:
        return value
    return value[0] if len(value) == 1 else np.mean(value, axis=0)  # no copy of one


def _mean(values, share):
    # Not a product of BLAS, whose second thread waits busily for a while after it.
    return np.average(values, axis=0, weights=share)


class _Gaussian:
    parameters = ("loc", "scale")
    frozen = staticmethod(lambda p: _Frozen(stats.norm, p["loc"], p["scale"]))

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        return {"scale": np.sqrt(_mean((y - p["loc"]) ** 2, share) * n_kept)}


class _LaplaceInLogs(type(stats.laplace)):
    """SciPy's takes the log of a density that is 0 from 745 scales on."""

    def _logpdf(self, x):
        return -np.abs(x) - np.log(2)


_laplace = _LaplaceInLogs(name="laplace")


class _Laplace:
    parameters = ("loc", "scale")
    frozen = staticmethod(lambda p: _Frozen(_laplace, p["loc"], p["scale"]))

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        return {"scale": _mean(np.abs(y - p["loc"]), share) * n_kept}


class _AsymmetricLaplace:
    """Density q (1 - q) / s * exp(-pinball / s): Koenker and Machado (1999)."""

    parameters = ("loc", "scale", "quantile")

    @staticmethod
    def frozen(p):
        q = p["quantile"]
        kappa = np.sqrt(q / (1 - q))
        return _Frozen(
            stats.laplace_asymmetric, kappa, p["loc"], kappa * p["scale"] / q
        )

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        error, q = y - p["loc"], p["quantile"]
        error *= np.where(error > 0, q, q - 1)
        return {"scale": _mean(error, share) * n_kept}


class _StudentT:
    parameters = ("loc", "scale", "df")
    frozen = staticmethod(lambda p: _Frozen(stats.t, p["df"], p["loc"], p["scale"]))


class _Poisson:
    parameters = ("loc",)
    frozen = staticmethod(lambda p: _Frozen(stats.poisson, np.maximum(p["loc"], _TINY)))


class _NegativeBinomial:
    """Mean m and dispersion a: variance m + a m^2."""

    parameters = ("loc", "dispersion")

    @staticmethod
    def frozen(p):
        size = 1 / p["dispersion"]
        return _Frozen(stats.nbinom, size, size / (size + p["loc"]))


class _Gamma:
    """Mean m and dispersion phi: variance phi m^2."""

    parameters = ("loc", "dispersion")

    @staticmethod
    def frozen(p):
        scale = p["loc"] * p["dispersion"]
        return _Frozen(stats.gamma, 1 / p["dispersion"], scale=scale)

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        ratio = y / p["loc"]
        ratio -= np.log(ratio)
        excess = _mean(ratio, share)  # all that the likelihood asks of the rows
        found = [
            scipy.optimize.minimize_scalar(
                lambda d, e=e: special.gammaln(np.exp(-d)) + np.exp(-d) * (d + e),
                bounds=(-14, 7),
                method="bounded",
                options={"xatol": 1e-4},
            ).x
            for e in np.atleast_1d(excess)
        ]
        return {"dispersion": np.exp(found).reshape(y.shape[1:]) * n_kept}


FAMILIES = {
    "asymmetric_laplace": _AsymmetricLaplace,
    "gamma": _Gamma,
    "gaussian": _Gaussian,
    "laplace": _Laplace,
    "negative_binomial": _NegativeBinomial,
    "poisson": _Poisson,
    "residual": Residual,
    "student_t": _StudentT,
}


def free_parameters(loss, parameters):
    """Parameters of the loss's family that ``parameters`` does not state."""
    return [p for p in FAMILIES[loss.noise].parameters if p not in parameters]


def fit(loss, parameters, y, sample_weight=None, n_lost=0):
    """Fit what is free in a loss's noise model to rows, by maximum likelihood.

    Parameters
    ----------
    loss : Loss
        Fitted, in units of ``y``.
    parameters : dict of str to ndarray
        What the loss states, members first: ``loc`` of shape (n_members, n_rows, ...).
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
    sample_weight : ndarray of shape (n_rows,), optional
    n_lost : int
        Degrees of freedom that a linear fit took from these rows.

    Returns
    -------
    dict of str to float or ndarray of shape (n_targets,)
    """
    if not free_parameters(loss, parameters):
        return {}
    weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
    total = weight.sum()
    stated = {name: _over_members(value) for name, value in parameters.items()}
    n_kept = total / max(total - n_lost, 1.0)
    fitted = FAMILIES[loss.noise].fit(loss, stated, y, weight / total, n_kept)
    if "scale" in fitted and loss.noise != "residual":
        # The scale of a "residual" family is in units of its loss and has its own.
        fitted["scale"] = np.maximum(fitted["scale"], smallest_scale(y))
    return fitted


def predictive(loss, parameters, fitted):
    """Distribution of each row from stated and fitted parameters.

    Parameters
    ----------
    loss : Loss
    parameters : dict of str to ndarray
        Members first.
    fitted : dict or None
        From `fit`.

    Returns
    -------
    Predictive

    Raises
    ------
    ValueError
        If the loss implies no distribution.
    """
    if loss.noise is None or fitted is None:
        raise ValueError(
            f"The loss {loss.name or type(loss).__name__!r} implies no distribution of "
            "the target; gaussian_nll, laplace_nll and squared_error do."
        )
    if fitted:  # around the prediction of all members together
        parameters = {
            name: np.mean(value, axis=0, keepdims=True) if np.ndim(value) > 1 else value
            for name, value in parameters.items()
        }
    return Predictive(FAMILIES[loss.noise], parameters | fitted)
