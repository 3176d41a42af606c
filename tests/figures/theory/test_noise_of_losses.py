"""Negative log-densities of SciPy are squared and absolute error, up to a scale."""

import numpy as np
import pytest
from scipy import stats

from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_scaled_losses_lie_on_the_log_densities(scale):
    traces = theory.noise_of_losses(scale).data
    for line, marks in (traces[:2], traces[2:]):
        np.testing.assert_allclose(np.interp(marks.x, line.x, line.y), marks.y)


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan])
def test_scales_must_be_positive(scale):
    with pytest.raises(ValueError, match="scale must be positive"):
        theory.noise_of_losses(scale)
    with pytest.raises(ValueError, match="scale must be positive"):
        theory.likelihood([1.0], 1.0, scale)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_lines_are_the_negative_log_densities_of_scipy(scale):
    gaussian, _, laplace, _ = theory.noise_of_losses(scale).data
    np.testing.assert_allclose(
        gaussian.y, -np.log(stats.norm.pdf(gaussian.x, 0, scale))
    )
    np.testing.assert_allclose(
        laplace.y, -np.log(stats.laplace.pdf(laplace.x, 0, scale))
    )
    assert (gaussian.x[0], gaussian.x[-1]) == (-4, 4)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_marks_are_scaled_errors(scale):
    _, squares, _, absolutes = theory.noise_of_losses(scale).data
    x = squares.x
    constant = np.log(scale * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(squares.y, x**2 / (2 * scale**2) + constant)
    np.testing.assert_allclose(absolutes.y, np.abs(x) / scale + np.log(2 * scale))
    assert 0 in x


def test_factors_and_constants_are_in_names_and_caption():
    figure = theory.noise_of_losses(2.0)
    constant = np.log(2 * np.sqrt(2 * np.pi))
    assert [trace.name for trace in figure.data] == [
        "Gaussian NLL",
        f"0.125 × squared error + {constant:.2f}",
        "Laplace NLL",
        f"0.500 × absolute error + {np.log(4):.2f}",
    ]
    assert f"0.125 times squared error plus {constant:.2f}" in caption_of(figure)
    assert f"0.500 times absolute error plus {np.log(4):.2f}" in caption_of(figure)


def test_a_narrow_scale_has_a_negative_constant():
    constant = np.log(0.2 * np.sqrt(2 * np.pi))
    assert f"plus −{-constant:.3f}" in caption_of(theory.noise_of_losses(0.2))


def test_lines_have_two_colours_and_marks_two_symbols():
    traces = theory.noise_of_losses().data
    assert [trace.mode for trace in traces] == ["lines", "markers"] * 2
    assert [trace.line.color for trace in traces[::2]] == list(COLORS[:2])
    assert {trace.marker.color for trace in traces[1::2]} == {NEUTRAL}
    assert len({trace.marker.symbol for trace in traces[1::2]}) == 2


def test_the_vertical_axis_is_in_nats():
    layout = theory.noise_of_losses().layout
    assert layout.yaxis.title.text == "loss of one row (nats)"
    assert layout.xaxis.title.text == "residual"
