"""The mean NLL is a parabola with its lowest point at the mean of the rows."""

import numpy as np
import pytest
import torch
from scipy import stats

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of, named

ROWS = np.array([1.0, 2.0, 6.0])


def test_the_likelihood_is_the_product_of_densities_and_least_at_the_mean():
    y = np.array([1.0, 2.0, 6.0])
    figure = theory.likelihood(y, 2.0, 1.5)
    product = np.prod([stats.norm(2.0, 1.5).pdf(value) for value in y])
    assert f"{product:.2e}" in caption_of(figure)
    curve = named(figure)["mean NLL"]
    assert curve.x[np.argmin(curve.y)] == pytest.approx(3.0, abs=0.05)
    loss = get_loss("gaussian_nll", constant=True)
    raw = torch.tensor([[2.0, 2 * np.log(1.5)]], dtype=torch.float64).expand(3, 2)
    mean = loss(raw, torch.as_tensor(y)).item()
    assert named(figure)["chosen location"].y[0] == pytest.approx(mean)


def test_a_product_of_many_densities_underflows():
    y = np.random.default_rng(0).normal(size=2000)
    assert "too small for a floating-point number" in caption_of(
        theory.likelihood(y, 0.0)
    )


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_the_curve_is_the_mean_of_the_negative_log_densities(scale):
    curve = named(theory.likelihood(ROWS, 2.0, scale))["mean NLL"]
    for at in (0, 50, 200):
        expected = -np.log(stats.norm(curve.x[at], scale).pdf(ROWS)).mean()
        assert curve.y[at] == pytest.approx(expected)
    # A parabola has one second difference, 1 / variance.
    even = np.delete(curve.x, np.searchsorted(curve.x, 2.0))
    heights = np.interp(even, curve.x, curve.y)
    curvature = np.polyfit(even, heights, 2)[0]
    assert 2 * curvature == pytest.approx(1 / scale**2, rel=1e-3)


def test_the_frame_reaches_half_of_the_range_beyond_the_rows():
    curve = named(theory.likelihood(ROWS, 2.0))["mean NLL"]
    assert (curve.x[0], curve.x[-1]) == pytest.approx((-1.5, 8.5))
    assert 2.0 in curve.x
    assert len(curve.x) <= 202


def test_equal_rows_have_a_frame_of_the_scale():
    curve = named(theory.likelihood([5.0, 5.0], 5.0, 2.0))["mean NLL"]
    assert (curve.x[0], curve.x[-1]) == pytest.approx((4.0, 6.0))
    assert curve.x[np.argmin(curve.y)] == 5.0


def test_a_location_outside_the_rows_is_drawn():
    figure = theory.likelihood(ROWS, 100.0)
    chosen = named(figure)["chosen location"]
    assert tuple(chosen.x) == (100.0,)
    assert named(figure)["mean NLL"].x[-1] == 100.0
    assert chosen.y[0] == pytest.approx(named(figure)["mean NLL"].y[-1])


def test_the_caption_has_the_sum_the_mean_and_the_mean_of_the_rows():
    logs = stats.norm(2.0, 1.5).logpdf(ROWS)
    caption = caption_of(theory.likelihood(ROWS, 2.0, 1.5))
    assert caption.startswith("At 2.00 the likelihood, a product of 3 densities, is ")
    assert f"the sum of their logarithms is −{-logs.sum():.2f}" in caption
    assert f"negative logarithms is {-logs.mean():.2f}." in caption
    assert "the mean of the rows, 3.00." in caption
    assert "too small" not in caption


def test_a_likelihood_can_be_above_one():
    caption = caption_of(theory.likelihood([0.0, 0.0], 0.0, 0.01))
    density = stats.norm(0, 0.01).pdf(0)
    assert f"densities, is {density**2:.2e}; the sum of their" in caption
    assert f"logarithms is {2 * np.log(density):.2f}," in caption


def test_rows_are_marked_below_the_curve_and_thinned():
    few, many = (
        named(theory.likelihood(y, 0.0)) for y in (ROWS, np.linspace(-1, 1, 2000))
    )
    np.testing.assert_array_equal(few["rows"].x, ROWS)
    assert max(few["rows"].y) < min(few["mean NLL"].y)
    assert 300 <= len(many["rows"].x) <= 600
    assert few["rows"].marker.color == NEUTRAL
    assert few["chosen location"].marker.color == COLORS[1]


def test_the_axes_are_named_with_their_unit():
    layout = theory.likelihood(ROWS, 2.0).layout
    assert layout.xaxis.title.text == "location of the Gaussian"
    assert layout.yaxis.title.text == "mean negative log-likelihood (nats)"
