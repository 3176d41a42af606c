"""Torch criteria as losses: tasks, rows, precision and pickles."""

import pickle

import pytest
import torch
from torch import nn

from skloss.losses import get_loss

CRITERIA = [
    (nn.MSELoss, "regression"),
    (nn.L1Loss, "regression"),
    (nn.HuberLoss, "regression"),
    (nn.SmoothL1Loss, "regression"),
    (nn.PoissonNLLLoss, "regression"),
    (nn.CrossEntropyLoss, "multiclass"),
    (nn.MultiMarginLoss, "multiclass"),
    (nn.BCEWithLogitsLoss, "multilabel"),
    (nn.MultiLabelSoftMarginLoss, "multilabel"),
]
TASKS = ("regression", "binary", "multiclass", "multilabel")


@pytest.mark.parametrize(("criterion", "task"), CRITERIA)
def test_a_criterion_has_its_name_and_its_tasks(criterion, task):
    loss = get_loss(criterion())
    assert loss.name == criterion.__name__
    assert task in loss.tasks
    assert loss.supports("regression") == (task == "regression")


@pytest.mark.parametrize(("criterion", "task"), CRITERIA[:5])
def test_a_criterion_has_one_value_per_row_whatever_its_reduction(criterion, task):
    raw, y = torch.randn(7, 1), torch.rand(7)
    wanted = criterion(reduction="none")(raw[:, 0], y)
    for reduction in ("mean", "sum", "none"):
        found = get_loss(criterion(reduction=reduction)).pointwise(raw, y)
        torch.testing.assert_close(found, wanted)


def test_a_binary_cross_entropy_criterion_has_a_single_score():
    raw, y = torch.randn(7, 1), torch.tensor([0, 1, 1, 0, 1, 0, 0])
    found = get_loss(nn.CrossEntropyLoss()).pointwise(raw, y.float())
    wanted = get_loss("cross_entropy").pointwise(raw, y)
    torch.testing.assert_close(found, wanted)


def test_a_criterion_of_a_user_supports_every_task():
    class Mine(nn.Module):
        reduction = "mean"

        def forward(self, y_pred, y_true):
            return (y_pred - y_true) ** 2

    assert get_loss(Mine()).tasks == TASKS
    assert get_loss(Mine).tasks == TASKS


def test_a_criterion_is_pickled_with_its_tensors():
    loss = get_loss(nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0])))
    raw, y = torch.randn(6, 3), torch.arange(6) % 3
    same = pickle.loads(pickle.dumps(loss))
    torch.testing.assert_close(same.pointwise(raw, y), loss.pointwise(raw, y))


def test_one_criterion_stacks_with_itself_and_not_with_another():
    criterion = nn.HuberLoss()
    keys = [get_loss(c).stack_key for c in (criterion, criterion, nn.HuberLoss())]
    assert keys[0] == keys[1] != keys[2]


def test_resolving_does_not_change_the_criterion():
    criterion = nn.MSELoss(reduction="sum")
    get_loss(criterion).pointwise(torch.zeros(3, 1), torch.ones(3))
    assert criterion.reduction == "sum"
