"""The registry of metrics, and all of them at once."""

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


def test_every_metric_has_a_title_a_sentence_and_a_scorer():
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


def test_score_all_leaves_out_what_a_loss_does_not_offer(binary):
    y_true, score, _ = binary
    y_pred = np.where(score > 0.5, "yes", "no")
    scores = metrics.score_all("binary", y_true, y_pred, np.full(N_ROWS, np.nan))
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


def test_float32_probabilities_score_like_float64(three_classes):
    y_true, _, proba, _ = three_classes
    single = metrics.log_loss(y_true, proba.astype(np.float32))
    assert single == pytest.approx(metrics.log_loss(y_true, proba), rel=1e-6)
