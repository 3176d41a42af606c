"""The search for the decision of least expected cost."""

import numpy as np
import pytest
from scipy import stats

from skloss import costs
from skloss.costs.continuous import Continuous
from skloss.costs.outcomes import Atoms
from skloss.costs.search import search

POINTS = Atoms(np.array([[3.0, -1.0, 1e6]]))


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0, 4.0])
def test_the_only_outcome_is_the_decision(power):
    found = search(costs.as_cost(lambda y, d: np.abs(y - d) ** power), POINTS)
    np.testing.assert_allclose(found, [3.0, -1.0, 1e6], rtol=1e-9)


def test_the_minimum_of_the_fourth_power_of_two_outcomes_is_known():
    # 3 (d - 0)^3 = (8 - d)^3 at d = 8 / (1 + 3^(1/3)).
    outcomes = Atoms(np.array([[0.0], [8.0]]), np.array([[3.0], [1.0]]))
    found = search(costs.as_cost(lambda y, d: (y - d) ** 4), outcomes)
    assert found == pytest.approx(8 / (1 + 3 ** (1 / 3)), rel=1e-5)


def test_each_row_has_its_own_minimum():
    skewed = stats.gamma([1.0, 4.0, 30.0])
    found = search(costs.as_cost(lambda y, d: (y - d) ** 2), Continuous(skewed))
    np.testing.assert_allclose(found, [1.0, 4.0, 30.0], rtol=1e-5)


def test_amounts_of_rows_stay_with_their_rows():
    class Priced(costs.Cost):
        """Too low costs the price of the row per unit, too high costs 1."""

        def __init__(self, price):
            self.price = np.asarray(price)

        @property
        def n_rows(self):
            return len(self.price)

        def __getitem__(self, rows):
            return Priced(self.price[rows])

        def per_row(self, y_true, decision):
            gap = y_true - decision
            return np.where(gap > 0, self.price * gap, -gap)

    normal = stats.norm([0.0, 0.0, 10.0], 1.0)
    found = search(Priced([1.0, 9.0, 3.0]), Continuous(normal))
    # The least of a sum over the nodes is at one of them, some 0.02 apart.
    np.testing.assert_allclose(found, normal.ppf([0.5, 0.9, 0.75]), atol=0.02)


def test_of_two_minima_the_lower_one_is_found():
    # Far apart, and the one with more outcomes is narrow.
    outcomes = Atoms(np.array([[0.0], [50.0], [50.5]]))
    found = search(costs.Capped(costs.Linear(1.0, 1.0), limit=2.0), outcomes)
    assert 50.0 <= found[0] <= 50.5


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_costs_that_are_never_finite_are_refused(wrong):
    with pytest.raises(ValueError, match=r"infinite or not a number; limit"):
        search(costs.as_cost(lambda y, d: y * 0 + wrong), POINTS)


def test_decisions_of_infinite_cost_are_avoided():
    # Only decisions of at least 4 have a finite cost, and the lowest of them wins.
    def cost(y, d):
        return np.where(d >= 4.0, d, np.nan)

    found = search(costs.as_cost(cost), Continuous(stats.norm([0.0], 2.0)))
    assert found == pytest.approx(4.0, abs=1e-3)
