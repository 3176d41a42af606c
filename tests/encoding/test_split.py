"""Validation split: sizes, strata, and the same rows for the same seed."""

import numpy as np
import pytest
import torch
from scipy import sparse

from skloss.encoding.split import (
    content_key,
    draw_folds,
    split_distinct_rows,
    split_rows,
)


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


@pytest.mark.parametrize("is_stratified", [False, True])
def test_a_weight_of_two_is_held_out_when_two_copies_are(is_stratified, rng):
    table = rng.normal(size=(30, 3))
    labels = np.arange(30) % 2 if is_stratified else None
    weight = np.arange(30) % 3 + 1
    copies = np.repeat(np.arange(30), weight)
    rng.shuffle(copies)
    for seed in range(20):
        once = split_distinct_rows(table, weight, seed, 0.2, labels)[1]
        many = split_distinct_rows(
            table[copies],
            np.ones(len(copies)),
            seed,
            0.2,
            None if labels is None else labels[copies],
        )[1]
        assert set(copies[many]) == set(once.tolist())


def test_distinct_rows_are_held_out_by_the_fraction_and_each_equally_often(rng):
    table, weight = rng.normal(size=(40, 2)), np.ones(40)
    drawn = [split_distinct_rows(table, weight, seed, 0.25)[1] for seed in range(400)]
    assert {len(held_out) for held_out in drawn} == {10}
    times = torch.bincount(torch.cat(drawn), minlength=40)
    # Binomial counts of 400 draws at 1/4: mean 100, standard deviation 8.7.
    assert times.min() > 65
    assert times.max() < 135


def test_heavy_rows_are_held_out_no_more_often_than_others(rng):
    table, weight = rng.normal(size=(40, 2)), np.ones(40)
    weight[:4] = 20.0
    drawn = [split_distinct_rows(table, weight, seed, 0.25)[1] for seed in range(400)]
    times = torch.bincount(torch.cat(drawn), minlength=40)
    assert times[:4].min() > 65
    assert times[:4].max() < 135


@pytest.mark.parametrize(("n_distinct", "is_apart"), [(10, True), (9, False)])
def test_rows_that_repeat_often_are_split_one_by_one(n_distinct, is_apart):
    table = np.resize(np.arange(n_distinct), 40)[:, None]
    fit, held_out = split_distinct_rows(table, np.ones(40), 0, 0.2)
    shared = set(table[fit].ravel()) & set(table[held_out].ravel())
    assert bool(shared) is not is_apart


def test_a_table_of_one_distinct_row_is_split_too():
    fit, held_out = split_distinct_rows(np.ones((3, 2)), np.ones(3), 0, 0.4)
    assert (len(fit), len(held_out)) == (2, 1)


def test_folds_have_equal_sizes_and_the_shares_of_the_classes():
    labels = np.repeat([0, 1], [83, 17])
    fold_of = draw_folds(100, 5, 0, labels)
    np.testing.assert_array_equal(np.bincount(fold_of), [20] * 5)
    assert set(np.bincount(fold_of[labels == 1])) == {3, 4}
    assert not np.array_equal(fold_of, draw_folds(100, 5, 1, labels))


def test_equal_rows_are_in_one_fold_in_any_order(rng):
    table = rng.normal(size=(40, 2))[rng.integers(40, size=90)]
    fold_of = draw_folds(90, 5, 0, table=table)
    folds = {}
    for row, fold in zip(map(tuple, table), fold_of, strict=True):
        folds.setdefault(row, set()).add(fold)
    assert all(len(found) == 1 for found in folds.values())
    order = rng.permutation(90)
    again = draw_folds(90, 5, 0, table=table[order])
    np.testing.assert_array_equal(again, fold_of[order])


def test_fewer_distinct_rows_than_folds_are_divided_all_the_same():
    fold_of = draw_folds(20, 5, 0, table=np.zeros((20, 1)))
    np.testing.assert_array_equal(np.bincount(fold_of), [4] * 5)


def test_rows_that_repeat_often_are_spread_over_the_folds():
    table = np.arange(40)[:, None] % 8
    weight = np.ones(40)
    assert len(set(draw_folds(40, 5, 0, table=table, weight=weight)[::8])) > 1
    assert len(set(draw_folds(40, 5, 0, table=table, weight=0.8 * weight)[::8])) == 1


@pytest.mark.parametrize("as_table", [np.asarray, sparse.csr_array])
def test_equal_rows_alone_have_equal_keys_in_any_order(as_table, rng):
    X, y = rng.normal(size=(200, 3)), rng.integers(0, 2, 200)
    rows = rng.permutation(np.repeat(np.arange(200), 2))
    keys = content_key(as_table(X[rows]), y[rows])
    np.testing.assert_array_equal(keys, content_key(X, y)[rows])
    assert len(np.unique(keys)) == 200
