"""The header is the first row that names the columns below it."""

import pytest

from skloss.table import read_table
from skloss.table.header import header_place, holds_values
from skloss.table.records import first_records


def place(text, needs_header=True):
    return header_place(
        first_records(text.splitlines(keepends=True), ","), needs_header
    )


PLACES = {
    "a table": ("a,b\n1,2\n3,4\n", 0),
    "a title": ("Sales of May\na,b\n1,2\n3,4\n", 1),
    "two lines of a title": ("Sales\nby me\na,b\n1,2\n3,4\n", 2),
    "a padded title": ("Sales,\na,b\n1,2\n3,4\n", 1),
    "a title with commas": ("Sales, of May\na,b,c\n1,2,3\n4,5,6\n", 1),
    "text below a prose title": ("Made by X\na,b\nu,v\nw,x\n", 1),
    "text below a comment": ("#comment\na,b\nu,v\nw,x\n", 1),
    "text below a gap": ("Sales\n\na,b\nu,v\nw,x\n", 1),
    "text below a single word": ("Sales\na,b\nu,v\nw,x\n", 0),
    "text below two cells": ("Sales of,May\na,b,c\nu,v,w\nx,y,z\n", 0),
    "repeated names": ("Title of it\na,a\n1,2\n3,4\n", 0),
    "numbers as names": ("Title of it\n1,2\n3,4\n5,6\n", 0),
    "uneven rows below": ("Title of it\na,b,c\n1,2\n3,4\n", 1),
    "mostly uneven rows below": ("x of y\na,b,c,d\n1\n2\n3\n1,2,3,4\n", 0),
    "one column": ("a\n1\n2\n", 0),
}


@pytest.mark.parametrize(("text", "expected"), PLACES.values(), ids=PLACES.keys())
def test_lines_above_the_header_are_skipped(text, expected):
    assert place(text) == expected


def test_without_a_header_the_first_full_row_is_taken():
    assert place("Sales\n1,2\n3,4\n", needs_header=False) == 1
    assert place("1,2\n3,4\n", needs_header=False) == 0


VALUES = {
    "numbers": (["1", "2"], [["3", "4"], ["5", "6"]], True),
    "dates": (["2024-01-01", "x"], [["2024-01-02", "y"]], True),
    "numbers of another column": (["a", "2"], [["3", "4"]], False),
    "numbers of some columns": (["5.1", "setosa"], [["4.9", "setosa"]], True),
    "names": (["a", "b"], [["1", "2"]], False),
    "only text": (["a", "b"], [["c", "d"]], False),
    "a gap in the first row": (["1", ""], [["2", "3"]], True),
    "nothing below, numbers": (["1", "2"], [], True),
    "nothing below, names": (["1", "b"], [], False),
    "nothing below, gaps": (["", "NA"], [], False),
    "a type of four fifths": (["1"], [["1"]] * 4 + [["x"]], True),
    "a type of three quarters": (["1"], [["1"]] * 3 + [["x"]], False),
    "years": (["land", "1990", "1991"], [["A", "1", "2"]], False),
    "years by tens": (["land", "1990", "2000"], [["A", "1", "2"]], False),
    "uneven years": (["land", "1990", "1991", "1995"], [["A", "1", "2", "3"]], True),
    "years without a text": (["1990", "1991"], [["1", "2"]], True),
    "a single year": (["land", "1990"], [["A", "1"]], True),
    "the first year": (["land", "1500", "1501"], [["A", "1", "2"]], False),
    "before the first year": (["land", "1499", "1500"], [["A", "1", "2"]], True),
    "the last year": (["land", "2498", "2499"], [["A", "1", "2"]], False),
    "after the last year": (["land", "2499", "2500"], [["A", "1", "2"]], True),
    "positions above fractions": (["0", "1"], [["0.5", "1.5"]], False),
    "positions from one": (["1", "2"], [["0.5", "1.5"]], False),
    "positions above whole numbers": (["0", "1"], [["5", "7"]], True),
    "other positions": (["0", "2"], [["0.5", "1.5"]], True),
    "a single position": (["0"], [["0.5"]], True),
}


@pytest.mark.parametrize(
    ("first", "below", "expected"), VALUES.values(), ids=VALUES.keys()
)
def test_a_first_row_like_the_rows_below_holds_values(first, below, expected):
    assert holds_values(first, below) is expected


TWO_ROWS = {
    "merged cells": (
        ",Sales,,Cost,\nArea,2023,2024,2023,2024\nN,1.5,2,3,4\nS,5,6,7,8\n",
        ["Area", "Sales 2023", "Sales 2024", "Cost 2023", "Cost 2024"],
    ),
    "repeated groups": ("id,t,t\n,min,max\n1,2,3\n4,5,6\n", ["id", "t min", "t max"]),
    "years above names": (",2023,,2024,\nid,a,b,a,b\n1,2,3,4,5\n6,7,8,9,1\n", [
        "id", "2023 a", "2023 b", "2024 a", "2024 b",
    ]),
    "a column of one row": ("Sales,,Notes\n2023,2024,\n1.5,2,x\n3,4,y\n", [
        "Sales 2023", "Sales 2024", "Notes",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names"), TWO_ROWS.values(), ids=TWO_ROWS)
def test_names_in_two_rows_are_joined(text, names):
    frame = read_table(text.encode())
    assert list(frame) == names
    assert len(frame) == 2
    guesses = frame.attrs["guesses"]
    assert guesses["header"] == 2
    assert "joined from two lines" in guesses["notices"][0]
    assert list(read_table(text.encode(), header=2)) == names
    one_row = read_table(text.encode(), header=True)
    assert list(one_row) != names


@pytest.mark.parametrize(
    "text",
    [
        "a,,b\nx,y,1\nz,w,2\n",  # a column without a name
        "a,,b\n1,2,3\n4,5,6\n7,8,9\n",  # values
        "y,,b\n2021,2022,1\n2023,2024,2\n2025,2026,3\n",  # years
        "a,,b\nu,v,w\nx,y,z\np,q,r\n",  # text alone
        ",t,,\nid,a,b,c\n1,2,3,4\n5,6,7,8\n",  # a title
    ],
)
def test_other_first_rows_are_not_names(text):
    frame = read_table(text.encode())
    assert frame.attrs["guesses"]["header"] is True
    assert not any(" " in name for name in frame)


def test_counts_above_the_names_are_not_groups():
    # As in the files of scikit-learn: the numbers of rows and of columns.
    frame = read_table(b'4,2,,\n"a","b","c","t"\n' + b"0.5,1,2.5,7\n1.5,2,3.5,8\n" * 2)
    assert list(frame) == ["a", "b", "c", "t"]
    assert len(frame) == 4
