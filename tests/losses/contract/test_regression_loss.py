"""Outputs per target of losses on numbers: their blocks, their sums, their meaning."""

import pytest
import torch

from skloss.losses import RegressionLoss


class Heads(RegressionLoss):
    """A loss of three outputs per target, each with its own weight in the value."""

    name = "heads"
    heads = ("location", "log_scale", "shape")

    def elementwise(self, location, log_scale, shape, y_true):
        return location + 10 * log_scale + 100 * shape + 1000 * y_true


class Levels(RegressionLoss):
    """A loss of two predictions, of which none is a spread."""

    heads = ("low", "high")


ROW = torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])


def test_outputs_of_several_targets_are_in_blocks_by_head():
    y = torch.tensor([[7.0, 8.0]])
    location, log_scale, shape = Heads().split(ROW, y)
    assert location.tolist() == [[1, 2]]
    assert log_scale.tolist() == [[3, 4]]
    assert shape.tolist() == [[5, 6]]
    assert [b.tolist() for b in Heads().blocks(ROW)] == [[[1, 2]], [[3, 4]], [[5, 6]]]


def test_the_value_of_a_row_is_the_sum_over_its_targets():
    y = torch.tensor([[7.0, 8.0]])
    # 1 + 30 + 500 + 7000 for the first target, 2 + 40 + 600 + 8000 for the second.
    assert Heads().pointwise(ROW, y).tolist() == [7531 + 8642]
    assert Heads().pointwise(ROW[:, :3], torch.tensor([4.0])).tolist() == [4321]


def test_leading_dimensions_are_models():
    raw = torch.stack([ROW[:, :3], 2 * ROW[:, :3]])
    assert Heads().pointwise(raw, torch.zeros(2, 1)).tolist() == [[321], [642]]


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (torch.zeros(1), "heads requires 3 outputs for 1 target"),
        (torch.zeros(1, 3), "heads requires 9 outputs for 3 target"),
    ],
)
def test_another_number_of_outputs_is_refused(y, sentence):
    with pytest.raises(ValueError, match=sentence):
        Heads().split(ROW, y)


def test_integers_are_computed_in_the_precision_of_the_prediction():
    value = Heads().pointwise(ROW[:, :3].double(), torch.tensor([4]))
    assert value.dtype == torch.float64


def test_outputs_that_state_the_noise_are_those_after_the_locations():
    loss = Heads()
    assert loss.n_outputs(2) == 6
    assert loss.spread_outputs(2) == [2, 3, 4, 5]
    assert loss.log_scale_outputs(2) == [2, 3]
    assert Levels().spread_outputs(2) == Levels().log_scale_outputs(2) == []


def test_the_prediction_is_the_first_block():
    assert Heads().predict(ROW).tolist() == [[1, 2]]
