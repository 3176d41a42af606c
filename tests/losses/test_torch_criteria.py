"""Torch criteria as losses: tasks, values, stacks, pickles and laws."""

import functools
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from skloss import check_loss
from skloss.losses import get_loss

CRITERIA = [
    (nn.GaussianNLLLoss, "regression"),
    (nn.NLLLoss, "multiclass"),
    (nn.SoftMarginLoss, "binary"),
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


REDUCED = [
    (one, task)
    for one, task in CRITERIA
    if task == "regression" and one is not nn.GaussianNLLLoss
]


TASKS = ("regression", "binary", "multiclass", "multilabel")


@pytest.mark.parametrize(("criterion", "task"), CRITERIA)
def test_a_criterion_has_its_name_and_its_tasks(criterion, task):
    loss = get_loss(criterion())
    assert loss.name == criterion.__name__
    assert task in loss.tasks
    assert loss.supports("regression") == (task == "regression")


@pytest.mark.parametrize(("criterion", "task"), REDUCED)
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


def test_a_user_defined_criterion_supports_every_task():
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


@pytest.mark.parametrize("full", [False, True])
def test_the_value_of_a_likelihood_criterion_is_that_of_torch(full):
    torch.manual_seed(0)
    raw, y = torch.randn(9, 2), torch.arange(9.0)
    gaussian, poisson = nn.GaussianNLLLoss(full=full), nn.PoissonNLLLoss(full=full)
    wanted = gaussian(raw[:, 0], y, raw[:, 1].exp())
    torch.testing.assert_close(get_loss(gaussian)(raw, y), wanted)
    wanted = poisson(raw[:, 0], y)
    torch.testing.assert_close(get_loss(poisson)(raw[:, :1], y), wanted)


def test_an_ignored_class_has_no_loss():
    raw, y = torch.randn(6, 3), torch.arange(6) % 3
    loss = get_loss(nn.CrossEntropyLoss(ignore_index=1))
    wanted = get_loss("cross_entropy").pointwise(raw, y) * (y != 1)
    torch.testing.assert_close(loss.pointwise(raw, y), wanted)


def stacked_values(loss, raw, y):
    return torch.stack([loss.pointwise(r, t) for r, t in zip(raw, y, strict=True)])


@pytest.mark.parametrize(
    ("criterion", "k", "y"),
    [
        (nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0])), 3, "classes"),
        (nn.CrossEntropyLoss(), 1, "binary"),
        (nn.NLLLoss(), 3, "classes"),
        (nn.MultiMarginLoss(p=2, margin=0.5), 3, "classes"),
        (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 2.0, 3.0])), 3, "labels"),
        (nn.SoftMarginLoss(), 3, "labels"),
        (nn.MultiLabelSoftMarginLoss(), 3, "labels"),
    ],
    ids=repr,
)
def test_a_stack_of_models_has_the_values_of_each(criterion, k, y):
    rng = torch.Generator().manual_seed(0)
    shape, high = {"labels": ((4, 5, k), 2), "binary": ((4, 5), 2)}.get(y, ((4, 5), k))
    target = torch.randint(high, shape, generator=rng)
    raw, loss = torch.randn(4, 5, k, generator=rng), get_loss(criterion)
    torch.testing.assert_close(
        loss.pointwise(raw, target), stacked_values(loss, raw, target)
    )


def test_margins_and_means_over_labels_are_those_of_torch():
    raw, y = torch.randn(6, 3), torch.arange(6) % 3
    labels = torch.nn.functional.one_hot(y, 3)
    for criterion in (nn.MultiMarginLoss(margin=0.5), nn.MultiMarginLoss(p=2)):
        torch.testing.assert_close(get_loss(criterion)(raw, y), criterion(raw, y))
    criterion = nn.MultiLabelSoftMarginLoss(weight=torch.tensor([1.0, 2.0, 3.0]))
    torch.testing.assert_close(get_loss(criterion)(raw, labels), criterion(raw, labels))


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (nn.SmoothL1Loss(beta=0.5, reduction="sum"), "SmoothL1Loss(beta=0.5)"),
        (
            nn.CrossEntropyLoss(weight=torch.ones(2)),
            "CrossEntropyLoss(weight=[1.0, 1.0])",
        ),
        (nn.BCEWithLogitsLoss(weight=torch.ones(99)), "BCEWithLogitsLoss(weight=...)"),
        (F.l1_loss, "L1Loss()"),
        (stacked_values.__get__(0), "Custom(f=stacked_values)"),
        (functools.partial(divmod), "Custom(f=divmod)"),
    ],
)
def test_a_loss_is_printed_without_an_address(loss, text):
    assert repr(get_loss(loss)) == text


@pytest.mark.parametrize("criterion", [one for one, _ in CRITERIA])
def test_a_supported_criterion_obeys_the_laws_of_a_loss(criterion):
    assert check_loss(criterion()).failures == []


def test_soft_margins_are_those_of_torch_for_labels_of_minus_one_and_one():
    raw, y = torch.randn(6, 3), torch.randint(0, 2, (6, 3)).float()
    wanted = nn.SoftMarginLoss(reduction="none")(raw, 2 * y - 1)
    torch.testing.assert_close(
        get_loss(nn.SoftMarginLoss()).pointwise(raw, y), wanted.sum(-1)
    )
    one = get_loss(nn.SoftMarginLoss()).pointwise(raw[:, :1], y[:, 0])
    torch.testing.assert_close(one, wanted[:, 0])
