"""Likelihoods and scores of a distribution whose scale is predicted for each row.

Log-scales pass through `bounded`: unchanged for real data, finite everywhere.
"""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.links import bounded, is_within, magnitude, may_hold
from skloss.losses.contract.ranges import Interval, Range
from skloss.losses.contract.regression_loss import RegressionLoss
from skloss.losses.quantiles import rounded_pinball

__all__ = [
    "BetaNLL",
    "GaussianCRPS",
    "GaussianNLL",
    "LaplaceCRPS",
    "LaplaceNLL",
    "StudentTNLL",
]

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
# Raw degrees of freedom are unchanged above the first number, and stay above the sum of
# both: 2 + softplus(-10) leaves a standard deviation of 210 scales.
_LOW_SHAPE, _BELOW_LOW_SHAPE = -7.0, -3.0


class GaussianNLL(RegressionLoss):
    r"""Gaussian negative log-likelihood: mean and variance for each row.

    The network returns (mean, log-variance). Without ``constant`` the term
    :math:`\tfrac12\log 2\pi` is left out, as in `torch.nn.GaussianNLLLoss`.

    Parameters
    ----------
    constant : bool, default False
        Add the normalising constant, so that the value is in true nats.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("gaussian_nll", constant=True)
    >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([1.0]))
    tensor(1.4189)
    """

    name = "gaussian_nll"
    functional = "mean"
    is_proper = True
    has_curvature = True
    heads = ("location", "log_variance")
    formula = r"\tfrac12\left(\log\sigma^2 + (y - \mu)^2 / \sigma^2\right)"
    reference = (
        "Nix and Weigend (1994), Estimating the mean and variance, "
        "doi:10.1109/ICNN.1994.374138"
    )
    use_when = (
        "The spread differs from row to row and standardised errors look Gaussian."
    )
    noise_model = "Gaussian, scale predicted for each row"
    noise = "gaussian"
    is_likelihood = True
    exceptions = {
        "perfect prediction": "unbounded below: with an exact mean the loss falls "
        "without limit as the variance shrinks"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, mean, log_variance, y_true):
        log_variance = bounded(log_variance)
        square = F.mse_loss(mean, y_true, reduction="none")
        value = 0.5 * (log_variance + square * (-log_variance).exp())
        return value + _HALF_LOG_2PI if self.constant else value

    def noise_parameters(self, raw_prediction):
        mean, log_variance = self.blocks(raw_prediction)
        return {"loc": mean, "scale": (0.5 * bounded(log_variance)).exp()}


class LaplaceNLL(RegressionLoss):
    r"""Laplace negative log-likelihood: median and scale for each row.

    The network returns (median, log b).

    Parameters
    ----------
    constant : bool, default False
        Add the normalising constant log 2, so that the value is in true nats.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("laplace_nll")
    >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([3.0]))
    tensor(3.)
    """

    name = "laplace_nll"
    functional = "median"
    is_proper = True
    is_smooth = False
    heads = ("location", "log_scale")
    formula = r"\log b + |y - m| / b"
    reference = "Kotz, Kozubowski and Podgorski (2001), The Laplace Distribution"
    use_when = "The spread differs from row to row and large errors are common."
    noise_model = "Laplace, scale predicted for each row"
    noise = "laplace"
    is_likelihood = True
    exceptions = {
        "perfect prediction": "unbounded below: with an exact median the loss falls "
        "without limit as the scale shrinks"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, median, log_scale, y_true):
        log_scale = bounded(log_scale)
        value = log_scale + (median - y_true).abs() * (-log_scale).exp()
        return value + math.log(2) if self.constant else value

    def smoothed(self, width):
        return RoundedLaplaceNLL(width)

    def noise_parameters(self, raw_prediction):
        median, log_scale = self.blocks(raw_prediction)
        return {"loc": median, "scale": bounded(log_scale).exp()}


class RoundedLaplaceNLL(RegressionLoss):
    r"""Laplace likelihood whose kink is a parabola within ``width`` scales.

    Parameters
    ----------
    width : float
        Half-width of the parabola, in units of the predicted scale.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses.likelihood import RoundedLaplaceNLL
    >>> RoundedLaplaceNLL(0.1)(torch.tensor([[2.0, 0.0]]), torch.zeros(1))
    tensor(1.9500)
    """

    heads = ("location", "log_scale")

    def __init__(self, width):
        self.width = width

    def elementwise(self, median, log_scale, y_true):
        log_scale = bounded(log_scale)
        z = (y_true - median) * (-log_scale).exp()
        return log_scale + rounded_pinball(z, 1.0, 1.0, self.width)


class StudentTNLL(RegressionLoss):
    r"""Student t negative log-likelihood: location, scale and tails for each row.

    The network returns (location, log scale, raw degrees of freedom); the degrees of
    freedom are 2 + softplus(raw), so that the variance exists. Below -7, raw degrees of
    freedom are limited smoothly to -10, so that the variance is finite.

    Parameters
    ----------
    constant : bool, default False
        Add the normalising constant, so that the value is in true nats.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("student_t_nll")
    >>> loss(torch.tensor([[0.0, 0.0, 0.0]]), torch.tensor([0.0]))
    tensor(0.4375)
    """

    name = "student_t_nll"
    aliases = ("student_t",)
    functional = "median"
    is_proper = True
    has_curvature = True
    heads = ("location", "log_scale", "shape")
    formula = (
        r"\log s + \tfrac{\nu + 1}{2} \log\left(1 + \tfrac{(y - m)^2}{\nu s^2}\right)"
        r" + \log\frac{\Gamma(\nu/2)\sqrt{\nu}}{\Gamma((\nu + 1)/2)}"
    )
    reference = "Lange, Little and Taylor (1989), Robust Modeling Using the t"
    use_when = (
        "A few errors are far larger than the rest and their probability matters."
    )
    noise_model = "Student t, scale and degrees of freedom predicted for each row"
    noise = "student_t"
    # The tails of a few hundred rows hardly determine how their weight varies.
    rows_per_spread_column = 100
    is_likelihood = True
    exceptions = {
        "perfect prediction": "unbounded below: with an exact location the loss falls "
        "without limit as the scale shrinks"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, location, log_scale, shape, y_true):
        log_scale, df = bounded(log_scale), _degrees_of_freedom(shape)
        log_width = torch.add(log_scale, df.log(), alpha=0.5)  # log(s * sqrt(df))
        z = (location - y_true) * (-log_width).exp()
        # The log-gammas are of size df log(df) and their difference of size log(df):
        # from 10 degrees of freedom on, float32 would lose a digit or more.
        is_exact = df.dtype == torch.float64 or is_within(df, 10.0)
        half = df / 2 if is_exact else df.double() / 2
        power = half + 0.5
        norm = torch.lgamma(half) - torch.lgamma(power)
        value = (log_width + norm + power * (z * z).log1p()).to(df.dtype)
        return value + 0.5 * math.log(math.pi) if self.constant else value

    def noise_parameters(self, raw_prediction):
        location, log_scale, shape = self.blocks(raw_prediction)
        return {
            "loc": location,
            "scale": bounded(log_scale).exp(),
            "df": _degrees_of_freedom(shape),
        }


def _degrees_of_freedom(shape):
    """Return 2 + softplus of raw scores, which are limited from below."""
    if may_hold(shape.detach() < _LOW_SHAPE):
        excess = (shape - _LOW_SHAPE).clamp(max=0.0)
        limited = _LOW_SHAPE + excess * _BELOW_LOW_SHAPE / (excess + _BELOW_LOW_SHAPE)
        shape = torch.where(shape < _LOW_SHAPE, limited, shape)
    return 2 + F.softplus(shape)


class BetaNLL(GaussianNLL):
    r"""Gaussian NLL weighted by variance, so that noisy rows still train the mean.

    The Gaussian NLL of each row is weighted by its variance to the power ``beta``,
    which is detached from the gradient. It is not a likelihood: training stops by
    ``gaussian_nll`` and keeps its best weights. Evaluate models with ``gaussian_nll``
    too.

    Parameters
    ----------
    beta : float in [0, 1], default 0.5
        0 is ``gaussian_nll``; 1 gives the mean the gradient of squared error.
    constant : bool, default False
        Add the normalising constant of the Gaussian before weighting.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("beta_nll", beta=0.5)
    >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([1.0]))
    tensor(0.5000)
    """

    name = "beta_nll"
    is_proper = False
    has_curvature = False
    is_likelihood = False
    formula = (
        r"\lfloor\sigma^{2\beta}\rfloor\,\tfrac12\left(\log\sigma^2"
        r" + (y - \mu)^2 / \sigma^2\right)"
    )
    reference = (
        "Seitzer et al. (2022), On the Pitfalls of Heteroscedastic Uncertainty, "
        "arXiv:2203.09168"
    )
    use_when = "Under gaussian_nll the mean of the noisy rows is fitted poorly."
    noise_model = "Gaussian, scale predicted for each row; evaluate with gaussian_nll"
    param_ranges = {"beta": Range(0.0, 1.0, domain=Interval(0.0, 1.0, True, True))}
    exceptions = {
        "gradient": "a surrogate: the weight is detached from it",
        "perfect prediction": "unbounded below at beta 0, as gaussian_nll",
    }
    _weighted_by = None  # log-variances of the rows, once they are frozen

    def __init__(self, beta=0.5, constant=False):
        super().__init__(constant)
        self.beta = beta

    @property
    def judged_by(self):
        """The Gaussian likelihood, since a larger variance alone lowers this value."""
        return GaussianNLL(self.constant)

    def frozen_at(self, raw_prediction, y_true):
        frozen = self.with_learned()
        frozen._weighted_by = self.split(raw_prediction.detach(), y_true)[1]
        return frozen

    def elementwise(self, mean, log_variance, y_true):
        frozen = self._weighted_by
        weighted_by = log_variance.detach() if frozen is None else frozen
        weight = (self.beta * bounded(weighted_by)).exp()
        return weight * super().elementwise(mean, log_variance, y_true)


class GaussianCRPS(RegressionLoss):
    r"""Gaussian CRPS: mean and spread for each row, scored in units of y.

    The network returns (mean, log standard deviation). The value is 0 for an exact
    prediction without spread and tends to the absolute error far from it, so that
    outliers pull less than under ``gaussian_nll``.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("gaussian_crps")
    >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([0.0]))
    tensor(0.2337)
    """

    name = "gaussian_crps"
    functional = "mean"
    is_proper = True
    has_curvature = True
    heads = ("location", "log_scale")
    formula = (
        r"\sigma\left[z(2\Phi(z) - 1) + 2\varphi(z) - 1/\sqrt{\pi}\right],"
        r"\quad z = (y - \mu)/\sigma"
    )
    reference = (
        "Gneiting and Raftery (2007), Strictly Proper Scoring Rules, "
        "doi:10.1198/016214506000001437"
    )
    use_when = "You need predictions with their spread and outliers must not dominate."
    noise_model = "Gaussian, scale predicted for each row, fitted by its CRPS"
    noise = "gaussian"

    def elementwise(self, mean, log_scale, y_true):
        log_scale = bounded(log_scale)
        error, scale = y_true - mean, log_scale.exp()
        z = error * (-log_scale).exp()
        density = (-0.5 * z.square()).exp() / math.sqrt(2 * math.pi)
        inner = 2 * density - 1 / math.sqrt(math.pi)
        return error * torch.erf(z / math.sqrt(2)) + scale * inner

    def noise_parameters(self, raw_prediction):
        mean, log_scale = self.blocks(raw_prediction)
        return {"loc": mean, "scale": bounded(log_scale).exp()}


class LaplaceCRPS(RegressionLoss):
    r"""Laplace CRPS: median and spread for each row, scored in units of y.

    The network returns (median, log b).

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("laplace_crps")
    >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([0.0]))
    tensor(0.2500)
    """

    name = "laplace_crps"
    functional = "median"
    is_proper = True
    has_curvature = True
    heads = ("location", "log_scale")
    formula = r"b\left(|z| + e^{-|z|} - \tfrac34\right),\quad z = (y - m)/b"
    reference = (
        "Jordan, Krueger and Lerch (2019), Evaluating Probabilistic Forecasts, "
        "doi:10.18637/jss.v090.i12"
    )
    use_when = "You need a median with its spread under heavy tails and outliers."
    noise_model = "Laplace, scale predicted for each row, fitted by its CRPS"
    noise = "laplace"

    def elementwise(self, median, log_scale, y_true):
        log_scale = bounded(log_scale)
        error, scale = magnitude(median - y_true), log_scale.exp()
        return error + scale * ((-error * (-log_scale).exp()).exp() - 0.75)

    def noise_parameters(self, raw_prediction):
        median, log_scale = self.blocks(raw_prediction)
        return {"loc": median, "scale": bounded(log_scale).exp()}
