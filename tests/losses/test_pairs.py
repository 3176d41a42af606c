"""InfoNCE and symmetric cross-entropy: values of independent oracles."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from skloss.losses import InfoNCE, SymmetricCrossEntropy

rng = np.random.default_rng(5)
X1, X2 = (torch.as_tensor(rng.normal(size=(6, 3))) for _ in range(2))


def test_info_nce_pulls_on_a_hard_positive_at_the_lowest_temperature():
    S = torch.full((4, 4), 1.0)
    S.fill_diagonal_(-1.0)
    S.requires_grad_()
    value = InfoNCE(temperature=0.01).from_similarity(S)
    (gradient,) = torch.autograd.grad(value, S)
    assert value.item() == pytest.approx(200 + np.log(3), rel=1e-5)
    assert gradient.diagonal().abs().min() > 1


def test_info_nce_and_symmetric_cross_entropy_are_cross_entropies_of_the_diagonal():
    S, match = X1 @ X2.T, torch.arange(6)
    rows, columns = F.cross_entropy(S / 0.2, match), F.cross_entropy(S.T / 0.2, match)
    found = InfoNCE(temperature=0.2).from_similarity(S)
    assert found.item() == pytest.approx(rows.item())
    both = SymmetricCrossEntropy(temperature=0.2).from_similarity(S)
    assert both.item() == pytest.approx((rows + columns).item() / 2)


def test_info_nce_of_the_note_with_one_positive_and_two_others():
    q, k = np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.5, -1.0], [2.0, 0.0]])
    scores = k @ q
    by_hand = -np.log(np.exp(scores[0]) / np.exp(scores).sum())
    S = torch.as_tensor(np.tile(scores, (3, 1)))
    first = InfoNCE(temperature=1.0).of_similarity(S)[0]
    assert first.item() == pytest.approx(by_hand)
