"""Tables of other libraries become those of pandas, with the same values."""

import datetime

import numpy as np
import pandas as pd
import pytest

from skloss import compare_losses
from skloss.table import make_preprocessor, propose_roles, propose_target, split_target
from skloss.tasks import propose_task
from skloss.tasks.frames import as_pandas


class Column:
    """A column with the methods that polars and this package share."""

    def __init__(self, name, values, dtype="Float64"):
        self.name, self.values, self.dtype = name, values, dtype

    def to_numpy(self):
        return np.array(self.values)

    def __len__(self):
        return len(self.values)

    def __array__(self, *arguments, **keywords):
        return self.to_numpy()

    def __arrow_c_stream__(self, schema=None):
        raise NotImplementedError  # the name alone is asked for


class Frame:
    """A table as polars has it: a list of names, and columns by name."""

    def __init__(self, columns):
        self.by_name = {column.name: column for column in columns}
        self.columns = list(self.by_name)
        self.shape = (len(columns[0]), len(columns))

    def __getitem__(self, name):
        return self.by_name[name]

    def __len__(self):
        return self.shape[0]

    def __arrow_c_stream__(self, schema=None):
        raise NotImplementedError


@pytest.fixture
def frame(rng):
    x = rng.normal(size=60)
    return Frame(
        [
            Column("x", x),
            Column("kind", np.array(["m", None] * 30, dtype=object), "String"),
            Column("y", 3 * x),
        ]
    )


def test_columns_keep_names_values_and_gaps(frame):
    found = as_pandas(frame)
    assert list(found) == ["x", "kind", "y"]
    np.testing.assert_array_equal(found["x"], frame["x"].values)
    assert found["kind"].isna().tolist() == [False, True] * 30
    assert as_pandas(frame["y"]).name == "y"


def test_what_is_not_a_table_of_another_library_is_unchanged():
    for data in (pd.DataFrame({"a": [1]}), pd.Series([1]), np.ones(3), [[1]], None):
        assert as_pandas(data) is data


def test_a_comparison_takes_such_a_table_as_it_takes_one_of_pandas(frame):
    table = as_pandas(frame)
    features = Frame([frame["x"], frame["kind"]])
    first = compare_losses(features, frame["y"], ["mae"], cv=2)
    second = compare_losses(table[["x", "kind"]], table["y"], ["mae"], cv=2)
    assert first.target == "y"
    pd.testing.assert_frame_equal(first.table, second.table)


def test_roles_targets_tasks_and_preprocessing_take_such_a_table(frame):
    table = as_pandas(frame)
    pd.testing.assert_frame_equal(propose_roles(frame), propose_roles(table))
    assert propose_target(frame) == propose_target(table) == "y"
    X, y, notices = split_target(frame, "y")
    assert (list(X), y.name, notices) == (["x", "kind"], "y", [])
    assert propose_task(frame["y"]) == propose_task(table["y"])
    expected = make_preprocessor(table).fit_transform(table)
    np.testing.assert_array_equal(
        make_preprocessor(frame).fit_transform(table), expected
    )


def test_types_of_polars_become_those_of_pandas():
    polars = pytest.importorskip("polars")
    day = datetime.date(2024, 1, 31)
    sizes = polars.Enum(["small", "large"])
    found = as_pandas(
        polars.DataFrame(
            {
                "whole": [1, None],
                "yes": [True, False],
                "day": [day, None],
                "size": polars.Series(["large", "small"], dtype=sizes),
            }
        )
    )
    assert found["whole"].isna().tolist() == [False, True]
    assert found["yes"].dtype == bool
    assert found["day"].tolist() == [pd.Timestamp(day), pd.NaT]
    assert found["size"].cat.categories.tolist() == ["small", "large"]
    assert found["size"].cat.ordered


def test_tables_of_arrow_are_converted_by_their_own_method():
    arrow = pytest.importorskip("pyarrow")
    found = as_pandas(arrow.table({"a": [1.5, None], "b": ["x", "y"]}))
    assert found["b"].tolist() == ["x", "y"]
    assert found["a"].isna().tolist() == [False, True]
