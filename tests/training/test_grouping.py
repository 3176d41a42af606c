"""Grouping: which models share a stack."""

from types import SimpleNamespace

import pytest
from torch import nn

from skloss.training import Perceptron, UserModule
from skloss.training.grouping import partition, stacked
from tests.training.models import model, table


@pytest.mark.parametrize(
    ("n_models", "width", "sizes"),
    [(10, 8, [10]), (10, 512, [5, 5]), (40, 8, [20, 20])],
    ids=["small", "wide", "many"],
)
def test_models_are_split_into_stacks_where_each_keeps_a_thread_busy(
    n_models, width, sizes
):
    X, y = table()
    settings = {"hidden_layer_sizes": (width, width)}
    models = [model(X, y, seed=s, settings=settings) for s in range(n_models)]
    assert [len(stack) for stack in stacked(models, 2)] == sizes


def of_loss(*n_outputs):
    """Groups of two models per loss, with so many outputs each."""
    models = [SimpleNamespace(n_outputs=n) for n in n_outputs for _ in range(2)]
    groups = [[2 * k, 2 * k + 1] for k in range(len(n_outputs))]
    return models, groups


def test_losses_are_assigned_whole_so_that_stacks_take_equally_long():
    models, groups = of_loss(1, 1, 4, 2)
    assert partition(models, groups, 2) == [[4, 5, 2, 3], [6, 7, 0, 1]]


def test_losses_that_cannot_be_assigned_evenly_are_cut_by_number():
    models, groups = of_loss(1, 1, 1)
    assert partition(models, groups, 2) == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(("n_models", "sizes"), [(20, [20]), (21, [11, 10])])
def test_a_stack_has_at_most_twenty_models(n_models, sizes):
    X, y = table()
    models = [model(X, y, seed=seed) for seed in range(n_models)]
    assert [len(stack) for stack in stacked(models, 1)] == sizes


def test_user_modules_train_in_stacks_of_one():
    X, y = table()
    models = [model(X, y, architecture=UserModule(nn.Linear)) for _ in range(3)]
    assert stacked(models, 1) == [[0], [1], [2]]


def test_models_of_unequal_architecture_do_not_share_a_stack():
    X, y = table()
    models = [model(X, y, architecture=Perceptron((n,))) for n in (4, 5, 4)]
    assert stacked(models, 1) == [[0, 2], [1]]


def test_equal_losses_stand_next_to_each_other():
    X, y = table()
    names = ["squared_error", "absolute_error", "squared_error"]
    models = [model(X, y, name, seed) for seed, name in enumerate(names)]
    assert stacked(models, 1) == [[0, 2, 1]]
