"""Softmax and sigmoids of the same scores, with the cross-entropy of each."""

import numpy as np
import pytest
import torch

from skloss.figures import theory
from skloss.figures.style import COLORS
from tests.figures.comparisons import caption_of, named


def test_softmax_and_sigmoids_are_those_of_torch():
    z = torch.tensor([2.0, 0.5, -1.0])
    figure = theory.link_functions(z.numpy(), true=1)
    softmax, sigmoids = (trace.y for trace in figure.data)
    np.testing.assert_allclose(softmax, z.softmax(0), rtol=1e-6)
    np.testing.assert_allclose(sigmoids, z.sigmoid(), rtol=1e-6)
    cce = torch.nn.functional.cross_entropy(z[None], torch.tensor([1])).item()
    labels = torch.tensor([0.0, 1.0, 0.0])
    bce = torch.nn.functional.binary_cross_entropy_with_logits(
        z, labels, reduction="sum"
    ).item()
    assert f"(CCE), {cce:.3g} nats" in caption_of(figure)
    assert f"is {bce:.3g} nats" in caption_of(figure)


@pytest.mark.parametrize("true", [-1, 2])
def test_a_true_class_without_a_score_is_refused(true):
    with pytest.raises(ValueError, match="true must be from 0 to 1"):
        theory.link_functions([0.0, 1.0], true)


def test_the_true_class_is_marked_and_classes_are_counted_from_one():
    bars = named(theory.link_functions([1.0, 2.0, 3.0], true=2))
    assert list(bars) == ["softmax", "sigmoids"]
    for bar in bars.values():
        assert tuple(bar.x) == ("1", "2", "3 (true)")
    assert [bar.marker.color for bar in bars.values()] == list(COLORS[:2])
    assert tuple(theory.link_functions([1.0, 2.0]).data[0].x) == ("1 (true)", "2")


def test_the_caption_states_probability_sum_and_both_cross_entropies():
    # Two scores of 0: both softmax and sigmoids give one half.
    assert caption_of(theory.link_functions([0.0, 0.0, 0.0, 0.0], true=1)).startswith(
        "The softmax gives the true class, 2, the probability 0.250; the negative "
        "logarithm is its cross-entropy (CCE), 1.39 nats. Probabilities of a softmax "
        "sum to 1, those of sigmoids here to 2.00; their cross-entropy (BCE), summed "
        "over the labels, is 2.77 nats."
    )


def test_a_constant_added_to_all_scores_changes_the_sigmoids_only():
    z = np.array([1.0, 0.0, -2.0])
    before, after = theory.link_functions(z).data, theory.link_functions(z + 3).data
    np.testing.assert_allclose(before[0].y, after[0].y)
    assert (np.asarray(after[1].y) > np.asarray(before[1].y)).all()


def test_the_softmax_sums_to_one_and_the_sigmoids_need_not():
    softmax, sigmoids = theory.link_functions([3.0, 3.0, 3.0]).data
    assert sum(softmax.y) == pytest.approx(1)
    assert sum(sigmoids.y) > 2.8


def test_a_single_class_is_certain():
    figure = theory.link_functions([-7.0])
    assert list(figure.data[0].y) == [1.0]
    assert "(CCE), 0 nats" in caption_of(figure)


def test_extreme_scores_stay_finite():
    figure = theory.link_functions([800.0, -800.0], true=1)
    assert "(CCE), 1,600 nats" in caption_of(figure)
    assert "is 1,600 nats" in caption_of(figure)
    np.testing.assert_array_equal(figure.data[0].y, [1, 0])


def test_classes_are_categories_on_an_axis_of_probabilities():
    layout = theory.link_functions([1.0, 2.0]).layout
    assert layout.xaxis.type == "category"
    assert layout.yaxis.range == (0, 1.02)
    assert layout.yaxis.title.text == "probability"
