"""Steps of mini-batch training: by autograd, and repeated from a recording."""

from dataclasses import replace

import pytest
import torch

from skloss.losses import get_loss
from skloss.training import UserModule, kernels
from skloss.training.gradient import StackLosses
from skloss.training.penalty import Penalty
from skloss.training.recording import _CALLS_BEFORE
from skloss.training.run import train
from skloss.training.solvers.batch import BatchGradient
from tests.training.models import model, outputs, table

NAMES = ["squared_error", "log_cosh", "student_t_nll"]
ACTIVATIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "silu": torch.nn.functional.silu,
}
ALPHAS = [0.0, 0.5, 1.0]


def specs(activation, **settings):
    X, y = table(n_rows=80)
    settings |= {"hidden_layer_sizes": (6, 4), "activation": activation}
    return [model(X, y, loss=name, settings=dict(settings)) for name in NAMES]


class Layers:
    """The weights of a model in a stack, as leaves of autograd."""

    def __init__(self, stack, index, n_outputs):
        pairs = zip(stack.weights, stack.biases, strict=True)
        self.layers = [(w[index].clone(), b[index, 0].clone()) for w, b in pairs]
        weight, bias = self.layers[-1]
        self.layers[-1] = weight[:, :n_outputs], bias[:n_outputs]
        self.layers = [
            tuple(t.detach().requires_grad_() for t in pair) for pair in self.layers
        ]

    def gradient(self):
        return torch.cat([t.grad.flatten() for pair in self.layers for t in pair])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_norms_and_losses_are_those_of_autograd_in_every_step(activation):
    members = specs(activation)
    stack = members[0].architecture.stack(members)
    losses = StackLosses(members)
    batch = BatchGradient(stack, losses, Penalty(stack, ALPHAS), 8, clip=1.0)
    draw = torch.Generator().manual_seed(0)
    for step in range(_CALLS_BEFORE + 4):
        # A factor, so that the padding of the head remains zero.
        stack.flat.mul_(1.1 + 0.1 * torch.randn(stack.flat.shape, generator=draw))
        x = torch.randn(8, 5, generator=draw, dtype=torch.float64)
        y, weight = torch.rand(2, 1, 1, 8, generator=draw, dtype=torch.float64)
        inputs = stack.inputs(8).copy_(x)
        wide = [losses.by_step(t.expand(1, 3, 8))[0] for t in (y, weight)]
        values, norm, factor = batch(inputs, *wide)
        for k, (name, alpha) in enumerate(zip(NAMES, ALPHAS, strict=True)):
            loss = get_loss(name)
            own = Layers(stack, k, loss.n_outputs(1))
            raw = outputs(own, x, ACTIVATIONS[activation])
            each = loss.pointwise(raw, y.flatten())
            penalty = sum(w.square().sum() for w, _ in own.layers)
            ((weight.flatten() * each).sum() + alpha / 2 * penalty).backward()
            expected = own.gradient().norm()
            torch.testing.assert_close(values[k], each.detach(), msg=str(step))
            torch.testing.assert_close(norm[k], expected)
            assert factor[k].item() == pytest.approx(min(1.0, 1 / expected.item()))
    assert batch._repeated.recordings


@pytest.mark.filterwarnings("ignore:adam did not converge")
@pytest.mark.parametrize("without", ["DispatchMode", "interpreter"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_fits_are_the_same_without_a_recording(monkeypatch, activation, without):
    found = train(specs(activation, max_iter=8))
    if without == "DispatchMode":
        monkeypatch.setattr(kernels, "DispatchMode", None)
    else:
        monkeypatch.setattr(kernels, "compiled", kernels.plain_compiled)
    for mine, other in zip(found, train(specs(activation, max_iter=8)), strict=True):
        assert mine.history == other.history
        for pair in zip(mine.layers, other.layers, strict=True):
            assert all(map(torch.equal, *pair))


def test_a_loss_that_is_not_recordable_is_evaluated_by_autograd(monkeypatch):
    monkeypatch.setattr(type(get_loss("log_cosh")), "is_recordable", False)
    members = specs("relu")
    stack = members[0].architecture.stack(members)
    batch = BatchGradient(stack, StackLosses(members), Penalty(stack, ALPHAS), 8, 1.0)
    rows = [StackLosses(members).by_step(torch.ones(1, 3, 8))[0]] * 2
    for _ in range(_CALLS_BEFORE + 2):
        batch(stack.inputs(8), *rows)
    assert not batch._repeated.recordings


def test_rows_of_a_table_are_looked_up_in_every_step():
    members = specs("relu")
    stacks = [members[0].architecture.stack(members) for _ in range(2)]
    table = torch.randn(30, 5, dtype=torch.float64)
    losses = [StackLosses(members) for _ in stacks]
    looked_up, filled = (
        BatchGradient(stack, own, Penalty(stack, ALPHAS), 8, 1.0)
        for stack, own in zip(stacks, losses, strict=True)
    )
    for _ in range(_CALLS_BEFORE + 4):
        numbers = torch.randint(30, (3, 8))
        wide = [losses[0].by_step(torch.rand(1, 3, 8).double())[0] for _ in range(2)]
        inputs = stacks[1].inputs(8).copy_(table[numbers])
        expected = [part.clone() for part in filled(inputs, *wide)]
        found = looked_up(numbers.flatten(), *wide, table)
        assert all(map(torch.equal, found, expected))
        assert torch.equal(*(stack.grad for stack in stacks))
    assert looked_up._repeated.recordings


def test_a_module_is_trained_on_the_rows_that_were_read():
    X, y = table(n_rows=80)
    linear = torch.nn.Linear(5, 1, dtype=torch.float64)
    spec = replace(specs("relu")[0], architecture=UserModule(lambda *_: linear))
    stack = spec.architecture.stack([spec])
    losses = StackLosses([spec])
    batch = BatchGradient(stack, losses, Penalty(stack, [0.0]), 8, 1.0)
    for begin in range(0, 8 * (_CALLS_BEFORE + 2), 8):
        part = torch.arange(begin, begin + 8) % 80
        inputs = stack.inputs(8).copy_(X[part])
        rows = [losses.by_step(t.expand(1, 1, 8))[0] for t in (y[part], torch.ones(8))]
        values, _, _ = batch(inputs, *rows)
        expected = get_loss("squared_error").pointwise(linear(X[part]), y[part])
        torch.testing.assert_close(values[0], expected.detach())
