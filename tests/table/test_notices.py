"""Every guess that is not obvious has one notice, for all of its columns."""

import pandas as pd
import pytest

from skloss.table.column_reading import ColumnReading
from skloss.table.decimal import DecimalMark
from skloss.table.notices import of_values
from tests.table.readings import guesses, notices_of

NOTICES = {
    "cp1252": ("a,b\né,1\n".encode("cp1252"), "read as cp1252"),
    "a line above": (b"A report of May\na,b,c\n1,2,3\n", "1 line above the header was"),
    "lines above": (b"A report\nof May\na,b,c\n1,2,3\n", "2 lines above the header w"),
    "the first line above": (b"A report of May\na,b\n1,2\n", "with “A report of May”."),
    "duplicates": (b"a,a\n1,2\n", "Repeated column names got a number: “a.1”."),
    "unnamed": (b"a,,b\n1,2,3\n", "Columns without a name are called “column_2”"),
    "a delimiter at the end": (b"a,b\n1,2,\n", "at the end of the rows was dropped"),
    "decimal comma": (b"a;b\n1,5;2\n", "decimal comma"),
    "another decimal mark": (
        b"a;b\n1,5;0.25\n2,5;0.5\n3,5;0.75\n",
        "Column “a”: the decimal mark differs from the other columns.",
    ),
    "thousands": (b'a,b\n"1,234.5",2\n', "a comma was read as the mark between"),
    "spaces": (b"a,b\n1 234,2\n", "“a”: a space was read as the mark between"),
    "percent": (b"a,b\n5%,1\n7%,2\n", "so 12% is 12"),
    "currencies": (
        "a,b\n$5,1\n€7,2\n".encode(),
        "Column “a” has amounts in “$” and “€”, which were read in the same way; write "
        "them in one currency.",
    ),
    "currency": (b"a,b\n$5,1\n$7,2\n", "Column “a”: the currency sign was dropped."),
    "codes": (b"zip\n01234\n12345\n", "leading zeros"),
    "ambiguous dates": (b"d\n03/01/2024\n02/05/2024\n", "cannot be distinguished"),
    "ambiguous marks": (
        b"a;b\n1,234;x\n5,678;y\n",
        "read with a decimal comma; if they",
    ),
    "no rows": (b"a,b\n", "no rows"),
    "UTC": (b"d\n2024-01-31T10:30:00Z\n2024-02-01T10:30:00Z\n", "converted to UTC"),
    "mostly numbers": (
        b"a,b\n" + b"1,2\n" * 30 + b"unknown,3\n",
        "30 numbers and 1 other value (the first is “unknown”)",
    ),
    "numbers with a unit": (
        b"a,b\n" + b"".join(b"%d.5 kg,%d\n" % (k, k) for k in range(9)),
        "“a” holds 9 numbers with the unit “kg” (the first is “0.5 kg”), so it is read",
    ),
    "numbers in two notations": (
        b"a;b\n" + b"1,5;2\n2.5;3\n" * 9,
        "“a” holds numbers with different decimal marks or marks between thousands, so",
    ),
    "mostly dates": (
        b"d\n2024-01-31\n2024-02-30\n2024-02-28\n",
        "2 dates in the same format and 1 other value (the first is “2024-02-30”)",
    ),
    "dates of several formats": (
        b"d\n2024-01-31\n31.01.2024\n31/01/2024\n",
        "not every value is a date in the same format",
    ),
    "spaces as the delimiter": (b"x y\n1 2\n3 4\n", "separated by a space; override"),
    "a space that may be one": (
        b"first last\nJo Ann\nAl Bo\n",
        "Only one column was found; if a space stands between the values, override",
    ),
    "a comma of another script": (
        "a，b\nx，y\nu，v\n".encode(),
        "if “，” stands between the values, replace it by a comma in the file",
    ),
    "a slash that may be one": (b"a/b\nx/y\nu/v\n", "if “/” stands between the values"),
    "some percent": (b"a,b\n5%,1\n0.07,2\n", "“a”: only 1 of 2 numbers has a percent"),
    "short years": (
        b"born,n\n12/05/68,1\n13/05/69,2\n",
        "“born”: years of two digits were read as 1969 to 2068, here 1969 to 2068.",
    ),
    "a class called None": (
        b"x,y\n1,None\n2,Apnea\n3,None\n",
        "Column “y”: 2 values written “None” are read as missing; give a column the",
    ),
    "spellings below the first rows": (
        b"x,y\n" + b"1,2\n" * 600 + b"1,NA\n2,a\n",
        "Column “y”: 1 value written “NA” is read as missing",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), NOTICES.values(), ids=NOTICES.keys())
def test_a_guess_that_is_not_obvious_has_a_notice(content, sentence):
    assert sentence in notices_of(content)


def test_a_plain_file_has_no_notices():
    content = b"name,size,day\nA,1.5,2024-01-31\nB,2.5,2024-02-01\n"
    assert guesses(content)["notices"] == []


@pytest.mark.parametrize(
    ("content", "overrides"),
    [
        ("a,b\né,1\n".encode("cp1252"), {"encoding": "cp1252"}),
        (b"A report of May\na,b,c\n1,2,3\n", {"skip_rows": 1}),
        (b"a;b\n1,5;2\n", {"decimal": ","}),
        (b"a;b\n1,234;x\n", {"decimal": ","}),
        (b"d\n03/01/2024\n", {"dayfirst": True}),
        (b"a,b\n1,2\nx,3\n" * 9, {"types": {"a": "text", "b": "text"}}),
        (b"a,b\n1,None\n2,x\n", {"types": {"b": "text"}}),
        (b"a,b\n1,None\n2,x\n", {"missing": ()}),
        (b"x y\n1 2\n3 4\n", {"delimiter": " "}),
        (b"first last\nJo Ann\nAl Bo\n", {"delimiter": ","}),
    ],
)
def test_a_choice_needs_no_notice(content, overrides):
    assert guesses(content, **overrides)["notices"] == []


def test_columns_by_position_are_reported():
    expected = ["The columns are named by their position, as requested."]
    assert guesses(b"1,2\n3,4\n", header=False)["notices"] == expected


def reading(type_=None, **notes):
    return ColumnReading(pd.Series(dtype=object), type_, notes)


def values_notices(readings, mark=".", example="", guessed=True, n_rows=3):
    return of_values(DecimalMark(mark, example), guessed, readings, n_rows)


def test_one_notice_names_all_columns_of_its_kind():
    readings = {name: reading(percent=True) for name in "abc"}
    expected = "Columns “a”, “b” and “c”: the percent sign was dropped, so 12% is 12."
    assert values_notices(readings) == [expected]


def test_each_mark_between_thousands_has_a_notice():
    marks = {"a": ",", "b": ".", "c": "\u202f", "d": "’", "e": ","}
    readings = {name: reading(thousands=mark) for name, mark in marks.items()}
    assert [n.split(" was")[0] for n in values_notices(readings)] == [
        "Columns “a” and “e”: a comma",
        "Column “b”: a point",
        "Column “c”: a space",
        "Column “d”: an apostrophe",
    ]


@pytest.mark.parametrize(
    ("dayfirst", "order"), [(True, "day/month/year"), (False, "month/day/year")]
)
def test_the_notice_on_ambiguous_dates_has_the_order(dayfirst, order):
    readings = {"d": reading("date", dayfirst=dayfirst, ambiguous=True)}
    assert f"read as {order}. Override" in values_notices(readings)[0]


@pytest.mark.parametrize(("kind", "n"), [("number", 1), ("date", 2)])
def test_lost_values_are_counted_with_the_first_one(kind, n):
    notice = values_notices({"b": reading(kind, lost=(n, "x"))})[0]
    values, verb = {1: ("1 value", "is"), 2: ("2 values", "are")}[n]
    assert notice == (
        f"Column “b”: {values} could not be read as a {kind} and {verb} missing; the "
        "first is “x”."
    )


@pytest.mark.parametrize(
    ("mark", "name", "other"), [(",", "comma", "."), (".", "point", ",")]
)
def test_an_unclear_decimal_mark_names_the_other_one(mark, name, other):
    (notice,) = values_notices({}, mark, f"1{mark}234")
    assert f"“1{mark}234” are read with a decimal {name}" in notice
    assert notice.endswith(f"override the decimal mark with “{other}”.")
    assert values_notices({}, mark, f"1{mark}234", guessed=False) == []


def test_a_table_without_rows_has_one_notice():
    found = values_notices({"a": reading(percent=True)}, ",", n_rows=0)
    assert found == ["The table has a header and no rows."]
