"""Scores of numbers against scikit-learn, and what they refuse."""

import numpy as np
import pytest
import sklearn.metrics as oracle

from skloss import metrics


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.rmse, oracle.root_mean_squared_error),
        (metrics.mae, oracle.mean_absolute_error),
        (metrics.r2, oracle.r2_score),
    ],
)
@pytest.mark.parametrize("shape", [(50,), (50, 1), (50, 2)])
@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_regression_scores_equal_scikit_learn(ours, theirs, shape, offset):
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=shape) + offset, rng.normal(size=shape) + offset
    weight = rng.integers(0, 3, size=50).astype(float)
    expected = theirs(y_true, y_pred, sample_weight=weight)
    assert ours(y_true, y_pred, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize("y_pred", [[5.0, 5.0, 5.0], [5.0, 5.0, 6.0]])
def test_r2_of_a_constant_target_equals_scikit_learn(y_pred):
    y_true = [5.0, 5.0, 5.0]
    assert metrics.r2(y_true, y_pred) == oracle.r2_score(y_true, y_pred)
    pair = np.column_stack([y_true, [1.0, 2.0, 4.0]])
    found = np.column_stack([y_pred, [1.0, 2.0, 3.0]])
    assert metrics.r2(pair, found) == pytest.approx(oracle.r2_score(pair, found))


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e9])
def test_r2_equals_scikit_learn_whatever_the_unit(scale):
    y_true, y_pred = scale * np.array([[1.0, 2.0, 4.0], [1.0, 3.0, 3.0]])
    assert metrics.r2(y_true, y_pred) == oracle.r2_score(y_true, y_pred)


def test_one_row_has_no_variance_to_explain():
    assert np.isnan(metrics.r2([1.0], [2.0]))


@pytest.mark.parametrize("score", [metrics.rmse, metrics.mae, metrics.r2])
def test_numbers_that_cannot_be_scored_are_refused(score):
    with pytest.raises(ValueError, match="missing or infinite"):
        score([1.0, np.nan], [1.0, 2.0])
    with pytest.raises(ValueError, match="missing or infinite"):
        score([1.0, 2.0], [1.0, np.inf])
    with pytest.raises(ValueError, match="2 targets but the predictions have 1"):
        score(np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="same rows"):
        score(np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match=r"give \(n,\) or \(n, n_targets\)"):
        score(np.ones((3, 2, 2)), np.ones((3, 4)))
