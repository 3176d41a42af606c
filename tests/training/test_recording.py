"""Recorded operations return the numbers of the function that was recorded.

Those of every loss are compared with autograd by a law of `skloss.check`.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from skloss.losses import Loss, get_loss
from skloss.losses.contract.in_units import InUnits
from skloss.losses.contract.registry import REGISTRY
from skloss.training import kernels
from skloss.training.gradient import StackLosses
from skloss.training.recording import (
    _CALLS_BEFORE,
    _MOST_RECORDINGS,
    Repeated,
    record,
)
from tests.training.models import model, table


def ones(*shape):
    return torch.ones(*shape, dtype=torch.float64)


def test_a_recording_is_not_valid_where_the_function_branches_differently():
    def function(x):
        return x.abs() if (x < 0).any() else x.square()

    _, recording = record(function, 3 * ones(2))
    assert recording(2 * ones(2)).tolist() == [4.0, 4.0]
    assert recording(-2 * ones(2)) is None


def reads_a_number(x):
    return x * x.max().item()


def draws(x):
    return x * torch.rand(2)


def selects(x):
    return x[x > 0.5]


TOTAL = torch.zeros(2)


def counts(x):
    return TOTAL.add_(1.0) * x


@pytest.mark.parametrize("function", [reads_a_number, draws, selects, counts])
def test_operations_that_would_differ_are_not_recorded(function):
    outputs, recording = record(function, torch.ones(2))
    assert outputs.shape == (2,)
    assert recording is None


def test_operations_of_another_thread_are_not_recorded():
    def function(x):  # as the backward pass on a GPU
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(torch.square, x).result()

    outputs, recording = record(function, 3 * ones(2))
    assert outputs.tolist() == [9.0, 9.0]
    assert recording is None


def test_changes_in_place_are_repeated_on_new_memory():
    def function(x):
        total = torch.zeros_like(x)
        total.add_(x)
        return total.mul_(2.0)

    x = 3 * ones(2)
    _, recording = record(function, x)
    for _ in range(2):
        assert recording(x).tolist() == [6.0, 6.0]
    assert x.tolist() == [3.0, 3.0]


def test_constants_are_computed_once_and_several_outputs_are_found():
    scale = torch.tensor(4.0)

    def function(x):
        near, far = x.unbind()
        return near * scale.log2(), far.square()

    _, recording = record(function, ones(2))
    first, second = recording(3 * ones(2))
    assert (first.item(), second.item()) == (6.0, 9.0)
    scale.mul_(4)  # the logarithm was taken when the function was recorded
    assert recording(3 * ones(2))[0].item() == 6.0


def test_memory_is_read_again_and_constants_are_not():
    memory, constant = ones(2), 5 * ones(2)
    out = torch.zeros(3, dtype=torch.float64)

    def function(x):
        torch.sum(memory.square() * x, 0, out=out[1])  # a view that is made each time
        return out[1] + constant.square()

    _, recording = record(function, ones(2), memory=[memory, out])
    memory.fill_(3.0)
    constant.fill_(0.0)
    assert recording(2 * ones(2)).tolist() == [61.0, 61.0]
    assert out.tolist() == [0.0, 36.0, 0.0]


def test_memory_that_is_not_stated_may_not_be_changed():
    memory = ones(2)
    _, recording = record(lambda x: torch.mul(x, 2, out=memory), ones(2))
    assert recording is None


def test_each_way_to_branch_is_recorded_once():
    called = []

    def function(x):
        called.append(x)
        return x.abs() if (x < 0).any() else x.square()

    repeated = Repeated(function, [])
    for number in [*range(1, _CALLS_BEFORE + 2)] * 2:
        assert repeated(number * ones(2)).tolist() == [number**2] * 2
        assert repeated(-number * ones(2)).tolist() == [number] * 2
    assert len(repeated.recordings) == 2
    assert len(called) == 2 * (_CALLS_BEFORE + 1)


def test_a_function_that_branches_in_many_ways_is_left_to_autograd():
    def function(x):
        bits = [1 + bool((x == k).any()) for k in range(8)]
        return x * float(np.prod(bits))

    repeated = Repeated(function, [])
    for _ in range(_CALLS_BEFORE + 2):
        for k in range(8):
            assert repeated(k * ones(2)).tolist() == [2.0 * k] * 2
    assert len(repeated.recordings) == _MOST_RECORDINGS


def gradients(losses, k, n_steps, seed=0):
    """Return the gradients of a number of steps on rows drawn from a seed."""
    draw, found = torch.Generator().manual_seed(seed), []
    raw = torch.empty(2, 6, k, dtype=torch.float64)
    for _ in range(n_steps):
        raw.copy_(torch.randn(2, 6, k, generator=draw))
        y, weight = (
            torch.randn(1, 2, 6, generator=draw, dtype=torch.float64) for _ in range(2)
        )
        rows = losses.by_step(y)[0], losses.by_step(weight)[0]
        found.append([part.clone() for part in losses.gradient(raw, *rows)])
    return found


def stack(*names):
    X, y = table(n_rows=40)
    return StackLosses([model(X, y, loss=name) for name in names])


NAMES = ["huber", "student_t_nll"]


@pytest.mark.parametrize(("n_more", "is_recorded"), [(0, False), (1, True)])
def test_a_stack_records_its_losses_after_some_steps(n_more, is_recorded):
    losses = stack(*NAMES)
    gradients(losses, 3, _CALLS_BEFORE + n_more)
    assert bool(losses._repeated.recordings) is is_recorded


@pytest.mark.parametrize("without", ["recorder", "recordable losses"])
def test_steps_are_the_same_with_and_without_a_recording(monkeypatch, without):
    n = 2 * _CALLS_BEFORE
    recorded = gradients(stack(*NAMES), 3, n)
    if without == "recorder":
        monkeypatch.setattr(kernels, "DispatchMode", None)
    else:
        monkeypatch.setattr(REGISTRY["huber"], "is_recordable", False)
    losses = stack(*NAMES)
    for mine, other in zip(recorded, gradients(losses, 3, n), strict=True):
        assert all(torch.equal(*pair) for pair in zip(mine, other, strict=True))
    assert not losses._repeated.recordings


def test_a_step_that_branches_differently_is_computed_by_autograd():
    losses = stack("gaussian_nll", "gaussian_nll")
    gradients(losses, 2, _CALLS_BEFORE + 1)
    assert losses._repeated.recordings
    raw = losses._raw.fill_(25.0)  # beyond the core of `bounded`
    rows = [[torch.zeros(2, 6, dtype=torch.float64)], [ones(2, 6)]]
    values, _ = losses.gradient(raw, *rows)
    expected = get_loss("gaussian_nll").pointwise(raw, rows[0][0])
    torch.testing.assert_close(values, expected, rtol=0, atol=0)


def test_losses_of_users_are_recorded_only_if_they_state_it():
    class Own(Loss):
        pass

    class Stated(Loss):
        is_recordable = True

    assert not Own.is_recordable
    assert Stated.is_recordable
    assert not type("Finer", (type(get_loss("huber")),), {}).is_recordable


def test_a_loss_in_units_is_recordable_if_the_loss_is():
    y = np.array([1.0, 2.0, 3.0])
    custom = get_loss(lambda y_pred, y_true: (y_pred - y_true).square()).bind(y)
    assert InUnits.learn(get_loss("poisson"), y).is_recordable
    assert not InUnits.learn(custom, y).is_recordable
