"""Noise of amounts and shares: fits by hand, and the prediction of new rows."""

import numpy as np
import pytest
from scipy import stats

from skloss import TorchRegressor
from skloss.noise import FAMILIES

HALVES = np.full(2, 0.5)


def test_the_deviation_of_log_amounts_by_hand():
    # log(1 + y) - log(1 + loc) is log 2 and -log 4.
    stated, y = {"loc": np.array([1.0, 3.0])}, np.array([3.0, 0.0])
    found = FAMILIES["log_gaussian"].fit(stated, y, HALVES, 1.21)["log_std"]
    assert found == pytest.approx(1.1 * np.log(2) * np.sqrt((1 + 4) / 2))


def test_an_exact_fit_of_log_amounts_has_the_smallest_deviation():
    y = np.expm1([0.0, 2.0])
    found = FAMILIES["log_gaussian"].fit({"loc": y}, y, HALVES, 1.0)["log_std"]
    assert found == pytest.approx(1e-6)


def test_relative_noise_by_hand():
    # Quotients y / loc are 1, 2 and 4 with weights of 0.3, 0.4 and 0.3.
    stated = {"loc": np.array([1.0, 2.0, -1.0])}
    y, weight = np.array([1.0, 4.0, -4.0]), np.array([0.3, 0.4, 0.3])
    found = FAMILIES["relative_laplace"].fit(stated, y, weight, 1.5)
    assert found["ratio"] == pytest.approx(2)
    assert found["relative_scale"] == pytest.approx(1.5 * (0.3 * 1 + 0.3 * 2))
    # A tenth of the mean size, 0.3 + 1.6 + 1.2.
    assert found["smallest"] == pytest.approx(0.31)


def test_a_prediction_near_zero_has_the_scale_of_the_smallest_size():
    parameters = {"ratio": 1.0, "relative_scale": 0.5, "smallest": 0.2}
    found = FAMILIES["relative_laplace"].frozen(parameters | {"loc": np.zeros(1)})
    assert found.var() == pytest.approx(2 * 0.1**2)


def test_the_dispersion_of_shares_is_that_of_the_moments():
    stated, y = {"loc": np.array([0.5, 0.2])}, np.array([0.7, 0.0])
    found = FAMILIES["beta"].fit(stated, y, HALVES, 1.5)["dispersion"]
    assert found == pytest.approx(1.5 * (0.04 + 0.04) / (0.25 + 0.16))


@pytest.mark.parametrize(("y", "expected"), [(HALVES, 1e-6), ([0.0, 1.0], 1 - 1e-6)])
def test_the_dispersion_of_shares_stays_between_zero_and_one(y, expected):
    found = FAMILIES["beta"].fit({"loc": HALVES}, np.array(y), HALVES, 1.0)
    assert found["dispersion"] == pytest.approx(expected)


def test_shares_have_a_beta_distribution():
    # Mean 0.25 and variance 0.2 * 0.25 * 0.75: a = 1 and b = 3.
    found = FAMILIES["beta"].frozen({"loc": np.array([0.25]), "dispersion": 0.2})
    y = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(found.logpdf(y), stats.beta(1, 3).logpdf(y))
    np.testing.assert_allclose(found.cdf(y), stats.beta(1, 3).cdf(y))
    assert found.var() == pytest.approx(0.2 * 0.25 * 0.75)


def test_shares_of_zero_and_one_have_a_finite_density():
    found = FAMILIES["beta"].frozen({"loc": np.array([0.0, 0.5]), "dispersion": 0.5})
    assert np.isfinite(found.logpdf(np.array([0.0, 1.0]))).all()
    assert (found.logpdf(np.array([-0.1, 1.1])) == -np.inf).all()


@pytest.mark.parametrize("loss", ["squared_log_error", "absolute_percentage_error"])
def test_amounts_with_relative_noise_are_covered(loss, rng):
    X = rng.normal(size=(3000, 2))
    y = 100 * np.exp(0.5 * X[:, 0] + 0.4 * rng.normal(size=3000))
    model = TorchRegressor(loss, hidden_layer_sizes=(16,), random_state=0)
    low, high = model.fit(X[:1000], y[:1000]).predict_interval(X[1000:]).T
    covered = np.mean((low <= y[1000:]) & (y[1000:] <= high))
    assert covered == pytest.approx(0.9, abs=0.04)
    assert low.min() >= model.loss_.y_range.low
