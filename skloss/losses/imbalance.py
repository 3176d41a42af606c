"""Losses for imbalanced classes, from the class counts of the training rows."""

import numpy as np
import torch
from torch.nn import functional as F

from skloss.losses.classification import CrossEntropy
from skloss.losses.contract.classification_loss import log_one_minus
from skloss.losses.contract.ranges import NOT_NEGATIVE, POSITIVE, Interval, Range
from skloss.tasks import as_task

__all__ = ["LDAM", "BalancedSoftmax", "ClassBalanced", "LogitAdjusted"]


class _CountingLoss(CrossEntropy):
    """Cross-entropy with one number per class, which `bind` computes from counts."""

    tasks = ("binary", "multiclass")
    aliases = ()
    is_proper = False
    noise_model = ""

    def bind(self, y, sample_weight=None, X=None):
        index = np.asarray(y).astype(int)
        counts = np.bincount(index, weights=sample_weight, minlength=2).astype(float)
        # A class that does not occur counts as half a row, so that its logarithm and
        # its weight are finite.
        return self.with_learned(per_class=self._of_counts(np.maximum(counts, 0.5)))

    def _of_counts(self, counts):
        """Return one number per class from counts of shape (n_classes,)."""
        raise NotImplementedError

    def _log_posterior(self, logits):
        """Return log-probabilities of the classes up to a constant in each row."""
        raise NotImplementedError

    def posterior(self, raw_prediction, task):
        if as_task(task).link != "softmax":
            return super().posterior(raw_prediction, task)
        return F.softmax(self._log_posterior(raw_prediction.double()), dim=-1)

    def _per_class(self, like, n_classes, neutral):
        """Return one number per class; ``neutral`` for each before `bind`."""
        values = self.learned("per_class", like, None)
        return like.new_full((n_classes,), neutral) if values is None else values


class ClassBalanced(_CountingLoss):
    r"""Cross-entropy weighted by the effective number of rows of each class.

    A class of n rows has the effective number (1 - beta^n) / (1 - beta). Its weight
    is proportional to the inverse, with a mean of 1 over the classes, as in the
    paper.

    Parameters
    ----------
    beta : float in [0, 1) or None, default None
        0 gives classes equal weights; near 1 weights approach inverse counts. None is
        (N - 1) / N for N training rows, as in the paper, so that the weights depend on
        the shares of the classes and hardly on the size of the table: a class with
        the share s has the effective number N (1 - exp(-s)).

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("class_balanced").bind([0] * 9 + [1])
    >>> loss.pointwise(torch.zeros(2, 1), torch.tensor([0, 1]))
    tensor([0.1945, 1.1917])
    """

    name = "class_balanced"
    functional = "reweighted class probabilities"
    formula = r"-\tfrac{1 - \beta}{1 - \beta^{n_y}} \log \hat y_y"
    reference = "Cui et al. (2019), Class-Balanced Loss, arXiv:1901.05555"
    use_when = (
        "Rare classes should have larger weights, but smaller than inverse counts."
    )
    param_ranges = {"beta": Range(0.0, 0.99999, domain=Interval(0.0, 1.0, True))}

    def __init__(self, beta=None):
        self.beta = beta

    def _of_counts(self, counts):
        # A count is at least half a row, so that N is at least 1 and beta is not below
        # 0.
        beta = 1 - 1 / counts.sum() if self.beta is None else self.beta
        # 1 - beta^n by expm1, exact for beta near 1; at beta = 0 any tiny number
        # stands for log(0), since its n-th power is 0 to rounding.
        weights = (1 - beta) / -np.expm1(counts * np.log(beta or 1e-300))
        return weights * len(weights) / weights.sum()

    def sigmoid_loss(self, logit, y_true):
        weights = self._per_class(logit.unsqueeze(-1), 2, 1.0)
        weight = weights[..., 0] + (weights[..., 1] - weights[..., 0]) * y_true
        return weight * super().sigmoid_loss(logit, y_true)

    def softmax_loss(self, logits, y_true):
        weights = self._per_class(logits, logits.shape[-1], 1.0).expand_as(logits)
        weight = weights.gather(-1, y_true.unsqueeze(-1)).squeeze(-1)
        return weight * super().softmax_loss(logits, y_true)

    def _log_posterior(self, logits):
        # Of a loss w_y (-log p_y): proportional to p_k / w_k.
        weights = self._per_class(logits, logits.shape[-1], 1.0)
        return F.log_softmax(logits, dim=-1) - weights.log()


class LogitAdjusted(_CountingLoss):
    r"""Cross-entropy for decisions as if all classes were equally frequent.

    The log of the class frequencies is added to the scores during training. The
    scores alone then minimise the balanced error: the loss is consistent for it.

    Parameters
    ----------
    tau : float >= 0, default 1.0
        Factor of the log frequencies; 0 is cross-entropy.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("logit_adjusted").bind([0] * 9 + [1])
    >>> loss.pointwise(torch.zeros(2, 1), torch.tensor([0, 1]))
    tensor([0.1054, 2.3026])
    """

    name = "logit_adjusted"
    functional = "class probabilities at equal class frequencies"
    formula = (
        r"-\log \frac{e^{z_y + \tau \log \pi_y}}{\sum_k e^{z_k + \tau \log \pi_k}}"
    )
    reference = (
        "Menon et al. (2021), Long-tail Learning via Logit Adjustment, arXiv:2007.07314"
    )
    use_when = (
        "Some classes are rare, and the balanced error, equal for each, is the goal."
    )
    param_ranges = {"tau": Range(0.0, 2.0, domain=NOT_NEGATIVE)}

    def __init__(self, tau=1.0):
        self.tau = tau

    def _of_counts(self, counts):
        return self.tau * np.log(counts / counts.sum())

    def sigmoid_loss(self, logit, y_true):
        shift = self._per_class(logit.unsqueeze(-1), 2, 0.0)
        return super().sigmoid_loss(logit + shift[..., 1] - shift[..., 0], y_true)

    def softmax_loss(self, logits, y_true):
        shift = self._per_class(logits, logits.shape[-1], 0.0)
        return super().softmax_loss(logits + shift, y_true)

    def _log_posterior(self, logits):
        return logits + self._per_class(logits, logits.shape[-1], 0.0)


class BalancedSoftmax(LogitAdjusted):
    r"""Softmax in which each class is multiplied by its count in the training rows.

    Equal to ``logit_adjusted`` with ``tau=1``.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("balanced_softmax").bind([0] * 9 + [1])
    >>> loss.pointwise(torch.zeros(2, 1), torch.tensor([0, 1]))
    tensor([0.1054, 2.3026])
    """

    name = "balanced_softmax"
    formula = r"-\log \frac{n_y e^{z_y}}{\sum_k n_k e^{z_k}}"
    reference = "Ren et al. (2020), Balanced Meta-Softmax, arXiv:2007.10740"
    use_when = "Classes are rare in training but equally frequent in later use."
    param_ranges = {}
    tau = 1.0

    def __init__(self):
        pass


class LDAM(_CountingLoss):
    r"""Cross-entropy with a margin that is wider for rare classes.

    Label-distribution-aware margin: m_y = max_margin * (n_min / n_y)^(1/4) is
    subtracted from the score of the true class.

    Parameters
    ----------
    max_margin : float >= 0, default 0.5
        Margin of the rarest class.
    scale : float > 0, default 1.0
        Factor on the scores; 30 in the paper, whose last layer is normalised.

    Examples
    --------
    >>> import torch
    >>> from skloss import get_loss
    >>> loss = get_loss("ldam").bind([0] * 16 + [1])
    >>> loss.pointwise(torch.zeros(2, 1), torch.tensor([0, 1]))
    tensor([0.8259, 0.9741])
    """

    name = "ldam"
    functional = "class probabilities behind a margin"
    formula = (
        r"-\log \frac{e^{s(z_y - m_y)}}{e^{s(z_y - m_y)} + \sum_{k \ne y} e^{s z_k}}"
    )
    reference = (
        "Cao et al. (2019), Learning Imbalanced Datasets with LDAM, arXiv:1906.07413"
    )
    use_when = (
        "Rare classes have very few rows, so their decision boundary needs a margin."
    )
    param_ranges = {
        "max_margin": Range(0.0, 2.0, domain=NOT_NEGATIVE),
        "scale": Range(0.1, 30.0, log=True, domain=POSITIVE),
    }

    def __init__(self, max_margin=0.5, scale=1.0):
        self.max_margin = max_margin
        self.scale = scale

    def _of_counts(self, counts):
        return self.max_margin * (counts.min() / counts) ** 0.25

    def sigmoid_loss(self, logit, y_true):
        margin = self._per_class(logit.unsqueeze(-1), 2, self.max_margin)
        own = margin[..., 0] + (margin[..., 1] - margin[..., 0]) * y_true
        shifted = logit - (2 * y_true - 1) * own
        return super().sigmoid_loss(self.scale * shifted, y_true)

    def softmax_loss(self, logits, y_true):
        margin = self._per_class(logits, logits.shape[-1], self.max_margin)
        shifted = _true_class_shift(logits, y_true, margin)
        return super().softmax_loss(self.scale * shifted, y_true)

    def _log_posterior(self, logits):
        # With a = scale * z, the slope of class k by score j is proportional to
        # e^a_j / D_k, where D_k sums e^a over the other classes and e^(a_k - s m_k).
        # The solution is in detailed balance, eta_k e^a_j / D_k = eta_j e^a_k / D_j,
        # so that eta_k is proportional to e^a_k D_k.
        a = self.scale * logits
        margin = self._per_class(logits, logits.shape[-1], self.max_margin)
        log_p = F.log_softmax(a, dim=-1)
        own = log_p - self.scale * margin
        return a + torch.logaddexp(log_one_minus(a, log_p), own)


def _true_class_shift(logits, y_true, shift):
    """Subtract from the score of the true class the number of that class."""
    index = y_true.unsqueeze(-1)
    taken = torch.zeros_like(logits).scatter(-1, index, 1.0)
    return logits - taken * shift
