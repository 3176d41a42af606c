"""Sentences on one column: values that were made missing or not converted."""

import pandas as pd
import pytest

from skloss.table import read_table
from skloss.table.column_notices import on_single_columns
from skloss.table.column_reading import ColumnReading

#: Kind of a note, the note, the type that was read, and parts of the sentence.
SENTENCES = {
    "rounded": ((2, "9007199254740993"), None, ["2 whole numbers", "the type text"]),
    "mostly_numbers": ((9, 1, "x"), "text", ["9 numbers and 1 other value", "number"]),
    "mostly_times": ((2, 1, "x"), "text", ["2 times and 1 other", "to read hours"]),
    "mostly_quantities": ((3, 2, "x"), "text", ["3 measurements and 2 other values"]),
    "mixed_numbers": (True, "text", ["different decimal marks", "most frequent"]),
    "unit": ((3, "kg", "1 kg"), "text", ["3 numbers with the unit “kg”", "“1 kg”"]),
    "units": ((3, ["kg", "g"], "1 kg"), "text", ["units “kg” and “g”", "in one unit"]),
    "mostly_dates": ((2, 1, "x"), "text", ["2 dates in the same format", "type date"]),
}


def notices_on(kind, note, type_, name="b"):
    reading = ColumnReading(pd.Series(dtype=object), type_, {kind: note})
    return list(on_single_columns({name: reading}))


@pytest.mark.parametrize(
    ("kind", "note", "type_", "parts"),
    [(kind, *case) for kind, case in SENTENCES.items()],
    ids=SENTENCES,
)
def test_a_note_has_one_sentence_with_its_counts_and_what_to_do(
    kind, note, type_, parts
):
    (sentence,) = notices_on(kind, note, type_)
    assert sentence.startswith("Column “b”")
    assert sentence.endswith(".")
    assert [part for part in parts if part not in sentence] == []


@pytest.mark.parametrize(
    ("n_others", "end"),
    [
        (0, "to read that as 1234.5."),
        (1, "as 1234.5 and to make 1 other value missing (the first is “x”)."),
    ],
)
def test_an_offer_names_the_number_and_what_it_costs(n_others, end):
    (sentence,) = notices_on("offered", ("~1234.5", 1234.5, n_others, "x"), "text")
    assert sentence.endswith(end)
    assert "such as “~1234.5”" in sentence


def test_a_chosen_type_that_fits_no_value_is_named():
    assert "looks like dates, but" in notices_on("not_dates", True, None)[0]
    assert "the type date was chosen" in notices_on("not_dates", True, "text")[0]


def test_columns_and_kinds_keep_their_order_and_other_notes_have_no_sentence():
    notes = {"mostly_dates": (2, 1, "x"), "lost": (1, "y"), "percent": True}
    readings = {
        name: ColumnReading(pd.Series(dtype=object), "date", notes) for name in "ba"
    }
    found = list(on_single_columns(readings))
    assert [sentence[7:10] for sentence in found] == ["“b”", "“b”", "“a”", "“a”"]
    assert "could not be read" in found[0] and "looks like dates" in found[1]


def test_names_of_time_zones_are_stated_with_the_cure():
    rows = "".join(f"2021-03-{day:02d} 10:00 CET,1\n" for day in range(1, 29))
    notices = read_table(f"t,n\n{rows}".encode()).attrs["guesses"]["notices"]
    (sentence,) = [n for n in notices if "“t”" in n]
    assert "“2021-03-01 10:00 CET”" in sentence
    assert "+01:00" in sentence
    cured = read_table(f"t,n\n{rows}".replace(" CET", "+01:00").encode())
    assert cured["t"].dt.hour.unique().tolist() == [9]
