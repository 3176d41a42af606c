"""Columns of text are read as numbers only if one notation explains all of them."""

import numpy as np
import pandas as pd
import pytest

from skloss.table import read_table
from skloss.table.column_reading import Marks
from skloss.table.numbers import are_codes, count_numbers, read_numbers


def marks(decimal=".", given=False, thousands=None):
    return Marks(decimal, given, thousands, None, False)


def text(*values):
    return pd.Series(values, dtype="str")


READ = {
    "plain": (["1", "2.5"], ".", [1, 2.5], {}),
    "a comma": (["1,5"], ",", [1.5], {}),
    "the other mark": (["1,5", "2,25"], ".", [1.5, 2.25], {"other_decimal": True}),
    "commas between thousands": (
        ["1,234.5", "7"],
        ".",
        [1234.5, 7],
        {"thousands": ","},
    ),
    "points between thousands": (["1.234,5"], ",", [1234.5], {"thousands": "."}),
    "spaces between thousands": (["1 234", "5"], ".", [1234, 5], {"thousands": " "}),
    "narrow spaces": (["1\u202f234"], ".", [1234], {"thousands": "\u202f"}),
    "apostrophes": (["1'234"], ".", [1234], {"thousands": "'"}),
    "percent": (["12%", "3.5 %"], ".", [12, 3.5], {"percent": True}),
    "some percent": (
        ["12%", "0.5", None, "7"],
        ".",
        [12, 0.5, np.nan, 7],
        {"percent": True, "some_percent": (1, 3)},
    ),
    "currency": (
        ["$1", "-€ 2"],
        ".",
        [1, -2],
        {"currency": True, "currencies": ("$", "€")},
    ),
    "typographic minus": (["−5"], ".", [-5], {}),
    "infinite": (["inf", "-inf"], ".", [np.inf, -np.inf], {}),
    "a gap": (["1", None, "3"], ".", [1, np.nan, 3], {}),
}


@pytest.mark.parametrize(
    ("written", "decimal", "values", "notes"), READ.values(), ids=READ.keys()
)
def test_a_column_in_one_notation_is_read(written, decimal, values, notes):
    reading = read_numbers(text(*written), marks(decimal))
    np.testing.assert_array_equal(reading.values, values)
    assert reading.type == "number"
    assert reading.notes == notes


@pytest.mark.parametrize(
    "written", [["1", "x"], ["1,5", "2.5", "1,234.5"], ["1 234", "1'234"], ["2.5.1"]]
)
def test_a_column_in_no_single_notation_is_not_read(written):
    assert read_numbers(text(*written), marks()) is None


def test_a_given_decimal_mark_is_the_only_one():
    assert read_numbers(text("1,5"), marks(given=True)) is None
    assert read_numbers(text("1,234"), marks(given=True)).values.tolist() == [1234]


def test_a_given_thousands_mark_is_the_only_one():
    assert read_numbers(text("1 234"), marks(thousands="'")) is None
    assert read_numbers(text("1'234"), marks(thousands="'")).values.tolist() == [1234]


def test_values_beyond_the_first_ones_count():
    column = text(*["1"] * 500, "x")
    assert read_numbers(column, marks()) is None
    column = text(*["1"] * 500, "1,234")
    assert read_numbers(column, marks()).notes == {"thousands": ","}


def test_values_that_are_not_numbers_become_missing_if_coerced():
    reading = read_numbers(text("1", "x", None, "3", "?"), marks(), coerce=True)
    np.testing.assert_array_equal(reading.values, [1, np.nan, np.nan, 3, np.nan])
    assert reading.notes["lost"] == (2, "x")


def test_coerced_numbers_have_the_most_frequent_notation():
    column = text("1,5", "2,5", "1.5")
    reading = read_numbers(column, marks(), coerce=True)
    np.testing.assert_array_equal(reading.values, [1.5, 2.5, np.nan])
    assert reading.notes == {"other_decimal": True, "lost": (1, "1.5")}


def test_coerced_numbers_that_all_fit_have_no_notes():
    assert read_numbers(text("1", "2"), marks(), coerce=True).notes == {}


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        (["01"], True),
        (["007", "1"], True),
        (["0", "10"], False),
        (["0.5"], False),
        (["9007199254740992"], False),  # 2^53, the last integer that floats hold
        (["9007199254740993"], True),
        (["-9007199254740993"], True),
        (["1" * 15 + ".5"], False),
    ],
)
def test_leading_zeros_and_many_digits_are_codes(written, codes):
    assert are_codes(text(*written)) is codes


def test_numbers_in_any_notation_are_counted():
    column = text("1", "1,5", "1'234", "x", "12%", "1.2.3")
    assert count_numbers(column, marks()).tolist() == [True] * 3 + [False, True, False]


def test_numbers_too_small_for_a_float_are_counted():
    frame = read_table(b"a,b,c\n1e-400,1,0.0\n-2E-0500,2,1e-300\n3,4,0e-999\n")
    (notice,) = frame.attrs["guesses"]["notices"]
    assert notice == (
        "Column “a”: 2 numbers below 1e-323, such as “1e-400”, became 0; give it the "
        "type text to keep them."
    )
    assert frame["a"].tolist() == [0.0, 0.0, 3.0]
    assert frame["c"].tolist() == [0.0, 1e-300, 0.0]
    long = f"a,b\n0.{330 * '0'}1,1\n2.5,2\n".encode()
    assert "1 number below 1e-323" in read_table(long).attrs["guesses"]["notices"][0]
    assert read_table(b"a,b\n1e-5,1\n0.0,2\n").attrs["guesses"]["notices"] == []
