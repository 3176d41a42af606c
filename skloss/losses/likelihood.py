"""Negative log-likelihoods whose scale the network predicts too: how sure, row by row.

Log-scales pass through `bounded`: exact where data lie, finite everywhere.
"""

import math

from skloss.losses.base import RegressionLoss
from skloss.losses.links import bounded

__all__ = ["GaussianNLL", "LaplaceNLL"]

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
    reference = "Nix and Weigend (1994), Estimating the mean and variance"
    noise = "gaussian"
    exceptions = {
        "perfect prediction": "unbounded below: a shrinking variance rewards an exact "
        "mean without end"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, mean, log_variance, y_true):
        log_variance = bounded(log_variance)
        value = 0.5 * (log_variance + (y_true - mean).square() * (-log_variance).exp())
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
    noise = "laplace"
    exceptions = {
        "perfect prediction": "unbounded below: a shrinking scale rewards an exact "
        "median without end"
    }

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, median, log_scale, y_true):
        log_scale = bounded(log_scale)
        value = log_scale + (y_true - median).abs() * (-log_scale).exp()
        return value + math.log(2) if self.constant else value

    def noise_parameters(self, raw_prediction):
        median, log_scale = self.blocks(raw_prediction)
        return {"loc": median, "scale": bounded(log_scale).exp()}
