"""Negative log-likelihoods whose scale the network predicts too: how sure, row by row.

Log-scales pass through `bounded`: exact where data lie, finite everywhere.
"""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.links import bounded, largest
from skloss.losses.contract.loss import RegressionLoss
from skloss.losses.contract.ranges import Interval, Range

__all__ = [
    "BetaNLL",
    "GaussianCRPS",
    "GaussianNLL",
    "LaplaceCRPS",
    "LaplaceNLL",
    "StudentTNLL",
]

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


class GaussianNLL(RegressionLoss):
    r"""Mean and variance for every row: Gaussian noise whose width depends on X.

    The network puts out (mean, log-variance). Without ``constant`` this is the form
    found in most notes, which lacks :math:`\tfrac12\log 2\pi`.

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
    heads = ("location", "log_variance")
    formula = r"\tfrac12\left(\log\sigma^2 + (y - \mu)^2 / \sigma^2\right)"
    reference = (
        "Nix and Weigend (1994), Estimating the mean and variance, "
        "doi:10.1109/ICNN.1994.374138"
    )
    use_when = (
        "The spread differs from row to row, and relative to it misses look Gaussian."
    )
    noise_model = "Gaussian, of a width predicted for each row"
    noise = "gaussian"
    exceptions = {
        "perfect prediction": "unbounded below: a shrinking variance rewards an exact "
        "mean without end"
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
    r"""Median and scale for every row: Laplace noise whose width depends on X.

    The network puts out (median, log b).

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
    heads = ("location", "log_scale")
    formula = r"\log b + |y - m| / b"
    reference = "Kotz, Kozubowski and Podgorski (2001), The Laplace Distribution"
    use_when = "The spread differs from row to row and large misses are common."
    noise_model = "Laplace, of a width predicted for each row"
    noise = "laplace"
    exceptions = {
        "perfect prediction": "unbounded below: a shrinking scale rewards an exact "
        "median without end"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, median, log_scale, y_true):
        log_scale = bounded(log_scale)
        value = log_scale + (median - y_true).abs() * (-log_scale).exp()
        return value + math.log(2) if self.constant else value

    def noise_parameters(self, raw_prediction):
        median, log_scale = self.blocks(raw_prediction)
        return {"loc": median, "scale": bounded(log_scale).exp()}


class StudentTNLL(RegressionLoss):
    r"""Heavy tails with a weight of their own: location, scale and degrees of freedom.

    The network puts out (location, log scale, raw degrees of freedom); the degrees of
    freedom are 2 + softplus(raw), so that the variance exists.

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
    heads = ("location", "log_scale", "shape")
    formula = (
        r"\log s + \tfrac{\nu + 1}{2} \log\left(1 + \tfrac{(y - m)^2}{\nu s^2}\right)"
        r" + \log\frac{\Gamma(\nu/2)\sqrt{\nu}}{\Gamma((\nu + 1)/2)}"
    )
    reference = "Lange, Little and Taylor (1989), Robust Modeling Using the t"
    use_when = (
        "A few misses are far larger than the rest and their probability matters too."
    )
    noise_model = "Student t, of a width and tails predicted for each row"
    noise = "student_t"
    exceptions = {
        "perfect prediction": "unbounded below: a shrinking scale rewards an exact "
        "location without end"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, location, log_scale, shape, y_true):
        log_scale, df = bounded(log_scale), 2 + F.softplus(shape)
        log_width = torch.add(log_scale, df.log(), alpha=0.5)  # of s * sqrt(df)
        z = (location - y_true) * (-log_width).exp()
        # The log-gammas cancel for many degrees of freedom: double precision, then.
        half = df / 2 if largest(df) < 10 else df.double() / 2
        power = half + 0.5
        norm = torch.lgamma(half) - torch.lgamma(power)
        value = (log_width + norm + power * (z * z).log1p()).to(df.dtype)
        return value + 0.5 * math.log(math.pi) if self.constant else value

    def noise_parameters(self, raw_prediction):
        location, log_scale, shape = self.blocks(raw_prediction)
        return {
            "loc": location,
            "scale": bounded(log_scale).exp(),
            "df": 2 + F.softplus(shape),
        }


class BetaNLL(GaussianNLL):
    r"""Gaussian NLL whose mean learns evenly: rows of wide noise are not given up.

    Each row's Gaussian NLL is weighted by its own variance to the power ``beta``,
    through which no gradient flows. Not itself a likelihood: judge it by
    ``gaussian_nll``.

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
    formula = (
        r"\lfloor\sigma^{2\beta}\rfloor\,\tfrac12\left(\log\sigma^2"
        r" + (y - \mu)^2 / \sigma^2\right)"
    )
    reference = (
        "Seitzer et al. (2022), On the Pitfalls of Heteroscedastic Uncertainty, "
        "arXiv:2203.09168"
    )
    use_when = "Under gaussian_nll the noisy rows are given up and their mean is poor."
    noise_model = (
        "Gaussian, of a width predicted for each row; judge it by gaussian_nll"
    )
    param_ranges = {"beta": Range(0.0, 1.0, domain=Interval(0.0, 1.0, True, True))}
    exceptions = {"gradient": "a surrogate: none flows through the weight"}

    def __init__(self, beta=0.5, constant=False):
        super().__init__(constant)
        self.beta = beta

    def elementwise(self, mean, log_variance, y_true):
        weight = (self.beta * bounded(log_variance.detach())).exp()
        return weight * super().elementwise(mean, log_variance, y_true)


class GaussianCRPS(RegressionLoss):
    r"""Mean and spread for every row, scored in units of y: robust where NLL is not.

    The network puts out (mean, log standard deviation). An exact forecast without
    spread scores 0, one far off scores its distance.

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
    heads = ("location", "log_scale")
    formula = (
        r"\sigma\left[z(2\Phi(z) - 1) + 2\varphi(z) - 1/\sqrt{\pi}\right],"
        r"\quad z = (y - \mu)/\sigma"
    )
    reference = (
        "Gneiting and Raftery (2007), Strictly Proper Scoring Rules, "
        "doi:10.1198/016214506000001437"
    )
    use_when = (
        "You want a forecast with its spread, and a row far off must not dominate."
    )
    noise_model = "Gaussian, of a width predicted for each row, fitted by a score"
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
    r"""Median and spread for every row, scored in units of y, with longer tails.

    The network puts out (median, log b).

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
    heads = ("location", "log_scale")
    formula = r"b\left(|z| + e^{-|z|} - \tfrac34\right),\quad z = (y - m)/b"
    reference = (
        "Jordan, Krueger and Lerch (2019), Evaluating Probabilistic Forecasts, "
        "doi:10.18637/jss.v090.i12"
    )
    use_when = "You want a median with its spread, long tails, and no row to dominate."
    noise_model = "Laplace, of a width predicted for each row, fitted by a score"
    noise = "laplace"

    def elementwise(self, median, log_scale, y_true):
        log_scale = bounded(log_scale)
        error, scale = (median - y_true).abs(), log_scale.exp()
        return error + scale * ((-error * (-log_scale).exp()).exp() - 0.75)

    def noise_parameters(self, raw_prediction):
        median, log_scale = self.blocks(raw_prediction)
        return {"loc": median, "scale": bounded(log_scale).exp()}
