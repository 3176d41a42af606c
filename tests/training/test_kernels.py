"""Private torch kernels and their plain versions compute the same numbers."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from skloss.training import kernels
from skloss.training.recording import record

ADAM = [kernels.fused_adam_step, kernels.plain_adam_step]
COPY = [kernels.fused_copy_all, kernels.plain_copy_all]
GRADIENTS = [kernels.direct_gradients, kernels.plain_gradients]
COMPILED = [kernels.interpreted, kernels.plain_compiled]
RELU = [kernels.fused_relu_backward, kernels.plain_relu_backward]


def normal(*shape, seed=0):
    return torch.as_tensor(np.random.default_rng(seed).normal(size=shape))


@pytest.mark.parametrize("adam_step", ADAM)
def test_steps_are_those_of_the_optimiser_of_torch(adam_step):
    leaf = normal(3, 7).requires_grad_()
    optimiser = torch.optim.Adam([leaf], lr=0.01)
    flat, step = leaf.detach().clone(), torch.zeros(())
    exp_avg, exp_avg_sq = torch.zeros_like(flat), torch.zeros_like(flat)
    for seed in range(20):
        gradient = normal(3, 7, seed=seed)
        leaf.grad = gradient.clone()
        optimiser.step()
        step += 1
        adam_step(flat, gradient, exp_avg, exp_avg_sq, step, 0.01)
    torch.testing.assert_close(flat, leaf.detach(), rtol=1e-12, atol=1e-12)
    state = optimiser.state[leaf]
    torch.testing.assert_close(exp_avg, state["exp_avg"], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(exp_avg_sq, state["exp_avg_sq"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_both_steps_agree_in_either_precision(dtype):
    found = []
    for adam_step in ADAM:
        flat, step = normal(2, 50).to(dtype), torch.zeros(())
        moments = torch.zeros_like(flat), torch.zeros_like(flat)
        for seed in range(5):
            step += 1
            adam_step(flat, normal(2, 50, seed=seed).to(dtype), *moments, step, 0.1)
        found.append((flat, *moments))
    torch.testing.assert_close(*found)


@pytest.mark.parametrize("copy_all", COPY)
def test_every_target_becomes_its_source_in_place(copy_all):
    whole = torch.zeros(4, 6)
    views = [whole[:2, :3], whole[2:, 3:]]
    sources = [torch.full((2, 3), 1.0), torch.full((2, 3), 2.0)]
    copy_all(views, sources)
    assert whole.sum().item() == 6 * 1.0 + 6 * 2.0
    assert torch.equal(whole[2:, 3:], sources[1])


@pytest.mark.parametrize("relu_backward", RELU)
def test_the_gradient_passes_where_a_unit_is_active(relu_backward):
    z = torch.tensor([-1.0, 0.0, 2.0, 3.0], requires_grad=True)
    pull = torch.tensor([5.0, 6.0, 7.0, 8.0])
    activated = torch.relu(z)
    activated.backward(pull)
    gradient = pull.clone()
    relu_backward(gradient, activated.detach())
    assert gradient.tolist() == z.grad.tolist() == [0.0, 0.0, 7.0, 8.0]


@pytest.mark.parametrize("gradients", GRADIENTS)
def test_gradients_are_those_of_the_weighted_sum(gradients):
    x, y = (
        torch.tensor([[2.0, 3.0]]).requires_grad_(),
        torch.ones(1, requires_grad=True),
    )
    values, weights = (x.square().sum(0), 4 * y), (torch.tensor([1.0, 5.0]), y.detach())
    of_x, of_y = gradients(values, (x, y), weights)
    assert of_x.tolist() == [[4.0, 30.0]]
    assert of_y.tolist() == [4.0]
    assert x.grad is y.grad is None


@pytest.mark.parametrize("gradients", GRADIENTS)
def test_a_value_without_a_gradient_is_refused(gradients):
    x, y = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="not have been used"):
        gradients((x.square(),), (y,), (torch.ones(2),))


def several(x, total):
    """Lists and pairs of results, arguments in lists, in place and by name."""
    near, far = x.unbind()
    largest, place = x.max(1)
    total.add_(torch.stack([near, far]), alpha=2)
    torch.mul(near, 3, out=total[0])
    return total * torch.full((), 0.5), largest - 1, place, torch.full_like(near, 7.0)


@pytest.mark.parametrize("compiled", COMPILED)
def test_a_program_repeats_operations_of_every_kind(monkeypatch, compiled):
    monkeypatch.setattr(kernels, "compiled", compiled)
    total = torch.zeros(2, 2)
    inputs = torch.zeros(2, 2)
    _, recording = record(lambda x: several(x, total), inputs, memory=[total])
    assert recording._call.__qualname__.startswith(compiled.__name__)
    total.zero_()
    half, largest, place, sevens = recording(torch.tensor([[1.0, 2.0], [4.0, 3.0]]))
    assert half.tolist() == [[1.5, 3.0], [4.0, 3.0]]
    assert total.tolist() == [[3.0, 6.0], [8.0, 6.0]]
    assert largest.tolist() == [1.0, 3.0]
    assert place.tolist() == [1, 0]
    assert sevens.tolist() == [7.0, 7.0]


def test_a_program_that_the_interpreter_lacks_is_called_from_python():
    place = [None, torch.tensor([1])]  # a list of tensors with a gap
    _, recording = record(
        lambda x: torch.ops.aten.index_put(x, place, x[:, :1]), torch.zeros(2, 2)
    )
    assert "plain_compiled" in recording._call.__qualname__
    found = recording(torch.tensor([[1.0, 2.0], [4.0, 3.0]]))
    assert found.tolist() == [[1.0, 1.0], [4.0, 4.0]]


def test_a_long_program_is_called_from_python(monkeypatch):
    monkeypatch.setattr(kernels, "_MOST_OPERATIONS", 2)
    _, short = record(lambda x: x.exp().sin(), torch.zeros(2))
    _, long = record(lambda x: x.exp().sin().cos(), torch.zeros(2))
    assert "plain_compiled" not in short._call.__qualname__
    assert "plain_compiled" in long._call.__qualname__
    assert long(torch.zeros(2)).tolist() == torch.ones(2).sin().cos().tolist()


@pytest.mark.parametrize("optimised", [True, False])
def test_a_program_keeps_the_setting_of_the_interpreter(optimised):
    _, recording = record(torch.exp, torch.zeros(2))
    before = torch._C._get_graph_executor_optimize()
    torch._C._set_graph_executor_optimize(optimised)
    try:
        assert recording(torch.zeros(2)).tolist() == [1.0, 1.0]
        assert torch._C._get_graph_executor_optimize() is optimised
    finally:
        torch._C._set_graph_executor_optimize(before)


def test_the_first_gradient_imports_no_algebra_system():
    code = (
        "import sys, numpy as np; from skloss import TorchRegressor; "
        "TorchRegressor(solver='adam', max_iter=2).fit(np.eye(4), np.arange(4.0)); "
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_the_fused_kernels_are_used_where_torch_has_them():
    assert kernels.adam_step is kernels.fused_adam_step
    assert kernels.compiled is kernels.interpreted
    assert kernels.copy_all is kernels.fused_copy_all
    assert kernels.gradients is kernels.direct_gradients
    assert kernels.relu_backward is kernels.fused_relu_backward
    assert kernels.DispatchMode is not None
