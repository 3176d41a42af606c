"""Dates are read in one format for a whole column, with their order if it is open."""

import pandas as pd
import pytest

from skloss.table.dates import read_dates
from tests.table.readings import DAY


def read(*values, dayfirst=None, otherwise=False, coerce=False):
    return read_dates(pd.Series(values, dtype="str"), dayfirst, otherwise, coerce)


FORMATS = {
    "2024-01-31": DAY("2024-01-31"),
    "2024-1-5": DAY("2024-01-05"),
    "2024-01": DAY("2024-01-01"),
    "2024-01-31 10:30": DAY("2024-01-31 10:30"),
    "2024-01-31T10:30:15": DAY("2024-01-31 10:30:15"),
    "2024-01-31T10:30:15.25": DAY("2024-01-31 10:30:15.25"),
    "2024/01/31": DAY("2024-01-31"),
    "2024.01.31 10:30": DAY("2024-01-31 10:30"),
    "31/01/2024": DAY("2024-01-31"),
    "31.01.24": DAY("2024-01-31"),
    "31-01-2024 23:59:58": DAY("2024-01-31 23:59:58"),
    "01/31/2024 1:30 PM": DAY("2024-01-31 13:30"),
    "01/31/2024 1:30pm": DAY("2024-01-31 13:30"),
    "12 Jan 2024": DAY("2024-01-12"),
    "12-January-2024": DAY("2024-01-12"),
    "Jan 12, 2024": DAY("2024-01-12"),
    "January 12, 2024 10:30": DAY("2024-01-12 10:30"),
}


@pytest.mark.parametrize(("written", "expected"), FORMATS.items())
def test_a_format_is_read(written, expected):
    reading = read(written, None, written)
    assert reading.values.tolist() == [expected, pd.NaT, expected]
    assert not reading.ambiguous
    assert not reading.in_utc


ZONES = ["Z", "+00:00", " +0000", "+00"]


@pytest.mark.parametrize("zone", ZONES)
def test_times_with_a_zone_are_converted_to_utc(zone):
    reading = read(f"2024-01-31T10:30:00{zone}", "2024-01-31T10:30:00+02:00")
    expected = [DAY("2024-01-31 10:30"), DAY("2024-01-31 08:30")]
    assert reading.values.tolist() == expected
    assert reading.in_utc


@pytest.mark.parametrize(
    "values",
    [
        ("2024-01-31", "x"),
        ("2024-02-30",),
        ("31/01/2024", "01/31/2024"),
        ("31/01/2024", "2024-01-31"),
        ("32/01/2024",),
    ],
)
def test_a_column_of_other_values_is_not_dates(values):
    assert read(*values).values is None


@pytest.mark.parametrize(("dayfirst", "month"), [(True, 4), (False, 3)])
def test_a_given_order_is_followed(dayfirst, month):
    reading = read("03/04/2024", dayfirst=dayfirst)
    assert reading.values[0].month == month
    assert (reading.dayfirst, reading.ambiguous) == (dayfirst, False)


@pytest.mark.parametrize(
    ("values", "dayfirst"), [(("13/01/2024",), True), (("01/13/2024",), False)]
)
def test_days_beyond_twelve_decide_the_order(values, dayfirst):
    reading = read(*values, "02/03/2024", otherwise=not dayfirst)
    assert (reading.dayfirst, reading.ambiguous) == (dayfirst, False)


@pytest.mark.parametrize("otherwise", [True, False])
def test_an_open_order_is_the_likely_one_and_ambiguous(otherwise):
    reading = read("03/04/2024", "05/01/2024", otherwise=otherwise)
    assert (reading.dayfirst, reading.ambiguous) == (otherwise, True)


def test_points_mean_the_day_first():
    reading = read("03.04.2024", "05.01.2024", otherwise=False)
    assert (reading.dayfirst, reading.ambiguous) == (True, True)


@pytest.mark.parametrize("step", [1, -1])
def test_a_sorted_column_shows_its_order(step):
    values = ["01/02/2024", "02/02/2024", "01/03/2024", "02/03/2024"][::step]
    reading = read(*values, otherwise=False)
    assert (reading.dayfirst, reading.ambiguous) == (True, True)


def test_two_dates_do_not_show_an_order():
    # Ascending with the day first only.
    assert read("02/03/2024", "01/04/2024", otherwise=False).dayfirst is False


def test_the_same_day_and_month_are_not_ambiguous():
    assert not read("01/01/2024", "02/02/2024").ambiguous


@pytest.mark.parametrize(
    ("good", "bad"),
    [("2024-01-31", "never"), ("31/01/2024", "31/02/2024"), ("Jan 2, 2024", "?")],
)
def test_values_that_are_not_dates_become_missing_if_coerced(good, bad):
    reading = read(good, bad, coerce=True, otherwise=True)
    assert reading.values.isna().tolist() == [False, True]


@pytest.mark.parametrize(("n_later", "dayfirst"), [(3, True), (5, False)])
def test_coerced_dates_take_the_order_that_most_values_have(n_later, dayfirst):
    values = ["13/01/2024"] * 4 + ["01/13/2024"] * n_later + ["02/03/2024"]
    reading = read(*values, "unknown", coerce=True, otherwise=not dayfirst)
    lost = {True: n_later, False: 4}[dayfirst]
    assert (reading.dayfirst, reading.ambiguous) == (dayfirst, False)
    assert reading.values.isna().sum() == lost + 1


@pytest.mark.parametrize(("n_iso", "kept"), [(2, "31.01.2024"), (4, "2024-01-31")])
def test_coerced_dates_take_the_format_that_most_values_have(n_iso, kept):
    values = ["2024-01-31"] * n_iso + ["31.01.2024"] * 3
    reading = read(*values, coerce=True)
    expected = [value == kept for value in values]
    assert reading.values.notna().tolist() == expected


def test_coerced_dates_below_a_hundred_other_values_are_found():
    assert read(*["x"] * 150, "2024-01-31", coerce=True).n_read == 1


@pytest.mark.parametrize(
    ("written", "short"), [("31/12/68", True), ("1/2/1969", False)]
)
def test_years_of_two_digits_are_noted(written, short):
    for dayfirst in (None, True):
        assert read(written, dayfirst=dayfirst).short_years is short


def test_coerced_text_without_dates_is_not_read():
    assert read("x", "y", coerce=True).values is None
