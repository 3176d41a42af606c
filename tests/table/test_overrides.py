"""Every guess can be replaced by a choice, which is checked."""

import inspect

import numpy as np
import pandas as pd
import pytest

from skloss.table import TableError, read_table
from skloss.table.overrides import check_overrides
from tests.table.readings import DAY, NAN, guesses, notices_of, values_of


def test_every_guess_can_be_overridden():
    assert list(read_table(b"a;b,c\n1;2,3\n", delimiter=",").columns) == ["a;b", "c"]
    assert read_table("a\né\n".encode(), encoding="latin-1")["a"][0] == "Ã©"
    assert read_table(b'a,b\n"1,234",x\n"1,5",y\n', decimal=",")["a"][0] == 1.234
    assert read_table(b"a;b\n1,234;x\n", thousands=",")["a"][0] == 1234
    assert read_table(b"a;b\n1.234;x\n", thousands=".")["a"][0] == 1234
    assert read_table(b'a,b\n"1,234",x\n', thousands="")["a"][0] == 1.234
    assert read_table(b"x\na,b\n1,2\n3,4\n", skip_rows=1)["a"].tolist() == [1, 3]
    assert read_table(b"d\n03/01/2024\n", dayfirst=True)["d"][0] == DAY("2024-01-03")
    assert read_table(b"d\n03/01/2024\n", dayfirst=False)["d"][0] == DAY("2024-03-01")


def test_types_can_be_overridden():
    content = b"a,b,c\n1,x,2024-01-31\n2,5,never\n"
    frame = read_table(content, types={"a": "text", "b": "number", "c": "date"})
    expected = {"a": ["1", "2"], "b": [NAN, 5], "c": [DAY("2024-01-31"), NAN]}
    np.testing.assert_equal(values_of(frame), expected)
    assert frame.attrs["guesses"]["notices"] == [
        "Column “b”: 1 value could not be read as a number and is missing; the "
        "first is “x”.",
        "Column “c”: 1 value could not be read as a date and is missing; the "
        "first is “never”.",
    ]


def test_a_chosen_mark_of_numbers_is_not_guessed_as_the_delimiter():
    expected = {"A": [-9999, 12.5, 14.25]}
    content = b"A\n-9999,0\n12,5\n14,25\n"
    assert values_of(read_table(content, decimal=",")) == expected
    frame = read_table(b"A\n1,234\n12,500\n", thousands=",")
    assert values_of(frame) == {"A": [1234, 12500]}


CLASSES = b"x,y\n1,None\n2,Apnea\nNA,-\n4,?\n5,\n"


@pytest.mark.parametrize(
    ("overrides", "x", "y"),
    [
        ({}, [1, 2, NAN, 4, 5], [NAN, "Apnea", NAN, NAN, NAN]),
        (
            {"types": {"y": "text"}},
            [1, 2, NAN, 4, 5],
            ["None", "Apnea", "-", "?", NAN],
        ),
        ({"missing": ["?", "NA"]}, [1, 2, NAN, 4, 5], ["None", "Apnea", "-", NAN, NAN]),
        ({"missing": ()}, ["1", "2", "NA", "4", "5"], ["None", "Apnea", "-", "?", NAN]),
        (
            {"missing": ["?", "NA"], "types": {"y": "text"}},
            [1, 2, NAN, 4, 5],
            ["None", "Apnea", "-", NAN, NAN],
        ),
    ],
)
def test_spellings_of_missing_values_can_be_categories(overrides, x, y):
    found = values_of(read_table(CLASSES, **overrides))
    np.testing.assert_equal(found, {"x": x, "y": y})


def test_values_that_are_not_the_chosen_type_at_all_are_named():
    content = b"a,b\nx,u\ny,v\n"
    frame = read_table(content, types={"a": "number", "b": "date"})
    assert frame["b"].tolist() == ["u", "v"]
    assert frame.attrs["guesses"]["notices"] == [
        "Column “a”: 2 values could not be read as a number and are missing; "
        "the first is “x”.",
        "Column “b”: the type date was chosen, but not one value is a date, such as "
        "2024-01-31, so it is kept as text.",
    ]


WRONG = [
    ({"missing": "NA"}, "must be a list of spellings"),
    ({"missing": [-99]}, "must be a list of spellings"),
    ({"encoding": "klingon"}, "no encoding named 'klingon'"),
    ({"encoding": "ascii"}, "not in the encoding ascii"),
    ({"delimiter": "::"}, "one ASCII character"),
    ({"decimal": ";"}, "must be a point or a comma"),
    ({"thousands": "x"}, "must be a comma, a point"),
    ({"decimal": ",", "thousands": ","}, "must differ"),
    ({"skip_rows": -1}, "0 or a number of lines"),
    ({"skip_rows": "one"}, "0 or a number of lines"),
    ({"skip_rows": 1.0}, "0 or a number of lines"),
    ({"sample_rows": 0}, "must be a number of rows"),
    ({"sample_rows": True}, "must be a number of rows"),
    ({"encoding": 8}, "encoding=8 must be a name"),
    ({"delimiter": 5}, "one ASCII character"),
    ({"header": 3}, "header=3 must be True, .* skip_rows counts the lines above"),
    ({"quotes": "yes"}, "quotes='yes' must be True, False or 'auto'"),
    ({"dayfirst": "yes"}, "dayfirst='yes' must be True, False or 'auto'"),
    ({"skip_rows": 9}, "nothing to read below"),
    ({"types": {"a": "colour"}}, "must be one of number, date, text"),
    ({"types": {"zzz": "text"}}, "'zzz', which does not exist"),
]


@pytest.mark.parametrize(("overrides", "sentence"), WRONG)
def test_an_invalid_override_is_refused(overrides, sentence):
    with pytest.raises(TableError, match=sentence):
        read_table("a,b\né,2\n".encode(), **overrides)


AUTO = {
    "types": None,
    "header": "auto",
    "thousands": "auto",
    "encoding": "auto",
    "delimiter": "auto",
    "decimal": "auto",
    "skip_rows": "auto",
    "dayfirst": "auto",
}


def test_nothing_is_given_where_everything_is_guessed():
    assert check_overrides(**AUTO).given == {}


@pytest.mark.parametrize(
    ("name", "given", "stated"),
    [
        ("header", None, False),
        ("header", False, False),
        ("header", True, True),
        ("header", 0, True),
        ("header", 1, True),
        ("thousands", None, ""),
        ("thousands", "", ""),
        ("thousands", "’", "’"),
        ("decimal", ",", ","),
        ("skip_rows", 0, 0),
        ("dayfirst", False, False),
        ("delimiter", ":", ":"),
        ("encoding", "utf-8", "utf-8"),
        ("types", {"a": "text"}, {"a": "text"}),
        ("missing", ["NA"], ("NA",)),
        ("missing", (), ()),
        ("quotes", False, False),
    ],
)
def test_a_choice_is_stated(name, given, stated):
    assert check_overrides(**AUTO | {name: given}).given == {name: stated}


@pytest.mark.parametrize("name", ["decimal", "skip_rows", "dayfirst", "delimiter"])
def test_none_leaves_other_choices_to_the_guess(name):
    assert check_overrides(**AUTO | {name: None}).given == {}


@pytest.mark.parametrize("delimiter", ["", "ab", "é", '"', "\n", "\r"])
def test_a_delimiter_is_one_ascii_character(delimiter):
    with pytest.raises(TableError, match="must be one ASCII character"):
        check_overrides(**AUTO | {"delimiter": delimiter})


def test_what_was_stated_travels_with_the_table():
    frame = read_table(b"a;b\n1,5;2\n", decimal=",", types={"b": "text"})
    assert frame.attrs["overrides"] == {"decimal": ",", "types": {"b": "text"}}
    again = read_table(b"a;b\n1,5;2\n", **frame.attrs["overrides"])
    pd.testing.assert_frame_equal(again, frame)


# --- order of day and month --------------------------------------------------


def test_days_beyond_12_decide_the_order_of_other_columns():
    found = guesses(b"a,b\n03/01/2024,31/01/2024\n04/01/2024,02/01/2024\n")
    assert found["dayfirst"] is True
    assert found["notices"] == []


def test_a_sorted_column_of_dates_shows_its_order():
    content = b"d\n01/02/2024\n02/02/2024\n01/03/2024\n02/03/2024\n"
    assert read_table(content)["d"].is_monotonic_increasing
    assert "day/month/year" in notices_of(content)


def test_points_and_semicolons_make_the_day_first_likely():
    assert guesses(b"d\n03.01.2024\n02.05.2024\n")["dayfirst"] is True
    assert guesses(b"d;x\n03/01/2024;1,5\n02/05/2024;2,5\n")["dayfirst"] is True


def test_dates_of_both_orders_stay_text():
    content = b"d\n31/01/2024\n01/31/2024\n"
    assert read_table(content)["d"].tolist() == ["31/01/2024", "01/31/2024"]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["20240131", "20240229", "20240230"], ["2024-01-31", "2024-02-29", None]),
        (["1999", "2024", "x"], ["1999-01-01", "2024-01-01", None]),
        (["20240131", "", "20240229"], ["2024-01-31", None, "2024-02-29"]),
    ],
)
def test_digits_are_dates_if_that_type_is_chosen(cells, days):
    content = "a,b\n" + "".join(f"{cell},1\n" for cell in cells)
    frame = read_table(content.encode(), types={"a": "date"})
    assert frame["a"].tolist() == [pd.Timestamp(day) for day in days]
    assert not pd.api.types.is_datetime64_any_dtype(read_table(content.encode())["a"])


FED_BACK = {
    "mixed decimal marks": b"a;b;c\n1.5;1,25;1'000\n2.5;2,75;2\n3.5;3,5;3\n",
    "mixed thousands": b'a,b\n"1,000","1.000,5"\n"2,500","2.000,5"\n',
    "a mark of two meanings": b"a;b\n12.50-;1.234,5\n3.25-;12.345\n",
    "thin spaces": "a;b\n1\u2009000,5;x\n2\u2009000;y\n".encode(),
    "codes and gaps": b"a,b\n007,1\nNA,2\n008,3\n",
    "formulas": b'a,b,c\n"=""007""",1,"=""5"""\n"=""008""",2,"=""6"""\n',
    "names in two rows": b",t,,u,\nid,a,b,a,b\n1,2,3,4,5\n6,7,8,9,1\n",
    "periods and times": b"a,b\n2024-Q1,8:30\n2024-Q2,9:15\n",
    "offers": b"a,b\n1/8,<5\n3/8,7\n1/2,9\n",
    "dates in both orders": b"a,b\n13/01/2024,01/13/2024\n14/02/2024,02/14/2024\n",
}


@pytest.mark.parametrize("content", FED_BACK.values(), ids=FED_BACK)
def test_a_table_is_the_same_when_its_guesses_are_given(content):
    frame = read_table(content)
    given = inspect.signature(read_table).parameters
    guesses = {k: v for k, v in frame.attrs["guesses"].items() if k in given}
    pd.testing.assert_frame_equal(read_table(content, **guesses), frame)
