"""Asymmetric losses: one quantile, one expectile, or several quantiles at once."""

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.functional import Functional
from skloss.losses.contract.ranges import UNIT, Range, as_numbers
from skloss.losses.contract.regression_loss import RegressionLoss

__all__ = ["Expectile", "MultiQuantile", "Quantile"]


class Quantile(RegressionLoss):
    r"""Pinball loss: different costs above and below, elicits a quantile.

    Half of ``absolute_error`` at 0.5. Not scaled, as in `sklearn.metrics`.

    Parameters
    ----------
    quantile : float in (0, 1), default 0.5
        Share of targets that should be below the prediction.

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
    is_proper = True
    is_convex = True
    is_smooth = False
    formula = r"\max(q\,r,\ (q - 1)\,r),\quad r = y - \hat y"
    reference = "Koenker and Bassett (1978), Regression Quantiles, doi:10.2307/1913643"
    use_when = (
        "Under- and over-prediction cost differently, as with stock or a deadline."
    )
    noise_model = "asymmetric Laplace with constant scale"
    param_ranges = {"quantile": Range(0.01, 0.99, domain=UNIT)}
    noise = "asymmetric_laplace"

    def __init__(self, quantile=0.5):
        self.quantile = quantile

    @property
    def functional(self):
        """The quantile at the level of the parameter."""
        return Functional("quantile", self.quantile)

    def elementwise(self, prediction, y_true):
        q = self.quantile
        return q * F.leaky_relu(y_true - prediction, (q - 1) / q)

    def smoothed(self, width):
        return RoundedPinball(1 - self.quantile, self.quantile, width)

    def noise_parameters(self, raw_prediction):
        return {"loc": self.predict(raw_prediction), "quantile": self.quantile}


def rounded_pinball(residual, below, above, width):
    """Return the pinball loss of residuals, a parabola within ``width`` of its kink."""
    inside = residual.clamp(-width, width)
    rounded = inside * (residual - 0.5 * inside) / width
    return 0.5 * ((above + below) * rounded + (above - below) * residual)


class RoundedPinball(RegressionLoss):
    r"""Pinball loss whose kink is replaced by a parabola within ``width``.

    With residual r, slopes a above and b below, and c the residual clipped to
    [-width, width]: ((a + b) c (r - c / 2) / width + (a - b) r) / 2.

    Parameters
    ----------
    below, above : float
        Cost per unit of a negative and of a positive residual.
    width : float
        Half-width of the parabola, in units of y.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses.quantiles import RoundedPinball
    >>> RoundedPinball(1.0, 1.0, 0.1)(torch.tensor([[2.0]]), torch.zeros(1))
    tensor(1.9500)
    """

    is_convex = True

    def __init__(self, below, above, width):
        self.below = below
        self.above = above
        self.width = width

    def elementwise(self, prediction, y_true):
        return rounded_pinball(y_true - prediction, self.below, self.above, self.width)


class Expectile(RegressionLoss):
    r"""Asymmetric squared residual: elicits an expectile.

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
    is_proper = True
    is_convex = True
    formula = r"|\tau - 1[r < 0]|\, r^2,\quad r = y - \hat y"
    reference = "Newey and Powell (1987), Asymmetric Least Squares, doi:10.2307/1911031"
    use_when = "One side costs more and large errors weigh most, as with reserves."
    noise_model = "two Gaussian halves of different scale"
    param_ranges = {"expectile": Range(0.01, 0.99, domain=UNIT)}
    noise = "residual"

    def __init__(self, expectile=0.5):
        self.expectile = expectile

    @property
    def functional(self):
        """The expectile at the level of the parameter."""
        return Functional("expectile", self.expectile)

    def elementwise(self, prediction, y_true):
        error = y_true - prediction
        tau = self.expectile
        return tau * error * F.leaky_relu(error, (1 - tau) / tau)


class MultiQuantile(RegressionLoss):
    r"""Mean pinball loss of several quantiles that never cross.

    The network returns the lowest quantile and raw steps between neighbours, each
    made positive by a softplus.

    Parameters
    ----------
    quantiles : sequence of float, default (0.05, 0.25, 0.5, 0.75, 0.95)
        Ascending, in (0, 1).

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("multi_quantile", quantiles=(0.1, 0.9))
    >>> loss.stated_quantiles(torch.tensor([[0.0, 0.0]]))
    ((0.1, 0.9), tensor([[[0.0000, 0.6931]]]))
    """

    name = "multi_quantile"
    is_proper = True
    is_smooth = False
    formula = (
        r"\tfrac1Q \sum_q \max(q\,r_q, (q - 1)\,r_q),\quad r_q = y - \hat y_q,"
        r"\ \hat y_1 \le \dots \le \hat y_Q"
    )
    reference = "Koenker and Bassett (1978), Regression Quantiles, doi:10.2307/1913643"
    use_when = "You need a prediction interval without assuming a noise distribution."
    noise_model = "uniform between the quantiles, exponential beyond them"
    noise = "quantile_curve"
    exceptions = {
        "perfect prediction": "steps are positive, so quantiles never coincide exactly"
    }

    def __init__(self, quantiles=(0.05, 0.25, 0.5, 0.75, 0.95)):
        self.quantiles = quantiles

    @property
    def functional(self):
        """The quantiles at the levels of the parameter."""
        return Functional("quantiles", self.quantiles)

    @property
    def heads(self):
        """One output per quantile."""
        return ("location",) * len(self.quantiles)

    def check_params(self):
        super().check_params()
        levels = as_numbers(self.quantiles)
        if (
            levels is None
            or levels.ndim != 1
            or not len(levels)
            or np.isnan(levels).any()
            or (np.diff(levels) <= 0).any()
            or UNIT.outside(levels).any()
        ):
            raise ValueError(
                f"quantiles must be between 0 and 1 and ascend, got {self.quantiles!r}."
            )

    def elementwise(self, *outputs_and_y_true):
        *outputs, y_true = outputs_and_y_true
        error = y_true - self._ordered(outputs)
        return self._pinball(error, _levels(self.quantiles, error)).mean(0)

    def _pinball(self, error, level):
        return torch.maximum(level * error, (level - 1) * error)

    def smoothed(self, width):
        return RoundedMultiQuantile(self.quantiles, width)

    @staticmethod
    def _ordered(outputs):
        """Quantiles in ascending order along a new first dimension."""
        raw = torch.stack(tuple(outputs))
        return torch.cat([raw[:1], F.softplus(raw[1:])]).cumsum(0)

    def stated_quantiles(self, raw_prediction):
        quantiles = self._ordered(self.blocks(raw_prediction))
        return self.quantiles, quantiles.movedim(0, -1)

    def noise_parameters(self, raw_prediction):
        levels, quantiles = self.stated_quantiles(raw_prediction)
        by_level = zip(levels, quantiles.unbind(-1), strict=True)
        known = {str(level): quantile for level, quantile in by_level}
        return super().noise_parameters(raw_prediction) | known

    def predict(self, raw_prediction):
        # One number per target: the quantile nearest to the median.
        nearest = int(np.argmin(np.abs(np.asarray(self.quantiles) - 0.5)))
        return self._ordered(self.blocks(raw_prediction))[nearest]


class RoundedMultiQuantile(MultiQuantile):
    r"""Several quantiles whose pinball losses are parabolas within ``width``.

    Parameters
    ----------
    quantiles : sequence of float
        Ascending, in (0, 1).
    width : float
        Half-width of the parabolas, in units of y.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses.quantiles import RoundedMultiQuantile
    >>> loss = RoundedMultiQuantile((0.5,), 0.1)
    >>> loss(torch.tensor([[2.0]]), torch.zeros(1))
    tensor(0.9750)
    """

    is_smooth = True

    def __init__(self, quantiles, width):
        super().__init__(quantiles)
        self.width = width

    def _pinball(self, error, level):
        return rounded_pinball(error, 1 - level, level, self.width)


def _levels(quantiles, like):
    """Quantile levels along the first dimension of a tensor."""
    return like.new_tensor(quantiles).reshape(-1, *[1] * (like.ndim - 1))
