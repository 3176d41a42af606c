"""SKL403 fires on rows in time order whose folds mix past and future."""

import numpy as np
import pandas as pd
import pytest

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(10)
N = 300
NOISE = RNG.normal(size=N)
WALK = np.cumsum(NOISE)
RANDOM = RNG.permutation(N) % 5
DATES = pd.date_range("2024-01-01", periods=N)


def find(y, X=None, predicted=0.0, fold=RANDOM, **values):
    answers = {"huber": np.zeros(N) + predicted}
    return CHECKS["SKL403"]().find(comparison(y, answers, X=X, fold=fold, **values))


@pytest.mark.parametrize("dates", [DATES, DATES.strftime("%Y-%m-%d")])
def test_dates_that_increase_are_named(dates):
    (found,) = find(NOISE, pd.DataFrame({"x": NOISE, "when": dates}))
    assert found.evidence == "“when” increases from row to row"


@pytest.mark.parametrize("texts", [["2024-01-01"], ["unknown", "2024-01-02"], []])
def test_a_column_without_several_dates_is_not_a_series(texts):
    when = pd.Series([*texts, *[None] * (N - len(texts))], dtype=object)
    assert find(NOISE, pd.DataFrame({"x": NOISE, "when": when})) == []


def test_dates_in_random_order_are_fine():
    assert find(NOISE, pd.DataFrame({"when": RNG.permutation(DATES)})) == []


def test_a_few_different_dates_are_not_a_series():
    days = np.sort(RNG.choice(DATES[:4], N))
    assert find(NOISE, pd.DataFrame({"when": days})) == []


@pytest.mark.parametrize("name", ["t", "Year", "order_time", "day of sale"])
def test_numbers_named_like_a_time_that_increase_are_named(name):
    (found,) = find(NOISE, pd.DataFrame({name: np.arange(N) // 10}))
    assert found.evidence == f"“{name}” increases from row to row"
    assert find(NOISE, pd.DataFrame({name: RNG.permutation(N)})) == []


@pytest.mark.parametrize("name", ["x", "tax", "holiday", "0"])
def test_other_sorted_numbers_are_a_grid(name):
    assert find(NOISE, pd.DataFrame({name: np.arange(N)})) == []


def test_errors_like_those_of_the_next_row_are_a_series():
    (found,) = find(WALK)
    ranks = pd.Series(WALK).rank()
    alike = ranks.corr(ranks.shift(1))
    assert found.evidence.endswith(f"have a correlation of {alike:.2f}")


def test_independent_errors_are_not_a_series():
    assert find(NOISE) == []
    assert find(WALK, predicted=WALK + NOISE[::-1]) == []


def test_one_loss_that_explains_the_order_is_enough():
    answers = {"huber": np.zeros(N), "squared_error": WALK + NOISE[::-1]}
    planted = comparison(WALK, answers, fold=RANDOM)
    assert CHECKS["SKL403"]().find(planted) == []


def test_rows_sorted_by_a_feature_or_the_target_are_not_a_series():
    assert find(WALK, pd.DataFrame({"x": np.arange(N)[::-1]})) == []
    assert find(np.sort(NOISE)) == []


@pytest.mark.parametrize("n_folds", [3, 5])
def test_folds_of_whole_periods_are_fine(n_folds):
    periods = np.arange(N) * n_folds // N
    assert find(WALK, pd.DataFrame({"when": DATES}), fold=periods) == []


def test_training_rows_before_held_out_rows_are_fine():
    planted = comparison(WALK, {"huber": WALK}, X=pd.DataFrame({"when": DATES}))
    rows = np.arange(N)
    planted.splits = [(rows[:100], rows[100:200]), (rows[:200], rows[200:])]
    assert CHECKS["SKL403"]().find(planted) == []


def test_classes_in_blocks_are_not_a_series_without_dates():
    y = np.repeat(["a", "b", "c"], N // 3)
    planted = comparison(y, {"cross_entropy": y}, fold=RANDOM, task="multiclass")
    assert CHECKS["SKL403"]().find(planted) == []
