"""check_loss: right losses pass, broken ones are told what is wrong with them."""

import pytest
import torch
from torch import nn

from skloss import check_loss, list_losses
from skloss.losses import Custom, Loss, RegressionLoss, get_loss


@pytest.mark.parametrize("name", list_losses())
def test_every_built_in_loss_passes(name):
    for task in get_loss(name).tasks:
        report = check_loss(name, task)
        assert report.ok, str(report)


def test_a_surrogate_gradient_is_noted_as_declared():
    assert "as declared: a surrogate" in str(check_loss("beta_nll"))


@pytest.mark.parametrize(
    ("loss", "elicits"),
    [
        ("squared_error", "mean"),
        ("absolute_error", "median"),
        (get_loss("quantile", quantile=0.97), "the 0.97 quantile"),
        (get_loss("expectile", expectile=0.9), "the 0.90 expectile"),
        ("poisson", "mean"),
        ("tweedie", "mean"),
        ("laplace_nll", "median"),
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
    for task in ("binary", "multiclass"):
        assert check_loss(name, task=task).honest is honest


@pytest.mark.parametrize(
    ("name", "honest"),
    [("binary_cross_entropy", True), ("asymmetric", False), ("corn", True)],
)
def test_labels_and_orders_are_judged_by_their_own_rates(name, honest):
    report = check_loss(name, get_loss(name).tasks[-1])
    assert report.honest is honest
    assert "at base rates of 0.5, 0.3, 0.2" in report.elicits


def test_a_torch_criterion_is_checked_for_what_it_is_for():
    report = check_loss(nn.CrossEntropyLoss())
    assert report.ok and report.honest
    assert check_loss(nn.CrossEntropyLoss(label_smoothing=0.2)).honest is False


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


def gaussian_nll_loss(y_pred, y_true):
    mean, logvar = y_pred
    var = torch.exp(logvar)
    return torch.mean(0.5 * (logvar + (y_true - mean) ** 2 / var))


def overflows(y_pred, y_true):
    return (torch.exp(y_pred) - y_true) ** 2


def log_of_p(y_pred, y_true):
    p = torch.sigmoid(y_pred)
    return -(y_true * torch.log(p) + (1 - y_true) * torch.log(1 - p))


BROKEN = [
    (WrongSlope(), None, "gradient is wrong"),
    (lambda f, y: ((f - y) ** 2).detach(), None, "is cut"),
    (lambda f, y: ((f > 0) != y).double(), "binary", "is cut"),
    (lambda f, y: 0 * f, None, "gradient is zero"),
    (lambda f, y: f[:, None] - y, None, "one value per row"),
    (lambda f, y: ((f - y) ** 2).tolist(), None, "must return a tensor"),
    (lambda f, y: f - y, None, "no minimum"),
    (lambda f, y: torch.log(f), None, "not finite on ordinary values"),
    (lambda f, y: ((f - y) ** 2).sqrt(), None, "where a prediction is exact"),
    (lambda f, y: (f - y.sub_(1)) ** 2, None, "in place"),
    (lambda f, y: (f - y) ** 2 * torch.rand(()), None, "same arguments"),
    (lambda f, y: (f - y) ** 2 / y.std(), None, "depends on the other rows"),
    (gaussian_nll_loss, None, "losses.Custom(f, n_outputs="),
    (Custom(gaussian_nll_loss, n_outputs=2), None, "not finite at raw scores"),
    (overflows, None, "not finite at raw scores of size 50"),
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
    total = check_loss(lambda f, y: ((f - y) ** 2).sum())
    assert any("no mean over rows" in note for note in total.notes)


def test_a_task_that_is_not_served_is_refused():
    with pytest.raises(ValueError, match=r"does not serve.*but regression"):
        check_loss("huber", task="binary")
    with pytest.raises(ValueError, match="states no tasks"):
        check_loss(Loss())
