"""Files of every dialect are read correctly, including those of other programs."""

import csv
import io
import math
import unicodedata
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skloss.table import TableError, read_table
from skloss.table.cells import is_missing, kind
from tests.table.readings import DAY, NAN, values_of

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
        {"a": [1234.5, 12345.0, 1000.0], "b": ["x", "y", "z"]},
    ),
    "narrow spaces between thousands": (
        "a;b\n1\u202f234,5;x\n12\u202f345,0;y\n".encode(),
        {"a": [1234.5, 12345.0], "b": ["x", "y"]},
    ),
    "minus signs and dashes": (
        "a,b\n−1.5,–2\n-2.5,–3\n".encode(),
        {"a": [-1.5, -2.5], "b": [-2, -3]},
    ),
    "named months with short years": (
        b"d\n1-Jan-24\n15-Mar-24\n",
        {"d": [DAY("2024-01-01"), DAY("2024-03-15")]},
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
def test_an_unusual_file_is_read_correctly(content, expected):
    frame = read_table(content)
    assert list(frame.columns) == list(expected)
    np.testing.assert_equal(values_of(frame), expected)


def test_a_table_whose_first_name_has_tags_is_not_a_page():
    frame = read_table(b"<b>a</b>,<i>b</i>\n1,2\n3,4\n")
    assert values_of(frame) == {"<b>a</b>": [1, 3], "<i>b</i>": [2, 4]}


def test_leading_zeros_far_down_are_seen():
    content = b"a,b\n" + b"1,2\n" * 200_000 + b"007,2\n"
    assert read_table(content)["a"].iloc[-1] == "007"


@pytest.mark.parametrize("header", [False, None])
def test_a_file_without_a_header_can_be_read(header):
    frame = read_table(b"1,2\n03,4\n", header=header)
    assert values_of(frame) == {"column_1": ["1", "03"], "column_2": [2, 4]}


def test_leading_zeros_in_the_first_cell_of_all_are_seen():
    assert read_table(b"01,2\n3,4\n", header=False)["column_1"].tolist() == ["01", "3"]


@pytest.mark.parametrize("header", ["0,1,label", "1,2,label", ",0,1"])
def test_columns_that_pandas_counted_are_named_by_their_number(header):
    frame = read_table(f"{header}\n0.5,-1.25,2.5\n1.5,2.0,3.5\n".encode())
    assert frame.shape == (2, 3)
    assert set(header.split(",")) - {""} <= set(frame.columns)


def test_a_header_of_numbers_can_be_chosen():
    assert values_of(read_table(b"0,1\n5,6\n", header=True)) == {"0": [5], "1": [6]}


@pytest.mark.parametrize("content", [c for c, _ in READ.values()], ids=READ.keys())
def test_guesses_given_back_as_overrides_read_the_same(content):
    frame = read_table(content)
    found = frame.attrs["guesses"]
    names = ["encoding", "delimiter", "skip_rows", "header", "dayfirst", "types"]
    again = read_table(content, **{name: found[name] for name in names})
    pd.testing.assert_frame_equal(again, frame)


LIMITS = [
    ({"max_bytes": 10}, "larger than the limit"),
    ({"max_rows": 2}, "more than 2 rows"),
    ({"max_columns": 2}, "has 3 columns and the limit is 2"),
]


@pytest.mark.parametrize(("limit", "sentence"), LIMITS)
def test_a_table_beyond_a_limit_is_refused(limit, sentence, tmp_path):
    content = b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n"
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    for source in (content, path, io.BytesIO(content)):
        with pytest.raises(TableError, match=sentence):
            read_table(source, **limit)


def test_a_table_at_the_limit_is_read():
    frame = read_table(b"a,b\n1,2\n3,4\n", max_rows=2, max_columns=2, max_bytes=12)
    assert frame.shape == (2, 2)


def test_more_than_two_thousand_columns_are_refused():
    header = ",".join(f"c{k}" for k in range(2_001))
    with pytest.raises(TableError, match="2,001 columns and the limit is 2,000"):
        read_table(f"{header}\n".encode())


def test_two_thousand_columns_are_read():
    header = ",".join(f"c{k}" for k in range(2_000))
    row = ",".join(map(str, range(2_000)))
    assert read_table(f"{header}\n{row}\n".encode()).shape == (1, 2_000)


words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]
    )
    | st.sampled_from(list("\n,;|\t\"' ")),
    min_size=1,
    max_size=12,
).map(lambda text: "w" + text + "w")
prose = words.filter(lambda word: kind(word) == "text" and not is_missing(word))
whole = st.integers(-(10**15), 10**15)
real = st.floats(allow_nan=False, allow_infinity=False, width=32)
tables = st.integers(1, 30).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "text": st.lists(prose, min_size=n, max_size=n),
            "whole": st.lists(whole, min_size=n, max_size=n),
            "real": st.lists(real, min_size=n, max_size=n),
        }
    )
)


@settings(max_examples=25)
@given(
    table=tables,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read_back(table, delimiter, encoding, ends):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=ends)
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    frame = read_table(buffer.getvalue().encode(encoding), delimiter=delimiter)
    composed = [unicodedata.normalize("NFC", text) for text in table["text"]]
    assert frame["text"].tolist() == composed
    assert frame["whole"].tolist() == table["whole"]
    np.testing.assert_allclose(frame["real"], table["real"], rtol=1e-15)


@settings(max_examples=40)
@given(content=st.text(st.sampled_from(list('ab12.,;\t"\n\r -/%')), max_size=80))
def test_any_text_is_a_table_or_a_sentence(content):
    with suppress(TableError):
        assert isinstance(read_table(content.encode()), pd.DataFrame)


def test_a_sample_of_rows_is_the_same_every_time_and_stated():
    content = numbered(4321)
    whole = read_table(content)
    frame = read_table(content, sample_rows=200)
    assert whole.attrs["guesses"]["n_rows"] == frame.attrs["guesses"]["n_rows"] == 4321
    assert len(frame) == 200
    assert list(frame.index) == list(range(200))
    assert frame["row"].is_monotonic_increasing
    assert frame["row"].is_unique
    # Drawn from the whole file: the mean of 200 rows is within 5 standard errors.
    assert abs(frame["row"].mean() - 2160) < 5 * 4321 / np.sqrt(12 * 200)
    notice = "The file has 4,321 rows, of which a random sample of 200 is used."
    assert notice in frame.attrs["guesses"]["notices"]
    again = read_table(content, **frame.attrs["overrides"])
    pd.testing.assert_frame_equal(frame, again)


def test_types_of_a_sample_are_those_of_all_rows():
    content = b"x\n" + b"1\n" * 4000 + b"2.5\n"
    assert read_table(content, sample_rows=20)["x"].dtype == np.float64


@pytest.mark.parametrize("rows", [None, 50, 51])
def test_a_sample_of_at_least_all_rows_is_the_table(rows):
    frame = read_table(numbered(50), sample_rows=rows)
    assert len(frame) == 50
    assert not any("sample" in n for n in frame.attrs["guesses"]["notices"])


def test_a_sample_without_rows_is_refused():
    with pytest.raises(TableError, match="sample_rows must be a number of rows"):
        read_table(numbered(50), sample_rows=0)


@pytest.mark.parametrize("limit", ["max_bytes", "max_rows", "max_columns"])
def test_a_limit_that_is_not_a_number_is_refused(limit):
    with pytest.raises(TableError, match=f"{limit}='10' must be a number, or None"):
        read_table(numbered(5), **{limit: "10"})


def numbered(n):
    """A table whose rows are numbered."""
    return b"row,half\n" + b"".join(b"%d,%d.5\n" % (k, k) for k in range(n))
