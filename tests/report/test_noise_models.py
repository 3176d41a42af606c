"""The table of noise models shows the fits of `skloss.noise`, as text."""

import html
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import compare_noise, report
from skloss.figures.residual_sample import residual_sample
from skloss.report import Markup
from tests.report.comparisons import comparison_of

LEVELS = (np.arange(2000) + 0.5) / 2000


def comparison_with(**residuals):
    parts = [
        pd.DataFrame({"loss": loss, "y_true": values, "y_pred": 0.0})
        for loss, values in residuals.items()
    ]
    return comparison_of(predictions=pd.concat(parts), mae__a=[1.0, 2.0])


@pytest.fixture
def comparison():
    return comparison_with(
        a_loss=stats.norm.ppf(LEVELS),
        b=stats.laplace.ppf(LEVELS),
        c=stats.logistic.ppf(LEVELS),
        d=stats.uniform.ppf(LEVELS),
        e=stats.t(8).ppf(LEVELS[::10]),
    )


def test_each_loss_has_the_model_that_its_residuals_follow(comparison):
    table = report.noise_table(comparison)
    assert table["Noise"].to_dict() == {
        "a loss": "Gaussian",
        "b": "Laplace",
        "c": "Student t",
        "d": "None of these",
        "e": "Undecided",
    }


def test_the_likelihoods_are_those_of_the_fitted_models(comparison):
    # Entropies in nats: log(sqrt(2 pi e)) of a standard normal, 1 + log 2 of Laplace.
    table = report.noise_table(comparison)
    gaussian = float(table.loc["a loss", "Gaussian"].replace("−", "-"))
    laplace = float(table.loc["b", "Laplace"].replace("−", "-"))
    assert gaussian == pytest.approx(-0.5 * np.log(2 * np.pi * np.e), abs=2e-3)
    assert laplace == pytest.approx(-1 - np.log(2), abs=2e-3)


def test_a_gap_has_a_sign_and_its_interval_stays_on_one_line(comparison):
    table = report.noise_table(comparison)
    assert table.loc["a loss", "Ahead by"].startswith("+0.0")
    low, high = table.loc["b", "95% interval"].split("\u00a0to\u00a0")
    assert float(low) < float(table.loc["b", "Ahead by"]) < float(high)


def test_too_few_rows_have_a_dash_for_what_is_unknown():
    table = report.noise_table(comparison_with(a=np.zeros(3)))
    assert "–" in table.loc["a"].tolist()


def test_names_and_models_pass_through_the_markup():
    comparison = comparison_with(**{"<i>": stats.norm.ppf(LEVELS)})
    bold = Markup(html.escape, lambda text: f"**{text}**")
    table = report.noise_table(comparison, bold)
    assert table["Noise"].to_dict() == {"&lt;i&gt;": "**Gaussian**"}


@pytest.mark.parametrize("loss", ["a_loss", "b", "c", "d", "e"])
def test_sentence_summary_and_function_have_one_verdict(comparison, loss):
    residuals = comparison.predictions.query("loss == @loss")["y_true"]
    found = compare_noise(residuals)
    title = loss.replace("_", " ")
    assert report.noise_sentence(comparison, loss) == (
        f"Residuals of {title}: {found.text}"
    )


@pytest.mark.parametrize("weight", [None, np.arange(300) % 3 + 1.0])
def test_rows_that_are_held_out_several_times_count_once(weight):
    rng = np.random.default_rng(0)
    noise = rng.laplace(size=300)
    first = pd.DataFrame({"loss": "a", "row": np.arange(300), "y_true": noise})
    again = first.sample(frac=1.0, random_state=1)
    twice = [first.assign(y_pred=0.0, fold=0), again.assign(y_pred=0.01, fold=1)]
    rows = pd.concat(twice)
    comparison = comparison_of(
        predictions=rows, data=(None, None, weight), mae__a=[1.0, 2.0]
    )
    found = compare_noise(noise, weight)
    sentence = report.noise_sentence(comparison, "a")
    assert sentence == f"Residuals of a: {found.text}"
    plain = comparison_of(
        predictions=first.assign(y_pred=0.0),
        data=(None, None, weight),
        mae__a=[1.0, 2.0],
    )
    pd.testing.assert_frame_equal(
        report.noise_table(comparison), report.noise_table(plain)
    )
    sample = residual_sample(comparison, "a")
    np.testing.assert_array_equal(sample.residuals, noise)


def test_the_sentence_is_on_the_loss_with_the_best_log_score():
    rows = pd.DataFrame({"y_true": stats.norm.ppf(LEVELS), "y_pred": 0.0})
    both = pd.concat([rows.assign(loss="a"), rows.assign(loss="b")])
    comparison = comparison_of(predictions=both, nll__a=[2.0, 2.1], nll__b=[1.0, 1.1])
    assert report.noise_sentence(comparison).startswith("Residuals of b: Gaussian")
    assert report.pooled_loss(comparison) == "b"


def best_of(**nats):
    rows = pd.DataFrame({"y_true": stats.laplace.ppf(LEVELS), "y_pred": 0.0})
    return report.noise_sentence(
        comparison_of(
            predictions=pd.concat([rows.assign(loss=loss) for loss in nats]),
            recipe={"losses": {loss: loss for loss in nats}},
            **{f"nll__{loss}": values for loss, values in nats.items()},
        )
    )


@pytest.mark.parametrize(
    "loss", ["gaussian_nll", "student_t_nll", "poisson", "gamma", "multi_quantile"]
)
def test_noise_that_differs_by_row_is_not_judged_by_pooled_residuals(loss):
    # Gaussian noise whose variance is exponential is exactly Laplace when pooled.
    found = best_of(**{loss: [1.0, 1.01, 1.02], "squared_error": [1.5, 1.51, 1.52]})
    assert "Laplace fits" not in found
    assert "clearly better than squared error (0.5 nats per row)" in found
    alone = best_of(**{loss: [1.0, 1.01, 1.02]})
    assert "need not follow one noise model" in alone


@pytest.mark.parametrize(
    ("noise", "is_qualified"),
    [(stats.laplace, True), (stats.t(3), True), (stats.norm, False)],
)
def test_heavy_tails_are_qualified_where_no_loss_predicts_the_spread(
    noise, is_qualified
):
    rows = pd.DataFrame({"y_true": noise.ppf(LEVELS), "y_pred": 0.0, "loss": "a"})
    comparison = comparison_of(predictions=rows, nll__a=[1.0, 1.1])
    chosen = report.noise_sentence(comparison)
    named = report.noise_sentence(comparison, "a")
    assert chosen.startswith(named)
    assert ("spread differs from row to row" in chosen) == is_qualified
    assert "spread differs from row to row" not in named


def test_a_loss_that_predicts_the_spread_settles_the_question():
    tied = {"gaussian_nll": [1.0, 1.4, 1.2], "squared_error": [1.1, 1.3, 1.3]}
    assert "spread differs" not in best_of(**tied)


def test_a_tie_with_noise_that_differs_by_row_leaves_the_pooled_residuals():
    tied = {"gaussian_nll": [1.0, 1.4, 1.2], "squared_error": [1.1, 1.3, 1.3]}
    found = best_of(**tied, poisson=[1.2, 1.2, 1.3])
    assert found.startswith("Residuals of squared error: Laplace fits better")


def covered(residuals, markup=report.PLAIN):
    rows = pd.DataFrame({"loss": "a", "y_true": residuals, "y_pred": 0.0})
    rows["fold"] = np.random.default_rng(0).integers(5, size=len(rows))
    comparison = comparison_of(predictions=rows, mae__a=[1.0, 2.0])
    return report.coverage_table(comparison, "a", markup)


def test_intervals_of_the_right_model_hold_the_rows_that_they_state():
    table = covered(stats.laplace.ppf(LEVELS))
    assert table.index.tolist() == ["Gaussian", "Laplace", "Student t"]
    shares = table.loc["Laplace"].str.removesuffix("%").astype(float)
    np.testing.assert_allclose(shares, [50, 80, 90, 95], atol=1)
    # Laplace noise of scale 1 has standard deviation sqrt(2): the Gaussian interval of
    # 50% ends at 0.6745 sqrt(2), which holds 1 - exp(-0.954) of the rows.
    first = float(table.loc["Gaussian", "50% interval"].removesuffix("%"))
    assert first == pytest.approx(100 * (1 - np.exp(-0.6745 * np.sqrt(2))), abs=1)


def test_a_share_beyond_chance_is_marked():
    bold = Markup(str, lambda text: f"**{text}**")
    table = covered(stats.laplace.ppf(LEVELS), bold)
    assert re.fullmatch(r"\*\*6\d\.\d%\*\*", table.loc["Gaussian", "50% interval"])
    assert table.loc["Laplace", "50% interval"].startswith("5")


def test_residuals_without_spread_have_no_coverage():
    assert covered(np.zeros(30)).empty
