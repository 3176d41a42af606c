"""Torch criteria and functions that are refused, each with what to use instead."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from skloss import TorchClassifier
from skloss.losses import Custom, get_loss, list_losses
from tests.losses.test_torch_criteria import CRITERIA


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
        TorchClassifier(criterion).fit(np.eye(3), np.array(y))


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
        TorchClassifier(criterion, hidden_layer_sizes=()).fit(np.eye(3), y)


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


@pytest.mark.parametrize("wrong", [object(), torch.zeros(2)])
def test_what_is_not_a_loss_is_named_without_an_address(wrong):
    with pytest.raises(TypeError, match="must be a name") as raised:
        get_loss(wrong)
    assert " at 0x" not in str(raised.value)


def test_parameters_of_a_criterion_belong_to_its_constructor():
    with pytest.raises(ValueError, match="give delta to its constructor"):
        get_loss(nn.HuberLoss(), delta=2.0)
    loss = get_loss(nn.HuberLoss()).set_params(module=nn.HuberLoss(delta=2.0))
    assert repr(loss) == "HuberLoss(delta=2.0)"
