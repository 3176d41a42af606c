"""LINEX: exact where real errors lie, finite beyond, in the unit of the target."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from skloss import TorchRegressor, get_loss

RNG = np.random.default_rng(7)


def value_and_slope(a, errors, dtype=torch.float64):
    """Loss and derivative by the prediction, for errors of the prediction."""
    raw = torch.tensor(errors, dtype=dtype)[:, None].requires_grad_()
    value = get_loss("linex", a=a).pointwise(raw, torch.zeros(len(errors), dtype=dtype))
    (slope,) = torch.autograd.grad(value.sum(), raw)
    return value.detach().numpy(), slope[:, 0].numpy()


@pytest.mark.parametrize("a", [1.0, -1.0, 0.02, 5.0])
def test_value_and_slope_are_exact_up_to_forty(a):
    errors = np.array([-7.0, -0.3, -1e-3, 0.0, 1e-5, 0.0999, 0.1, 0.2, 3.0, 8.0]) / a
    value, slope = value_and_slope(a, errors)
    exact = np.expm1(a * errors.astype(np.longdouble)) - a * errors
    np.testing.assert_allclose(value, exact.astype(float), rtol=1e-9, atol=1e-20)
    np.testing.assert_allclose(slope, a * np.expm1(a * errors), rtol=1e-9)


def test_a_tiny_error_costs_half_its_square_in_float32():
    value, slope = value_and_slope(1.0, [1e-4, -1e-6], torch.float32)
    np.testing.assert_allclose(value, [5e-9, 5e-13], rtol=1e-4)
    np.testing.assert_allclose(slope, [1e-4, -1e-6], rtol=1e-4)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_value_and_slope_are_finite_and_monotone_in_float32(sign):
    errors = np.array([-1e12, -1e4, -50, 0, 39.9, 40.1, 41, 88, 89, 1e4, 1e6, 1e12])
    value, slope = value_and_slope(sign, sign * errors, torch.float32)
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()
    assert (np.diff(sign * slope) >= 0).all()


def test_a_parabola_continues_value_slope_and_curvature_at_forty():
    value, slope = value_and_slope(1.0, [40.0, 41.0, 42.0])
    at = np.exp(40.0)
    np.testing.assert_allclose(value, [at, at * 2.5, at * 5], rtol=1e-12)
    np.testing.assert_allclose(slope, [at, at * 2, at * 3], rtol=1e-12)


@pytest.mark.parametrize("a", [0, 0.0, float("nan"), float("inf"), "1", None])
def test_an_asymmetry_is_a_finite_number_other_than_zero(a):
    with pytest.raises(ValueError, match="a of linex must be a finite number other"):
        get_loss("linex", a=a)


@pytest.mark.parametrize("a", [0.8, -0.8])
def test_a_linear_model_lies_below_least_squares_by_half_a_variance(a):
    X = RNG.normal(size=(4000, 2))
    y = X @ [1.0, -2.0] + 3 + RNG.normal(size=4000)
    model = TorchRegressor(get_loss("linex", a=a), hidden_layer_sizes=(), alpha=0.0)
    shift = model.fit(X, y).predict(X) - LinearRegression().fit(X, y).predict(X)
    assert shift.mean() == pytest.approx(-a / 2, abs=0.05)


@pytest.mark.parametrize("unit", [1e-6, 1e3, 1e9])
def test_another_unit_with_the_parameter_rescaled_is_the_same_model(unit):
    X = RNG.normal(size=(300, 2))
    y = X @ [1.0, -2.0] + RNG.gumbel(size=300)
    linear = {"hidden_layer_sizes": ()}
    first = TorchRegressor(get_loss("linex", a=1.5), **linear).fit(X, y).predict(X)
    loss = get_loss("linex", a=1.5 / unit)
    other = TorchRegressor(loss, **linear).fit(X, y * unit).predict(X)
    np.testing.assert_allclose(other / unit, first, atol=1e-6)
