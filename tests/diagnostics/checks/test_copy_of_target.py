"""SKL401 names features from which the target can be read off."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(8)
Y = RNG.normal(size=200)
OTHER = 0.9 * Y + 0.3 * RNG.normal(size=200)
LABELS = np.array(["a", "b", "c"])[RNG.integers(0, 3, 200)]


def find(X, y=Y, task="regression"):
    return CHECKS["SKL401"]().find(comparison(y, {"huber": y}, X=X, task=task))


def named(leak, y=Y, task="regression"):
    found = find(pd.DataFrame({"other": OTHER, "leak": leak}), y, task)
    return [one.finding for one in found]


@pytest.mark.parametrize(
    "leak",
    [
        Y,
        -1.19 * Y + 1e6,
        np.round(Y, 2),
        Y + 0.01 * OTHER,
        np.exp(3 * Y),
        [*(Y[:-1]), np.nan],
        [str(value) for value in Y],
    ],
    ids=["equal", "units", "rounded", "noisy", "monotone", "missing", "text"],
)
def test_a_copy_is_named(leak):
    assert named(leak) == ["The feature “leak” is a copy of the target."]


def test_the_evidence_states_the_share_of_the_variance():
    (found,) = find(pd.DataFrame({"leak": Y}))
    assert found.evidence == "a straight line explains 100% of the variance"


@pytest.mark.parametrize(
    "column",
    [
        OTHER,
        Y + 0.1 * RNG.normal(size=200),
        np.sign(Y),
        np.ones(200),
        [*([np.nan] * 120), *Y[120:]],
    ],
    ids=["correlated", "noisy", "sign", "constant", "mostly missing"],
)
def test_an_honest_column_is_not_a_copy(column):
    assert named(column) == []


def test_one_far_row_does_not_make_a_copy():
    y, column = Y.copy(), RNG.normal(size=200)
    y[0] = column[0] = 1e6
    assert named(column, y) == []


def test_columns_of_arrays_are_numbered():
    X = np.column_stack([OTHER, Y])
    wanted = ["The feature “1” is a copy of the target."]
    assert [one.finding for one in find(X)] == wanted
    assert [one.finding for one in find(sparse.csr_matrix(X))] == wanted


@pytest.mark.parametrize("task", ["multiclass"])
def test_one_value_for_each_class_is_a_copy(task):
    codes = {"a": 10, "b": 30, "c": 20}
    numbers = [codes[label] for label in LABELS]
    assert len(named(numbers, LABELS, task)) == 1
    assert len(named(pd.Categorical(LABELS), LABELS, task)) == 1
    merged = ["ab" if label != "c" else "c" for label in LABELS]
    assert named(merged, LABELS, task) == []
    mistaken = [numbers[1] if k == 0 else n for k, n in enumerate(numbers)]
    mistaken[0] = 10 if numbers[0] != 10 else 20
    assert named(mistaken, LABELS, task) == []


def test_a_copy_of_one_of_several_targets_is_named_once():
    assert len(find(pd.DataFrame({"leak": Y}), np.column_stack([OTHER, Y]))) == 1
    labels = np.column_stack([Y > 0, OTHER > 1]).astype(int)
    found = find(pd.DataFrame({"leak": Y > 0}), labels, "multilabel")
    assert len(found) == 1


def test_few_rows_may_be_on_a_line_by_chance():
    assert (
        CHECKS["SKL401"]().find(comparison(Y[:19], {"huber": Y[:19]}, X=Y[:19, None]))
        == []
    )


def test_a_long_table_is_compared_on_some_rows():
    y = RNG.normal(size=50_000)
    assert len(find(y[:, None], y)) == 1


@pytest.mark.parametrize(("size", "n_found"), [(0.028, 1), (0.036, 0)])
def test_a_tenth_of_a_percent_of_the_variance_is_the_limit(size, n_found):
    y = np.random.default_rng(0).normal(size=5000)
    noise = np.random.default_rng(1).normal(size=5000)
    assert len(find((y + size * noise)[:, None], y)) == n_found


@pytest.mark.parametrize(("n_missing", "n_found"), [(100, 1), (101, 0)])
def test_a_column_must_be_known_in_half_of_the_rows(n_missing, n_found):
    column = np.where(np.arange(200) < n_missing, np.nan, Y)
    assert len(named(column)) == n_found
    codes = np.where(np.arange(200) < n_missing, None, LABELS)
    assert len(named(codes, LABELS, "multiclass")) == n_found


@pytest.mark.parametrize(("n_rows", "n_found"), [(19, 0), (20, 1)])
def test_twenty_rows_are_enough(n_rows, n_found):
    assert len(find(Y[:n_rows, None], Y[:n_rows])) == n_found


@pytest.mark.parametrize("unit", [1e-300, 1e300])
def test_the_unit_of_a_copy_does_not_matter(unit):
    assert len(named(unit * Y)) == 1


def test_categories_and_dates_are_not_copies_of_numbers():
    dates = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.argsort(np.argsort(Y)), "D")
    assert named(dates) == named(pd.Categorical(Y)) == []


def test_classes_that_occur_once_name_nothing():
    labels = np.arange(200).astype(str)
    assert named(labels, labels, "multiclass") == []
