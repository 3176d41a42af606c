"""The value of a batch, and targets that a loss cannot use."""

import numpy as np
import pytest
import torch

from skloss.losses import Loss, get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY

RAW = torch.tensor([[1.0], [3.0], [0.0]])
Y = torch.tensor([1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("weight", "value"),
    [
        (None, 5 / 3),
        ([1.0, 1.0, 1.0], 5 / 3),
        ([3.0, 1.0, 0.0], 1.0),
        ([0.0, 0.0, 2.0], 1.0),
        (np.array([1, 2, 1]), 9 / 4),
    ],
)
def test_the_value_is_the_weighted_mean(weight, value):
    found = get_loss("squared_error")(RAW, Y, weight)
    assert found.shape == ()
    assert found.item() == pytest.approx(value)


@pytest.mark.parametrize("shape", [(), (1,), (3, 1), (1, 3), (2,)])
def test_weights_of_another_shape_raise(shape):
    with pytest.raises(ValueError, match="sample_weight has shape"):
        get_loss("squared_error")(RAW, Y, torch.ones(shape))


def test_weights_of_a_stack_have_one_value_per_model_and_row():
    raw, y = torch.stack([RAW, 0 * RAW]), torch.stack([Y, Y])
    weight = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert get_loss("squared_error")(raw, y, weight).item() == 0.5


def test_the_base_loss_has_no_value():
    with pytest.raises(NotImplementedError):
        Loss()(RAW, Y)


INVALID = [
    ("poisson", [1.0, -2.0], "targets >= 0, but y holds -2", "huber"),
    ("gamma", [0.0, 1.0], "targets > 0, but y holds 0", "poisson"),
    ("tweedie", [-1.0, 1.0], "targets >= 0, but y holds -1", "squared_error"),
    ("kl_divergence", [[2.0, -1.0]], ">= 0 and <= 1, but y holds 2", "huber"),
    ("squared_log_error", [-0.5], "targets >= 0, but y holds -0.5", "quantile"),
]


@pytest.mark.parametrize(("name", "y", "message", "able"), INVALID)
def test_invalid_targets_raise_and_name_losses_that_support_them(
    name, y, message, able
):
    loss = get_loss(name)
    assert message in loss.reason_invalid(np.array(y))
    with pytest.raises(ValueError, match="Losses that support these targets") as caught:
        loss.check_target(np.array(y))
    text = str(caught.value)
    assert text.startswith(f"The loss '{name}' requires")
    assert able in text.split("support these targets: ")[1].strip(".").split(", ")
    assert name not in text.split("support these targets: ")[1].strip(".").split(", ")


VALID = [
    ("poisson", [0.0, 2.0]),
    ("gamma", [1e-9, 2.0]),
    ("tweedie", [0.0, 2.0]),
    ("squared_error", [-1e9, 0.0, 1e9]),
    ("kl_divergence", [[0.25, 0.75], [1.0, 0.0]]),
]


@pytest.mark.parametrize(("name", "y"), VALID)
def test_valid_targets_have_no_reason_against_them(name, y):
    loss = get_loss(name)
    assert loss.reason_invalid(np.array(y)) == ""
    loss.check_target(np.array(y))


@pytest.mark.parametrize("power", [1.0, 1.5, 1.99])
def test_tweedie_has_zeros_below_power_two_only(power):
    assert get_loss("tweedie", power=power).reason_invalid([0.0]) == ""
    assert get_loss("tweedie", power=2.0).reason_invalid([0.0]) != ""


@pytest.mark.parametrize("name", list_losses())
def test_a_loss_supports_each_of_its_tasks_by_default(name):
    loss = REGISTRY[name]()
    assert all(loss.supports(task) for task in loss.tasks)
    assert not loss.supports("ranking")


@pytest.mark.parametrize("name", list_losses())
def test_only_divergences_take_distributions(name):
    takes = REGISTRY[name].takes_distributions
    assert takes == (name in ("kl_divergence", "js_divergence"))


def test_a_smooth_loss_is_its_own_neighbour():
    loss = get_loss("squared_error")
    assert loss.smoothed(0.1) is loss


CURVED = [name for name in list_losses() if get_loss(name).has_curvature]


@pytest.mark.parametrize("name", CURVED)
def test_curvature_is_the_second_derivative_of_the_value(name):
    loss, rng = get_loss(name), np.random.default_rng(0)
    task = loss.tasks[0]
    y = loss.example_target(rng, 6, task)
    raw = loss.example_raw_prediction(rng, y, task)
    raw, y = torch.as_tensor(raw).requires_grad_(), torch.as_tensor(y)

    def value(raw):
        return loss.pointwise(raw, y)

    assert torch.autograd.gradgradcheck(value, raw)
    assert torch.autograd.functional.hessian(lambda r: value(r).sum(), raw).any()


@pytest.mark.parametrize("name", list_losses())
def test_a_loss_judges_itself_unless_its_gradient_is_a_surrogate(name):
    loss = get_loss(name)
    assert (loss.judged_by is not loss) == ("surrogate" in str(loss.exceptions))


@pytest.mark.parametrize("name", list_losses("embedding") + list_losses("pairs"))
def test_losses_on_embeddings_compare_rows(name):
    assert get_loss(name).compares_rows
