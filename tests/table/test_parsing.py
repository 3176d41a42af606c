"""Rows that do not fit are named by the numbers that a person sees."""

import time

import numpy as np
import pandas as pd
import pytest

from skloss.table import TableError, read_table
from tests.table.readings import notices_of

REFUSED = {
    "no header": (b"1,2,3\n4,5,6\n", "The first row holds values"),
    "no header, one row": (b"1,2,3\n", "The first row holds values"),
    "no header, mixed": (
        b"5.1,3.5,setosa\n4.9,3.0,setosa\n",
        "The first row holds values",
    ),
    "no header, dates": (b"2024-01-01,x\n2024-01-02,y\n", "The first row holds values"),
    "unterminated quote": (
        b'a,b\n1,2\n3,"4\n5,6\n',
        "A quote opened in row 3 is never",
    ),
    "unterminated quote in the header": (b'a,"b\n1,2\n', "quote opened in row"),
    "first row longer": (
        b"a,b\n1,2,3\n4,5\n",
        "Row 2 has 3 values where the header has 2",
    ),
    "every row longer": (
        b"a,b\n1,2,3\n4,5,6\n",
        "Row 2 has 3 values where the header has 2",
    ),
    "a later row longer": (
        b"a,b\n1,2\n3,4,5\n",
        "Row 3 has 3 values where the header has 2",
    ),
    "a longer row below blank lines": (b"a,b\n\n1,2\n\n3,4,5\n", "Row 5 has 3 values"),
    "a longer row, carriage returns": (b"a,b\r1,2\r3,4,5\r", "Row 3 has 3 values"),
    "a longer row below a comma at the end": (
        b"a,b\n1,2,\n3,4,5\n",
        "Row 3 has 3 values",
    ),
    "a longer row below a quoted newline": (
        b'a,b\n"x\ny",2\n3,4,5\n',
        "Row 3 (line 4) has 3 values",
    ),
    "unterminated quote below a quoted newline": (
        b'a,b\n"x\n\ny",2\n3,"4\n5,6\n',
        "A quote opened in row 3 (line 5) is never closed",
    ),
    "a longer row of a semicolon file": (b"a;b\n1,5;2\n3;4;5\n", "Row 3 has 3 values"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_table_with_a_fault_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(TableError) as error:
        read_table(content)
    assert sentence in str(error.value)
    assert str(error.value).endswith((".", "…"))
    assert len(str(error.value)) < 250


LARGE = {
    "random bytes": lambda: np.random.default_rng(0).bytes(10_000_000),
    "a line of a million letters": lambda: b"x" * 1_000_000,
    "a cell of a million letters": lambda: b"a,b\n" + b"x" * 1_000_000 + b",2\n",
    "a line of commas": lambda: b"," * 10_000_000,
    "a quote that never ends": lambda: b'a,b\n1,"' + b"x,y\n" * 2_500_000,
    "quotes and delimiters": lambda: b'ab,"c;\t' * 1_250_000,
    "newlines in quotes": lambda: b'"\n",' * 2_500_000,
}


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE.keys())
def test_megabytes_of_nonsense_are_refused_in_time(content):
    content = content()
    began = time.monotonic()
    with pytest.raises(TableError) as error:
        read_table(content)
    assert time.monotonic() - began < 5
    assert len(str(error.value)) < 250


def test_a_longer_row_far_down_is_named_by_its_line():
    rows = "".join(f"{k},x,y,z,1.5,\n" for k in range(1202))
    content = f"a,b,c,d,e,f\n{rows}1,2,3,4,5,6,7\n".encode()
    with pytest.raises(
        TableError, match=r"Row 1,204 has 7 values where the header has 6"
    ):
        read_table(content)


def test_a_cell_beyond_the_limit_of_the_csv_module_is_read_below_the_first_rows():
    content = b"a,b\n" + b"1,x\n" * 100_000 + b"2," + b"y" * 200_000 + b"\n"
    assert len(read_table(content)["b"].iloc[-1]) == 200_000


@pytest.mark.parametrize("value", ["", "  "])
def test_surplus_cells_without_a_value_are_dropped(value):
    frame = read_table(f"a,b\n1,2,{value}\n3,4,{value}\n".encode())
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.parametrize("n_rows", [1, 7])
def test_the_number_of_short_rows_is_reported(n_rows):
    content = b"a,b,c\n1,2,3\n" + b"4,5\n" * n_rows
    counted = {1: "1 row is", 7: "7 rows are"}[n_rows]
    assert f"{counted} shorter than the header" in notices_of(content)
    assert read_table(content)["c"].isna().sum() == n_rows


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"a,b\n1,2\n3\n5\n", 3),
        (b"a,b\n1,2\n\n3\n", 4),
        (b'a,b\n1,"2\n3"\n4\n', 3),
        (b'a,b\n5" x,1\n6\n', 3),
    ],
    ids=["", "below a blank line", "below a quoted newline", "next to an inch mark"],
)
def test_the_first_short_row_is_named_as_a_spreadsheet_counts(content, row):
    assert f"; the first is row {row}." in notices_of(content)


def test_an_empty_last_cell_is_not_a_short_row():
    assert notices_of(b"a,b\n1,\n2,x\n") == ""


def test_whole_numbers_stay_integers_and_gaps_make_floats():
    frame = read_table(b"a,b,c\n1,1,1.0\n2,,2.0\n")
    assert [str(dtype) for dtype in frame.dtypes] == ["int64", "float64", "float64"]


def test_only_columns_with_leading_zeros_become_text():
    frame = read_table(b"a,b\n1,007\n2,8\n")
    assert frame["a"].tolist() == [1, 2]
    assert frame["b"].tolist() == ["007", "8"]


def test_integers_beyond_every_type_keep_their_digits():
    long = "1" * 30
    assert read_table(f"a,b\n{long},1\n2,2\n".encode())["a"].tolist() == [long, "2"]


def test_a_type_that_changes_far_down_makes_the_whole_column_text():
    content = b"a,b\n" + b"1,2\n" * 20_000 + b"x,2\n"
    assert set(read_table(content)["a"].map(type)) == {str}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_limit_of_rows_holds_for_every_line_end(ends):
    content = ends.join(["a,b", "1,2", "3,4", "5,6"]).encode()
    pd.testing.assert_frame_equal(
        read_table(content, max_rows=3), read_table(content, max_rows=None)
    )
    with pytest.raises(TableError, match="more than 2 rows"):
        read_table(content, max_rows=2)
