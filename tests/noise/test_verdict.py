"""Noise fits against scipy.stats, the criterion, and honest refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss.noise import (
    RATIO_LIMIT,
    qq_points,
    residual_fit,
    residual_table,
    residuals_of,
)


def laplace_noise(n_rows, seed=0):
    return np.random.default_rng(seed).laplace(loc=1.0, scale=3.0, size=n_rows)


def gaussian_noise(n_rows, seed=0):
    return np.random.default_rng(seed).normal(loc=-2.0, scale=3.0, size=n_rows)


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
def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    # True gap of a Gaussian: log(RATIO_LIMIT) - log(sqrt(2 / pi)).
    truth = np.log(RATIO_LIMIT / np.sqrt(2 / np.pi))
    fits = [residual_fit(gaussian_noise(400, seed)) for seed in range(1000)]
    covered = [fit.interval[0] <= truth <= fit.interval[1] for fit in fits]
    assert 0.92 < np.mean(covered) < 0.98


def test_weight_two_is_the_row_twice_and_zero_is_gone():
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
def test_units_shift_the_log_score_and_nothing_else(factor):
    noise = laplace_noise(500)
    base, scaled = residual_fit(noise), residual_fit(noise * factor)
    assert scaled.std / factor == pytest.approx(base.std)
    assert scaled.laplace + np.log(factor) == pytest.approx(base.laplace)
    assert (scaled.gap, scaled.ratio) == pytest.approx((base.gap, base.ratio))


def test_the_verdict_is_one_sentence_with_its_numbers():
    fit = residual_fit(laplace_noise(2000))
    assert fit.text.startswith("The residuals look Laplace: 0.")
    assert "2,000 rows" in fit.text
    assert fit.text.count(". ") == 0
    fit = residual_fit(gaussian_noise(2000))
    low, high = sorted(map(abs, fit.interval))
    assert f"95% interval {low:.3g} to {high:.3g}" in fit.text


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
def test_what_cannot_be_fitted_is_said(residuals, sentence):
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
def test_bad_shapes_and_weights_get_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


# Q-Q points


def test_qq_points_are_the_sorted_residuals_against_scipys_quantiles():
    noise = gaussian_noise(40)
    points = qq_points(noise)
    np.testing.assert_array_equal(points["residual"], np.sort(noise))
    probability = (np.arange(40) + 0.5) / 40
    expected = stats.norm(*stats.norm.fit(noise)).ppf(probability)
    np.testing.assert_allclose(points["gaussian"], expected)
    expected = stats.laplace(*stats.laplace.fit(noise)).ppf(probability)
    np.testing.assert_allclose(points["laplace"], expected)


def test_many_rows_are_thinned_with_their_tails_kept():
    noise = laplace_noise(50_000)
    points = qq_points(noise)
    assert 500 < len(points) <= 1000
    ordered = np.sort(noise)
    np.testing.assert_array_equal(points["residual"].head(100), ordered[:100])
    np.testing.assert_array_equal(points["residual"].tail(100), ordered[-100:])
    assert points["gaussian"].diff().max() < 0.1 * noise.std() + 1.0


def test_weighted_qq_points_stand_at_the_middle_of_their_weight():
    points = qq_points([3.0, 1.0, 2.0], sample_weight=[1, 1, 2])
    assert points["residual"].tolist() == [1.0, 2.0, 3.0]
    assert points["probability"].tolist() == [0.125, 0.5, 0.875]


# Predictions of a comparison


@pytest.fixture
def predictions():
    truth = np.arange(300.0)
    frames = [
        pd.DataFrame(
            {"loss": "b", "y_true": truth, "y_pred": truth - laplace_noise(300)}
        ),
        pd.DataFrame({"loss": "a", "y_true": truth, "y_pred": truth}),
    ]
    return pd.concat(frames, ignore_index=True)


def test_residuals_are_truth_minus_prediction(predictions):
    np.testing.assert_allclose(residuals_of(predictions, "b"), laplace_noise(300))


def test_residual_table_has_a_row_per_loss_in_order(predictions):
    table = residual_table(predictions)
    assert table.index.tolist() == ["b", "a"]
    assert table.index.name == "loss"
    fit = residual_fit(laplace_noise(300))
    assert table.loc["b", "gap"] == pytest.approx(fit.gap)
    assert (table.loc["b", "low"], table.loc["b", "high"]) == pytest.approx(
        fit.interval
    )
    assert table.loc["a", "text"].startswith("All 300 residuals equal 0")


def test_one_of_several_targets_is_chosen_by_its_suffix():
    frame = pd.DataFrame({"loss": "a", "y_true_1": [1.0, 2.0], "y_pred_1": [0.0, 0.0]})
    np.testing.assert_array_equal(residuals_of(frame, "a", output=1), [1.0, 2.0])
    with pytest.raises(ValueError, match="choose one by output="):
        residuals_of(frame, "a")


def test_an_unknown_loss_is_answered_with_those_there_are(predictions):
    with pytest.raises(ValueError, match="choose one of b, a"):
        residuals_of(predictions, "huber")
