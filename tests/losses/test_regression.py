"""Squared, absolute and percentage error: gradients, kinks and small targets."""

import numpy as np
import pytest
import torch
from sklearn import metrics

from skloss import TorchRegressor, get_loss
from skloss.losses.contract.registry import losses_that_take

Y = torch.tensor([2.0, -4.0, 0.5, 10.0], dtype=torch.float64)
PREDICTION = torch.tensor([3.0, -1.0, 0.25, 10.0], dtype=torch.float64)


def gradient(loss, prediction, y):
    raw = prediction[:, None].clone().requires_grad_()
    (found,) = torch.autograd.grad(loss.pointwise(raw, y).sum(), raw)
    return found[:, 0]


GRADIENTS = [
    ("squared_error", 2 * (PREDICTION - Y)),
    ("absolute_error", torch.sign(PREDICTION - Y)),
    ("absolute_percentage_error", torch.sign(PREDICTION - Y) / Y.abs()),
]


@pytest.mark.parametrize(("name", "wanted"), GRADIENTS)
def test_the_gradient_is_the_derivative_by_hand(name, wanted):
    torch.testing.assert_close(gradient(get_loss(name), PREDICTION, Y), wanted)


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("squared_error", metrics.mean_squared_error),
        ("absolute_error", metrics.mean_absolute_error),
        ("absolute_percentage_error", metrics.mean_absolute_percentage_error),
    ],
)
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.0, 0.5]])
def test_the_weighted_mean_is_that_of_scikit_learn(name, score, weight):
    found = get_loss(name)(PREDICTION[:, None], Y, weight).item()
    wanted = score(Y.numpy(), PREDICTION.numpy(), sample_weight=weight)
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", ["squared_error", "absolute_error"])
def test_several_targets_are_summed(name):
    raw, y = torch.stack([PREDICTION, Y], 1), torch.stack([Y, PREDICTION], 1)
    one = get_loss(name).pointwise(PREDICTION[:, None], Y)
    torch.testing.assert_close(get_loss(name).pointwise(raw, y), 2 * one)


@pytest.mark.parametrize(
    ("smallest", "y", "value"),
    [(1e-8, 0.0, 1e8), (0.5, 0.0, 2.0), (0.5, 0.25, 1.5), (0.5, 2.0, 0.5)],
)
def test_targets_close_to_zero_are_replaced_in_the_divisor(smallest, y, value):
    loss = get_loss("absolute_percentage_error", smallest=smallest)
    found = loss(torch.tensor([[1.0]]), torch.tensor([y]))
    assert found.item() == pytest.approx(value)


KINKED = [
    ("absolute_error", {}, 1.0),
    ("quantile", {"quantile": 0.8}, 1.0),
    ("absolute_percentage_error", {}, 2.0),
]


@pytest.mark.parametrize(("name", "params", "size"), KINKED)
@pytest.mark.parametrize("width", [0.1, 0.5])
def test_a_smooth_neighbour_has_the_same_slope_outside_the_width(
    name, params, size, width
):
    # A target of 2, so that a width relative to the target is twice as wide.
    y = torch.full((4,), 2.0, dtype=torch.float64)
    beyond = width * size * torch.tensor([-3.0, -1.01, 1.01, 3.0], dtype=torch.float64)
    loss = get_loss(name, **params)
    exact = gradient(loss, y + beyond, y)
    smooth = gradient(loss.smoothed(width), y + beyond, y)
    torch.testing.assert_close(smooth, exact)


@pytest.mark.parametrize(("name", "params", "size"), KINKED)
def test_a_smooth_neighbour_has_a_slope_that_rises_through_the_kink(name, params, size):
    y = torch.full((9,), 2.0, dtype=torch.float64)
    inside = 0.1 * size * torch.linspace(-0.99, 0.99, 9, dtype=torch.float64)
    slopes = gradient(get_loss(name, **params).smoothed(0.1), y + inside, y)
    steps = slopes.diff()
    assert (steps > 0).all()
    torch.testing.assert_close(steps, steps[:1].expand(8))  # a parabola


@pytest.mark.parametrize(("name", "params", "size"), KINKED)
@pytest.mark.parametrize("width", [1e-1, 1e-3])
def test_a_smooth_neighbour_differs_by_half_the_width_at_most(
    name, params, size, width
):
    y = torch.full((101,), 2.0, dtype=torch.float64)
    raw = (y + torch.linspace(-1, 1, 101, dtype=torch.float64))[:, None]
    loss = get_loss(name, **params)
    gap = loss.pointwise(raw, y) - loss.smoothed(width).pointwise(raw, y)
    assert gap.abs().max() <= width / 2 + 1e-12


@pytest.mark.parametrize("name", ["absolute_error", "absolute_percentage_error"])
def test_smoothed_several_targets_are_summed(name):
    smooth = get_loss(name).smoothed(0.1)
    raw, y = torch.stack([PREDICTION, Y], 1), torch.stack([Y, Y], 1)
    one = smooth.pointwise(PREDICTION[:, None], Y)
    torch.testing.assert_close(smooth.pointwise(raw, y), one)


@pytest.mark.parametrize("name", ["squared_error", "absolute_error"])
@pytest.mark.parametrize("size", [1e-30, 1e-3, 1e15])
def test_values_are_exact_in_single_precision_at_any_size(name, size):
    y = torch.tensor([2.0]) * size
    found = get_loss(name)(torch.zeros(1, 1), y).item()
    power = {"squared_error": 2, "absolute_error": 1}[name]
    assert found == pytest.approx(np.float32(2 * size) ** power, rel=1e-6)


def test_integer_targets_are_converted():
    found = get_loss("squared_error")(torch.tensor([[1.5]]), torch.tensor([1]))
    assert found.item() == 0.25


def with_zeros(scale, n_zeros):
    y = scale * np.exp(np.random.default_rng(0).normal(2.0, 0.5, 400))
    y[:n_zeros] = 0.0
    return y


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_zeros_that_would_decide_a_percentage_error_are_refused(scale):
    y = with_zeros(scale, 5)
    with pytest.raises(ValueError, match=r"but y holds 0.*set smallest") as raised:
        TorchRegressor("mape").fit(np.ones((400, 1)), y)
    assert "absolute_percentage_error," not in str(raised.value)
    assert "absolute_percentage_error" not in losses_that_take(y, "regression")
    wide = get_loss("mape", smallest=float(np.median(y) / 10))
    model = TorchRegressor(wide, hidden_layer_sizes=(), alpha=0.0)
    found = model.fit(np.ones((400, 1)), y).predict(np.ones((1, 1)))
    assert found[0] == pytest.approx(np.median(y), rel=0.3)


@pytest.mark.parametrize(
    "y", [with_zeros(1.0, 0), with_zeros(1e-12, 5), np.zeros(3), -with_zeros(1.0, 0)]
)
def test_other_targets_of_a_percentage_error_are_accepted(y):
    assert get_loss("mape").reason_invalid(y) == ""


def test_a_zero_may_count_as_a_hundred_typical_rows():
    loss = get_loss("mape", smallest=0.01)
    assert loss.reason_invalid([0.0, 1.0]) == ""
    assert "1e+02 typical rows" in loss.reason_invalid([0.0, 1.01])
