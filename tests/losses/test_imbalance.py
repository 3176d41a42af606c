"""Losses that learn class counts, against their papers."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from skloss import get_loss

rng = np.random.default_rng(5)
LOGITS = rng.normal(size=(8, 3)) * 2
CLASSES = rng.integers(0, 3, 8)


def tensor(values):
    return torch.as_tensor(np.asarray(values))


def torch_rows(criterion, raw, y):
    return criterion(tensor(raw), tensor(y)).numpy()


def test_bound_losses_know_how_rare_each_class_is():
    y = np.array([0] * 80 + [1] * 15 + [2] * 5)
    raw, target = tensor(LOGITS), tensor(CLASSES)
    counts = np.array([80, 15, 5])
    adjusted = torch_rows(nn.CrossEntropyLoss(), LOGITS + np.log(counts / 100), CLASSES)
    for name in ("logit_adjusted", "balanced_softmax"):
        assert get_loss(name).bind(y)(raw, target).item() == pytest.approx(adjusted)
    # Cui et al. (2019), eq. 10: effective numbers, weights that sum to K.
    effective = (1 - 0.99**counts) / (1 - 0.99)
    weights = 3 * (1 / effective) / (1 / effective).sum()
    oracle = F.cross_entropy(raw, target, tensor(weights), reduction="none").mean()
    found = get_loss("class_balanced", beta=0.99).bind(y)(raw, target)
    assert found.item() == pytest.approx(oracle.item())
    # Cao et al. (2019), eq. 13: margins C / n^(1/4), C such that the largest is 0.5.
    margins = 0.5 * (5 / counts) ** 0.25
    shifted = LOGITS - margins * np.eye(3)[CLASSES]
    oracle = torch_rows(nn.CrossEntropyLoss(), 30 * shifted, CLASSES)
    found = get_loss("ldam", scale=30.0).bind(y)(raw, target)
    assert found.item() == pytest.approx(float(oracle))


def test_weighted_rows_count_into_class_counts():
    y, weight = np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0])
    weighted = get_loss("logit_adjusted").bind(y, weight)
    repeated = get_loss("logit_adjusted").bind(np.array([0, 0, 0, 1]))
    np.testing.assert_allclose(
        weighted.bound_["per_class"], repeated.bound_["per_class"]
    )
