"""Weights of pairs that are made for many steps: the same values as from labels."""

import pytest
import torch

from skloss import get_loss, list_losses
from skloss.losses.contract import pair_loss
from skloss.losses.contract.embedding_loss import WeightedLabels

generator = torch.Generator().manual_seed(0)
X = torch.randn(2, 9, 3, generator=generator, dtype=torch.float64)
LABELS = torch.randint(3, (5, 2, 9), generator=generator)
WEIGHTS = 0.5 + torch.rand(5, 2, 9, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("name", list_losses("embedding"))
@pytest.mark.parametrize("at_once", [1, 400, 10_000])
def test_steps_have_the_values_of_their_labels(name, at_once, monkeypatch):
    monkeypatch.setattr(pair_loss, "_AT_ONCE", at_once)
    loss = get_loss(name)
    steps = loss.batches(LABELS, X.dtype)
    for step in (0, 1, 4, 2):
        found = loss.pointwise(X, steps[step])
        torch.testing.assert_close(found, loss.pointwise(X, LABELS[step]))


@pytest.mark.parametrize("name", list_losses("embedding"))
def test_steps_with_weights_have_the_values_of_labels_and_weights(name):
    loss = WeightedLabels(get_loss(name))
    y = torch.stack([LABELS.double(), WEIGHTS], dim=-1)
    steps = loss.batches(y, X.dtype)
    for step in range(5):
        found = loss.pointwise(X, steps[step])
        torch.testing.assert_close(found, loss.pointwise(X, y[step]))


def test_shares_sum_to_one_and_to_zero_without_any():
    share = pair_loss.share_of(torch.tensor([[1.0, 3.0], [0.0, 0.0]]), torch.float64)
    assert share.tolist() == [[0.25, 0.75], [0.0, 0.0]]


def test_the_logarithm_of_a_weight_of_zero_is_finite():
    logs = pair_loss.log_weight(torch.tensor([False, True]), torch.float32)
    assert logs.tolist() == [torch.tensor(-1e37).item(), 0.0]
