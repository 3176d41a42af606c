"""Losses on labels that read weights of pairs, which training makes for many steps."""

import torch

from skloss.losses.contract.distances import FAR
from skloss.losses.contract.embedding_loss import EmbeddingLoss, matches

__all__ = ["PairLoss", "PreparedPairs", "either", "log_weight", "share_of"]

# Numbers of the pairs that are made at once: 16 MB in double precision, so that a long
# epoch does not hold the pairs of all of its steps.
_AT_ONCE = 2_000_000


class PairLoss(EmbeddingLoss):
    """A loss whose weights of pairs follow from the labels alone.

    A subclass implements `_weights` and `_of_pairs`. Weights have no gradient: making
    them for many steps together, and not in each, saves a third of a step's time.
    """

    def pointwise(self, raw_prediction, y_true):
        if isinstance(y_true, PreparedPairs):
            return self._of_pairs(raw_prediction, *y_true)
        return super().pointwise(raw_prediction, y_true)

    def of_labels(self, embeddings, positive, negative):
        weights = self._weights(positive, negative, embeddings.dtype)
        return self._of_pairs(embeddings, *weights)

    def batches(self, y_true, dtype, matches=matches):
        return PairsByStep(self, y_true, dtype, matches)

    def _weights(self, positive, negative, dtype):
        """Return tensors that `_of_pairs` reads, each of the batch's leading shape."""
        raise NotImplementedError

    def _of_pairs(self, embeddings, *weights):
        """Return the loss of each row."""
        raise NotImplementedError


class PreparedPairs(tuple):
    """Weights of the pairs of one step, in place of its labels."""

    __slots__ = ()


class PairsByStep:
    """Weights of the pairs of each step, made for a block of steps when first read.

    Parameters
    ----------
    loss : PairLoss
    y : Tensor of shape (n_steps, ...)
    dtype : torch.dtype
    matches : callable
        From the targets of some steps to their matches and their non-matches.
    """

    def __init__(self, loss, y, dtype, matches):
        self._loss, self._y, self._dtype, self._matches = loss, y, dtype, matches
        per_step = max(y[0].numel() * y.shape[2], 1)
        self._size = max(1, _AT_ONCE // per_step)
        self._block = None

    def __getitem__(self, step):
        block, place = divmod(step, self._size)
        if block != self._block:
            begin = block * self._size
            pairs = self._matches(self._y[begin : begin + self._size])
            weights = self._loss._weights(*pairs, self._dtype)
            parts = (weight.unbind() for weight in weights)
            self._steps = [PreparedPairs(one) for one in zip(*parts, strict=True)]
            self._block = block
        return self._steps[place]


def either(positive, negative):
    """How often another row counts, whatever its label: truth values or weights."""
    # A sum of truth values takes 20 times as long.
    return positive | negative if positive.dtype == torch.bool else positive + negative


def share_of(weight, dtype):
    """Weights divided by their sum over the last dimension; 0 where all are."""
    weight = weight.to(dtype)
    total = weight.sum(-1, keepdim=True)
    return weight / torch.where(total > 0, total, 1.0)


def log_weight(weight, dtype):
    """Logarithm of truth values or weights, about -1e37 for those that are 0."""
    if weight.dtype == torch.bool:  # a third of the time of logarithms of 0 and 1
        zero = torch.zeros((), dtype=dtype, device=weight.device)
        return torch.where(weight, zero, FAR)
    logs = weight.to(dtype).log()
    return torch.where(weight > 0, logs, FAR)
