"""check_loss: right losses pass, broken ones are told what is wrong with them."""

import pytest
import torch
from torch import nn

from skloss import check_loss, list_losses
from skloss.losses import Loss, RegressionLoss, get_loss


@pytest.mark.parametrize("name", list_losses())
def test_every_built_in_loss_passes(name):
    surrogate = "gradient" in get_loss(name).exceptions
    report = check_loss(name)
    assert report.ok != surrogate, str(report)


@pytest.mark.parametrize(
    ("loss", "elicits"),
    [
        ("squared_error", "mean"),
        ("absolute_error", "median"),
        (get_loss("quantile", quantile=0.9), "the 0.90 quantile"),
        (nn.MSELoss(), "mean"),
        (lambda f, y: (f - y).abs().mean(), "median"),
        ("huber", "between mean and median"),
    ],
)
def test_says_what_a_loss_elicits(loss, elicits):
    report = check_loss(loss)
    assert report.ok
    assert report.elicits == elicits
    assert elicits in str(report)


@pytest.mark.parametrize(
    ("name", "honest"),
    [("cross_entropy", True), ("brier", True), ("focal", False), ("hinge", False)],
)
def test_says_whether_probabilities_are_honest(name, honest):
    assert check_loss(name, task="binary").honest is honest


class WrongSlope(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true) * (prediction - y_true).detach()


class Boasts(Loss):
    tasks = ("binary",)
    is_proper = True

    def pointwise(self, raw_prediction, y_true):
        return get_loss("focal").pointwise(raw_prediction, y_true)

    def probabilities(self, raw_prediction, task):
        return torch.sigmoid(raw_prediction)


class MixesModels(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square() / prediction.std()


def overflows(y_pred, y_true):
    return (torch.exp(y_pred) - y_true) ** 2


def log_of_p(y_pred, y_true):
    p = torch.sigmoid(y_pred)
    return -(y_true * torch.log(p) + (1 - y_true) * torch.log(1 - p))


BROKEN = [
    (WrongSlope(), None, "gradient is wrong"),
    (lambda f, y: ((f - y) ** 2).detach(), None, "gradient is cut"),
    (lambda f, y: f[:, None] - y, None, "one value per row"),
    (overflows, None, "not finite"),
    (log_of_p, "binary", "not finite"),
    (Boasts(), None, "declared proper"),
    (MixesModels(), None, "stacked"),
]


@pytest.mark.parametrize(("loss", "task", "said"), BROKEN)
def test_names_the_law_that_a_broken_loss_breaks(loss, task, said):
    report = check_loss(loss, task)
    assert not report.ok
    assert any(said in failure for failure in report.failures), str(report)
    assert said in str(report)


def test_a_single_number_is_noted():
    report = check_loss(lambda f, y: ((f - y) ** 2).mean())
    assert report.ok
    assert any("sample weights" in note for note in report.notes)


def test_a_task_that_is_not_served_is_refused():
    with pytest.raises(ValueError, match="does not serve"):
        check_loss("huber", task="binary")
