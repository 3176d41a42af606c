"""Residuals of a comparison: tables of fits, and pairs of quantiles."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss.noise import (
    held_out_pit,
    qq_points,
    residual_fit,
    residual_table,
    residuals_of,
    standard_residuals,
)
from tests.noise.draws import gaussian_noise, laplace_noise

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


def test_weighted_qq_points_lie_at_the_middle_of_their_weight():
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
    assert table.loc["b", "lead"] == pytest.approx(fit.lead)
    interval = table.loc["b", "low"], table.loc["b", "high"]
    assert interval == pytest.approx(fit.lead_interval)
    assert table.loc["a", "text"].startswith("All 300 residuals equal 0")


def test_one_of_several_targets_is_chosen_by_its_suffix():
    frame = pd.DataFrame({"loss": "a", "y_true_1": [1.0, 2.0], "y_pred_1": [0.0, 0.0]})
    np.testing.assert_array_equal(residuals_of(frame, "a", output=1), [1.0, 2.0])
    with pytest.raises(ValueError, match="choose one by output="):
        residuals_of(frame, "a")


def test_an_unknown_loss_is_refused_with_the_losses_that_exist(predictions):
    with pytest.raises(ValueError, match="choose one of b, a"):
        residuals_of(predictions, "huber")


def test_the_table_has_the_numbers_of_each_fit_and_its_interval(predictions):
    table = residual_table(predictions)
    fit = residual_fit(residuals_of(predictions, "b"))
    names = ["n_rows", "mean", "std", "median", "mean_deviation", "ratio", "gaussian"]
    names += ["laplace", "student_t", "lead", "winner", "fits", "text"]
    assert [table.loc["b", name] for name in names] == [getattr(fit, n) for n in names]
    assert sorted(table) == sorted([*names, "low", "high"])


def test_the_points_of_a_perfect_sample_lie_on_the_diagonal():
    n = 2001
    noise = stats.laplace.ppf((np.arange(n) + 0.5) / n)
    points = qq_points(noise, max_points=n)
    inner = points["probability"].between(0.01, 0.99)
    found = points[inner]
    np.testing.assert_allclose(found["laplace"], found["residual"], atol=0.01)
    assert (found["gaussian"] - found["residual"]).abs().max() > 0.3


@pytest.mark.parametrize(("n_rows", "n_points"), [(1000, 1000), (1001, 800)])
def test_up_to_the_limit_all_rows_are_points(n_rows, n_points):
    found = qq_points(gaussian_noise(n_rows))
    assert n_points <= len(found) <= 1000
    assert found["probability"].is_monotonic_increasing
    assert found["residual"].is_monotonic_increasing


@pytest.mark.parametrize("max_points", [50, 200])
def test_fewer_points_keep_a_tenth_at_either_end(max_points):
    noise = np.sort(gaussian_noise(5000))
    found = qq_points(noise, max_points=max_points)
    tail = max_points // 10
    assert len(found) <= max_points
    np.testing.assert_array_equal(found["residual"].head(tail), noise[:tail])
    np.testing.assert_array_equal(found["residual"].tail(tail), noise[-tail:])


def test_rows_of_weight_zero_are_not_points():
    points = qq_points([3.0, 9.0, 1.0, 2.0], sample_weight=[1, 0, 1, 1])
    assert points["residual"].tolist() == [1.0, 2.0, 3.0]
    assert points["probability"].tolist() == pytest.approx([1 / 6, 1 / 2, 5 / 6])


def test_standard_residuals_have_mean_square_one():
    y = np.random.default_rng(0).normal(size=50) * 1e180
    frame = pd.DataFrame({"loss": "a", "y_true": y, "y_pred": 0.0})
    frame.loc[0, "y_pred"] = np.nan
    residuals = standard_residuals(frame, "a")
    assert len(residuals) == 49
    assert np.mean(residuals**2) == pytest.approx(1)
    np.testing.assert_allclose(residuals / residuals[0], y[1:] / y[1])


def test_standard_residuals_of_a_perfect_fit_are_zero():
    frame = pd.DataFrame({"loss": "a", "y_true": [1.0, 2.0], "y_pred": [1.0, 2.0]})
    assert standard_residuals(frame, "a").tolist() == [0, 0]


def held_out(noise, folds=5):
    frame = pd.DataFrame({"loss": "a", "y_true": noise, "y_pred": 0.0})
    return frame.assign(fold=np.arange(len(noise)) % folds)


def test_the_place_of_a_residual_is_that_in_the_fit_to_the_other_folds():
    noise = laplace_noise(200)
    pit = held_out_pit(held_out(noise), "a")
    other = noise[np.arange(200) % 5 != 3]
    here = np.arange(3, 200, 5)
    for name, family in {"gaussian": stats.norm, "laplace": stats.laplace}.items():
        expected = family(*family.fit(other)).cdf(noise[here])
        np.testing.assert_allclose(pit[name].iloc[here], expected, rtol=1e-6)


def test_places_are_uniform_under_the_right_noise_model():
    pit = held_out_pit(held_out(laplace_noise(20_000)), "a")
    assert stats.kstest(pit["laplace"], "uniform").pvalue > 0.01
    assert stats.kstest(pit["gaussian"], "uniform").pvalue < 1e-6


def test_a_single_fold_is_fitted_to_its_own_rows():
    noise = gaussian_noise(300)
    pit = held_out_pit(held_out(noise, folds=1), "a")
    expected = stats.norm(*stats.norm.fit(noise)).cdf(noise)
    np.testing.assert_allclose(pit["gaussian"], expected, rtol=1e-6)


@pytest.mark.parametrize("noise", [[0.0, 0.0, 0.0, 0.0], [1.0, np.nan, 2.0, 3.0]])
def test_without_a_fit_there_are_no_places(noise):
    assert held_out_pit(held_out(np.array(noise), folds=2), "a").empty
