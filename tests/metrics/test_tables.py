"""Tables by class and by threshold against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as oracle

from skloss import metrics


def test_per_class_table_equals_scikit_learn(three_classes):
    y_true, y_pred, _, weight = three_classes
    table = metrics.per_class_table(y_true, y_pred, [3, 7, 11], sample_weight=weight)
    expected = oracle.precision_recall_fscore_support(
        y_true, y_pred, labels=[3, 7, 11], sample_weight=weight
    )
    np.testing.assert_allclose(table.T.to_numpy(), expected)
    assert table.index.tolist() == [3, 7, 11]


def test_per_class_table_marks_undefined_scores():
    table = metrics.per_class_table(["a", "a"], ["b", "b"], ["a", "b", "c"])
    assert table["support"].tolist() == [2, 0, 0]
    np.testing.assert_array_equal(table["precision"], [np.nan, 0.0, np.nan])
    np.testing.assert_array_equal(table["recall"], [0.0, np.nan, np.nan])
    np.testing.assert_array_equal(table["f1"], [0.0, np.nan, np.nan])


def test_per_class_table_has_a_row_per_label_of_an_indicator(indicator):
    truth, decided, _ = indicator
    table = metrics.per_class_table(truth, decided, ["x", "y", "z"])
    expected = oracle.precision_recall_fscore_support(truth, decided)
    np.testing.assert_allclose(table.T.to_numpy(), expected)


def test_confusion_equals_scikit_learn_and_keeps_absent_classes(three_classes):
    y_true, y_pred, _, weight = three_classes
    classes = [3, 5, 7, 11]
    counts = metrics.confusion(y_true, y_pred, classes)
    expected = oracle.confusion_matrix(y_true, y_pred, labels=classes)
    np.testing.assert_array_equal(counts, expected)
    assert counts.dtypes.unique().tolist() == [np.dtype(int)]
    weighted = metrics.confusion(y_true, y_pred, classes, sample_weight=weight)
    expected = oracle.confusion_matrix(
        y_true, y_pred, labels=classes, sample_weight=weight
    )
    np.testing.assert_allclose(weighted, expected)


def test_threshold_table_equals_scores_taken_one_threshold_at_a_time(binary):
    y_true, score, weight = binary
    thresholds = [0.0, 0.2, 0.37, 0.5, 0.8]
    table = metrics.threshold_table(
        y_true, score, "yes", thresholds, sample_weight=weight
    )
    for row in table.itertuples():
        y_pred = np.where(score >= row.threshold, "yes", "no")
        precision, recall, f1, _ = oracle.precision_recall_fscore_support(
            y_true,
            y_pred,
            average="binary",
            pos_label="yes",
            sample_weight=weight,
            zero_division=np.nan,
        )
        np.testing.assert_allclose(
            [row.precision, row.recall, row.f1], [precision, recall, f1]
        )
        assert row.mcc == pytest.approx(
            oracle.matthews_corrcoef(y_true, y_pred, sample_weight=weight)
        )
        recalls = oracle.recall_score(
            y_true, y_pred, average=None, sample_weight=weight
        )
        assert row.g_mean == pytest.approx(np.sqrt(np.prod(recalls)))
        assert row.balanced_accuracy == pytest.approx(
            oracle.balanced_accuracy_score(y_true, y_pred, sample_weight=weight)
        )
        assert row.predicted_positives == weight[y_pred == "yes"].sum()


def test_threshold_table_holds_the_points_of_the_pr_curve(binary):
    y_true, score, _ = binary
    table = metrics.threshold_table(y_true, score, "yes")
    precision, recall, thresholds = oracle.precision_recall_curve(
        y_true, score, pos_label="yes"
    )
    np.testing.assert_allclose(table["threshold"], thresholds)
    np.testing.assert_allclose(table["precision"], precision[:-1])
    np.testing.assert_allclose(table["recall"], recall[:-1])


def test_threshold_table_is_undefined_without_positive_rows():
    table = metrics.threshold_table([0, 0], [0.2, 0.6], 1, [0.5])
    undefined = ["recall", "f1", "g_mean", "mcc", "balanced_accuracy"]
    assert table[undefined].isna().all(axis=None)
    assert table["specificity"].tolist() == [0.5]
    assert table["predicted_positives"].tolist() == [1]


def test_no_row_is_predicted_positive_above_the_top_score():
    table = metrics.threshold_table([0, 1], [0.2, 0.6], 1, [0.7])
    assert table["precision"].isna().all()
    assert table[["recall", "f1", "mcc"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]


def test_threshold_table_draws_a_rare_class_finely_at_a_million_rows():
    rng = np.random.default_rng(0)
    truth = rng.random(1_000_000) < 0.001
    score = 1 / (1 + np.exp(-rng.normal(-4, 1, 1_000_000) - 3 * truth))
    table = metrics.threshold_table(truth, score, True)
    assert len(table) <= 1000
    assert table["threshold"].iloc[[0, -1]].tolist() == [score.min(), score.max()]
    assert table["recall"].diff().abs().max() < 0.005
    middle = table.iloc[len(table) // 2]
    called = score >= middle["threshold"]
    assert middle["precision"] == pytest.approx(truth[called].mean())


def test_the_worst_rows_of_numbers_have_the_largest_errors():
    frame = pd.DataFrame(
        {
            "loss": ["a"] * 3 + ["b"],
            "row": [0, 1, 2, 0],
            "y_true": [1.0, 2.0, 3.0, 9.0],
            "y_pred": [1.0, 4.0, 2.5, 0.0],
        }
    )
    worst = metrics.worst_rows(frame, "a", n=2)
    assert worst["row"].tolist() == [1, 2]
    assert worst["miss"].tolist() == [2.0, 0.5]


@pytest.mark.parametrize("labels", [("no", "yes"), (0, 1), (False, True), (0.0, 1.0)])
def test_the_worst_rows_of_classes_were_least_probable(labels):
    no, yes = labels
    frame = pd.DataFrame(
        {
            "loss": "a",
            "row": [0, 1, 2],
            "y_true": [no, yes, yes],
            "y_pred": [no, yes, no],
            f"proba_{no}": [0.9, 0.4, 0.8],
            f"proba_{yes}": [0.1, 0.6, 0.2],
        }
    )
    worst = metrics.worst_rows(frame, "a")
    assert worst["row"].tolist() == [2, 1, 0]
    assert worst["proba_true"].tolist() == [0.2, 0.6, 0.9]


def test_the_largest_error_comes_first_and_equal_errors_keep_their_order():
    frame = pd.DataFrame(
        {
            "loss": "a",
            "row": [7, 8, 9, 10],
            "y_true": [0.0, 0.0, 0.0, 0.0],
            "y_pred": [1.0, -3.0, 3.0, 0.5],
        }
    )
    assert metrics.worst_rows(frame, "a", n=3)["row"].tolist() == [8, 9, 7]
    assert len(metrics.worst_rows(frame, "a")) == 4
    assert metrics.worst_rows(frame, "a", n=0).empty


def test_worst_rows_require_one_target():
    frame = pd.DataFrame({"loss": "a", "row": [0], "y_true_0": [1.0]})
    with pytest.raises(ValueError, match="no column y_true"):
        metrics.worst_rows(frame, "a")


def test_a_score_at_the_threshold_is_predicted_positive():
    table = metrics.threshold_table([0, 1, 1], [0.2, 0.5, 0.7], 1, [0.5, 0.5 + 1e-12])
    assert table["predicted_positives"].tolist() == [2, 1]
    assert table["recall"].tolist() == [1.0, 0.5]


def test_thresholds_are_sorted_and_kept_twice_if_given_twice():
    table = metrics.threshold_table([0, 1], [0.2, 0.6], 1, [0.7, 0.1, 0.7])
    assert table["threshold"].tolist() == [0.1, 0.7, 0.7]


@pytest.mark.parametrize(("n_scores", "n_thresholds"), [(1000, 1000), (1001, 501)])
def test_up_to_a_thousand_distinct_scores_are_all_thresholds(n_scores, n_thresholds):
    score = np.linspace(0, 1, n_scores)
    table = metrics.threshold_table(np.zeros(n_scores), score, 1)
    assert abs(len(table) - n_thresholds) <= 1
    assert table["threshold"].iloc[[0, -1]].tolist() == [0.0, 1.0]


def test_threshold_table_is_undefined_without_negative_rows():
    table = metrics.threshold_table([1, 1], [0.2, 0.6], 1, [0.5])
    undefined = ["specificity", "g_mean", "mcc", "balanced_accuracy"]
    assert table[undefined].isna().all(axis=None)
    assert table[["precision", "recall"]].to_numpy().tolist() == [[1.0, 0.5]]


def test_a_table_of_integer_weights_is_that_of_repeated_rows(binary):
    y_true, score, weight = binary
    times = weight.astype(int)
    weighted = metrics.threshold_table(
        y_true, score, "yes", [0.3, 0.5], sample_weight=weight
    )
    repeated = metrics.threshold_table(
        np.repeat(y_true, times), np.repeat(score, times), "yes", [0.3, 0.5]
    )
    np.testing.assert_allclose(weighted, repeated)


def test_all_rows_of_one_prediction_have_no_correlation():
    table = metrics.threshold_table([0, 0, 1], [0.2, 0.4, 0.6], 1, [0.0, 0.5, 1.0])
    assert table["mcc"].tolist() == [0.0, 1.0, 0.0]


def test_support_is_a_number_of_rows_or_a_sum_of_weights():
    y_true, y_pred = ["a", "a", "b"], ["a", "b", "b"]
    assert metrics.per_class_table(y_true, y_pred)["support"].tolist() == [2, 1]
    weighted = metrics.per_class_table(y_true, y_pred, sample_weight=[0.5, 1.0, 0.25])
    assert weighted["support"].tolist() == [1.5, 0.25]
    assert weighted["recall"].tolist() == pytest.approx([1 / 3, 1.0])


def test_confusion_has_the_truth_in_rows():
    counts = metrics.confusion(["a", "b", "b"], ["b", "b", "b"])
    assert counts.index.name == "truth"
    assert counts.columns.name == "prediction"
    assert counts.to_numpy().tolist() == [[0, 1], [0, 2]]
    assert (counts.loc["a", "b"], counts.loc["b", "a"]) == (1, 0)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: metrics.confusion([[0, 1]], [[0, 1]]), "one column"),
        (lambda: metrics.confusion(["a"], ["b"], ["a"]), "'b' is not among"),
        (lambda: metrics.threshold_table([[0]], [[0.5]], 1), "one score per row"),
        (lambda: metrics.threshold_table([0], [np.nan], 1), "missing or infinite"),
        (lambda: metrics.threshold_table([0, 1], [0.5], 1), "same rows"),
        (lambda: metrics.per_class_table([[0, 1]], [[0, 1]], ["a"]), "one name"),
        (lambda: metrics.per_class_table(["a"], ["b"], ["a"]), "'b' is not among"),
    ],
)
def test_tables_of_invalid_input_are_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
