"""Confusion matrices against scikit-learn, and the scores made of them."""

import warnings

import numpy as np
import pytest
import sklearn.metrics as oracle

from skloss.metrics import counts

TRUE = np.array(["a", "b", "c", "a", "b", "b", "a", "c"])
DECIDED = np.array(["a", "b", "a", "b", "b", "c", "a", "c"])
WEIGHT = np.array([1.0, 2.0, 0.5, 3.0, 0.0, 1.0, 1.0, 4.0])
SCORES = [
    counts.mean_recall,
    counts.geometric_recall,
    counts.correlation,
    counts.f1_of,
]


def matrix(y_true, y_pred, **options):
    return oracle.confusion_matrix(y_true, y_pred, **options).astype(float)


@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_counts_equal_the_confusion_matrix_of_scikit_learn(weight):
    expected = matrix(TRUE, DECIDED, sample_weight=weight)
    found = counts.class_counts(TRUE, DECIDED, None, weight)
    np.testing.assert_allclose(found, expected)


def test_a_class_that_is_only_predicted_has_an_empty_row():
    found = counts.class_counts([0, 0], [0, 2], None, None)
    assert found.tolist() == [[1.0, 1.0], [0.0, 0.0]]
    found = counts.class_counts([0, 0], [0, 2], [0, 1, 2], None)
    assert found.tolist() == [[1.0, 0.0, 1.0], [0.0] * 3, [0.0] * 3]


def test_the_classes_give_the_order_of_rows_and_columns():
    found = counts.class_counts(TRUE, DECIDED, ["c", "a", "b"], None)
    expected = matrix(TRUE, DECIDED, labels=["c", "a", "b"])
    np.testing.assert_allclose(found, expected)


def test_one_row_is_one_cell():
    assert counts.class_counts(["x"], ["x"], None, [2.5]).tolist() == [[2.5]]


@pytest.mark.parametrize(
    ("y_true", "y_pred"), [([0, 1], [[0], [1]]), ([[0], [1]], [0, 1])]
)
def test_labels_and_indicators_are_not_compared(y_true, y_pred):
    with pytest.raises(ValueError, match="must both hold one label per row"):
        counts.class_counts(y_true, y_pred, None, None)


@pytest.mark.parametrize("weighted", [False, True])
def test_counts_of_labels_equal_scikit_learn(indicator, rng, weighted):
    truth, decided, _ = indicator
    weight = rng.integers(0, 3, len(truth)) if weighted else None
    expected = oracle.multilabel_confusion_matrix(truth, decided, sample_weight=weight)
    np.testing.assert_allclose(counts.label_counts(truth, decided, weight), expected)


def test_indicators_of_other_labels_are_refused():
    with pytest.raises(ValueError, match="2 columns where 3 labels"):
        counts.label_counts(np.zeros((4, 3)), np.zeros((4, 2)), None)


def test_a_ratio_is_broadcast_and_keeps_its_sign():
    found = counts.ratio(-6.0, [[2.0, 0.0], [-3.0, 4.0]])
    np.testing.assert_array_equal(found, [[-3.0, np.nan], [2.0, -1.5]])
    assert counts.ratio(0.0, 5.0) == 0.0


def test_scores_of_a_matrix_equal_scikit_learn():
    found = matrix(TRUE, DECIDED)
    recalls = oracle.recall_score(TRUE, DECIDED, average=None)
    assert counts.mean_recall(found) == pytest.approx(recalls.mean())
    assert counts.geometric_recall(found) == pytest.approx(recalls.prod() ** (1 / 3))
    expected = oracle.matthews_corrcoef(TRUE, DECIDED)
    assert counts.correlation(found) == pytest.approx(expected)
    expected = oracle.f1_score(TRUE, DECIDED, average="macro")
    assert counts.f1_of(found) == pytest.approx(expected)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_scores_do_not_depend_on_the_unit_of_the_weights(score, unit):
    found = matrix(TRUE, DECIDED)
    assert score(unit * found) == pytest.approx(score(found), rel=1e-9)


@pytest.mark.parametrize("score", SCORES)
def test_an_absent_class_that_is_never_predicted_changes_no_score(score):
    found = matrix(TRUE, DECIDED)
    wider = np.pad(found, (0, 1))
    assert score(wider) == pytest.approx(score(found))


@pytest.mark.parametrize("score", SCORES)
def test_an_empty_matrix_has_no_score(score):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(score(np.zeros((2, 2))))
        assert np.isnan(score(np.array([[3.0]])))


def test_f1_of_three_classes_leaves_out_one_without_rows():
    # Class 2 is predicted but absent: F1 of 0 is 2 / 3, of 1 it is 0.8.
    found = np.array([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    assert counts.f1_of(found) == pytest.approx((2 / 3 + 1.0) / 2)
    assert counts.f1_of(found[:2, :2]) == 1.0


def test_one_predicted_class_has_no_correlation_but_a_truth_of_one_is_undefined():
    constant = np.array([[3.0, 0.0], [2.0, 0.0]])
    assert counts.correlation(constant) == 0.0
    assert np.isnan(counts.correlation(constant.T))


def test_a_score_of_an_indicator_skips_labels_without_it():
    truth = np.array([[1, 0], [0, 0], [1, 0], [0, 0]])
    decided = np.array([[1, 1], [1, 0], [0, 0], [0, 0]])
    score = counts.decision_score(counts.mean_recall, truth, decided, None, None)
    assert score == pytest.approx((0.5 + 0.5) / 2)
    nothing = truth[:, [1]]
    assert np.isnan(
        counts.decision_score(counts.mean_recall, nothing, nothing, None, None)
    )


# Row scores: the score plus the derivative by the share of a row (see Metric).


def test_rows_of_one_cell_have_one_score_and_their_mean_is_the_score():
    rows = counts.rows_of_counts(
        counts.mean_recall, TRUE, DECIDED, sample_weight=WEIGHT
    )
    score = counts.decision_score(counts.mean_recall, TRUE, DECIDED, None, WEIGHT)
    kept = WEIGHT > 0
    assert np.average(rows, weights=WEIGHT[kept]) == pytest.approx(score)
    assert rows[0] == rows[5]  # both of class a, predicted as a
    assert len(rows) == kept.sum()


def test_row_scores_of_a_mean_of_recalls_are_known():
    # Recall of a: (1[right] - r) / (K share) + the mean of the recalls.
    y_true, y_pred = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    rows = counts.rows_of_counts(counts.mean_recall, y_true, y_pred)
    mean = (2 / 3 + 1) / 2
    share = np.array([0.75, 0.75, 0.75, 0.25])
    gap = np.array([1 / 3, 1 / 3, -2 / 3, 0.0])
    np.testing.assert_allclose(rows, mean + gap / (2 * share), rtol=1e-6)


def test_row_scores_of_labels_are_means_over_the_labels_that_have_a_score():
    truth = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]])
    decided = np.array([[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]])
    rows = counts.rows_of_counts(counts.mean_recall, truth, decided)
    by_label = [
        counts.rows_of_counts(counts.mean_recall, truth[:, k], decided[:, k])
        for k in (0, 2)
    ]
    np.testing.assert_allclose(rows, np.mean(by_label, axis=0))
    nothing = truth[:, [1]], decided[:, [1]]
    assert counts.rows_of_counts(counts.mean_recall, *nothing) is None


def test_row_scores_of_an_undefined_score_are_not_numbers():
    assert np.isnan(counts.rows_of_counts(counts.mean_recall, [0, 0], [0, 1])).all()


def test_f1_of_two_classes_is_that_of_the_second():
    # 4 hits, 1 false alarm, 2 missed: 8 / (8 + 1 + 2).
    assert counts.f1_of(np.array([[3.0, 1.0], [2.0, 4.0]])) == pytest.approx(8 / 11)


def test_a_class_that_is_never_found_makes_the_geometric_mean_zero():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert counts.geometric_recall(np.array([[3.0, 1.0], [2.0, 0.0]])) == 0.0
