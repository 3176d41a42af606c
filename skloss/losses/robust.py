"""Robust losses: outliers pull less than under squared error."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.links import is_within, magnitude
from skloss.losses.contract.ranges import POSITIVE, Interval, Range
from skloss.losses.contract.regression_loss import RegressionLoss
from skloss.losses.robust_statistics import absolute_error_residuals, robust_scale

__all__ = ["GeneralRobust", "Huber", "LogCosh", "PseudoHuber"]

#: Huber's threshold in standard deviations: 95% efficient for Gaussian noise
#: (Huber 1981, section 4.2).
_EFFICIENT = 1.345


#: Scales in standard deviations of y beyond which they act as 0 and as infinity:
#: residuals change by a millionth, and their squares stay finite in float32.
_ACTIVE = 1e-6, 1e6
#: Below this scale so few rows lie in the quadratic part that Newton's steps fail, and
#: the loss is smoothed like one with a kink.
_KINK = 0.03


class _FixedScale(RegressionLoss):
    """A loss that is quadratic below a scale in units of y, and less steep above.

    With targets of another size its values would vanish against the penalty and the
    tolerance of training, or exceed the largest gradient. In units of training they
    are divided so that a residual of one standard deviation of y costs 1/2, as it does
    by half the squared error.
    """

    #: Name of the parameter that is in units of y.
    unit_name: str

    @property
    def unit_params(self):
        """The scale."""
        return (self.unit_name,)

    def rescaled(self, scale):
        scale = getattr(self, self.unit_name) / np.asarray(scale, dtype=float)
        return self._at(np.clip(scale, *_ACTIVE))

    def _at(self, scale):
        """The loss with a scale in units of training."""
        scaled = self.with_learned(**{self.unit_name: scale, "height": 1.0})
        one = torch.ones(np.shape(scale), dtype=torch.float64)
        value = scaled.unscaled(one, torch.zeros_like(one)).numpy()
        return scaled.with_learned(height=0.5 / value)

    @property
    def is_smooth(self):
        """Whether the loss has useful curvature: not if its scale is far below y's."""
        has_unit = "height" in self.bound_
        return not has_unit or bool((self.bound_[self.unit_name] >= _KINK).all())

    def smoothed(self, width):
        if self.is_smooth:
            return self
        return self._at(np.maximum(self.bound_[self.unit_name], width))

    def elementwise(self, prediction, y_true):
        value = self.unscaled(prediction, y_true)
        return value * self.learned("height", prediction, 1.0)

    def unscaled(self, prediction, y_true):
        """The loss up to a factor that keeps it in proportion to its scale."""
        raise NotImplementedError


class Huber(_FixedScale):
    r"""Squared for small residuals, linear for large ones: limits outliers.

    Half the square inside ``delta``, as in torch; linear beyond, with equal slope.

    Parameters
    ----------
    delta : float > 0 or None, default None
        Where the square ends, in units of y. None takes 1.345 robust standard
        deviations of the residuals of a linear absolute-error fit (95% efficient for
        Gaussian noise, Huber 1981), learned from the training rows; the deviation is
        at least a thousandth of that of y itself.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("huber", delta=1.0)
    >>> loss.pointwise(torch.tensor([[0.0], [0.0]]), torch.tensor([1.0, 3.0]))
    tensor([0.5000, 2.5000])
    """

    unit_name = "delta"
    name = "huber"
    functional = "robust mean"
    is_convex = True
    formula = (
        r"\tfrac12 r^2 \text{ if } |r| \le \delta,"
        r"\ \delta\,(|r| - \tfrac12\delta) \text{ else},\quad r = y - \hat y"
    )
    reference = (
        "Huber (1964), Robust Estimation of a Location Parameter, "
        "doi:10.1214/aoms/1177703732"
    )
    use_when = "You need approximately the mean although some rows are outliers."
    noise_model = "Huber's density: Gaussian centre, Laplace tails"
    param_ranges = {"delta": Range(0.05, 10.0, log=True, domain=POSITIVE)}
    noise = "residual"

    def __init__(self, delta=None):
        self.delta = delta

    def bind(self, y, sample_weight=None, X=None):
        if self.delta is not None:
            return self.with_learned(delta=self.delta)
        residuals = absolute_error_residuals(y, sample_weight, X)
        scale = robust_scale(residuals, sample_weight)
        # Where a linear model fits exactly, delta would vanish and the loss would lose
        # its quadratic part, which training needs.
        smallest = 1e-3 * robust_scale(y, sample_weight)
        return self.with_learned(delta=_EFFICIENT * np.maximum(scale, smallest))

    def rescaled(self, scale):
        if self.delta is not None:
            return super().rescaled(scale)
        delta = self.bound_.get("delta")
        if delta is None:
            return self.with_learned()
        return self.with_learned(delta=np.asarray(delta) / scale)

    def unscaled(self, prediction, y_true):
        default = _EFFICIENT if self.delta is None else self.delta
        delta = self.learned("delta", prediction, default)
        unit = F.huber_loss(prediction / delta, y_true / delta, reduction="none")
        return delta**2 * unit


class PseudoHuber(_FixedScale):
    r"""Smooth version of Huber: quadratic near zero, linear far from it.

    Equals half the squared error for small residuals and ``delta * |r|`` for large
    ones.

    Parameters
    ----------
    delta : float > 0, default 1.0
        Where the loss changes from quadratic to linear, in units of y.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("pseudo_huber", delta=1.0)
    >>> loss(torch.tensor([[0.0]]), torch.tensor([1.0]))
    tensor(0.4142)
    """

    unit_name = "delta"
    name = "pseudo_huber"
    functional = "robust mean"
    is_convex = True
    formula = r"\delta^2\left(\sqrt{1 + (r/\delta)^2} - 1\right),\quad r = y - \hat y"
    reference = "Charbonnier et al. (1994), Two deterministic half-quadratic algorithms"
    use_when = "Some rows are outliers and the solver needs a continuous curvature."
    noise_model = "hyperbolic: a round peak with Laplace tails"
    param_ranges = {"delta": Range(0.05, 10.0, log=True, domain=POSITIVE)}
    noise = "residual"

    def __init__(self, delta=1.0):
        self.delta = delta

    def unscaled(self, prediction, y_true):
        delta = self.learned("delta", prediction, self.delta)
        ratio = (prediction - y_true) / delta
        # sqrt(1 + u^2) - 1 = u * u / (1 + sqrt(1 + u^2)): without cancellation near 0
        # and without overflow far from it.
        one = torch.ones((), dtype=ratio.dtype, device=ratio.device)
        return delta**2 * ratio * (ratio / (1 + torch.hypot(ratio, one)))


class LogCosh(_FixedScale):
    r"""Log-cosh of the residual: quadratic within its scale, linear beyond.

    Parameters
    ----------
    scale : float > 0, default 1.0
        Residual at which the loss changes from quadratic to linear, in units of y;
        1 is the textbook form.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("log_cosh")
    >>> loss(torch.tensor([[0.0]]), torch.tensor([1.0]))
    tensor(0.4338)
    """

    unit_name = "scale"
    name = "log_cosh"
    aliases = ("logcosh",)
    functional = "robust mean"
    is_convex = True
    formula = r"\log\cosh(r / s),\quad r = y - \hat y"
    reference = "Green (1990), Bayesian reconstructions from emission tomography data"
    use_when = (
        "Errors beyond a known scale should have equal influence, small ones less."
    )
    noise_model = "a power of the hyperbolic secant"
    param_ranges = {"scale": Range(0.05, 10.0, log=True, domain=POSITIVE)}
    noise = "residual"

    def __init__(self, scale=1.0):
        self.scale = scale

    def unscaled(self, prediction, y_true):
        scale = self.learned("scale", prediction, self.scale)
        ratio = (prediction - y_true) / scale
        # log cosh u = log(1 + sinh(u)^2) / 2 is exact near 0. From |u| = 20 on it is
        # |u| - log 2 to the last bit of float64 (the rest is exp(-2 |u|) < 5e-18), and
        # further out sinh(u)^2 would overflow float32.
        usual = is_within(ratio, 20.0)
        core = ratio if usual else ratio.clamp(-20.0, 20.0)
        sinh = core.sinh()
        value = 0.5 * (sinh * sinh).log1p()
        return value if usual else value + magnitude(ratio - core)


class GeneralRobust(_FixedScale):
    r"""Barron's family, from squared error to losses that ignore outliers.

    ``alpha`` 2 is half the squared error, 1 pseudo-Huber (Charbonnier), 0 Cauchy, -2
    Geman-McClure, minus infinity Welsch.

    Parameters
    ----------
    alpha : float <= 2, default 1.0
        Shape; the lower, the smaller the influence of an outlier.
    scale : float > 0, default 1.0
        Residual at which the loss stops being quadratic, in units of y.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("general_robust", alpha=0.0)
    >>> loss(torch.tensor([[0.0]]), torch.tensor([2.0]))
    tensor(1.0986)
    """

    unit_name = "scale"
    name = "general_robust"
    aliases = ("barron",)
    functional = "robust location"
    has_curvature = True
    formula = (
        r"\frac{|\alpha - 2|}{\alpha}\left[\left(\frac{(r/c)^2}{|\alpha - 2|} + 1"
        r"\right)^{\alpha/2} - 1\right]"
    )
    reference = (
        "Barron (2019), A General and Adaptive Robust Loss Function, arXiv:1701.03077"
    )
    use_when = "The influence of outliers is itself to be tuned, by one parameter."
    noise_model = "Barron's density for alpha >= 1; below, not defined"
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
        """Whether the loss is convex: from alpha 1 on."""
        return self.alpha >= 1

    def unscaled(self, prediction, y_true):
        scale = self.learned("scale", prediction, self.scale)
        square = ((y_true - prediction) / scale).square()
        alpha = self.alpha
        if math.isinf(alpha):
            return -torch.expm1(-0.5 * square)  # Welsch
        b = abs(alpha - 2)
        # At alpha = 2 and 0 the formula is 0 / 0. Within 1e-6 of them it differs from
        # its limits, half the square and the Cauchy loss, by float32 rounding at most.
        if b < 1e-6:
            return 0.5 * square
        log_term = torch.log1p(square / b)
        if abs(alpha) < 1e-6:
            return 0.5 * b * log_term
        # (x + 1)^(a/2) - 1 as expm1 of a logarithm: without cancellation near 0.
        return (b / alpha) * torch.expm1(0.5 * alpha * log_term)
