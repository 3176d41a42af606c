"""Losses whose targets are distributions: each row of y sums to 1."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.links import Softmax
from skloss.losses.contract.loss import Loss
from skloss.losses.contract.ranges import Interval
from skloss.losses.contract.shapes import check_shapes

__all__ = ["JSDivergence", "KLDivergence"]

#: Rounding in a file or a division leaves sums this far from 1.
_SUM_TOLERANCE = 1e-6


class _DistributionLoss(Loss):
    """Targets whose rows are distributions over outcomes; the link is a softmax."""

    tasks = ("regression",)
    takes_distributions = True
    functional = "mean distribution"
    noise = "beta"
    link = Softmax()
    y_range = Interval(0.0, 1.0, True, True)

    def reason_invalid(self, y):
        y = np.asarray(y, dtype=float)
        reason = super().reason_invalid(y)
        if reason:
            return reason
        if y.ndim != 2 or y.shape[1] < 2:
            return (
                f"The loss {self.name!r} requires one column per outcome and rows that "
                f"sum to 1, but y has shape {y.shape}."
            )
        wrong = np.abs(y.sum(1) - 1) > _SUM_TOLERANCE
        if wrong.any():
            return (
                f"The loss {self.name!r} requires rows that sum to 1, but row "
                f"{int(np.argmax(wrong))} of y sums to {y[wrong][0].sum():g}."
            )
        return ""

    def example_target(self, rng, n, task=None):
        return rng.dirichlet(np.ones(3), n)

    def intercept(self, y, sample_weight=None):
        mean = np.average(y, axis=0, weights=sample_weight)
        # The lower limit, below the rounding of a share in float32, keeps the logarithm
        # of an outcome that does not occur finite.
        return np.log(np.maximum(mean, 1e-8))

    def pointwise(self, raw_prediction, y_true):
        check_shapes(raw_prediction, y_true, self)
        if y_true.shape != raw_prediction.shape:
            raise ValueError(
                f"{self.name} requires one output per column of y_true, but the shapes "
                f"are {tuple(raw_prediction.shape)} and {tuple(y_true.shape)}."
            )
        log_q = F.log_softmax(raw_prediction, dim=-1)
        return self.divergence(y_true.to(raw_prediction.dtype), log_q)

    def divergence(self, p, log_q):
        """Divergence of each row; ``p`` and ``log_q`` have shape (..., n_outcomes)."""
        raise NotImplementedError


class KLDivergence(_DistributionLoss):
    r"""Kullback-Leibler divergence from the target: zero for a perfect match.

    Equals the cross-entropy for soft labels minus the entropy of the labels.

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
    use_when = "Targets are distributions, such as shares or the votes of annotators."
    noise_model = "categorical labels; of the observed shares, beta around their mean"

    def divergence(self, p, log_q):
        return (torch.special.xlogy(p, p) - p * log_q).sum(-1)


class JSDivergence(_DistributionLoss):
    r"""Jensen-Shannon divergence: symmetric and at most log 2 for each row.

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
    functional = "Jensen-Shannon centroid"
    has_curvature = True
    formula = r"\tfrac12 KL(y \| m) + \tfrac12 KL(\hat y \| m),\quad m = (y + \hat y)/2"
    reference = (
        "Lin (1991), Divergence Measures Based on the Shannon Entropy, "
        "doi:10.1109/18.61115"
    )
    use_when = (
        "Targets are distributions, some unreliable, and outliers must not dominate."
    )
    noise_model = "each share beta around the prediction"

    def divergence(self, p, log_q):
        # Where p is 0 its logarithm is multiplied by 0, so any finite value works.
        log_p = torch.where(p > 0, p, torch.ones_like(p)).log()
        with_p = torch.where(p > 0, torch.logaddexp(log_p, log_q), log_q)
        log_m = with_p - math.log(2)
        q = log_q.exp()
        return 0.5 * (p * (log_p - log_m) + q * (log_q - log_m)).sum(-1)
