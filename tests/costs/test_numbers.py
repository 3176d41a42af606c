"""Costs of numbers: values by hand, and the loss finds the cheapest constant."""

import numpy as np
import pytest
import scipy.optimize
import torch

from skloss import costs

RNG = np.random.default_rng(0)
AMOUNTS = RNG.gamma(2.0, 3.0, 501)


def cheapest(cost, y):
    """The constant decision of least mean cost, by search."""
    candidates = np.unique(y)
    means = [cost(y, np.full(len(y), c)).mean() for c in candidates]
    near = candidates[int(np.argmin(means))]
    return scipy.optimize.minimize_scalar(
        lambda c: cost(y, np.full(len(y), c)).mean(),
        bracket=(near * 0.9, near * 1.1),
    ).x


def test_linear_prices_each_direction():
    cost = costs.Linear(under=3.0, over=0.5)
    assert cost([10.0, 10.0, 10.0], [8.0, 10.0, 14.0]).tolist() == [6.0, 0.0, 2.0]


def test_the_cheapest_constant_under_linear_is_the_newsvendor_quantile():
    cost = costs.Linear(under=3.0, over=1.0)
    best = cheapest(cost, AMOUNTS)
    assert (AMOUNTS < best).mean() == pytest.approx(0.75, abs=2 / 501)


def test_the_loss_of_linear_is_that_quantile():
    loss = costs.Linear(under=4.0, over=1.0).loss()
    assert (loss.name, loss.quantile) == ("quantile", 0.8)


def test_the_loss_of_linear_is_proportional_to_the_cost():
    y, d = torch.tensor(AMOUNTS), torch.full((501, 1), 5.0, dtype=torch.float64)
    cost = costs.Linear(under=3.0, over=1.0)
    ours = cost.loss().pointwise(d, y).numpy()
    assert np.allclose(4.0 * ours, cost(AMOUNTS, np.full(501, 5.0)))


@pytest.mark.parametrize("prices", [(0.0, 1.0), (2.0, 0.0)])
def test_a_free_direction_has_no_quantile(prices):
    assert costs.Linear(*prices).loss() is None


@pytest.mark.parametrize("under", [-1.0, float("nan"), float("inf"), [1.0, 2.0]])
def test_a_price_is_a_finite_number_from_zero_on(under):
    with pytest.raises(ValueError, match="under must be a finite number >= 0"):
        costs.Linear(under, 1.0)([1.0], [2.0])


def test_prices_of_zero_are_refused():
    with pytest.raises(ValueError, match="under and over are both 0"):
        costs.Linear(0.0, 0.0).loss()


def test_the_cheapest_constant_under_quadratic_is_the_mean():
    assert cheapest(costs.Quadratic(), AMOUNTS) == pytest.approx(AMOUNTS.mean())
    assert costs.Quadratic().loss().name == "squared_error"


def test_quadratic_squares_whole_numbers_without_overflow():
    big = np.array([0], dtype=np.int32), np.array([100_000], dtype=np.int32)
    assert costs.Quadratic()(*big).tolist() == [1e10]


def test_percentage_is_relative_to_the_truth():
    assert costs.Percentage()([4.0, -4.0], [5.0, -3.0]).tolist() == [0.25, 0.25]


def test_a_truth_of_zero_counts_as_the_smallest_size():
    assert costs.Percentage(smallest=0.5)([0.0], [1.0]).tolist() == [2.0]


def test_percentage_trains_by_the_percentage_error_of_equal_smallest_size():
    loss = costs.Percentage(smallest=0.5).loss()
    assert (loss.name, loss.smallest) == ("absolute_percentage_error", 0.5)


def test_the_cheapest_constant_under_percentage_lies_below_the_median():
    assert cheapest(costs.Percentage(), AMOUNTS) < 0.7 * np.median(AMOUNTS)


def test_linex_is_exponential_above_and_linear_below():
    found = costs.Linex(2.0)([1.0, 1.0], [2.0, -9.0])
    assert found == pytest.approx([np.exp(2) - 3, np.exp(-20) + 19])


def test_a_large_error_under_linex_costs_a_finite_amount():
    assert np.isfinite(costs.Linex(1.0)([0.0] * 1000, [1e6] * 1000).sum())


@pytest.mark.parametrize("a", [0.3, -0.3])
def test_the_cheapest_constant_under_linex_is_a_log_mean(a):
    expected = -np.log(np.exp(-a * AMOUNTS).mean()) / a
    assert cheapest(costs.Linex(a), AMOUNTS) == pytest.approx(expected, rel=1e-6)


def test_the_loss_of_linex_has_its_values():
    loss = costs.Linex(0.5).loss()
    y, d = torch.tensor(AMOUNTS), torch.full((501, 1), 5.0, dtype=torch.float64)
    ours = costs.Linex(0.5)(AMOUNTS, np.full(501, 5.0))
    np.testing.assert_allclose(loss.pointwise(d, y).numpy(), ours)
