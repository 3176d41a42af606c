"""Losses for wrong labels: smoothed targets, bounded values, penalised confidence."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics
from torch import nn

from skloss.losses import (
    ConfidencePenalty,
    GeneralizedCrossEntropy,
    LabelSmoothing,
    get_loss,
)
from tests.losses.oracles import (
    BITS,
    CLASSES,
    LOG_ODDS,
    LOGITS,
    TRUE_CLASS,
    every_value,
    mean_of,
    rows_of,
    sigmoid,
    softmax,
    value_of,
)

P_OF_ONE = np.column_stack([1 - sigmoid(LOG_ODDS), sigmoid(LOG_ODDS)])
BOTH = np.column_stack([np.zeros(8), LOG_ODDS])

VALUES = [
    ("label_smoothing", {"smoothing": 0.2}, LOGITS, CLASSES,
     mean_of(nn.CrossEntropyLoss(label_smoothing=0.2), LOGITS, CLASSES), "torch"),
    ("label_smoothing", {"smoothing": 0.2}, LOG_ODDS, BITS,
     mean_of(nn.CrossEntropyLoss(label_smoothing=0.2), BOTH, BITS), "torch"),
    ("generalized_cross_entropy", {"q": 0.7}, LOGITS, CLASSES,
     np.mean((1 - TRUE_CLASS**0.7) / 0.7), "Zhang and Sabuncu (2018), eq. 6"),
    ("generalized_cross_entropy", {"q": 1.0}, LOG_ODDS, BITS,
     metrics.mean_absolute_error(BITS, sigmoid(LOG_ODDS)), "sklearn"),
    ("confidence_penalty", {"beta": 0.3}, LOGITS, CLASSES,
     metrics.log_loss(CLASSES, softmax(LOGITS), labels=[0, 1, 2])
     + 0.3 * np.mean(stats.entropy(softmax(LOGITS), np.full((8, 3), 1 / 3), axis=1)),
     "sklearn and scipy"),
    ("confidence_penalty", {"beta": 0.3}, LOG_ODDS, BITS,
     metrics.log_loss(BITS, sigmoid(LOG_ODDS))
     + 0.3 * np.mean(stats.entropy(P_OF_ONE, np.full((8, 2), 0.5), axis=1)),
     "sklearn and scipy"),
]  # fmt: skip


@every_value(VALUES)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    found = value_of(get_loss(name, **params), raw, y)
    assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    "loss", [LabelSmoothing(smoothing=0.0), ConfidencePenalty(beta=0.0)], ids=repr
)
@pytest.mark.parametrize(("raw", "y"), [(LOGITS, CLASSES), (LOG_ODDS, BITS)])
def test_neutral_parameters_give_cross_entropy(loss, raw, y):
    np.testing.assert_allclose(
        rows_of(loss, raw, y), rows_of("cross_entropy", raw, y), rtol=1e-12
    )


def test_generalized_cross_entropy_approaches_cross_entropy_at_small_q():
    small = GeneralizedCrossEntropy(q=1e-9)
    np.testing.assert_allclose(
        rows_of(small, LOGITS, CLASSES), -np.log(TRUE_CLASS), rtol=1e-7
    )


@pytest.mark.parametrize("q", [0.01, 0.7, 1.0])
def test_generalized_cross_entropy_is_bounded_by_one_over_q(q):
    loss = GeneralizedCrossEntropy(q=q)
    worst = rows_of(loss, [[-1e4]], [1])[0]
    assert worst == pytest.approx(1 / q)
    assert rows_of(loss, [[1e4]], [1])[0] == 0.0


def test_the_slope_of_a_wrong_label_is_smaller_than_under_cross_entropy():
    step = 1e-6

    def slope(loss):
        ahead, behind = (rows_of(loss, [-3.0 + s], [1])[0] for s in (step, -step))
        return (behind - ahead) / (2 * step)

    # p^q times that of cross-entropy, (1 - p): Zhang and Sabuncu (2018), section 3.2.
    p = sigmoid(-3.0)
    assert slope("cross_entropy") == pytest.approx(1 - p, rel=1e-6)
    found = slope(GeneralizedCrossEntropy(q=0.7))
    assert found == pytest.approx(p**0.7 * (1 - p), rel=1e-6)


@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_label_smoothing_has_its_minimum_at_the_smoothed_label(smoothing):
    target = 1 - smoothing / 2
    best = np.log(target / (1 - target))
    loss = LabelSmoothing(smoothing=smoothing)
    nearby = rows_of(loss, [best, best - 1e-3, best + 1e-3], [1, 1, 1])
    assert nearby.argmin() == 0
    entropy = stats.entropy([target, 1 - target])
    assert nearby[0] == pytest.approx(entropy)


def test_label_smoothing_spreads_evenly_over_all_classes():
    # Szegedy et al. (2016), section 7: 1 - e + e / K and e / K.
    log_p = np.log(softmax(LOGITS))
    targets = 0.3 / 3 + 0.7 * np.eye(3)[CLASSES]
    found = rows_of(LabelSmoothing(smoothing=0.3), LOGITS, CLASSES)
    np.testing.assert_allclose(found, -(targets * log_p).sum(1))


def test_the_confidence_penalty_is_zero_for_equal_probabilities():
    found = rows_of(ConfidencePenalty(beta=1.0), np.zeros((1, 4)), [2])
    assert found[0] == pytest.approx(np.log(4))


@pytest.mark.parametrize(
    ("raw", "y", "n_classes"), [([1e4], 1, 2), ([1e4, 0, 0, 0], 0, 4)]
)
def test_the_confidence_penalty_is_log_k_for_certainty(raw, y, n_classes):
    found = rows_of(ConfidencePenalty(beta=2.0), [raw], [y])
    assert found[0] == pytest.approx(2 * np.log(n_classes))
