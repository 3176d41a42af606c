"""Shares of four groups of rows in the gradients of two losses, by autograd."""

import numpy as np
import pytest
import torch
from scipy.special import expit, logit

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.style import COLORS, NEUTRAL
from tests.figures.comparisons import caption_of, named

GROUPS = ("easy, common", "hard, common", "easy, rare", "hard, rare")


@pytest.mark.parametrize(("gamma", "alpha"), [(0.0, 0.5), (2.0, 0.25), (5.0, 0.9)])
def test_focal_shares_are_those_of_autograd(gamma, alpha):
    bars = named(theory.focal_share(gamma, alpha, rare=0.2, hard=0.3))
    p = np.array([0.95, 0.3, 0.95, 0.3])
    y = torch.tensor([0.0, 0.0, 1.0, 1.0], dtype=torch.float64)
    z = torch.tensor(np.where(y == 1, 1, -1) * logit(p)).requires_grad_()
    loss = get_loss("focal", gamma=gamma, alpha=alpha)
    (slope,) = torch.autograd.grad(loss.pointwise(z[:, None], y).sum(), z)
    pull = np.abs(slope.numpy()) * np.array([0.56, 0.24, 0.14, 0.06])
    np.testing.assert_allclose(bars["focal loss"].y, pull / pull.sum())
    np.testing.assert_allclose(bars["rows"].y, [0.56, 0.24, 0.14, 0.06])
    np.testing.assert_allclose(expit(z.detach().numpy())[2:], p[2:])


def test_arguments_of_the_focal_figure_are_checked():
    with pytest.raises(ValueError, match="gamma"):
        theory.focal_share(gamma=-1)
    with pytest.raises(ValueError, match="rare"):
        theory.focal_share(rare=1.5)


def test_shares_of_given_rows_are_gradients_of_the_loss():
    p, is_rare = np.array([0.9, 0.8, 0.3, 0.4]), np.array([False, True, False, True])
    figure = theory.focal_share_of_rows(p, is_rare, gamma=2.0, alpha=0.25)
    z = torch.tensor(logit(p))[:, None].requires_grad_()
    weight = torch.tensor(np.where(is_rare, 0.25, 0.75))
    value = get_loss("focal", gamma=2.0).pointwise(z, torch.ones(4))
    (slope,) = torch.autograd.grad((weight * value).sum(), z)
    expected = slope.abs()[[0, 2, 1, 3], 0].numpy()
    np.testing.assert_allclose(named(figure)["focal loss"].y, expected / expected.sum())


@pytest.mark.parametrize(("rare", "hard"), [(0.1, 0.1), (0.3, 0.05), (0.5, 0.5)])
def test_cross_entropy_weighs_groups_by_their_missing_probability(rare, hard):
    bars = named(theory.focal_share(rare=rare, hard=hard))
    rows = np.array(
        [(1 - rare) * (1 - hard), (1 - rare) * hard, rare * (1 - hard), rare * hard]
    )
    np.testing.assert_allclose(bars["rows"].y, rows)
    pull = rows * [0.05, 0.7, 0.05, 0.7]
    np.testing.assert_allclose(bars["cross-entropy"].y, pull / pull.sum())


@pytest.mark.parametrize("name", ["cross-entropy", "focal loss", "rows"])
def test_shares_of_each_kind_sum_to_one(name):
    bar = named(theory.focal_share(3.0, 0.8))[name]
    assert sum(bar.y) == pytest.approx(1)
    assert tuple(bar.x) == GROUPS


def test_gamma_moves_weight_to_hard_rows_and_alpha_to_the_rare_class():
    easy = [
        sum(named(theory.focal_share(gamma))["focal loss"].y[[0, 2]])
        for gamma in (0.0, 1.0, 2.0, 5.0)
    ]
    assert (np.diff(easy) < 0).all()
    rare = [
        sum(named(theory.focal_share(2.0, alpha))["focal loss"].y[2:])
        for alpha in (0.0, 0.25, 0.5, 1.0)
    ]
    assert (np.diff(rare) > 0).all()
    assert (rare[0], rare[-1]) == pytest.approx((0, 1))
    assert rare[2] == pytest.approx(0.1)  # equal weights leave the share of the rows


def test_the_caption_states_the_shares_in_percent():
    figure = theory.focal_share(2.0, 0.25)
    plain, focal = (np.array(bar.y) for bar in figure.data[:2])
    easy = [100 * shares[[0, 2]].sum() for shares in (plain, focal)]
    rare = [100 * shares[2:].sum() for shares in (plain, focal)]
    assert caption_of(figure).startswith(
        f"Easy rows hold {easy[0]:.1f}% of the gradient of cross-entropy and "
        f"{easy[1]:#.3g}% of that of focal loss; the rare class holds {rare[0]:.1f}% "
        f"and {rare[1]:.2f}%."
    )


def test_bars_are_the_two_losses_and_grey_rows():
    figure = theory.focal_share()
    assert list(named(figure)) == ["cross-entropy", "focal loss", "rows"]
    assert [bar.marker.color for bar in figure.data] == [*COLORS[:2], NEUTRAL]
    assert figure.layout.yaxis.range == (0, 1.02)


@pytest.mark.parametrize(
    ("name", "value"),
    [("alpha", -0.1), ("alpha", 1.1), ("rare", -1), ("hard", 2), ("gamma", -0.01)],
)
def test_each_argument_outside_its_range_is_named_with_its_value(name, value):
    with pytest.raises(ValueError, match=f"{name} must .*not {value}"):
        theory.focal_share(**{name: value})


@pytest.mark.parametrize("value", [0, 1])
def test_the_ends_of_the_ranges_are_drawn(value):
    for name in ("alpha", "rare", "hard"):
        for bar in theory.focal_share(**{name: value}).data:
            assert sum(bar.y) == pytest.approx(1)


def test_given_rows_are_easy_above_one_half():
    figure = theory.focal_share_of_rows([0.5, 0.51, 0.5, 0.51], [0, 0, 1, 1])
    np.testing.assert_allclose(named(figure)["rows"].y, [0.25] * 4)
    figure = theory.focal_share_of_rows([0.9, 0.9, 0.9, 0.1], [0, 0, 0, 1])
    np.testing.assert_allclose(named(figure)["rows"].y, [0.75, 0, 0, 0.25])


def test_certain_rows_and_impossible_ones_stay_finite():
    figure = theory.focal_share_of_rows([1.0, 0.0], [False, True])
    for bar in figure.data[:2]:
        np.testing.assert_allclose(bar.y, [0, 0, 0, 1], atol=1e-9)


def test_no_rows_have_no_shares():
    for bar in theory.focal_share_of_rows([], []).data:
        assert list(bar.y) == [0, 0, 0, 0]
