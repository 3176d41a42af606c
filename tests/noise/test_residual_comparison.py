"""`compare_noise` against scipy.stats and statsmodels, and its verdicts."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.miscmodels.tmodel
from scipy import stats

from skloss import compare_noise
from skloss.noise import residual_fit
from tests.noise.draws import gaussian_noise, laplace_noise


def t_noise(n_rows, seed=0, df=3.0):
    return stats.t(df, 4.0, 2.0).rvs(n_rows, random_state=seed)


def outlier_noise(n_rows, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=n_rows) * np.where(rng.random(n_rows) < 0.05, 12.0, 1.0)


DRAWS = [gaussian_noise, laplace_noise, t_noise, outlier_noise]


@pytest.mark.parametrize("draw", DRAWS)
def test_fits_are_scipys_maximum_likelihood(draw):
    noise = draw(800)
    found = compare_noise(noise)
    for name, family in {"gaussian": stats.norm, "laplace": stats.laplace}.items():
        fitted = family.fit(noise)
        assert found.table.loc[name, ["loc", "scale"]].tolist() == pytest.approx(fitted)
        mean = family(*fitted).logpdf(noise).mean()
        assert found.table.loc[name, "log_likelihood"] == pytest.approx(mean)


@pytest.mark.parametrize("draw", DRAWS)
def test_no_student_t_of_scipy_or_statsmodels_is_more_likely(draw):
    noise = draw(800)
    found = compare_noise(noise)
    df, loc, scale = found.table.loc["student_t", ["df", "loc", "scale"]]
    ours = stats.t(df, loc, scale).logpdf(noise).mean()
    assert found.table.loc["student_t", "log_likelihood"] == pytest.approx(ours)
    scipys = stats.t(*stats.t.fit(noise)).logpdf(noise).mean()
    model = statsmodels.miscmodels.tmodel.TLinearModel(noise, np.ones((800, 1)))
    statsmodels_ = model.fit(disp=0, start_params=[loc, df, scale]).llf / 800
    # The degrees of freedom end at 1000, which costs Gaussian noise up to 1e-6 nats.
    assert ours > max(scipys, statsmodels_) - 1e-5


def test_the_information_criterion_counts_the_parameters():
    found = compare_noise(laplace_noise(500))
    log_likelihood = 500 * found.table["log_likelihood"].to_numpy()
    expected = 2 * np.array([2, 2, 3]) - 2 * log_likelihood
    np.testing.assert_allclose(found.table["aic"], expected)


def test_vuongs_test_is_the_paired_test_of_the_log_likelihoods():
    noise = t_noise(600)
    found = compare_noise(noise)
    rows = {name: d.logpdf(noise) for name, d in found.distributions.items()}
    expected = stats.ttest_rel(rows["student_t"], rows["laplace"])
    pair = found.pairs.loc[("student_t", "laplace")]
    assert pair["z"] == pytest.approx(expected.statistic)
    assert pair["p_value"] == pytest.approx(2 * stats.norm.sf(abs(pair["z"])))
    width = 1.96 * stats.sem(rows["student_t"] - rows["laplace"])
    assert pair["low"] == pytest.approx(pair["gap"] - width)
    assert pair["high"] == pytest.approx(pair["gap"] + width)
    mirrored = found.pairs.loc[("laplace", "student_t")]
    assert (mirrored["gap"], mirrored["low"]) == pytest.approx(
        (-pair["gap"], -pair["high"])
    )


def test_the_divergence_to_each_fit_is_that_of_the_known_noise():
    # KL(Laplace || Gaussian) = log sqrt(pi / e), by the entropies of both.
    found = compare_noise(laplace_noise(100_000))
    assert found.table.loc["gaussian", "kl"] == pytest.approx(
        0.5 * np.log(np.pi / np.e), abs=0.01
    )
    assert found.table.loc["laplace", "kl"] == pytest.approx(0.0, abs=1e-3)
    assert found.table.loc["laplace", "p_value"] > 0.01
    assert found.table.loc["gaussian", "p_value"] < 1e-9


@pytest.mark.parametrize(
    ("draw", "n_rows", "winner"),
    [
        (gaussian_noise, 500, "gaussian"),
        (laplace_noise, 5000, "laplace"),
        (t_noise, 5000, "student_t"),
    ],
)
def test_the_family_of_the_noise_wins_and_fits(draw, n_rows, winner):
    found = compare_noise(draw(n_rows))
    assert found.winner == winner
    assert found.fits
    assert found.interval[0] > 0
    assert found.rows_needed is None


def test_gross_outliers_are_student_t():
    assert compare_noise(outlier_noise(1000)).winner == "student_t"


@pytest.mark.parametrize("n_rows", [30, 199])
def test_few_rows_are_undecided_whatever_they_look_like(n_rows):
    noise = stats.norm.ppf((np.arange(n_rows) + 0.5) / n_rows)
    found = compare_noise(noise)
    assert found.winner == "undecided"
    assert found.rows_needed == 200
    assert found.text.startswith(f"Undecided: {n_rows} rows are too few")


def test_an_undecided_comparison_states_the_rows_that_would_decide():
    found = compare_noise(laplace_noise(400))
    assert found.winner == "undecided"
    assert found.rows_needed > 400
    assert f"about {found.rows_needed:,} rows would decide" in found.text


def test_equal_families_need_more_rows_than_any_table_has():
    # Two values: every symmetric family has cells of these probabilities.
    found = compare_noise([0.0, 0.0, 0.0, 1.0] * 100)
    assert found.rows_needed == 10_000_000
    assert "more than 10,000,000 rows would decide" in found.text


@pytest.mark.parametrize(
    "noise",
    [
        stats.uniform.ppf((np.arange(2000) + 0.5) / 2000),
        stats.lognorm(1.0).ppf((np.arange(2000) + 0.5) / 2000),
        np.sin(np.linspace(-6, 6, 2000)) * 1.5,
    ],
    ids=["uniform", "log-normal", "sine"],
)
def test_noise_of_no_family_is_reported(noise):
    found = compare_noise(noise)
    assert not found.fits
    assert "none of these describes the noise" in found.text
    fit = residual_fit(noise)
    assert not fit.fits
    assert fit.text == found.text


@pytest.mark.parametrize("step", [0.5, 1.0, 3.0])
def test_rounded_noise_is_judged_by_its_cells(step):
    rng = np.random.default_rng(0)
    noise = step * np.round(rng.normal(scale=1.5, size=3000) / step)
    found = compare_noise(noise)
    assert found.step == pytest.approx(step)
    assert found.winner in ("gaussian", "undecided")
    loc, scale = found.table.loc["gaussian", ["loc", "scale"]]
    assert scale == pytest.approx(1.5, rel=0.07)
    model = stats.norm(loc, scale)
    cells = np.log(model.cdf(noise + step / 2) - model.cdf(noise - step / 2))
    assert found.table.loc["gaussian", "log_likelihood"] == pytest.approx(cells.mean())
    assert (found.table["log_likelihood"] < 0).all()
    assert "rounded to" in found.text


def test_frequencies_are_rows():
    noise = laplace_noise(300)
    weight = np.random.default_rng(3).integers(0, 4, 300)
    weighted, repeated = (
        compare_noise(noise, weight),
        compare_noise(np.repeat(noise, weight)),
    )
    pd.testing.assert_frame_equal(weighted.table, repeated.table, rtol=1e-4)
    pd.testing.assert_frame_equal(weighted.pairs, repeated.pairs, rtol=1e-3, atol=1e-6)
    assert (weighted.winner, weighted.n_rows) == (repeated.winner, repeated.n_rows)


@pytest.mark.parametrize("factor", [1e-100, 1e-3, 1e3, 1e100])
def test_the_unit_shifts_the_log_likelihood_only(factor):
    noise = t_noise(500)
    base, scaled = compare_noise(noise), compare_noise(noise * factor)
    np.testing.assert_allclose(
        scaled.table["log_likelihood"] + np.log(factor), base.table["log_likelihood"]
    )
    np.testing.assert_allclose(scaled.pairs["gap"], base.pairs["gap"], atol=1e-9)
    assert (scaled.winner, scaled.rows_needed) == (base.winner, base.rows_needed)


@pytest.mark.parametrize("draw", [outlier_noise, laplace_noise, t_noise])
def test_both_verdicts_are_the_same(draw):
    noise = draw(1000)
    found, fit = compare_noise(noise), residual_fit(noise)
    pair = found.pairs.loc[("laplace", "gaussian")]
    assert (fit.gap, *fit.interval) == tuple(pair[["gap", "low", "high"]])
    assert fit.gaussian == found.table.loc["gaussian", "log_likelihood"]
    assert (fit.winner, fit.text, fit.fits) == (found.winner, found.text, found.fits)
    assert (fit.lead, fit.lead_interval) == (found.gap, found.interval)
    assert fit.student_t == found.table.loc["student_t", "log_likelihood"]
    assert list(fit.distributions) == list(found.table.index)


def test_quantiles_lie_on_the_diagonal_of_the_right_family():
    noise = stats.laplace.ppf((np.arange(2001) + 0.5) / 2001)
    points = compare_noise(noise).qq(max_points=2001)
    assert points.columns.tolist() == [
        *("probability", "residual", "gaussian", "laplace", "student_t"),
    ]
    inner = points[points["probability"].between(0.01, 0.99)]
    np.testing.assert_allclose(inner["laplace"], inner["residual"], atol=0.01)


@pytest.mark.parametrize(
    ("residuals", "weight", "sentence"),
    [
        ([], None, "0 rows cannot distinguish"),
        ([1.0, 2.0], None, "2 rows cannot distinguish"),
        ([2.5] * 300, None, "All 300 residuals equal 2.5"),
        ([0.0, np.nan, 1.0, 2.0], None, "1 of 4 residuals are missing"),
        ([[1.0, 2.0]], None, "one value per row"),
        (["a", "b"], None, "must be numbers, y_true - y_pred of each row"),
        ([1.0, 2.0, 4.0], [1.0], "one weight for each"),
        ([1.0, 2.0, 4.0], [1.0, -1.0, 1.0], "at least 0"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(residuals, weight, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare_noise(residuals, weight)
