"""One architecture of each kind, and a model of it."""

import pytest
from torch import nn

from skloss.training import Perceptron, TwoTowers, UserModule
from tests.training.models import model, table


def two_layers(n_features, n_outputs):
    return nn.Sequential(nn.Linear(n_features, 6), nn.Tanh(), nn.Linear(6, n_outputs))


ARCHITECTURES = {
    "perceptron": Perceptron((6,), "tanh"),
    "linear": Perceptron(()),
    "module": UserModule(two_layers),
    "towers": TwoTowers(2, (6,), "tanh"),
}
every_architecture = pytest.mark.parametrize(
    "architecture", ARCHITECTURES.values(), ids=ARCHITECTURES
)


def one(architecture, **changes):
    X, y = table()
    return model(X, y, "gaussian_nll", architecture=architecture, **changes)
