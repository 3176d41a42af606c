"""The form of the settings: values, parameters and links."""

from types import SimpleNamespace

import pytest

from skloss import get_loss
from skloss.app.parts import settings_form
from tests.pages.steps import (
    csv_of,
    go,
    losses_of,
    new_app,
    ok,
    press,
    select_losses,
    text_of,
    upload,
)


@pytest.mark.parametrize(
    ("low", "high", "log", "step"),
    [
        (0.0, 1.0, False, 0.01),
        (0.0, 25.0, False, 0.2),
        (0.05, 10.0, True, 0.05),
        (1e-6, 10.0, True, 1e-3),
    ],
)
def test_a_step_suits_the_range(low, high, log, step):
    bounds = SimpleNamespace(low=low, high=high, log=log)
    assert settings_form._step(bounds) == pytest.approx(step)


def test_the_summary_of_a_loss_is_one_line():
    class Loss:
        """First line.

        More.
        """

    assert settings_form._summary(Loss()) == "First line."


def opened(losses, **query):
    app = ok(new_app(sample="diabetes", loss=losses, **query).run())
    return go(app, "compare")


@pytest.mark.parametrize(
    ("given", "value"), [("25", 25.0), ("1e9", 770.0), ("1e-9", 3.9)]
)
def test_a_parameter_of_a_link_is_clipped_to_its_range(given, value):
    app = opened([f"huber(delta={given})"])
    # The standard deviation of the target is 77.
    assert app.number_input(key="settings.param.huber.delta").value == value


def test_a_parameter_in_units_of_the_target_has_a_range_of_its_spread():
    app = opened(["huber", "general_robust"])
    delta = app.number_input(key="settings.param.huber.delta")
    assert (delta.min, delta.max) == (3.9, 770.0)
    assert delta.value is None
    # What the browser takes for an emptied field: nothing, rather than the minimum.
    assert not delta.proto.HasField("default")
    assert delta.help == "Between 3.9 and 770 points."
    alpha = app.number_input(key="settings.param.general_robust.alpha")
    bounds = get_loss("general_robust").param_ranges["alpha"]
    assert (alpha.min, alpha.max) == (bounds.low, bounds.high)


def test_a_default_in_another_unit_remains_a_choice():
    app = opened(["pseudo_huber"])
    delta = app.number_input(key="settings.param.pseudo_huber.delta")
    assert delta.value == delta.min == 1.0
    assert delta.max == 770.0


def test_a_parameter_outside_the_range_of_the_next_target_is_its_default():
    app = opened(["huber(delta=500)"])
    assert app.number_input(key="settings.param.huber.delta").value == 500.0
    state = app.session_state
    state["target"] = "bmi"
    ok(app.run())
    assert app.number_input(key="settings.param.huber.delta").value is None


def test_unknown_losses_and_parameters_of_a_link_are_ignored():
    app = opened(["cross_entropy", "huber(nonsense=1.0)", "nonsense"])
    assert losses_of(app) == ["huber"]


def test_a_custom_loss_of_a_link_leaves_out_the_default_losses():
    app = opened(["expression:abs(y - mu)"])
    assert losses_of(app) == []
    assert app.text_input(key="settings.formula").value == "abs(y - mu)"
    assert "1 loss × 5 folds" in text_of(app)


def test_a_link_sets_every_setting():
    app = opened(["huber"], network="linear", folds="4", epochs="30", seed="7")
    assert app.selectbox(key="settings.network").value == "linear"
    assert app.slider(key="settings.folds").value == 4
    assert app.number_input(key="settings.epochs").value == 30
    assert app.number_input(key="settings.seed").value == 7


def test_parameters_are_named_without_the_loss():
    app = opened(["general_robust"])
    labels = [widget.label for widget in app.sidebar.number_input]
    assert labels == ["Alpha", "Scale", "Maximum epochs", "Seed"]


def test_a_loss_that_the_next_target_does_not_support_is_deselected(dashboard):
    press(dashboard, "use-diabetes")
    go(dashboard, "compare")
    select_losses(dashboard, ["squared_error", "poisson"])
    go(dashboard, "data")
    upload(dashboard, csv_of())  # prices below zero
    go(dashboard, "compare")
    assert losses_of(dashboard) == ["squared_error"]
