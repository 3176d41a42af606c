"""Losses of the probability of the true class or label."""

import pytest
import torch

from skloss import get_loss


@pytest.mark.parametrize("name", ["cross_entropy", "focal", "poly1", "label_smoothing"])
def test_a_saturated_wrong_label_still_pulls(name):
    raw = torch.tensor([[-1e4], [1e4]], requires_grad=True)
    value = get_loss(name)(raw, torch.tensor([1, 0]))
    (gradient,) = torch.autograd.grad(value, raw)
    assert gradient.abs().min() > 0.1


@pytest.mark.parametrize("size", [1.0, 1e4])
def test_probabilities_of_classes_sum_to_one(size):
    raw = size * torch.tensor([[1.0, -1.0, 0.5], [0.0, 0.0, 0.0]])
    proba = get_loss("cross_entropy").probabilities(raw, "multiclass")
    torch.testing.assert_close(proba.sum(-1), torch.ones(2))
    proba = get_loss("binary_cross_entropy").probabilities(raw, "multilabel")
    torch.testing.assert_close(proba, torch.special.expit(raw))
