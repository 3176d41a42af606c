"""Costs that do not grow with the error."""

import numpy as np
import pytest

from skloss import costs


def test_a_capped_cost_is_the_smaller_of_cost_and_limit():
    cost = costs.Capped(costs.Linear(1.0, 1.0), limit=2.0)
    assert cost([0.0, 0.0, 0.0], [1.5, 2.0, 9.0]).tolist() == [1.5, 2.0, 2.0]
    assert cost.loss() is None


def test_a_function_can_be_capped():
    cost = costs.Capped(lambda y, d: (y - d) ** 4, limit=5.0)
    assert cost([0.0, 0.0], [1.0, 3.0]).tolist() == [1.0, 5.0]


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_is_positive(limit):
    with pytest.raises(ValueError, match="limit must be positive"):
        costs.Capped(costs.Quadratic(), limit)([0.0], [1.0])


def test_a_capped_cost_of_classes_is_one_of_classes():
    assert costs.Capped(costs.binary(1.0, 9.0), 3.0).over_classes
    assert not costs.Capped(costs.Quadratic(), 3.0).over_classes


def test_an_error_of_exactly_the_width_is_within_tolerance():
    cost = costs.Tolerance(width=0.5, miss=3.0)
    decisions = [1.5, np.nextafter(1.5, 2.0), 0.5, 0.4]
    assert cost(np.ones(4), decisions).tolist() == [0.0, 3.0, 0.0, 3.0]


def test_a_miss_costs_one_by_default():
    assert costs.Tolerance(width=1.0)([0.0], [2.0]).tolist() == [1.0]


def test_a_negative_width_is_refused():
    with pytest.raises(ValueError, match="width must be a number >= 0"):
        costs.Tolerance(width=-0.1)([0.0], [1.0])
