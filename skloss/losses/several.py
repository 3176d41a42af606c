"""Losses with several numbers per row: many quantiles, or a whole distribution."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.links import Softmax
from skloss.losses.contract.loss import Loss, RegressionLoss, check_shapes
from skloss.losses.contract.ranges import UNIT, Interval, as_numbers

__all__ = ["JSDivergence", "KLDivergence", "MultiQuantile"]


class MultiQuantile(RegressionLoss):
    r"""Several quantiles at once that never cross: an honest band around a median.

    The network puts out the lowest quantile and raw steps between neighbours, each
    made positive by a softplus. The value is the mean pinball over the quantiles.

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
    functional = "quantiles"
    is_proper = True
    formula = (
        r"\tfrac1Q \sum_q \max(q\,r_q, (q - 1)\,r_q),\quad r_q = y - \hat y_q,"
        r"\ \hat y_1 \le \dots \le \hat y_Q"
    )
    reference = "Koenker and Bassett (1978), Regression Quantiles, doi:10.2307/1913643"
    use_when = (
        "You want a band around the forecast without believing in a shape of noise."
    )
    exceptions = {
        "perfect prediction": "steps are positive: quantiles only tend to each other"
    }

    def __init__(self, quantiles=(0.05, 0.25, 0.5, 0.75, 0.95)):
        self.quantiles = quantiles

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
        level = error.new_tensor(self.quantiles).reshape(-1, *[1] * y_true.ndim)
        return torch.maximum(level * error, (level - 1) * error).mean(0)

    @staticmethod
    def _ordered(outputs):
        """Quantiles one after the other, along the first dimension."""
        raw = torch.stack(tuple(outputs))
        return torch.cat([raw[:1], F.softplus(raw[1:])]).cumsum(0)

    def stated_quantiles(self, raw_prediction):
        """Levels, and the quantiles that lowest one and steps add up to."""
        quantiles = self._ordered(self.blocks(raw_prediction))
        return self.quantiles, quantiles.movedim(0, -1)

    def predict(self, raw_prediction):
        """Return the quantile nearest to the median."""
        nearest = int(np.argmin(np.abs(np.asarray(self.quantiles) - 0.5)))
        return self._ordered(self.blocks(raw_prediction))[nearest]


class _DistributionLoss(Loss):
    """Targets whose rows are distributions; the link is a softmax."""

    tasks = ("regression",)
    functional = "mean distribution"
    link = Softmax()
    y_range = Interval(0.0, 1.0, True, True)

    def reason_invalid(self, y):
        y = np.asarray(y, dtype=float)
        reason = super().reason_invalid(y)
        if reason:
            return reason
        if y.ndim != 2 or y.shape[1] < 2:
            return (
                f"The loss {self.name!r} needs a column per outcome, rows that are "
                f"distributions; y has shape {y.shape}."
            )
        wrong = np.abs(y.sum(1) - 1) > 1e-6
        if wrong.any():
            return (
                f"The loss {self.name!r} needs rows that sum to 1, but row "
                f"{int(np.argmax(wrong))} of y sums to {y[wrong][0].sum():g}."
            )
        return ""

    def example_target(self, rng, n, task=None):
        return rng.dirichlet(np.ones(3), n)

    def intercept(self, y, sample_weight=None):
        mean = np.average(y, axis=0, weights=sample_weight)
        return np.log(np.maximum(mean, 1e-8))

    def pointwise(self, raw_prediction, y_true):
        check_shapes(raw_prediction, y_true, self)
        if y_true.shape != raw_prediction.shape:
            raise ValueError(
                f"{self.name} needs one output per column of y_true, but the shapes "
                f"are {tuple(raw_prediction.shape)} and {tuple(y_true.shape)}."
            )
        log_q = F.log_softmax(raw_prediction, dim=-1)
        return self.divergence(y_true.to(raw_prediction.dtype), log_q)

    def divergence(self, p, log_q):
        """Divergence of each row from p and log q, shape (..., n_outcomes) both."""
        raise NotImplementedError


class KLDivergence(_DistributionLoss):
    r"""Cross-entropy for soft labels, less their own entropy: zero is a perfect match.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("kl_divergence")
    >>> loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    name = "kl_divergence"
    aliases = ("kl_div", "kl")
    is_proper = True
    is_convex = True
    formula = r"\sum_k y_k \log(y_k / \hat y_k)"
    reference = (
        "Kullback and Leibler (1951), On Information and Sufficiency, "
        "doi:10.1214/aoms/1177729694"
    )
    use_when = (
        "Targets are distributions themselves, such as shares or votes of annotators."
    )
    noise_model = "categorical labels of which only the shares are known"

    def divergence(self, p, log_q):
        return (torch.special.xlogy(p, p) - p * log_q).sum(-1)


class JSDivergence(_DistributionLoss):
    r"""A symmetric, bounded distance of distributions: at most log 2 for any row.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("js_divergence")
    >>> loss(torch.tensor([[1e4, 0.0]]), torch.tensor([[0.0, 1.0]]))  # disjoint
    tensor(0.6931)
    """

    name = "js_divergence"
    aliases = ("js_div", "jsd")
    functional = "a compromise between distributions"
    formula = r"\tfrac12 KL(y \| m) + \tfrac12 KL(\hat y \| m),\quad m = (y + \hat y)/2"
    reference = (
        "Lin (1991), Divergence Measures Based on the Shannon Entropy, "
        "doi:10.1109/18.61115"
    )
    use_when = (
        "Targets are distributions, some of them doubtful, and no row may dominate."
    )

    def divergence(self, p, log_q):
        # Where p is 0 its logarithm only meets factors of 0; any finite value serves.
        log_p = torch.where(p > 0, p, torch.ones_like(p)).log()
        with_p = torch.where(p > 0, torch.logaddexp(log_p, log_q), log_q)
        log_m = with_p - math.log(2)
        q = log_q.exp()
        return 0.5 * (p * (log_p - log_m) + q * (log_q - log_m)).sum(-1)
