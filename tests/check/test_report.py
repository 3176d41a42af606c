"""check_loss passes right losses and reports what is wrong with broken ones."""

import pytest
import torch
from torch import nn

from skloss import check_loss, list_losses
from skloss.check import LossReport
from skloss.losses import Custom, Loss, get_loss


@pytest.mark.parametrize("name", list_losses())
def test_every_built_in_loss_passes_at_its_first_task(name):
    report = check_loss(name)
    assert report.ok, str(report)


def test_a_declared_exception_is_noted_with_its_reason():
    report = check_loss("beta_nll")
    assert report.ok
    assert report.notes[0].startswith("Declared exception (gradient): a surrogate")


def test_an_exception_that_does_not_apply_is_not_noted():
    assert check_loss(get_loss("label_smoothing", smoothing=0.0)).notes == []
    assert check_loss(get_loss("beta_nll", beta=0.5)).notes != []


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
def test_reports_what_a_loss_elicits(loss, elicits):
    report = check_loss(loss)
    assert report.ok
    assert report.elicits == elicits
    assert elicits in str(report)


@pytest.mark.parametrize(
    ("loss", "task", "source"),
    [
        ("cross_entropy", "binary", "sigmoid"),
        ("brier", "multiclass", "softmax"),
        ("corn", "ordinal", "link"),
        ("focal", "multilabel", "recovered"),
        ("ldam", "multiclass", "recovered"),
        ("asymmetric", "multilabel", "calibrated"),
        (nn.CrossEntropyLoss(label_smoothing=0.2), "multiclass", "calibrated"),
        ("squared_error", "regression", ""),
    ],
)
def test_reports_how_predict_proba_makes_probabilities(loss, task, source):
    assert check_loss(loss, task=task).probabilities == source


def test_the_printed_report_names_a_method_other_than_the_link():
    assert str(check_loss("focal")).endswith(
        "Probabilities are not honest.\n"
        "predict_proba recovers them from the slopes of the loss."
    )
    assert "predict_proba calibrates the scores" in str(check_loss("hinge"))
    assert "predict_proba" not in str(check_loss("brier"))


@pytest.mark.parametrize(
    ("name", "honest"),
    [("cross_entropy", True), ("brier", True), ("focal", False), ("hinge", False)],
)
def test_reports_whether_probabilities_are_honest(name, honest):
    for task in ("binary", "multiclass"):
        assert check_loss(name, task=task).honest is honest


@pytest.mark.parametrize(
    ("name", "honest"),
    [("binary_cross_entropy", True), ("asymmetric", False), ("corn", True)],
)
def test_labels_and_ordered_classes_are_compared_with_their_rates(name, honest):
    report = check_loss(name, get_loss(name).tasks[-1])
    assert report.honest is honest
    assert "at base rates of 0.5, 0.3, 0.2" in report.elicits


def test_a_torch_criterion_is_checked_for_its_task():
    report = check_loss(nn.CrossEntropyLoss())
    assert report.ok and report.honest
    assert check_loss(nn.CrossEntropyLoss(label_smoothing=0.2)).honest is False


class Boasts(Loss):
    tasks = ("binary",)
    is_proper = True

    def pointwise(self, raw_prediction, y_true):
        return get_loss("focal").pointwise(raw_prediction, y_true)

    def probabilities(self, raw_prediction, task):
        return torch.sigmoid(raw_prediction)


def gaussian_nll_loss(y_pred, y_true):
    mean, logvar = y_pred
    var = torch.exp(logvar)
    return torch.mean(0.5 * (logvar + (y_true - mean) ** 2 / var))


def log_of_p(y_pred, y_true):
    p = torch.sigmoid(y_pred)
    return -(y_true * torch.log(p) + (1 - y_true) * torch.log(1 - p))


def beyond_one(y_pred, y_true):
    if (y_pred > 1).any():
        raise RuntimeError("too large")
    return (y_pred - y_true) ** 2


BROKEN = [
    (lambda f, y: (f - y) * (f - y).detach(), None, "gradient is wrong"),
    (lambda f, y: ((f - y) ** 2).detach(), None, "is cut"),
    (lambda f, y: ((f > 0) != y).double(), "binary", "is cut"),
    (lambda f, y: f[:, None] - y, None, "one value per row"),
    (lambda f, y: ((f - y) ** 2).tolist(), None, "must return a tensor"),
    (gaussian_nll_loss, None, "losses.Custom(f, n_outputs="),
    (Custom(gaussian_nll_loss, n_outputs=2), None, "not finite at raw scores"),
    (log_of_p, "binary", "not finite"),
    (beyond_one, None, "It raises RuntimeError: too large"),
    (Boasts(), None, "declared proper"),
]


@pytest.mark.parametrize(("loss", "task", "sentence"), BROKEN)
def test_a_broken_loss_fails_with_the_reason(loss, task, sentence):
    report = check_loss(loss, task)
    assert not report.ok
    assert any(sentence in failure for failure in report.failures), str(report)
    assert sentence in str(report)
    assert "breaks a law" in str(report)


def test_laws_after_a_failure_are_checked_unless_they_presuppose_it():
    several = check_loss(lambda f, y: (f - y).detach() * f / y.std())
    assert len(several.failures) > 1
    first_only = check_loss(lambda f, y: 0 * f / y.std())
    assert len(first_only.failures) == 1
    assert first_only.elicits == ""


def test_what_is_not_a_fault_is_a_note():
    mean = check_loss(lambda f, y: ((f - y) ** 2).mean())
    assert mean.ok
    assert ["sample weights" in note for note in mean.notes] == [True]
    total = check_loss(lambda f, y: ((f - y) ** 2).sum())
    assert "its scale depends on the batch size" in str(total)
    biased = check_loss(lambda f, y: (f - y - 1) ** 2)
    assert biased.ok
    assert "A perfect prediction is not its minimum" in str(biased)


def test_a_report_of_a_loss_without_failures_lists_every_finding():
    report = LossReport("mine", [], ["A note."], "mean", honest=False)
    assert str(report).splitlines() == [
        "mine passes every law.",
        "Elicits: mean.",
        "Probabilities are not honest.",
        "A note.",
    ]


def test_a_report_lists_failures_after_the_verdict():
    report = LossReport("mine", ["One.", "Two."])
    assert str(report).splitlines() == ["mine breaks a law.", "- One.", "- Two."]
    assert not report.ok


def test_embeddings_elicit_nothing():
    report = check_loss("triplet")
    assert report.ok
    assert (report.elicits, report.honest) == ("", None)


def test_tasks_that_a_loss_does_not_support_are_refused():
    with pytest.raises(ValueError, match=r"does not support.*but regression"):
        check_loss("huber", task="binary")
    with pytest.raises(ValueError, match="states no tasks"):
        check_loss(Loss())
