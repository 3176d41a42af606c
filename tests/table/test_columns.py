"""Columns get the role and the type that a person would give them."""

import numpy as np
import pandas as pd
import pytest

from skloss.table import (
    TableError,
    make_preprocessor,
    propose_roles,
    propose_target,
    read_table,
    split_target,
)
from tests.table.column_examples import COLUMNS, EVEN, N, dates, numbers

FRAME = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})


@pytest.mark.parametrize(("column", "kind"), COLUMNS.values(), ids=COLUMNS.keys())
def test_a_column_gets_its_type(column, kind):
    described = propose_roles(pd.DataFrame({"a": column})).loc["a"]
    assert described["type"] == kind
    useless = kind in ("text", "identifier", "constant")
    assert described["role"] == {True: "ignore", False: "feature"}[useless]
    assert bool(described["notice"]) or not useless


ID_NAMES = [
    "id",
    "ID",
    "user_id",
    "customer id",
    "orderNo",
    "PassengerId",
    "row",
    "uuid",
]
OTHER_NAMES = [
    "humid",
    "paid",
    "width",
    "year",
    "casino",
    "Piano",
    "amount",
    "key_size",
]


@pytest.mark.parametrize("name", ID_NAMES)
def test_different_whole_numbers_named_like_one_are_an_identifier(name):
    frame = pd.DataFrame({name: np.arange(100, 100 + N)})
    assert propose_roles(frame)["type"].to_list() == ["identifier"]
    assert propose_roles(frame.assign(**{name: EVEN * 1}))["type"].to_list() == [
        "number"
    ]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_different_whole_numbers_named_otherwise_are_numbers(name):
    frame = pd.DataFrame({name: np.arange(N)})
    assert propose_roles(frame)["type"].to_list() == ["number"]


def test_the_row_numbers_of_an_export_are_an_identifier():
    rows = "".join(f"{k},{k * k % 11}\n" for k in range(20))
    frame = read_table(f",x\n{rows}".encode())
    assert propose_roles(frame)["type"].to_list() == ["identifier", "number"]


def test_roles_count_missing_and_different_values():
    frame = pd.DataFrame({"a": [1.0, 1.0, None, np.inf], "b": ["x", "y", "x", None]})
    roles = propose_roles(frame, target="b")
    assert roles.index.name == "column"
    assert list(roles.columns) == ["role", "type", "missing", "distinct", "notice"]
    assert roles["role"].to_list() == ["feature", "target"]
    assert roles["missing"].to_list() == [1, 1]
    assert roles["distinct"].to_list() == [2, 2]
    assert roles.loc["a", "notice"] == "1 infinite value treated as missing."


def test_many_categories_are_reported():
    frame = pd.DataFrame({"a": [f"k{k % 40}" for k in range(200)]})
    assert propose_roles(frame).loc["a", "notice"].startswith("40 values: the 29 most")


TARGETS = [
    ({"a": numbers(), "target": EVEN, "b": numbers()}, "target"),
    ({"a": numbers(), "Class": EVEN, "b": numbers()}, "Class"),
    ({"a": numbers(), "b": numbers()}, "b"),
    ({"a": numbers(), "b": np.ones(N)}, "a"),
    ({"a": numbers(), "when": dates(), "code": [f"K{k}" for k in range(N)]}, "a"),
    ({"a": numbers(), "b": EVEN, "car": [f"K{k // 3}" for k in range(N)]}, "a"),
    ({"a": numbers(), "b": EVEN, "car": [f"K{k * 2 // 3}" for k in range(N)]}, "a"),
    ({"class": [f"K{k * 2 // 3}" for k in range(N)], "a": numbers()}, "class"),
    ({"target": np.ones(N), "a": numbers()}, "a"),
    ({"a": np.ones(N), "b": np.ones(N)}, "b"),
    ({"a": [], "b": []}, "b"),
]


@pytest.mark.parametrize(("columns", "target"), TARGETS)
def test_the_proposed_target_has_a_usual_name_or_place(columns, target):
    assert propose_target(pd.DataFrame(columns)) == target


def test_a_table_without_columns_has_no_target():
    with pytest.raises(TableError, match="no columns"):
        propose_target(pd.DataFrame())


# --- split_target ----------------------------------------------------------------


def test_rows_without_a_target_are_left_out_and_counted():
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "y": [1.5, np.nan, np.inf, 2.5]})
    X, y, notices = split_target(frame, "y")
    assert X.index.to_list() == y.index.to_list() == [0, 3]
    assert notices == ["2 rows without a value of “y” are left out."]


def test_only_features_are_kept_and_other_columns_are_reported():
    frame = pd.DataFrame(
        {"id": np.arange(N), "x": numbers(), "c": np.ones(N), "y": numbers(1)}
    )
    X, _, notices = split_target(frame, "y")
    assert list(X.columns) == ["x"]
    assert [n.split(" left out")[0] for n in notices] == ["Column “id”", "Column “c”"]


def test_edited_roles_are_followed():
    frame = pd.DataFrame({"a": numbers(), "b": numbers(1), "y": numbers(2)})
    roles = propose_roles(frame, "y")
    roles.loc["a", "role"] = "ignore"
    assert list(split_target(frame, "y", roles)[0].columns) == ["b"]


TARGET_TYPES = [
    (pd.array([1, None, 2], dtype="Int64"), [1, 2], "int64"),
    (pd.array([1.5, None, 2], dtype="Float64"), [1.5, 2], "float64"),
    (pd.array([True, None, False], dtype="boolean"), [True, False], "bool"),
    ([True, None, False], [True, False], "bool"),
    (
        pd.Categorical(["a", None, "b"], categories=["a", "b", "z"]),
        ["a", "b"],
        "category",
    ),
]


@pytest.mark.parametrize(("column", "values", "dtype"), TARGET_TYPES)
def test_the_type_of_the_target_does_not_depend_on_missing_values(
    column, values, dtype
):
    y = split_target(pd.DataFrame({"x": [1, 2, 3], "y": column}), "y")[1]
    assert y.to_list() == values
    assert y.dtype == dtype


UNUSABLE = [
    ({"x": [1, 2], "y": [None, None]}, "All values of the target “y” are missing"),
    ({"x": [], "y": []}, "no rows"),
    ({"x": [1]}, "There is no column “y”; the columns are “x”"),
    ({}, "no columns"),
]


@pytest.mark.parametrize(("columns", "sentence"), UNUSABLE)
def test_a_target_that_is_not_there_is_refused(columns, sentence):
    with pytest.raises(TableError, match=sentence):
        split_target(pd.DataFrame(columns), "y")


# --- limits ------------------------------------------------------------------


def words(n_rows, n_distinct, words_each=1):
    """Text of which so many values are different."""
    return [" ".join([f"w{k % n_distinct}"] * words_each) for k in range(n_rows)]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        # An identifier has 95% different values, and more than 20.
        (words(100, 95), "identifier"),
        (words(100, 94), "category"),
        (words(21, 21), "identifier"),
        (words(20, 20), "category"),
        # Prose has four words on average, more than 20 values and half of them differ.
        (words(100, 90, words_each=4), "text"),
        (words(100, 90, words_each=3), "category"),
        (words(40, 21, words_each=4), "text"),
        (words(40, 20, words_each=4), "category"),
        (words(100, 51, words_each=4), "text"),
        (words(100, 50, words_each=4), "category"),
    ],
)
def test_text_changes_its_type_at_the_limits(column, kind):
    assert propose_roles(pd.DataFrame({"a": column}))["type"].to_list() == [kind]


@pytest.mark.parametrize(("n", "notice"), [(30, ""), (31, "31 values: the 29 most")])
def test_more_than_thirty_categories_have_a_notice(n, notice):
    roles = propose_roles(pd.DataFrame({"a": words(200, n)}))
    assert roles.loc["a", "notice"][:22] == notice


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: propose_roles([[1, 2]]), "must be a DataFrame, got list"),
        (lambda: propose_target("a,b"), "must be a DataFrame, got str"),
        (lambda: split_target(FRAME, ["y"]), "the name of one column, got .'y'."),
        (
            lambda: split_target(FRAME, "y", {"x": "feature"}),
            "the columns role and type",
        ),
        (lambda: make_preprocessor(FRAME, roles="x"), "role and type, .* got str"),
    ],
)
def test_other_objects_than_tables_are_refused_in_a_sentence(act, sentence):
    with pytest.raises(TableError, match=sentence):
        act()
