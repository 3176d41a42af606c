"""TorchEmbedder: rows of one label close together, in scikit-learn's interface."""

import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skloss import TorchEmbedder, get_loss, list_losses
from skloss.losses import Triplet

SMALL = {"hidden_layer_sizes": (16,), "embedding_dim": 3, "random_state": 0}
X, Y = load_iris(return_X_y=True)


def neighbours(embedder):
    return make_pipeline(StandardScaler(), embedder, KNeighborsClassifier())


@parametrize_with_checks(
    [
        TorchEmbedder(loss, hidden_layer_sizes=(16,), max_iter=3, random_state=0)
        for loss in ("triplet", "sup_con")
    ]
)
def test_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("loss", list_losses("embedding"))
def test_neighbours_in_the_embedding_have_the_same_label(loss):
    model = neighbours(TorchEmbedder(loss, **SMALL, max_iter=60))
    X, y = load_wine(return_X_y=True)
    assert cross_val_score(model, X, y, cv=3).mean() > 0.93


@pytest.mark.parametrize("mining", ["semi_hard", "hard"])
def test_mined_triplets_train_too(mining):
    model = neighbours(TorchEmbedder(Triplet(mining=mining), **SMALL, max_iter=60))
    assert cross_val_score(model, X, Y, cv=3).mean() > 0.9


def test_a_grid_search_varies_the_loss_and_its_margin():
    model = neighbours(TorchEmbedder(Triplet(), **SMALL, max_iter=5))
    margins = {"torchembedder__loss__margin": [0.2, 1.0]}
    losses = {"torchembedder__loss": ["sup_con", Triplet()]}
    for grid in (margins, losses):
        search = GridSearchCV(model, grid, cv=2).fit(X, Y)
        assert search.best_params_.keys() == grid.keys()
        assert len(search.cv_results_["params"]) == 2


def test_embeddings_of_losses_on_angles_have_length_one():
    placed = TorchEmbedder("sup_con", **SMALL, max_iter=3).fit_transform(X, Y)
    np.testing.assert_allclose(np.linalg.norm(placed, axis=1), 1.0)
    placed = TorchEmbedder("triplet", **SMALL, max_iter=3).fit_transform(X, Y)
    assert np.ptp(np.linalg.norm(placed, axis=1)) > 0.1


def test_without_labels_two_views_of_a_row_belong_together():
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(3, 8)) * 3
    labels = np.repeat([0, 1, 2], 100)
    rows = centers[labels] + rng.normal(size=(300, 8))
    embedder = TorchEmbedder("info_nce", **SMALL, max_iter=30).fit(rows)
    placed = embedder.transform(rows)
    train, test, y_train, y_test = train_test_split(placed, labels, random_state=0)
    assert KNeighborsClassifier().fit(train, y_train).score(test, y_test) > 0.95
    assert placed.std(0).max() > 0.1
    assert embedder.history_["validation"].notna().all()


@pytest.mark.parametrize("loss", ["triplet", "contrastive", "multi_similarity"])
def test_other_losses_train_without_labels_too(loss):
    placed = TorchEmbedder(loss, **SMALL, max_iter=3).fit(X).transform(X)
    assert placed.shape == (150, 3) and np.isfinite(placed).all()


def test_noise_and_masking_apply_where_they_are_given():
    plain = TorchEmbedder(**SMALL, max_iter=3).fit(X, Y).transform(X)
    auto = TorchEmbedder(**SMALL, max_iter=3, feature_noise=0.5, feature_masking=0)
    clean = TorchEmbedder(**SMALL, max_iter=3, feature_noise=0)
    masked = TorchEmbedder(**SMALL, max_iter=3, feature_masking=0.1)
    np.testing.assert_array_equal(auto.fit(X, Y).transform(X), plain)
    assert not np.allclose(clean.fit(X, Y).transform(X), plain)
    assert not np.allclose(masked.fit(X, Y).transform(X), plain)


def test_steps_on_all_rows_have_no_noise_so_that_weights_are_copies():
    full = {**SMALL, "max_iter": 3, "early_stopping": False, "batch_size": 400}
    rows, labels = X[::2], Y[::2]
    auto = TorchEmbedder(**full).fit(rows, labels).transform(X)
    zero = TorchEmbedder(**full, feature_noise=0).fit(rows, labels).transform(X)
    np.testing.assert_array_equal(auto, zero)
    twice = np.r_[rows, rows], np.r_[labels, labels]
    copied = TorchEmbedder(**full).fit(*twice).transform(X)
    doubled = TorchEmbedder(**full).fit(rows, labels, np.full(len(rows), 2.0))
    np.testing.assert_allclose(doubled.transform(X), copied, atol=1e-6)


def test_noise_of_labelled_rows_does_not_reach_the_rows_to_stop_on():
    # Without a start whose scale depends on the noise.
    few = {**SMALL, "max_iter": 1, "learning_rate": 1e-12, "activation": "tanh"}
    found = [
        TorchEmbedder(**few, feature_noise=noise).fit(X, Y).history_["validation"][0]
        for noise in (0, 2.0)
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_rows_are_held_out_and_the_best_weights_kept():
    rows, labels = np.tile(X, (3, 1)), np.tile(Y, 3)
    embedder = TorchEmbedder(**SMALL, n_iter_no_change=3, n_members=1)
    embedder.fit(rows, labels)
    validation = embedder.history_["validation"]
    assert validation.notna().all()
    assert embedder.n_iter_ < 200
    assert embedder.n_iter_ - 1 - validation.argmin() >= 1


def test_sparse_rows_are_placed_as_dense_ones():
    dense = TorchEmbedder(**SMALL, max_iter=3).fit(X, Y).transform(X)
    found = TorchEmbedder(**SMALL, max_iter=3).fit(sparse.csr_matrix(X), Y)
    np.testing.assert_allclose(found.transform(sparse.csr_matrix(X)), dense, rtol=1e-6)


def test_frames_and_text_labels_are_taken_and_frames_returned():
    frame = pd.DataFrame(X, columns=list("abcd"))
    labels = np.array(["x", "y", "z"])[Y]
    embedder = TorchEmbedder(**SMALL, max_iter=3).set_output(transform="pandas")
    placed = embedder.fit(frame, labels).transform(frame)
    assert list(placed.columns) == [f"torchembedder{k}" for k in range(3)]
    assert list(embedder.get_feature_names_out()) == list(placed.columns)
    numbers = TorchEmbedder(**SMALL, max_iter=3).fit(X, Y).transform(X)
    np.testing.assert_allclose(placed, numbers)


def test_a_row_of_weight_zero_is_absent():
    weight = np.where(Y == 2, 0.0, 1.0)
    weighted = TorchEmbedder(**SMALL, max_iter=3).fit(X, Y, weight).transform(X)
    kept = TorchEmbedder(**SMALL, max_iter=3).fit(X[:100], Y[:100]).transform(X)
    np.testing.assert_allclose(weighted, kept, rtol=1e-6)


def test_given_rows_decide_when_to_stop():
    rng = np.random.default_rng(0)
    order = rng.permutation(150)
    fit, held = order[:100], order[100:]
    embedder = TorchEmbedder(**SMALL, max_iter=8, n_members=1)
    embedder.fit(X[fit], Y[fit], X_val=X[held], y_val=Y[held])
    alone = clone(embedder).set_params(early_stopping=False)
    alone.fit(X[fit], Y[fit])
    # All rows of X are fitted to, in both.
    first = embedder.history_["train"].iloc[0], alone.history_["train"].iloc[0]
    assert first[0] == pytest.approx(first[1], rel=0.5)
    placed = torch.as_tensor(embedder.transform(X[held]))
    found = get_loss("triplet")(placed, torch.as_tensor(Y[held])).item()
    assert embedder.history_["validation"].min() == pytest.approx(found, rel=1e-5)


def test_rows_to_stop_on_may_have_other_labels_weights_or_none():
    other = np.array(["p", "q"])[np.arange(30) % 2]
    embedder = TorchEmbedder(**SMALL, max_iter=3)
    embedder.fit(X[:100], Y[:100], X_val=X[100:130], y_val=other)
    assert embedder.history_["validation"].notna().all()
    weight = np.arange(30) % 3
    weighted = clone(embedder).fit(
        *(X[:100], Y[:100], np.arange(100) % 2 + 1.0),
        X_val=X[100:130],
        y_val=other,
        sample_weight_val=weight,
    )
    assert weighted.history_["validation"].notna().all()
    free = TorchEmbedder("info_nce", **SMALL, max_iter=3).fit(X[:100], X_val=X[100:])
    assert free.history_["validation"].notna().all()
    with pytest.raises(ValueError, match="y_val is missing"):
        clone(embedder).fit(X, Y, X_val=X)
    with pytest.raises(ValueError, match="X_val, y_val: y holds one class"):
        clone(embedder).fit(X, Y, X_val=X[:9], y_val=Y[:9])


def test_weights_leave_rows_out_without_labels_too():
    weight = np.where(Y == 2, 0.0, 1.0)
    free = TorchEmbedder("info_nce", **SMALL, max_iter=3)
    weighted = free.fit(X, sample_weight=weight).transform(X)
    np.testing.assert_allclose(weighted, free.fit(X[:100]).transform(X), rtol=1e-6)


def test_members_have_the_columns_of_one():
    embedder = TorchEmbedder("sup_con", **SMALL, max_iter=3, n_members=2).fit(X, Y)
    placed = embedder.transform(X)
    assert placed.shape == (150, 3)
    np.testing.assert_allclose(np.linalg.norm(placed, axis=1), 1.0)
    assert len(embedder.get_feature_names_out()) == 3
    assert embedder.history_["member"].nunique() == 2


def test_copies_and_pickles_place_rows_alike():
    embedder = TorchEmbedder(get_loss("triplet", margin=0.5), **SMALL, max_iter=3)
    placed = embedder.fit(X, Y).transform(X)
    restored = pickle.loads(pickle.dumps(embedder))
    np.testing.assert_array_equal(restored.transform(X), placed)
    np.testing.assert_array_equal(clone(embedder).fit(X, Y).transform(X), placed)


@pytest.mark.parametrize(
    ("params", "y", "message"),
    [
        ({"loss": "huber"}, Y, "does not compare rows by their labels"),
        ({"loss": "clip"}, Y, "Losses that do: contrastive, info_nce"),
        ({}, np.zeros(150), "y holds one class"),
        ({}, np.column_stack([Y % 2, Y // 2]), "one label per row"),
        ({"embedding_dim": 0}, Y, "embedding_dim"),
        ({"feature_masking": 1.0}, Y, "feature_masking"),
        ({"feature_noise": "some"}, Y, "feature_noise"),
    ],
)
def test_what_cannot_be_fitted_is_refused(params, y, message):
    with pytest.raises(ValueError, match=message):
        TorchEmbedder(**SMALL | params).fit(X, y)


@pytest.mark.parametrize(
    ("n_rows", "dtype"), [(1000, torch.float64), (1001, torch.float32)]
)
def test_many_rows_are_compared_in_single_precision(n_rows, dtype):
    X = np.random.default_rng(0).normal(size=(n_rows, 2))
    embedder = TorchEmbedder(max_iter=1, hidden_layer_sizes=(2,))
    embedder.fit(X, X[:, 0] > 0)
    assert {p.dtype for p in embedder.network_[1].parameters()} == {dtype}
