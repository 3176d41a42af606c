"""Bands are the mean intervals of rows with similar values of a feature."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import TorchRegressor, compare_losses, figures
from skloss.figures.fit_bands import banded_losses
from skloss.noise import FAMILIES, Predictive
from tests.figures.comparisons import caption_of, named, of_numbers

# Trained for a few steps, without the warning on convergence of a planned schedule.
SHORT = TorchRegressor(
    hidden_layer_sizes=(), solver="adam", max_iter=4, schedule="cosine"
)


def predicting(n_outputs):
    return SimpleNamespace(n_outputs=lambda k: n_outputs * k)


def gaussian_along(x, scale, truth, n_outputs=2, folds=2):
    """A loss "a" that predicts N(x, scale) for each row; folds alternate."""
    fold = np.arange(len(x)) % folds
    frame = pd.DataFrame(
        {"loss": "a", "fold": fold, "row": np.arange(len(x)), "y_true": truth}
    )
    frame = frame.assign(y_pred=x)
    distributions = {}
    for number in range(folds):
        parameters = {"loc": x[None], "scale": scale[None]}
        here = {name: value[:, fold == number] for name, value in parameters.items()}
        distributions["a", number] = Predictive(FAMILIES["gaussian"], here)
    X = pd.DataFrame({"x": x})
    comparison = of_numbers(frame, X=X, distributions=distributions)
    comparison.losses = {"a": predicting(n_outputs)}
    return comparison


def band_of(figure):
    low, high = (
        next(trace for trace in figure.data if f", {end} end" in str(trace.name))
        for end in ("lower", "upper")
    )
    return low, high


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_a_funnel_is_drawn_at_the_stated_coverage(coverage):
    x = np.repeat([1.0, 2.0, 3.0], 10)
    figure = figures.fits(gaussian_along(x, x / 2, x), coverage=coverage)
    low, high = band_of(figure)
    reach = stats.norm.ppf(0.5 + coverage / 2) * np.array([0.5, 1.0, 1.5])
    np.testing.assert_allclose(low.y, np.arange(1, 4) - reach)
    np.testing.assert_allclose(high.y, np.arange(1, 4) + reach)
    assert high.fill == "tonexty"
    assert low.name == f"a, lower end of {coverage:.0%}"


def test_the_band_is_the_mean_of_the_ends_in_each_bin():
    x = np.repeat([1.0, 2.0], 10)
    scale = np.tile([1.0, 3.0], 10)
    low, _ = band_of(figures.fits(gaussian_along(x, scale, x)))
    reach = 2 * stats.norm.ppf(0.9)
    np.testing.assert_allclose(low.y, [1 - reach, 2 - reach])


def test_the_caption_has_the_share_of_rows_inside():
    x = np.repeat([1.0, 2.0], 10)
    truth = x + np.tile([0.0, 0.0, 0.0, 5.0, 0.0], 4)
    figure = figures.fits(gaussian_along(x, np.ones(20), truth))
    assert "Bands are 80% intervals" in caption_of(figure)
    assert "they contain 80% of the rows for a." in caption_of(figure)


def test_a_band_has_the_colour_of_its_loss_and_no_place_in_the_legend():
    x = np.arange(20.0)
    figure = figures.fits(gaussian_along(x, np.ones(20), x))
    low, high = band_of(figure)
    assert low.line.color == high.line.color == named(figure)["a"].line.color
    assert list(named(figure)) == ["held-out rows", "a"]


def test_no_band_is_drawn_where_none_is_predicted_or_wanted():
    x = np.arange(20.0)
    for comparison, coverage in [
        (gaussian_along(x, np.ones(20), x, n_outputs=1), 0.8),
        (gaussian_along(x, np.ones(20), x), 0.0),
    ]:
        figure = figures.fits(comparison, coverage=coverage)
        assert len(figure.data) == 2
        assert "Bands" not in caption_of(figure)


def test_levels_have_bars_instead_of_a_band_and_marks_next_to_each_other():
    comparison = gaussian_along(np.arange(20.0), np.full(20, 2.0), np.arange(20.0))
    comparison.X = pd.DataFrame({"x": [*"ab"] * 10})
    figure = figures.fits(comparison)
    assert len(figure.data) == 2
    marks, reach = named(figure)["a"], 2 * stats.norm.ppf(0.9)
    np.testing.assert_allclose(marks.error_y.array, [reach, reach])
    np.testing.assert_allclose(marks.error_y.arrayminus, [reach, reach])
    assert figure.layout.scattermode == "group"
    assert "Bars are 80% intervals" in caption_of(figure)


def test_likelihoods_and_several_quantiles_have_bands():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 1)), rng.normal(size=60)
    losses = ["squared_error", "gaussian_nll", "multi_quantile"]
    comparison = compare_losses(X, y, losses, estimator=SHORT, cv=2)
    assert banded_losses(comparison) == ["gaussian_nll", "multi_quantile"]
    assert len(figures.fits(comparison).data) == 1 + 3 + 2 * 2


def test_a_target_of_several_has_its_own_band():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=60)})
    y = pd.DataFrame({"small": rng.normal(size=60), "large": 1000 + X["x"]})
    comparison = compare_losses(X, y, "gaussian_nll", estimator=SHORT, cv=2)
    for output, scale in [(0, 10.0), (1, 1500.0)]:
        low, high = band_of(figures.fits(comparison, output=output))
        assert np.all(np.asarray(low.y) < np.asarray(high.y))
        assert np.abs(high.y).max() < scale
    assert np.min(band_of(figures.fits(comparison, output=1))[0].y) > 500


def test_rows_without_a_distribution_are_left_out():
    x = np.arange(20.0)
    comparison = gaussian_along(x, np.ones(20), x)
    del comparison.distributions["a", 1]
    low, _ = band_of(figures.fits(comparison))
    assert len(low.x) == 10
