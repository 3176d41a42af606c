"""Budgets: one per kind of device, and sizes that follow from them."""

from dataclasses import fields, replace

import pytest
import torch

from skloss.training import Budget
from skloss.training.budget import BUDGETS, CPU


@pytest.mark.parametrize("device", ["cpu", torch.device("cpu")])
def test_the_cpu_has_the_budget_of_the_cpu(device):
    assert Budget.for_device(device) is CPU


def test_a_device_without_a_budget_has_that_of_the_cpu():
    assert Budget.for_device("privateuseone") is CPU


@pytest.mark.parametrize("kind", ["cuda", "mps", "xpu"])
def test_a_gpu_has_one_stack_for_the_models_of_a_comparison(kind):
    budget = Budget.for_device(f"{kind}:0")
    assert budget.stack_models == 1000
    assert budget.stacks_worth_threads(10**12, 40, 2) == 0


def test_a_budget_of_its_own_is_found_by_the_kind_of_device(monkeypatch):
    larger = replace(CPU, stack_models=100)
    monkeypatch.setitem(BUDGETS, "cuda", larger)
    assert Budget.for_device("cuda:1") is larger
    assert Budget.for_device("cpu") is CPU


@pytest.mark.parametrize(
    ("width", "rows"), [(1, 1000), (3, 333), (10, 256), (10_000, 256)]
)
def test_a_block_has_the_rows_that_fit_but_never_fewer_than_its_calls_cost(width, rows):
    assert CPU.rows_at_once(1000, width) == rows


@pytest.mark.parametrize(
    ("multiplications", "stacks"),
    [(0, 0), (9_999_999, 0), (10_000_000, 1), (35_000_000, 3), (10**9, 4)],
)
def test_a_thread_is_used_from_ten_million_multiplications_on(multiplications, stacks):
    assert CPU.stacks_worth_threads(multiplications, 5, 4) == stacks


def test_there_are_no_more_stacks_than_models():
    assert CPU.stacks_worth_threads(10**9, 2, 4) == 2


def test_every_size_is_a_positive_integer():
    sizes = [getattr(CPU, field.name) for field in fields(CPU)]
    assert all(type(size) is int and size > 0 for size in sizes)
