"""Tables by class and by threshold against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as oracle

from skloss import metrics

N_ROWS = 400


@pytest.fixture
def binary():
    rng = np.random.default_rng(0)
    y_true = rng.choice(["no", "yes"], size=N_ROWS, p=[0.85, 0.15])
    score = np.round(rng.beta(2, 5, N_ROWS) + 0.2 * (y_true == "yes"), 2).clip(0, 1)
    weight = rng.integers(0, 4, N_ROWS).astype(float)
    return y_true, score, weight


@pytest.fixture
def three_classes():
    rng = np.random.default_rng(1)
    y_true = rng.choice([3, 7, 11], size=N_ROWS, p=[0.7, 0.2, 0.1])
    raw = rng.normal(size=(N_ROWS, 3)) + (y_true[:, None] == [3, 7, 11])
    proba = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    y_pred = np.array([3, 7, 11])[proba.argmax(axis=1)]
    weight = rng.integers(0, 4, N_ROWS).astype(float)
    return y_true, y_pred, proba, weight


@pytest.fixture
def indicator():
    rng = np.random.default_rng(2)
    truth = (rng.random((N_ROWS, 3)) < [0.5, 0.2, 0.05]).astype(int)
    proba = (0.3 * truth + 0.7 * rng.random((N_ROWS, 3))).clip(0, 1)
    return truth, (proba > 0.5).astype(int), proba


def test_per_class_table_equals_scikit_learn(three_classes):
    y_true, y_pred, _, weight = three_classes
    table = metrics.per_class_table(y_true, y_pred, [3, 7, 11], sample_weight=weight)
    expected = oracle.precision_recall_fscore_support(
        y_true, y_pred, labels=[3, 7, 11], sample_weight=weight
    )
    np.testing.assert_allclose(table.T.to_numpy(), expected)
    assert table.index.tolist() == [3, 7, 11]


def test_per_class_table_marks_what_cannot_be_known():
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


def test_threshold_table_calls_nobody_above_the_top_score():
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


def test_the_worst_rows_of_numbers_are_missed_furthest():
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


def tuned_by_hand(fold, truth, score):
    """Try every score of the other folds as a threshold, with scikit-learn's F1."""
    called = np.zeros(len(truth), dtype=bool)
    for held_out in np.unique(fold):
        here = fold == held_out
        options = np.unique(score[~here])
        values = [oracle.f1_score(truth[~here], score[~here] >= t) for t in options]
        called[here] = score[here] >= options[int(np.argmax(values))]
    return oracle.f1_score(truth, called)


def test_thresholds_are_tuned_on_other_folds_than_they_score(binary):
    y_true, score, _ = binary
    fold = np.arange(N_ROWS) % 4
    frame = pd.DataFrame(
        {
            "loss": "a",
            "fold": fold,
            "y_true": y_true,
            "y_pred": np.where(score > 0.5, "yes", "no"),
            "proba_yes": score,
        }
    )
    found = metrics.tuned_thresholds(frame, "yes").loc["a"]
    truth = y_true == "yes"
    assert found["decided"] == pytest.approx(oracle.f1_score(truth, score > 0.5))
    assert found["tuned"] == pytest.approx(tuned_by_hand(fold, truth, score))
    assert found["tuned"] > found["decided"]


def test_a_monotone_change_of_the_scores_changes_no_tuned_threshold(binary):
    # What class weights do to probabilities: the odds times a constant.
    y_true, score, _ = binary
    score = score.clip(0.01, 0.99)
    weighted = 9 * score / (9 * score + 1 - score)
    frame = pd.DataFrame(
        {
            "loss": np.repeat(["plain", "weighted"], N_ROWS),
            "fold": np.tile(np.arange(N_ROWS) % 4, 2),
            "y_true": np.tile(y_true, 2),
            "proba_yes": np.concatenate([score, weighted]),
        }
    )
    frame["y_pred"] = np.where(frame["proba_yes"] > 0.5, "yes", "no")
    found = metrics.tuned_thresholds(frame, "yes")
    assert found["tuned"].nunique() == 1
    assert found["decided"].nunique() == 2


def test_without_probabilities_nothing_is_tuned():
    frame = pd.DataFrame(
        {
            "loss": "hinge",
            "fold": [0, 0, 1, 1],
            "y_true": ["no", "yes"] * 2,
            "y_pred": ["no", "yes", "no", "no"],
            "proba_yes": np.nan,
        }
    )
    found = metrics.tuned_thresholds(frame, "yes").loc["hinge"]
    assert found["decided"] == pytest.approx(2 / 3)
    assert found[["tuned", "threshold"]].isna().all()
