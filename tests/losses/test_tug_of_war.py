"""Pulls are gradients, and they cancel where the loss of a constant is least."""

import numpy as np
import pytest

from skloss import get_loss, list_losses
from skloss.losses.tug_of_war import has_tug_of_war, tug_of_war

Y = np.random.default_rng(0).gamma(2.0, 3.0, 301)
WITH_A_PICTURE = [
    name for name in list_losses("regression") if has_tug_of_war(get_loss(name))
]


def test_losses_with_one_location_have_a_picture():
    assert {"squared_error", "absolute_error", "huber", "quantile"} <= {*WITH_A_PICTURE}
    without = {"gaussian_nll", "multi_quantile", "poisson"}
    assert not without & {*WITH_A_PICTURE}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("squared_error", np.mean(Y)),
        ("absolute_error", np.median(Y)),
        ("quantile", np.median(Y)),
        ("expectile", np.mean(Y)),
    ],
)
def test_the_prediction_rests_at_the_functional(name, expected):
    assert tug_of_war(get_loss(name), Y).rest == pytest.approx(expected, rel=1e-6)


def test_another_quantile_rests_at_that_quantile():
    rest = tug_of_war(get_loss("quantile", quantile=0.9), Y).rest
    assert rest == pytest.approx(np.quantile(Y, 0.9), rel=1e-3)


def test_squared_error_pulls_by_twice_the_distance():
    tug = tug_of_war(get_loss("squared_error"), Y)
    np.testing.assert_allclose(tug.pull, 2 * (tug.y[:, None] - tug.prediction))


def test_absolute_error_pulls_equally_whatever_the_distance():
    tug = tug_of_war(get_loss("absolute_error"), Y)
    expected = np.sign(tug.y[:, None] - tug.prediction)
    np.testing.assert_array_equal(tug.pull, expected)


@pytest.mark.parametrize("name", WITH_A_PICTURE)
def test_pulls_are_finite_and_at_both_ends_towards_the_rows(name):
    tug = tug_of_war(get_loss(name), Y)
    assert np.isfinite(tug.pull).all()
    assert (tug.pull[:, 0] >= 0).all()
    assert (tug.pull[:, -1] <= 0).all()
    assert Y.min() <= tug.rest <= Y.max()


def test_many_rows_are_thinned_with_both_ends():
    tug = tug_of_war(get_loss("huber"), Y, n_rows=10)
    assert len(tug.y) == 10
    assert (tug.y[0], tug.y[-1]) == (Y.min(), Y.max())


@pytest.mark.parametrize("y", [np.full(5, 3.0), np.array([0.0]), Y * 1e12, Y * 1e-12])
def test_constant_tiny_and_huge_targets_have_a_picture(y):
    tug = tug_of_war(get_loss("squared_error"), y)
    assert np.isfinite(tug.pull).all()
    assert tug.rest == pytest.approx(y.mean(), rel=1e-6)
    assert tug.prediction[0] < tug.prediction[-1]


@pytest.mark.parametrize("y", [[], [1.0, np.nan], [np.inf]])
def test_targets_that_are_not_numbers_are_refused(y):
    with pytest.raises(ValueError, match="finite numbers only"):
        tug_of_war(get_loss("huber"), y)


def test_a_loss_with_two_outputs_is_refused_by_name():
    with pytest.raises(ValueError, match="gaussian_nll"):
        tug_of_war(get_loss("gaussian_nll"), Y)


@pytest.mark.parametrize("name", ["squared_error", "huber", "log_cosh"])
def test_left_and_right_pull_are_equal_at_rest(name):
    tug = tug_of_war(get_loss(name), Y)
    left = np.interp(tug.rest, tug.prediction, tug.left)
    right = np.interp(tug.rest, tug.prediction, tug.right)
    assert left == pytest.approx(right, rel=0.02)


def test_left_and_right_pull_are_means_over_all_rows():
    tug = tug_of_war(get_loss("squared_error"), Y, n_rows=5)
    gap = 2 * (Y[:, None] - tug.prediction)
    np.testing.assert_allclose(tug.right, np.where(gap > 0, gap, 0).mean(0))
    np.testing.assert_allclose(tug.left, np.where(gap < 0, -gap, 0).mean(0))
