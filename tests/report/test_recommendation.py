"""The first sentence recommends a loss, or states that the loss is not the limit."""

import html
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss import get_loss, report
from skloss.report import Markup
from skloss.report.recommendation import (
    baseline_sentences,
    estimated,
    fold_sentences,
    recommendation,
)
from tests.report.comparisons import comparison_of

BOLD = Markup(html.escape, lambda text: f"**{text}**")
LOW, HIGH = [1.0, 1.01, 0.99], [2.0, 2.01, 1.99]
BOOSTING = pd.DataFrame(
    {
        "loss": "gradient_boosting",
        "fold": range(3),
        "metric": "rmse",
        "value": [0.88, 0.8888, 0.8712],
    }
)


def boosted(comparison):
    rows = np.arange(30)
    comparison.baseline_folds = BOOSTING
    comparison.splits = [(rows[:20], rows[20:])] * 3
    comparison.no_skill = pd.Series(dtype=float)
    return comparison


def test_the_loss_that_is_clearly_best_is_recommended():
    comparison = comparison_of(
        mae__absolute_error=LOW,
        mae__huber=HIGH,
        rmse__absolute_error=LOW,
        rmse__huber=HIGH,
    )
    assert recommendation(comparison) == [
        "Use absolute error: clearly the best in MAE and RMSE."
    ]
    assert report.summary(comparison).startswith("Use absolute error: ")


def test_a_tie_on_another_metric_is_stated():
    comparison = comparison_of(
        mae__absolute_error=LOW,
        mae__huber=HIGH,
        rmse__absolute_error=[1.0, 2.0, 3.0],
        rmse__huber=[2.0, 1.0, 2.9],
    )
    assert recommendation(comparison) == [
        "Use absolute error: clearly the best in MAE and not clearly worse than any "
        "other in RMSE."
    ]


def test_of_several_that_are_nowhere_worse_the_most_frequent_best_is_recommended():
    comparison = comparison_of(
        mae__a=[1.0, 1.2, 1.1],
        mae__b=[1.05, 1.1, 1.05],
        mae__c=[3.0, 3.1, 3.0],
        rmse__a=[1.1, 1.2, 1.1],
        rmse__b=[1.0, 1.2, 1.1],
        rmse__c=[3.0, 3.1, 3.0],
    )
    assert recommendation(comparison) == [
        "Use b: not clearly worse than any other in MAE and RMSE."
    ]


def test_equal_losses_are_all_recommended():
    comparison = comparison_of(mae__a=[1.0, 1.2, 1.1], mae__b=[1.2, 1.0, 1.1])
    assert recommendation(comparison) == [
        "Any of these: no loss is clearly worse in MAE."
    ]


def test_each_metric_has_its_own_best_loss():
    comparison = comparison_of(
        mae__absolute_error=LOW,
        mae__squared_error=HIGH,
        rmse__absolute_error=HIGH,
        rmse__squared_error=LOW,
        nll__absolute_error=LOW,
        nll__squared_error=HIGH,
    )
    assert recommendation(comparison) == [
        "Use absolute error for MAE and NLL and squared error for RMSE: no loss is "
        "among the best in all of these."
    ]


def test_boosting_that_is_clearly_better_is_the_limit():
    tied = boosted(comparison_of(rmse__a=[1.0, 1.01, 0.99], rmse__b=[1.0, 1.0, 1.01]))
    assert recommendation(tied) == [
        "Any of these; the network, not the loss, is the limit: gradient boosting is "
        "12% better (RMSE 0.880 instead of 1.00)."
    ]
    ranked = boosted(comparison_of(rmse__a=LOW, rmse__b=HIGH))
    assert recommendation(ranked) == [
        "Use a: clearly the best in RMSE, but gradient boosting is 12% better (RMSE "
        "0.880 instead of 1.00)."
    ]


def test_only_the_cost_counts_where_decisions_have_one():
    comparison = comparison_of(
        cost_decided__a=LOW,
        cost_decided__b=HIGH,
        cost__a=LOW,
        cost__b=LOW,
        mae__a=HIGH,
        mae__b=LOW,
    )
    assert recommendation(comparison) == [
        "Use a: clearly the best in the cost of decisions and not clearly worse than "
        "any other in the cost of predictions."
    ]


def test_nothing_is_recommended_that_a_constant_equals():
    comparison = comparison_of(mae__a=LOW, mae__b=HIGH)
    comparison.no_skill = pd.Series({"mae": 0.9})
    assert recommendation(comparison) == [
        "Use none of these yet: in MAE no loss is better than a constant prediction."
    ]


@pytest.mark.parametrize(
    "values", [{"mae__a": LOW}, {"mae__a": [np.nan], "mae__b": [1.0]}, {"own__a": LOW}]
)
def test_without_two_ranked_losses_nothing_is_recommended(values):
    assert recommendation(comparison_of(**values)) == []


def test_classifiers_are_judged_by_probabilities_decisions_and_ranking():
    comparison = comparison_of(
        "binary",
        log_loss__cross_entropy=LOW,
        log_loss__focal=HIGH,
        accuracy__cross_entropy=LOW,
        accuracy__focal=HIGH,
    )
    assert recommendation(comparison) == [
        "Use cross-entropy: clearly the best in log-loss."
    ]


def test_names_pass_through_the_markup():
    comparison = comparison_of(**{"mae__<i>": LOW, "mae__b": HIGH})
    assert recommendation(comparison, BOLD)[0].startswith("Use **&lt;i&gt;**: ")


def test_what_losses_estimate_is_grouped():
    names = ["squared_error", "gaussian_nll", "absolute_error", "focal"]
    losses = {name: get_loss(name) for name in names}
    losses["quantile"] = get_loss("quantile", quantile=0.9)
    losses["mine"] = get_loss(lambda y_pred, y_true: (y_pred - y_true) ** 2)
    assert estimated(SimpleNamespace(losses=losses)) == [
        "Squared error and Gaussian NLL estimate the mean, absolute error the median, "
        "focal flattened class probabilities, quantile the quantile at level 0.9, mine "
        "what the function elicits."
    ]
    assert estimated(SimpleNamespace(losses={})) == []


def test_baselines_are_stated_once_they_are_computed():
    comparison = comparison_of(rmse__a=LOW, rmse__b=HIGH, unit="mm")
    assert baseline_sentences(comparison) == []
    comparison._references = pd.DataFrame(
        {("rmse", "mean"): [3.0, 0.9, 1.1]},
        index=["constant", "linear_model", "gradient_boosting"],
    )
    assert baseline_sentences(comparison) == [
        "Baselines in RMSE: constant 3.00, linear model 0.900 and gradient boosting "
        "1.10, the best loss 1.00 mm."
    ]


@pytest.mark.parametrize(
    ("n_folds", "start"), [(1, "With 1 fold "), (2, "With 2 folds ")]
)
def test_one_or_two_folds_cannot_be_clear(n_folds, start):
    comparison = comparison_of(mae__a=LOW[:n_folds], mae__b=HIGH[:n_folds])
    (sentence,) = fold_sentences(comparison)
    assert sentence.startswith(f"{start}nothing can be clear, so no loss is")
    assert recommendation(comparison) == [sentence]
    assert report.summary(comparison).startswith(sentence)


def test_three_folds_and_a_single_loss_need_no_warning():
    assert fold_sentences(comparison_of(mae__a=LOW, mae__b=HIGH)) == []
    assert fold_sentences(comparison_of(mae__a=LOW[:2])) == []


def test_the_order_is_recommendation_estimates_answers_baselines():
    comparison = comparison_of(mae__squared_error=LOW, mae__huber=HIGH)
    comparison.losses = {"huber": get_loss("huber")}
    found = report.sentences(comparison)
    starts = ["Use squared error: ", "Huber estimates the robust mean", "Squared error"]
    assert [s.startswith(start) for s, start in zip(found, starts, strict=True)] == [
        True
    ] * 3
