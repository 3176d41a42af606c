"""Objectives of several linear models: their derivatives and Newton's steps."""

import numpy as np
import torch
from torch.autograd.functional import hessian, jacobian

from skloss.losses import get_loss
from skloss.training.solvers.stacked_objective import StackedObjective, moved

RNG = np.random.default_rng(0)
X, THETA = (torch.as_tensor(RNG.normal(size=size)) for size in [(2, 30, 4), (2, 4, 2)])
Y = torch.as_tensor(RNG.normal(size=(2, 30)))
WEIGHT = torch.full((2, 30), 1 / 30, dtype=torch.float64)
ALPHA = torch.tensor([0.1, 2.0], dtype=torch.float64)


def by_hand(theta, m):
    """The objective of one model, with its outputs first: theta has shape (q, d)."""
    loss = get_loss("gaussian_nll").pointwise(X[m] @ theta.T, Y[m]).mean()
    return loss + 0.5 * ALPHA[m] * theta[:, :-1].square().sum()


def test_values_and_derivatives_are_those_of_autograd_for_each_model():
    objective = StackedObjective(get_loss("gaussian_nll"), X, Y, WEIGHT, ALPHA)
    value, gradient, curvature = objective.derivatives(THETA)
    for m in range(2):
        theta = THETA[m].T.contiguous()
        torch.testing.assert_close(value[m], by_hand(theta, m))
        first = jacobian(lambda t, m=m: by_hand(t, m), theta)
        torch.testing.assert_close(gradient[m, :, 0], first.flatten())
        second = hessian(lambda t, m=m: by_hand(t, m), theta)
        torch.testing.assert_close(curvature[m], second.reshape(8, 8))


def test_a_step_without_a_ridge_reaches_the_optimum_of_a_quadratic():
    objective = StackedObjective(get_loss("squared_error"), X, Y, WEIGHT, 0 * ALPHA)
    start = THETA[..., :1]
    before, *state = objective.derivatives(start)
    theta, decrease = moved(start, *state, torch.zeros(2, dtype=torch.float64))
    for m in range(2):
        best = np.linalg.lstsq(X[m].numpy(), Y[m].numpy())[0]
        np.testing.assert_allclose(theta[m, :, 0], best, rtol=1e-9)
    after, *_ = objective.derivatives(theta)
    torch.testing.assert_close(before - after, decrease)


def test_a_hessian_that_is_not_definite_gives_an_undefined_decrease():
    curvature = torch.stack([torch.eye(2), -torch.eye(2)])
    gradient, ridge = torch.ones(2, 2, 1), torch.tensor([0.0, 0.5])
    _, decrease = moved(torch.zeros(2, 2, 1), gradient, curvature, ridge)
    torch.testing.assert_close(decrease, torch.tensor([1.0, torch.nan]), equal_nan=True)
