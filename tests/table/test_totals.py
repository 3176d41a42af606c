"""Rows at the end of a table that are named as totals, and whether they are sums."""

import pandas as pd
import pytest

from skloss.table.column_reading import Marks
from skloss.table.totals import Totals, find_totals

POINT = Marks(".", True, None, None, True)
COMMA = Marks(",", True, ".", None, True)


def ended(*rows, numbers=(1.0, 2.0, 6.0)):
    """A table of towns and numbers that ends with some rows."""
    towns = ["Ulm", "Bonn", "Kiel"][: len(numbers)]
    names, values = zip(*rows, strict=True)
    return pd.DataFrame({"town": [*towns, *names], "n": [*numbers, *values]}).astype(
        {"town": "str"}
    )


@pytest.mark.parametrize(
    ("name", "value", "are_sums"),
    [("Total", 9.0, True), ("Mean:", 3.0, True), ("Total", 8.9, False)],
)
def test_a_total_is_the_sum_or_the_mean_of_the_rows_above(name, value, are_sums):
    found = find_totals(ended((name, value)), POINT)
    assert found == Totals(1, name, are_sums)


@pytest.mark.parametrize(("value", "are_sums"), [(9.0089, True), (9.0091, False)])
def test_a_sum_of_rounded_numbers_may_be_a_thousandth_off(value, are_sums):
    assert find_totals(ended(("Sum", value)), POINT).are_sums is are_sums


@pytest.mark.parametrize(
    "name", ["Grand total", "Gesamtsumme", "Summe", "média", "Ø", " Totals. ", "AVG."]
)
def test_totals_have_names_of_several_languages(name):
    assert find_totals(ended((name, 9.0)), POINT).n_rows == 1


@pytest.mark.parametrize("name", ["Totalenergies", "Summer", "9", "total of May"])
def test_other_words_do_not_name_a_total(name):
    assert find_totals(ended((name, 9.0)), POINT) is None


def test_a_sum_and_a_mean_are_both_counted_and_the_upper_one_is_named():
    assert find_totals(ended(("Sum", 9.0), ("Mean", 3.0)), POINT).name == "Sum"
    assert find_totals(ended(("Sum", 9.0), ("Mean", 3.0)), POINT).n_rows == 2


def test_a_name_that_occurs_above_is_a_category():
    frame = ended(("Total", 1.0), ("Ulm", 2.0), ("Total", 3.0))
    assert find_totals(frame, POINT) is None


def test_at_most_three_rows_are_totals_and_two_rows_are_left():
    names = ["Sum", "Mean", "Average", "Total"]
    found = find_totals(ended(*((name, 9.0) for name in names)), POINT)
    assert (found.n_rows, found.name) == (3, "Mean")
    short = ended(("Sum", 1.0), ("Mean", 1.0), numbers=(1.0,))
    assert find_totals(short, POINT).n_rows == 1


def test_numbers_written_as_text_are_read_by_the_marks_of_the_table():
    frame = ended(("Gesamt", "7.500,5"), numbers=("1.200,5", "2.300", "4.000"))
    assert find_totals(frame.astype("str"), COMMA).are_sums


def test_a_total_without_a_number_is_not_a_sum():
    assert not find_totals(ended(("Total", float("nan"))), POINT).are_sums
    zeros = ended(("Total", 0.0), numbers=(0.0, 0.0, 0.0))
    assert not find_totals(zeros, POINT).are_sums
