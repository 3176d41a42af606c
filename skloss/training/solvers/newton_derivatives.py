"""Gradient and Hessian of linear models of one loss, many at once, by autograd."""

import torch

__all__ = ["derivatives"]


def derivatives(problem, theta, squares):
    """Return the losses of the rows, the gradient and the Hessian of some models.

    The loss of a row has second derivatives by the raw scores of this row alone, so
    that one backward pass for each output gives them for all rows.

    Parameters
    ----------
    problem : object
        With `loss`, `x` of shape (..., n, d), `y`, `weight` of shape (m, n) and
        `penalty`, which broadcasts to the weights.
    theta : Tensor of shape (m, d, q)
        Weights; the last row is the intercept.
    squares : callable
        Called with factors of shape (m, n); returns X' diag(factor) X of each model,
        of shape (m, d, d).

    Returns
    -------
    tuple of Tensor
        Of shape (m, n), (m, q * d, 1) and (m, q * d, q * d).
    """
    m, d, q = theta.shape
    hessian = theta.new_empty(m, q, d, q, d)
    raw = (problem.x @ theta).requires_grad_()
    with torch.enable_grad():
        rows = problem.loss.pointwise(raw, problem.y)
        total = (problem.weight * rows).sum()
        (slope,) = torch.autograd.grad(total, raw, create_graph=True)
        for j in range(q):
            (second,) = torch.autograd.grad(slope[..., j].sum(), raw, retain_graph=True)
            for k in range(j, q):
                block = squares(second[..., k])
                hessian[:, j, :, k] = hessian[:, k, :, j] = block
    hessian = hessian.reshape(m, q * d, q * d)
    penalty = problem.penalty.expand_as(theta)
    hessian.diagonal(dim1=1, dim2=2).add_(penalty.mT.reshape(m, -1))
    gradient = problem.x.mT @ slope.detach() + penalty * theta
    return rows.detach(), gradient.mT.reshape(m, q * d, 1), hessian
