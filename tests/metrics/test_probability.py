"""Scores of probabilities against scikit-learn, by hand and at the edges."""

import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from skloss import metrics

EPSILON = 2.0**-52


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.log_loss, oracle.log_loss),
        (metrics.brier, oracle.brier_score_loss),
    ],
)
def test_indicator_probability_scores_are_sums_over_labels(ours, theirs, indicator):
    truth, _, proba = indicator
    expected = sum(theirs(truth[:, k], proba[:, k]) for k in range(3))
    assert ours(truth, proba) == pytest.approx(expected)


def test_binary_brier_is_in_zero_one_and_multiclass_in_zero_two():
    assert metrics.brier([0, 1], [1.0, 0.0]) == pytest.approx(1.0)
    wrong = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    assert metrics.brier(["a", "b", "c"], wrong) == pytest.approx(2.0)


def test_a_certain_mistake_costs_a_finite_number_of_nats():
    # -log(2 ** -52), the float64 epsilon, also for a float32 network.
    proba = np.array([0.0, 0.0], dtype=np.float32)
    expected = 52 * np.log(2)
    assert metrics.log_loss([0, 1], proba) == pytest.approx(expected / 2)


def test_columns_follow_classes_in_any_order():
    y_true = ["low", "high", "mid", "high"]
    proba = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.2, 0.5, 0.3], [0, 0, 1]])
    classes = ["low", "mid", "high"]
    expected = -np.log([0.6, 0.7, 0.5, 1.0]).mean()
    assert metrics.log_loss(y_true, proba, classes=classes) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (metrics.log_loss, oracle.log_loss, {}),
        (metrics.brier, oracle.brier_score_loss, {"pos_label": "yes"}),
    ],
)
def test_binary_scores_equal_scikit_learn(ours, theirs, options, binary):
    y_true, score, weight = binary
    expected = theirs(y_true, score, sample_weight=weight, **options)
    both = np.column_stack([1 - score, score])
    assert ours(y_true, score, sample_weight=weight) == pytest.approx(expected)
    assert ours(y_true, both, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.log_loss, oracle.log_loss),
        (metrics.brier, oracle.brier_score_loss),
    ],
)
def test_multiclass_scores_equal_scikit_learn(ours, theirs, three_classes):
    y_true, _, proba, weight = three_classes
    keep = weight > 0
    expected = theirs(y_true[keep], proba[keep], sample_weight=weight[keep])
    assert ours(y_true, proba, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize("score", [metrics.log_loss, metrics.brier])
def test_a_perfect_forecast_scores_zero(score):
    assert score([0, 1, 1], [0.0, 1.0, 1.0]) == pytest.approx(0.0, abs=1e-15)
    assert score(["a", "b", "c"], np.eye(3)) == pytest.approx(0.0, abs=1e-15)
    indicator = np.array([[0, 1], [1, 1]])
    assert score(indicator, indicator) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("counts", [[3, 1], [5, 3, 2], [1, 1, 1, 7]])
def test_log_loss_of_the_class_shares_is_their_entropy(counts):
    y_true = np.repeat(np.arange(len(counts)), counts)
    shares = np.tile(np.array(counts) / sum(counts), (len(y_true), 1))
    assert metrics.log_loss(y_true, shares) == pytest.approx(stats.entropy(counts))


def test_brier_of_the_class_share_is_its_variance():
    y_true = np.array([0, 0, 0, 1])
    expected = stats.bernoulli(0.25).var()
    assert metrics.brier(y_true, np.full(4, 0.25)) == pytest.approx(expected)


@pytest.mark.parametrize("score", [metrics.log_loss, metrics.brier])
@given(share=st.integers(1, 9), other=st.floats(0.01, 0.99))
def test_no_constant_forecast_beats_the_true_share(score, share, other):
    # Proper scores: Gneiting and Raftery (2007).
    y_true = np.repeat([0, 1], [10 - share, share])
    truth = score(y_true, np.full(10, share / 10))
    assert truth <= score(y_true, np.full(10, other)) + 1e-12


def test_one_column_is_the_probability_of_the_second_class():
    assert metrics.log_loss(["no", "yes"], [0.2, 0.7]) == pytest.approx(
        -np.log([0.8, 0.7]).mean()
    )
    reverse = metrics.log_loss(["no", "yes"], [0.2, 0.7], classes=["yes", "no"])
    assert reverse == pytest.approx(-np.log([0.2, 0.3]).mean())


@pytest.mark.parametrize("proba", [0.0, EPSILON / 2, EPSILON])
def test_probabilities_are_clipped_at_the_epsilon_of_doubles(proba):
    assert metrics.log_loss([1], [proba]) == pytest.approx(52 * np.log(2))


def test_probabilities_above_the_epsilon_are_not_clipped():
    assert metrics.log_loss([1], [4 * EPSILON]) == pytest.approx(50 * np.log(2))


def test_scores_of_an_indicator_are_weighted_means_of_row_sums():
    truth, proba = [[1, 0], [0, 0]], [[0.5, 0.25], [0.2, 0.4]]
    by_row = [0.25 + 0.0625, 0.04 + 0.16]
    weight = [1, 3]
    expected = np.average(by_row, weights=weight)
    assert metrics.brier(truth, proba, sample_weight=weight) == pytest.approx(expected)
    nats = -np.log([0.5 * 0.75, 0.8 * 0.6])
    found = metrics.log_loss(truth, proba, sample_weight=weight)
    assert found == pytest.approx(np.average(nats, weights=weight))


def test_rows_that_nearly_sum_to_one_are_divided_by_their_sum():
    exact = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    found = metrics.log_loss([0, 2], exact * 1.0005, classes=[0, 1, 2])
    assert found == pytest.approx(-np.log([0.2, 0.1]).mean())


def test_float32_probabilities_score_like_float64(three_classes):
    y_true, _, proba, _ = three_classes
    single = metrics.log_loss(y_true, proba.astype(np.float32))
    assert single == pytest.approx(metrics.log_loss(y_true, proba), rel=1e-6)
