"""Bins and levels count every known value, as NumPy and pandas do."""

import numpy as np
import pandas as pd
import pytest

from skloss.figures.value_counts import Bins, bins_of_numbers, known_numbers, levels_of

DAYS = pd.Series(pd.date_range("2024-01-01", periods=40, freq="D"))


def test_bins_of_many_numbers_are_those_of_numpy():
    values = np.random.default_rng(0).uniform(size=1000)
    bins = bins_of_numbers(pd.Series(values), 20)
    counts, edges = np.histogram(values, 20)
    np.testing.assert_array_equal(bins.counts, counts)
    np.testing.assert_allclose(bins.edges, edges)
    np.testing.assert_allclose(bins.centers, (edges[:-1] + edges[1:]) / 2)
    np.testing.assert_allclose(bins.widths, np.diff(edges))
    assert bins.n_outside == 0


@pytest.mark.parametrize(
    ("n_rows", "n_bins"), [(4, 5), (36, 6), (100, 10), (399, 19), (400, 20), (9999, 20)]
)
def test_there_are_about_as_many_bins_as_the_root_of_the_rows(n_rows, n_bins):
    values = pd.Series(np.linspace(0, 1, n_rows))
    assert len(bins_of_numbers(values, 20).counts) == n_bins


@pytest.mark.parametrize(("highest", "n_bins"), [(19, 20), (20, 5)])
def test_whole_numbers_have_a_bin_each_up_to_the_limit(highest, n_bins):
    bins = bins_of_numbers(pd.Series([0, 1, highest]), 20)
    assert len(bins.counts) == n_bins
    assert bins.counts.sum() == 3


def test_bins_of_whole_numbers_are_centred_on_them():
    bins = bins_of_numbers(pd.Series([-1, 1, 1]), 20)
    assert bins.centers.tolist() == [-1, 0, 1]
    assert bins.counts.tolist() == [1, 0, 2]
    assert bins.edges.tolist() == [-1.5, -0.5, 0.5, 1.5]


def test_one_fraction_makes_numbers_fractional():
    bins = bins_of_numbers(pd.Series([0.0, 1.0, 2.5]), 20)
    assert (bins.edges[0], bins.edges[-1]) == (0, 2.5)


def test_a_constant_has_a_bin_around_it():
    assert bins_of_numbers(pd.Series([7, 7]), 20).centers.tolist() == [7]
    bins = bins_of_numbers(pd.Series([0.25, 0.25]), 20)
    assert (bins.edges[0], bins.edges[-1]) == (-0.25, 0.75)
    assert bins.counts.sum() == 2


def test_values_far_outside_are_counted_apart():
    values = np.append(np.linspace(0, 1, 998), [1e9, -1e9])
    bins = bins_of_numbers(pd.Series(values), 20)
    assert bins.n_outside == 2
    assert bins.counts.sum() == 998
    assert np.abs(bins.edges).max() < 2


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, -np.inf], [None, None]])
def test_without_known_values_there_are_no_bins(values):
    assert bins_of_numbers(pd.Series(values, dtype=float), 20) is None


def test_a_single_value_is_a_bin():
    bins = bins_of_numbers(pd.Series([3.5]), 20)
    assert bins.counts.sum() == 1
    assert bins.edges[0] < 3.5 < bins.edges[-1]


def test_huge_numbers_do_not_overflow():
    with np.errstate(over="raise"):
        bins = bins_of_numbers(pd.Series([-1e300, 0.5, 1e300]), 20)
    assert np.isfinite(bins.edges).all()
    assert bins.counts.sum() + bins.n_outside == 3


def test_known_numbers_leave_out_missing_and_infinite_values():
    column = pd.Series([1.0, np.nan, np.inf, -np.inf, 2.0])
    assert known_numbers(column).tolist() == [1, 2]
    assert known_numbers(pd.Series([1, None], dtype="Int64")).tolist() == [1]


def test_bins_of_dates_have_widths_in_milliseconds():
    bins = bins_of_numbers(DAYS, 20)
    assert bins.counts.sum() == 40
    assert bins.edges[0] == np.datetime64("2024-01-01")
    assert bins.edges[-1] == np.datetime64("2024-02-09")
    assert bins.widths.sum() == 39 * 86_400_000
    assert bins.centers.dtype.kind == "M"


def test_dates_with_a_time_zone_are_counted_at_their_local_time():
    zoned = bins_of_numbers(DAYS.dt.tz_localize("Europe/Berlin"), 20)
    np.testing.assert_array_equal(zoned.edges, bins_of_numbers(DAYS, 20).edges)
    missing = DAYS.where(DAYS.index > 3)
    assert bins_of_numbers(missing, 20).counts.sum() == 36


def test_levels_are_counted_from_the_most_frequent():
    assert levels_of(pd.Series([*"abbccc", None]), 4) == {"c": 3, "b": 2, "a": 1}


def test_a_single_further_level_is_shown_and_two_are_counted_together():
    five = pd.Series([*"aaaaabbbbcccdde"])
    assert list(levels_of(five, 4)) == ["a", "b", "c", "d", "e"]
    six = pd.Series([*"aaaaaabbbbbccccdddeef"])
    assert levels_of(six, 4) == {"a": 6, "b": 5, "c": 4, "d": 3, "2 others": 3}


def test_thousands_of_levels_are_one_number():
    found = levels_of(pd.Series(np.arange(5000)), 4)
    assert list(found)[-1] == "4,996 others"
    assert sum(found.values()) == 5000


def test_levels_that_are_shown_alike_are_counted_together():
    assert levels_of(pd.Series(["a b", "a  b", "c"]), 4) == {"a b": 2, "c": 1}
    assert levels_of(pd.Series(["", " ", "c"]), 4) == {"(no name)": 2, "c": 1}


@pytest.mark.parametrize("values", [[], [None, None]])
def test_without_known_values_there_are_no_levels(values):
    assert levels_of(pd.Series(values, dtype=object), 4) == {}


@pytest.mark.parametrize("value", [1e20, -1e200, np.finfo(float).max])
def test_equal_huge_numbers_are_in_one_bin(value):
    found = bins_of_numbers(pd.Series([value] * 4), 20)
    assert np.isfinite(found.edges).all()
    assert found.counts.sum() == found.counts.max() == 4


def test_numbers_whose_difference_overflows_are_in_the_outer_bins():
    found = bins_of_numbers(pd.Series([1e308] * 9 + [-1e308] * 16), 20)
    assert found.counts.tolist() == [16, 0, 0, 0, 9]


def test_bins_of_numbers_have_their_centres_and_widths():
    bins = Bins(np.array([0.0, 1.0, 4.0]), np.array([3, 1]), 0)
    assert bins.centers.tolist() == [0.5, 2.5]
    assert bins.widths.tolist() == [1.0, 3.0]


def test_bins_of_times_have_centres_in_time_and_widths_in_milliseconds():
    days = np.array(["2024-01-01", "2024-01-03"], dtype="datetime64[ms]")
    bins = Bins(days, np.array([2]), 0)
    assert bins.centers.tolist() == [pd.Timestamp("2024-01-02").to_pydatetime()]
    assert bins.widths.tolist() == [2 * 24 * 60 * 60 * 1000]
