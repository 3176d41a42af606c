"""Torch criteria as losses: values, training, refusals, precision and pickles."""

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

from skloss import TorchClassifier, TorchRegressor, check_loss
from skloss.losses import Custom, get_loss, list_losses

SMALL = {"hidden_layer_sizes": (16,), "max_iter": 40, "n_members": 1, "random_state": 0}
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


LINEAR = {"hidden_layer_sizes": (), "random_state": 0}
NET = {"hidden_layer_sizes": (16,), "max_iter": 30, "random_state": 0}
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


@pytest.mark.parametrize("model", [LINEAR, NET], ids=["linear", "network"])
@pytest.mark.parametrize("unit", [1.0, 1e-12, 1e12])
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


@pytest.mark.parametrize("full", [False, True])
def test_the_value_of_a_likelihood_criterion_is_that_of_torch(full):
    torch.manual_seed(0)
    raw, y = torch.randn(9, 2), torch.arange(9.0)
    gaussian, poisson = nn.GaussianNLLLoss(full=full), nn.PoissonNLLLoss(full=full)
    wanted = gaussian(raw[:, 0], y, raw[:, 1].exp())
    torch.testing.assert_close(get_loss(gaussian)(raw, y), wanted)
    wanted = poisson(raw[:, 0], y)
    torch.testing.assert_close(get_loss(poisson)(raw[:, :1], y), wanted)


SMOOTH = get_loss("label_smoothing", smoothing=0.2)
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


REFUSED = {
    "AdaptiveLogSoftmaxWithLoss": "cross_entropy",
    "BCELoss": "binary_cross_entropy",
    "CTCLoss": "cross_entropy",
    "CosineEmbeddingLoss": "contrastive",
    "HingeEmbeddingLoss": "contrastive",
    "KLDivLoss": "kl_divergence",
    "LinearCrossEntropyLoss": "cross_entropy",
    "MarginRankingLoss": "triplet",
    "MultiLabelMarginLoss": "binary_cross_entropy",
    "NLLLoss2d": "cross_entropy",
    "TripletMarginLoss": "triplet",
    "TripletMarginWithDistanceLoss": "triplet",
}


@pytest.mark.parametrize("name", [n for n in dir(nn) if "Loss" in n])
def test_every_criterion_of_torch_is_supported_or_refused_with_a_loss_to_use(name):
    supported = {criterion.__name__ for criterion, _ in CRITERIA}
    assert (name in supported) != (name in REFUSED)


#: Without those that need arguments, or warn that they are deprecated.
NEED_NOTHING = [n for n in REFUSED if "With" not in n and n[:3] not in ("Lin", "NLL")]


@pytest.mark.parametrize("name", NEED_NOTHING)
def test_a_refusal_names_the_criterion_and_a_loss(name):
    criterion = getattr(nn, name)
    for given in (criterion, criterion()):
        with pytest.raises(ValueError, match=f"^{name} .*'{REFUSED[name]}'"):
            get_loss(given)
    assert REFUSED[name] in list_losses()


@pytest.mark.parametrize("name", ["AdaptiveLogSoftmaxWithLoss", "TripletMarginLoss"])
def test_a_class_of_criteria_is_refused_without_building_it(name):
    with pytest.raises(ValueError, match=REFUSED[name]):
        get_loss(getattr(nn, name))


@pytest.mark.parametrize(
    ("function", "name"),
    [(F.triplet_margin_loss, "triplet"), (F.kl_div, "kl_divergence")],
)
def test_a_function_of_a_refused_criterion_is_refused(function, name):
    with pytest.raises(ValueError, match=name):
        get_loss(function)


@pytest.mark.parametrize(
    ("criterion", "message"),
    [
        (nn.PoissonNLLLoss(log_input=False), "'poisson'"),
        (nn.GaussianNLLLoss(eps=1e-3), "'gaussian_nll'"),
        (nn.HuberLoss(delta=float("inf")), "delta of HuberLoss must be > 0"),
    ],
)
def test_a_parameter_that_is_not_supported_is_refused(criterion, message):
    with pytest.raises(ValueError, match=message):
        get_loss(criterion)


@pytest.mark.parametrize(
    ("criterion", "y", "message"),
    [
        (nn.CrossEntropyLoss(weight=torch.ones(2)), [0, 1, 2], r"weight=\[1.0, 1.0\]"),
        (nn.BCEWithLogitsLoss(pos_weight=torch.ones(2)), [0, 1, 1], "pos_weight="),
        (nn.BCEWithLogitsLoss(weight=torch.ones(3)), [0, 1, 1], "does not fit"),
    ],
)
def test_weights_that_do_not_fit_the_target_are_refused(criterion, y, message):
    with pytest.raises(ValueError, match=message):
        TorchClassifier(criterion, **LINEAR).fit(np.eye(3), y)


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(()))

    def forward(self, y_pred, y_true):
        return self.log_scale + (y_pred - y_true).abs() / self.log_scale.exp()


@pytest.mark.parametrize("make", [Scaled, lambda: Scaled(), lambda: Custom(Scaled())])
def test_learnable_parameters_are_refused(make):
    for loss in (make(), Scaled):
        with pytest.raises(ValueError, match=r"Scaled has learnable .*\(log_scale\)"):
            get_loss(loss)


def test_parameters_that_are_fixed_are_accepted():
    loss = get_loss(Scaled().requires_grad_(False))
    assert loss(torch.ones(3, 1), torch.zeros(3)).item() == 1.0


@pytest.mark.parametrize(
    ("f", "inputs"),
    [
        (lambda a, b, c: a, r"<lambda> is a function of \(a, b, c\)"),
        (lambda a: a, r"<lambda> is a function of \(a\)"),
        (nn.ReLU(), r"ReLU is a function of \(input\)"),
    ],
)
def test_a_function_of_another_number_of_inputs_is_refused(f, inputs):
    with pytest.raises(ValueError, match=inputs):
        get_loss(f)


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


@pytest.mark.parametrize("wrong", [object(), torch.zeros(2)])
def test_what_is_not_a_loss_is_named_without_an_address(wrong):
    with pytest.raises(TypeError, match="must be a name") as raised:
        get_loss(wrong)
    assert " at 0x" not in str(raised.value)


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


def test_parameters_of_a_criterion_belong_to_its_constructor():
    with pytest.raises(ValueError, match="give delta to its constructor"):
        get_loss(nn.HuberLoss(), delta=2.0)
    loss = get_loss(nn.HuberLoss()).set_params(module=nn.HuberLoss(delta=2.0))
    assert repr(loss) == "HuberLoss(delta=2.0)"
