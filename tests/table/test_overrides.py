"""Overrides, dates, limits, sources, and what other writers write is read back."""

import csv
import io
import math
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.table import TableError, read_table
from skloss.table.cells import is_missing, kind

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
        "Column “b”: 1 value made missing for not being a number; the first is “x”.",
        "Column “c”: 1 value made missing for not being a date; the first is “never”.",
    ]


WRONG = [
    ({"encoding": "klingon"}, "no encoding named 'klingon'"),
    ({"encoding": "ascii"}, "not in the encoding ascii"),
    ({"delimiter": "::"}, "one ASCII character"),
    ({"decimal": ";"}, "must be a point or a comma"),
    ({"thousands": "x"}, "must be a comma, a point"),
    ({"decimal": ",", "thousands": ","}, "must differ"),
    ({"skip_rows": -1}, "0 or a number of lines"),
    ({"skip_rows": 9}, "nothing to read below"),
    ({"types": {"a": "colour"}}, "must be one of number, date, text"),
    ({"types": {"zzz": "text"}}, "'zzz', which is not there"),
]


@pytest.mark.parametrize(("overrides", "sentence"), WRONG)
def test_an_override_that_cannot_be_is_refused(overrides, sentence):
    with pytest.raises(TableError, match=sentence):
        read_table("a,b\né,2\n".encode(), **overrides)


# --- dates and limits ------------------------------------------------------------


def test_a_column_with_days_beyond_12_settles_the_others():
    found = guesses(b"a,b\n03/01/2024,31/01/2024\n04/01/2024,02/01/2024\n")
    assert found["dayfirst"] is True
    assert found["notices"] == []


def test_a_sorted_column_of_dates_says_its_order():
    content = b"d\n01/02/2024\n02/02/2024\n01/03/2024\n02/03/2024\n"
    assert read_table(content)["d"].is_monotonic_increasing
    assert "day/month/year" in told(content)


def test_points_and_semicolons_speak_for_the_day_first():
    assert guesses(b"d\n03.01.2024\n02.05.2024\n")["dayfirst"] is True
    assert guesses(b"d;x\n03/01/2024;1,5\n02/05/2024;2,5\n")["dayfirst"] is True


def test_dates_of_both_orders_stay_text():
    content = b"d\n31/01/2024\n01/31/2024\n"
    assert read_table(content)["d"].tolist() == ["31/01/2024", "01/31/2024"]


def test_identifiers_are_named():
    rows = "".join(f"{k},K{k},{k % 3}\n" for k in range(50))
    assert guesses(f"id,code,x\n{rows}".encode())["identifiers"] == ["id", "code"]


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
    row = ",".join(str(k) for k in range(2_000))
    assert read_table(f"{header}\n{row}\n{row}\n".encode()).shape == (2, 2_000)


# --- sources ---------------------------------------------------------------------


def test_bytes_paths_and_files_are_read_alike(tmp_path):
    content = "a;é\n1,5;ü\n".encode()
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    sources = [
        bytearray(content),
        memoryview(content),
        path,
        str(path),
        io.BytesIO(content),
        io.StringIO(content.decode()),
    ]
    for source in sources:
        pd.testing.assert_frame_equal(read_table(source), read_table(content))


def test_a_missing_file_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "none.csv")


def test_text_and_other_things_are_not_taken_for_a_path():
    with pytest.raises(TypeError, match="pass the content of a CSV as bytes"):
        read_table("a,b\n1,2\n")
    with pytest.raises(TypeError, match="not int"):
        read_table(7)


def test_a_cell_beyond_the_limit_of_the_csv_module_is_read_below_the_first_rows():
    content = b"a,b\n" + b"1,x\n" * 100_000 + b"2," + b"y" * 200_000 + b"\n"
    assert len(read_table(content)["b"].iloc[-1]) == 200_000


# --- round trip ------------------------------------------------------------------

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"])
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
    assert frame["text"].tolist() == table["text"]
    assert frame["whole"].tolist() == table["whole"]
    np.testing.assert_allclose(frame["real"], table["real"], rtol=1e-15)


@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(content):
    with suppress(TableError):
        assert isinstance(read_table(content), pd.DataFrame)


@given(content=st.text(st.sampled_from(list('ab12.,;\t"\n\r -/%')), max_size=80))
def test_any_text_is_a_table_or_a_sentence(content):
    with suppress(TableError):
        assert isinstance(read_table(content.encode()), pd.DataFrame)
