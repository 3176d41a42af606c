"""Hinge and squared hinge: margins of one score and of several."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from sklearn import metrics
from sklearn.datasets import load_wine
from torch import nn

from skloss import TorchClassifier
from skloss.losses import Hinge, SquaredHinge, get_loss
from tests.losses.oracles import (
    BITS,
    CLASSES,
    LOG_ODDS,
    LOGITS,
    every_value,
    mean_of,
    rows_of,
    value_of,
)

SIGNS = 2.0 * BITS - 1

VALUES = [
    ("hinge", {}, LOG_ODDS, BITS, metrics.hinge_loss(BITS, LOG_ODDS), "sklearn"),
    ("hinge", {}, LOG_ODDS, BITS,
     np.mean(np.maximum(0, 1 - SIGNS * LOG_ODDS)), "Vapnik's definition"),
    ("hinge", {}, LOGITS, CLASSES,
     metrics.hinge_loss(CLASSES, LOGITS, labels=[0, 1, 2]), "sklearn"),
    ("squared_hinge", {}, [0.5, -1.0], [1, 1], (0.25 + 4) / 2, "by hand"),
    ("squared_hinge", {}, LOGITS[:, :2], BITS,
     2 * mean_of(nn.MultiMarginLoss(p=2), LOGITS[:, :2], BITS),
     "torch, whose sum is over 2 classes"),
]  # fmt: skip


@every_value(VALUES)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    found = value_of(get_loss(name, **params), raw, y)
    assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("margin", "linear", "square"),
    [(-2.0, 3.0, 9.0), (0.0, 1.0, 1.0), (0.5, 0.5, 0.25), (1.0, 0.0, 0.0),
     (7.0, 0.0, 0.0)],
)  # fmt: skip
@pytest.mark.parametrize("y", [0, 1])
def test_the_loss_ends_at_a_margin_of_one(margin, linear, square, y):
    raw = [margin * (2 * y - 1)]
    assert rows_of(Hinge(), raw, [y])[0] == linear
    assert rows_of(SquaredHinge(), raw, [y])[0] == square


@pytest.mark.parametrize(
    ("scores", "y", "value"),
    [([2.0, 0.0, -5.0], 0, 0.0), ([2.0, 1.5, 0.0], 0, 0.5), ([2.0, 1.5, 0.0], 2, 3.0)],
)
def test_several_classes_compare_with_the_best_other_class(scores, y, value):
    # Crammer and Singer (2001): max(0, 1 + max of the other scores - own score).
    assert rows_of(Hinge(), [scores], [y])[0] == value
    assert rows_of(SquaredHinge(), [scores], [y])[0] == value**2


@pytest.mark.parametrize("width", [0.1, 0.5])
@pytest.mark.parametrize(
    ("distance", "value"), [(-1.5, 0.0), (-1.0, 0.0), (0.0, 0.25), (1.0, 1.0)]
)
def test_the_rounded_hinge_is_a_parabola_within_its_width(width, distance, value):
    # (s + w)^2 / (4 w) at s = distance * w, in units of w.
    margin = 1 - distance * width
    found = rows_of(Hinge().smoothed(width), [margin], [1])[0]
    assert found == pytest.approx(value * width)


def test_the_rounded_hinge_equals_the_hinge_outside_its_width():
    margins = np.array([-3.0, 0.0, 0.89, 1.11, 4.0])
    smooth = rows_of(Hinge().smoothed(0.1), margins, np.ones(5, int))
    np.testing.assert_allclose(smooth, np.maximum(0, 1 - margins), atol=1e-15)


@pytest.mark.parametrize("edge", [0.9, 1.1])
def test_the_rounded_hinge_has_a_continuous_slope(edge):
    step, smooth = 1e-6, Hinge().smoothed(0.1)
    value = rows_of(smooth, [edge - step, edge, edge + step], [1, 1, 1])
    before, after = np.diff(value) / step
    assert after - before == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize(
    ("others", "best"),
    [
        ([0.5, 0.5], 0.55),  # a quarter of the width above a tie of two
        ([0.5, 0.7], 0.7),  # a lead of the width: the larger one
        ([0.5, 0.6], 0.6 + 0.1**2 / (4 * 0.2)),  # between, a parabola
    ],
)
def test_the_best_of_two_other_scores_is_rounded(others, best):
    raw = [[0.2, *others]]
    for loss, power in ((Hinge(), 1), (SquaredHinge(), 2)):
        found = rows_of(loss.smoothed(0.2), raw, [0])[0]
        assert found == pytest.approx((1 - 0.2 + best) ** power)


def test_the_best_of_equal_scores_rises_with_their_number():
    # The maximum of p'z + w / 2 (1 - ||p||^2) at p = 1 / k is z + w / 2 (1 - 1 / k).
    for k in (2, 3, 5):
        found = rows_of(SquaredHinge().smoothed(0.2), np.zeros((1, k + 1)), [0])[0]
        assert found == pytest.approx((1 + 0.1 * (1 - 1 / k)) ** 2)


def test_the_rounded_best_score_shares_its_slope_evenly_at_a_tie():
    raw = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True)
    SquaredHinge().smoothed(0.2).pointwise(raw, torch.tensor([0])).sum().backward()
    slope = 2 * (1 + 0.1 * 2 / 3)
    np.testing.assert_allclose(raw.grad[0], slope * np.array([-1, *[1 / 3] * 3]))


@pytest.mark.parametrize("largest", [-4e17, 4e17, 1e300])
def test_scores_that_absorb_the_width_have_a_best_one(largest):
    raw = np.array([[0.0, largest, largest - 2e17]])
    found = rows_of(Hinge().smoothed(1e-3), raw, [0])[0]
    assert found == pytest.approx(max(1 + largest, 0.0))


@pytest.mark.parametrize("alpha", [1e-4, 1.0])
def test_a_linear_squared_hinge_of_three_classes_reaches_its_optimum(alpha):
    X, y = load_wine(return_X_y=True)
    X = (X - X.mean(0)) / X.std(0)
    n, d = X.shape
    model = TorchClassifier("squared_hinge", hidden_layer_sizes=(), alpha=alpha)
    model.fit(X, y)

    def objective(theta):
        weights, intercepts = theta[: 3 * d].reshape(3, d), theta[3 * d :]
        scores = X @ weights.T + intercepts
        true = scores[np.arange(n), y]
        others = scores.copy()
        others[np.arange(n), y] = -np.inf
        best = others.argmax(1)
        short = np.maximum(0, 1 - true + others[np.arange(n), best])
        slope = np.zeros_like(scores)
        slope[np.arange(n), best] = 2 * short / n
        slope[np.arange(n), y] = -2 * short / n
        value = np.mean(short**2) + alpha / (2 * n) * np.sum(weights**2)
        by_weights = slope.T @ X + alpha / n * weights
        return value, np.r_[by_weights.ravel(), slope.sum(0)]

    found = np.r_[model.coef_.ravel(), model.intercept_]
    best = minimize(objective, found, jac=True, method="L-BFGS-B").fun
    assert objective(found)[0] == pytest.approx(best, rel=1e-5, abs=1e-9)


def test_the_squared_hinge_has_kinks_from_three_classes_on():
    loss = SquaredHinge()
    assert loss.bind(np.array([0, 1, 1])).is_smooth
    assert loss.bind(np.eye(3, dtype=int)).is_smooth  # three labels of two classes
    assert not loss.bind(np.array([0, 1, 2])).is_smooth
