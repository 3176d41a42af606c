"""Losses for imbalanced classes: class counts, weights, shifts and margins."""

import numpy as np
import pytest
from torch import nn

from skloss import TorchClassifier
from skloss.losses import LDAM, BalancedSoftmax, ClassBalanced, LogitAdjusted, get_loss
from tests.losses.oracles import (
    BITS,
    CLASSES,
    LOG_ODDS,
    LOGITS,
    TRUE_CLASS,
    every_value,
    mean_of,
    rows_of,
    value_of,
)

COUNTS = np.array([80, 15, 5])
ROWS = np.repeat([0, 1, 2], COUNTS)
TWO = np.repeat([0, 1], [16, 1])
OF_COUNTS = ["class_balanced", "logit_adjusted", "balanced_softmax", "ldam"]
PLAIN = mean_of(nn.CrossEntropyLoss(), LOGITS, CLASSES)

VALUES = [
    ("class_balanced", {}, LOGITS, CLASSES, PLAIN, "unbound: torch cross-entropy"),
    ("logit_adjusted", {}, LOGITS, CLASSES, PLAIN, "unbound: torch cross-entropy"),
    ("balanced_softmax", {}, LOGITS, CLASSES, PLAIN, "unbound: torch cross-entropy"),
    ("ldam", {"max_margin": 0.0, "scale": 2.0}, LOGITS, CLASSES,
     mean_of(nn.CrossEntropyLoss(), 2 * LOGITS, CLASSES), "no margin: torch"),
    ("ldam", {"max_margin": 0.5}, LOGITS, CLASSES,
     mean_of(nn.CrossEntropyLoss(), LOGITS - 0.5 * np.eye(3)[CLASSES], CLASSES),
     "unbound: one margin for all classes"),
]  # fmt: skip


@every_value(VALUES)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    found = value_of(get_loss(name, **params), raw, y)
    assert found == pytest.approx(value, rel=1e-6)


def two_scores(log_odds):
    return np.column_stack([np.zeros(8), log_odds])


@pytest.mark.parametrize("name", OF_COUNTS)
def test_one_score_equals_a_softmax_over_zero_and_that_score(name):
    loss = get_loss(name).bind(TWO)
    # LDAM has its margin between two scores in both forms.
    one, both = (
        rows_of(loss, LOG_ODDS, BITS),
        rows_of(loss, two_scores(LOG_ODDS), BITS),
    )
    np.testing.assert_allclose(one, both, rtol=1e-12)


@pytest.mark.parametrize("beta", [0.9, 0.999])
def test_class_balanced_weights_are_inverse_effective_numbers(beta):
    # Cui et al. (2019), eq. 10: effective numbers, weights that sum to K.
    effective = (1 - beta**COUNTS) / (1 - beta)
    weights = 3 / effective / (1 / effective).sum()
    loss = ClassBalanced(beta=beta).bind(ROWS)
    found = rows_of(loss, LOGITS, CLASSES)
    np.testing.assert_allclose(found, weights[CLASSES] * -np.log(TRUE_CLASS))
    assert loss.bound_["per_class"].mean() == pytest.approx(1.0)


@pytest.mark.parametrize("size", [1, 10, 1000, 100_000])
def test_the_default_of_class_balanced_has_the_same_effect_on_any_table(size):
    # Cui et al. (2019), section 4: N unique rows, beta = (N - 1) / N.
    found = ClassBalanced().bind(np.repeat(ROWS, size)).bound_["per_class"]
    beta = 1 - 1 / (100 * size)
    stated = ClassBalanced(beta=beta).bind(np.repeat(ROWS, size)).bound_["per_class"]
    np.testing.assert_allclose(found, stated)
    limit = 1 / (1 - np.exp(-COUNTS / 100))
    np.testing.assert_allclose(found, 3 * limit / limit.sum(), rtol=0.02 / size)


@pytest.mark.parametrize("counts", [(1, 1), (1, 2), (1, 9), (1, 10**6), (3, 4)])
def test_the_default_of_class_balanced_lies_between_equal_and_inverse_counts(counts):
    y = np.repeat([0, 1], counts)
    common, rare = ClassBalanced().bind(y).bound_["per_class"][[1, 0]]
    assert 1 <= rare / common <= counts[1] / counts[0]


@pytest.mark.parametrize("n", [1000, 100_000])
def test_class_balanced_finds_more_of_a_rare_class_by_default(n):
    rng = np.random.default_rng(0)
    y = (rng.random(n) < 0.05).astype(int)
    X = (rng.normal(size=n) + 2 * y)[:, None]
    share = {
        loss: TorchClassifier(loss, hidden_layer_sizes=()).fit(X, y).predict(X).mean()
        for loss in ("cross_entropy", "class_balanced", "logit_adjusted")
    }
    assert share["cross_entropy"] < 0.04
    assert 0.1 < share["class_balanced"] < share["logit_adjusted"]


def test_class_balanced_at_beta_zero_is_cross_entropy():
    loss = ClassBalanced(beta=0.0).bind(ROWS)
    np.testing.assert_allclose(loss.bound_["per_class"], 1.0, rtol=1e-15)


def test_class_balanced_near_beta_one_weights_by_inverse_counts():
    loss = ClassBalanced(beta=1 - 1e-9).bind(ROWS)
    inverse = 3 / COUNTS / (1 / COUNTS).sum()
    np.testing.assert_allclose(loss.bound_["per_class"], inverse, rtol=1e-6)


@pytest.mark.parametrize("tau", [0.0, 0.5, 2.0])
def test_logit_adjusted_adds_log_frequencies(tau):
    # Menon et al. (2021), eq. 10.
    shifted = LOGITS + tau * np.log(COUNTS / 100)
    found = value_of(LogitAdjusted(tau=tau).bind(ROWS), LOGITS, CLASSES)
    expected = mean_of(nn.CrossEntropyLoss(), shifted, CLASSES)
    assert found == pytest.approx(expected)


def test_balanced_softmax_multiplies_by_counts():
    # Ren et al. (2020), eq. 4.
    weighted = COUNTS * np.exp(LOGITS)
    expected = -np.log(weighted[np.arange(8), CLASSES] / weighted.sum(1))
    found = rows_of(BalancedSoftmax().bind(ROWS), LOGITS, CLASSES)
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_ldam_subtracts_a_margin_from_the_score_of_the_true_class(scale):
    # Cao et al. (2019), eq. 13: margins C / n^(1/4), C such that the largest is 0.5.
    margins = 0.5 * (5 / COUNTS) ** 0.25
    shifted = scale * (LOGITS - margins * np.eye(3)[CLASSES])
    found = value_of(LDAM(scale=scale).bind(ROWS), LOGITS, CLASSES)
    assert found == pytest.approx(mean_of(nn.CrossEntropyLoss(), shifted, CLASSES))


def test_the_rarest_class_has_the_maximum_margin():
    np.testing.assert_allclose(
        LDAM(max_margin=0.8).bind(TWO).bound_["per_class"], [0.4, 0.8]
    )


@pytest.mark.parametrize("name", OF_COUNTS)
def test_weighted_rows_count_with_their_weight(name):
    y, weight = np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0])
    weighted = get_loss(name).bind(y, weight)
    repeated = get_loss(name).bind(np.array([0, 0, 0, 1]))
    np.testing.assert_allclose(
        weighted.bound_["per_class"], repeated.bound_["per_class"]
    )


@pytest.mark.parametrize("name", OF_COUNTS)
def test_a_class_that_does_not_occur_counts_as_half_a_row(name):
    found = get_loss(name).bind([0, 0, 0, 2]).bound_["per_class"]
    half = get_loss(name)._of_counts(np.array([3, 0.5, 1]))
    np.testing.assert_allclose(found, half)
    assert np.isfinite(found).all()


def test_a_single_class_is_bound_as_one_of_two():
    found = LogitAdjusted().bind([0, 0, 0]).bound_["per_class"]
    np.testing.assert_allclose(found, np.log([3 / 3.5, 0.5 / 3.5]))


@pytest.mark.parametrize("name", OF_COUNTS)
def test_binding_leaves_the_loss_itself_unbound(name):
    loss = get_loss(name)
    assert loss.bind(ROWS).bound_ != {}
    assert loss.bound_ == {}
