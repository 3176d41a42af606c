"""Losses on classes and labels: one sigmoid, one per label, or a softmax."""

import torch
from torch.nn import functional as F

from skloss.losses.contract.loss import Loss
from skloss.losses.contract.ranges import NOT_NEGATIVE
from skloss.losses.contract.shapes import check_shapes
from skloss.tasks import as_task

__all__ = ["ClassificationLoss", "ProbabilityLoss", "is_softmax", "log_one_minus"]


def is_softmax(raw_prediction, y_true):
    """Return whether ``y_true`` holds class indices of a softmax.

    Parameters
    ----------
    raw_prediction : Tensor of shape (..., n_samples, n_outputs)
    y_true : Tensor of shape (..., n_samples) or (..., n_samples, n_labels)

    Returns
    -------
    bool

    Examples
    --------
    >>> import torch
    >>> from skloss.losses.contract.classification_loss import is_softmax
    >>> is_softmax(torch.zeros(5, 3), torch.zeros(5))
    True
    >>> is_softmax(torch.zeros(5, 3), torch.zeros(5, 3))
    False
    """
    return y_true.ndim < raw_prediction.ndim and raw_prediction.shape[-1] > 1


class ClassificationLoss(Loss):
    """A loss on classes or labels: implement `sigmoid_loss` and `softmax_loss`.

    ``y_true`` with as many dimensions as ``raw_prediction`` means one sigmoid per
    label; with one dimension fewer it means a single sigmoid if there is one output,
    otherwise a softmax over class indices.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import ClassificationLoss
    >>> class Exponential(ClassificationLoss):
    ...     tasks = ("binary",)
    ...     def sigmoid_loss(self, logit, y_true):
    ...         return torch.exp((1 - 2 * y_true) * logit)
    >>> Exponential()(torch.zeros(2, 1), torch.tensor([0, 1]))
    tensor(1.)
    """

    tasks = ("binary", "multiclass")
    functional = "class probabilities"
    y_range = NOT_NEGATIVE

    def sigmoid_loss(self, logit, y_true):
        """Return the loss of each label from its log-odds.

        Parameters
        ----------
        logit : Tensor
        y_true : Tensor of the shape of ``logit``
            Zeros and ones, in the dtype of ``logit``.

        Returns
        -------
        Tensor of the shape of ``logit``

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("hinge").sigmoid_loss(torch.tensor([-1.0]), torch.tensor([1.0]))
        tensor([2.])
        """
        raise NotImplementedError

    def softmax_loss(self, logits, y_true):
        """Return the loss of each row from the scores of its classes.

        Parameters
        ----------
        logits : Tensor of shape (..., n_samples, n_classes)
        y_true : Tensor of shape (..., n_samples)
            Class indices.

        Returns
        -------
        Tensor of shape (..., n_samples)

        Raises
        ------
        ValueError
            If the loss supports labels but not classes.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("hinge").softmax_loss(torch.zeros(1, 3), torch.tensor([2]))
        tensor([1.])
        """
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
    """A loss of the probability of the true label alone: implement `of_probability`.

    The probabilities are sigmoids for labels and a softmax for classes.

    Examples
    --------
    >>> import torch
    >>> from skloss.losses import ProbabilityLoss
    >>> class ZeroOne(ProbabilityLoss):
    ...     def of_probability(self, log_p, log_q, weight):
    ...         return weight * log_q.exp()
    >>> ZeroOne()(torch.zeros(1, 4), torch.tensor([2]))
    tensor(0.7500)
    """

    def of_probability(self, log_p, log_q, weight):
        """Return the loss from the probability p of the true label.

        Parameters
        ----------
        log_p, log_q : Tensor
            Logarithms of p and of 1 - p, both accurate where p is nearly 0 or 1.
        weight : float or Tensor
            `label_weight` of the true label.

        Returns
        -------
        Tensor of the shape of ``log_p``

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> log_half = torch.tensor([0.5]).log()
        >>> get_loss("poly1").of_probability(log_half, log_half, 1.0)
        tensor([1.1931])
        """
        raise NotImplementedError

    def label_weight(self, y_true, n_classes):
        """Return the weight of each row's true label, 1 unless overridden.

        Parameters
        ----------
        y_true : Tensor
            Zeros and ones as floats, or class indices.
        n_classes : int

        Returns
        -------
        float or Tensor of the shape of ``y_true``

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> get_loss("focal", alpha=0.25).label_weight(torch.tensor([0.0, 1.0]), 2)
        tensor([0.7500, 0.2500])
        """
        return 1.0

    def sigmoid_loss(self, logit, y_true):
        return self._of_odds((1 - 2 * y_true) * logit, self.label_weight(y_true, 2))

    def softmax_loss(self, logits, y_true):
        index = y_true.unsqueeze(-1)
        # log((1 - p) / p) = logsumexp over the other classes of (z_k - z_y). The usual
        # log_softmax gives log p, but its log(1 - p) cancels where p is nearly 1.
        gaps = (logits - logits.gather(-1, index)).scatter(-1, index, -float("inf"))
        log_odds = torch.logsumexp(gaps, dim=-1)
        return self._of_odds(log_odds, self.label_weight(y_true, logits.shape[-1]))

    def posterior(self, raw_prediction, task):
        """Return the posterior; for a softmax, eta_k is 1 / (-phi'(p_k)) over the sum.

        Parameters
        ----------
        raw_prediction : Tensor of shape (..., n_samples, n_outputs)
        task : str or Task

        Returns
        -------
        Tensor
            As `Loss.posterior`, where phi(p) is the loss of a class of probability p.

        Examples
        --------
        >>> import torch
        >>> from skloss import get_loss
        >>> raw = torch.tensor([[0.0, 1.0, 2.0]])
        >>> get_loss("poly1").posterior(raw, "multiclass").round(decimals=4)
        tensor([[0.1217, 0.2897, 0.5886]], dtype=torch.float64)
        """
        if as_task(task).link != "softmax":
            return super().posterior(raw_prediction, task)
        logits = raw_prediction.detach().double()
        log_p = F.log_softmax(logits, dim=-1)
        log_odds = log_one_minus(logits, log_p) - log_p
        every = torch.arange(logits.shape[-1], device=logits.device).expand_as(logits)
        weight = self.label_weight(every, logits.shape[-1])
        with torch.enable_grad():
            log_odds.requires_grad_()
            value = self._of_odds(log_odds, weight).sum()
            (slope,) = torch.autograd.grad(value, log_odds)
        # dp / d log-odds is -p (1 - p), so that -phi' is the slope over p (1 - p).
        log_odds = log_odds.detach()
        log_pq = F.logsigmoid(log_odds) + F.logsigmoid(-log_odds)
        return F.softmax(log_pq - slope.log(), dim=-1)

    def _of_odds(self, log_odds, weight):
        """Loss from the log-odds against the true label."""
        log_p, log_q = F.logsigmoid(-log_odds), F.logsigmoid(log_odds)
        return self.of_probability(log_p, log_q, weight)


def log_one_minus(logits, log_p):
    """Return log(1 - p) of each class, accurate for the largest p too.

    Parameters
    ----------
    logits : Tensor of shape (..., n_classes)
    log_p : Tensor of the same shape
        Their log-softmax.

    Returns
    -------
    Tensor of the same shape

    Examples
    --------
    >>> import torch
    >>> logits = torch.tensor([0.0, 0.0])
    >>> log_one_minus(logits, logits.log_softmax(0)).exp()
    tensor([0.5000, 0.5000])
    """
    top = logits.argmax(-1, keepdim=True)
    others = logits.scatter(-1, top, -float("inf"))
    of_top = torch.logsumexp(others, -1) - torch.logsumexp(logits, -1)
    return torch.log1p(-log_p.exp()).scatter(-1, top, of_top.unsqueeze(-1))
