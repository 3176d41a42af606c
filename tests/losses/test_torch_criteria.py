"""Torch criteria as losses: tasks, rows, precision and pickles."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_iris, make_regression
from torch import nn

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import get_loss

SMALL = {"hidden_layer_sizes": (16,), "max_iter": 40, "random_state": 0}
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


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 2))
    return X, X[:, 0] + rng.normal(size=600) * np.exp(X[:, 1] - 1)


@pytest.mark.parametrize(
    ("criterion", "values"),
    [
        (nn.MSELoss(), [0.0625, 1.0, 9.0]),
        (nn.L1Loss(reduction="sum"), [0.25, 1.0, 3.0]),
        (nn.HuberLoss(delta=0.5), [0.03125, 0.375, 1.375]),
        (nn.SmoothL1Loss(), [0.03125, 0.5, 2.5]),
    ],
)
def test_torch_criteria_for_numbers(criterion, values):
    raw, target = torch.tensor([[0.25], [-1.0], [3.0]]), torch.zeros(3)
    found = get_loss(criterion).pointwise(raw, target)
    torch.testing.assert_close(found, torch.tensor(values))
    X, y = make_regression(200, 3, random_state=0)
    model = TorchRegressor(criterion, **SMALL | {"max_iter": 200}).fit(X, y / y.std())
    assert model.score(X, y / y.std()) > 0.9
    assert criterion.reduction in ("mean", "sum")


def test_torch_criteria_for_labels_equal_their_built_in_twins():
    for load, criterion in (
        (load_breast_cancer, nn.BCEWithLogitsLoss()),
        (load_breast_cancer, nn.CrossEntropyLoss()),
        (load_iris, nn.CrossEntropyLoss()),
    ):
        X, y = load(return_X_y=True)
        model = TorchClassifier(criterion, **SMALL).fit(X, y)
        twin = TorchClassifier("cross_entropy", **SMALL).fit(X, y)
        np.testing.assert_allclose(
            model.predict_proba(X), twin.predict_proba(X), atol=1e-6
        )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_criterion_with_class_weights_works_in_any_precision(dtype):
    X, y = load_iris(return_X_y=True)
    weight = torch.tensor([1.0, 5.0, 0.2], dtype=dtype)
    model = TorchClassifier(nn.CrossEntropyLoss(weight=weight), **SMALL).fit(X, y)
    twin = TorchClassifier(class_weight=dict(enumerate(weight.tolist())), **SMALL)
    twin.fit(X, y, np.full(len(y), 1.0))
    assert (model.predict(X) == 2).sum() < (y == 2).sum()
    assert weight.dtype == dtype
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    weighted = model.fit(X, y, np.linspace(0.5, 1.5, len(y)))
    assert weighted.score(X, y) > 0.5


@pytest.mark.parametrize(
    ("criterion", "y", "able"),
    [
        (nn.BCEWithLogitsLoss(), [0, 1, 2], "multiclass.*cross_entropy"),
        (nn.CrossEntropyLoss(), [[0, 1], [1, 1], [1, 0]], "multilabel.*focal"),
        (nn.MSELoss(), [0, 1, 1], "binary.*cross_entropy"),
    ],
)
def test_a_criterion_that_does_not_support_y_names_losses_that_do(criterion, y, able):
    with pytest.raises(ValueError, match=able):
        TorchClassifier(criterion, **SMALL).fit(np.eye(3), np.array(y))


def test_the_class_of_a_criterion_is_built_with_its_defaults(data):
    X, y = data
    by_class = TorchRegressor(nn.SmoothL1Loss, **SMALL).fit(X, y)
    instance = TorchRegressor(nn.SmoothL1Loss(), **SMALL).fit(X, y)
    np.testing.assert_array_equal(by_class.predict(X), instance.predict(X))
