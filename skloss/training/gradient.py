"""Losses of a stack on its outputs, and their gradient."""

import torch

from skloss.losses.contract.loss import Loss
from skloss.training import kernels
from skloss.training.recording import record

# Steps by autograd before the operations of a step are recorded, which takes as long as
# ten to twenty steps save.
_STEPS_BEFORE = 20

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
        self._is_recordable = all(
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
        values, gradients = self._evaluate(targets, weights)
        if gradients[0].shape == raw.shape:  # a single loss without padding
            return values[0].detach(), gradients[0]
        with torch.no_grad():
            kernels.copy_all(self._places, (*gradients, *values))
        return self._values, self._gradient

    def _evaluate(self, targets, weights):
        """Losses of the rows, and their gradients by the raw scores, for each slice."""
        if self._recording is not None:
            found = self._recording(*self._detached, *targets, *weights)
            if found is not None:
                return found
        self._steps += 1  # by autograd since the last recording
        if self._steps <= _STEPS_BEFORE or not self._is_recordable:
            return self._by_autograd(*self._parts, *targets, *weights)
        self._steps = 0
        tensors = (*self._parts, *targets, *weights)
        found, self._recording = record(self._by_autograd, *tensors)
        self._is_recordable = self._recording is not None
        return found

    def _by_autograd(self, *tensors):
        """Losses and gradients, given raw scores, targets and weights of each slice."""
        n = len(self._losses)
        parts, targets, weights = tensors[:n], tensors[n : 2 * n], tensors[2 * n :]
        with torch.enable_grad():
            values = tuple(_each(self._losses, parts, targets))
            gradients = kernels.gradients(values, parts, weights)
        if self._has_surrogates:
            with torch.no_grad():
                values = _each(self._judges, parts, targets)
        return values, list(gradients)

    def _attach(self, raw):
        """Views of the raw scores for each loss, and of their gradient."""
        self._raw, self._gradient = raw, torch.zeros_like(raw)
        self._recording, self._steps = None, 0  # which are of other shapes
        index = [
            (part, slice(None), slice(width))
            for part, width in zip(self.positions, self._widths, strict=True)
        ]
        self._detached = tuple(raw[i].detach() for i in index)
        self._parts = tuple(p.detach().requires_grad_() for p in self._detached)
        self._values = raw.new_empty(raw.shape[:2])
        self._places = [self._gradient[i] for i in index]
        self._places += [self._values[part] for part in self.positions]


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
