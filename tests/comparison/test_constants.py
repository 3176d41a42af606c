"""The constant baseline is the best constant for each metric."""

import numpy as np
import pytest
import sklearn.metrics as oracle
from scipy import stats

from skloss.comparison.constants import score_constants
from skloss.tasks import as_task

ROWS = np.arange(120)
HALVES = [(ROWS[:60], ROWS[60:]), (ROWS[60:], ROWS[:60])]


def scores(task, y, classes=None, weight=None, splits=HALVES):
    """Return the mean of each metric."""
    found = score_constants(as_task(task), classes, y, weight, splits)
    assert found["loss"].unique().tolist() == ["constant"]
    assert found.columns.tolist() == ["loss", "fold", "metric", "value"]
    return found.groupby("metric")["value"].mean().to_dict()


@pytest.fixture
def skewed(rng):
    """Mostly zeros: the median, 0, is far from the mean."""
    return np.where(rng.random(120) < 0.7, 0.0, rng.exponential(10.0, 120))


def test_rmse_takes_the_mean_and_mae_the_median_of_the_training_rows(skewed):
    found = scores("regression", skewed)
    rmse = [np.sqrt(np.mean((skewed[b] - skewed[a].mean()) ** 2)) for a, b in HALVES]
    mae = [np.abs(skewed[b] - np.median(skewed[a])).mean() for a, b in HALVES]
    r2 = [1 - e**2 / skewed[b].var() for e, (_, b) in zip(rmse, HALVES, strict=True)]
    assert found["rmse"] == pytest.approx(np.mean(rmse))
    assert found["mae"] == pytest.approx(np.mean(mae))
    assert found["r2"] == pytest.approx(np.mean(r2))


def test_each_target_has_its_own_median(skewed):
    both = np.column_stack([skewed, 5 - skewed])
    mae = [np.abs(both[b] - np.median(both[a], axis=0)).mean() for a, b in HALVES]
    assert scores("regression", both)["mae"] == pytest.approx(np.mean(mae))


def test_the_median_is_weighted():
    y = np.tile([0.0, 10.0], 60)
    weight = np.tile([1.0, 3.0], 60)
    # The weighted median is 10, so that only the zeros, a quarter of the weight, err.
    assert scores("regression", y, weight=weight)["mae"] == pytest.approx(2.5)


@pytest.mark.parametrize("noise", [stats.norm, stats.laplace])
def test_the_log_score_takes_the_better_noise_model(noise):
    # Skewed a little, so that mean and median differ in both halves.
    half = noise.ppf((np.arange(60) + 0.5) / 60)
    y = np.r_[half + (half > 1) / 10, half - (half < 1) / 10]
    # Location from the training rows, scale from the other fold's held-out rows,
    # around the location that was learned for those.
    first, second = y[:60], y[60:]
    centre, spread = {
        stats.norm: (np.mean, lambda e: np.sqrt(np.mean(e**2))),
        stats.laplace: (np.median, lambda e: np.abs(e).mean()),
    }[noise]
    expected = [
        -noise(centre(train), spread(train - centre(test))).logpdf(test).mean()
        for train, test in [(first, second), (second, first)]
    ]
    assert scores("regression", y)["nll"] == pytest.approx(np.mean(expected))


def test_probabilities_are_the_class_frequencies_of_the_training_rows():
    y = np.r_[np.repeat(["b", "a"], [45, 15]), np.repeat(["b", "a"], [30, 30])]
    found = scores("binary", y, classes=["a", "b"])
    expected = (-np.log([0.25, 0.75]).mean() - np.log(0.5)) / 2
    assert found["log_loss"] == pytest.approx(expected)
    assert found["roc_auc"] == pytest.approx(0.5)


def test_a_decision_is_the_class_that_is_best_for_the_metric():
    y = np.tile([0, 0, 0, 1], 30)
    found = scores("binary", y, classes=[0, 1])
    assert found["accuracy"] == pytest.approx(0.75)  # always 0
    assert found["f1"] == pytest.approx(oracle.f1_score(y, np.ones(120)))  # always 1
    assert found["balanced_accuracy"] == pytest.approx(0.5)
    assert found["g_mean"] == found["mcc"] == 0


def test_of_many_classes_the_most_frequent_is_predicted():
    y = np.tile(["a", "c", "c", "b"], 30)
    found = scores("multiclass", y, classes=["a", "b", "c"])
    constant = np.full(120, "c")
    assert found["accuracy"] == pytest.approx(0.5)
    assert found["f1"] == pytest.approx(oracle.f1_score(y, constant, average="macro"))


def test_a_rare_label_is_always_predicted_where_f1_counts():
    y = np.column_stack([np.tile([0, 0, 0, 1], 30), np.tile([1, 1, 1, 0], 30)])
    found = scores("multilabel", y)
    ones = np.ones_like(y)
    assert found["f1"] == pytest.approx(oracle.f1_score(y, ones, average="macro"))
    assert found["accuracy"] == pytest.approx(0.75)  # as a share of rows, both labels
