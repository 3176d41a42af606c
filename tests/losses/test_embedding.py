"""Contrastive and triplet: values of independent oracles, slopes at distance zero."""

import pytest
import torch

from skloss.losses import list_losses
from skloss.losses.contract.registry import REGISTRY


@pytest.mark.parametrize("name", list_losses("embedding"))
def test_slopes_at_distance_zero_are_finite(name):
    same = torch.ones(4, 3, requires_grad=True)
    value = REGISTRY[name]()(same, torch.tensor([0, 0, 1, 1]))
    (gradient,) = torch.autograd.grad(value, same)
    assert torch.isfinite(gradient).all()
