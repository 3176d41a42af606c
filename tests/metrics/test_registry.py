"""The registry of metrics, and all of them at once."""

import importlib.util
import warnings

import numpy as np
import pytest
import sklearn.metrics as oracle
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import cross_val_score

from skloss import metrics
from skloss.tasks import TASKS


def test_every_metric_has_a_label_a_help_sentence_and_a_scorer():
    for name, metric in metrics.METRICS.items():
        assert metric.name == name
        assert len(metric.label) <= 18
        assert metric.help.endswith(".")
        assert getattr(metrics, f"{name}_scorer") is metrics.SCORERS[name]


def test_the_columns_of_each_task_are_fixed():
    regression = ["rmse", "mae", "r2", "nll"]
    classification = (
        "log_loss brier accuracy balanced_accuracy f1 g_mean mcc pr_auc roc_auc"
    ).split()
    assert metrics.metrics_for("regression") == regression
    assert metrics.metrics_for("binary") == classification
    assert metrics.metrics_for("multiclass") == classification
    assert metrics.metrics_for("multilabel") == classification
    labels = "recall_at_1 recall_at_5 mean_reciprocal_rank map_at_r knn_accuracy"
    shape = "alignment uniformity silhouette"
    assert metrics.metrics_for("embedding") == [*labels.split(), *shape.split()]
    views = "recall_at_1 recall_at_5 mean_reciprocal_rank alignment uniformity"
    assert metrics.metrics_for("pairs") == views.split()


def test_score_all_gives_nan_for_missing_probabilities(binary):
    y_true, score, _ = binary
    y_pred = np.where(score > 0.5, "yes", "no")
    scores = metrics.score_all("binary", y_true, y_pred, np.full(len(score), np.nan))
    no_probability = ["log_loss", "brier", "pr_auc", "roc_auc"]
    assert np.isnan([scores[name] for name in no_probability]).all()
    assert scores["accuracy"] == pytest.approx(oracle.accuracy_score(y_true, y_pred))
    assert np.isnan(
        list(metrics.score_all("regression", [1.0], [np.nan]).values())
    ).all()


def test_score_all_takes_the_mean_of_the_row_densities():
    scores = metrics.score_all(
        "regression", [1.0, 2.0], [1.0, 3.0], nll=[0.5, 1.0], sample_weight=[1, 3]
    )
    assert scores["nll"] == pytest.approx(0.875)
    assert scores["rmse"] == pytest.approx(0.75**0.5)


def test_score_all_scores_an_indicator_with_names(indicator):
    truth, decided, proba = indicator
    scores = metrics.score_all("multilabel", truth, decided, proba, classes=list("abc"))
    assert np.isfinite(list(scores.values())).all()


@pytest.mark.parametrize("name", metrics.metrics_for("multiclass"))
def test_weights_are_rows_left_out_or_repeated(name, three_classes):
    y_true, y_pred, proba, weight = three_classes
    metric = metrics.METRICS[name]
    values = {"y_pred": y_pred, "y_proba": proba}[metric.input]
    times = weight.astype(int)
    repeated = metric.function(np.repeat(y_true, times), np.repeat(values, times, 0))
    weighted = metric.function(y_true, values, sample_weight=weight)
    assert weighted == pytest.approx(repeated)


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


# What each metric states, held by value.

GREATER = {"r2", "accuracy", "balanced_accuracy", "f1", "g_mean", "mcc"}
GREATER |= {"coverage", "pr_auc", "roc_auc", "recall_at_1", "recall_at_5", "silhouette"}
GREATER |= {"mean_reciprocal_rank", "map_at_r", "knn_accuracy"}
UNITS = {"rmse": "target", "mae": "target", "nll": "nats", "log_loss": "nats"}
UNITS |= dict.fromkeys(["crps", "pinball", "interval_score"], "target")
UNITS |= {"interval_width": "target"}
INPUTS = {
    "y_pred": {"rmse", "mae", "r2", "accuracy", "balanced_accuracy"}
    | {"f1", "g_mean", "mcc", "recall_at_1", "recall_at_5", "map_at_r"}
    | {"mean_reciprocal_rank", "knn_accuracy", "alignment", "uniformity", "silhouette"},
    "y_proba": {"log_loss", "brier", "ece", "pr_auc", "roc_auc"},
    "distribution": {"crps", "pinball", "interval_score", "coverage"}
    | {"interval_width"},
    "nll": {"nll"},
}


def test_directions_units_and_inputs_are_fixed():
    stated = metrics.METRICS.items()
    assert {name for name, metric in stated if metric.greater_is_better} == GREATER
    assert {name: metric.unit for name, metric in stated if metric.unit} == UNITS
    assert {name for name, metric in stated if metric.ranks} == {"pr_auc", "roc_auc"}
    for kind, names in INPUTS.items():
        assert {name for name, metric in stated if metric.input == kind} == names


@pytest.mark.parametrize("name", metrics.metrics_for("binary"))
def test_the_better_classifier_has_the_better_score(name):
    y_true = np.array(["no", "no", "no", "yes", "yes"])
    good, bad = np.array([[0.1, 0.2, 0.3, 0.8, 0.9], [0.1, 0.8, 0.9, 0.2, 0.4]])
    scores = [
        metrics.score_all("binary", y_true, np.where(p > 0.5, "yes", "no"), p)[name]
        for p in (good, bad)
    ]
    assert (scores[0] > scores[1]) == (name in GREATER)
    assert scores[0] != scores[1]


@pytest.mark.parametrize("name", metrics.metrics_for("regression"))
def test_the_better_regressor_has_the_better_score(name):
    y_true = np.array([1.0, 2.0, 4.0])
    scores = [
        metrics.score_all("regression", y_true, y_true + error, nll=error**2)[name]
        for error in (np.full(3, 0.1), np.full(3, 1.0))
    ]
    assert (scores[0] > scores[1]) == (name in GREATER)
    assert scores[0] != scores[1]


def test_all_functions_and_scorers_are_exported():
    names = set(metrics.METRICS)
    assert names | {f"{name}_scorer" for name in names} <= set(metrics.__all__)
    assert set(metrics.__all__) <= set(dir(metrics))
    assert len(set(metrics.__all__)) == len(metrics.__all__)
    for name in metrics.__all__:
        assert getattr(metrics, name) is not None


@pytest.mark.parametrize("name", ["median", "median_scorer", "rmse_scorer_"])
def test_a_name_that_is_not_a_metric_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=name):
        getattr(metrics, name)


@pytest.mark.parametrize("task", ["ordinal", "ranking", None])
def test_a_task_without_metrics_is_refused_with_those_that_have_some(task):
    sentence = "choose one of regression, binary, multiclass, multilabel, embedding, "
    with pytest.raises(ValueError, match=sentence):
        metrics.metrics_for(task)
    with pytest.raises(ValueError, match=sentence):
        metrics.score_all(task, [1.0], [1.0])


def test_every_task_that_is_compared_has_metrics():
    for task in TASKS[:4]:
        assert set(metrics.score_all(task, [1, 0], [1, 0])) == set(
            metrics.metrics_for(task)
        )


def test_scores_are_those_of_the_functions_in_order(three_classes):
    y_true, y_pred, proba, weight = three_classes
    scores = metrics.score_all(
        "multiclass", y_true, y_pred, proba, sample_weight=weight
    )
    assert list(scores) == metrics.metrics_for("multiclass")
    assert scores["mcc"] == metrics.mcc(y_true, y_pred, sample_weight=weight)
    assert scores["brier"] == metrics.brier(y_true, proba, sample_weight=weight)


def test_missing_inputs_give_nan_and_leave_other_scores():
    scores = metrics.score_all("regression", [1.0, 2.0], [1.0, 4.0], nll=[1.0, np.inf])
    assert np.isnan(scores["nll"])
    assert scores["mae"] == 1.0


# A new metric is one function in one file.

NEW_METRIC = """
import numpy as np

from skloss.metrics import register


@register(
    label="Largest error",
    greater_is_better=False,
    kind="regression",
    input="y_pred",
    unit="target",
    help="Largest absolute error of any row.",
)
def largest_error(y_true, y_pred, *, sample_weight=None):
    return float(np.abs(np.subtract(y_true, y_pred)).max())
"""


@pytest.fixture
def largest_error(tmp_path):
    """Run a module with a new metric, and take the metric out again."""
    path = tmp_path / "new_metric.py"
    path.write_text(NEW_METRIC)
    spec = importlib.util.spec_from_file_location("new_metric", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module.largest_error
    del metrics.METRICS["largest_error"]


def test_a_new_metric_is_one_function_and_no_other_edit(largest_error):
    assert NEW_METRIC.count("def ") == NEW_METRIC.count("@register") == 1
    assert metrics.metrics_for("regression")[-1] == "largest_error"
    assert "largest_error" not in metrics.metrics_for("binary")
    scores = metrics.score_all("regression", [1.0, 2.0], [1.5, 5.0])
    assert scores["largest_error"] == 3.0
    assert metrics.largest_error is largest_error
    assert metrics.largest_error_scorer is metrics.SCORERS["largest_error"]
    assert "largest_error" in metrics.SCORERS
    assert {"largest_error", "largest_error_scorer"} <= set(dir(metrics))


def test_a_new_metric_scores_a_cross_validation(largest_error):
    X, y = np.zeros((4, 1)), np.array([0.0, 2.0, 0.0, 8.0])
    scorer = metrics.largest_error_scorer
    scores = cross_val_score(DummyRegressor(), X, y, scoring=scorer, cv=2)
    np.testing.assert_allclose(scores, [-4.0, -7.0])


def test_two_metrics_cannot_have_one_name(largest_error):
    enter = metrics.register(
        label="", greater_is_better=True, kind="regression", input="y_pred", help=""
    )
    with pytest.raises(ValueError, match="called 'largest_error' exists"):
        enter(largest_error)
    assert metrics.METRICS["largest_error"].label == "Largest error"
