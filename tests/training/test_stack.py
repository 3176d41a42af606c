"""Stacks of every architecture satisfy the protocol."""

import inspect

import numpy as np
import pytest
import torch

from skloss.training.stack import Stack
from tests.training.architectures import ARCHITECTURES, every_architecture, one
from tests.training.models import table


def protocol_methods():
    return {
        name: function
        for name, function in vars(Stack).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }


@every_architecture
def test_a_stack_has_the_members_of_the_protocol(architecture):
    stack = architecture.stack([one(architecture)])
    assert all(hasattr(stack, name) for name in Stack.__annotations__)
    for name, function in protocol_methods().items():
        found = inspect.signature(getattr(stack, name))
        expected = list(inspect.signature(function).parameters)[1:]
        assert list(found.parameters) == expected


def test_a_stack_of_several_models_can_drop_some():
    specs = [one(ARCHITECTURES["perceptron"], seed=seed) for seed in range(3)]
    stack = specs[0].architecture.stack(specs)
    kept = stack.flat[[2, 0]].clone()
    stack.keep([2, 0])
    assert stack.n == len(stack.n_outputs) == 2
    assert torch.equal(stack.flat, kept)
    assert stack.grad.shape == stack.flat.shape


@every_architecture
def test_shapes_are_those_of_the_protocol(architecture):
    stack = architecture.stack([one(architecture)])
    assert (stack.n, stack.width, stack.n_outputs) == (1, 2, [2])
    assert stack.flat.shape == stack.grad.shape == (1, len(stack.penalised))
    x = stack.inputs(7)
    assert x.shape == (1, 7, 5)
    x.fill_(0.5)
    assert stack.forward(x).shape == (1, 7, 2)
    assert stack.predict(torch.zeros(9, 5).double(), [0]).shape == (1, 9, 2)


@every_architecture
def test_backward_is_the_derivative_of_forward(architecture):
    stack = architecture.stack([one(architecture)])
    X, _ = table()
    pull = torch.as_tensor(np.random.default_rng(0).normal(size=(1, 20, 2)))

    def value():
        x = stack.inputs(20)
        x.copy_(X[:20])
        return (stack.forward(x) * pull).sum().item()

    value()
    stack.backward(pull.clone())
    gradient, step = stack.grad[0].clone(), 1e-6
    for index in range(0, len(gradient), 7):
        numeric = 0.0
        for sign in (1, -1):
            stack.flat[0, index] += sign * step
            numeric += sign * value() / (2 * step)
            stack.flat[0, index] -= sign * step
        assert gradient[index].item() == pytest.approx(numeric, rel=1e-5, abs=1e-7)
