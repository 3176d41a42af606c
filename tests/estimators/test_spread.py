"""Spread of predicted noise: from held-out rows, corrected for how few they are."""

import numpy as np
import pytest

from skloss import TorchRegressor
from tests.estimators.small import SMALL


@pytest.fixture
def halves(rng):
    X = rng.normal(size=(90, 3))
    y = X[:, 0] + rng.normal(size=90)
    return {"X": X[:60], "y": y[:60], "X_val": X[60:], "y_val": y[60:]}


def test_the_variance_is_that_of_the_rows_that_stopped_the_training_less_two(halves):
    model = TorchRegressor(**SMALL).fit(**halves)
    residuals = halves["y_val"] - model.predict(halves["X_val"])
    expected = np.sqrt(np.sum(residuals**2) / (30 - 2))
    std = model.predict_distribution(halves["X_val"]).std()
    np.testing.assert_allclose(std, expected)


def test_held_out_weights_of_any_size_give_the_same_scale(halves):
    weight = np.linspace(1, 2, 30)
    found = [
        TorchRegressor(**SMALL)
        .fit(**halves, sample_weight_val=weight * size)
        .predict_distribution(halves["X_val"])
        .std()
        for size in (1, 1e-6, 1e6)
    ]
    np.testing.assert_allclose(found[1:], [found[0], found[0]], rtol=1e-6)


@pytest.mark.parametrize("loss", ["gaussian_nll", "gaussian_crps"])
def test_the_factor_of_a_gaussian_head_is_the_most_likely_one(loss, halves):
    model = TorchRegressor(loss, **SMALL).fit(**halves)
    (factor,) = model._fitted.scale_factors.ravel()
    found = model.predict_distribution(halves["X_val"])
    stated = found.std() / factor
    squares = np.sum(((halves["y_val"] - found.mean()) / stated) ** 2)
    likely = factor / np.sqrt(30 / 28)
    # Derivative by log(factor) of 30 log(factor) + squares / (2 factor^2)
    # + log(factor)^2 / (2 * 0.5^2).
    slope = 30 - squares / likely**2 + 4 * np.log(likely)
    assert abs(slope) < 1e-3 * 30


def test_each_member_and_target_has_a_factor(halves):
    halves |= {name: np.c_[halves[name], -halves[name]] for name in ("y", "y_val")}
    model = TorchRegressor("laplace_nll", **SMALL | {"n_members": 2}).fit(**halves)
    assert model._fitted.scale_factors.shape == (2, 1, 2)
    assert len(np.unique(model._fitted.scale_factors)) == 4


def test_a_model_without_held_out_rows_states_its_own_scale(halves):
    model = TorchRegressor("gaussian_nll", early_stopping=False, **SMALL)
    model.fit(halves["X"], halves["y"])
    assert model._fitted.scale_factors is None


def test_a_fit_that_continues_keeps_the_factors(halves):
    model = TorchRegressor("gaussian_nll", **SMALL).fit(**halves)
    before = model._fitted.scale_factors
    after = model.partial_fit(halves["X"], halves["y"])._fitted.scale_factors
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("loss", ["gaussian_crps", "gaussian_nll", "laplace_nll"])
def test_stated_spreads_of_a_small_table_cover_rows_that_were_not_fitted(loss):
    covered = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(400, 5))
        y = X[:, 0] + np.sin(2 * X[:, 1]) + rng.normal(size=400)
        model = TorchRegressor(loss, random_state=0).fit(X[:60], y[:60])
        low, high = model.predict_interval(X[60:], 0.9).T
        covered.append(np.mean((low <= y[60:]) & (y[60:] <= high)))
    # The standard error of a scale from nine held-out rows is a quarter of it.
    assert np.mean(covered) > 0.8
