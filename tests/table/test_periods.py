"""Quarters, halves and weeks are dates: the first days of these periods."""

import pytest

from skloss.table import make_preprocessor, read_table
from skloss.table.periods import PERIOD

FIRST_DAYS = {
    "2024-Q1": "2024-01-01",
    "2024Q4": "2024-10-01",
    "Q2 2024": "2024-04-01",
    "q3/2024": "2024-07-01",
    "3Q24": "2024-07-01",
    "Q1'99": "1999-01-01",
    "2. Quartal 2024": "2024-04-01",
    "T3 2024": "2024-07-01",
    "1er trimestre 2024": "2024-01-01",
    "2024-H2": "2024-07-01",
    "S1 2024": "2024-01-01",
    "2024-W01": "2024-01-01",
    "2021W53": "",
    "2020-W53": "2020-12-28",
    "2024-W05-3": "2024-01-31",
    "KW 5/2024": "2024-01-29",
    "2024M02": "2024-02-01",
    "2024M13": "",
    "2024-Q5": "",
    "T1-24": "",
    "5000T1": "",
    "H1": "",
    "Q1": "",
    "2024": "",
}


@pytest.mark.parametrize(("cell", "day"), FIRST_DAYS.items())
def test_a_period_is_its_first_day(cell, day):
    assert getattr(PERIOD.fullmatch(cell), "iso", "") == day


def test_periods_are_read_as_dates_with_a_notice_and_a_way_back():
    content = b"q,n\n2024-Q1,1\n2024-Q3,2\n2023-Q4,3\n"
    frame = read_table(content)
    assert frame["q"].dt.strftime("%Y-%m").tolist() == ["2024-01", "2024-07", "2023-10"]
    assert "such as “2024-Q1”, were read as their" in " ".join(
        frame.attrs["guesses"]["notices"]
    )
    kept = read_table(content, types={"q": "text"})
    assert kept["q"].tolist() == ["2024-Q1", "2024-Q3", "2023-Q4"]


def test_a_mostly_periodic_column_is_named():
    frame = read_table(b"q,n\n2024-Q1,1\n2024-Q2,2\nlater,3\n")
    assert "holds 2 dates in the same format and 1 other value" in " ".join(
        frame.attrs["guesses"]["notices"]
    )


@pytest.mark.parametrize(
    "names",
    [
        ["Jan", "Feb", "May"],
        ["January", "March", "May"],
        ["Mon", "Wed", "Sun"],
        ["Monday", "Friday", "Sunday"],
        ["Q1", "Q2", "Q4"],
        ["I", "II", "IV"],
        ["Q1 FY24", "Q2 FY24", "Q1 FY25"],
        ["$0-5", "$5-10", "$10-20"],
    ],
    ids=lambda names: names[0],
)
def test_names_on_their_own_are_categories_as_they_are_written(names):
    rows = [f"{name},{k}" for k, name in enumerate(10 * names)]
    frame = read_table("\n".join(["when,n", *rows]).encode())
    assert frame["when"].tolist() == 10 * names
    assert frame.attrs["guesses"]["notices"] == []
    encoded = make_preprocessor(frame[["when"]]).fit(frame[["when"]])
    found = {name.split("=")[1] for name in encoded.get_feature_names_out()}
    assert found == set(names)
