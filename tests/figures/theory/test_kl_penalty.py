"""The penalised estimate is a mixture of observed shares and reference."""

import numpy as np
import pytest
from scipy import optimize, stats

from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of, named


@pytest.mark.parametrize("strength", [0.0, 0.7, 3.0])
def test_the_penalised_estimate_is_the_minimum_that_a_search_finds(strength):
    counts, reference = np.array([5.0, 3.0, 2.0]), np.array([0.2, 0.3, 0.5])
    shares = counts / counts.sum()

    def objective(raw):
        log_q = raw - np.logaddexp.reduce(raw)
        kl = reference @ (np.log(reference) - log_q)
        return -shares @ log_q + strength * kl

    found = optimize.minimize(objective, np.zeros(3), tol=1e-12).x
    estimate = theory.kl_penalty(counts, reference, strength).data[2].y
    np.testing.assert_allclose(estimate, np.exp(found) / np.exp(found).sum(), atol=1e-4)


@pytest.mark.parametrize(
    ("counts", "strength", "match"),
    [([1, 1], -0.1, "strength must not be"), ([0, 0], 1.0, "at least one")],
)
def test_invalid_penalties_are_refused(counts, strength, match):
    with pytest.raises(ValueError, match=match):
        theory.kl_penalty(counts, strength=strength)


def test_bars_are_shares_reference_and_their_mixture():
    bars = named(theory.kl_penalty([6, 3, 1], [0.2, 0.2, 0.6], 0.25))
    assert list(bars) == ["observed", "reference", "estimate"]
    np.testing.assert_allclose(bars["observed"].y, [0.6, 0.3, 0.1])
    np.testing.assert_allclose(bars["reference"].y, [0.2, 0.2, 0.6])
    np.testing.assert_allclose(bars["estimate"].y, [0.52, 0.28, 0.2])
    assert [list(bar.x) for bar in bars.values()] == [[1, 2, 3]] * 3


def test_the_reference_is_uniform_unless_given():
    np.testing.assert_allclose(
        named(theory.kl_penalty([4, 0, 0, 0]))["reference"].y, [0.25] * 4
    )


def test_the_caption_states_the_way_the_divergence_and_the_cross_entropy():
    shares, reference = np.array([0.6, 0.3, 0.1]), np.full(3, 1 / 3)
    estimate = (shares + reference) / 2
    before, after = (stats.entropy(reference, q) for q in (shares, estimate))
    least = stats.entropy(shares)
    cross = -(shares @ np.log(estimate))
    assert caption_of(theory.kl_penalty([6, 3, 1], strength=1.0)).startswith(
        "With a penalty of 1.00 the estimate moves 50% of the way from the observed "
        "shares to the reference. Its divergence from the reference falls from "
        f"{before:.3f} to {after:.4f} nats, and its cross-entropy with the rows rises "
        f"from {least:.3f} to {cross:.3f}."
    )


def test_an_outcome_that_was_not_observed_has_an_infinite_divergence_before():
    figure = theory.kl_penalty([1, 0], strength=1.0)
    assert "falls from ∞ to 0.144 nats" in caption_of(figure)
    np.testing.assert_allclose(named(figure)["estimate"].y, [0.75, 0.25])


@pytest.mark.parametrize(
    ("counts", "strength"), [([3, 1], 0.0), ([2, 2], 1.0), ([7], 0.5)]
)
def test_where_nothing_moves_the_caption_states_it(counts, strength):
    figure = theory.kl_penalty(counts, strength=strength)
    bars = named(figure)
    np.testing.assert_allclose(bars["estimate"].y, bars["observed"].y)
    assert "The estimate equals the observed shares" in caption_of(figure)
    assert "falls" not in caption_of(figure)
    assert "rises" not in caption_of(figure)


def test_observed_and_estimate_have_their_colours_and_outcomes_whole_numbers():
    figure = theory.kl_penalty([3, 1])
    colors = [bar.marker.color for bar in figure.data]
    assert colors == [NEUTRAL, COLORS[0], COLORS[1]]
    assert figure.layout.xaxis.dtick == 1
    assert figure.layout.yaxis.range == (0, 1.02)


def test_a_strong_penalty_gives_the_reference():
    figure = theory.kl_penalty([9, 1], [0.3, 0.7], 1e9)
    np.testing.assert_allclose(named(figure)["estimate"].y, [0.3, 0.7], atol=1e-8)
    assert "moves 100% of the way" in caption_of(figure)
