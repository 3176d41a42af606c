"""Numbers that may not be numbers are named."""

import pytest

from skloss.table import read_table


@pytest.mark.parametrize(
    ("name", "number", "notice"),
    [
        ("date", 45292, "may hold dates, 45292 being 2024-01-01"),
        ("Datum", 20240131, "may hold dates, 20240131 being 2024-01-31"),
        ("timestamp", 1704067200, "may hold Unix times, 1704067200 being 2024-01-01"),
        ("price", 45292, ""),
        ("time", 45292, ""),
    ],
)
def test_numbers_that_may_be_dates_are_named(name, number, notice):
    frame = read_table(f"{name},b\n{number},1\n{number - 1},2\n".encode())
    found = " ".join(frame.attrs["guesses"]["notices"])
    assert notice in found
    assert bool(notice) == ("give it the type date" in found)
