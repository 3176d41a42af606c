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
        self._n_rows = n_rows
        memory = stack.memory(n_rows) if losses.is_recordable else None
        # A stack that is not recorded may still have losses that are, one by one.
        self._derive = losses.gradient if memory is None else losses.evaluate
        if memory is not None:
            memory = memory + losses.memory(stack.forward(stack.inputs(n_rows)))
        self._repeated = Repeated(self._differentiate, memory)

    def __call__(self, batch, targets, weights, table=None):
        """Fill the gradient of the stack.

        Parameters
        ----------
        batch : Tensor
            The numbers of the rows in the table, model by model; without a table, the
            `Stack.inputs`, filled.
        targets, weights : sequence of Tensor
            Of the rows, as `StackLosses.evaluate` takes them.
        table : Tensor of shape (n, n_features), optional
            The rows of all models, from which those of a batch are looked up. It is
            not kept: memory that lasts longer than the fit would grow with it.

        Returns
        -------
        values : Tensor of shape (models, rows)
            The loss of each row; the next call may overwrite it.
        norm : Tensor of shape (models,)
            The norm of each model's gradient.
        factor : Tensor of shape (models, 1)
            What the gradient is to be multiplied by, to clip it.
        """
        rows = () if table is None else (table,)
        return self._repeated(batch, *targets, *weights, *rows)

    def _differentiate(self, batch, *tensors):
        n, x = self._n, batch
        for table in tensors[2 * n :]:
            x = self._stack.inputs(self._n_rows)
            torch.index_select(table, 0, batch, out=x.view(-1, x.shape[2]))
        raw = self._stack.forward(x)
        values, slopes = self._derive(raw, tensors[:n], tensors[n : 2 * n])
        self._stack.backward(slopes)
        self._penalty.add_gradient()
        norm = torch.linalg.vector_norm(self._stack.grad, dim=1)
        return values, norm, (self._clip / norm).clamp(max=1.0)[:, None]
