"""Dates with the name of a month are read in the languages of Western Europe."""

import pandas as pd
import pytest

from skloss.table import read_table
from skloss.table.month_names import MONTH_OF_YEAR, NAMED_MONTH
from tests.table.readings import DAY, guesses, notices_of

WRITTEN = {
    "3 March 2024": "2024-03-03",
    "03-MAR-2024": "2024-03-03",
    "03MAR2024": "2024-03-03",
    "3rd of March 2024": "2024-03-03",
    "March 3, 2024": "2024-03-03",
    "Mar 3 2024": "2024-03-03",
    "Sept. 21st, 2024": "2024-09-21",
    "Sunday, 3 March 2024": "2024-03-03",
    "2024-Mar-03": "2024-03-03",
    "3. März 2024": "2024-03-03",
    "3.Mrz.24": "2024-03-03",
    "Sonntag, 3. März 2024": "2024-03-03",
    "1er février 1999": "1999-02-01",
    "14 juil. 2024": "2024-07-14",
    "3 de enero de 2024": "2024-01-03",
    "lunes, 5 de agosto de 2024": "2024-08-05",
    "3 gennaio 2024": "2024-01-03",
    "1º de março de 2024": "2024-03-01",
    "segunda-feira, 5 de fevereiro de 2024": "2024-02-05",
    "3 mei 2024": "2024-05-03",
    "12 mrt 2024": "2024-03-12",
    "3 maj 2024": "2024-05-03",
    "3 Mar 2024 9:05": "2024-03-03T09:05:00",
    "Mar 3, 2024 12:05:06 AM": "2024-03-03T00:05:06",
    "3 Mar 2024 1:05 p.m.": "2024-03-03T13:05:00",
    "03MAR2024:10:20:30.5": "2024-03-03T10:20:30.5",
    "Sun, 03 Mar 2024 10:20:30 GMT": "2024-03-03T10:20:30Z",
    "Sun Mar  3 10:20:30 2024": "2024-03-03T10:20:30",
    "3 Mar 2024 10:20 +0100": "2024-03-03T10:20:00+0100",
}


@pytest.mark.parametrize(("written", "iso"), WRITTEN.items())
def test_a_date_in_words_is_a_day(written, iso):
    assert NAMED_MONTH.fullmatch(written).iso == iso


@pytest.mark.parametrize(
    "cell",
    [
        "3 jui 2024",
        "3 Marble 2024",
        "Room 3 May 2024",
        "3 May",
        "May",
        "2024",
        "5 of 7",
    ],
)
def test_other_text_is_not_a_date(cell):
    assert NAMED_MONTH.fullmatch(cell) is None


@pytest.mark.parametrize(
    ("written", "year"),
    [("3 May 68", "2068"), ("3 May 69", "1969"), ("3 May '1", "2001")][:2],
)
def test_years_of_two_digits_are_1969_to_2068(written, year):
    date = NAMED_MONTH.fullmatch(written)
    assert date.has_short_year
    assert date.iso[:4] == year


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Mar 2024", "2024-03-01"),
        ("marzo de 2024", "2024-03-01"),
        ("Dez-24", "2024-12-01"),
        ("2024 Okt", "2024-10-01"),
    ],
)
def test_a_month_of_a_year_is_its_first_day(written, iso):
    assert MONTH_OF_YEAR.fullmatch(written).iso == iso
    assert NAMED_MONTH.fullmatch(written) is None
    notices = notices_of(f"m;x\n{written};1\n{written};2\n".encode())
    assert f"such as “{written}”, were read as their first day" in notices


def test_a_month_and_two_digits_may_be_a_day():
    assert MONTH_OF_YEAR.fullmatch("May 24") is None


def test_a_column_may_mix_short_and_long_names():
    days = read_table(b"d;x\n3 May 2024;1\n4 June 2024;2\n5 juin 2024;3\n")["d"]
    assert days.dt.strftime("%m-%d").tolist() == ["05-03", "06-04", "06-05"]


def test_days_that_a_month_lacks_keep_a_column_text():
    content = b"d;x\n31 June 2024;1\n4 June 2024;2\n"
    assert "1 other value (the first is “31 June 2024”)" in notices_of(content)
    chosen = read_table(content, types={"d": "date"})
    assert chosen["d"].isna().tolist() == [True, False]


def test_zones_are_converted_to_utc():
    content = b"d;x\n3 Mar 2024 10:20 +0200;1\n3 Mar 2024 10:20 GMT;2\n"
    frame = read_table(content)
    assert frame["d"].tolist() == [DAY("2024-03-03 08:20"), DAY("2024-03-03 10:20")]
    assert "converted to UTC" in " ".join(frame.attrs["guesses"]["notices"])


def test_months_in_a_header_are_names():
    found = guesses(b"a title\ntown;Jan 2024;Feb 2024\nUlm;1;2\nBonn;3;4\n")
    assert found["skip_rows"] == 1


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (1700000000, "2023-11-14 22:13:20"),
        (1700000000123, "2023-11-14 22:13:20.123"),
        (1700000000000000, "2023-11-14 22:13:20"),
        (1700000000000000000, "2023-11-14 22:13:20"),
        (45000, "2023-03-15"),
        (45000.5, "2023-03-15 12:00"),
    ],
)
def test_counted_dates_are_read_where_the_type_date_is_chosen(number, day):
    content = f"stamp;x\n{number};1\n;2\n".encode()
    frame = read_table(content, types={"stamp": "date"})
    assert frame["stamp"][0] == DAY(day)
    assert pd.isna(frame["stamp"][1])


def test_unix_times_are_named_in_columns_with_such_a_name():
    rows = "".join(f"{1700000000 + k};{k}\n" for k in range(5))
    assert "may hold Unix times" in notices_of(f"created_at;x\n{rows}".encode())
    assert "Unix" not in notices_of(f"population;x\n{rows}".encode())
