"""Losses in units of the target: the same loss of center + scale * output."""

import numpy as np
import pytest
import torch

from skloss import get_loss
from skloss.losses import Custom, Loss
from skloss.losses.contract.in_units import InUnits


def straight(y_pred, y_true):
    return (y_pred - y_true).abs()


def with_shape(y_pred, y_true):
    return straight(y_pred[0], y_true) + y_pred[1].abs()


Y = np.random.default_rng(0).gamma(3.0, 1.0, 50)
RAW = torch.as_tensor(np.random.default_rng(1).normal(size=(50, 1)))
NAMES = ["gamma", "poisson", "tweedie", "squared_log_error"]


@pytest.mark.parametrize("name", NAMES)
def test_the_value_is_that_of_the_loss_up_to_a_factor_and_a_constant(name):
    loss, y = get_loss(name), torch.as_tensor(Y)
    trained = InUnits.learn(loss, Y)
    center, scale, value, factor = (
        trained.bound_[key].item() for key in ("center", "scale", "value", "factor")
    )
    wanted = factor * (loss.pointwise(center + scale * RAW, y) - value)
    torch.testing.assert_close(trained.pointwise(RAW, y), wanted)
    torch.testing.assert_close(trained.predict(RAW), loss.predict(center + scale * RAW))


@pytest.mark.parametrize("name", NAMES)
def test_outputs_of_zero_cost_nothing_and_predict_the_best_constant(name):
    trained = InUnits.learn(get_loss(name), Y)
    zeros = torch.zeros(50, 1)
    assert trained(zeros, torch.as_tensor(Y)).item() == pytest.approx(0.0, abs=1e-6)


def test_a_prediction_is_limited_to_a_factor_about_the_level_of_the_target():
    trained = InUnits.learn(get_loss("gamma"), 1e12 * Y)
    found = trained.predict(torch.tensor([[-1e6], [1e6]])) / (1e12 * Y.mean())
    np.testing.assert_allclose(found.log().ravel(), [-30, 30], atol=0.1)


def test_values_have_the_precision_of_the_outputs():
    trained = InUnits.learn(get_loss("poisson"), 1e6 + Y)
    value = trained.pointwise(RAW.float(), torch.as_tensor(1e6 + Y))
    exact = trained.pointwise(RAW, torch.as_tensor(1e6 + Y))
    assert value.dtype == torch.float32
    np.testing.assert_allclose(value, exact, atol=0.02)


def test_models_of_a_stack_keep_their_units():
    losses = [InUnits.learn(get_loss("gamma"), unit * Y) for unit in (1.0, 1e9)]
    assert losses[0].stack_key == losses[1].stack_key
    y = torch.as_tensor(np.stack([Y, 1e9 * Y]))
    together = Loss.stack(losses).pointwise(torch.stack([RAW, RAW]), y)
    apart = [loss.pointwise(RAW, row) for loss, row in zip(losses, y, strict=True)]
    torch.testing.assert_close(together, torch.stack(apart))


def test_a_rounded_kink_is_as_wide_in_units_of_training():
    trained = InUnits.learn(get_loss("mape"), 1e6 + Y)
    y = torch.as_tensor(1e6 + Y)
    for width in (0.1, 0.001):
        near = trained.smoothed(width).pointwise(RAW, y)
        gap = (near - trained.pointwise(RAW, y)).abs()
        assert gap.max() <= width


def test_it_has_the_declarations_and_outputs_of_the_loss():
    loss = get_loss("negative_binomial")
    trained = InUnits.learn(loss.bind(np.round(Y)), np.round(Y))
    assert trained.name == "negative_binomial"
    assert trained.tasks == loss.tasks
    assert (trained.is_convex, trained.is_smooth) == (loss.is_convex, loss.is_smooth)
    assert trained.n_outputs(2) == 4
    assert trained.log_scale_outputs(1) == [1]
    assert trained.stated_quantiles(torch.zeros(1, 2)) is None
    stated = trained.noise_parameters(torch.zeros(1, 2, dtype=torch.float64))
    assert stated["loc"].item() == pytest.approx(np.round(Y).mean())


@pytest.mark.parametrize(
    ("f", "sentence"),
    [
        (lambda f, y: torch.nan * (f - y), "not finite for any constant"),
        (lambda f, y: torch.log(-((f - y) ** 2)), "not finite for any constant"),
        (lambda f, y: f - y, "falls without bound"),
    ],
)
def test_a_function_without_a_minimum_is_refused(f, sentence):
    y = np.random.default_rng(0).normal(size=50)
    with pytest.raises(ValueError, match=f"The loss <lambda> .*{sentence}"):
        InUnits.learn(Custom(f), y)


@pytest.mark.parametrize(
    ("loss", "is_curved"),
    [
        ("negative_binomial", True),
        ("poisson", True),
        (Custom(straight), True),  # by a mean over shifts
        (Custom(with_shape, n_outputs=2), False),
    ],
)
def test_second_derivatives_are_useful_of_curved_losses_and_locations(loss, is_curved):
    assert InUnits.learn(get_loss(loss), np.ceil(Y)).is_curved == is_curved
