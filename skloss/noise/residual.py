"""Noise of a loss on residuals: density proportional to exp(-loss(residual) / scale).

No closed form is asked for: one grid of residuals serves every integral.
"""

import numpy as np
import scipy.optimize
import torch

__all__ = ["Residual", "smallest_scale"]

_ROWS = 65536  # whose loss is taken at a time: it takes several times their memory


def smallest_scale(y):
    """Width below which noise is not believed, per target.

    A fit that is exact on its rows says nothing of the others.
    """
    spread = np.std(y, axis=0)
    size = np.abs(np.mean(y, axis=0))
    return 1e-6 * np.where(spread > 0, spread, np.where(size > 0, size, 1.0))


class Residual:
    """Density proportional to exp(-loss(residual) / scale), by numeric integration."""

    parameters = ("loc", "scale", "loss", "spread")

    @staticmethod
    def frozen(p):
        return _ResidualFrozen(**p)

    @staticmethod
    def fit(loss, p, y, share, n_kept):
        residuals = y - p["loc"]
        smallest = smallest_scale(y)
        spread = np.maximum(share @ np.abs(residuals), smallest)
        least = _cost(loss, smallest[None])[0]
        blocks = (slice(b, b + _ROWS) for b in range(0, len(y), _ROWS))
        cost = sum(share[block] @ _cost(loss, residuals[block]) for block in blocks)
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
    """Maximum likelihood: least ``mean_cost / scale + log(normaliser)``."""
    least = cost.min()

    def objective(log_scale):
        scale = np.exp(log_scale)
        norm = weights @ np.exp((least - cost) / scale)
        return (mean_cost - least) / scale + np.log(norm)

    start = np.log(mean_cost)
    found = scipy.optimize.minimize_scalar(
        objective, bounds=(start - 5, start + 5), method="bounded"
    )
    return np.exp(found.x)


def _cost(loss, residuals):
    residuals = torch.as_tensor(residuals, dtype=torch.float64)
    return loss.elementwise(torch.zeros_like(residuals), residuals).numpy()


def _grid(spread, n=8001, reach=14.0):
    """Residuals dense at 0 and out to 600,000 spreads, with integration weights.

    Both of shape (n,) or, for a spread per target, (n, n_targets).
    """
    t = np.linspace(-reach, reach, n)
    step = t[1] - t[0]
    t = t.reshape((n,) + (1,) * np.ndim(spread))
    return spread * np.sinh(t), spread * np.cosh(t) * step


class _ResidualFrozen:
    """The methods of a frozen distribution for `Residual`."""

    def __init__(self, loss, loc, scale, spread):
        self.loss, self.loc, self.scale = loss, np.asarray(loc), scale
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
        return -_cost(self.loss, x - self.loc) / self.scale - self.log_norm

    def cdf(self, x):
        return _interpolate(x - self.loc, self.grid, self._cdf)

    def ppf(self, q):
        q = np.broadcast_to(q, np.broadcast_shapes(np.shape(q), self.loc.shape))
        return self.loc + _interpolate(q, self._cdf, self.grid)

    def mean(self):
        return self.loc + self._mean

    def var(self):
        return self._var

    def support(self):
        return -np.inf, np.inf


def _interpolate(values, x, y):
    """`numpy.interp`, where x and y have columns each for its own last index."""
    if x.ndim == 1:
        return np.interp(values, x, y)
    columns = [np.interp(values[..., k], x[:, k], y[:, k]) for k in range(x.shape[1])]
    return np.stack(columns, axis=-1)
