"""Losses of the probability of the true class or label."""

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch import nn
from torch.nn import functional as F

from skloss import get_loss
from skloss.losses import Brier, CrossEntropy, Focal, Poly1
from tests.losses.oracles import (
    BITS,
    CLASSES,
    LABELS,
    LOG_ODDS,
    LOGITS,
    TRUE_BIT,
    TRUE_CLASS,
    every_value,
    mean_of,
    rows_of,
    sigmoid,
    softmax,
    tensor,
    value_of,
)

ALPHA = 0.25 * BITS + 0.75 * (1 - BITS)

VALUES = [
    ("cross_entropy", {}, LOGITS, CLASSES,
     metrics.log_loss(CLASSES, softmax(LOGITS), labels=[0, 1, 2]), "sklearn"),
    ("cross_entropy", {}, LOG_ODDS, BITS,
     metrics.log_loss(BITS, sigmoid(LOG_ODDS)), "sklearn"),
    ("binary_cross_entropy", {}, LOG_ODDS, BITS,
     metrics.log_loss(BITS, sigmoid(LOG_ODDS)), "sklearn"),
    ("binary_cross_entropy", {}, LOGITS, LABELS,
     3 * mean_of(nn.BCEWithLogitsLoss(), LOGITS, LABELS), "torch, whose mean is /3"),
    ("focal", {"gamma": 2.0}, LOGITS, CLASSES,
     np.mean((1 - TRUE_CLASS) ** 2 * -np.log(TRUE_CLASS)), "Lin et al. (2017), eq. 4"),
    ("focal", {"gamma": 1.5, "alpha": 0.25}, LOG_ODDS, BITS,
     np.mean(ALPHA * (1 - TRUE_BIT) ** 1.5 * -np.log(TRUE_BIT)), "eq. 5"),
    ("focal", {"gamma": 0.0, "alpha": (0.2, 0.3, 0.5)}, LOGITS, CLASSES,
     np.mean(np.array([0.2, 0.3, 0.5])[CLASSES] * -np.log(TRUE_CLASS)), "eq. 3"),
    ("brier", {}, LOG_ODDS, BITS,
     metrics.brier_score_loss(BITS, sigmoid(LOG_ODDS)), "sklearn"),
    ("brier", {}, LOGITS, CLASSES,
     metrics.brier_score_loss(
         CLASSES, softmax(LOGITS), labels=[0, 1, 2], scale_by_half=False),
     "sklearn"),
    ("poly1", {"epsilon": 2.0}, LOGITS, CLASSES,
     np.mean(-np.log(TRUE_CLASS) + 2 * (1 - TRUE_CLASS)), "Leng et al. (2022), eq. 6"),
    ("poly1", {"epsilon": -1.0}, LOG_ODDS, BITS,
     np.mean(-np.log(TRUE_BIT) - (1 - TRUE_BIT)), "eq. 6"),
]  # fmt: skip


@every_value(VALUES)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    found = value_of(get_loss(name, **params), raw, y)
    assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    "loss", [CrossEntropy(), Focal(gamma=0.0), Poly1(epsilon=0.0)], ids=repr
)
def test_neutral_parameters_give_cross_entropy(loss):
    oracle = F.cross_entropy(tensor(LOGITS), tensor(CLASSES), reduction="none")
    np.testing.assert_allclose(rows_of(loss, LOGITS, CLASSES), oracle, rtol=1e-12)


@pytest.mark.parametrize("name", ["cross_entropy", "focal", "poly1"])
def test_one_score_equals_a_softmax_over_zero_and_that_score(name):
    both = np.column_stack([np.zeros(8), LOG_ODDS])
    np.testing.assert_allclose(
        rows_of(name, LOG_ODDS, BITS), rows_of(name, both, BITS), rtol=1e-12
    )


def test_brier_of_two_classes_is_half_the_sum_over_classes():
    both = np.column_stack([np.zeros(8), LOG_ODDS])
    np.testing.assert_allclose(
        2 * rows_of("brier", LOG_ODDS, BITS), rows_of("brier", both, BITS), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("raw", "y", "value"),
    [([1e4], 0, 1.0), ([1e4], 1, 0.0), ([1e4, 0.0, 0.0], 1, 2.0),
     ([1e4, 0.0, 0.0], 0, 0.0)],
)  # fmt: skip
def test_brier_is_bounded_by_one_for_two_classes_and_by_two_for_more(raw, y, value):
    assert rows_of(Brier(), [raw], [y])[0] == value


@pytest.mark.parametrize("name", ["binary_cross_entropy", "focal"])
def test_labels_are_summed_over_sigmoids(name):
    columns = [rows_of(name, LOGITS[:, k], LABELS[:, k]) for k in range(3)]
    np.testing.assert_allclose(rows_of(name, LOGITS, LABELS), sum(columns))


@pytest.mark.parametrize("name", ["cross_entropy", "focal", "poly1", "label_smoothing"])
def test_a_saturated_wrong_label_still_has_a_slope(name):
    raw = torch.tensor([[-1e4], [1e4]], requires_grad=True)
    value = get_loss(name)(raw, torch.tensor([1, 0]))
    (gradient,) = torch.autograd.grad(value, raw)
    assert gradient.abs().min() > 0.1


def test_focal_is_exact_for_a_nearly_certain_class():
    # p = 1 / (1 + exp(-30)): 1 - p = exp(-30) to rounding, lost in 1 - p by itself.
    found = rows_of(Focal(gamma=1.0), [[30.0, 0.0]], [0])
    assert found[0] == pytest.approx(np.exp(-60), rel=1e-12)


@pytest.mark.parametrize(("y", "weight"), [(0, 0.9), (1, 0.1)])
@pytest.mark.parametrize("alpha", [0.1, [0.1], [0.9, 0.1]])
def test_alpha_weights_label_one_and_its_complement_label_zero(alpha, y, weight):
    found = rows_of(Focal(gamma=0.0, alpha=alpha), [0.0], [y])
    assert found[0] == pytest.approx(weight * np.log(2))


def test_alpha_of_another_number_of_classes_is_refused():
    with pytest.raises(ValueError, match="one weight for each of 3 classes, but has 2"):
        value_of(Focal(alpha=[0.5, 0.5]), LOGITS, CLASSES)


def test_a_single_alpha_is_below_one():
    Focal(alpha=0.999).check_params()
    with pytest.raises(ValueError, match="one weight per class"):
        Focal(alpha=1.0).check_params()


def test_weights_per_class_may_exceed_one():
    loss = Focal(gamma=0.0, alpha=[1.0, 20.0])
    assert rows_of(loss, [0.0], [1])[0] == pytest.approx(20 * np.log(2))


def test_a_single_alpha_supports_labels_but_not_several_classes():
    number, sequence = Focal(alpha=0.25), Focal(alpha=[0.2, 0.3, 0.5])
    assert [number.supports(t) for t in number.tasks] == [True, False, True]
    assert sequence.supports("multiclass")
    assert Focal().supports("multiclass")
    assert not Focal().supports("regression")


@pytest.mark.parametrize("size", [1.0, 1e4])
def test_probabilities_of_classes_sum_to_one(size):
    raw = size * torch.tensor([[1.0, -1.0, 0.5], [0.0, 0.0, 0.0]])
    proba = get_loss("cross_entropy").probabilities(raw, "multiclass")
    torch.testing.assert_close(proba.sum(-1), torch.ones(2))
    proba = get_loss("binary_cross_entropy").probabilities(raw, "multilabel")
    torch.testing.assert_close(proba, torch.special.expit(raw))
