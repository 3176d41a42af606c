"""Best constants of losses and functions, and the scales of their outputs."""

import numpy as np
import pytest
import torch

from skloss import get_loss
from skloss.losses import Custom
from skloss.losses.contract.best_constant import best_constant

Y = np.random.default_rng(0).gamma(3.0, 1.0, 400)
UNITS = [1e-12, 1.0, 1e12]
every_unit = pytest.mark.parametrize("unit", UNITS)


def gaussian(y_pred, y_true):
    mean, log_variance = y_pred
    return 0.5 * (log_variance + (y_true - mean) ** 2 / log_variance.exp())


def laplace(y_pred, y_true):
    median, scale = y_pred
    return scale.log() + (y_true - median).abs() / scale


FUNCTIONS = {
    "mean": (lambda f, y: (f - y) ** 2, np.mean),
    "median": (lambda f, y: (f - y).abs(), np.median),
    "quantile": (
        lambda f, y: torch.maximum(0.9 * (y - f), 0.1 * (f - y)),
        lambda y: np.quantile(y, 0.9),
    ),
    "log-mean": (lambda f, y: f.exp() - y * f, lambda y: np.log(y.mean())),
    "inverse": (lambda f, y: f + y * (-f).exp(), lambda y: np.log(y.mean())),
}


@every_unit
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_best_constant_of_a_function_is_found_in_any_unit(name, unit):
    function, oracle = FUNCTIONS[name]
    y = unit * Y
    found = best_constant(Custom(function), y).center[0]
    assert found == pytest.approx(oracle(y), rel=0.02)


@every_unit
def test_a_location_and_a_log_variance_are_found_together(unit):
    found = best_constant(Custom(gaussian, n_outputs=2), unit * Y)
    np.testing.assert_allclose(found.center[0], unit * Y.mean(), rtol=1e-2)
    assert found.center[1] == pytest.approx(np.log((unit * Y).var()), abs=0.05)
    assert found.scale[0] == pytest.approx(unit * Y.std(), rel=0.5)
    assert found.scale[1] == pytest.approx(1.0, rel=0.5)


@every_unit
def test_a_scale_that_is_not_a_logarithm_has_the_unit_of_the_target(unit):
    found = best_constant(Custom(laplace, n_outputs=2), unit * Y)
    spread = np.abs(Y - np.median(Y)).mean()
    assert found.center[1] == pytest.approx(unit * spread, rel=0.05)
    assert 0.1 < found.scale[1] / (unit * spread) < 10


@every_unit
def test_the_scale_of_squared_error_is_the_standard_deviation(unit):
    found = best_constant(get_loss("squared_error"), unit * Y)
    wanted, deviation = unit * Y.std(), unit * np.abs(Y - Y.mean()).mean()
    assert found.scale[0] == pytest.approx(wanted, rel=1e-3)
    # The slope is 2 r, of mean size 2 times the mean absolute deviation.
    assert found.factor == pytest.approx(1 / (2 * deviation * wanted), rel=1e-3)
    assert found.value == pytest.approx((unit * Y).var(), rel=1e-3)


def test_the_scale_of_a_log_mean_is_relative():
    found = best_constant(get_loss("poisson"), 1e6 + Y)
    relative = np.abs(Y - Y.mean()).mean() / (1e6 + Y.mean())
    assert found.scale[0] == pytest.approx(relative, rel=0.01)


def test_rows_count_by_their_weights_in_any_order():
    weight = np.arange(len(Y)) % 3
    order = np.random.default_rng(1).permutation(len(Y))
    loss = Custom(lambda f, y: (f - y) ** 2)
    weighted = best_constant(loss, Y, weight)
    repeated = best_constant(loss, np.repeat(Y, weight))
    moved = best_constant(loss, Y[order], weight[order])
    np.testing.assert_allclose(weighted.center, repeated.center, rtol=1e-3)
    np.testing.assert_allclose(weighted.center, moved.center, rtol=1e-6)


def test_a_large_table_is_read_by_its_quantiles():
    y = np.random.default_rng(2).gamma(3.0, 1.0, 20_001)
    found = best_constant(Custom(lambda f, t: (f - t).abs()), y)
    assert found.center[0] == pytest.approx(np.median(y), abs=0.01)


def test_a_function_without_a_finite_value_keeps_the_zeros():
    found = best_constant(Custom(lambda f, y: (f - y) * torch.inf), Y)
    assert found.center.tolist() == [0.0]
    assert np.isfinite([*found.scale, found.value, found.factor]).all()
