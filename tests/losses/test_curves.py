"""Curves: the axis of each kind of target, values, slopes and lines."""

import numpy as np
import pytest
import torch

from skloss.losses import Custom, Loss, RegressionLoss, get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY
from skloss.losses.curves import loss_curve

CURVES = {name: loss_curve(REGISTRY[name]()) for name in list_losses()}
every_curve = pytest.mark.parametrize("name", CURVES)


@every_curve
def test_lines_are_finite_and_of_one_length_each(name):
    curve = CURVES[name]
    assert 1 <= len(curve.lines) <= 3
    for line in curve.lines.values():
        assert line.x.shape == line.value.shape == line.slope.shape
        assert len(line.x) > 5
        assert all(np.isfinite(part).all() for part in line)


@every_curve
def test_a_single_line_has_no_label_and_several_have_different_ones(name):
    labels = list(CURVES[name].lines)
    assert (labels == [""]) == (len(labels) == 1)
    assert all(len(label) < 40 for label in labels)


@every_curve
def test_the_first_line_is_at_the_parameters_of_the_loss(name):
    again = loss_curve(REGISTRY[name]())
    first, same = (next(iter(c.lines.values())) for c in (CURVES[name], again))
    np.testing.assert_array_equal(first.value, same.value)


@every_curve
def test_the_slope_is_the_difference_of_values_between_points(name):
    for line in CURVES[name].lines.values():
        # The trapezoid of the slope gives the value back, kinks included.
        rise = (line.slope[1:] + line.slope[:-1]) / 2 * np.diff(line.x)
        gap = np.abs(rise.sum() - (line.value[-1] - line.value[0]))
        assert gap < 0.02 * (1 + np.abs(line.value).max())


AXES = [
    ("squared_error", "residual"),
    ("gaussian_nll", "residual"),
    ("multi_quantile", "residual"),
    ("poisson", "prediction, for a target of 1"),
    ("squared_log_error", "prediction, for a target of 1"),
    ("kl_divergence", "score of the first outcome, whose share is 0.75"),
    ("cross_entropy", "score in favour of the true label"),
    ("asymmetric", "score in favour of the true label"),
    ("corn", "score of a higher class, equal for both steps"),
    ("triplet", "distance to the anchor, with the other row at 1"),
    ("symmetric_cross_entropy", "distance to the anchor, with the other row at 1"),
]


@pytest.mark.parametrize(("name", "axis"), AXES)
def test_the_axis_follows_the_kind_of_target(name, axis):
    assert CURVES[name].axis == axis


def at(line, x):
    """Value and slope of a line at a point of its grid."""
    index = np.abs(line.x - x).argmin()
    assert line.x[index] == pytest.approx(x)
    return line.value[index], line.slope[index]


POINTS = [
    ("squared_error", {}, "", 2.0, 4.0, 4.0),
    ("absolute_error", {}, "", -2.0, 2.0, -1.0),
    ("absolute_error", {}, "", 0.0, 0.0, 0.0),
    ("quantile", {"quantile": 0.9}, "quantile 0.9", 1.0, 0.9, 0.9),
    ("quantile", {"quantile": 0.9}, "quantile 0.9", -1.0, 0.1, -0.1),
    ("huber", {"delta": 1.0}, "delta 1", 2.0, 1.5, 1.0),
    ("huber", {}, "default", 0.5, 0.125, 0.5),
    ("gaussian_nll", {}, "log-variance 0", 2.0, 2.0, 2.0),
    ("laplace_nll", {}, "log-scale 1", 2.0, 1 + 2 / np.e, 1 / np.e),
    ("cross_entropy", {}, "", 0.0, np.log(2), -0.5),
    ("hinge", {}, "", -1.0, 2.0, -1.0),
    ("kl_divergence", {}, "", 0.0, 0.130812, -0.25),
    ("corn", {}, "class 0", 0.0, np.log(2), 0.5),
    ("corn", {}, "class 2", 0.0, 2 * np.log(2), -1.0),
    ("contrastive", {}, "row of the same class", 1.0, 0.25, 0.5),
]


@pytest.mark.parametrize(("name", "params", "label", "x", "value", "slope"), POINTS)
def test_points_have_value_and_slope_by_hand(name, params, label, x, value, slope):
    line = loss_curve(get_loss(name, **params)).lines[label]
    found = at(line, x)
    assert found == pytest.approx((value, slope), abs=2e-3)


@pytest.mark.parametrize(
    ("name", "params", "labels"),
    [
        ("huber", {}, ["default", "delta 0.05", "delta 10"]),
        ("huber", {"delta": 2.0}, ["delta 2", "delta 0.05", "delta 10"]),
        ("quantile", {}, ["quantile 0.5", "quantile 0.01", "quantile 0.99"]),
        ("focal", {}, ["gamma 2", "gamma 0", "gamma 5"]),
        ("squared_error", {}, [""]),
        ("gaussian_nll", {}, ["log-variance 0", "log-variance 1"]),
        ("logit_adjusted", {}, ["label 1, 1 row in 10", "label 0, 9 rows in 10"]),
        ("absolute_percentage_error", {}, [""]),
    ],
)
def test_lines_are_the_parameter_ends_labels_or_scales(name, params, labels):
    assert list(loss_curve(get_loss(name, **params)).lines) == labels


def test_lines_of_the_parameter_ends_do_not_flatten_the_default():
    lines = loss_curve(get_loss("huber")).lines
    limit = 1.4 * lines["default"].value.max()
    assert all(line.value.max() <= limit for line in lines.values())


def test_lines_of_the_parameter_ends_keep_the_other_parameters():
    lines = loss_curve(get_loss("general_robust", alpha=0.0, scale=2.0)).lines
    # At alpha 2 the loss is (r / scale)^2 / 2.
    assert at(lines["alpha 2"], 1.0) == pytest.approx((1 / 8, 1 / 4), abs=1e-3)


def test_lines_of_the_parameter_ends_have_not_learned_a_value():
    bound = get_loss("huber").bind(np.arange(9.0))
    ends, fresh = (loss_curve(loss).lines for loss in (bound, get_loss("huber")))
    assert at(ends["delta 0.05"], 1.0) == at(fresh["delta 0.05"], 1.0)


def test_residuals_are_shown_up_to_three():
    line = CURVES["squared_error"].lines[""]
    assert (line.x.min(), line.x.max()) == (-3.0, 3.0)


def test_predictions_behind_a_link_are_positive():
    for line in CURVES["poisson"].lines.values():
        assert line.x.min() >= 0.2 and line.x.max() <= 4.0
        # The prediction is best at the target.
        assert line.x[line.value.argmin()] == pytest.approx(1.0, abs=0.06)


class Margin(Loss):
    """A user's loss for several classes only."""

    tasks = ("multiclass",)

    def pointwise(self, raw_prediction, y_true):
        return torch.relu(1 - raw_prediction[..., 0])


def test_a_loss_on_several_classes_has_a_curve_by_the_true_class():
    curve = loss_curve(Margin())
    assert curve.axis == "score in favour of the true class"
    assert at(curve.lines[""], 0.0) == pytest.approx((1.0, -1.0))


def test_a_user_defined_function_has_a_curve():
    curve = loss_curve(Custom(lambda prediction, y: (prediction - y) ** 4))
    assert curve.axis == "residual"
    assert at(curve.lines[""], 1.0) == pytest.approx((1.0, 4.0), abs=0.02)


def test_a_subclass_has_a_curve():
    class Cube(RegressionLoss):
        def elementwise(self, prediction, y_true):
            return (prediction - y_true).abs() ** 3

    assert at(loss_curve(Cube()).lines[""], 2.0) == pytest.approx((8, 12), abs=0.01)
