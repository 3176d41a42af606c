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


@pytest.mark.parametrize("wrong", [-1, 2, 0.5])
def test_labels_that_are_neither_zero_nor_one_are_refused(wrong):
    y = torch.tensor([0.0, 1.0, wrong])
    for name in ("hinge", "binary_cross_entropy", "focal"):
        with pytest.raises(ValueError, match=f"y_true holds {wrong:g}"):
            get_loss(name)(torch.zeros(3, 1), y)


@pytest.mark.parametrize("wrong", [-100, -1, 3])
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "hinge"])
def test_labels_that_are_no_class_are_refused(name, wrong):
    with pytest.raises((IndexError, RuntimeError), match="out of bounds"):
        get_loss(name)(torch.zeros(2, 3), torch.tensor([0, wrong]))


def test_a_loss_of_labels_does_not_take_class_indices():
    with pytest.raises(ValueError, match="pass y_true of the shape"):
        get_loss("binary_cross_entropy")(torch.zeros(3, 2), torch.tensor([0, 1, 1]))
