"""Gradients through a sigmoid are those of autograd, with the rows that lose theirs."""

import numpy as np
import pytest
import torch
from scipy.special import expit

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of, named


def test_sigmoid_gradients_are_those_of_autograd():
    lines = named(theory.sigmoid_gradients())
    z = torch.tensor(lines["cross-entropy"].x.copy()).requires_grad_()
    one = torch.ones_like(z)
    loss = get_loss("cross_entropy")
    (expected,) = torch.autograd.grad(loss.pointwise(z[:, None], one).sum(), z)
    np.testing.assert_allclose(lines["cross-entropy"].y, expected.numpy(), atol=1e-12)
    (expected,) = torch.autograd.grad((torch.sigmoid(z) - one).square().sum(), z)
    np.testing.assert_allclose(lines["squared error"].y, expected.numpy(), atol=1e-12)


def test_rows_without_a_gradient_of_squared_error_are_counted():
    caption = caption_of(theory.sigmoid_gradients(0.0, [-6.0, -0.5, 3.0]))
    assert "Of 3 held-out rows, marked below, 2 have a negative score" in caption
    assert "below 0.05 for 1 of these" in caption


@pytest.mark.parametrize("score", [-5.0, 0.0, 3.0])
def test_the_chosen_score_is_marked_on_both_curves(score):
    marks = theory.sigmoid_gradients(score).data[2]
    p = expit(score)
    assert list(marks.x) == [score, score]
    assert list(marks.y) == pytest.approx([p - 1, 2 * (p - 1) * p * (1 - p)])
    assert marks.marker.color == COLORS[:2]
    assert marks.showlegend is False


def test_the_caption_states_probability_and_gradients_at_the_score():
    p = expit(-5.0)
    assert caption_of(theory.sigmoid_gradients()).startswith(
        f"At z = −5.00 the sigmoid gives {p:.5f}. The gradient of cross-entropy is "
        f"−{1 - p:.3f}, that of squared error −{2 * (1 - p) * p * (1 - p):.4f}."
    )


def test_without_rows_there_are_no_marks_and_no_count():
    for rows in (None, []):
        figure = theory.sigmoid_gradients(-5.0, rows)
        assert len(figure.data) == 3
        assert "held-out rows" not in caption_of(figure)
        assert caption_of(figure).endswith("the row is not learned.")


def test_rows_beyond_the_frame_are_marked_at_its_ends():
    marks = named(theory.sigmoid_gradients(0.0, [-50.0, 1.0, 50.0]))
    assert list(marks["rows of the table"].x) == [-8, 1, 8]
    assert max(marks["rows of the table"].y) < min(marks["cross-entropy"].y)
    assert marks["rows of the table"].marker.color == NEUTRAL


def test_rows_are_thinned_and_counted_in_full():
    rows = np.linspace(-8, 8, 5000)
    figure = theory.sigmoid_gradients(0.0, rows)
    marks = named(figure)["rows of the table"]
    assert len(marks.x) == 400
    assert (marks.x[0], marks.x[-1]) == (-8, 8)
    p = expit(rows[rows < 0])
    lost = (np.abs(2 * (p - 1) * p * (1 - p)) < 0.05).sum()
    assert "Of 5,000 held-out rows, marked below, 2,500 have" in caption_of(figure)
    assert f"for {lost:,} of these." in caption_of(figure)


def test_rows_that_are_all_right_lose_nothing():
    caption = caption_of(theory.sigmoid_gradients(0.0, [0.0, 1.0]))
    assert "0 have a negative score" in caption
    assert "for 0 of these." in caption


def test_the_curves_differ_in_colour_and_dash_and_show_sixteen_units():
    first, second = theory.sigmoid_gradients().data[:2]
    assert first.line.color != second.line.color
    assert first.line.dash != second.line.dash
    assert (first.x[0], first.x[-1]) == (second.x[0], second.x[-1]) == (-8, 8)
