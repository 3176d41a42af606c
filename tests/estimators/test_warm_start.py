"""Continued fits: partial_fit, warm_start, and what they refuse."""

import pickle

import numpy as np
import pytest
import torch

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import Quantile
from tests.estimators.small import SMALL


def test_partial_fit_improves_and_accepts_later_classes(cancer):
    X, y = cancer
    model = TorchClassifier(hidden_layer_sizes=(16,), random_state=0)
    model.partial_fit(X[y == 0][:100], y[y == 0][:100], classes=[0, 1])
    assert model.classes_.tolist() == [0, 1]
    for _ in range(30):
        model.partial_fit(X, y)
    assert model.score(X, y) > 0.93
    with pytest.raises(ValueError, match="not one of the classes"):
        model.partial_fit(X, np.full(len(y), 7))


def test_partial_fit_continues_with_the_state_of_adam(diabetes):
    X, y = diabetes
    model = TorchRegressor(hidden_layer_sizes=(16,), random_state=0)
    losses = []
    for _ in range(60):
        losses.append(model.partial_fit(X, y).loss_curve_[-1])
    assert losses[-1] < 0.7 * losses[0]


def test_partial_fit_learns_from_every_row_in_one_epoch(diabetes):
    X, y = diabetes
    model = TorchRegressor(early_stopping=True, **SMALL)
    assert model.fit(X, y).history_["validation"].notna().all()
    before = model.n_iter_
    assert model.partial_fit(X, y).history_["validation"][before:].isna().all()
    assert model.n_iter_ == 1


def test_a_warm_start_continues_and_a_cold_one_starts_again(diabetes):
    X, y = diabetes
    params = {"hidden_layer_sizes": (16,), "max_iter": 5, "random_state": 0}
    warm = TorchRegressor(warm_start=True, **params)
    first = warm.fit(X, y).loss_curve_[0]
    assert warm.fit(X, y).loss_curve_[5] < first
    cold = TorchRegressor(**params)
    assert cold.fit(X, y).loss_curve_ == cold.fit(X, y).loss_curve_


def test_an_unpickled_model_continues(diabetes):
    X, y = diabetes
    for loss in ("huber", torch.nn.L1Loss(), Quantile(0.2)):
        model = TorchRegressor(loss, **SMALL).partial_fit(X, y)
        copy = pickle.loads(pickle.dumps(model))
        expected = model.partial_fit(X, y).predict(X)
        np.testing.assert_array_equal(copy.partial_fit(X, y).predict(X), expected)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hidden_layer_sizes": (4,)}, r"hidden_layer_sizes was \(16,\)"),
        ({"n_members": 2}, "n_members was 1"),
        ({"loss": "mae"}, "loss was squared_error"),
        ({"loss": "gaussian_nll"}, "loss was squared_error"),
    ],
)
def test_a_warm_start_with_other_parameters_is_refused(change, sentence, diabetes):
    X, y = diabetes
    warm = TorchRegressor(warm_start=True, **SMALL).fit(X, y)
    with pytest.raises(ValueError, match=sentence):
        warm.set_params(**change).fit(X, y)
    with pytest.raises(ValueError, match="number of outputs was 1"):
        TorchRegressor(**SMALL).fit(X, y).partial_fit(X, np.column_stack([y, y]))
    small = TorchRegressor(**SMALL).partial_fit(X[:9], y[:9])
    with pytest.raises(ValueError, match="number of outputs was 1"):
        small.partial_fit(X, np.column_stack([y, y]))


@pytest.mark.parametrize("rows", [(5000, 300), (300, 5000)])
@pytest.mark.parametrize("n_members", [1, 2])
def test_chunks_of_any_size_follow_each_other(rows, n_members):
    X = np.random.default_rng(0).normal(size=(sum(rows), 3))
    regressor = TorchRegressor("huber", **SMALL | {"n_members": n_members})
    classifier = TorchClassifier(**SMALL | {"n_members": n_members})
    for part in 10 * np.split(X, [rows[0]]):
        regressor.partial_fit(part, part[:, 0])
        classifier.partial_fit(part, part[:, 0] > 0)
    assert np.corrcoef(regressor.predict(X), X[:, 0])[0, 1] > 0.9
    assert classifier.score(X, X[:, 0] > 0) > 0.8


@pytest.mark.parametrize("rows", [(3900, 4100), (4100, 3900)])
def test_warm_starts_may_cross_the_size_at_which_precision_changes(rows):
    X = np.random.default_rng(0).normal(size=(max(rows), 3))
    model = TorchRegressor(warm_start=True, **SMALL)
    for n in rows:
        model.fit(X[:n], X[:n, 0])
    assert model.score(X, X[:, 0]) > 0.8


@pytest.mark.parametrize("n_members", [1, 2])
def test_curves_continue_over_calls_of_partial_fit(n_members, diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL | {"n_members": n_members})
    losses = [model.partial_fit(X, y).loss_curve_[-1] for _ in range(4)]
    assert model.loss_curve_ == losses
    history = model.history_
    assert history["epoch"].tolist() == [1, 2, 3, 4] * n_members
    assert history["train"][:4].tolist() == losses
    assert model.n_iter_ == 1


@pytest.mark.parametrize("hidden", [(), (8,)])
def test_curves_continue_over_warm_starts_and_start_again_without(hidden, diabetes):
    X, y = diabetes
    params = {"max_iter": 3, "n_members": 1, "random_state": 0, "solver": "adam"}
    model = TorchRegressor(hidden_layer_sizes=hidden, warm_start=True, **params)
    curve = [*model.fit(X, y).loss_curve_]
    model.fit(X, y)
    assert model.loss_curve_[:3] == curve
    assert model.history_["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert model.n_iter_ == 3
    assert len(model.set_params(warm_start=False).fit(X, y).loss_curve_) == 3


def test_a_continued_fit_keeps_the_members_of_the_first(rng):
    X = rng.normal(size=(400, 2))
    params = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}
    model = TorchRegressor(**params, warm_start=True).fit(X[:200], X[:200, 0])
    assert model.history_["member"].nunique() == 8
    assert model.fit(X, X[:, 0]).history_["member"].nunique() == 8
    assert model.partial_fit(X, X[:, 0]).history_["member"].nunique() == 8
