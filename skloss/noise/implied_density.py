"""The density of the target that a loss implies around one prediction."""

from typing import NamedTuple

import numpy as np
from scipy import stats

from skloss.noise.implied import fit, predictive

__all__ = ["ImpliedDensity", "implied_density"]

# Example rows that fix a scale which the loss leaves open: quantiles of a distribution,
# so that no random number decides.
_LEVELS = (np.arange(400) + 0.5) / 400
# A prediction of counts and amounts, and one of shares, away from the ends of each.
_AMOUNT, _SHARE = 3.0, 0.3


class ImpliedDensity(NamedTuple):
    """The density that a loss implies, on a grid of targets.

    Parameters
    ----------
    axis : str
        What the grid holds: residuals, or targets around a prediction.
    x : ndarray of shape (n_points,)
    density : ndarray of shape (n_points,)
        Probabilities of counts, else densities.
    is_discrete : bool
        Whether the targets are counts.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.noise.implied_density import implied_density
    >>> implied_density(get_loss("poisson")).axis
    'target, for a prediction of 3'
    """

    axis: str
    x: np.ndarray
    density: np.ndarray
    is_discrete: bool


def implied_density(loss, residuals=None):
    """Return the density of the target that a loss implies around one prediction.

    Parameters
    ----------
    loss : Loss
    residuals : ndarray of shape (n_rows,), optional
        What a free scale is fitted to where targets are any numbers; by default
        quantiles of the standard Gaussian distribution.

    Returns
    -------
    ImpliedDensity or None
        None if the loss implies no distribution of numbers.

    Examples
    --------
    >>> from skloss import get_loss
    >>> from skloss.noise.implied_density import implied_density
    >>> found = implied_density(get_loss("squared_error"))
    >>> round(float(found.density.max()), 2)  # 1 / sqrt(2 pi)
    0.4
    """
    # Of shares, one cannot be predicted without the others.
    if loss.noise is None or loss.takes_distributions:
        return None
    import torch  # imported here, so that `skloss.noise` loads without torch

    center, x, example = _stage(loss)
    if residuals is not None and center == 0:
        example = np.asarray(residuals, dtype=float)
    bound = loss.bind(example)
    first = bound.link.forward(torch.tensor(center, dtype=torch.float64))
    raw = torch.zeros(1, len(example), bound.n_outputs(1), dtype=torch.float64)
    raw[..., 0] = first
    parameters = {
        name: _per_row(value) for name, value in bound.noise_parameters(raw).items()
    }
    fitted = fit(bound, parameters, example)
    one = {k: v[:, :1] if np.ndim(v) > 1 else v for k, v in parameters.items()}
    found = predictive(bound, one, fitted)
    if found.is_discrete:
        x = np.arange(np.floor(x[0]), np.floor(x[-1]) + 1)
    density = np.exp(found.logpdf(x[:, None])).reshape(len(x))
    axis = "residual" if center == 0 else f"target, for a prediction of {center:g}"
    return ImpliedDensity(axis, x, density, found.is_discrete)


def _per_row(value):
    """Return a parameter as NumPy, without the axis of the single target."""
    value = value.detach().numpy() if hasattr(value, "detach") else value
    return value[..., 0] if np.ndim(value) == 3 else value


def _stage(loss):
    """Return the prediction, the grid of targets and example targets of a loss."""
    low, high = loss.y_range.low, loss.y_range.high
    if np.isfinite(high):
        example = stats.beta(3, 7).ppf(_LEVELS)
        return _SHARE, np.linspace(0, 1, 201)[1:-1], example
    if np.isfinite(low):
        example = stats.gamma(4, scale=_AMOUNT / 4).ppf(_LEVELS)
        return _AMOUNT, np.linspace(0, 10, 201)[1:], example
    return 0.0, np.linspace(-4, 4, 321), stats.norm.ppf(_LEVELS)
