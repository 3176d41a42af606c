"""Architectures: their modules, costs and keys."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from skloss import get_loss
from skloss.losses import Loss
from skloss.training import FitResult, Perceptron, TwoTowers, UserModule, train
from tests.training.architectures import (
    ARCHITECTURES,
    every_architecture,
    one,
    two_layers,
)
from tests.training.models import model, table


@every_architecture
def test_the_module_gives_the_raw_scores_of_the_stack(architecture):
    spec = one(architecture)
    X, _ = table()
    stack = architecture.stack([spec])
    expected = stack.predict(X, [0])[0].clone()
    stack.remember()
    result = FitResult(history=[], **stack.result(0, stack.flat.clone()))
    torch.testing.assert_close(architecture.module(result)(X), expected)


@every_architecture
def test_every_architecture_learns(architecture):
    (fit,) = train([one(architecture, settings={"max_iter": 30})])
    history = [row["validation"] for row in fit.history]
    assert min(history) < history[0] - 0.05


def test_only_a_perceptron_without_hidden_layers_is_linear():
    linear = {name: a.is_linear for name, a in ARCHITECTURES.items()}
    assert [name for name in linear if linear[name]] == ["linear"]


def test_piecewise_linear_columns_are_for_perceptrons_with_hidden_layers():
    takes = {name: a.takes_piecewise_linear for name, a in ARCHITECTURES.items()}
    assert [name for name in takes if takes[name]] == ["perceptron"]


@pytest.mark.parametrize(
    ("architecture", "cost"),
    [
        (Perceptron((4, 3)), 100 * (5 * 4 + 4 * 3 + 3 * 2)),
        (Perceptron(()), 100 * 5 * 2),
        (UserModule(two_layers), 100 * 5 * 2),
        (TwoTowers(2, (4,)), 100 * (2 * 4 + 4 * 1 + 3 * 4 + 4 * 1 + 5 * 1)),
        (TwoTowers(2, ()), 100 * (2 * 1 + 3 * 1)),
    ],
)
def test_the_cost_is_the_multiplications_of_the_layers(architecture, cost):
    assert architecture.cost(5, 2, 100) == cost


@pytest.mark.parametrize(
    ("architecture", "widest"),
    [(Perceptron((4, 9, 3)), 9), (Perceptron(()), 0), (TwoTowers(2, (4, 9)), 18)],
)
def test_the_widest_layer_is_known(architecture, widest):
    assert architecture.widest == widest


def test_equal_perceptrons_are_equal_keys_and_others_are_not():
    assert hash(Perceptron((4,))) == hash(Perceptron((4,)))
    assert Perceptron((4,)) == Perceptron((4,)) != Perceptron((4,), "tanh")


def test_a_callable_that_cannot_be_hashed_can_build_a_module():
    @dataclass
    class Builder:
        width: int

        def __call__(self, n_features, n_outputs):
            return nn.Linear(n_features, n_outputs)

    X, y = table()
    (fit,) = train([model(X, y, architecture=UserModule(Builder(3)))])
    assert isinstance(fit.network, nn.Linear)


def test_each_tower_reads_the_columns_of_its_view_alone():
    towers = TwoTowers(2, (6,)).build(5, 8)
    x = torch.zeros(1, 5)
    moved = torch.tensor([[0.0, 0.0, 1.0, 2.0, 3.0]])
    base, changed = towers(x), towers(moved)
    assert torch.equal(base[:, :4], changed[:, :4])
    assert (base[:, 4:] != changed[:, 4:]).all()


def test_towers_begin_as_linear_maps_and_leave_them():
    towers = TwoTowers(2, (6,)).build(5, 8)
    x, y = torch.randn(2, 7, 5, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(towers(x) + towers(y), towers(x + y) + towers(0 * x))
    torch.nn.init.ones_(towers.towers[0][-1].weight)
    bent = towers(x) + towers(y) - towers(x + y) - towers(0 * x)
    assert bent[:, :4].abs().max() > 0.1


def test_two_towers_align_two_views_of_the_same_rows():
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(400, 3))
    views = [hidden @ rng.normal(size=(3, d)) for d in (4, 6)]
    X = torch.as_tensor(np.hstack(views))
    pairs = get_loss("symmetric_cross_entropy")

    spec = model(
        X,
        torch.zeros(400, 1).double(),
        n_outputs=8,
        architecture=TwoTowers(4, (32,), "tanh"),
        settings={"max_iter": 40, "learning_rate": 0.01},
    )
    spec.loss = PairsOfColumns(pairs)
    (fit,) = train([spec])
    with torch.no_grad():
        first, second = fit.network(X[:80]).chunk(2, dim=-1)  # the validation rows
    similarity = nn.functional.normalize(first) @ nn.functional.normalize(second).T
    found = (similarity.argmax(1) == torch.arange(80)).double().mean()
    assert found > 0.5  # by chance 1 in 80


class PairsOfColumns(Loss):
    """A loss on pairs, of the joined embeddings that two towers return."""

    stack_key = "pairs"
    compares_rows = True

    def __init__(self, pairs):
        self.pairs = pairs

    def pointwise(self, raw, y):
        first, second = raw.chunk(2, dim=-1)
        return self.pairs(first[0], second[0]).expand(raw.shape[:2])


NEW_ARCHITECTURE = '''
from torch import nn

from skloss.training import UserModule


class Squares(nn.Linear):
    def forward(self, x):
        return super().forward(x.square())


class Squared(UserModule):
    """A linear model of the squares."""

    def __init__(self):
        super().__init__(Squares)
'''


def test_a_new_architecture_is_one_class(temporary_module):
    architecture = temporary_module("squared", NEW_ARCHITECTURE).Squared()
    X, _ = table()
    settings = {"max_iter": 100, "learning_rate": 0.1}
    spec = model(
        X, X[:, 0].square(), architecture=architecture, settings=settings, alpha=0.0
    )
    (fit,) = train([spec])
    weights = fit.network.weight.detach()[0]
    torch.testing.assert_close(
        weights, torch.tensor([1.0, 0, 0, 0, 0]).double(), atol=0.05, rtol=0
    )
