"""The robust scale and the linear fit that Huber learns from."""

import numpy as np
import pytest
from scipy import sparse, stats
from sklearn.linear_model import PoissonRegressor, QuantileRegressor

from skloss.losses.robust_statistics import (
    absolute_error_residuals,
    log_linear_means,
    robust_scale,
)

rng = np.random.default_rng(5)
DESIGN = rng.integers(0, 3, size=(800, 4)).astype(float)
LINE = DESIGN @ [1.0, -2.0, 3.0, 0.5]


@pytest.mark.parametrize(
    "y",
    [
        LINE + rng.normal(size=800),
        LINE + rng.standard_t(1.5, size=800),
        LINE + np.exp(DESIGN[:, 0]) * rng.exponential(size=800),
        np.round(LINE + rng.normal(size=800)),
    ],
    ids=["normal", "wild", "skewed", "whole numbers"],
)
@pytest.mark.parametrize("weight", [np.ones(800), rng.integers(0, 4, size=800)])
def test_line_that_huber_starts_from_has_least_absolute_deviations(y, weight):
    oracle = QuantileRegressor(alpha=0.0).fit(DESIGN, y, sample_weight=weight)
    least = weight @ np.abs(y - oracle.predict(DESIGN))
    found = weight @ np.abs(absolute_error_residuals(y, weight, DESIGN))
    assert found == pytest.approx(least, rel=3e-3)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_robust_scale_of_gaussian_noise_is_its_standard_deviation(scale):
    residuals = stats.norm(3.0, scale).ppf((np.arange(20001) + 0.5) / 20001)
    assert robust_scale(residuals) == pytest.approx(scale, rel=1e-3)


def test_the_robust_scale_is_the_median_absolute_deviation_of_scipy():
    residuals = rng.standard_t(1.5, size=501)
    wanted = stats.median_abs_deviation(residuals, scale="normal")
    assert robust_scale(residuals) == pytest.approx(wanted)


def test_a_minority_of_outliers_does_not_move_the_scale():
    residuals = rng.normal(size=1000)
    wild = residuals.copy()
    wild[:100] = 1e9
    assert robust_scale(wild) < 1.4 * robust_scale(residuals)


def test_a_weight_of_two_is_a_residual_twice():
    residuals, weight = rng.normal(size=40), rng.integers(0, 4, size=40)
    repeated = robust_scale(np.repeat(residuals, weight))
    assert robust_scale(residuals, weight) == pytest.approx(repeated)


@pytest.mark.parametrize("residuals", [[0.0, 0.0, 0.0, 0.0, 5.0], [2.0, 2.0, 2.0, 9.0]])
def test_if_most_residuals_are_equal_the_standard_deviation_is_taken(residuals):
    assert robust_scale(residuals) == pytest.approx(np.std(residuals))


@pytest.mark.parametrize("residuals", [[1.0], [3.0, 3.0], [0.0] * 5])
def test_the_scale_of_constant_residuals_is_one(residuals):
    assert robust_scale(residuals) == 1.0


def test_the_scale_is_per_target():
    residuals = rng.normal(size=(50, 3)) * [1.0, 10.0, 0.1]
    found = robust_scale(residuals)
    assert found.tolist() == [robust_scale(column) for column in residuals.T]


def noisy():
    return LINE + rng.normal(size=800)


def test_sparse_and_dense_tables_have_the_same_residuals():
    y = noisy()
    dense = absolute_error_residuals(y, X=DESIGN)
    np.testing.assert_allclose(
        absolute_error_residuals(y, X=sparse.csr_matrix(DESIGN)), dense, atol=1e-9
    )


def test_a_table_too_large_to_keep_has_the_same_residuals(monkeypatch):
    y = noisy()
    kept = absolute_error_residuals(y, X=DESIGN)
    monkeypatch.setattr("skloss.losses.robust_statistics._KEPT", 0)
    np.testing.assert_allclose(absolute_error_residuals(y, X=DESIGN), kept, atol=1e-9)


@pytest.mark.parametrize("X", [None, DESIGN[:3]])
def test_without_enough_rows_residuals_are_about_the_median(X):
    y = np.array([1.0, 2.0, 9.0])
    found = absolute_error_residuals(y, X=X)
    assert found.tolist() == [-1.0, 0.0, 7.0]


def test_tables_beyond_the_widest_are_ignored(monkeypatch):
    y = noisy()
    monkeypatch.setattr("skloss.losses.robust_statistics._WIDEST", 3)
    found = absolute_error_residuals(y, X=DESIGN)
    np.testing.assert_allclose(found, y - np.median(y))


def test_rows_of_weight_zero_do_not_count():
    y, weight = noisy(), np.r_[np.zeros(400), np.ones(400)]
    y[:400] += 1e4 * rng.normal(size=400)
    found = absolute_error_residuals(y, weight, DESIGN)[400:]
    alone = absolute_error_residuals(y[400:], None, DESIGN[400:])
    assert np.abs(found).mean() == pytest.approx(np.abs(alone).mean(), rel=1e-3)


def test_outliers_do_not_tilt_the_fit():
    y = noisy()
    y[:80] += 1e6
    found = absolute_error_residuals(y, X=DESIGN)[80:]
    assert np.median(np.abs(found)) < 1.0


def test_an_exact_line_leaves_almost_no_residuals():
    found = absolute_error_residuals(LINE, X=DESIGN)
    assert np.abs(found).max() < 1e-3 * np.std(LINE)


def test_constant_and_repeated_columns_are_harmless():
    y = noisy()
    wide = np.column_stack([DESIGN, DESIGN[:, 0], np.ones(800)])
    found, plain = (np.abs(absolute_error_residuals(y, X=X)) for X in (wide, DESIGN))
    assert found.mean() == pytest.approx(plain.mean(), rel=3e-3)


def test_several_targets_are_fitted_one_by_one():
    y = np.column_stack([noisy(), 10 * noisy()])
    together = absolute_error_residuals(y, X=DESIGN)
    for k in range(2):
        alone = absolute_error_residuals(y[:, k], X=DESIGN)
        np.testing.assert_allclose(together[:, k], alone)


# Means of counts by a log-linear model

MEANS = np.exp(DESIGN @ [0.3, -0.4, 0.2, 0.5])
COUNTS = np.random.default_rng(0).poisson(MEANS).astype(float)


@pytest.mark.parametrize("weight", [None, rng.integers(0, 4, size=800)])
def test_log_linear_means_are_those_of_scikit_learns_poisson_regression(weight):
    found = log_linear_means(COUNTS, weight, DESIGN, n_iter=30)
    model = PoissonRegressor(alpha=0, max_iter=1000, tol=1e-8)
    expected = model.fit(DESIGN, COUNTS, sample_weight=weight).predict(DESIGN)
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    # A few iterations are enough for two digits.
    few = log_linear_means(COUNTS, weight, DESIGN)
    np.testing.assert_allclose(few, expected, rtol=1e-2)


def test_log_linear_means_of_a_sparse_table_are_those_of_a_dense_one():
    found = log_linear_means(COUNTS, X=sparse.csr_matrix(DESIGN))
    np.testing.assert_allclose(found, log_linear_means(COUNTS, X=DESIGN))


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_log_linear_means_have_the_unit_of_the_amounts(unit):
    found = log_linear_means(unit * COUNTS, X=DESIGN)
    np.testing.assert_allclose(found, unit * log_linear_means(COUNTS, X=DESIGN))


def test_the_means_of_several_targets_are_fitted_one_by_one():
    both = np.column_stack([COUNTS, COUNTS[::-1]])
    found = log_linear_means(both, X=DESIGN)
    for k in range(2):
        np.testing.assert_allclose(found[:, k], log_linear_means(both[:, k], X=DESIGN))


@pytest.mark.parametrize("X", [None, rng.normal(size=(24, 4)), np.ones((24, 700))])
def test_without_five_rows_for_a_coefficient_all_have_the_weighted_mean(X):
    y, weight = COUNTS[:24], np.arange(24)
    found = log_linear_means(y, weight, X)
    np.testing.assert_allclose(found, np.average(y, weights=weight))


def test_five_rows_for_each_coefficient_are_enough():
    assert np.ptp(log_linear_means(COUNTS[:25], X=DESIGN[:25])) > 0
    weight = np.append(np.ones(24), 0.0)
    assert np.ptp(log_linear_means(COUNTS[:25], weight, DESIGN[:25])) == 0


def test_amounts_of_zero_have_a_mean_of_zero_and_a_far_row_a_limited_one():
    assert log_linear_means(np.zeros(800), X=DESIGN).tolist() == [0.0] * 800
    weight = np.append(np.ones(800), 0.0)
    far = np.vstack([DESIGN, np.full(4, 500.0)])
    found = log_linear_means(np.append(COUNTS, 0.0), weight, far)
    assert found[-1] == pytest.approx(COUNTS.mean() * np.exp(7))
