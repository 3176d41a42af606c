"""Shapes are checked before any arithmetic."""

import numpy as np
import pytest
import torch

from skloss.losses import get_loss
from skloss.losses.contract.shapes import check_shapes, check_tensors

LOSS = get_loss("squared_error")
VALID = [((5, 1), (5,)), ((5, 3), (5, 3)), ((2, 5, 1), (2, 5)), ((2, 5, 2), (2, 5, 2))]
INVALID = [
    ((5,), (5,), "reshape with"),
    ((5, 1), (4,), "do not match"),
    ((5, 1), (1,), "do not match"),
    ((5, 1), (5, 1, 1), "do not match"),
    ((2, 5, 1), (5,), "do not match"),
    ((2, 5, 1), (5, 2), "do not match"),
    ((5, 1), (), "do not match"),
]


@pytest.mark.parametrize(("raw", "y"), VALID)
def test_leading_dimensions_that_agree_are_valid(raw, y):
    check_shapes(torch.zeros(raw), torch.zeros(y), LOSS)


@pytest.mark.parametrize(("raw", "y", "message"), INVALID)
def test_shapes_that_do_not_match_raise_and_are_named(raw, y, message):
    with pytest.raises(ValueError, match=message) as caught:
        check_shapes(torch.zeros(raw), torch.zeros(y), LOSS)
    assert str(raw) in str(caught.value)


@pytest.mark.parametrize("value", [np.zeros(3), [0.0], 1.0, None])
def test_a_value_that_is_not_a_tensor_raises_and_is_named(value):
    with pytest.raises(TypeError, match="S must be a torch tensor, not"):
        check_tensors(x=torch.zeros(1), S=value)
