"""The verdict against scipy.stats, the criterion and its boundaries."""

import numpy as np
import pytest
import scoringrules
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from skloss.noise import RATIO_LIMIT, ROWS_NEEDED, qq_points, residual_fit
from tests.noise.draws import gaussian_noise, laplace_noise


@pytest.mark.parametrize("draw", [laplace_noise, gaussian_noise])
def test_fits_are_scipys_maximum_likelihood(draw):
    noise = draw(501)
    fit = residual_fit(noise)
    assert (fit.mean, fit.std) == pytest.approx(stats.norm.fit(noise))
    assert (fit.median, fit.mean_deviation) == pytest.approx(stats.laplace.fit(noise))
    gaussian = stats.norm(fit.mean, fit.std).logpdf(noise)
    laplace = stats.laplace(fit.median, fit.mean_deviation).logpdf(noise)
    assert fit.gaussian == pytest.approx(gaussian.mean())
    assert fit.laplace == pytest.approx(laplace.mean())
    assert fit.gap == pytest.approx((laplace - gaussian).mean())
    assert fit.standard_error == pytest.approx(stats.sem(laplace - gaussian))
    fitted = fit.distributions
    np.testing.assert_allclose(fitted["gaussian"].logpdf(noise), gaussian)
    np.testing.assert_allclose(fitted["laplace"].logpdf(noise), laplace)


def test_quantiles_are_scipys():
    fit = residual_fit(laplace_noise(300))
    probability = np.array([1e-6, 0.2, 0.5, 0.9, 1 - 1e-6])
    gaussian = stats.norm(fit.mean, fit.std).ppf(probability)
    laplace = stats.laplace(fit.median, fit.mean_deviation).ppf(probability)
    np.testing.assert_allclose(fit.distributions["gaussian"].ppf(probability), gaussian)
    np.testing.assert_allclose(fit.distributions["laplace"].ppf(probability), laplace)


def test_the_limit_is_where_the_two_maxima_meet():
    # Normal: mean |z| / sd = sqrt(2/pi) = 0.7979; Laplace: b / sqrt(2 b^2) = 0.7071.
    assert np.sqrt(0.5) < RATIO_LIMIT < np.sqrt(2 / np.pi)
    assert RATIO_LIMIT == pytest.approx(0.7602, abs=5e-5)


@pytest.mark.parametrize("degrees", [1.5, 3, 5, 6, 8, 20])
def test_laplace_is_ahead_exactly_when_the_ratio_is_below_the_limit(degrees):
    noise = stats.t(degrees).rvs(400, random_state=1)
    fit = residual_fit(noise)
    assert (fit.gap > 0) == (fit.ratio < RATIO_LIMIT)
    assert fit.gap == pytest.approx(np.log(RATIO_LIMIT / fit.ratio))


def test_the_right_noise_wins_with_enough_rows():
    laplace, gaussian = (
        residual_fit(laplace_noise(2000)),
        residual_fit(gaussian_noise(2000)),
    )
    assert (laplace.winner, gaussian.winner) == ("laplace", "gaussian")
    assert laplace.interval[0] > 0 > gaussian.interval[1]
    # Expected gap per row: entropy of the best Gaussian minus that of the noise,
    # log(sqrt(pi / e)) for Laplace noise.
    assert laplace.gap == pytest.approx(0.5 * np.log(np.pi / np.e), abs=0.03)


def test_a_clear_gap_on_few_rows_stays_undecided():
    noise = stats.laplace.ppf((np.arange(150) + 0.5) / 150)
    fit = residual_fit(noise)
    assert fit.gap > 0
    assert fit.winner == "undecided"
    assert "150 rows are too few" in fit.text


def test_an_interval_over_zero_is_undecided():
    # Student t with 6.3 degrees of freedom lies near the limit.
    fit = residual_fit(stats.t(6.3).rvs(400, random_state=0))
    assert fit.interval[0] < 0 < fit.interval[1]
    assert fit.winner == "undecided"
    assert fit.text.startswith("Undecided")


@pytest.mark.slow
def test_the_interval_covers_the_truth_at_about_its_nominal_rate():
    # True gap of a Gaussian: log(RATIO_LIMIT) - log(sqrt(2 / pi)).
    truth = np.log(RATIO_LIMIT / np.sqrt(2 / np.pi))
    fits = [residual_fit(gaussian_noise(400, seed)) for seed in range(400)]
    covered = [fit.interval[0] <= truth <= fit.interval[1] for fit in fits]
    assert 0.92 < np.mean(covered) < 0.98


def test_weight_two_is_the_row_twice_and_zero_leaves_it_out():
    noise = laplace_noise(301)
    weight = np.random.default_rng(3).integers(0, 4, 301)
    weighted = residual_fit(noise, weight)
    repeated = residual_fit(np.repeat(noise, weight))
    numbers = ["n_rows", "mean", "std", "median", "mean_deviation", "gaussian"]
    numbers += ["laplace", "gap", "standard_error", "ratio"]
    np.testing.assert_allclose(
        [getattr(weighted, name) for name in numbers],
        [getattr(repeated, name) for name in numbers],
    )
    assert weighted.winner == repeated.winner


@pytest.mark.parametrize("factor", [1e-200, 1e-3, 1e3, 1e200])
def test_the_unit_shifts_the_log_score_only(factor):
    noise = laplace_noise(500)
    base, scaled = residual_fit(noise), residual_fit(noise * factor)
    assert scaled.std / factor == pytest.approx(base.std)
    assert scaled.laplace + np.log(factor) == pytest.approx(base.laplace)
    assert (scaled.gap, scaled.ratio) == pytest.approx((base.gap, base.ratio))


def test_the_verdict_is_one_sentence_with_its_numbers():
    fit = residual_fit(laplace_noise(2000))
    assert fit.text.startswith("Laplace fits better than Student t by 0.")
    assert "2,000 rows" in fit.text
    assert fit.text.count(". ") == 0
    fit = residual_fit(gaussian_noise(2000))
    low, high = fit.lead_interval
    assert f"95% interval {low:+.3f} to {high:+.3f}" in fit.text


@pytest.mark.parametrize(
    ("residuals", "sentence"),
    [
        ([], "0 rows cannot distinguish"),
        ([1.0], "1 row cannot distinguish"),
        ([1.0, 2.0], "2 rows cannot distinguish"),
        ([2.5] * 300, "All 300 residuals equal 2.5"),
        ([1e9 + 1e-7 * k for k in range(3)], "All 3 residuals equal 1e+09"),
        ([0.0] * 300, "All 300 residuals equal 0"),
        ([0.0, np.nan, np.inf, 1.0], "2 of 4 residuals are missing or infinite"),
    ],
)
def test_residuals_that_cannot_be_fitted_have_a_reason(residuals, sentence):
    fit = residual_fit(residuals)
    assert fit.winner == "undecided"
    assert sentence in fit.text
    assert not fit.has_spread
    assert np.isnan([fit.gap, fit.std, *fit.interval]).all()
    assert qq_points(residuals).empty


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: residual_fit([[1.0, 2.0]]), "one value per row"),
        (lambda: residual_fit([1.0, 2.0, 3.0], [1.0]), "one weight for each"),
        (lambda: residual_fit([1.0, 2.0, 3.0], [1.0, -1.0, 1.0]), "at least 0"),
    ],
)
def test_wrong_shapes_and_weights_are_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def log_scores(fit, noise):
    """Log-densities under both fits, from another package."""
    gaussian = -scoringrules.logs_normal(noise, fit.mean, fit.std)
    laplace = -scoringrules.logs_laplace(noise, fit.median, fit.mean_deviation)
    return gaussian, laplace


@pytest.mark.parametrize("draw", [laplace_noise, gaussian_noise])
def test_the_interval_is_the_paired_one_of_statsmodels(draw):
    noise = draw(600)
    fit = residual_fit(noise)
    gaussian, laplace = log_scores(fit, noise)
    paired = DescrStatsW(laplace - gaussian)
    assert fit.gap == pytest.approx(paired.mean)
    assert fit.standard_error == pytest.approx(paired.std_mean)
    assert fit.interval == pytest.approx(paired.zconfint_mean(0.05), abs=1e-5)


def test_weighted_scores_are_weighted_means():
    noise = laplace_noise(400)
    weight = np.random.default_rng(1).integers(1, 5, 400)
    fit = residual_fit(noise, weight)
    gaussian, laplace = log_scores(fit, noise)
    paired = DescrStatsW(laplace - gaussian, weights=weight)
    assert fit.n_rows == weight.sum()
    assert fit.gaussian == pytest.approx(np.average(gaussian, weights=weight))
    assert fit.laplace == pytest.approx(np.average(laplace, weights=weight))
    assert fit.standard_error == pytest.approx(paired.std_mean)


@pytest.mark.parametrize(
    ("n_rows", "winner"),
    [(ROWS_NEEDED - 1, "undecided"), (ROWS_NEEDED, "gaussian")],
)
def test_a_verdict_needs_two_hundred_rows(n_rows, winner):
    assert ROWS_NEEDED == 200
    # Gaussian rows; a Laplace is hard to tell from a Student t on so few rows.
    noise = stats.norm.ppf((np.arange(n_rows) + 0.5) / n_rows)
    fit = residual_fit(noise)
    assert fit.interval[1] < 0
    assert fit.winner == winner


def test_a_verdict_counts_weights_as_rows():
    noise = stats.norm.ppf((np.arange(100) + 0.5) / 100)
    assert residual_fit(noise, np.full(100, 1.99)).winner == "undecided"
    assert residual_fit(noise, np.full(100, 2.0)).winner == "gaussian"


def test_the_expected_gap_of_gaussian_noise():
    # E|x - median| / sigma is sqrt(2 / pi), so that the gap is log(limit / ratio).
    expected = np.log(RATIO_LIMIT / np.sqrt(2 / np.pi))
    assert residual_fit(gaussian_noise(20_000)).gap == pytest.approx(expected, abs=0.01)


def test_gaussian_noise_of_exponential_variance_is_laplace():
    # Andrews and Mallows (1974): a Gaussian whose variance is exponential.
    rng = np.random.default_rng(0)
    noise = rng.normal(size=8000) * np.sqrt(rng.exponential(size=8000))
    assert residual_fit(noise).winner == "laplace"


def test_a_shift_of_the_residuals_moves_the_locations_only():
    noise = laplace_noise(300)
    base, moved = residual_fit(noise), residual_fit(noise + 100.0)
    assert moved.mean - base.mean == pytest.approx(100.0)
    assert moved.median - base.median == pytest.approx(100.0)
    assert (moved.gap, moved.std) == pytest.approx((base.gap, base.std))


def test_the_sign_of_the_residuals_does_not_matter():
    noise = laplace_noise(301)
    base, mirrored = residual_fit(noise), residual_fit(-noise)
    assert mirrored.median == -base.median
    assert (mirrored.gap, mirrored.ratio) == pytest.approx((base.gap, base.ratio))


@pytest.mark.parametrize(
    ("spread", "has_spread"), [(1e-13, False), (1e-11, True), (1.0, True)]
)
def test_residuals_that_differ_by_rounding_have_no_spread(spread, has_spread):
    residuals = 1.0 + spread * np.linspace(0, 1, 300)
    assert residual_fit(residuals).has_spread == has_spread


def test_three_rows_are_the_fewest_that_are_fitted():
    assert residual_fit([0.0, 1.0, 3.0]).has_spread
    assert not residual_fit([0.0, 1.0]).has_spread
    assert not residual_fit([0.0, 1.0, 3.0], [1, 1, 0]).has_spread


def test_a_missing_residual_of_weight_zero_is_left_out():
    fit = residual_fit([0.0, 1.0, 3.0, np.nan], [1, 1, 1, 0])
    assert fit.has_spread
    assert fit.n_rows == 3


def test_an_undecided_verdict_gives_the_difference_and_the_rows_that_would_decide():
    fit = residual_fit(stats.t(6.3).rvs(400, random_state=0))
    assert f"differ by {fit.lead:.3g} nats per row" in fit.text
    assert fit.text.endswith("rows would decide.")


@pytest.mark.parametrize("weight", [[1, np.nan, 1], [1, np.inf, 1], [1, -1e-9, 1]])
def test_a_weight_that_is_not_a_number_from_zero_on_is_refused(weight):
    with pytest.raises(ValueError, match="finite and at least 0"):
        residual_fit([1.0, 2.0, 4.0], weight)
