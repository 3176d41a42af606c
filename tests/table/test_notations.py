"""Numbers in other notations are read, with a notice and a way back."""

import numpy as np
import pytest

from skloss.table import TableError, propose_roles, read_table, split_target


def column(*cells, **overrides):
    """Return the values and notices of a column "a" next to a column of numbers."""
    rows = [f"{cell}\t{k % 3}.5" for k, cell in enumerate(cells)]
    frame = read_table("\n".join(["a\tb", *rows, ""]).encode(), **overrides)
    return frame["a"], " ".join(frame.attrs["guesses"]["notices"])


READ = {
    "Arabic-Indic digits": (["١٫٥", "-٢٠", "٣"], [1.5, -20, 3], "“١٫٥”"),
    "Arabic thousands": (["١٬٢٣٤٫٥", "٢"], [1234.5, 2], "“١٬٢٣٤٫٥”"),
    "Persian digits": (["۱۲", "۳۴"], [12, 34], "“۱۲”"),
    "Devanagari digits": (["१.५", "२०"], [1.5, 20], "“१.५”"),
    "full-width digits": (["１．５", "－２０"], [1.5, -20], "“１．５”"),
    "mixed with ASCII": (["١", "2"], [1, 2], "“١”"),
    "Arabic percent": (["12٪", "5٪"], [12, 5], "12% is 12"),
    "times": (["14:30", "0:45"], [14.5, 0.75], "“14:30” is 14.5"),
    "times with seconds": (["01:00:36", "23:30:00"], [1.01, 23.5], "is 1.01"),
    "times of twelve hours": (
        ["12:30 AM", "12:00 pm", "1:15 p.m."],
        [0.5, 12, 13.25],
        "“12:30 AM” is 0.5",
    ),
    "long durations": (["-1:30", "100:15:00"], [-1.5, 100.25], "“-1:30” is -1.5"),
    "accounts": (["(1,200.50)", "3"], [-1200.5, 3], "“(1,200.50)” is -1200.5"),
    "trailing minus": (["1.5-", "3"], [-1.5, 3], "“1.5-” is -1.5"),
    "thin spaces": (["1\u2009234", "2\u2009000"], [1234, 2000], "a space was read"),
    "other currencies": (["₽5", "6 ₩", "₺7"], [5, 6, 7], "the currency sign"),
}


@pytest.mark.parametrize(("cells", "numbers", "notice"), READ.values(), ids=READ)
def test_numbers_in_other_notations_are_read_with_a_notice(cells, numbers, notice):
    values, notices = column(*cells)
    np.testing.assert_allclose(values.astype(float), numbers)
    assert notice in notices
    chosen, _ = column(*cells, types={"a": "number"})
    np.testing.assert_allclose(chosen.astype(float), numbers)


@pytest.mark.parametrize("cells", [READ[name][0] for name in READ], ids=READ)
def test_the_type_text_keeps_them(cells):
    values, notices = column(*cells, types={"a": "text"})
    assert values.tolist() == cells
    assert "read as" not in notices


@pytest.mark.parametrize(
    "cells",
    [
        ["14:30", "14:60"],  # no time has 60 minutes
        ["14:30", "noon"],
        ["1-2", "3-4"],
        ["(a)", "(b)"],
        ["١ متر", "٢ متر"],
        ["2.1.0", "3.0.1"],
    ],
)
def test_other_text_stays_text(cells):
    values, notices = column(*cells)
    assert values.tolist() == cells
    assert "were read as" not in notices


def test_times_among_other_values_are_read_on_request():
    cells = ["14:30", "noon", "15:15", "3"]
    values, notices = column(*cells)
    assert values.tolist() == cells
    assert "holds 2 times and 2 other values (the first is “noon”), so it" in notices
    values, notices = column(*cells, types={"a": "number"})
    np.testing.assert_array_equal(values, [14.5, np.nan, 15.25, np.nan])
    assert (
        "2 values could not be read as a number and are missing; the first is “noon”"
        in notices
    )


def test_a_first_row_in_other_digits_is_not_a_header():
    with pytest.raises(TableError, match="holds values and not column names"):
        read_table("٢٥,١\n٣٠,٢\n٣١,٤\n".encode())
    frame = read_table("٢٥,١\n٣٠,٢\n٣١,٤\n".encode(), header=False)
    assert frame.to_numpy().tolist() == [[25, 1], [30, 2], [31, 4]]


def test_most_numbers_in_other_digits_have_a_notice():
    values, notices = column("٢٥", "٣٠", "x")
    assert values.tolist() == ["٢٥", "٣٠", "x"]
    assert "holds 2 numbers and 1 other value (the first is “x”)" in notices


def test_dates_in_other_digits_are_dates():
    values, notices = column("٢٠٢٤-٠١-٣١", "٢٠٢٤-٠٢-٠١")
    assert values.dt.day.tolist() == [31, 1]
    assert "“٢٠٢٤-٠١-٣١”" in notices


def test_codes_in_other_digits_stay_as_they_are_written():
    values, _ = column("٠١٢", "٣٤٥")
    assert values.tolist() == ["٠١٢", "٣٤٥"]


def test_missing_values_among_them_stay_missing():
    values, _ = column("14:30", "NA", "")
    np.testing.assert_array_equal(values, [14.5, np.nan, np.nan])


def test_a_leading_zero_has_no_thousands():
    values, notices = column("0.126", "-0,132", "0.640")
    assert values.tolist() == ["0.126", "-0,132", "0.640"]
    assert "different decimal marks" in notices


def test_text_of_formulas_is_unwrapped():
    values, notices = column('="007"', '="012"', quotes=False)
    assert values.tolist() == ["007", "012"]
    assert 'such as “="007"”' in notices


AMOUNTS = [f"{k}.5" for k in range(1, 8)]


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        ([f"{amount} kg" for amount in AMOUNTS], "kg"),
        ([f"{amount}€/m" for amount in AMOUNTS], ""),
        ([f"CHF {amount}" for amount in AMOUNTS], "CHF"),
        ([f"A{amount}" for amount in AMOUNTS], ""),
    ],
)
def test_a_unit_is_named_and_dropped_on_request(cells, unit):
    values, notices = column(*cells)
    assert values.tolist() == cells
    assert (f"with the unit “{unit}”" in notices) == bool(unit)


def test_the_type_number_drops_the_unit_and_counts_what_is_lost():
    cells = [*(f"{amount} kg" for amount in AMOUNTS), "2 lb", "3"]
    values, notices = column(*cells, types={"a": "number"})
    np.testing.assert_array_equal(values[:7], [float(amount) for amount in AMOUNTS])
    assert np.isnan(values[7])
    assert values[8] == 3
    assert "the unit “kg” of 7 numbers was dropped" in notices
    assert (
        "1 value could not be read as a number and is missing; the first is “2 lb”"
        in notices
    )


def test_numbers_that_overflow_are_counted():
    values, notices = column("1e400", "2", "-inf")
    assert np.isinf(values).tolist() == [True, False, True]
    assert "2 values are infinite, or beyond 1.8e308, and will count as" in notices


def test_empty_values_beyond_the_header_are_dropped_and_counted():
    frame = read_table(b"a,b\n1,2\n3,4,,\n5,6,\n")
    assert frame.to_numpy().tolist() == [[1, 2], [3, 4], [5, 6]]
    (notice,) = frame.attrs["guesses"]["notices"]
    assert notice == (
        "Empty values beyond the header were dropped in 2 rows; the first is row 3."
    )


def test_controls_that_end_lines_and_files_are_removed_and_counted():
    frame = read_table(b"a,b\x00\r\n1,2\x00\r\n3,4\r\n\x1a")
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert frame.attrs["guesses"]["notices"][0].startswith("3 invisible characters (co")


def test_text_that_may_be_quantities_is_left_out_with_a_way_to_use_it():
    values, _ = column(*(f"{k} or {k + 1}" for k in range(40)))
    roles = propose_roles(values.to_frame())
    hint = " If these are quantities, write them as plain numbers."
    assert roles.loc["a", "notice"] == f"Different in nearly every row.{hint}"
    frame = values.to_frame().assign(size=range(40), y=range(40))
    *_, notices = split_target(frame, "y")
    assert notices[0].endswith(f"so that it is unknown for new rows.{hint}")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["-999", "1.5", "2", "-999", "3"], "-999"),
        (["7", "9999", "9999", "12"], "9999"),
        (["-999", "1.5", "2", "3"], ""),  # once may be a number
        (["990", "-99", "-99", "12"], ""),  # not far from the others
        (["-9.99", "1", "-9.99", "2"], ""),
        (["-999", "-999", "5", "5"], ""),  # the others have no range
    ],
)
def test_a_number_that_may_stand_for_missing_values_is_named(cells, code):
    values, notices = column(*cells)
    assert (f": {code} occurs 2 times, far from all other" in notices) == bool(code)
    assert len(values.dropna()) == len(cells)
    kept, _ = column(*cells, missing=["-999", "9999"])
    assert not kept.isin([-999, 9999]).any()
