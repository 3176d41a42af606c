"""Shares of residuals in the tenths of noise models, counted by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import figures
from skloss.figures.style import NOISE_COLORS
from tests.figures.comparisons import (
    caption_of,
    message_of,
    named,
    numbers,
    of_numbers,
)


def draw(frame):
    return figures.residual_pit(of_numbers(frame), "a")


def test_a_point_is_the_share_of_rows_in_a_tenth_of_the_model():
    frame = numbers(["a"], n_rows=400)
    noise = (frame["y_true"] - frame["y_pred"]).to_numpy()
    fold = frame["fold"].to_numpy()
    places = np.empty(400)
    for k in range(5):
        fitted = stats.norm(*stats.norm.fit(noise[fold != k]))
        places[fold == k] = fitted.cdf(noise[fold == k])
    expected = [
        100 * ((places >= k / 10) & (places < (k + 1) / 10)).mean() for k in range(10)
    ]
    np.testing.assert_allclose(named(draw(frame))["Gaussian"].y, expected)


def test_the_band_holds_a_tenth_of_the_rows_with_its_chance():
    low, high = (trace.y[0] for trace in draw(numbers(["a"], n_rows=400)).data[:2])
    # A tenth of 400 rows varies by sqrt(0.1 0.9 / 400) = 1.5%.
    assert (low, high) == pytest.approx((10 - 1.96 * 1.5, 10 + 1.96 * 1.5), abs=0.3)


def test_the_caption_counts_the_tenths_outside_the_band():
    figure = draw(numbers(["a"], n_rows=4000))
    low, high = (trace.y[0] for trace in figure.data[:2])
    share = np.asarray(named(figure)["Gaussian"].y)
    n_outside = ((share < low) | (share > high)).sum()
    assert n_outside >= 6  # Laplace noise is not Gaussian
    assert f"Gaussian {n_outside} of 10" in caption_of(figure)


def test_residuals_without_spread_have_a_message():
    frame = pd.DataFrame(
        {"loss": "a", "fold": [0, 0, 1, 1], "y_true": 1.0, "y_pred": 1.0}
    )
    assert "no spread" in message_of(draw(frame))


def test_shares_of_each_model_sum_to_one_hundred():
    for trace in named(draw(numbers(["a"]))).values():
        assert sum(trace.y) == pytest.approx(100)
        np.testing.assert_allclose(trace.x, np.arange(0.05, 1, 0.1))
        assert list(trace.customdata) == list(range(1, 11))


def test_the_band_is_the_interval_of_a_binomial():
    low, high = draw(numbers(["a"], n_rows=400)).data[:2]
    expected = np.array(stats.binom.interval(0.95, 400, 0.1)) / 4
    assert (low.y[0], high.y[0]) == pytest.approx(tuple(expected))
    assert high.fill == "tonexty"
    assert low.showlegend is high.showlegend is False


def test_axes_and_texts_name_loss_rows_and_shares():
    figure = draw(numbers(["a"]))
    assert figure.layout.yaxis.title.text == "held-out rows (%)"
    assert figure.layout.xaxis.title.text == "position within the noise model"
    assert figure.layout.xaxis.range == (0, 1)
    assert figure.layout.title.subtitle.text == "a, 400 held-out rows"
    assert figure.layout.meta["alt"].startswith(
        "Shares of the residuals of a in ten equal parts of the noise models. 10 tenths"
    )


def test_models_that_fit_have_none_outside():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"loss": "a", "fold": np.arange(4000) % 5})
    frame["row"], frame["y_pred"] = np.arange(4000), 0.0
    # Quantiles of a Gaussian in random order: the shares are even by construction.
    even = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    frame["y_true"] = rng.permutation(even)
    caption = caption_of(draw(frame))
    assert "outside the band: Gaussian none of 10" in caption
    assert "Laplace none" not in caption


def test_models_have_the_colours_of_noise_models():
    colors = [trace.line.color for trace in named(draw(numbers(["a"]))).values()]
    assert colors == list(NOISE_COLORS[: len(colors)])
