"""Perceptron stacks: the backward pass is that of autograd."""

import numpy as np
import pytest
import torch
from torch import nn

from skloss.training import Perceptron
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


@pytest.mark.parametrize("activation", ["relu", "silu"])
@pytest.mark.parametrize("hidden", [(16,), (16, 8), (16, 8, 12)])
def test_a_start_at_a_linear_model_predicts_as_it_does(activation, hidden):
    X, y = table()
    settings = {"activation": activation, "hidden_layer_sizes": hidden}
    specs = [model(X, y, "gaussian_nll", seed=s, settings=settings) for s in range(2)]
    stack = PerceptronStack(specs)
    drawn = stack.predict(X, [0, 1])
    rng = np.random.default_rng(0)
    weight, bias = torch.as_tensor(rng.normal(size=(3, 2))), torch.tensor([1.0, -2.0])
    stack.start_at(1, weight, bias)
    first, second = stack.predict(X, [0, 1])
    torch.testing.assert_close(first, drawn[0], rtol=0, atol=0)
    # The columns after the third are those of an encoding, which the start leaves out.
    torch.testing.assert_close(second, X[:, :3] @ weight + bias)


def test_a_start_at_a_linear_model_leaves_half_of_the_units_to_learn():
    assert Perceptron((8, 4)).carries_linear(1)
    assert not Perceptron((8, 4)).carries_linear(2)
    assert not Perceptron(()).carries_linear(1)
    assert not Perceptron((64,), "tanh").carries_linear(1)


def test_weights_that_lead_to_some_outputs_are_marked():
    X, y = table(20)
    spec = model(X, y, "gaussian_nll")
    stack = PerceptronStack([spec])
    mask = stack.output_weights([1])
    stack.flat[0] = mask
    layers = stack.result(0, stack.flat)["layers"]
    assert [float(weight.sum()) for weight, _ in layers] == [0, 0, 8]
    assert layers[-1][0][:, 1].all()
    assert not any(bias.any() for _, bias in layers)
