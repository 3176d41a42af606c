"""More losses on the residual: smooth, robust and lopsided ones."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.links import largest
from skloss.losses.contract.loss import RegressionLoss
from skloss.losses.contract.ranges import POSITIVE, UNIT, Interval, Range

__all__ = [
    "AbsolutePercentageError",
    "Expectile",
    "GeneralRobust",
    "LogCosh",
    "PseudoHuber",
]


class PseudoHuber(RegressionLoss):
    r"""A smooth Huber: squared near zero, linear far out, no kink between.

    Equals half the squared error for small residuals and ``delta * |r|`` for large
    ones.

    Parameters
    ----------
    delta : float, default 1.0
        Where the square gives way, in units of y.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("pseudo_huber", delta=1.0)
    >>> loss(torch.tensor([[0.0]]), torch.tensor([1.0]))
    tensor(0.4142)
    """

    name = "pseudo_huber"
    functional = "a mean that outliers cannot move"
    is_convex = True
    formula = r"\delta^2\left(\sqrt{1 + (r/\delta)^2} - 1\right),\quad r = y - \hat y"
    reference = "Charbonnier et al. (1994), Two deterministic half-quadratic algorithms"
    use_when = "Some rows are outliers and the solver wants curvature without a jump."
    noise_model = "a density of its own: hyperbolic, a round peak with Laplace tails"
    param_ranges = {"delta": Range(0.05, 10.0, log=True, domain=POSITIVE)}
    noise = "residual"

    def __init__(self, delta=1.0):
        self.delta = delta

    def rescaled(self, scale):
        return self.with_learned(delta=self.delta / np.asarray(scale))

    def elementwise(self, prediction, y_true):
        delta = self.learned("delta", prediction, self.delta)
        ratio = (prediction - y_true) / delta
        # sqrt(1 + u^2) - 1 = u * u / (1 + sqrt(1 + u^2)): exact near 0, finite far out.
        return delta**2 * ratio * (ratio / (1 + torch.hypot(ratio, _one(ratio))))


class LogCosh(RegressionLoss):
    r"""Squared for misses below one unit, their size beyond: smooth everywhere.

    Parameters
    ----------
    scale : float, default 1.0
        Residual, in units of y, at which the square gives way; 1 is the textbook form.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("log_cosh")
    >>> loss(torch.tensor([[0.0]]), torch.tensor([1.0]))
    tensor(0.4338)
    """

    name = "log_cosh"
    aliases = ("logcosh",)
    functional = "a mean that outliers cannot move"
    is_convex = True
    formula = r"\log\cosh(r / s),\quad r = y - \hat y"
    reference = "Green (1990), Bayesian reconstructions from emission tomography data"
    use_when = (
        "Misses beyond a known scale should pull alike, and small ones as squares."
    )
    noise_model = "a density of its own: a power of the hyperbolic secant"
    param_ranges = {"scale": Range(0.05, 10.0, log=True, domain=POSITIVE)}
    noise = "residual"

    def __init__(self, scale=1.0):
        self.scale = scale

    def rescaled(self, scale):
        return self.with_learned(scale=self.scale / np.asarray(scale))

    def elementwise(self, prediction, y_true):
        scale = self.learned("scale", prediction, self.scale)
        ratio = (prediction - y_true) / scale
        # log cosh u = log(1 + sinh(u)^2) / 2 loses nothing near 0; beyond 20 it is the
        # straight line |u| - log 2 to rounding, and sinh would overflow.
        usual = largest(ratio) <= 20.0
        core = ratio if usual else ratio.clamp(-20.0, 20.0)
        sinh = core.sinh()
        value = 0.5 * (sinh * sinh).log1p()
        return value if usual else value + (ratio - core).abs()


class Expectile(RegressionLoss):
    r"""Squared misses that cost more on one side: an expectile of the target.

    At 0.5 it is half of ``squared_error``.

    Parameters
    ----------
    expectile : float in (0, 1), default 0.5
        Share of the weight on targets above the prediction.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("expectile", expectile=0.9)
    >>> loss.pointwise(torch.tensor([[0.0], [0.0]]), torch.tensor([1.0, -1.0]))
    tensor([0.9000, 0.1000])
    """

    name = "expectile"
    functional = "expectile"
    is_proper = True
    is_convex = True
    formula = r"|\tau - 1[r < 0]|\, r^2,\quad r = y - \hat y"
    reference = "Newey and Powell (1987), Asymmetric Least Squares, doi:10.2307/1911031"
    use_when = "One side costs more and so do large misses, as with risk or reserves."
    noise_model = "a density of its own: two Gaussian halves of different width"
    param_ranges = {"expectile": Range(0.01, 0.99, domain=UNIT)}
    noise = "residual"

    def __init__(self, expectile=0.5):
        self.expectile = expectile

    def elementwise(self, prediction, y_true):
        error = y_true - prediction
        tau = self.expectile
        return tau * error * F.leaky_relu(error, (1 - tau) / tau)


class GeneralRobust(RegressionLoss):
    r"""One dial from squared error to ignoring outliers: Barron's family.

    ``alpha`` 2 is half the squared error, 1 pseudo-Huber (Charbonnier), 0 Cauchy, -2
    Geman-McClure, minus infinity Welsch.

    Parameters
    ----------
    alpha : float <= 2, default 1.0
        Shape; the lower, the less an outlier pulls.
    scale : float, default 1.0
        Residual, in units of y, at which the square gives way.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("general_robust", alpha=0.0)
    >>> loss(torch.tensor([[0.0]]), torch.tensor([2.0]))
    tensor(1.0986)
    """

    name = "general_robust"
    aliases = ("barron",)
    functional = "a centre that outliers cannot move"
    formula = (
        r"\frac{|\alpha - 2|}{\alpha}\left[\left(\frac{(r/c)^2}{|\alpha - 2|} + 1"
        r"\right)^{\alpha/2} - 1\right]"
    )
    reference = (
        "Barron (2019), A General and Adaptive Robust Loss Function, arXiv:1701.03077"
    )
    use_when = (
        "How far outliers should be ignored is itself a question, to be searched."
    )
    noise_model = "a density of its own for alpha from 1 on; below, none"
    param_ranges = {
        "alpha": Range(
            -10.0,
            2.0,
            domain=Interval(high=2.0, low_inclusive=True, high_inclusive=True),
        ),
        "scale": Range(0.05, 10.0, log=True, domain=POSITIVE),
    }

    def __init__(self, alpha=1.0, scale=1.0):
        self.alpha = alpha
        self.scale = scale

    @property
    def noise(self):
        """Only from alpha 1 on is exp(-loss) integrable at every temperature."""
        return "residual" if self.alpha >= 1 else None

    @property
    def is_convex(self):
        """Whether it is convex: from alpha 1 on."""
        return self.alpha >= 1

    def rescaled(self, scale):
        return self.with_learned(scale=self.scale / np.asarray(scale))

    def elementwise(self, prediction, y_true):
        scale = self.learned("scale", prediction, self.scale)
        square = ((y_true - prediction) / scale).square()
        alpha = self.alpha
        if math.isinf(alpha):
            return -torch.expm1(-0.5 * square)
        b = abs(alpha - 2)
        if b < 1e-6:
            return 0.5 * square
        log_term = torch.log1p(square / b)
        if abs(alpha) < 1e-6:
            return 0.5 * b * log_term
        return (b / alpha) * torch.expm1(0.5 * alpha * log_term)


class AbsolutePercentageError(RegressionLoss):
    r"""Misses in percent of the target: small targets weigh most.

    It elicits a median weighted by 1 / \|y\| and so forecasts too low. Targets
    closer to zero than ``smallest`` count as that.

    Parameters
    ----------
    smallest : float, default 1e-8
        Least size of a target in the divisor, in units of y.

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
    use_when = "Misses are judged in percent and no target is close to zero."
    param_ranges = {"smallest": Range(1e-10, 1.0, log=True, domain=POSITIVE)}

    def __init__(self, smallest=1e-8):
        self.smallest = smallest

    def elementwise(self, prediction, y_true):
        return (y_true - prediction).abs() / y_true.abs().clamp(min=self.smallest)

    def smoothed(self, width):
        return _RoundedPercentage(self.smallest, width)


class _RoundedPercentage(RegressionLoss):
    """Percentage error whose kink is rounded within ``width`` of the target's size."""

    is_convex = True
    is_equivariant = False

    def __init__(self, smallest, width):
        self.smallest = smallest
        self.width = width

    def elementwise(self, prediction, y_true):
        size = y_true.abs().clamp(min=self.smallest)
        error = ((y_true - prediction) / size).abs()
        inside = error.clamp(max=self.width)
        return inside * (error - 0.5 * inside) / self.width


def _one(tensor):
    return torch.ones((), dtype=tensor.dtype, device=tensor.device)
