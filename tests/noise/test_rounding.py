"""Rounding steps are found, and a cell has the probability between its ends."""

import numpy as np
import pytest
from scipy import stats

from skloss.noise import FAMILIES
from skloss.noise.rounding import log_score, pit_ends, rounding_step


@pytest.mark.parametrize("step", [1.0, 0.5, 0.1, 0.01, 1 / 3, 1000.0, 1e-6, 2.54])
@pytest.mark.parametrize("shift", [0.0, 7.3, 1000.0])
def test_the_step_of_rounded_values_is_found(step, shift):
    values = (np.round(np.random.default_rng(0).normal(size=300) * 3) + shift) * step
    assert rounding_step(values) == pytest.approx(step)


def test_a_step_in_single_precision_is_found():
    values = np.round(np.random.default_rng(0).normal(size=300) * 3) * 0.1 + 50.0
    assert rounding_step(values.astype(np.float32)) == pytest.approx(0.1, rel=1e-5)


@pytest.mark.parametrize("values", [[2, 5, 9, 12], [3, 5, 8, 11], [4, 10, 14, 25]])
def test_the_step_may_be_smaller_than_every_distance(values):
    assert rounding_step(np.repeat(values, 2)) == 1.0


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
@pytest.mark.parametrize("n_rows", [30, 3000])
def test_repeated_random_numbers_are_not_on_a_grid(n_rows, scale):
    values = np.random.default_rng(0).normal(size=n_rows) * scale
    assert rounding_step(np.repeat(values, 3)) == 0.0


def test_values_that_occur_less_than_twice_on_average_are_not_rounded():
    assert rounding_step([1.0, 1.0, 2.0, 4.0]) == 0.0
    assert rounding_step([1.0, 1.0, 2.0, 2.0, 4.0, 4.0]) == 1.0
    assert rounding_step([1.0, 2.0, 4.0], [2, 2, 2]) == 1.0


def test_equal_values_have_no_step():
    assert rounding_step([3.0] * 10) == 0.0


@pytest.mark.parametrize("y", [0.0, 3.0, -3.0, 12.0, -12.0])
def test_the_score_of_a_cell_is_its_probability_in_both_tails(y):
    # By the upper tail, whose digits are kept: symmetric about 0.
    expected = np.log(stats.norm.sf(abs(y) - 0.5) - stats.norm.sf(abs(y) + 0.5))
    found = log_score(stats.norm(), np.array([y]), 1.0)
    assert found == pytest.approx(expected)


def test_the_probabilities_of_all_cells_sum_to_one():
    family = FAMILIES["student_t"].frozen({"loc": 0.3, "scale": 2.0, "df": 3.0})
    cells = np.arange(-20_000.0, 20_001.0)
    assert np.exp(log_score(family, cells, 1.0)).sum() == pytest.approx(1.0)


def test_a_cell_beyond_the_smallest_probability_has_a_finite_score():
    found = log_score(stats.norm(), np.array([60.0, -60.0]), 0.5)
    np.testing.assert_allclose(found, stats.norm.logpdf(60.0) + np.log(0.5))


def test_a_spike_gains_nothing_over_the_probability_of_one():
    spike = stats.norm(0.0, 1e-9)
    assert log_score(spike, np.zeros(1), 1.0) == pytest.approx(0.0)
    assert log_score(spike, np.zeros(1)) > 19


def test_counts_have_their_own_probability():
    y = np.array([0.0, 3.0])
    np.testing.assert_allclose(
        log_score(stats.poisson(2.0), y, 1.0), stats.poisson.logpmf(y, 2.0)
    )
    low, high = pit_ends(stats.poisson(2.0), y, 1.0)
    np.testing.assert_allclose(low, [0.0, stats.poisson.cdf(2, 2.0)])
    np.testing.assert_allclose(high, stats.poisson.cdf(y, 2.0))


def test_the_ends_of_a_value_without_a_cell_are_equal():
    low, high = pit_ends(stats.norm(), np.array([0.5]))
    assert low == high == pytest.approx(stats.norm.cdf(0.5))


def test_values_of_weight_zero_are_absent():
    values, weight = [1.0, 1.0, 2.0, 2.0, 1.37], [1, 1, 1, 1, 0]
    assert rounding_step(values, weight) == rounding_step(values[:-1]) == 1.0
    assert rounding_step(values, np.ones(5)) == 0.0


def test_the_step_depends_on_neither_the_order_nor_the_sign_of_values(rng):
    values = np.round(rng.normal(size=90) * 4) / 4
    assert rounding_step(values[::-1]) == rounding_step(-values) == 0.25
    assert rounding_step([]) == rounding_step([2.0]) == 0.0


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_score_of_a_cell_has_no_unit(unit):
    y = np.array([-3.0, 0.0, 7.0])
    found = log_score(stats.norm(0.0, 2.0 * unit), unit * y, unit)
    np.testing.assert_allclose(found, log_score(stats.norm(0.0, 2.0), y, 1.0))


def test_a_fine_step_has_the_density_times_its_width():
    y = np.array([-1.0, 0.3])
    found = log_score(stats.norm(), y, 1e-4)
    expected = stats.norm.logpdf(y) + np.log(1e-4)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_each_target_may_have_a_step_or_none():
    y = np.array([[0.5, 0.5], [1.0, 2.0]])
    model = stats.norm(0.0, np.ones((2, 2)))
    found = log_score(model, y, np.array([0.0, 0.5]))
    np.testing.assert_allclose(found[:, 0], stats.norm.logpdf(y[:, 0]))
    cell = stats.norm.cdf(y[:, 1] + 0.25) - stats.norm.cdf(y[:, 1] - 0.25)
    np.testing.assert_allclose(found[:, 1], np.log(cell))


def test_the_ends_of_neighbouring_cells_meet():
    low, high = pit_ends(stats.norm(), np.arange(-3.0, 4.0), 1.0)
    np.testing.assert_allclose(low[1:], high[:-1])
    np.testing.assert_allclose(high - low, np.diff(stats.norm.cdf(np.arange(-3.5, 4))))
