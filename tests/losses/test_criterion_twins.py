"""Models trained with a torch criterion equal those of the loss that it is."""

import functools
import pickle
import re

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_iris, make_regression
from sklearn.linear_model import PoissonRegressor
from torch import nn
from torch.nn import functional as F

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import get_loss
from tests.losses.textbook import SMALL


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


def test_the_class_of_a_criterion_is_built_with_its_defaults(data):
    X, y = data
    by_class = TorchRegressor(nn.SmoothL1Loss, **SMALL).fit(X, y)
    instance = TorchRegressor(nn.SmoothL1Loss(), **SMALL).fit(X, y)
    np.testing.assert_array_equal(by_class.predict(X), instance.predict(X))


LINEAR = {"hidden_layer_sizes": (), "random_state": 0}


NET = LINEAR | {"hidden_layer_sizes": (8,), "max_iter": 10, "n_members": 2}


NUMBERS = [
    (nn.MSELoss(), "squared_error"),
    (nn.L1Loss(), "absolute_error"),
    (nn.SmoothL1Loss(beta=0.0), "absolute_error"),
    (nn.HuberLoss(delta=0.5), get_loss("huber", delta=0.5)),
    (nn.SmoothL1Loss(beta=0.5), get_loss("huber", delta=0.5)),
    (nn.GaussianNLLLoss(), "gaussian_nll"),
    (nn.GaussianNLLLoss(full=True), "gaussian_nll"),
    (F.mse_loss, "squared_error"),
    (functools.partial(F.huber_loss, delta=0.5), get_loss("huber", delta=0.5)),
]


def without_address(value):
    """Return a name that is the same in every process."""
    return re.sub(r" at 0x\w+", "", repr(value))


# The unit is taken out before either kind of model is trained.
@pytest.mark.parametrize(
    ("model", "unit"),
    [(LINEAR, 1e-12), (LINEAR, 1e12), (NET, 1.0)],
    ids=["linear-small", "linear-large", "network"],
)
@pytest.mark.parametrize(("criterion", "twin"), NUMBERS, ids=without_address)
def test_a_criterion_of_numbers_trains_as_its_twin(criterion, twin, unit, model, data):
    X, y = data[0][:200], unit * data[1][:200]
    found = TorchRegressor(criterion, **model).fit(X, y).predict(X)
    wanted = TorchRegressor(twin, **model).fit(X, y).predict(X)
    np.testing.assert_allclose(found, wanted, atol=1e-6 * unit)


@pytest.mark.parametrize("criterion", [nn.PoissonNLLLoss(), F.poisson_nll_loss])
def test_a_poisson_criterion_predicts_the_mean_and_not_its_logarithm(criterion):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    y = rng.poisson(np.exp(1 + X @ [0.5, -0.7, 0.2]))
    model = TorchRegressor(criterion, alpha=0.0, **LINEAR).fit(X, y)
    oracle = PoissonRegressor(alpha=0.0, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(model.predict(X), oracle.predict(X), rtol=1e-4)


LABELS = [
    (nn.SoftMarginLoss(reduction="sum"), load_breast_cancer, "cross_entropy"),
    (nn.BCEWithLogitsLoss(reduction="none"), load_breast_cancer, "cross_entropy"),
    (nn.NLLLoss(), load_breast_cancer, "cross_entropy"),
    (nn.NLLLoss(), load_iris, "cross_entropy"),
    (
        nn.CrossEntropyLoss(label_smoothing=0.2),
        load_iris,
        get_loss("label_smoothing", smoothing=0.2),
    ),
]


@pytest.mark.parametrize(("criterion", "load", "twin"), LABELS)
def test_a_criterion_of_classes_trains_as_its_twin(criterion, load, twin):
    X, y = load(return_X_y=True)
    found = TorchClassifier(criterion, **LINEAR).fit(X, y).decision_function(X)
    wanted = TorchClassifier(twin, **LINEAR).fit(X, y).decision_function(X)
    np.testing.assert_allclose(found, wanted, atol=1e-5 * np.abs(wanted).max())


@pytest.mark.parametrize("criterion", [nn.CrossEntropyLoss, nn.NLLLoss])
def test_weights_of_a_criterion_are_class_weights(criterion):
    X, y = load_iris(return_X_y=True)
    weight = [1.0, 5.0, 0.2]
    loss = criterion(weight=torch.tensor(weight))
    found = TorchClassifier(loss, **LINEAR).fit(X, y)
    twin = TorchClassifier(class_weight=dict(enumerate(weight)), **LINEAR).fit(X, y)
    scores = [model.decision_function(X) for model in (found, twin)]
    np.testing.assert_allclose(*scores, atol=1e-4)


def test_the_positive_weight_of_a_criterion_weighs_the_second_class():
    X, y = load_breast_cancer(return_X_y=True)
    for weight in (torch.tensor(3.0), torch.tensor([3.0])):
        loss = nn.BCEWithLogitsLoss(pos_weight=weight)
        found = TorchClassifier(loss, **LINEAR).fit(X, y)
        twin = TorchClassifier(class_weight={0: 1, 1: 3}, **LINEAR).fit(X, y)
        scores = [model.decision_function(X) for model in (found, twin)]
        np.testing.assert_allclose(*scores, atol=1e-4)
