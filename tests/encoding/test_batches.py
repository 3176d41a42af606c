"""Orders of rows in which each section holds several rows of its groups."""

import numpy as np
import pytest
import torch

from skloss.encoding import grouped_order
from skloss.encoding.split import split_rows

SIZES = {"many small": [4] * 60, "few large": [300, 300], "rare": [500, 12]}


def drawn(sizes, seed=0):
    groups = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    order = grouped_order(groups, torch.Generator().manual_seed(seed))
    return groups, order


@pytest.mark.parametrize("sizes", SIZES.values(), ids=list(SIZES))
def test_an_order_has_each_row_once(sizes):
    groups, order = drawn(sizes)
    assert sorted(order.tolist()) == list(range(len(groups)))


@pytest.mark.parametrize("sizes", [*SIZES.values(), [3] * 40], ids=[*SIZES, "threes"])
def test_rows_of_a_group_stand_together(sizes):
    groups, order = drawn(sizes)
    _, runs = groups[order].unique_consecutive(return_counts=True)
    assert runs.min() >= min(4, *sizes)


def test_a_rare_group_is_in_as_many_batches_as_it_has_parts():
    groups, order = drawn([500, 12])  # three parts, spread over four batches
    batches = (groups[order] == 1).reshape(4, 128).sum(1)
    assert (batches > 0).sum() >= 2 and batches.sum() == 12


def test_an_order_depends_on_the_generator_alone():
    assert torch.equal(drawn([20, 30], 1)[1], drawn([20, 30], 1)[1])
    assert not torch.equal(drawn([20, 30], 1)[1], drawn([20, 30], 2)[1])


def test_parts_are_drawn_again_in_each_epoch():
    groups = torch.zeros(100, dtype=torch.int64)
    generator = torch.Generator().manual_seed(0)
    one, two = (grouped_order(groups, generator)[:4].tolist() for _ in "ab")
    assert sorted(one) != sorted(two)


def test_rows_are_held_out_with_another_of_their_class():
    labels = np.repeat(np.arange(50), 10)
    fit, held_out = split_rows(500, 0, 0.2, labels, together=2)
    _, counts = np.unique(labels[held_out.numpy()], return_counts=True)
    assert counts.min() >= 2
    assert len(held_out) == 100
    assert sorted([*fit.tolist(), *held_out.tolist()]) == list(range(500))


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.9])
def test_rows_held_out_together_leave_some_to_learn_from(fraction):
    fit, held_out = split_rows(10, 0, fraction, np.zeros(10, dtype=int), together=2)
    assert len(fit) > 0 and len(held_out) > 0
