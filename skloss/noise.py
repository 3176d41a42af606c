"""Noise models: the distribution that a loss stands for, around its prediction.

A loss names its family and states the parameters its outputs give; what is missing,
often the scale, is fitted by maximum likelihood to rows that the caller chooses.
"""

import numpy as np
import scipy.optimize
import torch
from scipy import stats
from scipy.special import logsumexp

__all__ = ["FAMILIES", "Predictive", "fit", "free_parameters", "predictive"]

_TINY = 1e-300


class Predictive:
    """A distribution for each row, a mixture where several networks vote.

    The methods are those of a frozen `scipy.stats` distribution; shapes are
    (n_samples,) or (n_samples, n_targets), in units of the target.

    Parameters
    ----------
    members : frozen distribution
        With the members of the mixture along the first axis.
    """

    def __init__(self, members):
        self.members = members
        self._log_density = getattr(members, "logpmf", None) or members.logpdf
        if hasattr(getattr(members, "dist", None), "logpdf"):
            self._log_density = members.logpdf

    def logpdf(self, x):
        """Log-density (log-probability of a count) of one value per row, in nats."""
        each = self._log_density(np.asarray(x))
        return logsumexp(each, axis=0) - np.log(len(each))

    logpmf = logpdf

    def pdf(self, x):
        """Density of one value per row."""
        return np.exp(self.logpdf(x))

    pmf = pdf

    def cdf(self, x):
        """Probability of at most ``x``."""
        return self.members.cdf(np.asarray(x)).mean(0)

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
        """Quantile of each row; ``q`` is a number, or one per row."""
        each = self.members.ppf(q)
        low, high = each.min(0), each.max(0)
        if len(each) == 1:
            return low
        # A mixture's quantile lies between its members': halve until it is pinned.
        for _ in range(60):
            middle = 0.5 * (low + high)
            below = self.cdf(middle) < q
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return high

    def interval(self, confidence=0.9):
        """Lower and upper ends of the central interval of each row."""
        tail = 0.5 * (1 - confidence)
        return self.ppf(tail), self.ppf(1 - tail)

    def rvs(self, size=None, random_state=None):
        """Draw one value per row, or ``size`` of them along a new first axis."""
        rng = np.random.default_rng(random_state)
        shape = self._shape()
        lead = () if size is None else tuple(np.atleast_1d(size))
        return self.ppf_of_member(rng, lead, shape)

    def ppf_of_member(self, rng, lead, shape):
        """Draw a member for each value, then the value by its quantile function."""
        members, rows = shape[0], shape[1:]
        uniform = rng.uniform(size=(*lead, 1, *rows))
        every = self.members.ppf(np.broadcast_to(uniform, (*lead, *shape)))
        which = rng.integers(members, size=(*lead, 1, *rows))
        axis = len(lead)
        return np.take_along_axis(every, which, axis=axis).squeeze(axis)

    def _shape(self):
        return np.shape(self.members.ppf(0.5))


class _Gaussian:
    parameters = ("loc", "scale")
    frozen = staticmethod(lambda p: stats.norm(p["loc"], p["scale"]))

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        return {"scale": np.sqrt(share @ (y - p["loc"]) ** 2 * n_kept)}


class _Laplace:
    parameters = ("loc", "scale")
    frozen = staticmethod(lambda p: stats.laplace(p["loc"], p["scale"]))

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        return {"scale": share @ np.abs(y - p["loc"]) * n_kept}


class _AsymmetricLaplace:
    """Density q (1 - q) / s * exp(-pinball / s): Koenker and Machado (1999)."""

    parameters = ("loc", "scale", "quantile")

    @staticmethod
    def frozen(p):
        q = p["quantile"]
        kappa = np.sqrt(q / (1 - q))
        return stats.laplace_asymmetric(kappa, p["loc"], kappa * p["scale"] / q)

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        error, q = y - p["loc"], p["quantile"]
        return {"scale": share @ np.maximum(q * error, (q - 1) * error) * n_kept}


class _StudentT:
    parameters = ("loc", "scale", "df")
    frozen = staticmethod(lambda p: stats.t(p["df"], p["loc"], p["scale"]))


class _Poisson:
    parameters = ("loc",)
    frozen = staticmethod(lambda p: stats.poisson(np.maximum(p["loc"], _TINY)))


class _NegativeBinomial:
    """Mean m and dispersion a: variance m + a m^2."""

    parameters = ("loc", "dispersion")

    @staticmethod
    def frozen(p):
        size = 1 / p["dispersion"]
        return stats.nbinom(size, size / (size + p["loc"]))

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        def cost(log_dispersion):
            candidate = p | {"dispersion": np.exp(log_dispersion)}
            return -share @ _NegativeBinomial.frozen(candidate).logpmf(y)

        found = scipy.optimize.minimize_scalar(
            cost, bounds=(-14, 7), method="bounded", options={"xatol": 1e-4}
        )
        return {"dispersion": np.exp(found.x)}


class _Gamma:
    """Mean m and dispersion phi: variance phi m^2."""

    parameters = ("loc", "dispersion")

    @staticmethod
    def frozen(p):
        return stats.gamma(1 / p["dispersion"], scale=p["loc"] * p["dispersion"])

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        def cost(log_dispersion):
            candidate = p | {"dispersion": np.exp(log_dispersion)}
            return -np.sum(share @ _Gamma.frozen(candidate).logpdf(y))

        found = scipy.optimize.minimize_scalar(
            cost, bounds=(-14, 7), method="bounded", options={"xatol": 1e-4}
        )
        return {"dispersion": np.exp(found.x)}


class _Residual:
    """Density proportional to exp(-loss(residual) / scale), by numeric integration."""

    parameters = ("loc", "scale", "loss", "spread")
    frozen = staticmethod(lambda p: _ResidualFrozen(**p))

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        residuals = y - p["loc"]
        spread = np.max(share @ np.abs(residuals)) or 1.0
        grid, _ = _grid(spread)
        if y.ndim == 2:
            grid = np.repeat(grid[:, None], y.shape[1], axis=1)
        mean_cost = np.atleast_1d(share @ _cost(loss, residuals)) * n_kept
        cost_on_grid = _cost(loss, grid).reshape(len(grid), -1)
        scale = []
        for target, mean in enumerate(mean_cost):

            def objective(log_scale, mean=mean, cost=cost_on_grid[:, target]):
                return mean / np.exp(log_scale) + _log_norm(cost, log_scale, spread)

            start = np.log(mean + _TINY)
            found = scipy.optimize.minimize_scalar(
                objective, bounds=(start - 5, start + 5), method="bounded"
            )
            scale.append(np.exp(found.x))
        scale = np.array(scale) if y.ndim == 2 else scale[0]
        return {"scale": scale, "loss": loss, "spread": float(spread)}


def _cost(loss, residuals):
    residuals = torch.as_tensor(residuals, dtype=torch.float64)
    return loss.elementwise(torch.zeros_like(residuals), residuals).numpy()


def _grid(spread, n=8001, reach=14.0):
    """Residuals dense at 0 and out to 600,000 spreads, with integration weights."""
    t = np.linspace(-reach, reach, n)
    return spread * np.sinh(t), spread * np.cosh(t) * (t[1] - t[0])


def _log_norm(cost, log_scale, spread):
    _, weights = _grid(spread)
    return logsumexp(-cost / np.exp(log_scale), b=weights)


class _ResidualFrozen:
    """The methods of a frozen distribution for `_Residual`."""

    def __init__(self, loss, loc, scale, spread):
        self.loss, self.loc = loss, np.asarray(loc)
        self.scale = np.atleast_1d(scale)
        self.single = np.ndim(scale) == 0
        grid, weights = _grid(spread)
        self.grid = grid
        wide = grid if self.single else np.repeat(grid[:, None], len(self.scale), 1)
        cost = _cost(loss, wide).reshape(len(grid), -1)
        log_density = -cost / self.scale
        self.log_norm = logsumexp(log_density, b=weights[:, None], axis=0)
        mass = np.exp(log_density - self.log_norm) * weights[:, None]
        self._cdf = np.cumsum(mass, axis=0) - 0.5 * mass
        self._mean = grid @ mass
        self._var = grid**2 @ mass - self._mean**2

    def _per_target(self, function, values):
        """Apply ``function(values, target)`` along the last axis of several targets."""
        values = np.asarray(values, dtype=float)
        if self.single:
            return function(values, 0)
        values = np.broadcast_to(
            values, np.broadcast_shapes(values.shape, self.loc.shape)
        )
        parts = [function(values[..., k], k) for k in range(len(self.scale))]
        return np.stack(parts, axis=-1)

    def logpdf(self, x):
        value = _cost(self.loss, x - self.loc) / (
            self.scale[0] if self.single else self.scale
        )
        return -value - (self.log_norm[0] if self.single else self.log_norm)

    def cdf(self, x):
        return self._per_target(
            lambda r, k: np.interp(r, self.grid, self._cdf[:, k], 0.0, 1.0),
            x - self.loc,
        )

    def ppf(self, q):
        q = np.broadcast_to(q, np.broadcast_shapes(np.shape(q), self.loc.shape))
        return self.loc + self._per_target(
            lambda p, k: np.interp(p, self._cdf[:, k], self.grid), q
        )

    def mean(self):
        return self.loc + (self._mean[0] if self.single else self._mean)

    def var(self):
        return self._var[0] if self.single else self._var


FAMILIES = {
    "asymmetric_laplace": _AsymmetricLaplace,
    "gamma": _Gamma,
    "gaussian": _Gaussian,
    "laplace": _Laplace,
    "negative_binomial": _NegativeBinomial,
    "poisson": _Poisson,
    "residual": _Residual,
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
    stated = {
        name: np.mean(value, axis=0) if np.ndim(value) > 1 else value
        for name, value in parameters.items()
    }
    n_kept = total / max(total - n_lost, 1.0)
    fitted = FAMILIES[loss.noise].fit(loss, stated, y, weight / total, n_kept)
    if "scale" in fitted and loss.noise != "residual":
        # A fit that is exact on these rows says nothing of the others. (The scale of
        # a "residual" family is in units of its loss, not of y.)
        floor = 1e-6 * (np.std(y, axis=0) + _TINY)
        fitted["scale"] = np.maximum(fitted["scale"], floor)
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
    return Predictive(FAMILIES[loss.noise].frozen(parameters | fitted))
