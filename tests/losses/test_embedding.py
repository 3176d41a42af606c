"""Contrastive and triplet: values of independent oracles, slopes at distance zero."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from skloss.losses import Contrastive, InfoNCE, Triplet, list_losses
from skloss.losses.contract.registry import REGISTRY

rng = np.random.default_rng(5)
X1, X2, X3 = (torch.as_tensor(rng.normal(size=(6, 3))) for _ in range(3))


@pytest.mark.parametrize("name", list_losses("embedding"))
def test_slopes_at_distance_zero_are_finite(name):
    same = torch.ones(4, 3, requires_grad=True)
    value = REGISTRY[name]()(same, torch.tensor([0, 0, 1, 1]))
    (gradient,) = torch.autograd.grad(value, same)
    assert torch.isfinite(gradient).all()


def test_triplet_is_that_of_torch():
    oracle = nn.TripletMarginLoss(margin=0.7, eps=0.0)(X1, X2, X3)
    found = Triplet(margin=0.7).from_triplets(X1, X2, X3)
    assert found.item() == pytest.approx(oracle.item())


def test_contrastive_is_that_of_the_note():
    same = torch.tensor([1, 0, 1, 0, 1, 0])
    distance = F.pairwise_distance(X1, X2, eps=0.0)
    oracle = (same * distance**2 + (1 - same) * F.relu(2.0 - distance) ** 2).sum() / 12
    found = Contrastive(margin=2.0).from_pairs(X1, X2, same)
    assert found.item() == pytest.approx(oracle.item())


def test_labels_make_the_pairs_and_triplets_of_a_batch():
    labels = torch.tensor([0, 0, 1])
    x = torch.tensor([[0.0], [1.0], [3.0]])
    # Anchors 0 and 1 have one triplet each: distances 1 against 3, and 1 against 2.
    values = Triplet(margin=1.5).pointwise(x, labels)
    torch.testing.assert_close(values, torch.tensor([0.0, 0.5, 0.0]))
    # Row 0: pairs at distance 1 (same) and 3 (other, beyond the margin of 2).
    values = Contrastive(margin=2.0).pointwise(x, labels)
    torch.testing.assert_close(values, torch.tensor([0.25, 0.25, 0.0]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: Contrastive().from_pairs(X1, X2, torch.ones(6, 1)),
        lambda: Contrastive().from_pairs(X1, X2[:1], torch.ones(6)),
        lambda: Triplet().from_triplets(X1, X2, X3[:1]),
        lambda: Triplet().from_triplets(X1, X2[:, :1], X3),
        lambda: InfoNCE().from_similarity(X1),
        lambda: Triplet()(X1, torch.zeros(6, 1)),
    ],
)
def test_embeddings_whose_shapes_differ_are_never_broadcast(call):
    with pytest.raises(ValueError, match="shape"):
        call()


def test_embeddings_that_are_no_tensors_are_refused():
    for call in (
        lambda x: Contrastive().from_pairs(x, x, [1] * 6),
        lambda x: InfoNCE().from_similarity(x),
        lambda x: Triplet()(x, torch.zeros(6)),
    ):
        with pytest.raises(TypeError, match="must be a torch tensor"):
            call(X1.numpy())
