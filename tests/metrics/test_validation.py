"""Labels, scores and weights that are accepted, and those that are refused."""

import numpy as np
import pandas as pd
import pytest

from skloss import metrics
from skloss.metrics.validation import (
    as_indicator,
    as_labels,
    as_probabilities,
    as_scores,
    checked_weight,
    class_codes,
    class_index,
    score_classes,
    weighted_rows,
)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: metrics.accuracy([0, 1], [0]), "same rows"),
        (lambda: metrics.accuracy([0, 1], [[0], [1]]), "both hold one label per row"),
        (lambda: metrics.accuracy([], []), "at least one row"),
        (lambda: metrics.accuracy(["a", None], ["a", "a"]), "missing"),
        (lambda: metrics.accuracy([0, 2], [0, 0], classes=[0, 1]), "not among"),
        (lambda: metrics.accuracy([0, 1], [0, 1], classes=[0, 0, 1]), "twice"),
        (lambda: metrics.accuracy([0], [0], sample_weight=[-1]), "at least 0"),
        (lambda: metrics.accuracy([0], [0], sample_weight=[0]), "a positive one"),
        (lambda: metrics.accuracy([0], [0], sample_weight=[1, 1]), "one weight"),
        (lambda: metrics.log_loss([0, 1], [-2.0, 3.0]), "outside"),
        (lambda: metrics.log_loss([0, 1], [[0.5, 0.2], [0.5, 0.5]]), "sum to 1"),
        (lambda: metrics.log_loss([0, 1], np.full((2, 3), 1 / 3)), "pass classes="),
        (lambda: metrics.log_loss([0, 1], [0.5, np.nan]), "missing or infinite"),
        (lambda: metrics.log_loss([[0, 2]], [[0.5, 0.5]]), "only 0 and 1"),
        (lambda: metrics.brier([[0, 1]], [[0.5]]), "per row and label"),
        (lambda: metrics.roc_auc([[0, 1]], [0.5]), "per row and label"),
        (lambda: metrics.nll([]), "one row"),
    ],
)
def test_invalid_input_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


# Weights


def test_weights_are_ones_unless_given():
    assert checked_weight(None, 3).tolist() == [1.0, 1.0, 1.0]
    assert checked_weight([0, 2], 2).tolist() == [0.0, 2.0]
    assert checked_weight([0, 2], 2).dtype == float


@pytest.mark.parametrize("wrong", [-1e-300, np.nan, np.inf])
def test_a_weight_that_is_negative_or_not_finite_is_refused(wrong):
    with pytest.raises(ValueError, match="finite and at least 0"):
        checked_weight([1.0, wrong], 2)


def test_rows_of_weight_zero_are_dropped_from_all_arrays():
    weight, letters, numbers = weighted_rows(
        [0, 2, 1], np.array(["a", "b", "c"]), np.arange(6).reshape(3, 2)
    )
    assert weight.tolist() == [2.0, 1.0]
    assert letters.tolist() == ["b", "c"]
    assert numbers.tolist() == [[2, 3], [4, 5]]


def test_the_smallest_weight_is_positive():
    weight, _ = weighted_rows([5e-324, 1.0], np.arange(2))
    assert len(weight) == 2


# Labels


@pytest.mark.parametrize("missing", [None, np.nan, pd.NaT])
def test_a_missing_label_is_refused(missing):
    with pytest.raises(ValueError, match="Some labels are missing"):
        as_labels(np.array(["a", missing], dtype=object))


@pytest.mark.parametrize("wrong", ["a", np.zeros((2, 2, 2))])
def test_labels_of_another_shape_are_refused(wrong):
    with pytest.raises(ValueError, match="one label per row"):
        as_labels(wrong)


def test_an_indicator_holds_zeros_and_ones_of_any_type():
    for values in ([[0, 1]], [[0.0, 1.0]], [[False, True]]):
        assert as_indicator(values).tolist() == [[False, True]]
    with pytest.raises(ValueError, match="only 0 and 1"):
        as_indicator([[0, 0.5]])
    with pytest.raises(ValueError, match="2 columns where 3 labels"):
        as_indicator([[0, 1]], n_labels=3)


def test_classes_are_those_given_or_all_labels_sorted():
    assert class_index(["b", "a"], ["a"]).tolist() == ["b", "a"]
    assert class_index(None, ["b", "a"], ["c", "a"]).tolist() == ["a", "b", "c"]
    assert class_index(None, [3, 1], [2]).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [([True, False], [0, 1]), ([1, 0], [False, True]), ([True, False], [False, True])],
)
def test_booleans_and_zero_and_one_are_the_same_labels(labels, classes):
    assert class_codes(labels, pd.Index(classes)).tolist() == [1, 0]


def test_one_column_of_scores_is_of_the_usual_classes_if_they_fit():
    assert score_classes([0, 0], np.zeros(2), None).tolist() == [0, 1]
    assert score_classes([-1, -1], np.zeros(2), None).tolist() == [-1, 1]
    assert score_classes([1, 1], np.zeros(2), None).tolist() == [0, 1]
    assert score_classes(["a", "b"], np.zeros(2), None).tolist() == ["a", "b"]
    assert score_classes([1, 0], np.zeros(2), [1, 0]).tolist() == [1, 0]
    with pytest.raises(ValueError, match="columns for 2 classes"):
        score_classes(["a", "a"], np.zeros(2), None)
    with pytest.raises(ValueError, match="columns for 3 classes"):
        score_classes([0, 1], np.zeros((2, 3)), None)


# Scores and probabilities


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_not_finite_is_refused(wrong):
    with pytest.raises(ValueError, match="missing or infinite"):
        as_scores([0.0, wrong])
    with pytest.raises(ValueError, match="positive class or"):
        as_scores(np.zeros((1, 1, 1)))


@pytest.mark.parametrize("value", [-1e-6, 0.0, 1.0, 1 + 1e-6])
def test_probabilities_beyond_the_ends_by_rounding_are_clipped(value):
    found = as_probabilities([0.5, value], sum_to_one=True)
    assert found.tolist() == [0.5, np.clip(value, 0, 1)]


@pytest.mark.parametrize("value", [-1.1e-6, 1 + 1.1e-6])
def test_probabilities_further_beyond_the_ends_are_refused(value):
    with pytest.raises(ValueError, match="outside"):
        as_probabilities([0.5, value], sum_to_one=True)


@pytest.mark.parametrize("excess", [-9e-4, 0.0, 9e-4])
def test_rows_that_sum_to_one_within_a_thousandth_are_normalised(excess):
    found = as_probabilities([[0.25, 0.75 + excess]], sum_to_one=True)
    assert found.sum() == pytest.approx(1.0, abs=1e-15)
    assert found[0, 0] == pytest.approx(0.25 / (1 + excess))


@pytest.mark.parametrize("excess", [-1.1e-3, 1.1e-3])
def test_rows_with_another_sum_are_refused_unless_they_are_of_labels(excess):
    proba = [[0.25, 0.75 + excess]]
    with pytest.raises(ValueError, match="do not sum to 1"):
        as_probabilities(proba, sum_to_one=True)
    assert as_probabilities(proba, sum_to_one=False).tolist() == proba
