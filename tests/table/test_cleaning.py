"""Each column gets one reading: its values, its type and what is worth a notice."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from skloss.table.cleaning import clean
from skloss.table.column_reading import Marks
from tests.table.readings import DAY, NAN, values_of

MARKS = Marks(".", False, None, None, False)


def read(*values, wanted=None, dtype="str"):
    frame = pd.DataFrame({"a": pd.Series(values, dtype=dtype)})
    cleaned, readings = clean(frame, MARKS, {"a": wanted} if wanted else {})
    return values_of(cleaned)["a"], readings["a"].type, readings["a"].notes


GUESSED = {
    "numbers": (["1", "2.5"], [1, 2.5], "number", {}),
    "dates": (["2024-01-31"], [DAY("2024-01-31")], "date", {}),
    "text": (["x", "y"], ["x", "y"], None, {}),
    "codes": (["01", "20"], ["01", "20"], "text", {"codes": True}),
    "spaces": (["  x ", "y"], ["x", "y"], None, {}),
    "hidden gaps": (
        ["NA ", " ?", "NA", "", "x"],
        [NAN, NAN, NAN, NAN, "x"],
        None,
        {"spelled": {"NA": 2, "?": 1}},
    ),
    "gaps only": (["NA ", "?"], [NAN, NAN], None, {"spelled": {"NA": 1, "?": 1}}),
    "gaps among dates": (["NA ", "2024-01-31"], [NAN, DAY("2024-01-31")], "date", {}),
    "nothing": ([None, None], [NAN, NAN], None, {}),
    "numbers and dates": (
        ["1", "2024-01-31", "x"],
        ["1", "2024-01-31", "x"],
        None,
        {},
    ),
    "almost dates": (
        ["2024-01-31", "2024-02-30"],
        ["2024-01-31", "2024-02-30"],
        None,
        {"mostly_dates": (1, 1, "2024-02-30")},
    ),
    "few dates of the same format": (
        ["2024-01-31", "2024-02-30", "x", "NA "],
        ["2024-01-31", "2024-02-30", "x", NAN],
        None,
        {"spelled": {"NA": 1}},
    ),
    "dates of three formats": (
        ["2024-01-31", "31/01/2024", "31.01.2024"],
        ["2024-01-31", "31/01/2024", "31.01.2024"],
        None,
        {"not_dates": True},
    ),
}


@pytest.mark.parametrize(
    ("written", "values", "type_", "notes"), GUESSED.values(), ids=GUESSED.keys()
)
def test_text_is_read_as_what_all_of_it_is(written, values, type_, notes):
    found = read(*written)
    np.testing.assert_equal(found[0], values)
    assert found[1:] == (type_, notes)


@pytest.mark.parametrize(
    ("good", "note"), [("1", "mostly_numbers"), ("31.12.1999", "mostly_dates")]
)
@pytest.mark.parametrize(("n_good", "noted"), [(50, True), (49, False)])
def test_a_column_of_which_half_is_numbers_or_dates_is_noted(good, note, n_good, noted):
    _, type_, notes = read(*[good] * n_good, *["x"] * (100 - n_good))
    assert notes == ({note: (50, 50, "x")} if noted else {})
    assert type_ is None


def test_the_note_on_mostly_numbers_counts_them():
    notes = read(*["1"] * 30, "unknown", "x")[2]
    assert notes == {"mostly_numbers": (30, 2, "unknown")}


GAPS = ["NA", "None", "-"]
WANTED = {
    "text of numbers": (["1", " 2"], "text", ["1", "2"], {}),
    "text of gaps": (["NA ", "None", "-", "", None], "text", [*GAPS, NAN, NAN], {}),
    "numbers of codes": (["01", "2"], "number", [1, 2], {}),
    "numbers of text": (["1", "x"], "number", [1, NAN], {"lost": (1, "x")}),
    "dates of text": (
        ["2024-01-31", "x"],
        "date",
        [DAY("2024-01-31"), NAN],
        {"lost": (1, "x")},
    ),
    "no dates at all": (["x", "y"], "date", ["x", "y"], {"not_dates": True}),
    "numbers of nothing": ([None], "number", [NAN], {}),
    "dates of nothing": ([None], "date", [NAN], {}),
}


@pytest.mark.parametrize(
    ("written", "wanted", "values", "notes"), WANTED.values(), ids=WANTED.keys()
)
def test_a_chosen_type_is_followed(written, wanted, values, notes):
    found = read(*written, wanted=wanted)
    np.testing.assert_equal(found[0], values)
    assert found[1:] == (wanted, notes)


@pytest.mark.parametrize("wanted", [None, "text"])
def test_chosen_spellings_of_missing_values_replace_the_usual_ones(wanted):
    marks = dataclasses.replace(MARKS, missing=("unknown",))
    frame = pd.DataFrame({"a": pd.Series(["unknown", "NA", ""], dtype="str")})
    cleaned, readings = clean(frame, marks, {"a": wanted} if wanted else {})
    np.testing.assert_equal(values_of(cleaned)["a"], [NAN, "NA", NAN])
    assert readings["a"].notes == {"spelled": {"unknown": 1}}


def test_numbers_of_the_parser_stay_as_they_are():
    assert read(1, 2, dtype="int64") == ([1, 2], None, {})
    assert read(1, 2, dtype="int64", wanted="number") == ([1, 2], None, {})


def test_numbers_of_the_parser_can_become_text():
    assert read(1, 2, dtype="int64", wanted="text") == (["1", "2"], "text", {})


def test_objects_of_the_parser_are_booleans_or_text():
    assert read(True, None, False, dtype=object)[0][::2] == [True, False]
    assert read(10**30, 7, dtype=object)[0] == [str(10**30), "7"]


def test_days_beyond_twelve_decide_the_order_of_other_columns():
    frame = pd.DataFrame(
        {"a": ["03/01/2024", "04/01/2024"], "b": ["31/01/2024", "02/01/2024"]},
        dtype="str",
    )
    cleaned, readings = clean(frame, MARKS, {})
    assert cleaned["a"].tolist() == [DAY("2024-01-03"), DAY("2024-01-04")]
    assert readings["a"].notes == readings["b"].notes == {"dayfirst": True}


def test_columns_that_disagree_do_not_decide_the_order():
    frame = pd.DataFrame(
        {"a": ["03/01/2024"], "b": ["31/01/2024"], "c": ["01/31/2024"]}, dtype="str"
    )
    notes = {name: r.notes for name, r in clean(frame, MARKS, {})[1].items()}
    assert notes["a"] == {"dayfirst": False, "ambiguous": True}
    assert notes["b"] == {"dayfirst": True}
    assert notes["c"] == {"dayfirst": False}


def test_columns_keep_their_order_and_index():
    frame = pd.DataFrame(
        {"d": ["2024-01-31"], "a": ["x"], "n": ["1"]}, index=[7], dtype="str"
    )
    cleaned, readings = clean(frame, MARKS, {})
    assert list(cleaned) == list(readings) == ["d", "a", "n"]
    assert cleaned.index.tolist() == [7]


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ([f"{k}°C" for k in range(9)], (9, "°C", "0°C")),
        ([*(f"{k} kg" for k in range(6)), "2 lb", "?", "x"], (6, "kg", "0 kg")),
    ],
)
def test_numbers_with_a_unit_stay_text_and_are_counted(cells, note):
    values, kind, notes = read(*cells)
    assert values[0] == cells[0]
    assert kind is None
    assert notes["unit"] == note


@pytest.mark.parametrize(
    "cells",
    [
        ["1 room", "2 room", "3 room"] * 9,  # few numbers are categories
        [f"{k}a" if k % 2 else f"{k}b" for k in range(10)],  # no majority
        [f"A{k}" for k in range(9)],
        [f"{k} kg each" for k in range(9)],
    ],
)
def test_other_text_with_numbers_has_no_unit(cells):
    assert read(*cells) == (cells, None, {})
