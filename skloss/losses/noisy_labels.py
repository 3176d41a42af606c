"""Losses for labels that may be wrong and for models that are overconfident."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.classification import CrossEntropy
from skloss.losses.contract.classification_loss import (
    ClassificationLoss,
    ProbabilityLoss,
)
from skloss.losses.contract.ranges import NOT_NEGATIVE, Interval, Range
from skloss.tasks import as_task

__all__ = ["ConfidencePenalty", "GeneralizedCrossEntropy", "LabelSmoothing"]

# With two classes the log-odds of the posterior rise by 1 + beta / factor for each unit
# of the scores. This part of beta bounds that by 10, so that a small error of the
# scores is not a large error of small probabilities.
_LEAST_FACTOR = 1 / 9
# Few tables have enough rows to show whether smaller probabilities are right.
_SMALLEST_PROBABILITY = 1e-6


class LabelSmoothing(ClassificationLoss):
    r"""Cross-entropy with smoothed labels, which keeps scores bounded.

    With K classes the target of the true class is 1 - e + e / K, that of each other
    class e / K, where e is ``smoothing``.

    Parameters
    ----------
    smoothing : float in [0, 1), default 0.1
        Share of the target that is spread evenly over all classes; 0 is
        cross-entropy.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("label_smoothing", smoothing=0.1)
    >>> loss(torch.zeros(1, 2), torch.tensor([0]))
    tensor(0.6931)
    """

    name = "label_smoothing"
    functional = "smoothed class probabilities"
    is_convex = True
    formula = r"-(1 - \epsilon)\log \hat y_y - \tfrac{\epsilon}{K}\sum_k \log \hat y_k"
    reference = (
        "Szegedy et al. (2016), Rethinking the Inception Architecture, arXiv:1512.00567"
    )
    use_when = "Some labels are wrong, or scores grow without bound on easy rows."
    param_ranges = {"smoothing": Range(0.0, 0.5, domain=Interval(0.0, 1.0, True))}
    exceptions = {
        "perfect prediction": "the minimum is at the smoothed probabilities, not at 1"
    }

    def __init__(self, smoothing=0.1):
        self.smoothing = smoothing

    def sigmoid_loss(self, logit, y_true):
        target = y_true * (1 - self.smoothing) + self.smoothing / 2
        return F.softplus(logit) - target * logit

    def softmax_loss(self, logits, y_true):
        log_p = F.log_softmax(logits, dim=-1)
        true = log_p.gather(-1, y_true.unsqueeze(-1)).squeeze(-1)
        return -(1 - self.smoothing) * true - self.smoothing * log_p.mean(-1)


class GeneralizedCrossEntropy(ProbabilityLoss):
    r"""Between cross-entropy and absolute error: wrong labels have less influence.

    Parameters
    ----------
    q : float in (0, 1], default 0.7
        Near 0 it approaches cross-entropy; 1 is the absolute error of the
        probability.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("generalized_cross_entropy", q=1.0)
    >>> loss(torch.zeros(1, 1), torch.tensor([1]))
    tensor(0.5000)
    """

    name = "generalized_cross_entropy"
    aliases = ("gce",)
    functional = "overconfident class probabilities"
    has_curvature = True
    formula = r"(1 - p_t^q) / q"
    reference = (
        "Zhang and Sabuncu (2018), Generalized Cross Entropy Loss, arXiv:1805.07836"
    )
    use_when = "Many labels are wrong, and the network would memorise them."
    param_ranges = {
        "q": Range(0.01, 1.0, domain=Interval(0.0, 1.0, high_inclusive=True))
    }

    def __init__(self, q=0.7):
        self.q = q

    def of_probability(self, log_p, log_q, weight):
        # 1 - p^q by expm1: exact where p is nearly 1, and for a small q. Not elsewhere,
        # because its derivative is computed as expm1 + 1, which rounds p^q to 0.
        power = self.q * log_p
        value = torch.where(power > -1, -torch.expm1(power), 1 - power.exp())
        return value / self.q


class ConfidencePenalty(CrossEntropy):
    r"""Cross-entropy plus the divergence of the prediction from equal probabilities.

    The Kullback-Leibler divergence KL(p || uniform) penalises confident predictions;
    it is log K minus the entropy of the prediction.

    Parameters
    ----------
    beta : float >= 0, default 0.1
        Weight of the divergence; 0 is cross-entropy.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("confidence_penalty")
    >>> loss(torch.zeros(1, 3), torch.tensor([1]))
    tensor(1.0986)
    """

    name = "confidence_penalty"
    tasks = ("binary", "multiclass")
    aliases = ()
    functional = "flattened class probabilities"
    is_proper = False
    noise_model = ""
    is_convex = False
    has_curvature = True
    formula = r"-\log \hat y_y + \beta \sum_k \hat y_k \log(K \hat y_k)"
    reference = "Pereyra et al. (2017), Regularizing Neural Networks, arXiv:1701.06548"
    use_when = "Predictions are overconfident although the labels are correct."
    param_ranges = {"beta": Range(0.0, 1.0, domain=NOT_NEGATIVE)}
    exceptions = {
        "perfect prediction": "the penalty moves the minimum away from certainty"
    }

    def __init__(self, beta=0.1):
        self.beta = beta

    def sigmoid_loss(self, logit, y_true):
        both = torch.stack([torch.zeros_like(logit), logit], dim=-1)
        return super().sigmoid_loss(logit, y_true) + self.beta * _kl_to_uniform(both)

    def softmax_loss(self, logits, y_true):
        return super().softmax_loss(logits, y_true) + self.beta * _kl_to_uniform(logits)

    def posterior(self, raw_prediction, task):
        """Return p_k (1 + beta (log p_k + H)), where H is the entropy of the softmax p.

        The expected loss is strictly convex in p, so that one p minimises it for each
        distribution of the classes, at which this is that distribution. The factor is
        positive there. Scores at which it is smaller than a part of ``beta`` minimise
        the loss for no distribution, or for one with a very small probability; the
        factor keeps that value there, so that log-odds rise as the scores do.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        task : str or Task

        Returns
        -------
        Tensor
            As `Loss.posterior`.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> raw = torch.tensor([[0.0], [2.0], [-30.0]])
        >>> get_loss("confidence_penalty").posterior(raw, "binary").round(decimals=4)
        tensor([[0.5000],
                [0.9018],
                [0.0000]], dtype=torch.float64)
        """
        logits = raw_prediction.detach().double()
        is_label = as_task(task).link == "logit"
        if is_label:
            logits = torch.cat([torch.zeros_like(logits), logits], dim=-1)
        log_p = F.log_softmax(logits, dim=-1)
        entropy = -(log_p.exp() * log_p).sum(-1, keepdim=True)
        factor = 1 + self.beta * (log_p + entropy)
        factor = factor.clamp(min=_LEAST_FACTOR * self.beta)
        found = F.softmax(log_p + factor.log(), dim=-1)
        return found[..., 1:] if is_label else found

    def has_posterior(self, task, n_outputs):
        """Return whether `posterior` is exact for all but very small probabilities.

        Parameters
        ----------
        task : str or Task
        n_outputs : int

        Returns
        -------
        bool
            True for ``beta`` up to 0.1.

        Examples
        --------
        >>> from skloss import get_loss
        >>> get_loss("confidence_penalty", beta=0.5).has_posterior("binary", 1)
        False
        """
        # At a small p the entropy of two classes is nearly 0; that of more is positive.
        least = _LEAST_FACTOR * self.beta
        log_p = (least - 1) / self.beta if self.beta else -math.inf
        return least * math.exp(log_p) <= _SMALLEST_PROBABILITY


def _kl_to_uniform(logits):
    """KL(p || uniform) = sum_k p_k log(K p_k) of the softmax p of each row."""
    log_p = F.log_softmax(logits, dim=-1)
    return (log_p.exp() * (log_p + math.log(logits.shape[-1]))).sum(-1)
