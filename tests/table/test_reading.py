"""Odd files are read right, and what was guessed is said."""

import copy
import math
import pickle

import numpy as np
import pandas as pd
import pytest

from skloss.table import read_table

NAN = math.nan
DAY = pd.Timestamp


def values_of(frame):
    """Columns as lists, NaN for any missing value."""
    return {
        name: [NAN if pd.isna(value) else value for value in column]
        for name, column in frame.items()
    }


def guesses(content, **overrides):
    return read_table(content, **overrides).attrs["guesses"]


def told(content, **overrides):
    return " | ".join(guesses(content, **overrides)["notices"])


READ = {
    "comma": (b"a,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
    "semicolon, decimal comma": (
        b"a;b;c\n1,5;2,25;x\n3,0;4,5;y\n",
        {"a": [1.5, 3.0], "b": [2.25, 4.5], "c": ["x", "y"]},
    ),
    "semicolon, decimal point": (
        b"a;b\n1.5;2\n3.25;4\n",
        {"a": [1.5, 3.25], "b": [2, 4]},
    ),
    "semicolon, one point column among commas": (
        b"a;b\n1,5;0.25\n2,5;0.5\n3,5;0.75\n",
        {"a": [1.5, 2.5, 3.5], "b": [0.25, 0.5, 0.75]},
    ),
    "tab": (b"a\tb\n1\t2\n3\t4\n", {"a": [1, 3], "b": [2, 4]}),
    "tab with empty cells": (b"a\tb\tc\n1\t\t3\n", {"a": [1], "b": [NAN], "c": [3]}),
    "pipe": (b"a|b\n1|2\n3|4\n", {"a": [1, 3], "b": [2, 4]}),
    "commas in the text of a semicolon file": (
        b'n;x\n"Doe, Jo";1,5\n"Roe, Al";2,5\n',
        {"n": ["Doe, Jo", "Roe, Al"], "x": [1.5, 2.5]},
    ),
    "semicolons in the text of a comma file": (
        b"n,t\nA,hello; world\nB,foo; bar\nC,x; y\n",
        {"n": ["A", "B", "C"], "t": ["hello; world", "foo; bar", "x; y"]},
    ),
    "one column": (b"x\n1\n2\n", {"x": [1, 2]}),
    "one column of prose": (
        b"t\ngreen\nDoe, Jo\nblue\nred\n",
        {"t": ["green", "Doe, Jo", "blue", "red"]},
    ),
    "UTF-8 byte-order mark": (b"\xef\xbb\xbfa,b\n1,2\n", {"a": [1], "b": [2]}),
    "UTF-16 with a mark": (
        "a,b\n1,\u00e9\n2,\u4e2d\n".encode("utf-16"),
        {"a": [1, 2], "b": ["\u00e9", "\u4e2d"]},
    ),
    "UTF-16 little-endian without": (
        "a,b\n1,x\n2,y\n".encode("utf-16-le"),
        {"a": [1, 2], "b": ["x", "y"]},
    ),
    "UTF-16 big-endian without": (
        "a,b\n1,x\n2,y\n".encode("utf-16-be"),
        {"a": [1, 2], "b": ["x", "y"]},
    ),
    "UTF-8": ("a,é\nü,1\n".encode(), {"a": ["ü"], "é": [1]}),
    "cp1252": ("a,b\n€,1\né,2\n".encode("cp1252"), {"a": ["€", "é"], "b": [1, 2]}),
    "Windows line ends": (b"a,b\r\n1,2\r\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}),
    "carriage returns only": (b"a,b\r1,2\r3,4\r", {"a": [1, 3], "b": [2, 4]}),
    "no line end at the end": (b"a,b\n1,2", {"a": [1], "b": [2]}),
    "blank lines": (b"a,b\n\n1,2\n\n3,4\n\n", {"a": [1, 3], "b": [2, 4]}),
    "quoted newline": (b'a,b\n1,"x\ny"\n2,z\n', {"a": [1, 2], "b": ["x\ny", "z"]}),
    "doubled quotes": (b'a,b\n1,"say ""hi"""\n', {"a": [1], "b": ['say "hi"']}),
    "inch marks": (
        b'a,b\n5" pipe,1\n7" pipe,2\n',
        {"a": ['5" pipe', '7" pipe'], "b": [1, 2]},
    ),
    "spaces after the comma": (b"a, b, c\n1, 2, x\n", {"a": [1], "b": [2], "c": ["x"]}),
    "spaces before the comma": (
        b"a ,b ,c\n1 ,x ,NA \n2 ,y ,4 \n",
        {"a": [1, 2], "b": ["x", "y"], "c": [NAN, 4]},
    ),
    "duplicate names": (b"a,a,b\n1,2,3\n", {"a": [1], "a.1": [2], "b": [3]}),
    "a number that is taken": (b"a,a,a.1\n1,2,3\n", {"a": [1], "a.2": [2], "a.1": [3]}),
    "a column without a name": (
        b",a\n5,x\n6,y\n",
        {"column_1": [5, 6], "a": ["x", "y"]},
    ),
    "thousands in quotes": (
        b'a,b\n"1,234.5",2\n"12,345.0",3\n',
        {"a": [1234.5, 12345.0], "b": [2, 3]},
    ),
    "points between thousands": (
        b"a;b\n1.234,5;x\n12.345,0;y\n",
        {"a": [1234.5, 12345.0], "b": ["x", "y"]},
    ),
    "points between thousands of whole numbers": (
        b"a;b\n1.234;1,5\n12.345;2,5\n",
        {"a": [1234, 12345], "b": [1.5, 2.5]},
    ),
    "spaces between thousands": (
        "a;b\n1 234,5;x\n12\u00a0345,0;y\n1\u202f000,0;z\n".encode(),
        {"a": ["1 234,5", "12\u00a0345,0", "1\u202f000,0"], "b": ["x", "y", "z"]},
    ),
    "narrow spaces between thousands": (
        "a;b\n1\u202f234,5;x\n12\u202f345,0;y\n".encode(),
        {"a": [1234.5, 12345.0], "b": ["x", "y"]},
    ),
    "apostrophes between thousands": (
        b"a,b\n1'234.50,x\n12'345.00,y\n",
        {"a": [1234.5, 12345.0], "b": ["x", "y"]},
    ),
    "percent and currency": (
        b"a,b\n12%,$1\n3.5%,$2\n",
        {"a": [12.0, 3.5], "b": [1, 2]},
    ),
    "exponents and signs": (b"a\n1e5\n-2.5E-3\n+4\n", {"a": [1e5, -0.0025, 4.0]}),
    "typographic minus": ("a,b\n−5,1\n3,2\n".encode(), {"a": [-5, 3], "b": [1, 2]}),
    "infinity": (b"a,b\n1,inf\n2,-inf\n", {"a": [1, 2], "b": [math.inf, -math.inf]}),
    "NA spellings": (
        b"a,b\nN/A,x\nnull,?\n-,NaN\n,None\n3,w\n#N/A,#DIV/0!\n",
        {"a": [NAN, NAN, NAN, NAN, 3, NAN], "b": ["x", NAN, NAN, NAN, "w", NAN]},
    ),
    "booleans with a gap": (
        b"a,b\nTrue,1\n,2\nfalse,3\n",
        {"a": [True, NAN, False], "b": [1, 2, 3]},
    ),
    "ISO dates": (
        b"d,x\n2024-01-31,1\n2024-02-29,2\n,3\n",
        {"d": [DAY("2024-01-31"), DAY("2024-02-29"), NAN], "x": [1, 2, 3]},
    ),
    "ISO times": (
        b"d,x\n2024-01-31T10:30:00,1\n2024-02-29 11:45:10,2\n",
        {"d": [DAY("2024-01-31 10:30"), DAY("2024-02-29 11:45:10")], "x": [1, 2]},
    ),
    "times with a zone": (
        b"d,x\n2024-01-31T10:30:00Z,1\n2024-01-31T10:30:00+02:00,2\n",
        {"d": [DAY("2024-01-31 10:30"), DAY("2024-01-31 08:30")], "x": [1, 2]},
    ),
    "D/M/Y": (
        b"d,x\n31/01/2024,1\n02/02/2024,2\n",
        {"d": [DAY("2024-01-31"), DAY("2024-02-02")], "x": [1, 2]},
    ),
    "M/D/Y with a clock": (
        b"d,x\n01/31/2024 1:30 PM,1\n02/02/2024 2:00 AM,2\n",
        {"d": [DAY("2024-01-31 13:30"), DAY("2024-02-02 02:00")], "x": [1, 2]},
    ),
    "D.M.YY": (
        b"d;x\n31.01.24;1,5\n02.02.24;2,5\n",
        {"d": [DAY("2024-01-31"), DAY("2024-02-02")], "x": [1.5, 2.5]},
    ),
    "Y/M/D": (
        b"d,x\n2024/01/31,1\n2024/12/01,2\n",
        {"d": [DAY("2024-01-31"), DAY("2024-12-01")], "x": [1, 2]},
    ),
    "names of months": (
        b'd,x\n12 Jan 2024,"Jan 12, 2024"\n13 Feb 2024,"Feb 13, 2024"\n',
        {
            "d": [DAY("2024-01-12"), DAY("2024-02-13")],
            "x": [DAY("2024-01-12"), DAY("2024-02-13")],
        },
    ),
    "leading zeros": (
        b"zip,x\n01234,1\n12345,2\n",
        {"zip": ["01234", "12345"], "x": [1, 2]},
    ),
    "leading zeros with a gap": (
        b"zip,x\n01234,1\n,2\n12345,3\n",
        {"zip": ["01234", NAN, "12345"], "x": [1, 2, 3]},
    ),
    "zeros that do not lead": (
        b"a,b\n0,0.5\n10,00:30\n",
        {"a": [0, 10], "b": ["0.5", "00:30"]},
    ),
    "numbers too long to be amounts": (
        b"a,b\n12345678901234567890123,1\n2,2\n",
        {"a": ["12345678901234567890123", "2"], "b": [1, 2]},
    ),
    "sep= line": (b"sep=;\na;b\n1;2\n", {"a": [1], "b": [2]}),
    "lines above the header": (
        b"Sales report\nmade by X, on 3 May\n\nyear,region,sales\n2020,N,1\n2021,S,2\n",
        {"year": [2020, 2021], "region": ["N", "S"], "sales": [1, 2]},
    ),
    "lines above, padded by a spreadsheet": (
        b"Sales report;;\n;;\nyear;region;sales\n2020;N;1\n2021;S;2\n",
        {"year": [2020, 2021], "region": ["N", "S"], "sales": [1, 2]},
    ),
    "years as names": (
        b"country,1990,1991\nA,1,2\nB,3,4\n",
        {"country": ["A", "B"], "1990": [1, 3], "1991": [2, 4]},
    ),
    "a shorter row": (
        b"a,b,c\n1,2,3\n4,5\n",
        {"a": [1, 4], "b": [2, 5], "c": [3, NAN]},
    ),
    "a comma after every row": (b"a,b\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}),
    "a stray NUL": (b"a,b\nx\x00y,1\nz,2\n", {"a": ["x\x00y", "z"], "b": [1, 2]}),
    "a header without rows": (b"a,b,c\n", {"a": [], "b": [], "c": []}),
    "formulas and markup as text": (
        b"a,b\n=1+1,<b>x</b>\n@cmd,![t](http://x/y.png)\n",
        {"a": ["=1+1", "@cmd"], "b": ["<b>x</b>", "![t](http://x/y.png)"]},
    ),
}


@pytest.mark.parametrize(("content", "expected"), READ.values(), ids=READ.keys())
def test_an_odd_file_is_read_right(content, expected):
    frame = read_table(content)
    assert list(frame.columns) == list(expected)
    np.testing.assert_equal(values_of(frame), expected)


def test_a_table_whose_first_name_has_tags_is_no_page():
    frame = read_table(b"<b>a</b>,<i>b</i>\n1,2\n3,4\n")
    assert values_of(frame) == {"<b>a</b>": [1, 3], "<i>b</i>": [2, 4]}


def test_a_type_that_changes_far_down_makes_the_whole_column_text():
    content = b"a,b\n" + b"1,2\n" * 20_000 + b"x,2\n"
    column = read_table(content)["a"]
    assert set(column.map(type)) == {str}


def test_leading_zeros_far_down_are_seen():
    content = b"a,b\n" + b"1,2\n" * 200_000 + b"007,2\n"
    assert read_table(content)["a"].iloc[-1] == "007"


def test_a_file_without_a_header_can_be_read_when_asked():
    for header in (False, None):
        frame = read_table(b"1,2\n03,4\n", header=header)
        assert values_of(frame) == {"column_1": ["1", "03"], "column_2": [2, 4]}


def test_leading_zeros_in_the_first_cell_of_all_are_seen():
    assert read_table(b"01,2\n3,4\n", header=False)["column_1"].tolist() == ["01", "3"]


@pytest.mark.parametrize("header", ["0,1,label", "1,2,label", ",0,1"])
def test_columns_that_pandas_counted_are_named_by_their_number(header):
    frame = read_table(f"{header}\n0.5,-1.25,2.5\n1.5,2.0,3.5\n".encode())
    assert frame.shape == (2, 3)
    assert set(header.split(",")) - {""} <= set(frame.columns)


def test_a_header_of_numbers_can_be_insisted_on():
    assert values_of(read_table(b"0,1\n5,6\n", header=True)) == {"0": [5], "1": [6]}


# --- what is said --------------------------------------------------------------

SAID = {
    "cp1252": ("a,b\né,1\n".encode("cp1252"), "read as cp1252"),
    "lines above": (b"A report of May\na,b,c\n1,2,3\n", "1 line above the header was"),
    "duplicates": (b"a,a\n1,2\n", "“a.1”"),
    "unnamed": (b"a,,b\n1,2,3\n", "Columns without a name are called “column_2”"),
    "short": (b"a,b\n1,2\n3\n5\n", "2 rows are shorter than the header"),
    "short below a blank": (b"a,b\n1,2\n\n3\n", "the first is row 4"),
    "short below a quoted newline": (b'a,b\n1,"2\n3"\n4\n', "the first is row 3"),
    "short beside an inch mark": (b'a,b\n5" x,1\n6\n', "1 row is shorter"),
    "decimal comma": (b"a;b\n1,5;2\n", "decimal comma"),
    "thousands": (b'a,b\n"1,234.5",2\n', "a comma was read as the mark between"),
    "percent": (b"a,b\n5%,1\n7%,2\n", "so 12% is 12"),
    "codes": (b"zip\n01234\n12345\n", "leading zeros"),
    "ambiguous dates": (b"d\n03/01/2024\n02/05/2024\n", "cannot be told apart"),
    "ambiguous marks": (
        b"a;b\n1,234;x\n5,678;y\n",
        "read with a decimal comma; if they",
    ),
    "no rows": (b"a,b\n", "no rows"),
    "UTC": (b"d\n2024-01-31T10:30:00Z\n2024-02-01T10:30:00Z\n", "UTC"),
    "mostly numbers": (
        b"a,b\n" + b"1,2\n" * 30 + b"unknown,3\n",
        "30 numbers and 1 other value (the first is “unknown”)",
    ),
    "mostly dates": (b"d\n2024-01-31\n2024-02-30\n", "looks like dates, but"),
}


@pytest.mark.parametrize(("content", "sentence"), SAID.values(), ids=SAID.keys())
def test_what_is_not_obvious_is_said(content, sentence):
    assert sentence in told(content)


def test_a_plain_file_needs_no_words():
    assert told(b"name,size,day\nA,1.5,2024-01-31\nB,2.5,2024-02-01\n") == ""


def test_guesses_survive_a_copy_and_a_pickle():
    frame = read_table(b"a;b\n1,5;2\n")
    expected = frame.attrs["guesses"]
    assert type(expected) is dict
    assert copy.deepcopy(frame).attrs["guesses"] == expected
    assert frame[["a"]].copy().attrs["guesses"] == expected
    assert pickle.loads(pickle.dumps(frame)).attrs["guesses"] == expected


@pytest.mark.parametrize("content", [c for c, _ in READ.values()], ids=READ.keys())
def test_guesses_given_back_as_overrides_read_the_same(content):
    frame = read_table(content)
    found = frame.attrs["guesses"]
    names = ["encoding", "delimiter", "skip_rows", "header", "dayfirst", "types"]
    again = read_table(content, **{name: found[name] for name in names})
    pd.testing.assert_frame_equal(again, frame)
