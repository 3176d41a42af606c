"""Scores of decisions against scikit-learn, by hand and at the edges."""

import warnings

import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given
from hypothesis import strategies as st

from skloss import metrics
from skloss.metrics.counts import class_counts, one_against_rest_counts, ratio

SCORES = [
    metrics.accuracy,
    metrics.balanced_accuracy,
    metrics.f1,
    metrics.g_mean,
    metrics.mcc,
]
CONTRASTS = SCORES[1:]


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (metrics.accuracy, oracle.accuracy_score, {}),
        (metrics.balanced_accuracy, oracle.balanced_accuracy_score, {}),
        (metrics.mcc, oracle.matthews_corrcoef, {}),
        (metrics.f1, oracle.f1_score, {"pos_label": "yes"}),
    ],
)
def test_binary_decisions_equal_scikit_learn(ours, theirs, options, binary):
    y_true, score, weight = binary
    y_pred = np.where(score > 0.4, "yes", "no")
    expected = theirs(y_true, y_pred, sample_weight=weight, **options)
    assert ours(y_true, y_pred, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (metrics.accuracy, oracle.accuracy_score, {}),
        (metrics.balanced_accuracy, oracle.balanced_accuracy_score, {}),
        (metrics.mcc, oracle.matthews_corrcoef, {}),
        (metrics.f1, oracle.f1_score, {"average": "macro"}),
    ],
)
def test_multiclass_decisions_equal_scikit_learn(ours, theirs, options, three_classes):
    y_true, y_pred, _, weight = three_classes
    expected = theirs(y_true, y_pred, sample_weight=weight, **options)
    assert ours(y_true, y_pred, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ours", "options"),
    [
        (metrics.accuracy, {}),
        (metrics.f1, {"average": "macro"}),
    ],
)
def test_indicator_decisions_equal_scikit_learn(ours, options, indicator, rng):
    truth, decided, _ = indicator
    theirs = getattr(oracle, f"{ours.__name__}_score")
    weight = rng.integers(1, 4, len(truth))
    assert ours(truth, decided) == pytest.approx(theirs(truth, decided, **options))
    weighted = ours(truth, decided, sample_weight=weight)
    expected = theirs(truth, decided, sample_weight=weight, **options)
    assert weighted == pytest.approx(expected)


def test_g_mean_is_the_root_of_sensitivity_times_specificity():
    # Kubat and Matwin (1997): 2 of 4 positives found, 6 of 8 negatives: sqrt(3/8).
    y_true = [1] * 4 + [0] * 8
    y_pred = [1, 1, 0, 0] + [0] * 6 + [1, 1]
    assert metrics.g_mean(y_true, y_pred) == pytest.approx((3 / 8) ** 0.5)


def test_g_mean_of_three_classes_is_the_cube_root_of_the_recalls():
    # Recalls 1, 1/2 and 1/4: the cube root of 1/8, imbalanced-learn's definition.
    y_true = [0, 0, 1, 1, 2, 2, 2, 2]
    y_pred = [0, 0, 1, 0, 2, 0, 0, 1]
    assert metrics.g_mean(y_true, y_pred) == pytest.approx(0.5)


def test_g_mean_of_many_classes_does_not_underflow():
    # Each of 600 classes is found once in 10: the product would be 1e-600.
    y_true = np.repeat(np.arange(600), 10)
    y_pred = np.where(np.arange(6000) % 10 == 0, y_true, (y_true + 1) % 600)
    assert metrics.g_mean(y_true, y_pred) == pytest.approx(0.1)


def test_g_mean_is_zero_when_a_class_is_never_found():
    assert metrics.g_mean([0, 0, 1], [0, 0, 0]) == 0.0


def test_mcc_of_a_million_rows_keeps_its_digits():
    # One positive, found, and one false alarm: hand value sqrt(1/2) up to 1e-6.
    y_true = np.zeros(1_000_000, dtype=int)
    y_pred = y_true.copy()
    y_true[0] = y_pred[0] = y_pred[1] = 1
    assert metrics.mcc(y_true, y_pred) == pytest.approx(0.5**0.5, abs=1e-6)


def test_booleans_are_zero_and_one():
    truth = np.array([False, True, True])
    assert metrics.accuracy(truth, [0, 1, 0]) == pytest.approx(2 / 3)
    assert metrics.accuracy([0, 1, 1], ~truth) == 0.0
    assert metrics.f1(truth, [0, 1, 0], classes=[False, True]) == pytest.approx(2 / 3)
    assert metrics.roc_auc(truth, [0.1, 0.4, 0.3]) == 1.0
    assert metrics.brier(truth, [0.0, 1.0, 0.5]) == pytest.approx(0.25 / 3)


def test_labels_of_type_object_are_their_values():
    truth = np.array([1, 2, 2], dtype=object)
    assert metrics.accuracy(truth, [1, 2, 1], classes=[1, 2]) == pytest.approx(2 / 3)


def test_f1_is_of_the_second_class_as_given():
    y_true, y_pred = ["no", "yes", "yes"], ["no", "no", "yes"]
    assert metrics.f1(y_true, y_pred, classes=["yes", "no"]) == pytest.approx(2 / 3)
    assert metrics.f1([0, 1, 1, 1], [1, 1, 1, 0]) == pytest.approx(2 / 3)


def test_rows_of_weight_zero_do_not_make_a_class_present():
    y_true, y_pred = [0, 0, 1, 1, 2], [0, 1, 1, 1, 0]
    scored = metrics.balanced_accuracy(y_true, y_pred, sample_weight=[1, 1, 1, 1, 0])
    assert scored == pytest.approx(0.75)


def test_a_label_without_positives_is_left_out_of_the_indicator_average():
    truth = np.array([[1, 0], [0, 0], [1, 0]])
    decided = np.array([[1, 0], [1, 0], [1, 0]])
    assert metrics.balanced_accuracy(truth, decided) == pytest.approx(0.5)
    assert metrics.f1(truth, decided) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.balanced_accuracy, oracle.balanced_accuracy_score),
        (metrics.mcc, oracle.matthews_corrcoef),
    ],
)
def test_scores_of_an_indicator_are_means_over_labels(ours, theirs, indicator, rng):
    truth, decided, _ = indicator
    weight = rng.integers(0, 4, len(truth))
    by_label = [
        theirs(truth[:, k], decided[:, k], sample_weight=weight) for k in range(3)
    ]
    found = ours(truth, decided, sample_weight=weight)
    assert found == pytest.approx(np.mean(by_label))


def test_g_mean_is_the_geometric_mean_of_scikit_learns_recalls(three_classes):
    y_true, y_pred, _, weight = three_classes
    recalls = oracle.recall_score(y_true, y_pred, average=None, sample_weight=weight)
    expected = np.prod(recalls) ** (1 / 3)
    found = metrics.g_mean(y_true, y_pred, sample_weight=weight)
    assert found == pytest.approx(expected)


def test_binary_mcc_is_pearsons_correlation_of_zeros_and_ones(rng):
    y_true, y_pred = rng.integers(0, 2, size=(2, 60))
    expected = np.corrcoef(y_true, y_pred)[0, 1]
    assert metrics.mcc(y_true, y_pred) == pytest.approx(expected)
    assert metrics.mcc(y_pred, y_true) == pytest.approx(expected)
    assert metrics.mcc(y_true, 1 - y_pred) == pytest.approx(-expected)


@pytest.mark.parametrize("score", SCORES)
def test_a_perfect_decision_scores_one(score):
    labels = np.array(["a", "b", "b", "c"])
    assert score(labels, labels) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("score", "worst"),
    [
        (metrics.accuracy, 0.0),
        (metrics.balanced_accuracy, 0.0),
        (metrics.f1, 0.0),
        (metrics.g_mean, 0.0),
        (metrics.mcc, -1.0),
    ],
)
def test_two_classes_exchanged_score_the_minimum(score, worst):
    y_true = np.array([0, 0, 0, 1])
    assert score(y_true, 1 - y_true) == pytest.approx(worst)


@pytest.mark.parametrize(
    ("score", "value"),
    [
        (metrics.accuracy, 0.75),
        (metrics.balanced_accuracy, 0.5),
        (metrics.f1, 0.0),
        (metrics.g_mean, 0.0),
        (metrics.mcc, 0.0),
    ],
)
def test_predicting_only_the_common_class_scores_well_on_accuracy_only(score, value):
    assert score([0, 0, 0, 1], [0, 0, 0, 0]) == value


@pytest.mark.parametrize("score", CONTRASTS)
def test_a_single_class_in_the_truth_has_no_contrast(score):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(score(["a", "a"], ["a", "b"], classes=["a", "b"]))


@pytest.mark.parametrize("score", SCORES)
@given(order=st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(score, order):
    y_true = np.array([0, 0, 0, 1, 1, 2, 2, 2, 0, 1, 2, 0])
    y_pred = np.array([0, 1, 0, 1, 2, 2, 0, 2, 0, 1, 1, 0])
    expected = score(y_true, y_pred)
    assert score(y_true[order], y_pred[order]) == pytest.approx(expected)


@pytest.mark.parametrize("score", [metrics.balanced_accuracy, metrics.g_mean])
@pytest.mark.parametrize("times", [2, 50])
def test_more_rows_of_one_class_leave_mean_recalls_unchanged(score, times):
    y_true, y_pred = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 0])
    repeats = np.where(y_true == 0, times, 1)
    repeated = score(np.repeat(y_true, repeats), np.repeat(y_pred, repeats))
    assert repeated == pytest.approx(score(y_true, y_pred))


def test_f1_needs_two_known_classes():
    assert np.isnan(metrics.f1(["a", "a"], ["a", "a"]))
    assert metrics.f1(["a", "b"], ["a", "b"]) == 1.0


def test_f1_of_two_classes_depends_on_which_is_positive_and_of_three_does_not():
    y_true, y_pred = ["a", "a", "a", "b"], ["a", "a", "b", "b"]
    assert metrics.f1(y_true, y_pred, classes=["a", "b"]) == pytest.approx(2 / 3)
    assert metrics.f1(y_true, y_pred, classes=["b", "a"]) == pytest.approx(0.8)
    three = [["a", "b", "c"], ["c", "b", "a"]]
    found = [metrics.f1(y_true, y_pred, classes=classes) for classes in three]
    assert found == pytest.approx([(0.8 + 2 / 3) / 2] * 2)


def test_accuracy_of_an_indicator_counts_rows_with_all_labels_right():
    truth, decided = [[1, 0], [1, 1], [0, 0]], [[1, 0], [1, 0], [0, 0]]
    assert metrics.accuracy(truth, decided) == pytest.approx(2 / 3)
    weighted = metrics.accuracy(truth, decided, sample_weight=[1, 2, 0])
    assert weighted == pytest.approx(1 / 3)


def test_counts_have_the_true_classes_in_rows():
    counts = class_counts(["a", "a", "b"], ["b", "a", "b"], ["a", "b"], [1, 2, 4])
    assert counts.tolist() == [[2.0, 1.0], [0.0, 4.0]]


def test_counts_against_the_rest_equal_scikit_learn(three_classes):
    y_true, y_pred, _, weight = three_classes
    counts = class_counts(y_true, y_pred, None, weight)
    expected = oracle.multilabel_confusion_matrix(y_true, y_pred, sample_weight=weight)
    np.testing.assert_allclose(one_against_rest_counts(counts), expected)


def test_a_ratio_over_zero_is_nan_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = ratio([1.0, 0.0, 3.0], [0.0, 0.0, 2.0])
    np.testing.assert_array_equal(found, [np.nan, np.nan, 1.5])
