"""Text that may hold numbers is named, with the cure, and read where that is chosen."""

import time

import numpy as np
import pytest

from skloss.table import read_table
from tests.table.test_quantities import column

OFFERS = {
    "fractions": (["1/8", "3/4", "1/2"], [0.125, 0.75, 0.5], "“1/8”", "0.125"),
    "underscores": (
        ["999", "1_000", "2_500.5"],
        [999, 1000, 2500.5],
        "“1_000”",
        "1000",
    ),
    "debits": (["5.00 CR", "2 DR", "3"], [5, -2, 3], "“5.00 CR”", "5"),
    "limits": (["<0.5", "3", ">= 7"], [0.5, 3, 7], "“<0.5”", "0.5"),
    "ages": (["18-24", "25 to 34", "85+"], [21, 29.5, 85], "“18-24”", "21"),
    "intervals": (["(0.0, 1.5]", "(1.5, 3.0]"], [0.75, 2.25], "“(0.0, 1.5]”", "0.75"),
    "errors": (["1.5 ± 0.2", "2 (0.1)"], [1.5, 2], "“1.5 ± 0.2”", "1.5"),
    "footnotes": (["7", "12*", "9", "3†"], [7, 12, 9, 3], "“12*”", "12"),
    "flags": (["1.5 p", "2.5", "7"], [1.5, 2.5, 7], "“1.5 p”", "1.5"),
    "ratios": (["3:1", "1:4"], [3, 0.25], "“3:1”", "3"),
    "hexadecimals": (["0x1F", "0xff"], [31, 255], "“0x1F”", "31"),
    "binary": (["0b101", "0B11"], [5, 3], "“0b101”", "5"),
    "octal": (["0o17", "0o7"], [15, 7], "“0o17”", "15"),
    "laps": (["1:01.5", "59.25", "2:00,0"], [61.5, 59.25, 120], "“1:01.5”", "61.5"),
    "ages in months": (["1 year 6 months", "3y"], [1.5, 3], "“1 year 6 months”", "1.5"),
    "levels of tests": (["p<0.05", "p < 0.5"], [0.05, 0.5], "“p<0.05”", "0.05"),
    "Fortran": (["1.5D+03", "2d-1"], [1500, 0.2], "“1.5D+03”", "1500"),
    "raised points": (["1·5", "−0·25", "2"], [1.5, -0.25, 2], "“1·5”", "1.5"),
    "ordinals": (["1st", "22nd", "3"], [1, 22, 3], "“1st”", "1"),
    "truth": (["TRUE", "0", "false"], [1, 0, 0], "“TRUE”", "1"),
    "one direction": (["11.5E", "13.25 E"], [11.5, 13.25], "“11.5E”", "11.5"),
}


@pytest.mark.parametrize(
    ("cells", "numbers", "first", "value"), OFFERS.values(), ids=OFFERS
)
def test_numbers_in_text_are_offered_and_read_by_choice(cells, numbers, first, value):
    kept, notices = column(*cells)
    assert kept.tolist() == cells
    assert f"values such as {first}; give it the type number to read" in notices
    assert f"to read that as {value}." in notices
    chosen, notices = column(*cells, types={"a": "number"})
    np.testing.assert_allclose(chosen, numbers)
    assert f"so that {first} is {value};" in notices


def test_other_values_of_an_offer_are_counted():
    cells = ["1/8", "3/8", "none given", "1/2"]
    _, notices = column(*cells)
    assert (
        "as 0.125 and to make 1 other value missing (the first is “none given”)"
        in notices
    )
    chosen, notices = column(*cells, types={"a": "number"})
    np.testing.assert_allclose(chosen, [0.125, 0.375, np.nan, 0.5])
    assert "1 value could not be read as a number and is missing" in notices


@pytest.mark.parametrize(
    "cells",
    [
        ["a/b", "c/d"],
        ["3-1", "0-2", "1-1"],  # results
        [f"555-{k}" for k in range(1000, 1030)],  # telephone numbers
        ["1/8", "x", "y"],  # a minority
        ["K_1", "K_2"],
        ["[4, 5]", "[1, 2]"],  # lists
        ["5" * 50 + "-" + "6" * 50] * 3,  # too long to be a number
    ],
)
def test_other_text_is_not_offered(cells):
    assert "give it the type number" not in column(*cells)[1]


@pytest.mark.parametrize(
    "cell", ["1," * 15_000 + "x", "1" * 30_000, "(" + "1" * 30_000]
)
@pytest.mark.parametrize("kind", ["number", "date"])
def test_long_cells_are_text_in_little_time(cell, kind):
    content = f"a;b\n{cell};1\n{cell};2\n".encode()
    began = time.process_time()
    frame = read_table(content, delimiter=";")
    read_table(content, delimiter=";", types={"a": kind})
    # Patterns that take quadratic time need minutes.
    assert time.process_time() - began < 5
    assert frame["a"].tolist() == [cell, cell]
