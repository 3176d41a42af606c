"""Fitted embeddings: a collapse is reported, and members stand next to each other."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from torch import nn

from skloss import TorchEmbedder, list_losses

SMALL = {"hidden_layer_sizes": (16,), "embedding_dim": 3, "random_state": 0}
X, Y = load_iris(return_X_y=True)


@pytest.mark.parametrize("loss", list_losses("embedding"))
def test_a_collapsed_embedding_is_reported_with_what_to_try(loss):
    embedder = TorchEmbedder(loss, **SMALL, max_iter=3)
    with pytest.warns(ConvergenceWarning, match=r"collapsed.*Try a smaller"):
        embedder.fit(np.ones((20, 2)), [0, 1] * 10)


def test_an_embedding_of_dead_units_is_reported_as_collapsed():
    def dead(n_features, n_outputs):
        network = nn.Sequential(nn.Linear(n_features, n_outputs), nn.ReLU())
        nn.init.constant_(network[0].bias, -100.0)
        return network

    with pytest.warns(ConvergenceWarning, match="collapsed"):
        TorchEmbedder(**SMALL, network=dead, max_iter=3).fit(X, Y)


@pytest.mark.parametrize("loss", list_losses("embedding"))
def test_a_useful_embedding_raises_no_warning(loss):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*collapsed")
        TorchEmbedder(loss, **SMALL, max_iter=40).fit(X, Y)


def test_squared_distances_of_an_ensemble_are_the_mean_of_those_of_its_members():
    model = TorchEmbedder(**SMALL, n_members=2, max_iter=3).fit(X, Y)
    placed = model.transform(X)
    assert placed.shape == (150, 6)
    one, two = np.split(placed * np.sqrt(2), 2, axis=1)
    squares = [((part[0] - part[1:]) ** 2).sum(axis=1) for part in (placed, one, two)]
    np.testing.assert_allclose(squares[0], (squares[1] + squares[2]) / 2, rtol=1e-5)
