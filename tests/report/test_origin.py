"""X and y are taken from a source only if they are found in it, value by value."""

import numpy as np
import pandas as pd
import pytest

from skloss import table
from skloss.comparison import Source
from skloss.report.expressions import CannotWriteError, Expressions
from skloss.report.origin import find_origin
from skloss.table import propose_roles, split_target
from tests.report.comparisons import comparison_of

NAME = "houses.csv"


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "id": [f"row {k}" for k in range(30)],
            "size": rng.normal(size=30).round(2),
            "rooms": np.arange(30) % 5,
            "price": np.where(np.arange(30) % 7, np.arange(30.0) ** 2, np.nan),
        }
    )


def origin_of(X, y, frame, target="price", roles=None):
    recipe = {
        "n_rows": len(y),
        "target": target,
        "source": Source(NAME, roles=roles, frame=frame),
    }
    comparison = comparison_of(mae__a=[1.0], data=(X, y, None), recipe=recipe)
    return find_origin(comparison, Expressions())


def run(statements, frame):
    """Return X and y as the statements make them of a frame."""
    first, *others = statements
    assert first == f'frame = table.read_table("{NAME}")'
    namespace = {"frame": frame.copy(), "table": table}
    exec("\n".join(others), namespace)
    return namespace["X"], namespace["y"]


def equal(left, right):
    return np.array_equal(np.asarray(left), np.asarray(right))


def test_columns_by_role_are_split_by_role(frame):
    X, y, _ = split_target(frame, "price")
    origin = origin_of(X, y, frame)
    assert origin.statements[1:] == (
        'X, y, notices = table.split_target(frame, "price")',
    )
    assert origin.rows == "frame.loc[X.index]"
    assert len(origin.frame) == len(y) == 25


def test_only_edits_of_roles_are_written(frame):
    roles = propose_roles(frame, "price")
    roles.loc["rooms", "role"] = "ignore"
    X, y, _ = split_target(frame, "price", roles)
    origin = origin_of(X, y, frame, roles=roles)
    assert origin.statements[1:] == (
        'roles = table.propose_roles(frame, target="price")',
        'roles.loc["rooms", "role"] = "ignore"',
        'X, y, notices = table.split_target(frame, "price", roles)',
    )


@pytest.mark.parametrize(
    ("rows", "picked"),
    [
        (slice(0, 30), None),
        (slice(0, 10), "frame = frame.iloc[0 : 10 : 1]"),
        (slice(2, 30, 4), "frame = frame.iloc[2 : 27 : 4]"),
        ([5, 3, 9], "frame = frame.iloc[[5, 3, 9]]"),
        ([4], "frame = frame.iloc[[4]]"),
        ([1, 2, 1], "frame = frame.iloc[[1, 2, 1]]"),
        (slice(None, None, -1), "frame = frame.iloc[["),
    ],
)
@pytest.mark.parametrize("as_arrays", [False, True])
def test_rows_are_written_by_a_rule_or_one_by_one(frame, rows, picked, as_arrays):
    frame["price"] = np.arange(30.0) ** 2
    part = frame.iloc[rows]
    X, y = part[["rooms", "size"]], part["price"]
    y = y.to_numpy() if as_arrays else y
    statements = origin_of(X, y, frame).statements
    assert picked is None or statements[1].startswith(picked)
    found_X, found_y = run(statements, frame)
    assert equal(found_X, X)
    assert equal(found_y, y)


def test_an_array_is_all_columns_but_the_target(frame):
    frame = frame.drop(columns="id").dropna().reset_index(drop=True)
    X = frame[["size", "rooms"]].to_numpy(dtype=float)
    y = frame["price"].to_numpy()
    statements = origin_of(X, y, frame, target=None).statements
    found_X, found_y = run(statements, frame)
    assert (found_X.dtype, equal(found_X, X), equal(found_y, y)) == (float, True, True)


def test_an_array_of_another_type_is_converted(frame):
    frame = frame[["rooms", "price"]].dropna().reset_index(drop=True)
    X = frame[["rooms"]].to_numpy(dtype=float)
    statements = origin_of(X, frame["price"], frame).statements
    assert statements[1].endswith(".to_numpy(dtype=float)")
    assert run(statements, frame)[0].dtype == float


def test_several_targets_are_a_table(frame):
    frame = frame.dropna().reset_index(drop=True)
    y = frame[["price", "size"]]
    statements = origin_of(frame[["rooms"]], y, frame, target=None).statements
    found_X, found_y = run(statements, frame)
    pd.testing.assert_frame_equal(found_y, y)
    pd.testing.assert_frame_equal(found_X, frame[["rooms"]])


CHANGES = {
    "another value of y": lambda X, y: (X, y + 1),
    "another value of X": lambda X, y: (X.assign(size=0.0), y),
    "another column": lambda X, y: (X.assign(more=1.0), y),
    "another type of y": lambda X, y: (X, y.astype("float32")),
    "another order of y": lambda X, y: (X, y[::-1].reset_index(drop=True)),
    "another type of X": lambda X, y: (X.astype({"rooms": float}), y),
    "a table in place of an array": lambda X, y: (X.to_numpy()[:, ::-1], y),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_data_that_are_not_in_the_source_are_refused(frame, change):
    frame = frame.dropna().reset_index(drop=True)
    X, y = change(frame[["size", "rooms"]], frame["price"])
    with pytest.raises(CannotWriteError, match="not columns"):
        origin_of(X, y, frame)


def test_a_table_whose_names_repeat_is_refused():
    frame = pd.DataFrame(np.eye(4), columns=["a", "a", "b", "price"])
    with pytest.raises(CannotWriteError, match="not columns"):
        origin_of(frame[["b"]], frame["price"], frame)


@pytest.fixture
def shuffled():
    frame = pd.DataFrame({"x": np.arange(2000.0), "price": np.arange(2000.0)})
    return frame, frame.sample(1001, random_state=0)


def test_a_thousand_rows_without_a_rule_are_written(shuffled):
    frame, part = shuffled
    part = part.iloc[:1000]
    origin = origin_of(part[["x"]], part["price"], frame)
    assert equal(run(origin.statements, frame)[1], part["price"])


def test_more_rows_without_a_rule_are_refused(shuffled):
    frame, part = shuffled
    with pytest.raises(CannotWriteError, match=r"1,001 rows without a rule"):
        origin_of(part[["x"]], part["price"], frame)


def test_a_comparison_without_a_source_and_a_missing_file_are_refused():
    data = (np.ones((2, 1)), np.ones(2), None)
    comparison = comparison_of(mae__a=[1.0], data=data)
    with pytest.raises(CannotWriteError, match="without source="):
        find_origin(comparison, Expressions())
    lost = comparison_of(
        mae__a=[1.0], data=data, recipe={"source": Source("lost.csv"), "n_rows": 2}
    )
    with pytest.raises(CannotWriteError, match=r"'lost\.csv' cannot be read"):
        find_origin(lost, Expressions())


def test_overrides_are_arguments_of_the_reader(frame):
    frame = frame.dropna().reset_index(drop=True)
    source = Source(NAME, {"types": {"a'b": "text"}, "header": False}, frame=frame)
    recipe = {"n_rows": len(frame), "target": "price", "source": source}
    data = (frame[["rooms"]], frame["price"], None)
    comparison = comparison_of(mae__a=[1.0], data=data, recipe=recipe)
    assert find_origin(comparison, Expressions()).statements[0] == (
        f'frame = table.read_table("{NAME}", types={{"a\'b": "text"}}, header=False)'
    )
