"""LINEX: errors of one direction cost exponentially more than those of the other."""

import numpy as np
import torch

from skloss.losses.contract.links import is_within
from skloss.losses.contract.ranges import Interval, Range
from skloss.losses.contract.regression_loss import RegressionLoss

__all__ = ["Linex"]

#: Errors a (p - y) up to which the loss is exact: exp(40) is 2e17.
_EXACT = 40.0
#: Length of the parabola that continues the exponential, before a line continues it:
#: a parabola of exp(40) would overflow float32 from errors of 1e10 on.
_CURVED = 1e4
#: Below this error exp(u) - u - 1 loses more than half of the digits of float32, and
#: the series up to u^7 is exact to 5e-11: the next term is u^8 / 40320.
_SMALL = 0.1
#: Asymmetries in 1 / standard deviations of y: below, the loss is half the squared
#: error to a millionth; above, so few rows have a gradient that training would fail.
_ACTIVE = 1e-6, 1e3


class _NotZero(Interval):
    """Every number but 0."""

    def outside(self, values):
        return super().outside(values) | (values == 0)

    def __str__(self):
        return "a finite number other than 0"


class Linex(RegressionLoss):
    r"""Exponential for errors of one direction, about linear for the other.

    With ``a`` > 0 a prediction that is too high costs most, with ``a`` < 0 one that is
    too low; for small ``a`` it is a^2 / 2 times the squared error. It elicits
    -log(E exp(-a y)) / a, which is mean - a * variance / 2 under Gaussian noise. From
    a (p - y) = 40 on a parabola and a line continue it, so that values are finite.

    Parameters
    ----------
    a : float, default 1.0
        Asymmetry, in units of 1 / y; not 0. Where it is far above 1 / (standard
        deviation of the errors), predictions are close to the smallest targets (the
        largest for ``a`` < 0) of similar rows: state it in the unit of the target.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("linex", a=1.0)
    >>> loss.pointwise(torch.tensor([[2.0], [-2.0]]), torch.tensor([0.0, 0.0]))
    tensor([4.3891, 1.1353])
    """

    name = "linex"
    functional = "-log(mean of exp(-a y)) / a"
    is_proper = True
    is_convex = True
    formula = r"e^{a(\hat y - y)} - a(\hat y - y) - 1"
    reference = (
        "Zellner (1986), Bayesian Estimation and Prediction Using Asymmetric Loss "
        "Functions, doi:10.2307/2289234"
    )
    use_when = (
        "Large errors of one direction are dangerous, as with dams or overestimates."
    )
    noise_model = "generalised Gumbel"
    param_ranges = {"a": Range(0.1, 5.0, log=True, domain=_NotZero())}
    noise = "residual"

    def __init__(self, a=1.0):
        self.a = a

    def rescaled(self, scale):
        # Divided by a^2, a small residual costs half its square, as by half the
        # squared error, whatever the asymmetry.
        a = self.a * np.asarray(scale, dtype=float)
        a = np.sign(a) * np.clip(np.abs(a), *_ACTIVE)
        return self.with_learned(a=a, height=1 / a**2)

    def elementwise(self, prediction, y_true):
        u = self.learned("a", prediction, self.a) * (prediction - y_true)
        inside = u if is_within(u, _EXACT) else u.clamp(max=_EXACT)
        is_small = u.abs() < _SMALL
        near = torch.where(is_small, u, 0.0)
        series = torch.zeros_like(near)
        for divisor in (5040, 720, 120, 24, 6, 2):
            series = near * (1 / divisor + series)
        series = near * series
        value = torch.where(is_small, series, inside.expm1() - u)
        if inside is not u:
            excess = u - inside
            curved = excess.clamp(max=_CURVED)
            steep = inside.exp().detach() * (excess + curved * (excess - 0.5 * curved))
            value = value + steep * (excess > 0)
        return value * self.learned("height", prediction, 1.0)
