"""Validation split: sizes, strata, and the same rows for the same seed."""

import numpy as np
import pytest
import torch

from skloss.encoding.split import split_rows


@pytest.mark.parametrize(
    ("n_rows", "fraction", "n_held_out"),
    [(100, 0.15, 15), (10, 0.01, 1), (10, 0.26, 3), (3, 0.5, 2)],
)
def test_the_fraction_is_rounded_and_at_least_one_row(n_rows, fraction, n_held_out):
    fit, held_out = split_rows(n_rows, 0, fraction)
    assert len(held_out) == n_held_out
    assert sorted([*fit.tolist(), *held_out.tolist()]) == list(range(n_rows))


def test_without_a_fraction_all_rows_are_fitted():
    fit, held_out = split_rows(5, 0, None)
    assert fit.tolist() == [0, 1, 2, 3, 4]
    assert held_out is None


@pytest.mark.parametrize(("n_rows", "fraction"), [(1, 0.1), (2, 0.9)])
def test_a_split_that_leaves_nothing_to_fit_is_refused(n_rows, fraction):
    message = rf"holds out {n_rows} of {n_rows} row\(s\)"
    with pytest.raises(ValueError, match=message):
        split_rows(n_rows, 0, fraction)


@pytest.mark.parametrize("labels", [None, np.arange(50) % 3])
def test_rows_depend_on_the_seed_alone_and_ascend(labels):
    one, same = (split_rows(50, 7, 0.3, labels) for _ in range(2))
    _, other = split_rows(50, 8, 0.3, labels)
    assert all(map(torch.equal, one, same))
    assert not torch.equal(one[1], other)
    assert all(bool((rows.diff() > 0).all()) for rows in one)


@pytest.mark.parametrize("seed", range(5))
def test_each_class_is_held_out_in_proportion(seed):
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    _, held_out = split_rows(100, seed, 0.2, labels)
    assert np.bincount(labels[held_out]).tolist() == [12, 6, 2]


def test_every_row_of_a_class_can_be_held_out():
    labels = np.repeat([0, 1], [30, 10])
    drawn = [split_rows(40, seed, 0.25, labels)[1] for seed in range(200)]
    assert set(torch.cat(drawn).tolist()) == set(range(40))
