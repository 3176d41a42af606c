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


def test_columns_without_a_value_are_named():
    content = b"a,b,c,n\n,NA,x,1\n,?,,2\n"
    notices = read_table(content).attrs["guesses"]["notices"]
    assert any(n.startswith("Columns “a” and “b” have no values") for n in notices)
    kept = read_table(content, missing=()).attrs["guesses"]["notices"]
    assert any(n.startswith("Column “a” has no values") for n in kept)
    assert not any(
        "no values" in n for n in read_table(b"a\n1\n").attrs["guesses"]["notices"]
    )
