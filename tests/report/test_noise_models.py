"""The table of noise models shows the fits of `skloss.noise`, as text."""

import html

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import report
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
        "d": "Neither",
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
    assert table.loc["a loss", "Laplace ahead by"].startswith("−0.0")
    assert table.loc["b", "Laplace ahead by"].startswith("+0.0")
    low, high = table.loc["b", "95% interval"].split("\u00a0to\u00a0")
    assert float(low) < float(table.loc["b", "Laplace ahead by"]) < float(high)


def test_too_few_rows_have_a_dash_for_what_is_unknown():
    table = report.noise_table(comparison_with(a=np.zeros(3)))
    assert "–" in table.loc["a"].tolist()


def test_names_and_models_pass_through_the_markup():
    comparison = comparison_with(**{"<i>": stats.norm.ppf(LEVELS)})
    bold = Markup(html.escape, lambda text: f"**{text}**")
    table = report.noise_table(comparison, bold)
    assert table["Noise"].to_dict() == {"&lt;i&gt;": "**Gaussian**"}
