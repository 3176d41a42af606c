"""Networks: initial weights by torch's rule, modules of given weights, ensembles."""

import math

import pytest
import torch

from skloss.networks import (
    ACTIVATIONS,
    Ensemble,
    Linear,
    initial_layers,
    multilayer_perceptron,
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
