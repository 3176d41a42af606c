"""Laws on values and gradients catch losses that break them."""

import pytest
import torch

from skloss.losses import Loss, RegressionLoss
from tests.check.verdict import verdict


class OneColumn(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square()[:, None]


class Cut(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square().detach()


class WrongSlope(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true) * (prediction - y_true).detach()


class WrongSlopeOfOneOutput(RegressionLoss):
    heads = ("location", "shape")

    def elementwise(self, prediction, shape, y_true):
        return (prediction - y_true).square() + shape * shape.detach()


class Broadcasts(Loss):
    tasks = ("regression",)

    def pointwise(self, raw_prediction, y_true):
        return (raw_prediction[..., 0] - y_true).square()


class IgnoresShapeOfWeights(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square()

    def __call__(self, raw_prediction, y_true, sample_weight=1.0):
        return (sample_weight * self.pointwise(raw_prediction, y_true)).mean()


class ReadsANumber(RegressionLoss):
    is_recordable = True

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square() * (1 + y_true.abs().max().item())


class UsesNumPy(RegressionLoss):
    is_recordable = True

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square() * torch.as_tensor(1 + y_true.numpy() ** 2)


class Squares(RegressionLoss):
    is_recordable = True

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square()


def squares(f, y):
    return (f - y) ** 2


def off_by_a_ten_thousandth(f, y):
    # The value is that of squares, the gradient is 1.0001 times as large.
    return (f - y) ** 2 + 2e-4 * (f - y).detach() * (f - f.detach())


BROKEN = [
    ("value", OneColumn(), "one value per row"),
    ("value", lambda f, y: torch.log(f), "not finite on ordinary values"),
    ("purity", lambda f, y: (f - y.sub_(1)) ** 2, "in place"),
    ("purity", lambda f, y: (f - y) ** 2 * torch.rand(()), "same arguments"),
    ("slope", Cut(), "cut before it reaches"),
    ("slope", lambda f, y: 0 * f, "zero everywhere"),
    ("gradient", WrongSlope(), "gradient is wrong"),
    ("gradient", WrongSlopeOfOneOutput(), "gradient is wrong"),
    ("gradient", off_by_a_ten_thousandth, "gradient is wrong"),
    ("finite", lambda f, y: (torch.exp(f) - y) ** 2, "at raw scores of size 50"),
    ("finite", lambda f, y: (f - y) ** 2 + torch.exp(f / 100), "of size 10000"),
    ("finite", lambda f, y: ((f - y) ** 2).sqrt(), "where a prediction is exact"),
    ("finite", lambda f, y: (f - y) ** 2 + f.abs().sqrt(), "of size 0;"),
    ("finite", lambda f, y: 1e-30 / torch.where(f == 0, 1.0, f) ** 6, "of size 1e-08"),
    ("recording", ReadsANumber(), "numbers read from tensors"),
    ("recording", UsesNumPy(), "Repeated on other rows"),
    ("shapes", Broadcasts(), "y_true of more dimensions"),
    ("shapes", IgnoresShapeOfWeights(), "sample_weight of shape (n, 1)"),
]


@pytest.mark.parametrize(("law", "loss", "sentence"), BROKEN)
def test_a_law_catches_a_loss_that_breaks_it(law, loss, sentence):
    assert sentence in verdict(law, loss)


@pytest.mark.parametrize("law", dict.fromkeys(law for law, *_ in BROKEN))
def test_a_right_function_obeys_each_law(law):
    assert verdict(law, Squares()) == ""


def test_a_gradient_within_the_tolerance_passes():
    def off_by_a_millionth(f, y):
        return (f - y) ** 2 + 2e-6 * (f - y).detach() * (f - f.detach())

    assert verdict("gradient", off_by_a_millionth) == ""


def test_the_gradient_of_a_single_number_is_that_of_its_sum():
    assert verdict("gradient", lambda f, y: squares(f, y).mean()) == ""
    wrong = verdict("gradient", lambda f, y: WrongSlope().elementwise(f, y).mean())
    assert "gradient is wrong" in wrong


def test_the_message_names_both_slopes():
    # Autograd gives half the slope of d(f - y)^2, since one factor is detached.
    sentence = verdict("gradient", WrongSlope())
    autograd, differences = (
        float(word) for word in sentence.rstrip(".").split() if word[-1].isdigit()
    )
    assert differences == pytest.approx(2 * autograd, rel=1e-3)
