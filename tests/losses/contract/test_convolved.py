"""The mean of a loss under normal shifts, against moments of the normal law."""

import numpy as np
import pytest
import torch

from skloss.losses import Custom
from skloss.losses.contract.convolved import Convolved

WIDTH = 0.3
POINTS = torch.tensor([[-1.0], [0.0], [0.4], [2.0]], dtype=torch.float64)
ZEROS = torch.zeros(4, dtype=torch.float64)


def derivatives(f, points=POINTS, y=ZEROS):
    raw = points.clone().requires_grad_()
    value = Convolved(Custom(f), WIDTH).pointwise(raw, y)
    (slope,) = torch.autograd.grad(value.sum(), raw, create_graph=True)
    (second,) = torch.autograd.grad(slope.sum(), raw)
    return [part.detach().numpy().ravel() for part in (value, slope, second)]


def test_a_polynomial_has_the_moments_of_the_normal_distribution():
    # E (r + w U)^3 = r^3 + 3 r w^2, since odd moments vanish.
    r = POINTS.numpy().ravel()
    value, slope, second = derivatives(lambda p, y: (p - y) ** 3)
    np.testing.assert_allclose(value, r**3 + 3 * r * WIDTH**2, atol=1e-12)
    np.testing.assert_allclose(slope, 3 * r**2 + 3 * WIDTH**2, atol=1e-12)
    np.testing.assert_allclose(second, 6 * r, atol=1e-12)


def test_a_kink_has_curvature_within_three_widths():
    _, slope, second = derivatives(lambda p, y: (p - y).abs())
    # Near the density 2 phi(0) / w at the kink, and a straight line far from it.
    assert second[1] == pytest.approx(2 / np.sqrt(2 * np.pi) / WIDTH, rel=0.2)
    assert second[2] > 0.1
    np.testing.assert_allclose(second[[0, 3]], 0.0, atol=1e-12)
    np.testing.assert_allclose(slope[[0, 1, 3]], [-1.0, 0.0, 1.0], atol=1e-12)


def test_targets_are_summed():
    both = POINTS.expand(4, 2), torch.zeros(4, 2, dtype=torch.float64)
    value, _, second = derivatives(lambda p, y: (p - y) ** 2, *both)
    np.testing.assert_allclose(value, 2 * (POINTS[:, 0] ** 2 + WIDTH**2))
    np.testing.assert_allclose(second, 2.0)
