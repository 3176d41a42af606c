"""InfoNCE and symmetric cross-entropy: values of independent oracles."""

import numpy as np
import pytest
import torch

from skloss.losses import InfoNCE


def test_info_nce_pulls_on_a_hard_positive_at_the_lowest_temperature():
    S = torch.full((4, 4), 1.0)
    S.fill_diagonal_(-1.0)
    S.requires_grad_()
    value = InfoNCE(temperature=0.01).from_similarity(S)
    (gradient,) = torch.autograd.grad(value, S)
    assert value.item() == pytest.approx(200 + np.log(3), rel=1e-5)
    assert gradient.diagonal().abs().min() > 1
