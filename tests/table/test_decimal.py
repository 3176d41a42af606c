"""The decimal mark is taken from cells in which it cannot separate thousands."""

import pytest

from skloss.table.decimal import DecimalMark, decimal_mark

FOUND = {
    "points": (["1.5", "2.25"], ";", "."),
    "commas": (["1,5", "2,25"], ";", ","),
    "more points than commas": (["1.5", "2.5", "1,5"], ";", "."),
    "more commas than points": (["1.5", "2,5", "1,5"], ";", ","),
    "as many of both": (["1.5", "2,5"], ";", "."),
    "no fractions": (["1", "20", "300"], ";", "."),
    "text": (["a", "b.c", "d,e"], ";", "."),
    "thousands commas with a point": (["1,234.5"], ";", "."),
    "thousands points with a comma": (["1.234,5"], ";", ","),
    "several thousands commas": (["1,234,567"], ";", "."),
    "several thousands points": (["1.234.567"], ";", ","),
    "fractions without a whole part": ([",5"], ";", ","),
    "a leading zero": (["0,123"], ";", ","),
    "signs and currencies": (["-1,5 €", "$2,5"], ";", ","),
    "percent": (["12,5%"], ";", ","),
    "typographic minus": (["−1,5"], ";", ","),
    "clear cells outvote unclear ones": (["1,234", "2,345", "1.5"], ";", "."),
}


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"), FOUND.values(), ids=FOUND.keys()
)
def test_clear_cells_decide(cells, delimiter, mark):
    assert decimal_mark([[c] for c in cells], delimiter, None) == DecimalMark(mark)


@pytest.mark.parametrize(("cell", "mark"), [("1,234", ","), ("-12.345", ".")])
def test_ambiguous_cells_are_read_as_decimals_with_an_example(cell, mark):
    assert decimal_mark([[cell], ["x"]], ";", None) == DecimalMark(mark, cell)


def test_the_more_frequent_mark_of_unclear_cells_is_taken():
    rows = [["1,234"], ["1.234"], ["5.678"]]
    assert decimal_mark(rows, "\t", None) == DecimalMark(".", "1.234")


def test_in_a_comma_file_an_unclear_cell_has_a_thousands_mark():
    assert decimal_mark([["1,234"]], ",", None) == DecimalMark(".")


@pytest.mark.parametrize(("thousands", "mark"), [(".", ","), (",", ".")])
def test_a_known_thousands_mark_decides(thousands, mark):
    assert decimal_mark([["1.5"], ["1,5"]], ";", thousands) == DecimalMark(mark)


@pytest.mark.parametrize("thousands", ["", " ", "'"])
def test_other_thousands_marks_do_not_decide(thousands):
    assert decimal_mark([["1,5"]], ";", thousands) == DecimalMark(",")


def test_the_number_of_cells_is_limited():
    # Of 2,000 columns, ten rows are looked at.
    rows = [["1.5"] * 2000] * 10 + [["1,5"] * 2000] * 100
    assert decimal_mark(rows, ";", None) == DecimalMark(".")


def test_without_rows_the_decimal_mark_is_a_point():
    assert decimal_mark([], ",", None) == DecimalMark(".")
