"""Metrics of costs: weighted means of what the rows cost."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from skloss import metrics

ROWS = np.array([1.0, 4.0, 2.0])


@pytest.mark.parametrize("name", ["cost", "cost_decided"])
def test_a_cost_is_the_weighted_mean_of_the_rows(name):
    function = getattr(metrics, name)
    assert function(ROWS) == pytest.approx(7 / 3)
    assert function(ROWS, sample_weight=[1.0, 2.0, 0.0]) == pytest.approx(3.0)
    assert not metrics.METRICS[name].greater_is_better


def test_the_scores_of_rows_are_their_costs():
    rows = metrics.METRICS["cost"].row_scores
    assert rows(ROWS, sample_weight=None, classes=["a"]).tolist() == ROWS.tolist()
    assert rows([1.0, np.nan]) is None


def test_a_cost_is_not_a_metric_of_a_task():
    assert not {"cost", "cost_decided"} & {*metrics.metrics_for("regression")}
    assert not {"cost", "cost_decided"} & {*metrics.metrics_for("binary")}


def test_a_scorer_of_a_cost_names_what_to_use():
    model = DummyRegressor().fit([[0], [1]], [1.0, 2.0])
    with pytest.raises(ValueError, match="pass it to compare_losses as cost="):
        metrics.cost_scorer(model, [[0]], [1.0])


@pytest.mark.parametrize("name", ["cost", "cost_decided"])
def test_a_cost_of_weights_is_that_of_rows_left_out_or_repeated(name):
    function = getattr(metrics, name)
    repeated = function(np.repeat(ROWS, [2, 0, 3]))
    assert function(ROWS, sample_weight=[2, 0, 3]) == pytest.approx(repeated)
    assert function(ROWS[::-1]) == pytest.approx(function(ROWS))
    assert function(1000 * ROWS) == pytest.approx(1000 * function(ROWS))
    assert function(ROWS[:1]) == 1.0


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_rows_without_a_finite_cost_have_no_row_scores(wrong):
    assert metrics.METRICS["cost_decided"].row_scores([1.0, wrong]) is None
