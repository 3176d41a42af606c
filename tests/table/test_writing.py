"""Tables as CSV for spreadsheets: no text is a formula, and nothing else changes."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.table import write_csv
from skloss.table.writing import escaped

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  =", "\n@"]


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", STARTS)
def test_text_that_would_be_a_formula_gets_an_apostrophe(start):
    text = f'{start}HYPERLINK("http://example.org")'
    frame = pd.DataFrame({"name": [text]}, index=pd.Index([text], name=text))
    assert rows_of(write_csv(frame)) == [[f"'{text}", "name"], [f"'{text}"] * 2]


def test_numbers_dates_and_other_text_stay():
    frame = pd.DataFrame(
        {
            "size": [-1.5, np.nan],
            "count": [-3, 4],
            "day": pd.to_datetime(["2024-01-31", "2024-02-01"]),
            "town": ["Ulm", "a=b"],
            "kind": pd.Categorical(["-x", "y"]),
        }
    )
    assert rows_of(write_csv(frame, index=False))[1:] == [
        ["-1.5", "-3", "2024-01-31", "Ulm", "'-x"],
        ["", "4", "2024-02-01", "a=b", "y"],
    ]


def test_names_of_columns_and_of_several_levels_are_escaped():
    frame = pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("=a", "b"), ("c", "")])
    )
    assert rows_of(write_csv(frame, index=False))[0] == ["'=a b", "c"]


def test_the_index_is_the_first_column():
    frame = pd.DataFrame({"x": [1]}, index=["=1"])
    assert rows_of(write_csv(frame)) == [["index", "x"], ["'=1", "1"]]
    assert rows_of(write_csv(frame, index=False)) == [["x"], ["1"]]


def test_repeated_names_are_kept():
    frame = pd.DataFrame([[1, "=2"]], columns=["a", "a"])
    assert rows_of(write_csv(frame, index=False)) == [["a", "a"], ["1", "'=2"]]


def test_a_table_without_columns_is_written():
    assert write_csv(pd.DataFrame(index=[0, 1]), index=False).strip('\n"') == ""


@given(st.text())
def test_no_text_begins_like_a_formula_and_nothing_is_lost(text):
    safe = escaped(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert safe.removeprefix("'") == text or safe == text
