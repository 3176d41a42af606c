"""Damped Newton on several linear models of one loss at once, to a rough optimum."""

import torch

from skloss.training.solvers.stacked_objective import StackedObjective, moved

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
        mean = hessian.diagonal(dim1=1, dim2=2).abs().mean(1)
        ridge = damping.clamp_min(_LEAST_RIDGE) * mean
        ahead, decrease = moved(theta, gradient, hessian, ridge)
        little = _SMALL_GAIN * (first - value)
        is_done |= (decrease >= 0) & (decrease <= little)
        if is_done.any():
            # The others go on without those that are done.
            found[live] = theta
            state = live, theta, value, first, gradient, hessian, damping
            state += ahead, decrease, little
            state = [part[~is_done] for part in state]
            live, theta, value, first, gradient, hessian, damping = state[:7]
            ahead, decrease, little = state[7:]
            problem.keep(~is_done)
            is_done = is_done[~is_done]
            if not len(live):
                return found
        new, *others = problem.derivatives(ahead)
        is_better = (decrease >= 0) & (new <= value)
        is_done = is_better & (value - new <= little)
        value = torch.where(is_better, new, value)
        pick = is_better[:, None, None]
        theta = torch.where(pick, ahead, theta)
        gradient = torch.where(pick, others[0], gradient)
        hessian = torch.where(pick, others[1], hessian)
        more = (_DAMPING_FACTOR * damping).clamp_min(_FIRST_DAMPING)
        damping = torch.where(is_better, damping / _DAMPING_FACTOR, more)
    found[live] = theta
    return found


class _Problem(StackedObjective):
    """Objectives of models of the same rows."""

    def __init__(self, loss, x, y, weight, alpha):
        super().__init__(loss, x, y.expand(len(weight), *y.shape), weight, alpha)
        self.products = None
        if len(x) * x.shape[1] ** 2 <= _KEPT_PRODUCTS:
            self.products = (x[:, :, None] * x[:, None]).flatten(1)

    def keep(self, models):
        """Keep some of the models."""
        self.weight, self.y = self.weight[models], self.y[models]
        self.penalty = self.penalty[models]

    def _squares(self, factor):
        """X' diag(factor) X of each model, shape (m, d, d)."""
        if self.products is None:
            return super()._squares(factor)
        d = self.x.shape[1]
        return (factor @ self.products).unflatten(1, (d, d))
