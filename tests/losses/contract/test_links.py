"""Links and the limit of log-scales, against SciPy and by their definitions."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import special

from skloss.losses.contract.links import (
    Identity,
    Link,
    Log,
    Log1p,
    Logit,
    Softmax,
    bounded,
    is_within,
    magnitude,
)

RAW = torch.tensor([[-5.0, -0.5, 0.0], [0.5, 5.0, 19.0]], dtype=torch.float64)

INVERSES = [
    (Identity(), np.positive),
    (Log(), np.exp),
    (Log1p(), np.expm1),
    (Logit(), special.expit),
    (Softmax(), lambda raw: special.softmax(raw, axis=-1)),
]


@pytest.mark.parametrize(("link", "oracle"), INVERSES, ids=lambda v: repr(v)[:12])
def test_the_inverse_is_that_of_scipy(link, oracle):
    np.testing.assert_allclose(link.inverse(RAW), oracle(RAW.numpy()), rtol=1e-12)


@pytest.mark.parametrize("link", [link for link, _ in INVERSES], ids=repr)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_predictions_of_extreme_scores_are_finite_and_in_range(link, dtype):
    raw = torch.tensor([[-1e4, 0.0], [1e4, 0.0], [-88.0, 88.0]], dtype=dtype)
    found = link.inverse(raw)
    assert torch.isfinite(found).all()
    assert not link.range.outside(found).any()


def test_only_the_identity_leaves_residuals_in_raw_scores():
    assert [link.is_identity for link, _ in INVERSES] == [True] + [False] * 4


def test_a_link_is_named_and_shown():
    names = [link.name for link, _ in INVERSES]
    assert names == ["identity", "log", "log1p", "logit", "softmax"]
    assert [repr(link) for link, _ in INVERSES][1:3] == ["Log()", "Log1p()"]


def test_the_base_link_has_no_inverse():
    with pytest.raises(NotImplementedError):
        Link().inverse(RAW)


@pytest.mark.parametrize("value", [0.0, 3.0, -19.999, 20.0, -20.0])
def test_log_scales_up_to_twenty_are_unchanged(value):
    for other in (0.0, 1e4):  # another entry beyond the limit does not matter
        found = bounded(torch.tensor([value, other], dtype=torch.float64))
        assert found[0].item() == value


@pytest.mark.parametrize(
    ("value", "limited"), [(30.0, 25.0), (-30.0, -25.0), (120.0, 20 + 1000 / 110)]
)
def test_beyond_twenty_log_scales_tend_to_thirty(value, limited):
    found = bounded(torch.tensor([value], dtype=torch.float64))
    assert found.item() == pytest.approx(limited, rel=1e-12)


def test_the_limit_is_reached_from_inside_only():
    found = bounded(torch.tensor([1e4, 1e30, -1e30]))
    assert found.abs().max().item() <= 30.0
    assert found[0].item() < 30.0


def test_core_and_margin_set_the_limit():
    raw = torch.tensor([8.0, 12.0, -1e9], dtype=torch.float64)
    # 8 + 4 * 4 / (4 + 4) = 10; the limit is 8 + 4.
    wanted = torch.tensor([8.0, 10.0, -12.0], dtype=torch.float64)
    torch.testing.assert_close(bounded(raw, 8.0, 4.0), wanted)


@pytest.mark.parametrize("value", [-25.0, -20.5, 20.5, 60.0, 1e4])
def test_the_gradient_beyond_the_limit_keeps_its_sign(value):
    raw = torch.tensor([value], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(bounded(raw), raw)
    # d/de of e * 10 / (e + 10) is 100 / (e + 10)^2, positive everywhere.
    assert gradient.item() == pytest.approx(100 / (abs(value) - 20 + 10) ** 2)


def test_the_limit_is_smooth_where_it_begins():
    raw = torch.tensor([20.0 + 1e-9, 20.0 - 1e-9], dtype=torch.float64)
    raw.requires_grad_()
    (gradient,) = torch.autograd.grad(bounded(raw).sum(), raw)
    torch.testing.assert_close(gradient, torch.ones_like(gradient))


def test_numbers_are_within_a_limit_by_their_sizes():
    both_signs = torch.tensor([1.0, -3.0], requires_grad=True)
    assert is_within(both_signs, 3.0)
    assert not is_within(both_signs, 2.9)
    assert not is_within(torch.tensor([0.0, np.nan]), 3.0)
    assert is_within(torch.tensor([]), 0.0)


def test_second_derivatives_do_not_import_the_compiler_of_torch():
    # It takes a second, and torch has the second derivatives of `abs` there.
    code = """
import sys, torch
from skloss import get_loss
y = torch.tensor([1.0, 3.0], dtype=torch.float64)
for name in ("gaussian_nll", "laplace_crps", "log_cosh", "absolute_percentage_error"):
    loss = get_loss(name).smoothed(0.1)
    raw = torch.full((2, loss.n_outputs(1)), -30.0, dtype=torch.float64)
    value = loss.pointwise(raw.requires_grad_(), y).sum()
    (slope,) = torch.autograd.grad(value, raw, create_graph=True)
    if slope.requires_grad:
        torch.autograd.grad(slope.sum(), raw)
print("torch._dynamo" in sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("value", [-2.5, 0.0, 3.0])
def test_magnitude_is_the_absolute_value_with_its_derivatives(value):
    x = torch.tensor([value], dtype=torch.float64, requires_grad=True)
    found = magnitude(x)
    (slope,) = torch.autograd.grad(found.sum(), x, create_graph=True)
    assert (found.item(), slope.item()) == (abs(value), np.sign(value))
