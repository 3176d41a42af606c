"""Shares of residuals in the tenths of noise models, counted by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import figures
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
