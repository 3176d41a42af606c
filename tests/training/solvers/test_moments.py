"""Moments of Adam: those of torch's optimiser, model by model."""

import torch

from skloss.training import FitResult
from skloss.training.solvers.moments import Moments


def walk(moments, flat, n_steps, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(n_steps):
        grad = torch.randn(flat.shape, generator=generator, dtype=flat.dtype)
        moments.update(flat, grad, 0.1)


def test_steps_are_those_of_torch():
    flat, generator = torch.zeros(2, 3, dtype=torch.float64), torch.Generator()
    walk(Moments(flat), flat, 5)
    weight = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    adam, generator = torch.optim.Adam([weight], lr=0.1), generator.manual_seed(0)
    for _ in range(5):
        weight.grad = torch.randn(2, 3, generator=generator, dtype=torch.float64)
        adam.step()
    torch.testing.assert_close(flat, weight.detach())


def test_moments_continue_from_their_state():
    whole, parts = torch.zeros(2, 1, 3, dtype=torch.float64)
    walk(Moments(whole), whole, 2)
    first = Moments(parts)
    walk(first, parts, 2)
    again = Moments(parts, [FitResult(None, [], optimizer=first.state(0))])
    assert again.step == 2
    assert torch.equal(again.exp_avg, first.exp_avg)
    assert torch.equal(again.exp_avg_sq, first.exp_avg_sq)


def test_models_that_leave_take_their_moments_with_them():
    flat = torch.zeros(3, 2, dtype=torch.float64)
    moments = Moments(flat)
    walk(moments, flat, 1)
    mean, square = moments.exp_avg.clone(), moments.exp_avg_sq.clone()
    moments.keep([0, 2])
    assert torch.equal(moments.exp_avg, mean[[0, 2]])
    assert torch.equal(moments.exp_avg_sq, square[[0, 2]])
