"""Losses for counts and positive numbers: the network predicts on a log scale."""

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.links import Log, Log1p, bounded
from skloss.losses.contract.loss import RegressionLoss
from skloss.losses.contract.ranges import NOT_NEGATIVE, POSITIVE, Interval, Range

__all__ = ["Gamma", "NegativeBinomial", "Poisson", "SquaredLogError", "Tweedie"]


class _LogLinkLoss(RegressionLoss):
    """A loss of the log-mean; the fit starts from the log of the average target."""

    functional = "mean"
    is_equivariant = False
    link = Log()
    y_range = NOT_NEGATIVE

    def intercept(self, y, sample_weight=None):
        mean = np.atleast_1d(np.average(y, axis=0, weights=sample_weight))
        start = np.log(np.maximum(mean, 1e-8))
        return np.concatenate([start, np.zeros(len(start) * (len(self.heads) - 1))])


class Poisson(_LogLinkLoss):
    r"""Counts: the spread grows with the mean, predictions stay positive.

    Parameters
    ----------
    constant : bool, default False
        Add log y!, so that the value is in true nats.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("poisson")
    >>> loss(torch.tensor([[0.0]]), torch.tensor([3.0]))
    tensor(1.)
    """

    name = "poisson"
    is_proper = True
    is_convex = True
    formula = r"\hat y - y \log \hat y,\quad \hat y = e^z"
    reference = "McCullagh and Nelder (1989), Generalized Linear Models"
    use_when = "Targets are counts or rates whose variance is about their mean."
    noise_model = "Poisson"
    noise = "poisson"

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, log_mean, y_true):
        log_mean = bounded(log_mean)
        value = log_mean.exp() - y_true * log_mean
        return value + torch.lgamma(y_true + 1) if self.constant else value


class NegativeBinomial(_LogLinkLoss):
    r"""Counts that spread more than Poisson, by an amount that depends on X.

    The network puts out (log mean m, log dispersion a); the variance is m + a m^2.

    Parameters
    ----------
    constant : bool, default False
        Add log y!, so that the value is in true nats.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("negative_binomial", constant=True)
    >>> loss(torch.tensor([[0.0, 0.0]]), torch.tensor([0.0]))  # geometric, log 2
    tensor(0.6931)
    """

    name = "negative_binomial"
    is_proper = True
    heads = ("location", "log_scale")
    formula = (
        r"-\log\frac{\Gamma(y + k)}{\Gamma(k)} - k \log\frac{k}{k + m}"
        r" - y \log\frac{m}{k + m},\quad k = 1/a"
    )
    reference = "Hilbe (2011), Negative Binomial Regression"
    use_when = "Targets are counts that vary more than their mean explains."
    noise_model = "negative binomial, of a dispersion predicted for each row"
    noise = "negative_binomial"

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, log_mean, log_dispersion, y_true):
        # In double precision: the two log-gammas cancel when the dispersion is small.
        log_mean = bounded(log_mean.double())
        log_size = -bounded(log_dispersion.double(), 8.0, 4.0)
        size, y = log_size.exp(), y_true.double()
        log_odds = log_mean - log_size  # of m / (k + m)
        value = torch.lgamma(size) - torch.lgamma(y + size)
        value = value - size * F.logsigmoid(-log_odds) - y * F.logsigmoid(log_odds)
        if self.constant:
            value = value + torch.lgamma(y + 1)
        return value.to(y_true.dtype)

    def example_target(self, rng, n, task=None):
        # Whole numbers from 1 on: the logarithm of 0 is not a raw score.
        return np.ceil(super().example_target(rng, n, task))

    def noise_parameters(self, raw_prediction):
        log_mean, log_dispersion = self.blocks(raw_prediction)
        return {
            "loc": bounded(log_mean).exp(),
            "dispersion": bounded(log_dispersion, 8.0, 4.0).exp(),
        }


class Gamma(_LogLinkLoss):
    r"""Positive amounts whose spread grows with their mean: relative misses count.

    The negative log-likelihood at dispersion 1 (exponential); the optimum is that of
    every gamma distribution of fixed dispersion.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("gamma")
    >>> loss(torch.tensor([[0.0]]), torch.tensor([3.0]))
    tensor(3.)
    """

    name = "gamma"
    is_proper = True
    is_convex = True
    formula = r"\log \hat y + y / \hat y,\quad \hat y = e^z"
    reference = "McCullagh and Nelder (1989), Generalized Linear Models"
    use_when = (
        "Targets are positive, such as durations or costs, and spread with their mean."
    )
    noise_model = "gamma, of one fitted dispersion"
    y_range = POSITIVE
    noise = "gamma"

    def elementwise(self, log_mean, y_true):
        log_mean = bounded(log_mean)
        return log_mean + y_true * (-log_mean).exp()


class Tweedie(_LogLinkLoss):
    r"""Amounts that are often exactly zero: between Poisson (1) and gamma (2).

    Half the deviance up to a constant. At power 1 it equals ``poisson``, at 2
    ``gamma``.

    Parameters
    ----------
    power : float in [1, 2], default 1.5
        The variance is proportional to the mean to this power.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("tweedie", power=1.5)
    >>> loss(torch.tensor([[0.0]]), torch.tensor([1.0]))
    tensor(4.)
    """

    name = "tweedie"
    is_proper = True
    is_convex = True
    formula = (
        r"\frac{\hat y^{2 - p}}{2 - p} - y\,\frac{\hat y^{1 - p}}{1 - p},"
        r"\quad \hat y = e^z"
    )
    reference = "Jorgensen (1997), The Theory of Dispersion Models"
    use_when = (
        "Targets are amounts of which many are exactly zero, such as claims or rain."
    )
    noise_model = "Tweedie: between powers 1 and 2 a Poisson number of gamma amounts"
    param_ranges = {"power": Range(1.0, 2.0, domain=Interval(1.0, 2.0, True, True))}

    def __init__(self, power=1.5):
        self.power = power

    @property
    def y_range(self):
        """Zeros are impossible from power 2 on."""
        return Interval(0.0, low_inclusive=self.power < 2)

    def elementwise(self, log_mean, y_true):
        log_mean = bounded(log_mean)
        first, second = 2 - self.power, 1 - self.power
        grown = log_mean if abs(first) < 1e-9 else (first * log_mean).exp() / first
        shrunk = log_mean if abs(second) < 1e-9 else (second * log_mean).exp() / second
        return grown - y_true * shrunk


class SquaredLogError(_LogLinkLoss):
    r"""Squared misses of log(1 + y): ratios count, and low forecasts cost more.

    It elicits exp(mean of log(1 + y)) - 1, which lies below the mean.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("squared_log_error")
    >>> loss(torch.tensor([[0.0]]), torch.tensor([0.0]))
    tensor(0.)
    """

    name = "squared_log_error"
    aliases = ("msle",)
    functional = "exp(mean of log(1 + y)) - 1"
    is_convex = True
    formula = r"\left(\log(1 + y) - \log(1 + \hat y)\right)^2,\quad \hat y = e^z - 1"
    reference = (
        "Tofallis (2015), A better measure of relative prediction accuracy, "
        "doi:10.1057/jors.2014.103"
    )
    use_when = "Targets span orders of magnitude, ratios matter and the mean does not."
    noise_model = "Gaussian, of one width, for log(1 + y)"
    link = Log1p()

    def elementwise(self, log_prediction, y_true):
        return (torch.log1p(y_true) - log_prediction).square()

    def intercept(self, y, sample_weight=None):
        logs = np.log1p(y)
        return np.atleast_1d(np.average(logs, axis=0, weights=sample_weight))
