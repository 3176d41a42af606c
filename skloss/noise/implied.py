"""The distribution that a loss implies around its prediction."""

import numpy as np
import scipy.optimize

from skloss.noise.families import FAMILIES, NoiseFamily
from skloss.noise.mixture import Predictive

__all__ = ["Residual", "fit", "free_parameters", "predictive", "smallest_scale"]

# Rows whose loss is computed at a time, since that takes several times their memory.
_ROWS = 65536


def free_parameters(loss, parameters):
    """Return the parameters of a loss's family that are not stated.

    Parameters
    ----------
    loss : Loss
        With a noise model.
    parameters : iterable of str
        Names of those that the loss states.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skloss import get_loss, noise
    >>> noise.free_parameters(get_loss("squared_error"), ["loc"])
    ['scale']
    """
    return [p for p in FAMILIES[loss.noise].parameters if p not in parameters]


def fit(loss, parameters, y, sample_weight=None, n_lost_dof=0):
    """Fit what a loss leaves open in its noise model, by maximum likelihood.

    Parameters
    ----------
    loss : Loss
        Fitted, in units of ``y``.
    parameters : dict of str to ndarray
        What the loss states, members first: ``loc`` of shape (n_members, n_rows, ...).
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        Targets of rows that were not used for training, where there are any.
    sample_weight : ndarray of shape (n_rows,), optional
    n_lost_dof : int
        Degrees of freedom that a linear fit to these rows has used up.

    Returns
    -------
    dict of str to float or ndarray of shape (n_targets,)
        Empty if the loss states all parameters.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss, noise
    >>> loss, y = get_loss("absolute_error"), np.array([1.0, 5.0])
    >>> noise.fit(loss, {"loc": np.zeros((1, 2))}, y)["scale"].item()
    3.0
    """
    if not free_parameters(loss, parameters):
        return {}
    weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
    total = weight.sum()
    located = {name: _over_members(value) for name, value in parameters.items()}
    n_kept = total / max(total - n_lost_dof, 1.0)
    fitted = FAMILIES[loss.noise].fit(located, y, weight / total, n_kept, loss)
    if "scale" in fitted and "loss" not in fitted:
        # A scale in units of y; next to a loss, it is in units of that loss, which
        # has a floor of its own.
        fitted["scale"] = np.maximum(fitted["scale"], smallest_scale(y))
    return fitted


def predictive(loss, parameters, fitted, leverage=None, n_left_dof=None):
    """Return the distribution of each row from stated and fitted parameters.

    Parameters
    ----------
    loss : Loss
    parameters : dict of str to ndarray
        What the loss states, members first.
    fitted : dict or None
        As `fit` returns it.
    leverage : ndarray of shape (n_rows,), optional
        Variance of the location after a linear fit to few rows, in units of that of the
        noise.
    n_left_dof : float, optional
        Degrees of freedom that such a fit left for the scale.

    Returns
    -------
    Predictive
        A mixture of the members if the loss states everything; otherwise, and of
        quantiles, one distribution around the mean of the members, to which the rest
        was fitted.

    Raises
    ------
    ValueError
        If the loss implies no distribution.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import get_loss, noise
    >>> parameters = {"loc": np.array([[1.0, 2.0]])}
    >>> found = noise.predictive(get_loss("squared_error"), parameters, {"scale": 3.0})
    >>> found.mean().tolist(), found.std().tolist()
    ([1.0, 2.0], [3.0, 3.0])
    """
    if loss.noise is None or fitted is None:
        raise ValueError(
            f"The loss {loss.name or type(loss).__name__!r} implies no distribution of "
            "the target; gaussian_nll, laplace_nll and squared_error do."
        )
    if fitted or FAMILIES[loss.noise].averages_members:
        parameters = {
            name: np.mean(value, axis=0, keepdims=True) if np.ndim(value) > 1 else value
            for name, value in parameters.items()
        }
    family, parameters = FAMILIES[loss.noise], parameters | fitted
    if leverage is not None:
        axes = np.ndim(parameters["loc"]) - 1
        leverage = np.reshape(leverage, (1, -1) + (1,) * (axes - 1))
        family, parameters = family.widened(parameters, leverage, n_left_dof)
    return Predictive(family, parameters)


def smallest_scale(y):
    """Return the smallest scale that a fit may have, per target.

    An exact fit to these rows is no evidence for others: a millionth of the spread
    keeps their log-density finite and is far below any noise of interest.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)

    Returns
    -------
    float or ndarray of shape (n_targets,)

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.noise.implied import smallest_scale
    >>> smallest_scale(np.array([-1.0, 1.0])).item()
    1e-06
    """
    spread = np.std(y, axis=0)
    size = np.abs(np.mean(y, axis=0))
    return 1e-6 * np.where(spread > 0, spread, np.where(size > 0, size, 1.0))


def _over_members(value):
    """Return the mean over members of a parameter that has them."""
    if np.ndim(value) < 2:
        return value
    return value[0] if len(value) == 1 else np.mean(value, axis=0)  # no copy of one


class Residual(NoiseFamily):
    """Density exp(-loss(y - loc) / scale) / Z(scale), by numeric integration.

    Z is the integral of the numerator; one grid of residuals, made for the mean
    absolute residual ``spread``, is used for all integrals.
    """

    name, label = "residual", "implied"
    parameters = ("loc", "scale", "loss", "spread")

    @staticmethod
    def frozen(parameters):
        return _FrozenResidual(**parameters)

    @classmethod
    def widened(cls, parameters, leverage, n_left_dof):
        return cls, parameters | {"stretch": np.sqrt(1 + leverage)}

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        residuals = y - parameters["loc"]
        smallest = smallest_scale(y)
        spread = np.maximum(weight @ np.abs(residuals), smallest)
        least = _cost(loss, smallest[None])[0]
        blocks = (slice(b, b + _ROWS) for b in range(0, len(y), _ROWS))
        cost = sum(weight[block] @ _cost(loss, residuals[block]) for block in blocks)
        mean_cost = np.maximum(cost * n_kept, least)
        grid, weights = _grid(spread)
        columns = [
            np.reshape(part, (len(grid), -1)).T for part in (_cost(loss, grid), weights)
        ]
        scale = [
            _best_scale(*target)
            for target in zip(np.atleast_1d(mean_cost), *columns, strict=True)
        ]
        scale = np.reshape(scale, np.shape(spread))
        return {"scale": scale, "loss": loss, "spread": spread}


def _best_scale(mean_cost, cost, weights):
    """Return the scale with the least mean_cost / scale + log(Z(scale))."""
    least = cost.min()

    def objective(log_scale):
        scale = np.exp(log_scale)
        norm = weights @ np.exp((least - cost) / scale)
        return (mean_cost - least) / scale + np.log(norm)

    # For a power p of the residual the answer is p times the mean cost; five in logs
    # is a factor of 150 to either side.
    start = np.log(mean_cost)
    found = scipy.optimize.minimize_scalar(
        objective, bounds=(start - 5, start + 5), method="bounded"
    )
    return np.exp(found.x)


def _cost(loss, residuals):
    """Return the loss at each residual, as NumPy in double precision."""
    import torch  # imported here, so that `skloss.noise` loads without torch

    residuals = torch.as_tensor(residuals, dtype=torch.float64)
    return loss.elementwise(torch.zeros_like(residuals), residuals).numpy()


def _grid(spread, n=8001, reach=14.0):
    """Return residuals dense at 0 and out to 600,000 spreads, with their weights.

    With residual = spread sinh(t) and equal steps of t, the trapezoidal rule converges
    exponentially for smooth densities, also for those with heavy tails (Takahasi and
    Mori 1974). The odd number of points includes 0, near which they are 0.0035 spreads
    apart. Both are of shape (n,) or, for a spread per target, (n, n_targets).
    """
    t = np.linspace(-reach, reach, n)
    step = t[1] - t[0]
    t = t.reshape((n,) + (1,) * np.ndim(spread))
    return spread * np.sinh(t), spread * np.cosh(t) * step


class _FrozenResidual:
    """The methods of a frozen distribution for `Residual`."""

    def __init__(self, loss, loc, scale, spread, stretch=1.0):
        self.loss, self.loc, self.scale = loss, np.asarray(loc), scale
        self.stretch = stretch  # residuals are these times those of the loss
        self.grid, weights = _grid(spread)
        cost = _cost(loss, self.grid)
        least = cost.min(0)
        mass = np.exp((least - cost) / scale) * weights
        norm = mass.sum(0)
        self.log_norm = np.log(norm) - least / scale
        mass /= norm
        self._cdf = np.cumsum(mass, axis=0) - 0.5 * mass
        self._mean = (self.grid * mass).sum(0)
        self._var = (self.grid**2 * mass).sum(0) - self._mean**2

    def logpdf(self, x):
        cost = _cost(self.loss, (x - self.loc) / self.stretch)
        return -cost / self.scale - self.log_norm - np.log(self.stretch)

    def cdf(self, x):
        return _interpolate((x - self.loc) / self.stretch, self.grid, self._cdf)

    def ppf(self, q):
        q = np.broadcast_to(q, np.broadcast_shapes(np.shape(q), self.loc.shape))
        return self.loc + self.stretch * _interpolate(q, self._cdf, self.grid)

    def mean(self):
        return self.loc + self.stretch * self._mean

    def var(self):
        return self.stretch**2 * self._var

    def support(self):
        return -np.inf, np.inf


def _interpolate(values, x, y):
    """Interpolate linearly; columns of x and y are for the last index of values."""
    if x.ndim == 1:
        return np.interp(values, x, y)
    columns = [np.interp(values[..., k], x[:, k], y[:, k]) for k in range(x.shape[1])]
    return np.stack(columns, axis=-1)
