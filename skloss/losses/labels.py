"""Losses for labels that are ordered, or that may co-occur."""

import math

import torch
from torch.nn import functional as F

from skloss.losses.contract.classification_loss import ClassificationLoss
from skloss.losses.contract.ranges import NOT_NEGATIVE, Interval, Range

__all__ = ["Asymmetric", "Corn"]


class Asymmetric(ClassificationLoss):
    r"""Many labels, few of them true: easy negatives are let go.

    Negatives lose weight by their own exponent, and below the probability ``clip`` they
    cost nothing. The sum over labels.

    Parameters
    ----------
    gamma_negative, gamma_positive : float >= 0, default 4.0 and 1.0
        How fast easy labels of each kind lose weight.
    clip : float in [0, 1), default 0.05
        Probability below which a negative is easy enough to forget.

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
    formula = (
        r"-\sum_k y_k (1 - p_k)^{\gamma_+} \log p_k"
        r" + (1 - y_k)\, q_k^{\gamma_-} \log(1 - q_k),"
        r"\quad q_k = \max(p_k - \text{clip}, 0)"
    )
    reference = (
        "Ben-Baruch et al. (2021), Asymmetric Loss For Multi-Label, arXiv:2009.14119"
    )
    use_when = (
        "Each row has few labels out of very many, and the absent ones swamp the rest."
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
            shift = torch.full_like(log_q, math.log(self.clip))
            log_rest = torch.logaddexp(log_q, shift).clamp(max=0.0)
            kept = (log_p.exp() - self.clip).clamp(min=1e-12)
            negative = kept**self.gamma_negative * -log_rest
        return torch.lerp(negative, positive, y_true)


class Corn(ClassificationLoss):
    r"""Ordered classes: one question "higher still?" per step, each asked in turn.

    With K classes the network has K - 1 outputs: the log-odds of y > k among the rows
    with y >= k. Their products are the probabilities of at least each class, which
    fall in order by construction.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("corn")
    >>> loss.pointwise(torch.zeros(3, 2), torch.tensor([0, 1, 2]))
    tensor([0.6931, 1.3863, 1.3863])
    """

    name = "corn"
    tasks = ("ordinal",)
    is_proper = True
    is_convex = True
    formula = r"-\sum_{k \le y,\, k < K - 1} \log P(1[y > k] \mid y \ge k)"
    reference = (
        "Shi, Cao and Raschka (2021), Deep Neural Networks for "
        "Rank-Consistent Ordinal Regression, "
        "arXiv:2111.08851"
    )
    use_when = (
        "Classes have an order, such as grades, whose steps need not be equally wide."
    )
    noise_model = "a Bernoulli answer at each step that is asked"

    def n_outputs(self, k):
        return max(1, k - 1)

    def softmax_loss(self, logits, y_true):
        step = torch.arange(logits.shape[-1], device=logits.device)
        asked = y_true.unsqueeze(-1) >= step
        higher = (y_true.unsqueeze(-1) > step).to(logits.dtype)
        return (asked * F.softplus((1 - 2 * higher) * logits)).sum(-1)

    def sigmoid_loss(self, logit, y_true):
        return F.softplus((1 - 2 * y_true) * logit)

    def probabilities(self, raw_prediction, task="ordinal"):
        """Return P(y = k), shape (..., n_samples, n_classes)."""
        if task == "binary":
            return torch.sigmoid(raw_prediction)
        at_least = F.logsigmoid(raw_prediction).cumsum(-1).exp()
        one = torch.ones_like(at_least[..., :1])
        zero = torch.zeros_like(one)
        upper = torch.cat([one, at_least], dim=-1)
        return upper - torch.cat([at_least, zero], dim=-1)

    def predict(self, raw_prediction):
        """Return the probability of each class."""
        return self.probabilities(raw_prediction)
