"""Losses for counts and positive amounts: the raw score is a log-mean."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.links import Log, Log1p, bounded, may_hold
from skloss.losses.contract.ranges import NOT_NEGATIVE, POSITIVE, Interval, Range
from skloss.losses.contract.regression_loss import RegressionLoss
from skloss.losses.robust_statistics import log_linear_means

__all__ = ["Gamma", "NegativeBinomial", "Poisson", "SquaredLogError", "Tweedie"]


#: Mean whose logarithm training starts from where all targets are zero.
_SMALLEST_MEAN = 1e-8


class _LogLinkLoss(RegressionLoss):
    """A loss of the log-mean; training starts from the log of the average target.

    The log-mean is limited to 20 logs, a factor of 5e8, about that start, so that
    amounts in any unit are within the limits.
    """

    functional = "mean"
    is_equivariant = False
    link = Log()
    y_range = NOT_NEGATIVE

    def intercept(self, y, sample_weight=None):
        mean = np.atleast_1d(np.average(y, axis=0, weights=sample_weight))
        start = np.log(np.where(mean > 0, mean, _SMALLEST_MEAN))
        return np.concatenate([start, np.zeros(len(start) * (len(self.heads) - 1))])

    def around(self, raw_prediction):
        n_targets = len(raw_prediction) // len(self.heads)
        return self.with_learned(level=raw_prediction[:n_targets])

    def _limited(self, log_mean):
        """The log-mean, limited about the level of the training rows."""
        level = self.learned("level", log_mean, 0.0)
        return level + bounded(log_mean - level)

    def predict(self, raw_prediction):
        location = self.blocks(raw_prediction)[0]
        return self.link.inverse(location, self.learned("level", location, 0.0))


class Poisson(_LogLinkLoss):
    r"""Poisson deviance up to a constant: for counts, elicits the mean.

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
    use_when = "Targets are counts or rates whose variance is close to their mean."
    noise_model = "Poisson; negative binomial where held-out counts vary clearly more"
    noise = "poisson"

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, log_mean, y_true):
        log_mean = self._limited(log_mean)
        value = log_mean.exp() - y_true * log_mean
        return value + torch.lgamma(y_true + 1) if self.constant else value


#: Training starts from this dispersion times the mean, at least, if counts are not
#: overdispersed: 0.005 nats from Poisson.
_LEAST_EXCESS = 0.005
#: And from this dispersion, at least: a network that has yet to learn the means is off
#: by some hundredths. At a mean of a million, counts of a log-linear model have 5e-9;
#: the likelihood is so steep there that networks stopped one nat above those of
#: Poisson, and half a nat below them from here on (benchmarks/README.md).
_LEAST_DISPERSION = 0.001
#: Logarithm of the size, 1 / dispersion, from which Stirling's series of log-gamma is
#: exact to rounding with two terms; log-gammas of a large size cancel.
_LARGE_LOG_SIZE = math.log(1e3)


class NegativeBinomial(_LogLinkLoss):
    r"""Negative binomial likelihood: overdispersed counts, dispersion by row.

    The network returns (log mean m, log dispersion a); the variance is m + a m^2.

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
    has_curvature = True
    heads = ("location", "log_scale")
    # Small counts hardly determine how their dispersion varies.
    rows_per_spread_column = 1000
    formula = (
        r"-\log\frac{\Gamma(y + k)}{\Gamma(k)} - k \log\frac{k}{k + m}"
        r" - y \log\frac{m}{k + m},\quad k = 1/a"
    )
    reference = "Hilbe (2011), Negative Binomial Regression"
    use_when = "Targets are counts whose variance is larger than their mean."
    noise_model = "negative binomial, dispersion predicted for each row"
    noise = "negative_binomial"

    def __init__(self, constant=False):
        self.constant = constant

    def elementwise(self, log_mean, log_dispersion, y_true):
        # In float64, since the two log-gammas cancel.
        log_mean, y = self._limited(log_mean.double()), y_true.double()
        log_size = -_limited_dispersion(log_dispersion.double())
        value = _by_log_gammas(log_mean, log_size, y)
        is_large = log_size > _LARGE_LOG_SIZE
        if may_hold(is_large):
            value = torch.where(is_large, _by_series(log_mean, log_size, y), value)
        if self.constant:
            value = value + torch.lgamma(y + 1)
        return value.to(y_true.dtype)

    def bind(self, y, sample_weight=None, X=None):
        y = np.asarray(y, dtype=float)
        means = log_linear_means(y, sample_weight, X)
        # The variance is m + a m^2, so that a = E[(y - m)^2 - m] / m^2 by moments
        # (Cameron and Trivedi 1990); the denominator is a mean, too.
        excess = np.average((y - means) ** 2 - means, axis=0, weights=sample_weight)
        square = np.average(means**2, axis=0, weights=sample_weight)
        found = excess / np.where(square > 0, square, 1.0)
        # Training from too small a dispersion is fast, from too large a one slow: it
        # starts near the Poisson end where moments show no excess.
        mean = np.average(y, axis=0, weights=sample_weight)
        least = _LEAST_EXCESS / np.where(mean > 0, mean, 1.0)
        least = np.maximum(least, _LEAST_DISPERSION)
        return self.with_learned(dispersion=np.maximum(found, least))

    def intercept(self, y, sample_weight=None):
        start = super().intercept(y, sample_weight)
        dispersion = np.atleast_1d(self.bound_.get("dispersion", 1.0))
        start[len(start) // 2 :] = np.log(dispersion)
        return start

    def example_target(self, rng, n, task=None):
        # Whole numbers from 1 on: the logarithm of 0 is not a raw score.
        return np.ceil(super().example_target(rng, n, task))

    def noise_parameters(self, raw_prediction):
        log_mean, log_dispersion = self.blocks(raw_prediction)
        return {
            "loc": self._limited(log_mean).exp(),
            "dispersion": _limited_dispersion(log_dispersion).exp(),
        }


def _limited_dispersion(log_dispersion):
    """The log-dispersion, smoothly limited to 6, which means that almost all are zero.

    The likelihood of a zero grows without limit in the dispersion: a slope that only
    zeros determine would let any other count in their place cost any number of nats.
    """
    above = bounded(log_dispersion, 4.0, 2.0)
    return torch.where(log_dispersion > 0, above, bounded(log_dispersion))


def _by_log_gammas(log_mean, log_size, y):
    """Negative log-probability without log y!, for a size that is not large."""
    log_size = log_size.clamp(max=_LARGE_LOG_SIZE)
    size, log_odds = log_size.exp(), log_mean - log_size  # of m / (k + m)
    value = torch.lgamma(size) - torch.lgamma(y + size)
    return value - size * F.logsigmoid(-log_odds) - y * F.logsigmoid(log_odds)


def _by_series(log_mean, log_size, y):
    """The same for a large size k, with which it tends to that of Poisson.

    By Stirling's series, log G(k + y) - log G(k) is y log k + (k + y - 1/2)
    log(1 + y / k) - y + (1 / (k + y) - 1 / k) / 12, and large terms cancel.
    """
    mean, size = log_mean.exp(), log_size.clamp(min=_LARGE_LOG_SIZE).exp()
    both = size + y
    value = both * ((mean - y) / both).log1p() + y - y * log_mean
    return value + 0.5 * (y / size).log1p() + (1 / size - 1 / both) / 12


class Gamma(_LogLinkLoss):
    r"""Gamma deviance up to a constant: positive amounts, relative errors.

    The negative log-likelihood at dispersion 1 (exponential); the optimum is the same
    for every fixed dispersion.

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
        "Targets are positive, such as durations or costs, and vary with their mean."
    )
    noise_model = "gamma with constant dispersion"
    y_range = POSITIVE
    noise = "gamma"

    def elementwise(self, log_mean, y_true):
        log_mean = self._limited(log_mean)
        return log_mean + y_true * (-log_mean).exp()


class Tweedie(_LogLinkLoss):
    r"""Tweedie deviance: amounts that are often zero, elicits the mean.

    Half the deviance up to a constant. At power 1 it equals ``poisson``, at power 2
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
        "Targets are amounts, many of them exactly zero, such as claims or rainfall."
    )
    noise_model = "Tweedie: between powers 1 and 2, a Poisson sum of gamma amounts"
    param_ranges = {"power": Range(1.0, 2.0, domain=Interval(1.0, 2.0, True, True))}

    def __init__(self, power=1.5):
        self.power = power

    @property
    def noise(self):
        """Poisson at power 1, gamma at power 2."""
        return {1: "poisson", 2: "gamma"}.get(self.power, "tweedie")

    def noise_parameters(self, raw_prediction):
        parameters = super().noise_parameters(raw_prediction)
        power = {"power": self.power} if self.noise == "tweedie" else {}
        return parameters | power

    @property
    def y_range(self):
        """Non-negative targets below power 2, positive ones at power 2."""
        return Interval(0.0, low_inclusive=self.power < 2)

    def elementwise(self, log_mean, y_true):
        log_mean = self._limited(log_mean)
        first, second = 2 - self.power, 1 - self.power
        # At powers 2 and 1 the quotient tends to log_mean plus the constant 1 / (2 - p)
        # or 1 / (1 - p), which within 1e-9 of them would leave few digits of the rest.
        grown = log_mean if abs(first) < 1e-9 else (first * log_mean).exp() / first
        shrunk = log_mean if abs(second) < 1e-9 else (second * log_mean).exp() / second
        return grown - y_true * shrunk


class SquaredLogError(_LogLinkLoss):
    r"""Squared error of log(1 + y): relative errors, under-prediction costs more.

    It elicits exp(mean of log(1 + y)) - 1, which is below the mean.

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
    use_when = "Targets span orders of magnitude and relative errors matter."
    noise_model = "Gaussian with constant scale for log(1 + y)"
    noise = "log_gaussian"
    link = Log1p()

    def elementwise(self, log_prediction, y_true):
        return (torch.log1p(y_true) - log_prediction).square()

    def intercept(self, y, sample_weight=None):
        logs = np.log1p(y)
        return np.atleast_1d(np.average(logs, axis=0, weights=sample_weight))
