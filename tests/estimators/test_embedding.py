"""Fitted embeddings: a collapse is reported, and members are joined."""

import warnings

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist
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


def members_of(model):
    """Rows as each member places them, side by side."""
    with torch.no_grad():
        raw = model.network_(torch.as_tensor(X))
    return np.hstack([model.loss_.predict(one) for one in raw])


@pytest.mark.parametrize("loss", ["triplet", "sup_con"])
def test_members_are_projected_to_their_principal_axes(loss):
    model = TorchEmbedder(loss, **SMALL, n_members=3, max_iter=3).fit(X, Y)
    joined = members_of(model) / np.sqrt(3)
    if loss == "triplet":  # sup_con compares angles at the origin
        joined = joined - joined.mean(0)
    axes = np.linalg.eigh(joined.T @ joined).eigenvectors
    expected = joined @ axes[:, :-4:-1]
    if loss == "sup_con":
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = model.transform(X)
    assert found.shape == (150, 3)
    np.testing.assert_allclose(pdist(found), pdist(expected), rtol=1e-5, atol=1e-8)


def test_members_of_few_classes_keep_nearly_all_of_their_distances():
    model = TorchEmbedder(random_state=0, n_members=4).fit(X, Y)
    ours, all_ = pdist(model.transform(X)), pdist(members_of(model) / 2)
    assert np.corrcoef(ours, all_)[0, 1] > 0.999


def test_rows_of_weight_two_are_rows_twice_for_the_axes():
    few = {**SMALL, "n_members": 2, "max_iter": 3, "early_stopping": False}
    few["batch_size"] = 400
    weight = np.where(np.arange(150) % 3, 1.0, 2.0)
    twice = np.repeat(np.arange(150), weight.astype(int))
    weighted = TorchEmbedder(**few).fit(X, Y, weight).transform(X)
    copied = TorchEmbedder(**few).fit(X[twice], Y[twice]).transform(X)
    np.testing.assert_allclose(weighted, copied, atol=1e-6)
