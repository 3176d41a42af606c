"""Spread of predicted noise: from held-out rows, corrected for how few they are."""

import numpy as np
import pytest

from skloss import TorchRegressor
from skloss.estimators.spread import SpreadCalibration
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
    (factor,) = model._fitted.calibration.factor.ravel()
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
    assert model._fitted.calibration.factor.shape == (2, 1, 2)
    assert len(np.unique(model._fitted.calibration.factor)) == 4


@pytest.mark.parametrize("loss", ["squared_error", "gaussian_nll"])
def test_a_network_without_validation_rows_has_the_scale_of_cross_fitted_rows(loss):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1060, 5))
    y = X[:, 0] + rng.normal(size=1060)
    model = TorchRegressor(loss, n_members=1, early_stopping=False, random_state=0)
    low, high = model.fit(X[:60], y[:60]).predict_interval(X[60:]).T
    covered = np.mean((low <= y[60:]) & (y[60:] <= high))
    # Of its training rows a memorised scale would cover less than a third.
    assert 0.8 < covered < 0.98


def test_the_scale_source_names_cross_fitted_rows_and_rows_of_partial_fit(halves):
    model = TorchRegressor(early_stopping=False, **SMALL)
    assert model.fit(halves["X"], halves["y"]).scale_source_ == "cross-fitted rows"
    one = TorchRegressor(**SMALL).partial_fit(halves["X"], halves["y"])
    assert one.scale_source_ == "training rows"


@pytest.mark.parametrize("loss", ["gaussian_nll", "negative_binomial"])
def test_calibration_takes_a_weight_for_a_row_repeated_in_any_order(loss, rng):
    X, weight = rng.normal(size=(50, 2)), rng.integers(1, 4, size=50)
    y = rng.poisson(np.exp(X[:, 0]), size=50).astype(float)
    linear = {"hidden_layer_sizes": (), "random_state": 0}
    weighted = TorchRegressor(loss, **linear).fit(X, y, sample_weight=weight)
    rows = rng.permutation(np.repeat(np.arange(50), weight))
    repeated = TorchRegressor(loss, **linear).fit(X[rows], y[rows])
    for name in ("factor", "power", "center"):
        np.testing.assert_allclose(
            getattr(weighted._fitted.calibration, name),
            getattr(repeated._fitted.calibration, name),
            rtol=1e-3,
            atol=1e-3,
        )


@pytest.mark.parametrize(("n_rows", "is_calibrated"), [(160, True), (161, False)])
def test_a_linear_head_is_calibrated_up_to_forty_rows_a_weight(
    n_rows, is_calibrated, rng
):
    X = rng.normal(size=(n_rows, 1))  # four weights
    model = TorchRegressor("gaussian_nll", hidden_layer_sizes=(), random_state=0)
    model.fit(X, rng.normal(size=n_rows))
    assert (model._fitted.calibration is not None) == is_calibrated


def test_a_linear_likelihood_of_few_rows_covers_others():
    covered = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(360, 10))
        y = X[:, 0] + rng.normal(size=360) * np.exp(0.3 * X[:, 1])
        model = TorchRegressor("gaussian_nll", hidden_layer_sizes=(), random_state=0)
        low, high = model.fit(X[:60], y[:60]).predict_interval(X[60:]).T
        covered.append(np.mean((low <= y[60:]) & (y[60:] <= high)))
    # The scales that it states would cover 0.65.
    assert 0.85 < np.mean(covered) < 0.95


def test_many_rows_are_predicted_by_one_refit(rng, monkeypatch):
    monkeypatch.setattr("skloss.estimators.out_of_fold._MANY_ROWS", 50)
    X = rng.normal(size=(400, 2))
    y = X[:, 0] + rng.normal(size=400)
    model = TorchRegressor(early_stopping=False, **SMALL).fit(X, y)
    assert model.scale_source_ == "cross-fitted rows"
    assert model.predict_distribution(X).std()[0] == pytest.approx(1, rel=0.2)


def test_spreads_are_calibrated_by_factor_and_power():
    one = np.ones((1, 1, 1))
    found = SpreadCalibration(2 * one, 0.5 * one, 4 * one)(np.array([[[1.0], [16.0]]]))
    np.testing.assert_allclose(found.ravel(), [2 * 4 / 2, 2 * 4 * 2])


def test_a_fit_that_continues_keeps_the_factors(halves):
    model = TorchRegressor("gaussian_nll", **SMALL).fit(**halves)
    before = model._fitted.calibration
    after = model.partial_fit(halves["X"], halves["y"])._fitted.calibration
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


def test_weights_of_less_than_a_row_do_not_narrow_intervals():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(10, 2))
    y = X[:, 0] + rng.normal(size=10)
    model = TorchRegressor("gaussian_nll", random_state=0).fit(X, y, np.full(10, 1e-3))
    # Memorised rows would have intervals of a few hundredths.
    assert np.diff(model.predict_interval(X)).mean() > y.std()
