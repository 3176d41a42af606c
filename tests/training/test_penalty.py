"""The L2 penalty of a stack: its value and its gradient."""

from types import SimpleNamespace

import pytest
import torch

from skloss.training.penalty import Penalty

# Two weights, an intercept, a weight and an intercept, of two models.
MASK = torch.tensor([1.0, 1.0, 0.0, 1.0, 0.0])
FLAT = torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0], [-1.0, 1.0, 9.0, 2.0, 9.0]])
SQUARES = torch.tensor([21.0, 6.0])  # 1 + 4 + 16 and 1 + 1 + 4


def stack():
    return SimpleNamespace(flat=FLAT, grad=torch.ones(2, 5), penalised=MASK)


@pytest.mark.parametrize("alphas", [[0.5, 0.5], [0.5, 2.0], [0.0, 2.0], [0.0, 0.0]])
def test_the_gradient_is_alpha_times_the_weights_without_intercepts(alphas):
    models = stack()
    Penalty(models, alphas).add_gradient()
    expected = 1 + torch.tensor(alphas)[:, None] * FLAT * MASK
    assert torch.equal(models.grad, expected)


@pytest.mark.parametrize("alphas", [[0.5, 0.5], [0.5, 2.0], [0.0, 2.0], [0.0, 0.0]])
def test_the_value_is_half_of_alpha_times_the_sum_of_squares(alphas):
    value = Penalty(stack(), alphas).add_to(torch.tensor([10.0, 20.0]), FLAT)
    expected = torch.tensor([10.0, 20.0]) + 0.5 * torch.tensor(alphas) * SQUARES
    assert torch.equal(value, expected)


def test_some_models_are_penalised_by_their_own_alpha():
    value = Penalty(stack(), [0.5, 2.0]).add_to(torch.zeros(1), FLAT[1:], [1])
    assert value.item() == 6.0
