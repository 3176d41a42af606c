"""InfoNCE is the cross-entropy of choosing the key that matches."""

import numpy as np
import pytest
import torch

from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of


@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.0])
def test_info_nce_is_the_cross_entropy_of_the_first_key(temperature):
    similarities = torch.tensor([0.2, 0.5, -1.0], dtype=torch.float64)
    similarities.requires_grad_()
    loss = torch.nn.functional.cross_entropy(
        (similarities / temperature)[None], torch.tensor([0])
    )
    loss.backward()
    figure = theory.info_nce(similarities.detach().numpy(), temperature)
    assert caption_of(figure).startswith(f"The loss is {loss.item():.3g}")
    np.testing.assert_allclose(figure.data[0].customdata, similarities.grad.numpy())
    assert "pushed away most, k1" in caption_of(figure)


def test_a_temperature_must_be_positive():
    with pytest.raises(ValueError, match="temperature"):
        theory.info_nce([1.0, 0.0], 0.0)


@pytest.mark.parametrize("temperature", [0.05, 0.5, 2.0])
def test_bars_are_the_softmax_over_keys(temperature):
    similarities = np.array([0.9, 0.7, -0.2, 0.1])
    (bars,) = theory.info_nce(similarities, temperature).data
    powers = np.exp(similarities / temperature)
    np.testing.assert_allclose(bars.y, powers / powers.sum())
    assert tuple(bars.x) == ("k0", "k1", "k2", "k3")


def test_the_caption_states_loss_probability_and_gradients():
    # Softmax of 2, 1 and 0: 0.6652, 0.2447 and 0.0900.
    assert caption_of(theory.info_nce([2.0, 1.0, 0.0])).startswith(
        "The loss is 0.408 nats: minus the logarithm of the probability 0.665 of the "
        "matching key. Its gradient by the similarity of the match is −0.335, and the "
        "key that is pushed away most, k1, has 0.245."
    )


def test_gradients_sum_to_zero_and_grow_with_a_low_temperature():
    (warm,) = theory.info_nce([0.5, 0.4, 0.1], 1.0).data
    (cold,) = theory.info_nce([0.5, 0.4, 0.1], 0.1).data
    for bars in (warm, cold):
        assert np.sum(bars.customdata) == pytest.approx(0, abs=1e-12)
    share = [bars.customdata[1] / bars.customdata[1:].sum() for bars in (warm, cold)]
    assert share[0] < share[1]


@pytest.mark.parametrize(
    ("similarities", "key"),
    [([0, 1, 2, 3], "k3"), ([9, 1, 5, 1], "k2"), ([0, 0], "k1")],
)
def test_the_most_similar_wrong_key_is_pushed_away_most(similarities, key):
    assert f"pushed away most, {key}, has" in caption_of(theory.info_nce(similarities))


def test_the_match_has_the_colour_and_other_keys_are_grey():
    (bars,) = theory.info_nce([1.0, 0.0, 2.0]).data
    assert bars.marker.color == (COLORS[0], NEUTRAL, NEUTRAL)
    assert bars.showlegend is False


def test_large_similarities_do_not_overflow():
    (bars,) = theory.info_nce([1e4, 0.0], 0.01).data
    np.testing.assert_array_equal(bars.y, [1, 0])
    assert caption_of(theory.info_nce([1e4, 0.0])).startswith("The loss is 0 nats")


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan])
def test_temperatures_that_are_not_positive_are_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be positive"):
        theory.info_nce([1.0, 0.0], temperature)


@pytest.mark.parametrize("similarities", [[], [1.0]])
def test_a_match_without_other_keys_is_refused(similarities):
    with pytest.raises(ValueError, match="at least one other key"):
        theory.info_nce(similarities)
