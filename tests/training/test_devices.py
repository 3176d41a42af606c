"""Devices: names, errors for unavailable ones, and restored generators."""

import random

import numpy as np
import pytest
import torch
from torch import nn

from skloss.training import UserModule, resolve_device, train
from skloss.training.devices import seeded
from tests.training.models import model, table

CPU = torch.device("cpu")


class Gpu:
    """A fake of the torch module of a kind of GPU, with ``n`` devices."""

    def __init__(self, n):
        self.n = n
        self.default_generators = [torch.Generator() for _ in range(n)]

    def is_available(self):
        return self.n > 0

    def device_count(self):
        return self.n

    def current_device(self):
        return 0


def test_auto_is_a_cuda_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve_device("auto") == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert resolve_device("auto") == torch.device("cuda")


@pytest.mark.parametrize("device", ["cpu", CPU])
def test_a_name_or_a_device_is_resolved(device):
    assert resolve_device(device) == CPU


def test_a_name_unknown_to_torch_is_refused():
    with pytest.raises(ValueError, match="device='gpu' is not a valid torch device"):
        resolve_device("gpu")


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_a_gpu_that_torch_does_not_find_is_refused(kind, monkeypatch):
    monkeypatch.setattr(torch, kind, Gpu(0))
    with pytest.raises(ValueError, match=f"device='{kind}' is not available"):
        resolve_device(kind)


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_a_gpu_is_found_by_kind_and_number(kind, monkeypatch):
    monkeypatch.setattr(torch, kind, Gpu(2))
    assert resolve_device(kind).type == kind
    assert resolve_device(f"{kind}:1").index == 1
    with pytest.raises(ValueError, match="no GPU for it"):
        resolve_device(f"{kind}:2")


def test_seeding_repeats_and_restores_the_generator_of_the_cpu():
    before = torch.get_rng_state()
    with seeded(CPU, 3):
        first = torch.rand(5)
    with seeded(CPU, 3):
        second = torch.rand(5)
    assert torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), before)


def test_an_exception_restores_the_generator_too():
    before = torch.get_rng_state()
    with pytest.raises(RuntimeError, match="inside"), seeded(CPU, 3):
        torch.rand(5)
        raise RuntimeError("inside")
    assert torch.equal(torch.get_rng_state(), before)


def test_only_the_generator_of_the_one_gpu_is_seeded_and_restored(monkeypatch):
    gpus = Gpu(2)
    monkeypatch.setattr(torch, "cuda", gpus)
    before = [generator.get_state() for generator in gpus.default_generators]
    with seeded(torch.device("cuda:1"), 7):
        assert gpus.default_generators[1].initial_seed() == 7
        assert torch.equal(gpus.default_generators[0].get_state(), before[0])
        torch.rand(3, generator=gpus.default_generators[1])
    after = [generator.get_state() for generator in gpus.default_generators]
    assert all(map(torch.equal, before, after))


def test_a_gpu_without_a_number_is_the_current_one(monkeypatch):
    gpus = Gpu(2)
    monkeypatch.setattr(torch, "cuda", gpus)
    with seeded(torch.device("cuda"), 7):
        assert gpus.default_generators[0].initial_seed() == 7


def test_the_single_generator_of_mps_is_reached_through_its_module(monkeypatch):
    generator = torch.Generator()
    monkeypatch.setattr(torch.mps, "get_rng_state", generator.get_state)
    monkeypatch.setattr(torch.mps, "set_rng_state", generator.set_state)
    monkeypatch.setattr(torch.mps, "manual_seed", generator.manual_seed)
    before = generator.get_state()
    with seeded(torch.device("mps"), 7):
        assert generator.initial_seed() == 7
    assert torch.equal(generator.get_state(), before)


def test_training_a_module_seeds_no_generator_but_that_of_its_device(monkeypatch):
    seeded_globally = []
    for owner in (torch, torch.random, torch.cuda, torch.mps, torch.xpu):
        monkeypatch.setattr(owner, "manual_seed", seeded_globally.append)
    for owner in (torch.cuda, torch.xpu):
        monkeypatch.setattr(owner, "manual_seed_all", seeded_globally.append)
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    X, y = table()

    def network(n_features, n_outputs):
        return nn.Sequential(nn.Linear(n_features, n_outputs), nn.Dropout(0.5))

    train([model(X, y, architecture=UserModule(network))])
    assert seeded_globally == []
    assert torch.equal(torch.get_rng_state(), states[0])
    assert np.array_equal(np.random.get_state()[1], states[1])
    assert random.getstate() == states[2]
