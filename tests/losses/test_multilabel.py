"""Asymmetric loss of many labels: exponents per side, and a probability to clip."""

import numpy as np
import pytest
from torch import nn

from skloss.losses import Asymmetric, get_loss
from tests.losses.oracles import (
    LABELS,
    LOGITS,
    every_value,
    mean_of,
    rows_of,
    sigmoid,
    value_of,
)


def by_formula(raw, y, gamma_negative, gamma_positive, clip):
    """Ben-Baruch et al. (2021), eq. 4 and 6, with the probabilities themselves."""
    p = sigmoid(raw)
    shifted = np.maximum(p - clip, 0)
    positive = (1 - p) ** gamma_positive * -np.log(p)
    negative = shifted**gamma_negative * -np.log(1 - shifted)
    return (y * positive + (1 - y) * negative).sum(1)


VALUES = [
    ("asymmetric", {"gamma_negative": 0.0, "gamma_positive": 0.0, "clip": 0.0},
     LOGITS, LABELS, 3 * mean_of(nn.BCEWithLogitsLoss(), LOGITS, LABELS), "torch"),
    ("asymmetric", {}, [[0.0]], [[0.0]], -(0.45**4) * np.log(0.55), "by hand"),
    ("asymmetric", {}, [[0.0]], [[1.0]], 0.5 * np.log(2), "by hand"),
    ("asymmetric", {}, LOGITS, LABELS,
     by_formula(LOGITS, LABELS, 4.0, 1.0, 0.05).mean(), "eq. 4 and 6"),
]  # fmt: skip


@every_value(VALUES)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    found = value_of(get_loss(name, **params), raw, y)
    assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("gamma_negative", [0.0, 0.5, 4.0])
@pytest.mark.parametrize("gamma_positive", [0.0, 2.0])
@pytest.mark.parametrize("clip", [0.0, 0.05, 0.3])
def test_rows_follow_the_formula_at_all_parameters(
    gamma_negative, gamma_positive, clip
):
    loss = Asymmetric(gamma_negative, gamma_positive, clip)
    expected = by_formula(LOGITS, LABELS, gamma_negative, gamma_positive, clip)
    np.testing.assert_allclose(rows_of(loss, LOGITS, LABELS), expected, atol=1e-12)


def test_equal_exponents_without_clipping_are_focal_loss():
    loss = Asymmetric(gamma_negative=2.0, gamma_positive=2.0, clip=0.0)
    np.testing.assert_allclose(
        rows_of(loss, LOGITS, LABELS), rows_of("focal", LOGITS, LABELS), rtol=1e-9
    )


def log_odds(p):
    return np.log(p / (1 - p))


def test_negatives_below_the_clip_have_zero_loss():
    loss = Asymmetric(clip=0.2)
    negatives = rows_of(loss, [[log_odds(0.05)], [log_odds(0.19)]], [[0.0], [0.0]])
    np.testing.assert_array_equal(negatives, 0.0)
    assert rows_of(loss, [[log_odds(0.21)]], [[0.0]])[0] > 0


def test_positives_are_not_clipped():
    loss = Asymmetric(gamma_positive=0.0, clip=0.2)
    found = rows_of(loss, [[log_odds(0.05)]], [[1.0]])
    assert found[0] == pytest.approx(-np.log(0.05))


@pytest.mark.parametrize(
    ("clip", "value"), [(0.0, 1e4), (0.05, -np.log(0.05) * 0.95**4)]
)
def test_a_certain_wrong_negative_keeps_a_finite_loss(clip, value):
    found = rows_of(Asymmetric(clip=clip), [[1e4]], [[0.0]])
    assert found[0] == pytest.approx(value)
