"""Residuals come with their fitted noise models, whichever families these are."""

import gc
import weakref
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from skloss import figures, noise
from skloss.figures.residual_sample import residual_sample
from skloss.figures.style import NOISE_COLORS
from tests.figures.comparisons import numbers, of_numbers


@pytest.fixture
def sample():
    return residual_sample(of_numbers(numbers(["a", "b"]), unit="cm"), "b")


def test_residuals_are_those_of_the_loss(sample):
    rows = numbers(["a", "b"]).query("loss == 'b'")
    np.testing.assert_array_equal(sample.residuals, rows["y_true"] - rows["y_pred"])
    assert (sample.loss, sample.unit) == ("b", "cm")


class Held(SimpleNamespace):
    """A comparison that can be referred to weakly, as those of the package."""

    __hash__ = object.__hash__


def test_figures_of_one_comparison_share_the_fit_until_its_predictions_change():
    comparison = Held(**vars(of_numbers(numbers(["a", "b"]))))
    first = residual_sample(comparison, "b")
    assert residual_sample(comparison, "b") is first
    assert residual_sample(comparison, "a") is not first
    comparison.predictions = comparison.predictions.copy()
    assert residual_sample(comparison, "b") is not first


def test_a_fit_is_kept_no_longer_than_its_comparison():
    comparison = Held(**vars(of_numbers(numbers(["a"]))))
    sample = weakref.ref(residual_sample(comparison, "a"))
    assert sample() is not None
    del comparison
    gc.collect()
    assert sample() is None


def test_models_are_named_as_in_sentences(sample):
    assert list(sample.models) == ["Gaussian", "Laplace", "Student t"]
    assert sample.models["Gaussian"].ppf(0.5) == pytest.approx(sample.residuals.mean())
    median = np.median(sample.residuals)
    assert sample.models["Laplace"].ppf(0.5) == pytest.approx(median)


def test_residuals_without_spread_have_no_models():
    frame = numbers(["a"]).assign(y_pred=lambda rows: rows["y_true"])
    assert residual_sample(of_numbers(frame), "a").models == {}


def test_texts_name_loss_models_and_verdict(sample):
    figure = sample.new_figure(
        "Why?", x="x", y="y", how_to_read="Look.", alt="Of {loss} under {models}."
    )
    verdict = sample.fit.text
    assert figure.layout.meta["caption"] == f"{verdict} Look."
    assert (
        figure.layout.meta["alt"]
        == f"Of b under Gaussian, Laplace and Student t. {verdict}"
    )
    assert figure.layout.title.subtitle.text == "b, 400 held-out rows"


@pytest.mark.parametrize("draw", [figures.residual_histogram, figures.residual_qq])
def test_a_third_family_is_drawn_in_a_colour_of_its_own(draw):
    figure = draw(of_numbers(numbers(["a"])), "a")
    first, second, third = figure.data[1:]
    assert third.name == noise.FAMILIES["student_t"].label
    assert "Gaussian, Laplace and Student" in figure.layout.meta["alt"]
    styles = {figures.residual_histogram: "line", figures.residual_qq: "marker"}[draw]
    colors = [trace[styles].color for trace in (first, second, third)]
    assert colors == list(NOISE_COLORS[:3])


def test_a_third_family_has_its_own_density():
    frame = numbers(["a"])
    curve = figures.residual_histogram(of_numbers(frame), "a").data[-1]
    fitted = noise.compare_noise(frame["y_true"] - frame["y_pred"]).table
    df, loc, scale = fitted.loc["student_t", ["df", "loc", "scale"]]
    np.testing.assert_allclose(curve.y, stats.t(df, loc, scale).pdf(curve.x))
