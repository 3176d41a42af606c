"""Durations, angles, fractions and multiples are numbers, with a notice."""

import numpy as np
import pytest

from skloss.table import read_table


def column(*cells, **overrides):
    """Return the values and notices of a column "a" next to a column of numbers."""
    rows = [f"{cell}\t{k % 3}.5" for k, cell in enumerate(cells)]
    content = "\n".join(["a\tb", *rows, ""]).encode()
    frame = read_table(content, delimiter="\t", quotes=False, **overrides)
    return frame["a"], " ".join(frame.attrs["guesses"]["notices"])


READ = {
    "hours and minutes": (["59h 42min", "45min"], [59.7, 0.75], "“59h 42min” is 59.7"),
    "days": (["2 days 3 hours", "1d 12h"], [51, 36], "is 51"),
    "German": (["1 Std. 30 Min.", "2 Stunden"], [1.5, 2], "is 1.5"),
    "French": (["5h30", "0h45"], [5.5, 0.75], "“5h30” is 5.5"),
    "seconds": (["1m 30s", "-2m"], [0.025, -2 / 60], "is 0.025"),
    "ISO 8601": (["PT90M", "P1DT1H"], [1.5, 25], "“PT90M” is 1.5"),
    "Python": (["1 day, 3:30:00", "2 days 00:00:36"], [27.5, 48.01], "is 27.5"),
    "angles": (["46°33'N", "7°30′S"], [46.55, -7.5], "“46°33'N” is 46.55"),
    "seconds of arc": (["46° 30' 36\" W"], [-46.51], "is -46.51"),
    "decimal angles": (["46.5° N", "7.5° S"], [46.5, -7.5], "is 46.5"),
    "letters alone": (["46.5 N", "7.25 S"], [46.5, -7.25], "is 46.5"),
    "feet": (["5'11\"", "6'"], [71, 72], "“5'11\"” is 71"),
    "fractions": (["½", "1½", "2 ¼", "3"], [0.5, 1.5, 2.25, 3], "“½” is 0.5"),
    "inches": (["1 1/2", "3/4", "-2 1/8"], [1.5, 0.75, -2.125], "“1 1/2” is 1.5"),
    "powers": (["1.5×10^3", "2·10⁻²", "7"], [1500, 0.02, 7], "is 1500"),
    "multiples": (["1.2k", "3M", "950"], [1200, 3e6, 950], "“1.2k” is 1200"),
    "amounts": (["$1.5M", "$2bn"], [1.5e6, 2e9], "is 1.5e+06"),
    "decimal commas": (["1,5 Mio.", "2 Tsd"], [1.5e6, 2000], "is 1.5e+06"),
}


@pytest.mark.parametrize(("cells", "numbers", "notice"), READ.values(), ids=READ)
def test_quantities_are_read_with_a_notice_and_a_way_back(cells, numbers, notice):
    values, notices = column(*cells)
    np.testing.assert_allclose(values.astype(float), numbers)
    assert notice in notices
    kept, _ = column(*cells, types={"a": "text"})
    assert kept.tolist() == cells


@pytest.mark.parametrize(
    "cells",
    [
        ["5 min", "7 min"],  # one unit, which the type number drops
        ["120/80", "130/85"],  # two numbers each
        ["15x105", "20x103"],  # sizes
        ["N5", "S12"],  # roads
        ["12b", "7"],  # houses
        ["5 m", "300 mm"],
        ["46°70'N", "46°33'N"],  # sixty minutes at most
        ["5'12\"", "5'11\""],
        ["1/0", "1 1/2"],
        ["P", "PT"],
    ],
)
def test_other_values_stay_text(cells):
    values, notices = column(*cells)
    assert values.tolist() == cells
    assert "were read as" not in notices


def test_a_mostly_readable_column_is_named_with_its_cure():
    cells = ["1h 5min", "2h 10min", "3h 15min", "unknown"]
    values, notices = column(*cells)
    assert values.tolist() == cells
    assert "holds 3 measurements and 1 other value (the first is “unknown”)" in notices
    chosen, notices = column(*cells, types={"a": "number"})
    np.testing.assert_allclose(chosen[:3], [65 / 60, 130 / 60, 3.25])
    assert "1 value could not be read as a number and is missing" in notices


def test_numbers_in_several_units_are_named():
    _, notices = column(*(f"{k} {('kg', 'g')[k % 2]}" for k in range(8)))
    assert "holds 8 numbers with the units “kg” and “g”" in notices
    assert "write the numbers in one unit" in notices


@pytest.mark.parametrize("overrides", [{}, {"types": {"a": "number"}}])
def test_whole_numbers_beyond_floats_are_not_rounded_silently(overrides):
    values, notices = column("9007199254740993", "", "12", **overrides)
    exact = values.astype(str)[0] == "9007199254740993"
    assert exact or "1 whole number beyond 2^53" in notices


def test_whole_numbers_that_floats_hold_stay_numbers():
    values, _ = column("9007199254740992", "", "12")
    assert values[0] == 2.0**53
