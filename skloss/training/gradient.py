"""Losses of a stack on its outputs, and their gradient."""

import torch

from skloss.losses.contract.loss import Loss
from skloss.training import kernels
from skloss.training.recording import Repeated

__all__ = ["StackLosses"]


class StackLosses:
    """The losses of a stack's models, each evaluated once for all models that share it.

    In small networks the overhead of calls exceeds the arithmetic, and parallel stacks
    wait for each other's calls, so tensors that every step needs are created once, and
    after some steps by autograd the operations of a step are recorded and repeated.

    Parameters
    ----------
    models : list of FitSpec
        In the order of the stack; equal losses stand next to each other.

    Attributes
    ----------
    positions : list of slice
        Which models share a loss.
    is_recordable : bool
        Whether all of them state that their operations can be recorded.
    """

    def __init__(self, models):
        self.positions, self._losses, self._widths = [], [], []
        self._judges = []
        begin = 0
        for end in range(1, len(models) + 1):
            key = models[begin].loss.stack_key
            if end == len(models) or models[end].loss.stack_key != key:
                self.positions.append(slice(begin, end))
                self._losses.append(Loss.stack([m.loss for m in models[begin:end]]))
                self._judges.append(self._losses[-1].judged_by)
                self._widths.append(models[begin].n_outputs)
                begin = end
        pairs = zip(self._losses, self._judges, strict=True)
        self._has_surrogates = any(loss is not judge for loss, judge in pairs)
        self._raw = None
        self.is_recordable = all(
            loss.is_recordable and not loss.compares_rows for loss in self._losses
        )

    def by_step(self, rows):
        """Views of an epoch's rows, of shape (steps, models, ...), for `gradient`.

        Made by one call for all steps, instead of one in each step.
        """
        parts = [rows[:, part].unbind() for part in self.positions]
        return list(zip(*parts, strict=True))

    def targets_by_step(self, y, dtype):
        """Targets of each step of an epoch for `gradient`, as the losses prepare them.

        Parameters
        ----------
        y : Tensor of shape (steps, models, ...)
        dtype : torch.dtype
            That of the raw scores.
        """
        pairs = zip(self._losses, self.positions, strict=True)
        return Steps([loss.batches(y[:, part], dtype) for loss, part in pairs])

    def values(self, raw, y):
        """Loss of each row by which models are judged, shape (models, rows).

        Raw scores may be padded.
        """
        return torch.cat(
            [
                judge.pointwise(raw[part, :, :width], y[part])
                for part, judge, width in zip(
                    self.positions, self._judges, self._widths, strict=True
                )
            ]
        )

    def gradient(self, raw, targets, weights):
        """Loss of each row, and the gradient of the weighted sum, shaped like ``raw``.

        The values are those by which models are judged (`Loss.judged_by`).

        Parameters
        ----------
        raw : Tensor of shape (models, rows, outputs)
            If it is the same tensor as in the last call, its views are reused.
        targets, weights : sequence of Tensor
            For each slice of ``positions``.

        Returns
        -------
        (Tensor of shape (models, rows), Tensor)
            Both may be overwritten by the next call.
        """
        if raw is not self._raw:
            self._attach(raw)
        return self._repeated(*targets, *weights)

    def evaluate(self, raw, targets, weights):
        """Like `gradient`, but always by autograd."""
        if raw is not self._raw:
            self._attach(raw)
        return self._by_autograd(*targets, *weights)

    def memory(self, raw):
        """Tensors that `evaluate` reads and writes: see `record`."""
        if raw is not self._raw:
            self._attach(raw)
        return [raw, self._values, self._gradient]

    def _by_autograd(self, *tensors):
        """Losses and gradient of the attached raw scores, by targets and weights."""
        n = len(self._losses)
        targets, weights = tensors[:n], tensors[n:]
        with torch.enable_grad():
            values = tuple(_each(self._losses, self._parts, targets))
            gradients = kernels.gradients(values, self._parts, weights)
        with torch.no_grad():
            if self._has_surrogates:
                values = _each(self._judges, self._parts, targets)
            if gradients[0].shape == self._raw.shape:  # one loss, without padding
                return values[0].detach(), gradients[0]
            kernels.copy_all(self._places, (*gradients, *values))
        return self._values, self._gradient

    def _attach(self, raw):
        """Views of the raw scores for each loss, and of their gradient."""
        self._raw, self._gradient = raw, torch.zeros_like(raw)
        index = [
            (part, slice(None), slice(width))
            for part, width in zip(self.positions, self._widths, strict=True)
        ]
        self._parts = tuple(raw[i].detach().requires_grad_() for i in index)
        self._values = raw.new_empty(raw.shape[:2])
        self._places = [self._gradient[i] for i in index]
        self._places += [self._values[part] for part in self.positions]
        self._repeated = Repeated(
            self._by_autograd, self.memory(raw) if self.is_recordable else None
        )


class Steps:
    """Targets of the losses of a stack, by the step: made when they are first read."""

    def __init__(self, parts):
        self._parts = parts

    def __getitem__(self, step):
        return [part[step] for part in self._parts]


def _each(losses, parts, targets):
    """Loss of each row, a tensor for each loss."""
    triples = zip(losses, parts, targets, strict=True)
    return [loss.pointwise(part, y) for loss, part, y in triples]
