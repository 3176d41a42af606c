"""Damped Newton on several linear models of one loss at once, to a rough optimum."""

import torch

from skloss.training.solvers.newton_derivatives import derivatives

__all__ = ["minimise"]

# Steps and share of the total gain after which models are near enough to an optimum:
# what follows from them depends on their predictions to two digits.
_MOST_STEPS, _SMALL_GAIN = 20, 1e-4
# Width of rounded kinks, in standard deviations of y, that takes Newton few steps.
_WIDTH = 0.3
# Damping after the first step that does not lead down, in units of the mean curvature,
# and by how much it changes after each step.
_FIRST_DAMPING, _DAMPING_FACTOR = 1e-3, 10
# Always added to the curvature: Cholesky's factors of a singular Hessian then exist.
# Scores of a softmax may shift together, a direction in which rounding errors of 1e-16
# grow by one over this number.
_LEAST_RIDGE = 1e-8
# Products of pairs of columns up to which they are kept, 8 MB: the Hessians of all
# models are then one product of matrices, without a weighted copy of the rows for each.
_KEPT_PRODUCTS = 1_000_000


def minimise(loss, x, y, weight, alpha, bias, start=None):
    """Return weights and intercepts of linear models that differ in weights and alpha.

    Model m minimises sum_i weight_mi l(x_i' theta_m, y_i) + alpha_m / 2 ||W_m||^2 as
    `Newton` does, where W is theta without its intercepts. All models take each step
    together, so that their number hardly adds to the time.

    Parameters
    ----------
    loss : Loss
    x : Tensor of shape (n_rows, d)
        The last column is 1.
    y : Tensor of shape (n_rows,) or (n_rows, n_targets)
    weight : Tensor of shape (n_models, n_rows)
        Sums of 1.
    alpha : Tensor of shape (n_models,) or (n_models, n_outputs)
    bias : Tensor of shape (n_outputs,)
        Intercepts to start at; the weights start at 0.
    start : Tensor of shape (n_models, d, n_outputs), optional
        Models that are near the optima, to start at instead.

    Returns
    -------
    Tensor of shape (n_models, d, n_outputs)
    """
    theta = x.new_zeros(len(weight), x.shape[1], len(bias))
    theta[:, -1] = bias
    problem = _Problem(loss.smoothed(_WIDTH), x, y, weight, alpha)
    value, gradient, hessian = problem.derivatives(theta)
    first, damping = value, torch.zeros_like(value)
    if start is not None:
        near = problem.derivatives(start)
        # Far from all data, a start may be worse than the intercepts.
        is_nearer = near[0] < value
        pick = is_nearer[:, None, None]
        value = torch.where(is_nearer, near[0], value)
        theta = torch.where(pick, start, theta)
        gradient = torch.where(pick, near[1], gradient)
        hessian = torch.where(pick, near[2], hessian)
    found, live = theta.clone(), torch.arange(len(theta), device=theta.device)
    is_done = torch.zeros_like(value, dtype=torch.bool)
    for _ in range(_MOST_STEPS):
        moved, decrease = _moved(theta, gradient, hessian, damping)
        little = _SMALL_GAIN * (first - value)
        is_done |= (decrease >= 0) & (decrease <= little)
        if is_done.any():
            # The others go on without those that are done.
            found[live] = theta
            state = live, theta, value, first, gradient, hessian, damping
            state += moved, decrease, little
            state = [part[~is_done] for part in state]
            live, theta, value, first, gradient, hessian, damping = state[:7]
            moved, decrease, little = state[7:]
            problem.keep(~is_done)
            is_done = is_done[~is_done]
            if not len(live):
                return found
        new, *others = problem.derivatives(moved)
        is_better = (decrease >= 0) & (new <= value)
        is_done = is_better & (value - new <= little)
        value = torch.where(is_better, new, value)
        pick = is_better[:, None, None]
        theta = torch.where(pick, moved, theta)
        gradient = torch.where(pick, others[0], gradient)
        hessian = torch.where(pick, others[1], hessian)
        more = (_DAMPING_FACTOR * damping).clamp_min(_FIRST_DAMPING)
        damping = torch.where(is_better, damping / _DAMPING_FACTOR, more)
    found[live] = theta
    return found


def _moved(theta, gradient, hessian, damping):
    """Return weights after a step, and the decrease that it predicts.

    It is NaN where the Hessian is not definite.
    """
    m, d, q = theta.shape
    diagonal = hessian.diagonal(dim1=1, dim2=2)
    ridge = damping.clamp_min(_LEAST_RIDGE) * diagonal.abs().mean(1)
    shifted = hessian + torch.diag_embed(ridge[:, None].expand(m, d * q))
    factor, failed = torch.linalg.cholesky_ex(shifted)
    step = torch.cholesky_solve(gradient, factor)
    decrease = 0.5 * (gradient * step).sum((1, 2))
    decrease = decrease.masked_fill(failed != 0, torch.nan)
    return theta - step.reshape(m, q, d).mT, decrease


class _Problem:
    """The objective of the models, and its derivatives."""

    def __init__(self, loss, x, y, weight, alpha):
        self.loss, self.x, self.weight = loss, x, weight
        self.y = y.expand(len(weight), *y.shape)
        alpha = alpha.reshape(len(alpha), 1, -1)
        self.penalty = alpha.repeat(1, x.shape[1], 1)
        self.penalty[:, -1] = 0.0  # intercepts are free
        self.products = None
        if len(x) * x.shape[1] ** 2 <= _KEPT_PRODUCTS:
            self.products = (x[:, :, None] * x[:, None]).flatten(1)

    def keep(self, models):
        """Keep some of the models."""
        self.weight, self.y = self.weight[models], self.y[models]
        self.penalty = self.penalty[models]

    def derivatives(self, theta):
        """Value (m,), gradient (m, q * d, 1) and Hessian (m, q * d, q * d)."""
        rows, gradient, hessian = derivatives(self, theta, self._squares)
        penalty = self.penalty.expand_as(theta)
        value = torch.linalg.vecdot(self.weight, rows)
        value = value + 0.5 * (penalty * theta.square()).sum((1, 2))
        return value, gradient, hessian

    def _squares(self, factor):
        """X' diag(factor) X of each model, shape (m, d, d)."""
        x = self.x
        if self.products is None:
            return x.mT @ (factor[..., None] * x)
        return (factor @ self.products).unflatten(1, (x.shape[1], x.shape[1]))
