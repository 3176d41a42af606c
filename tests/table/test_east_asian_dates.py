"""Dates with the words for year, month and day, and those of an era, are dates."""

import pandas as pd
import pytest

from skloss.table import make_preprocessor, propose_roles, read_table
from skloss.table.east_asian_dates import EAST_ASIAN_DATE

# The first days of eras are in the laws that began them: Reiwa on 1 May 2019, Heisei on
# 8 January 1989, the Republic of China on 1 January 1912.
DATES = {
    "2024年1月31日": "2024-01-31",
    "2024 年 1 月 31 日": "2024-01-31",
    "2024年01月31日 10:30": "2024-01-31T10:30",
    "2024年1月31日（水）": "2024-01-31",
    "2024年1月31日 星期三": "2024-01-31",
    "2024년 1월 31일": "2024-01-31",
    "2024년 1월 31일 9시 05분": "2024-01-31T09:05",
    "令和元年5月1日": "2019-05-01",
    "平成元年1月8日": "1989-01-08",
    "昭和64年1月7日": "1989-01-07",
    "民國1年1月1日": "1912-01-01",
    "民國113年1月31日": "2024-01-31",
}


@pytest.mark.parametrize(("cell", "iso"), DATES.items(), ids=DATES)
def test_a_date_is_read(cell, iso):
    assert EAST_ASIAN_DATE.fullmatch(cell).iso == iso
    frame = read_table(f"d,n\n{cell},1\n{cell},2\n".encode())
    assert frame["d"].tolist() == 2 * [pd.Timestamp(iso)]


@pytest.mark.parametrize(
    "cell", ["24年1月31日", "2024年", "1月31日", "2024年1月31", "x"]
)
def test_other_text_is_no_date(cell):
    assert EAST_ASIAN_DATE.fullmatch(cell) is None


def test_a_day_that_a_month_does_not_have_is_named():
    good = "".join(f"2024年1月{day}日,1\n" for day in range(1, 29))
    content = f"d,n\n{good}2024年2月30日,1\n".encode()
    notices = " ".join(read_table(content).attrs["guesses"]["notices"])
    assert "28 dates in the same format and 1 other value" in notices
    frame = read_table(content, types={"d": "date"})
    assert frame["d"].isna().sum() == 1
    kept = read_table(content, types={"d": "text"})
    assert kept["d"].iloc[0] == "2024年1月1日"


def test_such_text_in_a_frame_can_be_given_the_type_date():
    days = [f"2024年1月{day}日" for day in range(1, 29)]
    X = pd.DataFrame({"d": days, "n": range(28)})
    roles = propose_roles(X)
    roles.loc["d", ["role", "type"]] = ["feature", "date"]
    steps = make_preprocessor(X, roles).set_output(transform="pandas")
    columns = steps.fit_transform(X).filter(like="date__")
    assert columns.nunique().max() == 28
