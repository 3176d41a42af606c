"""Losses on the residual whose best constant is a mean or a median."""

import numpy as np
from torch.nn import functional as F

from skloss.losses.contract.links import magnitude
from skloss.losses.contract.ranges import POSITIVE, Range
from skloss.losses.contract.regression_loss import RegressionLoss
from skloss.losses.quantiles import RoundedPinball

__all__ = ["AbsoluteError", "AbsolutePercentageError", "SquaredError"]

# Rows that a target of 0 may count as: a few of more would decide a weighted median.
_MOST_ROWS = 100


class SquaredError(RegressionLoss):
    r"""Squared residual: elicits the mean and corresponds to Gaussian noise.

    Twice the negative log-likelihood of Gaussian noise of fixed scale, in units of its
    variance and up to a constant. Without a factor 1/2, as in `sklearn.metrics` and
    torch.

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
        "You need the mean, noise is roughly Gaussian, and large errors matter most."
    )
    noise_model = "Gaussian with constant scale"
    noise = "gaussian"

    def elementwise(self, prediction, y_true):
        return F.mse_loss(prediction, y_true, reduction="none")


class AbsoluteError(RegressionLoss):
    r"""Absolute residual: elicits the median and corresponds to Laplace noise.

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
    use_when = "You need the median: outliers are common or tails are heavy."
    noise_model = "Laplace with constant scale"
    noise = "laplace"

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).abs()

    def smoothed(self, width):
        return RoundedPinball(1.0, 1.0, width)


class AbsolutePercentageError(RegressionLoss):
    r"""Absolute residual relative to the target: small targets weigh most.

    It elicits a median weighted by 1 / \|y\| and so predicts too low. Targets closer
    to zero than ``smallest`` are replaced by it in the divisor. A target of 0 is
    refused where it would count as more than 100 typical rows.

    Parameters
    ----------
    smallest : float > 0, default 1e-8
        Lower limit of the divisor \|y\|, in units of y.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("absolute_percentage_error")
    >>> loss(torch.tensor([[1.0], [3.0]]), torch.tensor([2.0, 2.0]))
    tensor(0.5000)
    """

    name = "absolute_percentage_error"
    aliases = ("mape",)
    functional = "median weighted by 1/|y|"
    is_convex = True
    is_smooth = False
    is_equivariant = False
    formula = r"|y - \hat y| / \max(|y|, \epsilon)"
    reference = (
        "Gneiting (2011), Making and Evaluating Point Forecasts, "
        "doi:10.1198/jasa.2011.r10138"
    )
    use_when = "Errors are judged in percent and targets are far from zero."
    noise_model = "Laplace around a multiple of the prediction, scale in proportion"
    noise = "relative_laplace"
    param_ranges = {"smallest": Range(1e-10, 1.0, log=True, domain=POSITIVE)}
    unit_params = ("smallest",)

    def __init__(self, smallest=1e-8):
        self.smallest = smallest

    def reason_invalid(self, y):
        size = np.abs(np.asarray(y, dtype=float))
        if size.all() or not size.any():
            return super().reason_invalid(y)
        typical = np.median(size[size > 0])
        if typical <= _MOST_ROWS * self.smallest:
            return super().reason_invalid(y)
        return (
            f"The loss {self.name!r} divides by the target, but y holds 0, which would "
            f"count as {typical / self.smallest:.0e} typical rows; set smallest to the "
            f"smallest divisor that makes sense, such as smallest={typical / 10:.1g}."
        )

    def elementwise(self, prediction, y_true):
        return (y_true - prediction).abs() / y_true.abs().clamp(min=self.smallest)

    def smoothed(self, width):
        return _RoundedPercentage(self.smallest, width)


class _RoundedPercentage(RegressionLoss):
    r"""Percentage error whose kink is replaced by a parabola within ``width``.

    With e the relative error: e^2 / (2 width) inside, e - width / 2 beyond (Huber's
    form, so that value and slope are continuous).
    """

    is_convex = True
    is_equivariant = False

    def __init__(self, smallest, width):
        self.smallest = smallest
        self.width = width

    def elementwise(self, prediction, y_true):
        size = y_true.abs().clamp(min=self.smallest)
        error = magnitude((y_true - prediction) / size)
        inside = error.clamp(max=self.width)
        return inside * (error - 0.5 * inside) / self.width
