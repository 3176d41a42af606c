"""Steps on a GPU: nothing is read from the device.

Tensors on the device "meta" have shapes and no numbers: to read one is an error, as it
would be a wait on a GPU.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from skloss.losses import get_loss, list_losses
from skloss.losses.contract import links
from skloss.losses.contract.links import bounded, is_within, may_hold
from skloss.training.budget import BUDGETS
from skloss.training.grouping import stacked
from skloss.training.solvers.adam import _StackRun
from tests.training.models import model, table

# A loss that compares the rows of a batch counts its pairs.
LOSSES = [name for name in list_losses() if not get_loss(name).compares_rows]


def on_cpu(name, seed=0):
    X, _ = table(n_rows=150)
    loss = get_loss(name)
    y = np.asarray(loss.example_target(np.random.default_rng(0), 150), dtype=float)
    y = torch.as_tensor(y)
    n_outputs = loss.n_outputs(y.shape[1] if y.ndim == 2 else 1)
    return model(X, y, loss=name, seed=seed, n_outputs=n_outputs)


def on_meta(name, seed=0):
    spec = on_cpu(name, seed)
    return replace(
        spec, **{key: getattr(spec, key).to("meta") for key in ("X", "y", "weight")}
    )


@pytest.mark.parametrize("name", LOSSES)
def test_a_step_reads_nothing_from_the_device(name):
    run = _StackRun([on_meta(name), on_meta(name, seed=1)], {})
    run.begin_epoch()
    for step in range(run.n_steps):
        run.step(step, 1e-3)
    assert run.skipped.device.type == run.moments.exp_avg.device.type == "meta"


def test_a_read_from_the_device_would_be_found(monkeypatch):
    run = _StackRun([on_meta("squared_error")], {})
    run.begin_epoch()
    run.reads_norms = True
    with pytest.raises((RuntimeError, NotImplementedError), match="meta"):
        run.step(0, 1e-3)


def test_all_models_of_a_shape_share_a_stack_on_a_gpu(monkeypatch):
    specs = [on_meta("squared_error", seed) for seed in range(50)]
    assert len(stacked(specs, n_threads=2)) > 1
    monkeypatch.setitem(BUDGETS, "meta", BUDGETS["cuda"])
    assert stacked(specs, n_threads=2) == [list(range(50))]


@pytest.mark.parametrize("name", LOSSES)
def test_values_and_gradients_on_a_gpu_are_those_on_the_cpu(name, monkeypatch):
    spec = on_cpu(name)
    draw = torch.Generator().manual_seed(0)
    # Within, at and far beyond all limits of the forms that the CPU takes.
    raw = torch.randn(150, spec.n_outputs, generator=draw, dtype=torch.float64)
    raw *= torch.logspace(-2, 3, 150)[:, None]

    def found():
        leaf = raw.clone().requires_grad_()
        values = spec.loss.pointwise(leaf, spec.y)
        values.sum().backward()
        return values.detach(), leaf.grad

    expected = found()
    monkeypatch.setattr(links, "_is_at_hand", lambda values: False)
    torch.testing.assert_close(found(), expected)


def test_conditions_on_a_gpu_are_not_read():
    values = torch.zeros(3, device="meta")
    assert not is_within(values, 1.0)
    assert may_hold(values > 1)
    assert bounded(values).shape == (3,)


def test_conditions_on_the_cpu_are_read():
    values = torch.tensor([0.5, -2.0])
    assert is_within(values, 2.0)
    assert not is_within(values, 1.9)
    assert may_hold(values < -1)
    assert not may_hold(values > 1)
