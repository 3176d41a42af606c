"""Perceptron stacks: the backward pass is that of autograd."""

import numpy as np
import pytest
import torch
from torch import nn

from skloss.training.perceptron_stack import PerceptronStack
from tests.training.models import model, table


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "silu", "identity"])
def test_the_written_out_gradient_equals_autograd(activation):
    X, y = table()
    stack = PerceptronStack(
        [model(X, y, seed=s, settings={"activation": activation}) for s in range(3)]
    )
    x = torch.stack([X[:20], X[20:40], X[40:60]])
    pull = torch.as_tensor(np.random.default_rng(1).normal(size=(3, 20, 1)))
    memory = stack.inputs(20)
    memory.copy_(x)
    stack.forward(memory)
    stack.backward(pull.clone())
    functions = {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "logistic": torch.sigmoid,
        "silu": nn.functional.silu,
        "identity": lambda z: z,
    }
    weights = [w.clone().requires_grad_() for w in stack.weights]
    biases = [b.clone().requires_grad_() for b in stack.biases]
    z = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        z = functions[activation](z @ w + b)
    ((z @ weights[-1] + biases[-1]) * pull).sum().backward()
    for found, leaf in zip(stack.weight_grads, weights, strict=True):
        torch.testing.assert_close(found, leaf.grad)
    for found, leaf in zip(stack.bias_grads, biases, strict=True):
        torch.testing.assert_close(found, leaf.grad)
