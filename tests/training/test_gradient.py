"""Losses of a stack and their gradient, against each loss alone."""

import pytest
import torch

from skloss.losses import get_loss
from skloss.training.gradient import StackLosses
from tests.training.models import model, table


def stacked(*names):
    X, y = table(n_rows=40)
    return StackLosses([model(X, y, loss=name) for name in names])


@pytest.mark.parametrize(
    "names",
    [
        ["squared_error", "squared_error", "gaussian_nll", "log_cosh"],
        ["gaussian_nll", "gaussian_nll"],
    ],
    ids=["several losses", "one loss"],
)
def test_values_and_gradients_are_those_of_each_loss_alone(names):
    losses = stacked(*names)
    draw = torch.Generator().manual_seed(0)
    raw, y, weight = (
        torch.randn(*shape, generator=draw, dtype=torch.float64)
        for shape in ((len(names), 6, 2), (1, len(names), 6), (1, len(names), 6))
    )
    values, gradient = losses.gradient(
        raw, losses.by_step(y)[0], losses.by_step(weight)[0]
    )
    for k, name in enumerate(names):
        loss = get_loss(name)
        own = raw[k, :, : loss.n_outputs(1)].clone().requires_grad_()
        each = loss.pointwise(own, y[0, k])
        (weight[0, k] * each).sum().backward()
        torch.testing.assert_close(values[k], each.detach())
        torch.testing.assert_close(gradient[k, :, : own.shape[1]], own.grad)


def test_the_gradient_of_padded_outputs_is_zero():
    losses = stacked("squared_error", "gaussian_nll")
    raw, y = torch.ones(2, 6, 2), torch.zeros(1, 2, 6)
    rows = losses.by_step(y)[0], losses.by_step(torch.ones(1, 2, 6))[0]
    _, gradient = losses.gradient(raw, *rows)
    assert not gradient[0, :, 1].any()


def test_steps_hold_the_rows_of_each_run_of_equal_losses():
    losses = stacked("squared_error", "squared_error", "log_cosh")
    rows = torch.arange(3.0)[None, :, None].expand(2, 3, 4)
    for pair in losses.by_step(rows):
        assert [part.unique().tolist() for part in pair] == [[0.0, 1.0], [2.0]]
