"""Losses of the probability of the true class or label: likelihood, Brier, focal."""

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.contract.classification_loss import (
    ClassificationLoss,
    ProbabilityLoss,
)
from skloss.losses.contract.ranges import NOT_NEGATIVE, POSITIVE, Interval, Range
from skloss.tasks import as_task

__all__ = ["BinaryCrossEntropy", "Brier", "CrossEntropy", "Focal", "Poly1"]

# torch ignores rows whose label is ``ignore_index``, by default -100, so that such a
# label would cost nothing. With the smallest integer every invalid label is an error.
_IGNORED = torch.iinfo(torch.long).min


class CrossEntropy(ClassificationLoss):
    r"""Minus the log-probability of the true class: honest probabilities.

    The negative log-likelihood of a categorical label. With two classes the network
    has one output, and the softmax is a sigmoid; with an indicator of several labels
    it has a sigmoid for each, whose losses are summed, as in ``binary_cross_entropy``.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("cross_entropy")
    >>> loss(torch.zeros(1, 3), torch.tensor([2]))
    tensor(1.0986)
    """

    name = "cross_entropy"
    tasks = ("binary", "multiclass", "multilabel")
    aliases = ("cce", "log_loss", "ce")
    is_proper = True
    is_convex = True
    formula = r"-\log \hat y_y"
    reference = "Good (1952), Rational Decisions"
    use_when = (
        "The default for classes: you need reliable probabilities or the most likely "
        "class."
    )
    noise_model = "categorical labels; with two classes, Bernoulli"

    def sigmoid_loss(self, logit, y_true):
        # -log sigmoid(z) = softplus(-z) for label 1, softplus(z) for label 0.
        return F.softplus((1 - 2 * y_true) * logit)

    def softmax_loss(self, logits, y_true):
        logits = logits.movedim(-1, 1)
        return F.cross_entropy(logits, y_true, reduction="none", ignore_index=_IGNORED)


class BinaryCrossEntropy(ClassificationLoss):
    r"""Cross-entropy of each label, summed over labels that may occur together.

    The textbook form sums over labels; torch's `BCEWithLogitsLoss` averages them.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("binary_cross_entropy")
    >>> loss(torch.zeros(1, 3), torch.tensor([[1.0, 0.0, 1.0]]))
    tensor(2.0794)
    """

    name = "binary_cross_entropy"
    aliases = ("bce",)
    tasks = ("binary", "multilabel")
    functional = "probability of each label"
    is_proper = True
    is_convex = True
    formula = r"-\sum_c \left[y_c \log \hat y_c + (1 - y_c) \log(1 - \hat y_c)\right]"
    reference = "Cox (1958), The Regression Analysis of Binary Sequences"
    use_when = "Labels may occur together, or you need the probability of one class."
    noise_model = "independent Bernoulli labels"

    def sigmoid_loss(self, logit, y_true):
        return F.softplus((1 - 2 * y_true) * logit)


class Brier(ClassificationLoss):
    r"""Squared error of the probabilities: honest and bounded.

    With two classes (p - y)^2, between 0 and 1, as `sklearn.metrics.brier_score_loss`;
    with more the sum over all classes, between 0 and 2.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("brier")
    >>> loss(torch.zeros(1, 1), torch.tensor([1]))
    tensor(0.2500)
    """

    name = "brier"
    is_proper = True
    has_curvature = True
    formula = r"\sum_k (\hat y_k - 1[y = k])^2\ \ (K = 2: \text{half of it})"
    reference = "Brier (1950), Verification of Forecasts Expressed in Probability"
    use_when = (
        "You need honest probabilities, and no single row may have an unbounded loss."
    )

    def sigmoid_loss(self, logit, y_true):
        return torch.sigmoid((1 - 2 * y_true) * logit).square()

    def softmax_loss(self, logits, y_true):
        # 1 - p_y as the sum of the others: exact where p_y is nearly 1.
        p = F.softmax(logits, dim=-1)
        index = y_true.unsqueeze(-1)
        others = p.scatter(-1, index, 0.0)
        return others.sum(-1).square() + others.square().sum(-1)


class Focal(ProbabilityLoss):
    r"""Cross-entropy with small weights for rows that are already classified well.

    ``gamma`` reduces the weight of easy rows, ``alpha`` weights classes. Without
    alpha the decision boundary at 0.5 is that of cross-entropy, and the sigmoid or
    softmax of the scores is a flattened probability.

    Parameters
    ----------
    gamma : float >= 0, default 2.0
        Exponent of the weight (1 - p)^gamma; 0 is cross-entropy.
    alpha : float in (0, 1), sequence of one weight per class, or None, default None
        A number weights label 1 by ``alpha`` and label 0 by ``1 - alpha`` (0.25, as
        in the paper, reduces the weight of positives); more than two classes require
        a sequence.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("focal", gamma=2.0)
    >>> loss(torch.zeros(1, 1), torch.tensor([1]))
    tensor(0.1733)
    """

    name = "focal"
    tasks = ("binary", "multiclass", "multilabel")
    functional = "flattened class probabilities"
    has_curvature = True
    formula = r"-\alpha_t (1 - p_t)^\gamma \log p_t"
    reference = (
        "Lin et al. (2017), Focal Loss for Dense Object Detection, arXiv:1708.02002"
    )
    use_when = "Most rows are easy, and the hard ones should determine the gradient."
    param_ranges = {
        "gamma": Range(0.0, 5.0, domain=NOT_NEGATIVE),
        "alpha": Range(0.01, 0.99, domain=POSITIVE),
    }
    sequence_params = ("alpha",)

    def __init__(self, gamma=2.0, alpha=None):
        self.gamma = gamma
        self.alpha = alpha

    def supports(self, task):
        # One number cannot be the weight of each of several classes.
        return super().supports(task) and not (
            as_task(task).link == "softmax" and self._is_number()
        )

    def _is_number(self):
        """Whether alpha is a single number."""
        return self.alpha is not None and np.ndim(self.alpha) == 0

    def check_params(self):
        super().check_params()
        if self._is_number() and self.alpha >= 1:
            raise ValueError(
                f"alpha of focal must be > 0 and < 1, got {self.alpha!r}; pass a "
                "sequence for one weight per class."
            )

    def label_weight(self, y_true, n_classes):
        if self.alpha is None:
            return 1.0
        weights = np.atleast_1d(np.asarray(self.alpha, dtype=float))
        if len(weights) == 1 and n_classes == 2:
            weights = np.array([1 - weights[0], weights[0]])
        if len(weights) != n_classes:
            raise ValueError(
                f"alpha of focal requires one weight for each of {n_classes} classes, "
                f"but has {len(weights)}."
            )
        if y_true.is_floating_point():
            return weights[0] + (weights[1] - weights[0]) * y_true
        return torch.as_tensor(weights, device=y_true.device)[y_true]

    def of_probability(self, log_p, log_q, weight):
        # (1 - p)^gamma as exp(gamma log(1 - p)): for 0 < gamma < 1 a power of a
        # saturated 1 - p has an infinite slope, and 0 times infinity is NaN.
        return -weight * (self.gamma * log_q).exp() * log_p


class Poly1(ProbabilityLoss):
    r"""Cross-entropy plus a term linear in the probability of the true class.

    Parameters
    ----------
    epsilon : float >= -1, default 1.0
        Weight of 1 - p; 0 is cross-entropy.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("poly1", epsilon=1.0)
    >>> loss(torch.zeros(1, 1), torch.tensor([1]))
    tensor(1.1931)
    """

    name = "poly1"
    functional = "sharpened class probabilities"
    has_curvature = True
    formula = r"-\log p_t + \epsilon (1 - p_t)"
    reference = "Leng et al. (2022), PolyLoss, arXiv:2204.12511"
    use_when = "Cross-entropy works, and a larger gradient on uncertain rows may help."
    param_ranges = {
        "epsilon": Range(-1.0, 6.0, domain=Interval(-1.0, low_inclusive=True))
    }

    def __init__(self, epsilon=1.0):
        self.epsilon = epsilon

    def of_probability(self, log_p, log_q, weight):
        return -log_p + self.epsilon * log_q.exp()
