"""How networks train on tables of more than 20,000 rows."""

import numpy as np
import pytest
import torch

from skloss import TorchClassifier, TorchEmbedder, TorchRegressor
from skloss.estimators import parameters
from skloss.estimators.fitting import prepare
from skloss.estimators.rows import check_rows
from skloss.table.precision import LARGE_TABLE


def settings(size, **options):
    return parameters.settings_for(TorchRegressor(**options), "adam", size)


def planned(estimator, n, **options):
    """The settings of an estimator's models, and its rows to stop on."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n, 2)).astype(np.float32), rng.integers(2, size=n)
    (model,) = prepare(estimator, check_rows(estimator, X, y, None), **options).models
    return model.settings, model.validation_rows


@pytest.mark.parametrize("size", [1.0, 4000.0, 20_000.0])
def test_the_rate_is_constant_up_to_20000_rows(size):
    assert settings(size) == settings(size, schedule="constant")
    assert settings(size).learning_rate == 1e-3
    assert settings(size).max_iter == 200


@pytest.mark.parametrize(
    ("size", "epochs"), [(20_001, 45), (36_000, 25), (50_000, 18), (1_000_000, 18)]
)
def test_the_rate_of_a_large_table_declines_over_a_number_of_rows(size, epochs):
    found = settings(size)
    assert (found.schedule, found.max_iter) == ("cosine", epochs)
    assert found.learning_rate == pytest.approx(2e-3)


def test_parameters_that_are_given_bound_the_decline_or_replace_it():
    assert settings(1e6, max_iter=7).max_iter == 7
    assert settings(1e6, learning_rate=1e-2).learning_rate == pytest.approx(2e-2)
    constant = settings(1e6, schedule="constant", learning_rate=1e-2)
    assert constant == settings(10, learning_rate=1e-2)
    cosine = settings(1e6, schedule="cosine")
    assert (cosine.learning_rate, cosine.max_iter) == (1e-3, 200)


def test_new_networks_decline_and_all_else_trains_at_a_constant_rate():
    n = LARGE_TABLE + 1
    found, _ = planned(TorchClassifier(), n)
    assert found.schedule == "cosine"
    assert planned(TorchClassifier(), n - 1)[0].schedule == "constant"
    one_pass, _ = planned(TorchClassifier(), n, one_epoch=True)
    assert (one_pass.schedule, one_pass.learning_rate) == ("constant", 1e-3)
    linear = TorchClassifier(hidden_layer_sizes=(), solver="adam")
    assert planned(linear, n)[0].schedule == "constant"
    custom = TorchClassifier(network=torch.nn.Linear)
    assert planned(custom, n)[0].schedule == "constant"
    compared = TorchEmbedder("info_nce", embedding_dim=2)
    assert planned(compared, n)[0].schedule == "constant"


def test_the_sum_of_weights_decides_not_the_rows():
    n = 2000
    found, _ = planned(TorchClassifier(n_members=1), n, size=10.0 * n + 1)
    assert found.schedule == "cosine"


def test_a_continued_fit_keeps_what_was_learned():
    n = LARGE_TABLE + 1
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2)).astype(np.float32)
    model = TorchRegressor(
        hidden_layer_sizes=(4,), max_iter=2, warm_start=True, random_state=0
    )
    model.fit(X, X[:, 0])
    before = model.history_["validation"].min()
    model.fit(X, X[:, 0])
    assert model.history_["validation"].iloc[2] < 2 * before


def test_at_most_20000_rows_are_held_out():
    _, held = planned(TorchClassifier(), 150_000)
    assert len(held) == 20_000
    _, held = planned(TorchClassifier(), 120_000)
    assert len(held) == 18_000
    _, held = planned(TorchClassifier(validation_fraction=0.01), 150_000)
    assert len(held) == 1500
