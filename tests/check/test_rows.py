"""Laws on rows, weights and stacks catch losses that break them."""

import copy

import pytest
import torch

from skloss.losses import RegressionLoss, Triplet
from tests.check.verdict import verdict


class Squares(RegressionLoss):
    def elementwise(self, prediction, y_true):
        return (prediction - y_true).square()


class CountsRows(Squares):
    def pointwise(self, raw_prediction, y_true):
        value = super().pointwise(raw_prediction, y_true)
        return value * torch.arange(1, 1 + value.shape[-1])


class IgnoresWeights(Squares):
    def __call__(self, raw_prediction, y_true, sample_weight=None):
        return super().__call__(raw_prediction, y_true)


class DividesByRows(Squares):
    def __call__(self, raw_prediction, y_true, sample_weight=1.0):
        value = sample_weight * self.pointwise(raw_prediction, y_true)
        return value.sum() / len(y_true)


class MixesModels(Squares):
    def elementwise(self, prediction, y_true):
        return super().elementwise(prediction, y_true) / prediction.std()


class HidesWhatItLearned(Squares):
    scale = 1.0

    def bind(self, y, sample_weight=None, X=None):
        bound = copy.copy(self)
        bound.scale = float(y.std())
        return bound

    def elementwise(self, prediction, y_true):
        return super().elementwise(prediction, y_true) / self.scale


class LearnsOneNumberPerRow(Squares):
    def bind(self, y, sample_weight=None, X=None):
        return self.with_learned(rows=y)


class FavoursTheFirstRow(Triplet):
    name = "favours_the_first_row"

    def of_labels(self, embeddings, positive, negative):
        value = super().of_labels(embeddings, positive, negative)
        return torch.cat([value[..., :1] + 1, value[..., 1:]], dim=-1)


def shifted_by_the_largest(f, y):
    # Equal to (f - y)^2 but for rounding: the shift by the largest prediction
    # cancels, and rounds the other rows when that prediction is extreme.
    return ((f - f.max()) - (y - f.max())) ** 2


BROKEN = [
    ("order of rows", CountsRows(), "order of the rows"),
    ("order of rows", FavoursTheFirstRow(), "order of the rows"),
    ("value per row", lambda f, y: ((f - y) ** 2).mean(), "a single number"),
    ("mean over rows", lambda f, y: ((f - y) ** 2).sum(), "depends on the batch size"),
    ("separate rows", lambda f, y: (f - y) ** 2 / y.std(), "other rows of the batch"),
    ("extreme rows", shifted_by_the_largest, "a prediction of 10000"),
    ("extreme rows", lambda f, y: (f - y) ** 2 + 0 * f.max(), "a prediction of nan"),
    ("sample weights", IgnoresWeights(), "Weight 2"),
    ("sample weights", DividesByRows(), "weight 0"),
    ("stack", MixesModels(), "differ from those of single models"),
    ("bound stack", HidesWhatItLearned(), "differ in a stack"),
    ("bound stack", LearnsOneNumberPerRow(), "different stack keys"),
]


@pytest.mark.parametrize(("law", "loss", "sentence"), BROKEN)
def test_a_law_catches_a_loss_that_breaks_it(law, loss, sentence):
    assert sentence in verdict(law, loss)


@pytest.mark.parametrize("law", dict.fromkeys(law for law, *_ in BROKEN))
def test_a_right_loss_obeys_each_law(law):
    assert verdict(law, Squares()) == ""


def test_a_mean_over_rows_does_not_depend_on_the_batch_size():
    assert verdict("mean over rows", lambda f, y: ((f - y) ** 2).mean()) == ""


def test_what_is_learned_through_the_contract_stacks():
    class Scaled(Squares):
        def bind(self, y, sample_weight=None, X=None):
            return self.with_learned(scale=y.std())

        def elementwise(self, prediction, y_true):
            scale = self.learned("scale", prediction, 1.0)
            return super().elementwise(prediction, y_true) / scale

    assert verdict("bound stack", Scaled()) == ""
