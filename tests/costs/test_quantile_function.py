"""Quantiles joined by lines: interpolation, its inverse and its moments."""

import numpy as np
import pytest

from skloss import costs, decide
from skloss.costs.quantile_function import QuantileFunction, Quantiles

LEVELS = np.array([0.1, 0.4, 0.5, 0.9])
VALUES = np.array([[0.0, -3.0], [3.0, -2.0], [5.0, 4.0], [6.0, 8.0]])
MADE = QuantileFunction(VALUES, LEVELS)
#: The first line has a slope of 10, the last one of 2.5; of row 2, 10/3 and 10.
ENDS = np.array([[-1.0, -3.0 - 1 / 3], [6.25, 9.0]])


def test_the_given_quantiles_are_met():
    np.testing.assert_allclose(MADE.ppf(LEVELS[:, None]), VALUES)


def test_levels_between_them_are_on_straight_lines():
    levels = np.linspace(0.1, 0.9, 33)
    expected = [np.interp(levels, LEVELS, column) for column in VALUES.T]
    np.testing.assert_allclose(MADE.ppf(levels[:, None]).T, expected)


def test_the_lines_at_both_ends_continue_to_the_levels_0_and_1():
    np.testing.assert_allclose(MADE.ppf(np.array([[0.0], [1.0]])), ENDS)
    np.testing.assert_allclose(MADE.ppf([[0.05]])[0, 0], -0.5)
    np.testing.assert_allclose(MADE.ppf([[0.98]])[0, 0], 6.2)


def test_one_level_has_one_value_per_row():
    assert MADE.ppf(0.5).tolist() == [5.0, 4.0]
    assert MADE.ppf([[0.5]]).shape == (1, 2)


def test_the_distribution_function_is_the_inverse():
    levels = np.linspace(0.01, 0.99, 25)[:, None]
    found = MADE.cdf(MADE.ppf(levels))
    np.testing.assert_allclose(found, np.broadcast_to(levels, (25, 2)))


def test_below_the_first_value_nothing_lies_and_below_the_last_one_everything():
    outside = ENDS + np.array([[-1e-9], [1e-9]])
    np.testing.assert_array_equal(MADE.cdf(outside), [[0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(MADE.cdf(ENDS), [[0.0, 0.0], [1.0, 1.0]], atol=1e-12)


def test_a_value_is_compared_with_all_rows():
    assert MADE.cdf([[5.0]]).tolist() == [[0.5, pytest.approx(0.6)]]
    assert MADE.cdf(np.zeros((3, 7, 1))).shape == (3, 7, 2)


def test_equal_quantiles_are_a_jump():
    made = QuantileFunction(np.array([[1.0], [2.0], [2.0], [4.0]]), LEVELS)
    assert made.cdf([[2.0]]) == pytest.approx(0.5)
    assert made.cdf([[2.0 - 1e-12]]) == pytest.approx(0.4)
    assert made.ppf(0.45) == pytest.approx(2.0)


def test_one_value_at_all_levels_is_a_point():
    made = QuantileFunction(np.full((3, 1), 2.0), np.array([0.1, 0.5, 0.9]))
    assert made.ppf([[0.0], [0.3], [1.0]]).tolist() == [[2.0]] * 3
    assert made.cdf([[1.9], [2.0]]).tolist() == [[0.0], [1.0]]


def test_levels_of_0_and_1_are_the_ends_of_the_range():
    made = QuantileFunction(np.array([[0.0], [1.0], [4.0]]), np.array([0.0, 0.5, 1.0]))
    assert made.ppf([[0.0], [0.25], [1.0]]).ravel().tolist() == [0.0, 0.5, 4.0]
    assert made.cdf([[0.0], [4.0]]).ravel().tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("prices", "end"), [((1.0, 0.0), 4.0), ((0.0, 1.0), 0.0)])
def test_a_free_direction_decides_the_quantile_of_level_0_or_1(prices, end):
    pair = [[0.0, 1.0, 4.0]], [0.0, 0.5, 1.0]
    assert decide(pair, costs.Linear(*prices)).tolist() == [end]


def test_the_mean_is_the_area_below_the_lines():
    levels = np.concatenate([[0.0], LEVELS, [1.0]])
    area = np.trapezoid(np.vstack([ENDS[0], VALUES, ENDS[1]]), levels, axis=0)
    np.testing.assert_allclose(Quantiles(VALUES, LEVELS).mean(), area, rtol=1e-9)


def test_quantiles_beyond_the_given_levels_are_refused():
    made = Quantiles(VALUES, LEVELS)
    assert made.quantile(0.1 - 5e-10) == pytest.approx(VALUES[0], abs=1e-7)
    assert made.quantile(0.9 + 5e-10) == pytest.approx(VALUES[-1], abs=1e-7)
    for level in (0.1 - 1e-8, 0.9 + 1e-8):
        with pytest.raises(
            ValueError, match=r"levels reach from 0\.1 to 0\.9; predict"
        ):
            made.quantile(level)


def test_levels_of_0_and_1_are_not_kinks():
    kinks = Quantiles(np.array([[0.0], [1.0], [4.0]]), np.array([0.0, 0.5, 1.0])).kinks
    assert kinks.tolist() == [0.0]
