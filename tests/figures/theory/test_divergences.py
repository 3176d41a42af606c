"""Bars are P and Q, and the captions state what SciPy computes of them."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from skloss.figures.theory.divergences import measures
from tests.figures.comparisons import caption_of, named

P, Q = np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.3, 0.2])


def test_the_divergences_in_the_caption_are_those_of_scipy():
    caption = caption_of(theory.divergences(P, Q))
    assert f"KL(P‖Q) is {stats.entropy(P, Q):.3f}" in caption
    assert f"KL(Q‖P) is {stats.entropy(Q, P):.3f}" in caption
    middle = (P + Q) / 2
    jsd = (stats.entropy(P, middle) + stats.entropy(Q, middle)) / 2
    assert f"divergence is {jsd:.3f}" in caption
    assert "different" in caption


def test_equal_divergences_are_called_equal():
    assert "equal here" in caption_of(theory.divergences([0.2, 0.8], [0.8, 0.2]))


def test_the_parts_of_a_cross_entropy_add_up_to_it():
    bars = named(theory.entropy_parts(P, Q))
    total = bars["H(P)"].x[0] + bars["KL(P‖Q)"].x[0]
    np.testing.assert_allclose(total, -(P @ np.log(Q)))
    np.testing.assert_allclose(bars["H(P)"].x[0], stats.entropy(P))


def test_a_one_hot_distribution_has_only_the_divergence():
    figure = theory.entropy_parts([0.0, 1.0, 0.0], Q)
    assert named(figure)["H(P)"].x[0] == 0
    np.testing.assert_allclose(named(figure)["KL(P‖Q)"].x[0], -np.log(Q[1]))
    assert "one-hot" in caption_of(figure)


def test_an_infinite_divergence_is_stated():
    figure = theory.entropy_parts([0.5, 0.5], [1.0, 0.0])
    assert "KL(P‖Q) ∞" in caption_of(figure)
    assert np.isfinite(named(figure)["KL(P‖Q)"].x[0])


def test_what_is_not_a_distribution_is_refused():
    with pytest.raises(ValueError, match="q"):
        theory.divergences([0.5, 0.5], [0.5, 0.6])


def test_a_peaked_distribution_has_the_shape_of_a_gaussian():
    p = theory.peaked(2.5, 1.5)
    shape = stats.norm.pdf(np.arange(1, 7), 2.5, 1.5)
    np.testing.assert_allclose(p, shape / shape.sum())


def test_a_narrow_distribution_is_finite_and_halfway_is_shared():
    np.testing.assert_allclose(theory.peaked(2.5, 1e-3, 4), [0, 0.5, 0.5, 0])
    np.testing.assert_allclose(theory.peaked(2.5, 0.0, 4), [0, 0.5, 0.5, 0])


def test_each_outcome_has_a_bar_of_p_and_one_of_q():
    bars = named(theory.divergences(P, Q))
    assert list(bars) == ["P", "Q"]
    np.testing.assert_array_equal(bars["P"].y, P)
    np.testing.assert_array_equal(bars["Q"].y, Q)
    assert list(bars["P"].x) == list(bars["Q"].x) == [1, 2, 3]
    assert [bar.marker.color for bar in bars.values()] == list(COLORS[:2])


def test_the_axes_show_all_outcomes_and_all_probabilities():
    layout = theory.divergences(P, Q).layout
    assert layout.yaxis.range[0] == 0
    assert layout.yaxis.range[1] == pytest.approx(1.02)
    assert layout.xaxis.range == (0.5, 3.5)
    assert layout.xaxis.dtick == 1
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == (
        "outcome",
        "probability",
    )


def test_the_measures_are_those_of_scipy():
    found = measures(P, Q)
    expected = {
        "H(P)": stats.entropy(P),
        "H(P, Q)": stats.entropy(P) + stats.entropy(P, Q),
        "KL(P‖Q)": stats.entropy(P, Q),
        "KL(Q‖P)": stats.entropy(Q, P),
        "JSD": jensenshannon(P, Q) ** 2,
    }
    assert found == pytest.approx(expected)
    assert list(found) == list(expected)


def test_equal_distributions_are_at_distance_zero():
    found = measures(P, P)
    assert found["KL(P‖Q)"] == found["KL(Q‖P)"] == 0
    assert found["JSD"] == pytest.approx(0, abs=1e-12)
    assert "equal here" in caption_of(theory.divergences(P, P))


def test_a_divergence_is_infinite_where_q_is_zero_and_p_is_not():
    caption = caption_of(theory.divergences([0.5, 0.5], [1.0, 0.0]))
    assert caption.startswith("KL(P‖Q) is ∞ and KL(Q‖P) is 0.693 nats: different")
    assert caption_of(theory.divergences([1.0, 0.0], [0.5, 0.5])).startswith(
        "KL(P‖Q) is 0.693 and KL(Q‖P) is ∞"
    )


def test_distributions_without_a_common_outcome_have_the_largest_distance():
    caption = caption_of(theory.divergences([1.0, 0.0], [0.0, 1.0]))
    assert "divergence is 0.693, the same in both directions and at most 0.693" in (
        caption
    )


def test_the_parts_are_one_bar_of_two_colours():
    figure = theory.entropy_parts(P, Q)
    bars = named(figure)
    assert figure.layout.barmode == "stack"
    assert figure.layout.xaxis.title.text == "nats"
    assert {bar.orientation for bar in bars.values()} == {"h"}
    assert [tuple(bar.y) for bar in bars.values()] == [("H(P, Q)",)] * 2
    assert [bar.marker.color for bar in bars.values()] == [NEUTRAL, COLORS[1]]


def test_the_caption_adds_the_parts_in_nats():
    entropy, divergence = stats.entropy(P), stats.entropy(P, Q)
    assert caption_of(theory.entropy_parts(P, Q)).startswith(
        f"H(P, Q) {entropy + divergence:#.3g} = H(P) {entropy:.3f} + "
        f"KL(P‖Q) {divergence:.3f} nats. The entropy of P does not depend on Q"
    )
    assert "one-hot" not in caption_of(theory.entropy_parts(P, Q))


@pytest.mark.parametrize("draw", [theory.divergences, theory.entropy_parts])
@pytest.mark.parametrize(
    ("p", "q"),
    [([0.5, 0.6], [0.5, 0.5]), ([1.5, -0.5], [0.5, 0.5]), ([1.0], [0.5, 0.5])],
)
def test_invalid_distributions_are_refused_by_both_figures(draw, p, q):
    with pytest.raises(ValueError, match=r"sum|at least 0|outcomes|shape|length"):
        draw(p, q)


def test_a_wide_shape_is_nearly_uniform_and_a_peak_is_highest_at_its_place():
    np.testing.assert_allclose(theory.peaked(3, 1e4), np.full(6, 1 / 6), rtol=1e-6)
    for peak in range(1, 7):
        p = theory.peaked(peak, 0.8)
        assert p.argmax() == peak - 1
        assert p.sum() == pytest.approx(1)


def test_there_are_six_outcomes_unless_chosen():
    assert len(theory.peaked(2, 1.0)) == 6
    assert len(theory.peaked(2, 1.0, 3)) == len(theory.peaked(2, 0.0, 3)) == 3
    np.testing.assert_array_equal(theory.peaked(3, 0.0), [0, 0, 1, 0, 0, 0])
