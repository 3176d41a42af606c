"""Objectives of several linear models of one loss, and Newton's steps on them."""

import torch

__all__ = ["StackedObjective", "moved"]


class StackedObjective:
    """Objectives of linear models that take each step together.

    Model m minimises sum_i weight_mi l(x_i' theta_m, y_i) + alpha_m / 2 ||W_m||^2,
    where W is theta without its intercepts.

    Parameters
    ----------
    loss : Loss
    x : Tensor of shape (n, d) or (m, n, d)
        The last column is 1.
    y : Tensor of shape (m, n) or (m, n, n_targets)
    weight : Tensor of shape (m, n)
        Sums of 1.
    alpha : Tensor of shape (m,) or (m, q)
    """

    def __init__(self, loss, x, y, weight, alpha):
        self.loss, self.x, self.y, self.weight = loss, x, y, weight
        self.penalty = alpha.reshape(len(alpha), 1, -1).repeat(1, x.shape[-1], 1)
        self.penalty[:, -1] = 0.0  # intercepts are free

    def derivatives(self, theta):
        """Return the value, the gradient and the Hessian of each model.

        The loss of a row has second derivatives by the raw scores of this row alone, so
        that one backward pass for each output gives them for all rows.

        Parameters
        ----------
        theta : Tensor of shape (m, d, q)
            Weights; the last row is the intercept.

        Returns
        -------
        tuple of Tensor
            Of shape (m,), (m, q * d, 1) and (m, q * d, q * d).
        """
        m, d, q = theta.shape
        hessian = theta.new_empty(m, q, d, q, d)
        raw = (self.x @ theta).requires_grad_()
        with torch.enable_grad():
            rows = self.loss.pointwise(raw, self.y)
            total = (self.weight * rows).sum()
            (slope,) = torch.autograd.grad(total, raw, create_graph=True)
            for j in range(q):
                (second,) = torch.autograd.grad(
                    slope[..., j].sum(), raw, retain_graph=True
                )
                for k in range(j, q):
                    block = self._squares(second[..., k])
                    hessian[:, j, :, k] = hessian[:, k, :, j] = block
        hessian = hessian.reshape(m, q * d, q * d)
        penalty = self.penalty.expand_as(theta)
        hessian.diagonal(dim1=1, dim2=2).add_(penalty.mT.reshape(m, -1))
        gradient = self.x.mT @ slope.detach() + penalty * theta
        value = self._value(rows.detach(), theta)
        return value, gradient.mT.reshape(m, q * d, 1), hessian

    def _value(self, rows, theta):
        """Return the objectives from the losses of the rows."""
        penalty = 0.5 * (self.penalty * theta.square()).sum((1, 2))
        return torch.linalg.vecdot(self.weight, rows) + penalty

    def _squares(self, factor):
        """X' diag(factor) X of each model, shape (m, d, d)."""
        return self.x.mT @ (factor[..., None] * self.x)


def moved(theta, gradient, hessian, ridge):
    """Return weights after a step, and the decrease that it predicts.

    Parameters
    ----------
    theta : Tensor of shape (m, d, q)
    gradient : Tensor of shape (m, q * d, 1)
    hessian : Tensor of shape (m, q * d, q * d)
    ridge : Tensor of shape (m,)
        Added to the diagonal of the Hessian.

    Returns
    -------
    theta : Tensor of shape (m, d, q)
    decrease : Tensor of shape (m,)
        NaN where the sum of Hessian and ridge is not definite.
    """
    m, d, q = theta.shape
    shifted = hessian + torch.diag_embed(ridge[:, None].expand(m, d * q))
    factor, failed = torch.linalg.cholesky_ex(shifted)
    step = torch.cholesky_solve(gradient, factor)
    decrease = 0.5 * (gradient * step).sum((1, 2))
    decrease = decrease.masked_fill(failed != 0, torch.nan)
    return theta - step.reshape(m, q, d).mT, decrease
