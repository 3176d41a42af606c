"""Networks: initial weights by torch's rule, modules of given weights, ensembles."""

import math

import numpy as np
import pytest
import torch

from skloss.encoding import Encoding
from skloss.networks import (
    ACTIVATIONS,
    Ensemble,
    Linear,
    Network,
    initial_layers,
    multilayer_perceptron,
    predicted,
)


def drawn(sizes, seed=0, dtype=torch.float64):
    return initial_layers(sizes, torch.Generator().manual_seed(seed), dtype)


def test_layers_connect_the_sizes():
    shapes = [(tuple(w.shape), tuple(b.shape)) for w, b in drawn((5, 7, 2))]
    assert shapes == [((5, 7), (7,)), ((7, 2), (2,))]


def test_weights_and_biases_fill_the_interval_of_one_over_the_root_of_the_inputs():
    ((weight, bias),) = drawn((400, 300))
    bound = 1 / math.sqrt(400)
    assert 0.99 * bound < weight.abs().max() <= bound
    assert 0.9 * bound < bias.abs().max() <= bound
    assert abs(weight.mean()) < 0.01 * bound  # 120,000 draws: its error is 0.0017


def test_equal_seeds_start_alike_in_either_precision():
    for (w, b), (w32, b32) in zip(
        drawn((3, 4, 1)), drawn((3, 4, 1), dtype=torch.float32), strict=True
    ):
        assert torch.equal(w.float(), w32) and torch.equal(b.float(), b32)


def test_the_global_generator_is_left_alone():
    before = torch.random.get_rng_state()
    multilayer_perceptron(drawn((3, 4, 1)), "relu")
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_perceptron_is_the_product_of_its_layers(activation):
    (w1, b1), (w2, b2) = layers = drawn((3, 4, 2))
    x = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator())
    expected = ACTIVATIONS[activation]()(x @ w1 + b1) @ w2 + b2
    torch.testing.assert_close(multilayer_perceptron(layers, activation)(x), expected)


def test_a_layer_is_a_plain_linear_one_of_the_given_weights():
    weight, bias = torch.tensor([[1.0, 2.0]]), torch.tensor([3.0])
    layer = Linear(weight, bias)
    assert (layer.in_features, layer.out_features) == (2, 1)
    assert layer(torch.tensor([[10.0, 100.0]])).item() == 213.0


def test_an_ensemble_stacks_its_members_outputs():
    members = [multilayer_perceptron(drawn((3, 2), seed), "relu") for seed in (0, 1)]
    x = torch.ones(5, 3, dtype=torch.float64)
    out = Ensemble(members)(x)
    assert out.shape == (2, 5, 2)
    assert torch.equal(out[1], members[1](x))


def on_raw_columns(hidden=(4,), dtype=torch.float64):
    """A network of three raw columns, of which one has two values only."""
    X = np.random.default_rng(0).normal(50, 20, size=(90, 3))
    X[:, 2] = X[:, 2] > 50
    encoding = Encoding(X, np.ones(90), piecewise_linear=bool(hidden))
    layers = drawn((encoding.n_outputs, *hidden, 2), dtype=dtype)
    return Network(encoding, multilayer_perceptron(layers, "relu")), torch.tensor(X)


@pytest.mark.parametrize("hidden", [(), (4,)])
def test_gradients_of_inputs_are_those_of_finite_differences(hidden):
    network, X = on_raw_columns(hidden)
    assert torch.autograd.gradcheck(network, X[:5].clone().requires_grad_())


@pytest.mark.parametrize("hidden", [(), (4,)])
def test_a_network_can_be_vectorised_over_rows_and_differentiated_by_functions(hidden):
    network, X = on_raw_columns(hidden)
    torch.testing.assert_close(torch.vmap(network)(X), network(X))
    torch.testing.assert_close(network(X[0]), network(X)[0])
    slopes = torch.vmap(torch.func.jacrev(lambda row: network(row[None])[0]))(X)
    row = X[7].clone().requires_grad_()
    (expected,) = torch.autograd.grad(network(row[None])[0, 1], row)
    torch.testing.assert_close(slopes[7, 1], expected)


@pytest.mark.parametrize("hidden", [(), (4,)])
def test_an_exported_network_takes_any_number_of_rows(hidden):
    network, X = on_raw_columns(hidden)
    free = ({0: torch.export.Dim("rows")},)
    program = torch.export.export(network, (X[:7],), dynamic_shapes=free)
    for n in (2, 90):
        torch.testing.assert_close(program.module()(X[:n]), network(X[:n]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("given", [torch.float32, torch.float64])
def test_rows_of_any_precision_are_scored_in_that_of_the_network(dtype, given):
    network, X = on_raw_columns(dtype=dtype)
    raw = network(X.to(given))
    assert raw.dtype == dtype
    torch.testing.assert_close(raw.double(), network(X).double(), rtol=1e-4, atol=1e-4)


def test_a_network_without_parameters_scores_rows_in_their_precision():
    encoding = Encoding(np.array([[1.0], [3.0]]), np.ones(2), piecewise_linear=False)
    out = Network(encoding, torch.nn.Identity())(torch.tensor([[3.0]]))
    assert (out.item(), out.dtype) == (1.0, torch.float32)


@torch.no_grad()
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_predictions_in_place_are_those_of_the_network(activation):
    members = [
        multilayer_perceptron(drawn((3, 4, 4, 2), k), activation) for k in (0, 1)
    ]
    x = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator())
    before = x.clone()
    for network in (members[0], Ensemble(members), torch.nn.ReLU()):
        assert torch.equal(predicted(network, x.clone()), network(x))
    relu_first = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(3, 1).double())
    predicted(relu_first, x)
    assert torch.equal(x, before)


@torch.no_grad()
@pytest.mark.parametrize("run", [predicted, lambda network, x: network(x)])
def test_hooks_see_the_outputs_of_layers_before_the_activation(run):
    network, seen = multilayer_perceptron(drawn((3, 4, 1)), "relu"), []
    network[0].register_forward_hook(lambda module, args, out: seen.append(out))
    x = torch.randn(50, 3, dtype=torch.float64, generator=torch.Generator())
    run(network, x)
    assert (seen[0] < 0).any()
    torch.testing.assert_close(seen[0], x @ network[0].weight.T + network[0].bias)


def test_activations_have_backward_hooks_and_keep_their_inputs():
    network = multilayer_perceptron(drawn((3, 4, 1)), "relu")
    seen = []
    for layer in network:
        layer.register_full_backward_hook(lambda *args: seen.append(1))
    x = torch.ones(2, 3, dtype=torch.float64, requires_grad=True)
    network(x).sum().backward()
    assert len(seen) == 3
