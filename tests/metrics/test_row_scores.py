"""Row scores are derivatives of the score by the weights of the rows."""

import numpy as np
import pytest

from skloss.metrics import METRICS, metrics_for

N = 40


def inputs(task, name):
    """Draw what a metric scores."""
    rng = np.random.default_rng(3)
    proba = rng.dirichlet(np.ones(3), size=N).round(1) + 0.01
    truth = rng.integers(3, size=N)
    decided = np.where(rng.random(N) < 0.5, truth, rng.integers(3, size=N))
    binary = rng.random(N).round(1).clip(0.1, 0.9)
    y = rng.normal(size=(N, 2))
    return {
        "regression": {"y_pred": (y[:, 0], y[:, 1]), "nll": (y[:, 0],)},
        "targets": {"y_pred": (y, y + rng.normal(size=(N, 2))), "nll": (y[:, 0],)},
        "binary": {"y_pred": (truth % 2, decided % 2), "y_proba": (truth % 2, binary)},
        "multiclass": {
            "y_pred": (truth, decided),
            "y_proba": (truth, proba / proba.sum(1, keepdims=True)),
        },
        "multilabel": {
            "y_pred": (y > 0, rng.random((N, 2)) < 0.5),
            "y_proba": (y > 0, rng.random((N, 2)).round(1)),
        },
    }[task][METRICS[name].input]


CASES = [
    (task, name)
    for task in ("regression", "targets", "binary", "multiclass", "multilabel")
    for name in metrics_for("regression" if task == "targets" else task)
]


@pytest.mark.parametrize(("task", "name"), CASES)
def test_row_scores_are_the_derivatives_of_the_score(task, name):
    metric, given = METRICS[name], inputs(task, name)
    weight = np.random.default_rng(5).uniform(0.5, 2.0, N)
    rows = metric.row_scores(*given, sample_weight=weight)
    score = metric.function(*given, sample_weight=weight)
    assert np.average(rows, weights=weight) == pytest.approx(score)
    step = 1e-5 * np.eye(N)
    slopes = [
        metric.function(*given, sample_weight=weight + one)
        - metric.function(*given, sample_weight=weight - one)
        for one in step
    ]
    expected = score + weight.sum() * np.array(slopes) / 2e-5
    np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-6)


def test_a_mean_over_rows_has_the_scores_of_its_rows():
    absolute = METRICS["mae"].row_scores([0.0, 1.0], [2.0, 0.5])
    assert absolute.tolist() == [2.0, 0.5]
    right = METRICS["accuracy"].row_scores(["a", "b"], ["a", "a"])
    assert right.tolist() == [1.0, 0.0]


def test_the_delta_method_gives_the_rmse_rows_by_hand():
    # Squares 9 and 16, MSE 12.5: 3.5355 -+ 3.5 / (2 * 3.5355).
    rows = METRICS["rmse"].row_scores([0.0, 0.0], [3.0, 4.0])
    assert rows.tolist() == pytest.approx([3.04056, 4.03051], abs=1e-5)


def test_a_fit_without_errors_has_no_spread():
    assert METRICS["rmse"].row_scores([1.0, 2.0], [1.0, 2.0]).tolist() == [0.0, 0.0]


def test_a_constant_target_has_no_rows_of_r2():
    assert METRICS["r2"].row_scores([1.0, 1.0], [1.0, 2.0]) is None


def test_very_many_classes_are_judged_by_folds():
    y = np.arange(401)
    assert METRICS["f1"].row_scores(y, y) is None
    assert METRICS["f1"].row_scores(y[:400], y[:400]) is not None
