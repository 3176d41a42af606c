"""Contrastive and triplet losses: pairs and triplets given, or made from labels."""

from itertools import combinations, permutations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from skloss.losses import Contrastive, Triplet, embedding, list_losses
from skloss.losses.contract.registry import REGISTRY
from tests.losses.oracles import tensor

rng = np.random.default_rng(5)
X1, X2, X3 = (tensor(rng.normal(size=(6, 3))) for _ in range(3))
SAME = torch.tensor([1, 0, 1, 0, 1, 0])
KINDS = torch.tensor([0, 0, 1, 1, 1, 2])


def distances(x1, x2):
    return F.pairwise_distance(x1, x2, eps=0.0)


@pytest.mark.parametrize("margin", [0.1, 0.7, 5.0])
def test_triplets_are_those_of_torch(margin):
    oracle = nn.TripletMarginLoss(margin=margin, eps=0.0)(X1, X2, X3)
    found = Triplet(margin=margin).from_triplets(X1, X2, X3)
    assert found.item() == pytest.approx(oracle.item())


@pytest.mark.parametrize("margin", [0.1, 2.0, 9.0])
def test_pairs_follow_the_formula(margin):
    # Hadsell, Chopra and LeCun (2006), eq. 4, where label 0 means similar.
    distance = distances(X1, X2)
    apart = F.relu(margin - distance) ** 2
    oracle = (0.5 * SAME * distance**2 + 0.5 * (1 - SAME) * apart).mean()
    found = Contrastive(margin=margin).from_pairs(X1, X2, SAME)
    assert found.item() == pytest.approx(oracle.item())


@pytest.mark.parametrize(
    ("distance", "same", "value"),
    [(2.0, 0, 0.0), (1.0, 0, 0.0), (0.5, 0, 0.125), (0.0, 0, 0.5), (0.0, 1, 0.0),
     (3.0, 1, 4.5)],
)  # fmt: skip
def test_a_pair_of_different_labels_has_no_loss_beyond_the_margin(
    distance, same, value
):
    x1, x2 = torch.tensor([[0.0]]), torch.tensor([[distance]])
    assert Contrastive(margin=1.0).from_pairs(x1, x2, [same]).item() == value


@pytest.mark.parametrize(("far", "value"), [(1.0, 1.0), (1.5, 0.5), (2.0, 0.0), (9, 0)])
def test_a_triplet_has_no_loss_beyond_the_margin(far, value):
    anchor, positive = torch.tensor([[0.0]]), torch.tensor([[1.0]])
    negative = torch.tensor([[-float(far)]])
    found = Triplet(margin=1.0).from_triplets(anchor, positive, negative)
    assert found.item() == value


def test_labels_make_all_pairs_of_a_row():
    total, count = np.zeros(6), np.zeros(6)
    for i, j in combinations(range(6), 2):
        pair = Contrastive(margin=2.0).from_pairs(
            X1[[i]], X1[[j]], [int(KINDS[i] == KINDS[j])]
        )
        total[[i, j]] += pair.item()
        count[[i, j]] += 1
    found = Contrastive(margin=2.0).pointwise(X1, KINDS)
    np.testing.assert_allclose(found, total / count)


@pytest.mark.parametrize("limit", ["_FEW_MATCHES", "_FEW_TRIPLETS", "neither"])
def test_labels_make_all_triplets_of_an_anchor(monkeypatch, limit):
    # Beyond either limit, distances are sorted.
    monkeypatch.setattr(embedding, limit, 0, raising=False)
    total, count = np.zeros(6), np.zeros(6)
    oracle = nn.TripletMarginLoss(margin=1.5, eps=0.0)
    kinds = KINDS.tolist()
    for a, p, n in permutations(range(6), 3):
        is_triplet = kinds[a] == kinds[p] != kinds[n]
        total[a] += is_triplet * oracle(X1[[a]], X1[[p]], X1[[n]]).item()
        count[a] += is_triplet
    found = Triplet(margin=1.5).pointwise(X1, KINDS)
    np.testing.assert_allclose(found, total / np.maximum(count, 1))


@pytest.mark.parametrize("margin", [0.3, 1.5, 20.0])
def test_triplets_have_one_gradient_whether_sorted_or_not(monkeypatch, margin):
    x = tensor(rng.normal(size=(2, 20, 3))).requires_grad_()
    labels = torch.arange(20).remainder(4).expand(2, -1)
    weight = tensor(rng.integers(1, 4, size=(2, 20)))
    found = []
    for most in (0, 12):
        monkeypatch.setattr(embedding, "_FEW_MATCHES", most)
        value = Triplet(margin=margin)(x, labels, weight)
        found.append((value, *torch.autograd.grad(value, x)))
    torch.testing.assert_close(*found)


def test_pairs_and_triplets_of_three_rows_by_hand():
    labels = torch.tensor([0, 0, 1])
    x = tensor([[0.0], [1.0], [3.0]])
    # Anchors 0 and 1 have one triplet each: distances 1 and 3, and 1 and 2.
    values = Triplet(margin=1.5).pointwise(x, labels)
    torch.testing.assert_close(values, tensor([0.0, 0.5, 0.0]))
    # Row 0: pairs at distance 1 (same) and 3 (other, beyond the margin of 2).
    values = Contrastive(margin=2.0).pointwise(x, labels)
    torch.testing.assert_close(values, tensor([0.25, 0.25, 0.0]))


@pytest.mark.parametrize("name", list_losses("embedding"))
def test_a_batch_without_pairs_has_a_loss_of_zero(name):
    value = REGISTRY[name]().pointwise(X1[:1], torch.tensor([0]))
    assert value.tolist() == [0.0]


@pytest.mark.parametrize("name", list_losses("embedding"))
def test_slopes_at_distance_zero_are_finite(name):
    same = torch.ones(4, 3, requires_grad=True)
    value = REGISTRY[name]()(same, torch.tensor([0, 0, 1, 1]))
    (gradient,) = torch.autograd.grad(value, same)
    assert torch.isfinite(gradient).all()


def distance_table():
    return torch.cdist(X1, X1).numpy()


def test_hard_mining_takes_the_farthest_match_and_the_nearest_other_row():
    d, kinds = distance_table(), KINDS.numpy()
    expected = [
        max(0, max(d[a, kinds == kinds[a]]) - min(d[a, kinds != kinds[a]]) + 1.5)
        for a in range(5)
    ]
    found = Triplet(margin=1.5, mining="hard").pointwise(X1, KINDS)
    np.testing.assert_allclose(found, [*expected, 0.0])


def test_semi_hard_mining_takes_the_nearest_row_beyond_each_match():
    # Schroff et al. (2015), section 3.2; the farthest row if none is beyond.
    d, kinds = distance_table(), KINDS.numpy()
    expected = []
    for a in range(5):
        values = []
        for p in np.flatnonzero((kinds == kinds[a]) & (np.arange(6) != a)):
            far = d[a, kinds != kinds[a]]
            beyond = far[far > d[a, p]]
            chosen = min(beyond, default=max(far))
            values.append(max(0, d[a, p] - chosen + 1.5))
        expected.append(np.mean(values))
    found = Triplet(margin=1.5, mining="semi_hard").pointwise(X1, KINDS)
    np.testing.assert_allclose(found, [*expected, 0.0])


def test_mining_by_hand():
    x = tensor([[0.0], [2.0], [1.0], [3.0]])
    labels = torch.tensor([0, 0, 1, 1])
    # The anchor at 0: its match at 2; others at 1 and 3.
    hard = Triplet(margin=0.5, mining="hard").pointwise(x, labels)[0]
    semi = Triplet(margin=2.0, mining="semi_hard").pointwise(x, labels)[0]
    every = Triplet(margin=2.0).pointwise(x, labels)[0]
    assert (hard.item(), semi.item(), every.item()) == (1.5, 1.0, 2.0)


def test_the_mean_over_triplets_needs_the_memory_of_pairs():
    n = 2000  # 8e9 triplets would need 64 GB
    x = tensor(np.random.default_rng(0).normal(size=(n, 2))).requires_grad_()
    value = Triplet()(x, torch.arange(n) % 2)
    (gradient,) = torch.autograd.grad(value, x)
    assert 0.5 < value.item() < 1.5 and torch.isfinite(gradient).all()


def test_squared_distances_are_those_of_facenet():
    oracle = nn.TripletMarginWithDistanceLoss(
        distance_function=lambda a, b: (a - b).square().sum(-1), margin=0.2
    )(X1, X2, X3)
    found = Triplet(margin=0.2, distance="squared_euclidean").from_triplets(X1, X2, X3)
    assert found.item() == pytest.approx(oracle.item())


def test_distances_of_close_rows_far_from_zero_are_exact():
    x = torch.tensor([[1e4, 0.0], [1e4, 0.25]])
    value = Contrastive().pointwise(x, torch.tensor([0, 0]))
    assert value.tolist() == [0.03125, 0.03125]


@pytest.mark.parametrize(
    "call",
    [
        lambda: Contrastive().from_pairs(X1, X2, torch.ones(6, 1)),
        lambda: Contrastive().from_pairs(X1, X2[:1], torch.ones(6)),
        lambda: Contrastive().from_pairs(X1[0], X2[0], torch.ones(3)),
        lambda: Triplet().from_triplets(X1, X2, X3[:1]),
        lambda: Triplet().from_triplets(X1, X2[:, :1], X3),
        lambda: Triplet()(X1, torch.zeros(6, 1)),
        lambda: Triplet()(X1[0], torch.zeros(())),
    ],
)
def test_embeddings_whose_shapes_differ_are_refused(call):
    with pytest.raises(ValueError, match="shape"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda x: Contrastive().from_pairs(x, x, [1] * 6),
        lambda x: Triplet().from_triplets(x, x, x),
        lambda x: Triplet()(x, torch.zeros(6)),
    ],
)
def test_embeddings_other_than_tensors_are_refused(call):
    with pytest.raises(TypeError, match="must be a torch tensor"):
        call(X1.numpy())


@pytest.mark.parametrize("loss", [Contrastive(), Triplet()], ids=repr)
def test_a_second_view_is_refused(loss):
    with pytest.raises(ValueError, match="requires labels"):
        loss(X1, X2)
