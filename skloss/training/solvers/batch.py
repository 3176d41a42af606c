"""A step of mini-batch training up to the gradient of the objective."""

import torch

from skloss.training.recording import Repeated

__all__ = ["BatchGradient"]


class BatchGradient:
    """Losses of a stack on a batch, and the gradient of its objective.

    The operations of a pass of perceptrons are the same in every step: most of the time
    of a small one is their calls, and a recording repeats them by a single call.

    Parameters
    ----------
    stack : Stack
    losses : StackLosses
    penalty : Penalty
    n_rows : int
        Rows of a batch.
    clip : float
        The norm to which a longer gradient is to be scaled down.
    """

    def __init__(self, stack, losses, penalty, n_rows, clip):
        self._stack, self._losses, self._penalty = stack, losses, penalty
        self._n, self._clip = len(losses.positions), clip
        memory = stack.memory(n_rows) if losses.is_recordable else None
        # A stack that is not recorded may still have losses that are, one by one.
        self._derive = losses.gradient if memory is None else losses.evaluate
        if memory is not None:
            memory = memory + losses.memory(stack.forward(stack.inputs(n_rows)))
        self._forward = Repeated(self._losses_and_slopes, memory)
        self._backward = Repeated(self._norms, memory)

    def forward(self, x, targets, weights):
        """Return the loss of each row, and the slopes.

        ``x`` is the `Stack.inputs`, filled. The slopes are the gradient of the weighted
        sum of the losses by the raw scores. Both may be overwritten by the next call.
        """
        return self._forward(x, *targets, *weights)

    def backward(self, slopes):
        """Fill the gradient of the stack.

        Returns
        -------
        (Tensor of shape (models,), Tensor of shape (models, 1))
            The norm of each model's gradient, and the factor that would clip it.
        """
        return self._backward(slopes)

    def _losses_and_slopes(self, x, *tensors):
        raw = self._stack.forward(x)
        return self._derive(raw, tensors[: self._n], tensors[self._n :])

    def _norms(self, slopes):
        self._stack.backward(slopes)
        self._penalty.add_gradient()
        norm = torch.linalg.vector_norm(self._stack.grad, dim=1)
        return norm, (self._clip / norm).clamp(max=1.0)[:, None]
