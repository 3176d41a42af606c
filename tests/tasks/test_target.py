"""A target of one column is a vector with the dtype that its values have."""

import decimal

import numpy as np
import pandas as pd
import pytest

from skloss.tasks import propose_task
from skloss.tasks.target import as_vector, without_objects

MONEY = [decimal.Decimal("1.5"), decimal.Decimal("2.25"), decimal.Decimal("3")]


def objects(*values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


#: (values of an object dtype, values and kind of dtype that they get)
PLAIN = {
    "integers": (objects(1, 2, 3), [1, 2, 3], "i"),
    "booleans": (objects(True, False), [True, False], "b"),
    "NumPy booleans": (objects(np.True_, np.False_), [True, False], "b"),
    "floats": (objects(1.5, 2.5), [1.5, 2.5], "f"),
    "integers and floats": (objects(1, 2.5), [1.0, 2.5], "f"),
    "integers beyond 64 bits": (objects(10**30, 1), [1e30, 1.0], "f"),
    "Decimals": (objects(*MONEY), [1.5, 2.25, 3.0], "f"),
    "Decimals and integers": (objects(MONEY[0], 2), [1.5, 2.0], "f"),
    "booleans and integers": (objects(True, 2), [1.0, 2.0], "f"),
    "text and numbers": (objects(101, "foo"), ["101", "foo"], "O"),
    "text and booleans": (objects(True, "x"), ["True", "x"], "O"),
}


@pytest.mark.parametrize("container", [np.asarray, pd.Series])
@pytest.mark.parametrize(("y", "values", "kind"), PLAIN.values(), ids=PLAIN.keys())
def test_objects_get_the_dtype_of_their_values(y, values, kind, container):
    found = without_objects(container(y, dtype=object))
    assert np.asarray(found).dtype.kind == kind
    assert np.asarray(found).tolist() == values


@pytest.mark.parametrize(
    ("values", "expected"),
    [(MONEY, [1.5, 2.25, 3.0]), (["a", 1], ["a", "1"]), ([1.5, "b"], ["1.5", "b"])],
)
def test_a_list_of_such_objects_is_converted(values, expected):
    assert np.asarray(without_objects(values)).tolist() == expected


@pytest.mark.parametrize(
    "y",
    [
        objects("a", "b"),
        objects(1, None),
        objects({1}, {2}),
        objects(1, 2j),
        np.array([1, 2]),
        pd.Series([1.5, 2.5]),
        [1, 2],
        [{"a"}, 1],
        pd.Series(pd.Categorical(["a", "b"])),
        pd.DataFrame({"a": [1], "b": [2]}),
    ],
)
def test_other_targets_stay_as_they_are(y):
    assert without_objects(y) is y


def test_a_series_keeps_its_name_and_index():
    y = pd.Series(MONEY, index=[7, 8, 9], name="price", dtype=object)
    found = without_objects(y)
    assert (found.name, found.index.tolist()) == ("price", [7, 8, 9])


@pytest.mark.parametrize(
    "column",
    [
        np.array([[1.5], [2.5], [4.0]]),
        pd.DataFrame({"price": [1.5, 2.5, 4.0]}),
        pd.DataFrame({"price": [decimal.Decimal(v) for v in ("1.5", "2.5", "4")]}),
        [[1.5], [2.5], [4.0]],
        pd.array([1.5, 2.5, 4.0]),
    ],
)
def test_one_column_is_a_vector(column):
    found = as_vector(column)
    assert np.ndim(found) == 1
    assert np.asarray(found, dtype=float).tolist() == [1.5, 2.5, 4.0]


def test_a_frame_of_one_column_keeps_its_name_and_categories():
    y = pd.Categorical(["low", "high"], ["low", "high"], ordered=True)
    found = as_vector(pd.DataFrame({"level": y}))
    assert found.name == "level"
    assert found.cat.categories.tolist() == ["low", "high"]


def test_several_columns_stay_as_they_are():
    y = np.ones((3, 2))
    assert as_vector(y) is y


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (MONEY, "regression"),
        (pd.Series(MONEY, dtype=object), "regression"),
        ([*MONEY, None], "regression"),
        (objects(101, "foo", 101), "binary"),
        (objects(0, 1, 1), "binary"),
    ],
)
def test_the_task_of_objects_is_that_of_their_values(y, task):
    assert propose_task(y).task == task
