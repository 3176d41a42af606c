"""What the losses on labels share: one sigmoid, one per label, or a softmax."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.ranges import NOT_NEGATIVE
from skloss.losses.contract.shapes import check_shapes

__all__ = ["ClassificationLoss", "ProbabilityLoss", "is_softmax"]


def is_softmax(raw_prediction, y_true):
    """Whether labels are classes of one softmax: one index per row, many outputs."""
    return y_true.ndim < raw_prediction.ndim and raw_prediction.shape[-1] > 1


class ClassificationLoss(Loss):
    """A loss on labels: implement `sigmoid_loss` and `softmax_loss`.

    ``y_true`` with as many dimensions as ``raw_prediction`` means a sigmoid per
    label; one dimension fewer means a single sigmoid if there is one output, else a
    softmax over class indices.
    """

    tasks = ("binary", "multiclass")
    functional = "class probabilities"
    y_range = NOT_NEGATIVE

    def sigmoid_loss(self, logit, y_true):
        """Loss of each label from its logit; ``y_true`` of the same shape holds 0/1."""
        raise NotImplementedError

    def softmax_loss(self, logits, y_true):
        """Loss of each row from (..., n_classes) logits and (...) class indices."""
        raise ValueError(
            f"{self.name} scores one label by one output, but raw_prediction of shape "
            f"{tuple(logits.shape)} has several for y_true of shape "
            f"{tuple(y_true.shape)}; pass y_true of the shape of raw_prediction."
        )

    def __call__(self, raw_prediction, y_true, sample_weight=None):
        check_shapes(raw_prediction, y_true, self)
        if not is_softmax(raw_prediction, y_true):
            wrong = y_true[(y_true != 0) & (y_true != 1)]
            if len(wrong):
                raise ValueError(
                    f"Labels of {self.name} are 0 and 1, but y_true holds "
                    f"{wrong[0].item():g}."
                )
        return super().__call__(raw_prediction, y_true, sample_weight)

    def pointwise(self, raw_prediction, y_true):
        check_shapes(raw_prediction, y_true, self)
        if y_true.ndim == raw_prediction.ndim:
            if y_true.shape != raw_prediction.shape:
                raise ValueError(
                    f"raw_prediction has {raw_prediction.shape[-1]} outputs, but "
                    f"y_true has {y_true.shape[-1]} labels."
                )
            y_true = y_true.to(raw_prediction.dtype)
            return self.sigmoid_loss(raw_prediction, y_true).sum(-1)
        if raw_prediction.shape[-1] == 1:
            y_true = y_true.to(raw_prediction.dtype)
            return self.sigmoid_loss(raw_prediction.squeeze(-1), y_true)
        return self.softmax_loss(raw_prediction, y_true.long())


class ProbabilityLoss(ClassificationLoss):
    """A loss of the probability given to the true label alone.

    Implement `of_probability`; the same line then serves sigmoids and softmax.
    """

    def of_probability(self, log_p, log_q, weight):
        """Loss from log p and log(1 - p), p the probability of the true label.

        ``weight`` is `label_weight` of the true label, 1 for most losses.
        """
        raise NotImplementedError

    def label_weight(self, y_true, n_classes):
        """Weight of each row's true label; ``y_true`` 0/1 floats or indices."""
        return 1.0

    def sigmoid_loss(self, logit, y_true):
        return self._of_odds((1 - 2 * y_true) * logit, self.label_weight(y_true, 2))

    def softmax_loss(self, logits, y_true):
        index = y_true.unsqueeze(-1)
        gaps = (logits - logits.gather(-1, index)).scatter(-1, index, -float("inf"))
        log_odds = torch.logsumexp(gaps, dim=-1)
        return self._of_odds(log_odds, self.label_weight(y_true, logits.shape[-1]))

    def _of_odds(self, log_odds, weight):
        """Loss from the log-odds against the true label."""
        log_p, log_q = F.logsigmoid(-log_odds), F.logsigmoid(log_odds)
        return self.of_probability(log_p, log_q, weight)
