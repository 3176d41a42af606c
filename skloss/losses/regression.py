"""Losses on the residual ``y_true - prediction``: which point forecast, how robust."""

import numpy as np
from torch.nn import functional as F

from skloss.losses.contract.loss import RegressionLoss
from skloss.losses.contract.ranges import POSITIVE, UNIT, Range
from skloss.losses.robust import absolute_error_residuals, robust_scale

__all__ = ["AbsoluteError", "Huber", "Quantile", "SquaredError"]


class SquaredError(RegressionLoss):
    r"""Every miss counts squared: the mean, and Gaussian noise.

    Twice the negative log-likelihood of Gaussian noise of fixed scale, in units of its
    variance and up to a constant. No factor 1/2, as in `sklearn.metrics` and torch.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("squared_error")
    >>> loss(torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 1.0]))
    tensor(2.)
    """

    name = "squared_error"
    aliases = ("mse", "l2")
    functional = "mean"
    is_proper = True
    is_convex = True
    formula = r"(y - \hat y)^2"
    reference = "Gauss (1809), Theoria motus corporum coelestium"
    use_when = (
        "You want the mean, noise is about Gaussian, and large misses matter most."
    )
    noise_model = "Gaussian, of one fitted width"
    noise = "gaussian"

    def elementwise(self, prediction, y_true):
        return F.mse_loss(prediction, y_true, reduction="none")


class AbsoluteError(RegressionLoss):
    r"""Every miss counts by its size: the median, and Laplace noise.

    The negative log-likelihood of Laplace noise of fixed scale, in units of that scale
    and up to a constant. Equals twice ``quantile`` at 0.5.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("absolute_error")
    >>> loss(torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 1.0]))
    tensor(1.)
    """

    name = "absolute_error"
    aliases = ("mae", "l1")
    functional = "median"
    is_proper = True
    is_convex = True
    is_smooth = False
    formula = r"|y - \hat y|"
    reference = "Laplace (1774), Memoire sur la probabilite des causes"
    use_when = "You want the median: outliers are common or tails are long."
    noise_model = "Laplace, of one fitted width"
    noise = "laplace"

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).abs()

    def smoothed(self, width):
        return _RoundedPinball(1.0, 1.0, width)


class Huber(RegressionLoss):
    r"""Small misses count squared, large ones by size: outliers are capped.

    Half the square inside ``delta``, as in torch; linear beyond, with equal slope.

    Parameters
    ----------
    delta : float or None, default None
        Where the square ends, in units of y. None takes 1.345 robust standard
        deviations of the residuals of a linear absolute-error fit (95 % efficient for
        Gaussian noise, Huber 1981), learned from the training rows; the deviation
        counts as at least a thousandth of that of y itself.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("huber", delta=1.0)
    >>> loss.pointwise(torch.tensor([[0.0], [0.0]]), torch.tensor([1.0, 3.0]))
    tensor([0.5000, 2.5000])
    """

    name = "huber"
    functional = "a mean that outliers cannot move"
    is_convex = True
    formula = (
        r"\tfrac12 r^2 \text{ if } |r| \le \delta,"
        r"\ \delta\,(|r| - \tfrac12\delta) \text{ else},\quad r = y - \hat y"
    )
    reference = (
        "Huber (1964), Robust Estimation of a Location Parameter, "
        "doi:10.1214/aoms/1177703732"
    )
    use_when = "You want about the mean although some rows are outliers."
    noise_model = "a density of its own: Gaussian centre, Laplace tails"
    param_ranges = {"delta": Range(0.05, 10.0, log=True, domain=POSITIVE)}
    noise = "residual"

    def __init__(self, delta=None):
        self.delta = delta

    def bind(self, y, sample_weight=None, X=None):
        if self.delta is not None:
            return self.with_learned(delta=self.delta)
        residuals = absolute_error_residuals(y, sample_weight, X)
        scale = robust_scale(residuals, sample_weight)
        # Where a line fits exactly, nothing would be left of the square to learn by.
        smallest = 1e-3 * robust_scale(y, sample_weight)
        return self.with_learned(delta=1.345 * np.maximum(scale, smallest))

    def rescaled(self, scale):
        delta = self.bound_.get("delta", self.delta)
        if delta is None:
            return self.with_learned()
        return self.with_learned(delta=np.asarray(delta) / scale)

    def elementwise(self, prediction, y_true):
        default = 1.345 if self.delta is None else self.delta
        delta = self.learned("delta", prediction, default)
        unit = F.huber_loss(prediction / delta, y_true / delta, reduction="none")
        return delta**2 * unit


class Quantile(RegressionLoss):
    r"""Misses below and above cost differently: a quantile of the target.

    The negative log-likelihood of asymmetric Laplace noise of fixed scale, up to a
    constant. At 0.5 it is half of ``absolute_error``.

    Parameters
    ----------
    quantile : float in (0, 1), default 0.5
        Share of targets that should lie below the prediction.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("quantile", quantile=0.9)
    >>> loss.pointwise(torch.tensor([[0.0], [0.0]]), torch.tensor([1.0, -1.0]))
    tensor([0.9000, 0.1000])
    """

    name = "quantile"
    aliases = ("pinball",)
    functional = "quantile"
    is_proper = True
    is_convex = True
    is_smooth = False
    formula = r"\max(q\,r,\ (q - 1)\,r),\quad r = y - \hat y"
    reference = "Koenker and Bassett (1978), Regression Quantiles, doi:10.2307/1913643"
    use_when = (
        "Missing low and missing high cost differently, as with stock or a deadline."
    )
    noise_model = "asymmetric Laplace, of one fitted width"
    param_ranges = {"quantile": Range(0.01, 0.99, domain=UNIT)}
    noise = "asymmetric_laplace"

    def __init__(self, quantile=0.5):
        self.quantile = quantile

    def elementwise(self, prediction, y_true):
        q = self.quantile
        return q * F.leaky_relu(y_true - prediction, (q - 1) / q)

    def smoothed(self, width):
        return _RoundedPinball(1 - self.quantile, self.quantile, width)

    def noise_parameters(self, raw_prediction):
        return {"loc": self.predict(raw_prediction), "quantile": self.quantile}


class _RoundedPinball(RegressionLoss):
    """Slopes ``-below`` and ``above``, the kink rounded by a parabola."""

    is_convex = True

    def __init__(self, below, above, width):
        self.below = below
        self.above = above
        self.width = width

    def elementwise(self, prediction, y_true):
        error = y_true - prediction
        inside = error.clamp(-self.width, self.width)
        rounded = inside * (error - 0.5 * inside) / self.width
        return 0.5 * (
            (self.above + self.below) * rounded + (self.above - self.below) * error
        )
