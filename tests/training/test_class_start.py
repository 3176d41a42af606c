"""Where embeddings start: shrunken discriminants, at scales that the loss chooses."""

import warnings

import numpy as np
import pytest
import torch
from scipy.linalg import eigh
from sklearn.covariance import shrunk_covariance
from sklearn.datasets import load_iris, load_wine
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from skloss import TorchEmbedder, get_loss
from skloss.training.class_start import directions

X, Y = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X)
#: Training that leaves the start as it is.
UNTRAINED = {"max_iter": 1, "learning_rate": 1e-12, "n_members": 1, "random_state": 0}


def found(x, y, weight=None, n_most=16):
    share = torch.ones(len(x)).double() if weight is None else torch.as_tensor(weight)
    share, x = share / share.sum(), torch.as_tensor(x)
    return directions(x - share @ x, share, torch.as_tensor(y), n_most)


def placed(embedder, x=X, y=Y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nothing is trained
        return embedder.fit(x, y).transform(x)


def test_directions_of_classes_are_those_of_shrunken_discriminant_analysis():
    first, other = found(X, Y)
    means = np.stack([X[Y == k].mean(0) for k in range(3)])[Y]
    within = shrunk_covariance(np.cov((X - means).T, bias=True), 0.1)
    _, axes = eigh(np.cov(means.T, bias=True), within)
    expected = axes[:, :-3:-1]
    expected = expected * np.sign(expected[np.abs(expected).argmax(0), range(2)])
    np.testing.assert_allclose(first, expected, rtol=1e-6, atol=1e-9)
    assert other.shape == (13, 11)


def test_other_directions_are_principal_components_of_what_is_left():
    first, other = found(X, Y)
    np.testing.assert_allclose(other.mT @ other, np.eye(11), atol=1e-10)
    np.testing.assert_allclose(other.mT @ first, 0, atol=1e-10)
    scores = X @ other.numpy()
    covariance = np.cov(scores.T)
    np.testing.assert_allclose(covariance, np.diag(np.diag(covariance)), atol=1e-10)
    assert (np.diff(np.diag(covariance)) <= 1e-12).all()


def test_no_more_directions_than_the_embedding_has_columns():
    assert [part.shape[1] for part in found(X, Y, n_most=1)] == [1, 0]
    assert [part.shape[1] for part in found(X, Y, n_most=5)] == [2, 3]


def test_a_weight_of_two_is_a_row_twice():
    weight = np.where(np.arange(len(X)) % 3, 1.0, 2.0)
    twice = np.repeat(np.arange(len(X)), weight.astype(int))
    weighted, copied = found(X, Y, weight), found(X[twice], Y[twice])
    for one, other in zip(weighted, copied, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)


@pytest.mark.parametrize("loss", ["triplet", "contrastive"])
def test_an_embedding_starts_at_a_linear_map_that_separates_classes(loss):
    start = placed(TorchEmbedder(loss, **UNTRAINED))
    linear = LinearRegression().fit(X, start).predict(X)
    np.testing.assert_allclose(start, linear, atol=1e-6)
    # Classes lie apart before any training, which random weights do not achieve.
    drawn = placed(TorchEmbedder(loss, activation="tanh", **UNTRAINED))
    values = [
        get_loss(loss)(torch.as_tensor(z), torch.as_tensor(Y)) for z in (start, drawn)
    ]
    assert values[0] < 0.8 * values[1]


def test_continued_training_keeps_what_was_learned():
    embedder = TorchEmbedder(n_members=1, warm_start=True, max_iter=5, random_state=0)
    before = placed(embedder)
    embedder.set_params(max_iter=1, learning_rate=1e-12)
    np.testing.assert_allclose(placed(embedder), before, atol=1e-6)


@pytest.mark.parametrize("n", [4, 6, 30])
def test_few_rows_or_equal_ones_give_a_finite_start(n):
    x, _ = load_iris(return_X_y=True)
    rows = np.arange(n) * 7 % 150
    for table in (x[rows], np.ones((n, 3))):
        assert np.isfinite(placed(TorchEmbedder(**UNTRAINED), table, rows % 2)).all()


def test_wide_tables_start_at_random_weights():
    wide = np.random.default_rng(0).normal(size=(40, 501))
    embedder = TorchEmbedder(**UNTRAINED, numeric_encoding=None)
    placed(embedder, wide, np.arange(40) % 2)
    # A start leaves most weights of the head at 0.
    assert (embedder.network_[1][-1].weight != 0).all()
    placed(embedder, wide[:, :500], np.arange(40) % 2)
    assert (embedder.network_[1][-1].weight == 0).any()
