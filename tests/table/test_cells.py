"""The kind of a single cell follows from its form alone."""

import re

import pytest

from skloss.table.cells import (
    MISSING,
    THOUSANDS,
    is_date,
    is_missing,
    is_number,
    kind,
    number_pattern,
)

KINDS = {
    "number": [
        *("0", "7", "-7", "+7", "007", "1.5", "1,5", ".5", "5.", ",5", "−5"),
        *("1e5", "-2.5E-3", "1e+10", "1,234", "1.234,5", "1 234,5", "1'234.50"),
        *(
            "12%",
            "12 %",
            "$1",
            "€ 3,50",
            "-$5",
            "$-5",
            "5 €",
            "inf",
            "+inf",
            "-inf",
            "Infinity",
        ),
        *("1\u00a0234", "1\u202f234,5", "12’345", " 3 "),
    ],
    "date": [
        *("2024-01-31", "2024-1-5", "2024-01", "2024-01-31 10:30", "2024-01-31T10:30Z"),
        *("2024-01-31T10:30:00.5+02:00", "2024/01/31", "2024.01.31", "31/01/2024"),
        *("1/2/24", "31.01.2024", "31-01-2024", "01/31/2024 1:30 PM", "1/2/24 1:30am"),
        *("12 Jan 2024", "12-January-2024", "Jan 12, 2024", "January 12, 2024"),
    ],
    "text": [
        *("a", "3 kg", "1.2.3", "1,23,456.7x", "12%%", "$", "e5", "1e", "+", "0x1f"),
        *("10:30", "31/01-2024", "24-01-31 x", "12 Foo 2024", "infinite"),
        *("1 2 3", "--5", "-$-5", "+-5%", "5-", "true", "1_000", "½"),
    ],
    "missing": ["", " ", "NA", "n/a", "NaN", "null", "?", "-", ".", "#DIV/0!", " NA "],
}
CELLS = [(cell, name) for name, cells in KINDS.items() for cell in cells]


@pytest.mark.parametrize(("cell", "expected"), CELLS)
def test_a_cell_has_its_kind(cell, expected):
    assert kind(cell) == expected


@pytest.mark.parametrize("spelling", MISSING)
def test_every_spelling_of_a_missing_value_is_missing(spelling):
    assert is_missing(spelling)
    assert kind(f"  {spelling} ") == "missing"


@pytest.mark.parametrize("cell", ["Nan.", "none", "0", "missing", "N A"])
def test_other_words_are_not_missing(cell):
    assert not is_missing(cell)


@pytest.mark.parametrize("decimal", THOUSANDS)
def test_each_notation_reads_its_own_thousands(decimal):
    for mark in THOUSANDS[decimal]:
        number = f"-1{mark}234{mark}567{decimal}25"
        assert re.fullmatch(number_pattern(decimal, mark), number)
        assert is_number(number)


@pytest.mark.parametrize("number", ["1,23,456", "12,34,567.5", "-1,23,45,678"])
def test_groups_of_two_digits_as_in_india_are_numbers(number):
    assert re.fullmatch(number_pattern(".", ","), number)
    assert is_number(number)


@pytest.mark.parametrize(
    ("number", "decimal", "thousands"),
    [
        ("1,234", ".", ""),
        ("1,23", ".", ","),
        ("1234,567", ".", ","),
        (",234", ".", ","),
        ("1,2345", ".", ","),
        ("1.5", ",", ""),
        ("1.234.5", ",", "."),
        ("1 234", ".", "'"),
        ("1,23,45", ".", ","),
        ("123,45,678", ".", ","),
        ("1.23.45.678", ",", "."),
    ],
)
def test_groups_of_other_lengths_or_marks_do_not_fit(number, decimal, thousands):
    assert not re.fullmatch(number_pattern(decimal, thousands), number)


@pytest.mark.parametrize("cell", ["1", "1.5", "2024", "10:30", "Jan 2024", ""])
def test_numbers_and_times_are_not_dates(cell):
    assert not is_date(cell)
