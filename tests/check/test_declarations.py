"""Laws on declared properties catch losses that declare what is not true."""

import pytest
import torch
from torch import nn

from skloss.losses import GaussianNLL, Hinge, Loss, RegressionLoss, get_loss
from skloss.losses.contract.links import Log
from tests.check.verdict import verdict


class Squares(RegressionLoss):
    is_convex = True

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square()


class Overflows(Log):
    def inverse(self, raw):
        return raw.exp()


class HasALinkThatOverflows(Squares):
    link = Overflows()


class LeavesItsRange(Log):
    def inverse(self, raw):
        return raw


class HasALinkThatLeavesItsRange(Squares):
    link = LeavesItsRange()


class Welsch(RegressionLoss):
    is_convex = True

    def elementwise(self, prediction, y_true):
        return -torch.expm1(-(prediction - y_true).square())


class FarNeighbour(RegressionLoss):
    is_convex, is_smooth = True, False

    def elementwise(self, prediction, y_true):
        return (prediction - y_true).abs()

    def smoothed(self, width):
        return get_loss("squared_error")


class Boasts(Loss):
    tasks = ("binary",)
    is_proper = True

    def pointwise(self, raw_prediction, y_true):
        return get_loss("focal").pointwise(raw_prediction, y_true)

    def probabilities(self, raw_prediction, task):
        return torch.sigmoid(raw_prediction)


class UndeclaredGaussian(GaussianNLL):
    exceptions = {}


class OfTheOtherClass(Hinge):
    def _of_margin(self, margin):
        return super()._of_margin(-margin)


SMOOTHED = nn.CrossEntropyLoss(label_smoothing=0.2)

BROKEN = [
    ("range of predictions", HasALinkThatOverflows(), None, "range of the link, > 0"),
    ("range of predictions", HasALinkThatLeavesItsRange(), None, "range of the link"),
    ("convexity", Welsch(), None, "above a chord"),
    ("smoothed", FarNeighbour(), None, "over a width of 0.1"),
    ("perfect prediction", lambda f, y: (f - y - 1) ** 2, None, "another one costs"),
    ("perfect prediction", UndeclaredGaussian(), None, "falls without bound"),
    ("perfect prediction", SMOOTHED, "binary", "its minimum is inside"),
    ("perfect prediction", SMOOTHED, "multiclass", "its minimum is inside"),
    ("true label", OfTheOtherClass(), "binary", "does not cost less"),
    ("true label", OfTheOtherClass(), "multiclass", "does not cost less"),
    ("minimum", lambda f, y: f - y, None, "lowers it without bound"),
    ("honesty", Boasts(), None, "declared proper, but leads to probability"),
]


@pytest.mark.parametrize(("law", "loss", "task", "sentence"), BROKEN)
def test_a_law_catches_a_loss_that_breaks_it(law, loss, task, sentence):
    assert sentence in verdict(law, loss, task)


@pytest.mark.parametrize(
    ("law", "loss", "task"),
    [
        ("range of predictions", Squares(), "regression"),
        ("convexity", Squares(), "regression"),
        ("smoothed", "absolute_error", "regression"),
        ("perfect prediction", Squares(), "regression"),
        ("perfect prediction", "gaussian_crps", "regression"),
        ("perfect prediction", "poisson", "regression"),
        ("perfect prediction", nn.CrossEntropyLoss(), "multiclass"),
        ("true label", "hinge", "binary"),
        ("minimum", Squares(), "regression"),
        ("honesty", "kl_divergence", "regression"),
        ("honesty", "corn", "ordinal"),
    ],
)
def test_a_right_loss_obeys_the_law(law, loss, task):
    assert verdict(law, loss, task) == ""


def test_a_law_on_several_targets_checks_each_of_them():
    class OffInTheSecond(Squares):
        def pointwise(self, raw_prediction, y_true):
            off = torch.arange(y_true.shape[-1])
            return super().pointwise(raw_prediction - off, y_true)

    assert "another one" in verdict("perfect prediction", OffInTheSecond(), None, 2)
