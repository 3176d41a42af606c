"""Fitted models: the network, the history, pickles and random numbers."""

import pickle

import joblib
import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.metrics import log_loss

from skloss import TorchClassifier, TorchRegressor
from tests.estimators.small import SMALL


def test_a_custom_network_is_trained(diabetes):
    X, y = diabetes

    def network(n_features, n_outputs):
        return torch.nn.Sequential(
            torch.nn.Linear(n_features, 24),
            torch.nn.Tanh(),
            torch.nn.Linear(24, n_outputs),
        )

    model = TorchRegressor("gaussian_nll", network=network, random_state=0).fit(X, y)
    assert isinstance(model.network_, torch.nn.Module)
    assert model.score(X, y) > 0.3
    with pytest.raises(ValueError, match="n_outputs"):
        TorchRegressor("gaussian_nll", network=lambda d, k: torch.nn.Linear(d, 1)).fit(
            X, y
        )


def test_distributions_hold_the_range_of_all_targets_that_were_seen():
    X, model = np.arange(4.0)[:, None], TorchRegressor(hidden_layer_sizes=())
    model.partial_fit(X, [3.0, 5.0, 4.0, 7.0]).partial_fit(X, [2.0, 4.0, 6.0, 5.0])
    assert model.predict_distribution(X).seen == (2.0, 7.0)
    assert model.predict_distribution(X)[:2].seen == (2.0, 7.0)
    many = TorchRegressor(hidden_layer_sizes=()).fit(X, np.ones((4, 2)) * X)
    assert many.predict_distribution(X).seen is None


def test_network_maps_raw_columns_to_scores(cancer):
    X, y = cancer
    model = TorchClassifier(**SMALL).fit(X, y)
    with torch.no_grad():
        raw = model.network_(torch.as_tensor(X))
    np.testing.assert_allclose(raw[:, 0], model.decision_function(X))


def test_history_has_a_row_for_each_epoch_and_member(diabetes):
    X, y = diabetes
    model = TorchRegressor(**SMALL | {"n_members": 2}).fit(X, y)
    assert model.history_.columns.tolist() == ["member", "epoch", "train", "validation"]
    assert model.history_.groupby("member")["epoch"].max().max() == model.n_iter_
    assert model.history_["validation"].notna().all()
    assert not hasattr(clone(model), "history_")


def test_pickle_and_joblib_keep_every_number(tmp_path, diabetes, cancer):
    for model, (X, y) in [
        (TorchRegressor("laplace_nll", **SMALL | {"n_members": 2}), diabetes),
        (TorchClassifier("focal", **SMALL), cancer),
    ]:
        model.fit(X, y)
        joblib.dump(model, tmp_path / "model.joblib")
        for copy in (
            pickle.loads(pickle.dumps(model)),
            joblib.load(tmp_path / "model.joblib"),
        ):
            np.testing.assert_array_equal(copy.predict(X), model.predict(X))


def test_same_seed_same_numbers_and_another_seed_others(diabetes):
    X, y = diabetes
    first = TorchRegressor(**SMALL).fit(X, y).predict(X)
    again = TorchRegressor(**SMALL).fit(X, y).predict(X)
    other = TorchRegressor(**SMALL | {"random_state": 1}).fit(X, y).predict(X)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize("n_members", [1, 2])
def test_a_fit_neither_reads_nor_moves_the_global_generator(n_members):
    X, y = load_diabetes(return_X_y=True)
    before = torch.get_rng_state()
    model = TorchRegressor(max_iter=2, n_members=n_members, random_state=0).fit(X, y)
    model.predict(X)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_network_that_is_not_a_module_is_refused():
    with pytest.raises(TypeError, match="Module, not NoneType"):
        TorchRegressor(network=lambda d, k: None).fit(np.eye(4), np.arange(4.0))


@pytest.mark.parametrize("loss", ["gaussian_nll", "huber"])
def test_raw_scores_do_not_depend_on_the_size_of_blocks(loss, diabetes, monkeypatch):
    X, y = diabetes
    model = TorchRegressor(loss, **SMALL | {"n_members": 2}).fit(X, y)
    whole = model.predict_distribution(X).logpdf(y)
    monkeypatch.setattr(model._fitted, "_rows_at_once", 7)
    np.testing.assert_allclose(model.predict_distribution(X).logpdf(y), whole)


def test_log_scales_far_outside_stay_within_those_of_the_validation_rows(diabetes):
    X, y = diabetes
    model = TorchRegressor("gaussian_nll", **SMALL).fit(X, y)
    inside = model.predict_distribution(X).std()
    far = model.predict_distribution(1e3 * X).std()
    assert inside.min() * (1 - 1e-9) <= far.min()
    assert far.max() <= inside.max() * (1 + 1e-9)


def test_quantiles_outside_the_stated_ones_are_refused(diabetes):
    X, y = diabetes
    model = TorchRegressor("multi_quantile", **SMALL).fit(X, y)
    low, high = model.loss_.quantiles[0], model.loss_.quantiles[-1]
    assert model.predict_quantiles(X, [high, low]).shape == (len(X), 2)
    with pytest.raises(ValueError, match=r"do not include 0\.999"):
        model.predict_quantiles(X, [0.5, 0.999])


def test_a_very_large_penalty_leaves_the_class_frequencies(cancer):
    X, _ = cancer
    y = np.arange(len(X)) % 2
    model = TorchClassifier(hidden_layer_sizes=(), alpha=1e9).fit(X, y)
    np.testing.assert_allclose(model.decision_function(X), 0.0, atol=1e-2)
    np.testing.assert_allclose(model.predict_proba(X), 0.5, atol=1e-2)


def test_intervals_of_a_small_table_cover_rows_that_were_not_fitted():
    covered = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(400, 5))
        y = X[:, 0] + np.sin(2 * X[:, 1]) + rng.normal(size=400)
        model = TorchRegressor(random_state=0).fit(X[:60], y[:60])
        low, high = model.predict_interval(X[60:], 0.9).T
        covered.append(np.mean((low <= y[60:]) & (y[60:] <= high)))
    # Without validation rows it would be 0.1 to 0.3; with nine of them, the scale alone
    # has a relative standard error of 1 / sqrt(18), so that 0.9 is not reached.
    assert np.mean(covered) > 0.75


@pytest.mark.parametrize(
    ("n_rows", "source"), [(10, "validation"), (9, "cross-fitted")]
)
def test_the_scale_comes_from_held_out_rows_from_ten_rows_on(n_rows, source, rng):
    X, y = rng.normal(size=(n_rows, 2)), rng.normal(size=n_rows)
    model = TorchRegressor(max_iter=5, random_state=0).fit(X, y)
    assert model.scale_source_ == f"{source} rows"


def test_probabilities_of_a_small_table_are_better_than_a_constant():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4150, 5))
    y = X[:, 0] + rng.logistic(size=4150) > 0
    model = TorchClassifier(random_state=0).fit(X[:150], y[:150])
    assert log_loss(y[150:], model.predict_proba(X[150:])) < np.log(2)
