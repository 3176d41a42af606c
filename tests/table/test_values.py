"""One column as numbers, dates or labels, whatever its type."""

import numpy as np
import pandas as pd
import pytest

from skloss.table.values import as_dates, as_floats, as_labels, day_is_first

NAN, DAY = np.nan, np.datetime64
NUMBERS = {
    "integers": (pd.Series([1, 2]), [1, 2]),
    "infinite": (pd.Series([np.inf, -np.inf, 2.0]), [NAN, NAN, 2]),
    "too large to square": (pd.Series([1e200, -1e200]), [1e150, -1e150]),
    "booleans": (pd.Series([True, False]), [1, 0]),
    "nullable": (pd.Series([1, None], dtype="Int64"), [1, NAN]),
    "text": (pd.Series(["1.5", "x", None], dtype=object), [1.5, NAN, NAN]),
    "dates": (pd.Series(pd.to_datetime(["1970-01-03", None])), [2, NAN]),
    "half days": (pd.Series(pd.to_datetime(["1970-01-01 12:00"])), [0.5]),
    "months": (pd.Series(pd.period_range("1970-02", periods=1, freq="M")), [31]),
    "durations": (pd.Series(pd.to_timedelta(["1 min", None])), [60, NAN]),
}


@pytest.mark.parametrize(("column", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_a_column_of_any_type_has_finite_numbers_or_missing_values(column, expected):
    np.testing.assert_array_equal(as_floats(column), expected)


DATES = {
    "days in digits": (pd.Series([20240131, 20240230]), ["2024-01-31", "NaT"]),
    "years": (pd.Series([1999.0, 1999.5]), ["1999-01-01", "NaT"]),
    "months": (pd.Series(pd.period_range("2024-03", periods=1, freq="M")), ["2024-03"]),
    "text": (pd.Series(["2024-01-31", "x", None]), ["2024-01-31", "NaT", "NaT"]),
    "a zone": (
        pd.Series(pd.to_datetime(["2024-01-31 10:00+02:00"])),
        ["2024-01-31T10:00"],
    ),
    "several zones": (
        pd.Series(["2024-01-31 10:00+02:00", "2024-01-31 10:00+01:00"]),
        ["2024-01-31T08:00", "2024-01-31T09:00"],
    ),
    "a month of another language": (pd.Series(["3. März 2024"]), ["2024-03-03"]),
}


@pytest.mark.parametrize(("column", "expected"), DATES.values(), ids=DATES)
def test_a_column_of_any_type_has_dates_or_missing_values(column, expected):
    found = as_dates(column)
    assert found.dtype == "datetime64[us]"
    np.testing.assert_array_equal(found, np.array(expected, dtype="datetime64[us]"))


def test_the_order_of_day_and_month_is_that_of_the_caller():
    column = pd.Series(["03/02/2024"])
    assert as_dates(column)[0] == DAY("2024-03-02")
    assert as_dates(column, dayfirst=True)[0] == DAY("2024-02-03")


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (["31/01/2024", "01/02/2024"], True),
        (["01/31/2024", "01/02/2024"], False),
        ([1, 2], False),
        ([None, " 31/01/2024 "], True),
    ],
)
def test_most_dates_of_a_column_decide_whether_the_day_is_first(values, first):
    assert day_is_first(pd.Series(values)) is first


def test_equal_numbers_are_one_label_and_missing_ones_stay_missing():
    column = pd.Series([1, 1.0, 1.5, "1", None, True], dtype=object)
    assert as_labels(column).tolist()[:4] == ["1", "1", "1.5", "1"]
    assert np.isnan(as_labels(column)[4])
    assert as_labels(column)[5] == "True"


def test_text_keeps_its_spelling():
    column = pd.Series(["1.0", "01", None], dtype="str")
    assert as_labels(column)[:2].tolist() == ["1.0", "01"]
    assert np.isnan(as_labels(column)[2])
