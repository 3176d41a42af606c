"""Costs of a comparison that is not trained again, and their ranking."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression

from skloss import TorchClassifier, TorchRegressor, compare_losses, costs, losses
from skloss.comparison import rank_decisions, reprice

RNG = np.random.default_rng(3)
X = RNG.normal(size=(150, 2))
Y = X @ [2.0, -1.0] + RNG.normal(size=150)
LABELS = np.where(X[:, 0] + RNG.logistic(size=150) > 1, "ill", "healthy")
AMOUNTS = RNG.uniform(1, 40, 150)
STOCK = costs.Linear(under=9, over=1)
NUMBERS = {"estimator": TorchRegressor(hidden_layer_sizes=()), "cv": 3}
CLASSES = {"estimator": TorchClassifier(hidden_layer_sizes=()), "cv": 3}


@pytest.fixture(scope="module")
def plain():
    """Losses with a stated spread, with a scale from other folds, and without any."""
    given = ["gaussian_nll", "squared_error", {"line": LinearRegression()}]
    return compare_losses(X, Y, given, **NUMBERS)


@pytest.fixture(scope="module")
def stock():
    given = ["gaussian_nll", "squared_error", {"line": LinearRegression()}]
    trained = [*given, losses.Quantile(0.9)]
    return compare_losses(X, Y, trained, cost=STOCK, **NUMBERS)


def option(ranked, loss, way):
    (found,) = ranked[(ranked["loss"] == loss) & (ranked["way"] == way)].itertuples()
    return found


def test_costs_without_training_are_those_of_a_comparison_with_the_cost(plain, stock):
    priced = reprice(plain, STOCK)
    expected = stock.table.drop(index="quantile")[["cost", "cost_decided"]]
    pd.testing.assert_frame_equal(priced.table[["cost", "cost_decided"]], expected)
    rows = stock.predictions[stock.predictions["loss"] != "quantile"]
    pd.testing.assert_frame_equal(
        priced.predictions.sort_index(axis=1).reset_index(drop=True),
        rows.sort_index(axis=1).reset_index(drop=True),
    )


def test_amounts_per_row_and_weights_are_those_of_a_comparison_with_the_cost():
    weight = np.arange(150) % 3.0
    cost = costs.binary(3.0, AMOUNTS)
    given = (X, LABELS == "ill", ["cross_entropy", "focal"])
    plain = compare_losses(*given, sample_weight=weight, **CLASSES)
    expected = compare_losses(*given, sample_weight=weight, cost=cost, **CLASSES)
    pd.testing.assert_frame_equal(reprice(plain, cost).table, expected.table)


def test_the_comparison_itself_keeps_its_metrics_and_its_recipe(plain):
    before = plain.table.copy()
    priced = reprice(plain, STOCK)
    pd.testing.assert_frame_equal(plain.table, before)
    assert plain.recipe.cost is None
    assert "cost" not in plain.predictions
    assert "cost=Linear(under=9, over=1)" in priced.script()
    assert "cost=" not in plain.script()


def test_another_cost_replaces_the_first(stock):
    again = reprice(reprice(stock, costs.Linear(1, 1)), STOCK)
    pd.testing.assert_frame_equal(
        again.table[["cost", "cost_decided"]], stock.table[["cost", "cost_decided"]]
    )
    assert again.predictions.columns.is_unique


def test_a_cost_of_other_targets_is_refused(plain):
    with pytest.raises(ValueError, match="cost of classes, but the target is a number"):
        reprice(plain, costs.binary(1.0, 2.0))


def test_distributions_survive_pickling(plain):
    again = pickle.loads(pickle.dumps(plain))
    pd.testing.assert_frame_equal(
        reprice(again, STOCK).table, reprice(plain, STOCK).table
    )


def test_each_loss_is_ranked_as_predicted_and_as_decided(stock):
    ranked = rank_decisions(stock)
    assert sorted(zip(ranked["loss"], ranked["way"], strict=True)) == [
        ("gaussian_nll", "decided"),
        ("gaussian_nll", "predicted"),
        ("line", "decided"),
        ("line", "predicted"),
        ("quantile", "decided"),
        ("quantile", "predicted"),
        ("squared_error", "decided"),
        ("squared_error", "predicted"),
    ]
    assert ranked["mean"].is_monotonic_increasing
    assert ranked.loc[ranked["trained"], "loss"].unique().tolist() == ["quantile"]
    assert option(ranked, "line", "predicted").gap_low > 0


def test_means_and_gaps_are_those_of_the_held_out_rows(stock):
    ranked = rank_decisions(stock)
    rows = stock.predictions.pivot(index="row", columns="loss")
    for loss, way, column in [
        ("quantile", "predicted", "cost"),
        ("squared_error", "decided", "cost_decided"),
    ]:
        found = option(ranked, loss, way)
        assert found.mean == pytest.approx(rows[column, loss].mean())
        assert found.gap == pytest.approx(found.mean - ranked["mean"].iloc[0])
    assert ranked[["gap", "gap_low", "gap_high"]].iloc[0].tolist() == [0, 0, 0]


def test_intervals_are_at_least_those_of_a_paired_t_test(stock):
    """Equal folds, so that the rows alone give the t-test of the differences."""
    ranked = rank_decisions(stock)
    rows = stock.predictions.pivot(index="row", columns="loss")
    columns = {"predicted": "cost", "decided": "cost_decided"}
    best = rows[columns[ranked["way"].iloc[0]], ranked["loss"].iloc[0]]
    found = option(ranked, "line", "predicted")
    test = stats.ttest_rel(rows["cost", "line"], best).confidence_interval(0.95)
    assert found.gap_low <= test.low * (1 + 1e-9)
    assert found.gap_high >= test.high * (1 - 1e-9)
    assert found.gap_high - found.gap_low < 3 * (test.high - test.low)


def test_a_comparison_without_a_cost_has_no_ranking_of_decisions(plain):
    with pytest.raises(ValueError, match="The comparison has no cost"):
        rank_decisions(plain)


def test_losses_that_were_stopped_are_not_ranked():
    stopped = compare_losses(
        *(X, Y, ["mse", "mae"]),
        estimator=TorchRegressor(random_state=0),
        cv=2,
        cost=STOCK,
        on_epoch=lambda progress: True,
    )
    assert rank_decisions(stopped).empty


def test_a_single_fold_gives_no_interval():
    split = [(np.arange(100), np.arange(100, 150))]
    found = compare_losses(
        *(X, Y, ["mse"]), estimator=NUMBERS["estimator"], cv=split, cost=STOCK
    )
    ranked = rank_decisions(found)
    assert np.isfinite(ranked["mean"]).all()
    assert ranked[["low", "high", "gap_low", "gap_high"]].isna().all(axis=None)


def test_two_folds_give_an_interval():
    found = compare_losses(X, Y, "mse", cost=STOCK, **NUMBERS | {"cv": 2})
    ranked = rank_decisions(found)
    assert (ranked["low"] < ranked["mean"]).all()
    assert (ranked["mean"] < ranked["high"]).all()


def test_costs_that_are_tried_one_after_another_are_those_of_each_alone(plain):
    found = {}
    for under in (2.0, 9.0, 2.0):
        priced = reprice(plain, costs.Linear(under=under, over=1.0))
        found.setdefault(under, []).append((priced.predictions, rank_decisions(priced)))
    for tried in zip(*found[2.0], strict=True):
        pd.testing.assert_frame_equal(*tried)
    alone = reprice(
        pickle.loads(pickle.dumps(plain)), costs.Linear(under=9.0, over=1.0)
    )
    predictions, ranked = found[9.0][0]
    pd.testing.assert_frame_equal(alone.predictions, predictions)
    pd.testing.assert_frame_equal(rank_decisions(alone), ranked)


def test_rows_are_found_again_where_predictions_were_replaced(plain):
    reprice(plain, STOCK)
    other = copy.copy(plain)
    other.predictions = plain.predictions.assign(y_pred=plain.predictions["y_true"])
    assert (reprice(other, STOCK).predictions["cost"] == 0).all()
    assert (reprice(plain, STOCK).predictions["cost"] > 0).any()
