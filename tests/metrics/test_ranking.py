"""Scores of rankings against scikit-learn, by hand and at the edges."""

import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skloss import metrics

AREAS = [metrics.pr_auc, metrics.roc_auc]


def test_multiclass_pr_auc_is_the_mean_of_one_against_rest(three_classes):
    y_true, _, proba, _ = three_classes
    expected = np.mean(
        [
            oracle.average_precision_score(y_true == label, proba[:, column])
            for column, label in enumerate([3, 7, 11])
        ]
    )
    assert metrics.pr_auc(y_true, proba) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.pr_auc, oracle.average_precision_score),
        (metrics.roc_auc, oracle.roc_auc_score),
    ],
)
def test_rankings_with_ties_and_weights_equal_sklearn(ours, theirs, rng):
    y, score = rng.integers(0, 2, 200), rng.integers(0, 9, 200) / 8
    weight = rng.integers(0, 3, 200)
    assert ours(y, score) == pytest.approx(theirs(y, score))
    weighted = ours(y, score, sample_weight=weight)
    assert weighted == pytest.approx(theirs(y, score, sample_weight=weight))


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (metrics.pr_auc, oracle.average_precision_score, {"pos_label": "yes"}),
        (metrics.roc_auc, oracle.roc_auc_score, {}),
    ],
)
def test_binary_areas_equal_scikit_learn(ours, theirs, options, binary):
    y_true, score, weight = binary
    expected = theirs(y_true, score, sample_weight=weight, **options)
    both = np.column_stack([1 - score, score])
    assert ours(y_true, score, sample_weight=weight) == pytest.approx(expected)
    assert ours(y_true, both, sample_weight=weight) == pytest.approx(expected)


def test_multiclass_roc_auc_equals_scikit_learn(three_classes):
    y_true, _, proba, weight = three_classes
    keep = weight > 0
    expected = oracle.roc_auc_score(
        y_true[keep], proba[keep], sample_weight=weight[keep], multi_class="ovr"
    )
    assert metrics.roc_auc(y_true, proba, sample_weight=weight) == pytest.approx(
        expected
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.pr_auc, oracle.average_precision_score),
        (metrics.roc_auc, oracle.roc_auc_score),
    ],
)
def test_areas_of_an_indicator_are_means_over_labels(ours, theirs, indicator):
    truth, _, proba = indicator
    expected = np.mean([theirs(truth[:, k], proba[:, k]) for k in range(3)])
    assert ours(truth, proba) == pytest.approx(expected)


def test_roc_auc_is_the_share_of_pairs_of_the_rank_sum_test(rng):
    # Hanley and McNeil (1982): the Mann-Whitney statistic over the number of pairs.
    y_true, score = rng.integers(0, 2, 80), rng.integers(0, 12, 80)
    positive, negative = score[y_true == 1], score[y_true == 0]
    pairs = len(positive) * len(negative)
    expected = stats.mannwhitneyu(positive, negative).statistic / pairs
    assert metrics.roc_auc(y_true, score) == pytest.approx(expected)
    assert metrics.roc_auc(y_true, -score) == pytest.approx(1 - expected)


@pytest.mark.parametrize("area", AREAS)
def test_a_ranking_without_errors_has_area_one(area):
    assert area([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]) == 1.0


def test_a_ranking_with_all_pairs_wrong():
    y_true, score = [1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]
    assert metrics.roc_auc(y_true, score) == 0.0
    # Positive rows come third and fourth: precisions 1/3 and 2/4 at recall 1/2 and 1.
    assert metrics.pr_auc(y_true, score) == pytest.approx((1 / 3 + 1 / 2) / 2)


@pytest.mark.parametrize("n_positive", [1, 3, 9])
def test_a_constant_score_is_guessing(n_positive):
    y_true = np.arange(10) < n_positive
    assert metrics.roc_auc(y_true, np.zeros(10)) == 0.5
    assert metrics.pr_auc(y_true, np.zeros(10)) == pytest.approx(n_positive / 10)


@pytest.mark.parametrize("area", AREAS)
@given(score=st.lists(st.integers(-20, 20), min_size=8, max_size=8))
def test_only_the_order_of_the_scores_matters(area, score):
    y_true, score = np.array([0, 1, 0, 1, 1, 0, 0, 0]), np.array(score)
    assert area(y_true, np.exp(score / 5)) == pytest.approx(area(y_true, score))


@pytest.mark.parametrize("area", AREAS)
def test_a_class_without_rows_is_left_out_of_the_mean(area):
    y_true = np.array(["a", "a", "b", "b"])
    proba = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0, 0.3, 0.7]])
    found = area(y_true, proba, classes=["a", "b", "c"])
    by_class = [area(y_true == label, proba[:, k]) for k, label in enumerate("ab")]
    assert found == pytest.approx(np.mean(by_class))


@pytest.mark.parametrize("area", AREAS)
def test_a_label_that_all_rows_have_is_left_out_of_the_mean(area):
    truth = np.array([[1, 0], [1, 1], [1, 0]])
    score = np.array([[0.5, 0.1], [0.2, 0.9], [0.3, 0.4]])
    assert area(truth, score) == area(truth[:, 1], score[:, 1]) == 1.0
    assert np.isnan(area(truth[:, :1], score[:, :1]))


@pytest.mark.parametrize("area", AREAS)
def test_minus_one_and_one_are_classes_in_this_order(area):
    score = [0.1, 0.4, 0.35, 0.8]
    assert area([-1, -1, 1, 1], score) == area([0, 0, 1, 1], score)
    assert np.isnan(area([-1, -1], [0.1, 0.2]))


@pytest.mark.parametrize("area", AREAS)
def test_rows_of_weight_zero_are_not_ranked(area):
    y_true, score = [0, 1, 1, 0], [0.2, 0.6, 0.1, 0.9]
    kept = area(y_true, score, sample_weight=[1, 2, 0, 0])
    assert kept == area(y_true[:2], score[:2]) == 1.0
