"""Intervals and ranges, at their ends."""

import numpy as np
import pytest
import torch

from skloss.losses import Interval, Range, RegressionLoss
from skloss.losses.contract.ranges import NOT_NEGATIVE, POSITIVE, UNIT, as_numbers

ENDS = [
    (Interval(), [], [-1e300, 0.0, 1e300]),
    (POSITIVE, [-1.0, 0.0], [1e-300, 1.0]),
    (NOT_NEGATIVE, [-1e-300, -1.0], [0.0, 1.0]),
    (UNIT, [0.0, 1.0, -1.0, 2.0], [1e-9, 1 - 1e-9]),
    (Interval(0, 1, low_inclusive=True), [1.0, -0.1], [0.0, 0.9]),
    (Interval(0, 1, high_inclusive=True), [0.0, 1.1], [1.0, 0.1]),
    (Interval(0, 1, True, True), [-0.1, 1.1], [0.0, 1.0]),
]


@pytest.mark.parametrize(("interval", "outside", "inside"), ENDS)
@pytest.mark.parametrize("make", [np.array, torch.DoubleTensor])
def test_an_end_belongs_to_the_interval_only_if_stated(interval, outside, inside, make):
    values = make([*outside, *inside])
    expected = [True] * len(outside) + [False] * len(inside)
    assert interval.outside(values).tolist() == expected


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(), "any number"),
        (POSITIVE, "> 0"),
        (NOT_NEGATIVE, ">= 0"),
        (Interval(high=2.0), "< 2"),
        (Interval(high=2.0, high_inclusive=True), "<= 2"),
        (UNIT, "> 0 and < 1"),
        (Interval(-1.5, 0.25, True, True), ">= -1.5 and <= 0.25"),
    ],
)
def test_an_interval_is_written_as_conditions(interval, text):
    assert str(interval) == text


def test_open_infinite_ends_exclude_infinity():
    values = np.array([-np.inf, np.inf, np.nan])
    assert Interval().outside(values).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("value", "numbers"),
    [(1, 1.0), ([1, 2.5], [1.0, 2.5]), (np.float32(0.5), 0.5), (True, 1.0)],
)
def test_numbers_become_arrays(value, numbers):
    assert as_numbers(value).tolist() == numbers


@pytest.mark.parametrize(
    "value", ["1", ["1", "2"], b"1", int, {}, [[1], [1, 2]], object()]
)
def test_values_that_are_not_numeric_become_none(value):
    assert as_numbers(value) is None


class Bent(RegressionLoss):
    """A loss with every kind of default."""

    name = "bent"
    param_ranges = {
        "power": Range(1.0, 2.0, domain=POSITIVE),
        "width": Range(1.0, 2.0, domain=POSITIVE),
    }

    def __init__(self, power=1.5, width=None):
        self.power = power
        self.width = width


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, None, "1", [1.0, -1.0], np.inf])
def test_invalid_values_raise_and_are_named(value):
    with pytest.raises(ValueError, match=r"power of bent must be .*> 0, got"):
        Bent(power=value).check_params()


@pytest.mark.parametrize("value", [[1.0, 2.0], (1.0,), np.ones(2), [[1.0]]])
def test_several_numbers_raise_where_one_is_needed(value):
    with pytest.raises(ValueError, match="width of bent must be one number > 0, got"):
        Bent(width=value).check_params()


def test_several_numbers_pass_where_the_loss_allows_them():
    loss = Bent(width=[1.0, 2.0])
    loss.sequence_params = ("width",)
    loss.check_params()
    with pytest.raises(ValueError, match="width of bent must be > 0, got"):
        loss.set_params(width=[[1.0]]).check_params()


@pytest.mark.parametrize("value", [1e-9, 3, np.array(2.0), np.float64(2.0), None])
def test_valid_values_pass_and_none_where_it_is_the_default(value):
    Bent(width=value).check_params()


def test_a_range_is_linear_and_unlimited_unless_stated():
    assert Range(1.0, 2.0) == (1.0, 2.0, False, Interval())
