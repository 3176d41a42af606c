"""Losses on sets of labels that may occur together."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.classification_loss import ClassificationLoss
from skloss.losses.contract.ranges import NOT_NEGATIVE, Interval, Range

__all__ = ["Asymmetric"]


class Asymmetric(ClassificationLoss):
    r"""Focal loss for many labels of which few are true: easy negatives count less.

    Positives and negatives have separate exponents, and negatives with a probability
    below ``clip`` have zero loss. Summed over labels.

    Parameters
    ----------
    gamma_negative, gamma_positive : float >= 0, default 4.0 and 1.0
        Exponents of the weights of negatives and positives.
    clip : float in [0, 1), default 0.05
        Probability below which a negative has zero loss.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("asymmetric")
    >>> loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
    tensor(0.3711)
    """

    name = "asymmetric"
    aliases = ("asl",)
    tasks = ("multilabel",)
    functional = "distorted probability of each label"
    has_curvature = True
    formula = (
        r"-\sum_k y_k (1 - p_k)^{\gamma_+} \log p_k"
        r" + (1 - y_k)\, q_k^{\gamma_-} \log(1 - q_k),"
        r"\quad q_k = \max(p_k - \text{clip}, 0)"
    )
    reference = (
        "Ben-Baruch et al. (2021), Asymmetric Loss For Multi-Label, arXiv:2009.14119"
    )
    use_when = (
        "Each row has few of very many labels, and the absent ones would dominate."
    )
    param_ranges = {
        "gamma_negative": Range(0.0, 8.0, domain=NOT_NEGATIVE),
        "gamma_positive": Range(0.0, 4.0, domain=NOT_NEGATIVE),
        "clip": Range(0.0, 0.3, domain=Interval(0.0, 1.0, True)),
    }

    def __init__(self, gamma_negative=4.0, gamma_positive=1.0, clip=0.05):
        self.gamma_negative = gamma_negative
        self.gamma_positive = gamma_positive
        self.clip = clip

    def sigmoid_loss(self, logit, y_true):
        log_p, log_q = F.logsigmoid(logit), F.logsigmoid(-logit)
        positive = (self.gamma_positive * log_q).exp() * -log_p
        if self.clip == 0:
            negative = (self.gamma_negative * log_p).exp() * -log_q
        else:
            # log(1 - max(p - clip, 0)) = min(log((1 - p) + clip), 0), in log space.
            shift = torch.full_like(log_q, math.log(self.clip))
            log_rest = torch.logaddexp(log_q, shift).clamp(max=0.0)
            # Not 0, whose power has an infinite slope for exponents below 1; the
            # factor log_rest is 0 there, so that the product is 0 in any case.
            kept = (log_p.exp() - self.clip).clamp(min=1e-12)
            negative = kept**self.gamma_negative * -log_rest
        return torch.lerp(negative, positive, y_true)
