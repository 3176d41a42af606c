"""The Gaussian of forward KL has the moments of p, that of reverse KL one hump."""

import numpy as np
import pytest
from scipy import integrate, stats

from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of, named


def test_forward_kl_is_the_gaussian_with_the_moments_of_p():
    lines = named(theory.kl_fits(4.0, 0.25))
    p = lines["p"]
    mean = integrate.trapezoid(p.x * p.y, p.x)
    variance = integrate.trapezoid((p.x - mean) ** 2 * p.y, p.x)
    fitted = stats.norm(mean, np.sqrt(variance))
    np.testing.assert_allclose(
        lines["q by forward KL(p‖q)"].y, fitted.pdf(p.x), atol=1e-6
    )


def test_reverse_kl_keeps_to_the_larger_of_two_distant_humps():
    figure = theory.kl_fits(8.0, 0.7)
    reverse = named(figure)["q by reverse KL(q‖p)"]
    assert reverse.x[np.argmax(reverse.y)] == pytest.approx(4.0, abs=0.05)
    assert "covers one hump only" in caption_of(figure)


def test_both_directions_agree_on_a_single_hump():
    lines = named(theory.kl_fits(0.0))
    np.testing.assert_allclose(
        lines["q by reverse KL(q‖p)"].y, lines["q by forward KL(p‖q)"].y, atol=1e-3
    )
    assert "covers one hump only" not in caption_of(theory.kl_fits(0.0))


@pytest.mark.parametrize("arguments", [(9.0, 0.5), (-1.0, 0.5), (2.0, 1.5)])
def test_humps_outside_the_grid_are_refused(arguments):
    with pytest.raises(ValueError, match="must be between"):
        theory.kl_fits(*arguments)


def kl(log_q, log_p, step):
    return step * np.sum(np.exp(log_q) * (log_q - log_p))


def test_p_is_the_mixture_of_two_standard_humps():
    p = named(theory.kl_fits(5.0, 0.3))["p"]
    expected = 0.7 * stats.norm.pdf(p.x, -2.5) + 0.3 * stats.norm.pdf(p.x, 2.5)
    np.testing.assert_allclose(p.y, expected, atol=1e-12)


@pytest.mark.parametrize(("distance", "share"), [(3.0, 0.5), (7.0, 0.6), (6.0, 0.2)])
def test_no_gaussian_of_a_grid_has_a_smaller_reverse_divergence(distance, share):
    lines = named(theory.kl_fits(distance, share))
    p, q = lines["p"], lines["q by reverse KL(q‖p)"]
    step = p.x[1] - p.x[0]
    log_p = np.log(np.maximum(p.y, 1e-300))
    found = kl(np.log(np.maximum(q.y, 1e-300)), log_p, step)
    others = [
        kl(stats.norm.logpdf(p.x, mean, sd), log_p, step)
        for mean in np.linspace(-4, 4, 33)
        for sd in (0.8, 1.0, 1.5, 2.0, 2.5)
    ]
    assert found <= min(others) + 1e-6


def test_the_caption_states_the_moments_of_the_mixture():
    # Humps at -3 and 3 of weights 0.4 and 0.6: mean 0.6, variance 1 + 9 - 0.36.
    caption = caption_of(theory.kl_fits(6.0, 0.6))
    assert (
        f"gives mean 0.600 and standard deviation {9.64**0.5:.2f}: it covers all"
        in (caption)
    )


def test_reverse_kl_follows_the_weight_of_the_humps():
    for share, place in ((0.3, -4.0), (0.7, 4.0)):
        q = named(theory.kl_fits(8.0, share))["q by reverse KL(q‖p)"]
        assert q.x[np.argmax(q.y)] == pytest.approx(place, abs=0.05)
        assert q.y.max() == pytest.approx(stats.norm.pdf(0), rel=0.01)


@pytest.mark.parametrize(("share", "place"), [(0.0, -2.0), (1.0, 2.0)])
def test_a_hump_without_probability_is_not_covered(share, place):
    lines = named(theory.kl_fits(4.0, share))
    expected = stats.norm.pdf(lines["p"].x, place)
    for line in lines.values():
        np.testing.assert_allclose(line.y, expected, atol=1e-3)


def test_the_three_densities_differ_in_colour_and_dash():
    traces = theory.kl_fits().data
    assert [trace.line.color for trace in traces] == [NEUTRAL, COLORS[0], COLORS[1]]
    assert len({trace.line.dash for trace in traces}) == 3
    assert {trace.mode for trace in traces} == {"lines"}


@pytest.mark.parametrize("arguments", [(0.0, 0.5), (8.0, 0.0), (8.0, 1.0)])
def test_the_ends_of_the_ranges_are_drawn(arguments):
    for trace in theory.kl_fits(*arguments).data:
        assert np.isfinite(trace.y).all()
        assert integrate.trapezoid(trace.y, trace.x) == pytest.approx(1, abs=1e-3)
