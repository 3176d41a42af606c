"""Scores of numbers against scikit-learn, and what they refuse."""

import numpy as np
import pytest
import sklearn.metrics as oracle
from scipy import stats

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


def test_nll_is_the_weighted_mean_of_the_rows():
    assert metrics.nll([1.0, 2.0, 9.0], sample_weight=[1, 3, 0]) == pytest.approx(1.75)


@pytest.mark.parametrize("sample_weight", [None, [1.0, 1.0, 1.0]])
def test_errors_of_known_rows(sample_weight):
    y_true, y_pred = [1.0, 2.0, 4.0], [1.0, 4.0, 3.0]
    options = {"sample_weight": sample_weight}
    assert metrics.mae(y_true, y_pred, **options) == pytest.approx(1.0)
    assert metrics.rmse(y_true, y_pred, **options) == pytest.approx((5 / 3) ** 0.5)
    # Squares about the mean 7/3: 16/9 + 1/9 + 25/9 = 42/9.
    assert metrics.r2(y_true, y_pred, **options) == pytest.approx(1 - 5 / (42 / 9))


@pytest.mark.parametrize("factor", [-3.0, 1e-3, 1e6])
def test_errors_have_the_unit_of_the_target_and_r2_has_none(factor, rng):
    y_true, y_pred = rng.normal(size=(2, 30))
    scaled = factor * y_true, factor * y_pred
    for error in (metrics.rmse, metrics.mae):
        assert error(*scaled) == pytest.approx(abs(factor) * error(y_true, y_pred))
    assert metrics.r2(*scaled) == pytest.approx(metrics.r2(y_true, y_pred))


@pytest.mark.parametrize("score", [metrics.rmse, metrics.mae, metrics.r2])
def test_several_targets_score_their_mean(score, rng):
    y_true, y_pred = rng.normal(size=(2, 30, 3)) * [1.0, 10.0, 100.0]
    alone = [score(y_true[:, k], y_pred[:, k]) for k in range(3)]
    assert score(y_true, y_pred) == pytest.approx(np.mean(alone))


@pytest.mark.parametrize("score", [metrics.rmse, metrics.mae, metrics.r2])
def test_weights_are_rows_left_out_or_repeated(score, rng):
    y_true, y_pred = rng.normal(size=(2, 40))
    weight = rng.integers(0, 4, 40)
    repeated = score(np.repeat(y_true, weight), np.repeat(y_pred, weight))
    assert score(y_true, y_pred, sample_weight=weight) == pytest.approx(repeated)


def test_a_row_of_weight_zero_may_be_missing():
    assert metrics.mae([1.0, np.nan], [3.0, 0.0], sample_weight=[1, 0]) == 2.0
    assert metrics.nll([1.0, np.nan], sample_weight=[1, 0]) == 1.0


def test_the_constant_with_the_best_score_is_the_mean_or_the_median():
    y = np.array([0.0, 0.0, 1.0, 2.0, 9.0])
    grid = np.linspace(0, 9, 901)
    by_rmse = [metrics.rmse(y, np.full(5, c)) for c in grid]
    by_mae = [metrics.mae(y, np.full(5, c)) for c in grid]
    assert grid[np.argmin(by_rmse)] == pytest.approx(np.mean(y), abs=0.005)
    assert grid[np.argmin(by_mae)] == pytest.approx(np.median(y), abs=0.005)


def test_r2_is_zero_at_the_weighted_mean_and_negative_beyond():
    y, weight = np.array([1.0, 2.0, 6.0]), [1, 1, 2]
    mean = np.full(3, np.average(y, weights=weight))
    assert metrics.r2(y, mean, sample_weight=weight) == pytest.approx(0.0, abs=1e-15)
    assert metrics.r2(y, mean + 1, sample_weight=weight) < 0


def test_two_rows_have_an_r2():
    assert metrics.r2([1.0, 3.0], [1.0, 2.0]) == pytest.approx(0.5)


def test_nll_is_the_mean_negative_log_density_of_scipy(rng):
    y = rng.normal(size=50)
    by_row = -stats.norm(0, 2).logpdf(y)
    assert metrics.nll(by_row) == pytest.approx(stats.norm.nnlf((0, 2), y) / 50)


def test_a_row_without_density_makes_the_nll_nan_or_infinite():
    assert np.isnan(metrics.nll([1.0, np.nan]))
    assert metrics.nll([1.0, np.inf]) == np.inf


@pytest.mark.parametrize("wrong", [[], [[1.0, 2.0]], 1.0])
def test_nll_requires_one_value_per_row(wrong):
    with pytest.raises(ValueError, match="one value per row"):
        metrics.nll(wrong)


@pytest.mark.parametrize("score", [metrics.rmse, metrics.mae, metrics.r2])
def test_one_column_equals_no_columns(score, rng):
    y_true, y_pred = rng.normal(size=(2, 9))
    found = score(y_true[:, None], y_pred)
    assert found == score(y_true, y_pred)
