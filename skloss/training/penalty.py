"""The L2 penalty of the models of a stack."""

import torch

__all__ = ["Penalty"]


class Penalty:
    """The penalty alpha / 2 ||W||^2 of each model, without intercepts.

    Parameters
    ----------
    stack : Stack
    alphas : list of float
        Penalty of each model.
    """

    def __init__(self, stack, alphas):
        alpha = stack.flat.new_tensor(alphas)[:, None]
        flat, grad, mask = stack.flat, stack.grad, stack.penalised
        self._is_zero = not any(alphas)
        if len(set(alphas)) == 1:
            alpha = alpha[:1]  # a row that stays in the cache, for all
            self._parts = [(grad, flat, alpha * mask)]
        else:
            # By runs of weights: a matrix of factors would be read at each step, as
            # large as the gradient.
            self._parts = [(grad[:, k], flat[:, k], alpha) for k in _runs(mask)]
        self._factors = alpha * mask

    def add_gradient(self):
        """Add its gradient to that of the stack."""
        if not self._is_zero:
            for grad, flat, alpha in self._parts:
                grad.addcmul_(flat, alpha)

    def add_to(self, value, flat, positions=slice(None)):
        """Return losses of some models with their penalty.

        Parameters
        ----------
        value : Tensor of shape (n_models,)
        flat : Tensor of shape (n_models, n_parameters)
            Their weights.
        positions : list of int, optional
            Positions of the models in the stack; by default all.
        """
        if self._is_zero:
            return value
        factors = self._factors
        factors = factors if len(factors) == 1 else factors[positions]
        return value + 0.5 * torch.linalg.vecdot(factors * flat, flat)


def _runs(mask):
    """Slices of a vector of zeros and ones in which it is one."""
    edges = torch.nn.functional.pad(mask, (1, 1)).diff().nonzero().flatten().tolist()
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
