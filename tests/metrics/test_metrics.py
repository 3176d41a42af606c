"""Scores against scikit-learn, against sums done by hand, and at the edges."""

import warnings

import numpy as np
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


# Agreement with scikit-learn


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
    ("ours", "theirs", "options"),
    [
        (metrics.log_loss, oracle.log_loss, {}),
        (metrics.brier, oracle.brier_score_loss, {"pos_label": "yes"}),
        (metrics.pr_auc, oracle.average_precision_score, {"pos_label": "yes"}),
        (metrics.roc_auc, oracle.roc_auc_score, {}),
    ],
)
def test_binary_probability_scores_equal_scikit_learn(ours, theirs, options, binary):
    y_true, score, weight = binary
    expected = theirs(y_true, score, sample_weight=weight, **options)
    both = np.column_stack([1 - score, score])
    assert ours(y_true, score, sample_weight=weight) == pytest.approx(expected)
    assert ours(y_true, both, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ours", "theirs", "options"),
    [
        (metrics.log_loss, oracle.log_loss, {}),
        (metrics.brier, oracle.brier_score_loss, {}),
        (metrics.roc_auc, oracle.roc_auc_score, {"multi_class": "ovr"}),
    ],
)
def test_multiclass_probability_scores_equal_scikit_learn(
    ours, theirs, options, three_classes
):
    y_true, _, proba, weight = three_classes
    keep = weight > 0
    expected = theirs(y_true[keep], proba[keep], sample_weight=weight[keep], **options)
    assert ours(y_true, proba, sample_weight=weight) == pytest.approx(expected)


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
        (metrics.accuracy, oracle.accuracy_score),
        (metrics.f1, lambda y, p: oracle.f1_score(y, p, average="macro")),
    ],
)
def test_indicator_decisions_equal_scikit_learn(ours, theirs, indicator):
    truth, decided, _ = indicator
    assert ours(truth, decided) == pytest.approx(theirs(truth, decided))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.balanced_accuracy, oracle.balanced_accuracy_score),
        (metrics.mcc, oracle.matthews_corrcoef),
        (metrics.pr_auc, oracle.average_precision_score),
        (metrics.roc_auc, oracle.roc_auc_score),
    ],
)
def test_indicator_scores_are_means_over_labels(ours, theirs, indicator):
    truth, decided, proba = indicator
    values = {metrics.pr_auc: proba, metrics.roc_auc: proba}.get(ours, decided)
    expected = np.mean([theirs(truth[:, k], values[:, k]) for k in range(3)])
    assert ours(truth, values) == pytest.approx(expected)


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


# Sums done by hand


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


def test_binary_brier_is_in_zero_one_and_multiclass_in_zero_two():
    assert metrics.brier([0, 1], [1.0, 0.0]) == pytest.approx(1.0)
    wrong = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    assert metrics.brier(["a", "b", "c"], wrong) == pytest.approx(2.0)


def test_nll_is_the_weighted_mean_of_the_rows():
    assert metrics.nll([1.0, 2.0, 9.0], sample_weight=[1, 3, 0]) == pytest.approx(1.75)


def test_a_certain_mistake_costs_a_finite_number_of_nats():
    # -log(2 ** -52), the float64 epsilon, also for a float32 network.
    proba = np.array([0.0, 0.0], dtype=np.float32)
    expected = 52 * np.log(2)
    assert metrics.log_loss([0, 1], proba) == pytest.approx(expected / 2)


def test_mcc_of_a_million_rows_keeps_its_digits():
    # One positive, found, and one false alarm: hand value sqrt(1/2) up to 1e-6.
    y_true = np.zeros(1_000_000, dtype=int)
    y_pred = y_true.copy()
    y_true[0] = y_pred[0] = y_pred[1] = 1
    assert metrics.mcc(y_true, y_pred) == pytest.approx(0.5**0.5, abs=1e-6)


def test_columns_follow_classes_in_any_order():
    y_true = ["low", "high", "mid", "high"]
    proba = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.2, 0.5, 0.3], [0, 0, 1]])
    classes = ["low", "mid", "high"]
    expected = -np.log([0.6, 0.7, 0.5, 1.0]).mean()
    assert metrics.log_loss(y_true, proba, classes=classes) == pytest.approx(expected)


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


# Weights


@pytest.mark.parametrize("name", metrics.metrics_for("multiclass"))
def test_weights_are_rows_gone_or_repeated(name, three_classes):
    y_true, y_pred, proba, weight = three_classes
    metric = metrics.METRICS[name]
    values = {"y_pred": y_pred, "y_proba": proba}[metric.input]
    times = weight.astype(int)
    repeated = metric.function(np.repeat(y_true, times), np.repeat(values, times, 0))
    weighted = metric.function(y_true, values, sample_weight=weight)
    assert weighted == pytest.approx(repeated)


def test_rows_of_weight_zero_do_not_make_a_class_present():
    y_true, y_pred = [0, 0, 1, 1, 2], [0, 1, 1, 1, 0]
    scored = metrics.balanced_accuracy(y_true, y_pred, sample_weight=[1, 1, 1, 1, 0])
    assert scored == pytest.approx(0.75)


# What a fold lacks


def test_an_absent_class_is_left_out_of_every_average_without_a_warning():
    y_true = np.array(["a", "a", "b", "b"])
    y_pred = np.array(["a", "b", "b", "c"])
    proba = np.array(
        [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.2, 0.3, 0.5]]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = metrics.score_all(
            "multiclass", y_true, y_pred, proba, classes=["a", "b", "c"]
        )
    # By hand: recalls 1/2 and 1/2; F1 of a is 2/3, of b 1/2, c has no rows.
    assert scores["balanced_accuracy"] == pytest.approx(0.5)
    assert scores["g_mean"] == pytest.approx(0.5)
    assert scores["f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    # a: both rows of a outrank all others but one tie-free; b: 3 of 4 pairs right.
    assert scores["roc_auc"] == pytest.approx((1.0 + 0.75) / 2)
    assert np.isfinite(list(scores.values())).all()


def test_a_single_class_has_no_contrast_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = metrics.score_all(
            "binary",
            ["no"] * 3,
            ["no", "no", "yes"],
            [0.1, 0.2, 0.7],
            classes=["no", "yes"],
        )
    contrast = ["balanced_accuracy", "f1", "g_mean", "mcc", "pr_auc", "roc_auc"]
    assert np.isnan([scores[name] for name in contrast]).all()
    assert scores["accuracy"] == pytest.approx(2 / 3)
    assert scores["brier"] == pytest.approx((0.01 + 0.04 + 0.49) / 3)
    assert scores["log_loss"] == pytest.approx(-np.log([0.9, 0.8, 0.3]).mean())


def test_a_single_class_of_zero_and_one_needs_no_class_list():
    assert metrics.brier([0, 0], [0.1, 0.3]) == pytest.approx(0.05)
    assert np.isnan(metrics.roc_auc([0, 0], [0.1, 0.3]))
    assert np.isnan(metrics.f1([0, 0], [0, 0]))


def test_a_label_without_positives_is_left_out_of_the_indicator_average():
    truth = np.array([[1, 0], [0, 0], [1, 0]])
    decided = np.array([[1, 0], [1, 0], [1, 0]])
    assert metrics.balanced_accuracy(truth, decided) == pytest.approx(0.5)
    assert metrics.f1(truth, decided) == pytest.approx(0.8)


# Bad input


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
        (lambda: metrics.metrics_for("ranking"), "choose one of regression"),
        (lambda: metrics.confusion([[0, 1]], [[0, 1]]), "one column"),
        (lambda: metrics.threshold_table([[0]], [[0.5]], 1), "one score per row"),
        (lambda: metrics.per_class_table([[0, 1]], [[0, 1]], ["a"]), "one name"),
    ],
)
def test_bad_input_gets_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
