"""Columns of a table with the group, the time or the weight of each row."""

import numpy as np
import pandas as pd
import pytest

from skloss.table import TableError, propose_roles, split_target
from skloss.table.row_roles import complete_rows

FRAME = pd.DataFrame(
    {
        "size": [1.5, 2.5, 3.5, 4.5],
        "clinic": ["b", None, "a", "b"],
        "day": pd.to_datetime(["2024-03-01", "2024-01-01", None, "2024-01-01"]),
        "w": [1.0, 2.0, np.inf, 0.5],
        "sold": [True, False, True, False],
        "loss": [-1.0, 1.0, 2.0, 3.0],
        "none": [0, 0, 0, 0],
        "price": [10.0, 20.0, 30.0, 40.0],
    }
)


def split(**given):
    roles = propose_roles(FRAME, "price")
    roles["role"] = ["feature", *["ignore"] * 6, "target"]
    for column, role in given.items():
        roles.loc[column, "role"] = role
    return split_target(FRAME, "price", roles)


@pytest.mark.parametrize(
    ("column", "role", "prices"),
    [
        ("clinic", "group", [10.0, 30.0, 40.0]),
        ("w", "weight", [10.0, 20.0, 40.0]),
        ("day", "time", [20.0, 40.0, 10.0]),
    ],
)
def test_rows_without_a_value_are_left_out_and_a_time_sorts(column, role, prices):
    X, y, notices = split(**{column: role})
    assert y.tolist() == prices
    assert X.columns.tolist() == ["size"]
    assert X.index.tolist() == y.index.tolist()
    assert f"1 row without a value of “{column}” is left out." in notices


def test_a_column_that_describes_rows_is_not_named_as_left_out():
    roles = propose_roles(FRAME, "price")
    assert roles.loc["none", "type"] == "constant"
    assert not any("none" in one for one in split(none="group")[2])
    assert any("none" in one for one in split()[2])


def test_one_row_that_lacks_several_values_is_counted_once():
    *_, notices = split(clinic="group", w="weight")
    assert [one for one in notices if one.startswith("1 row")] == [
        "1 row without a value of “clinic” is left out.",
        "1 row without a value of “w” is left out.",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"clinic": "group", "sold": "group"}, "“clinic” and “sold” have the role"),
        ({"clinic": "group", "day": "time"}, "divided by group or by time"),
        ({"clinic": "time"}, "neither dates nor numbers"),
        ({"sold": "time"}, "neither dates nor numbers"),
        ({"clinic": "weight"}, "does not hold numbers"),
        ({"loss": "weight"}, "1 value of it is negative"),
        ({"none": "weight"}, "none of its values is above zero"),
    ],
)
def test_a_role_that_a_column_cannot_have_is_refused(given, message):
    with pytest.raises(TableError, match=message):
        split(**given)


def test_rows_that_lack_a_value_or_have_an_infinite_one_are_counted_by_column():
    frame = pd.DataFrame({"a": [1, None, None, np.inf, 2], "b": [1, None, 3, 4, None]})
    kept, notices = complete_rows(frame, ["a", "b"])
    assert kept.tolist() == [True, False, False, False, False]
    assert notices == [
        "3 rows without a value of “a” are left out.",
        "1 row without a value of “b” is left out.",
    ]
    with pytest.raises(TableError, match="No row has a value of “a” and “c”"):
        complete_rows(frame.assign(c=[None, 1, 1, 1, None]), ["a", "c"])
