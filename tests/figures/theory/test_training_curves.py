"""Losses by epoch on a scale that spikes of many powers of ten fit on."""

import numpy as np
import pytest

from skloss.figures import theory
from tests.figures.comparisons import caption_of, named

HOSTILE = "<b>x</b> %{x} $y$"


def test_training_curves_show_the_losses_under_the_pointer():
    figure = theory.training_curves({"plain": [1e12, 5.0], "clipped": [1.0, -0.5]})
    lines = named(figure)
    assert lines["plain"].customdata.tolist() == [1e12, 5.0]
    np.testing.assert_allclose(np.sinh(lines["clipped"].y), [1.0, -0.5])
    assert list(lines["plain"].x) == [1, 2]
    assert 0 in np.sinh(figure.layout.yaxis.tickvals)


def test_the_scale_is_linear_near_zero_and_logarithmic_beyond():
    (line,) = theory.training_curves({"a": [0.001, 10.0, 100.0, -100.0]}).data
    assert line.y[0] == pytest.approx(0.001, rel=1e-6)
    assert line.y[2] - line.y[1] == pytest.approx(np.log(10), abs=0.01)
    assert line.y[3] == -line.y[2]


@pytest.mark.parametrize(
    ("curve", "ticks"),
    [
        ([0.1, 0.5], [0, 1]),
        ([3.0, 120.0], [0, 10, 100]),
        ([-20.0, 5.0], [-10, -1, 0, 1]),
        # The axis has a margin of half the largest value above it, and 1 below.
        ([7.0, 1.0], [0, 1, 10]),
        ([6.0, 1.0], [0, 1]),
        ([-9.0, 0.0], [-10, -1, 0, 1]),
        ([-8.5, 0.0], [-1, 0, 1]),
        ([1e6, 1.0], [0, 1, 10, 100, 1000, 1e4, 1e5, 1e6]),
    ],
)
def test_ticks_are_powers_of_ten_within_the_values(curve, ticks):
    axis = theory.training_curves({"a": curve}).layout.yaxis
    np.testing.assert_allclose(np.sinh(axis.tickvals), ticks, rtol=1e-9, atol=1e-12)
    assert list(axis.ticktext) == [f"{tick:g}" for tick in ticks]


@pytest.mark.parametrize("largest", [1e3, 1e9, 1e17, 1e300])
def test_there_are_at_most_eight_ticks(largest):
    axis = theory.training_curves({"a": [-largest, largest]}).layout.yaxis
    assert 2 <= len(axis.tickvals) <= 8
    assert (np.diff(axis.tickvals) > 0).all()


def test_the_caption_has_the_highest_epoch_of_each_fit():
    figure = theory.training_curves({"a": [1.0, 5.0], "b": [3.0], "c": [-2.0, -4.0]})
    assert caption_of(figure).startswith(
        "The highest epoch is 5.00 for a, 3.00 for b and −2.00 for c. How to read"
    )
    assert figure.layout.meta["alt"] == "Training loss by epoch for a, b and c."


def test_a_fit_that_diverged_keeps_the_highest_known_epoch():
    figure = theory.training_curves({"a": [4.0, 9.0, np.nan], "b": [1.0, np.inf]})
    assert "is 9.00 for a and ∞ for b" in caption_of(figure)
    assert np.isnan(figure.data[0].y[2])
    assert np.isfinite(figure.layout.yaxis.tickvals).all()
    assert len(figure.layout.yaxis.tickvals) >= 2


def test_fits_of_different_lengths_have_their_own_epochs():
    lines = named(theory.training_curves({"short": [1.0], "long": [3.0, 2.0, 1.0]}))
    assert list(lines["short"].x) == [1]
    assert list(lines["long"].x) == [1, 2, 3]


def test_fits_keep_their_order_and_differ_in_style():
    traces = theory.training_curves({k: [1.0] for k in "zax"}).data
    assert [trace.name for trace in traces] == ["z", "a", "x"]
    assert len({(trace.line.color, trace.line.dash) for trace in traces}) == 3
    assert {trace.mode for trace in traces} == {"lines+markers"}


def test_names_of_fits_reach_plotly_as_text():
    figure = theory.training_curves({HOSTILE: [1.0], "x" * 10_000: [2.0]})
    assert figure.data[0].name == "&lt;b&gt;x&lt;/b&gt; %&#123;x} &#36;y&#36;"
    assert len(figure.data[1].name) == 40
