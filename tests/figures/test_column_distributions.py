"""Panels count the rows of each column, by bins, by levels, or not at all."""

import numpy as np
import pandas as pd
import pytest

from skloss import datasets, figures
from skloss.figures.column_distributions import PANELS_AT_MOST, _domain
from skloss.table import propose_roles
from tests.figures.comparisons import caption_of, message_of

HOSTILE = '<b>x</b> %{x} <a href="http://example.org">l</a>\n$y$'


def drawn(column, kind=None):
    frame = pd.DataFrame({"x": column})
    roles = None if kind is None else pd.DataFrame({"type": kind}, index=["x"])
    return figures.column_distributions(frame, roles)


def panel_names(figure):
    return [one.text for one in figure.layout.annotations if "<b>" in one.text]


def test_bars_count_every_row_of_a_column_of_numbers():
    values = np.random.default_rng(0).normal(size=500)
    (bars,) = drawn(values).data
    edges = [bars.x[0] - bars.width[0] / 2, bars.x[-1] + bars.width[-1] / 2]
    expected, _ = np.histogram(values, bins=20, range=(values.min(), values.max()))
    assert list(bars.y) == expected.tolist()
    np.testing.assert_allclose(edges, [values.min(), values.max()])


def test_whole_numbers_of_a_small_range_have_a_bar_each():
    (bars,) = drawn([3, 3, 5, 6, 6, 6]).data
    assert list(bars.x) == [3, 4, 5, 6]
    assert list(bars.y) == [2, 0, 1, 3]


def test_an_outlier_does_not_press_the_others_into_one_bar():
    values = np.append(np.linspace(0, 1, 999), 1e6)
    (bars,) = drawn(values).data
    assert bars.x[-1] < 2
    assert sum(bars.y) == 999


def test_infinite_and_missing_values_are_not_counted():
    (bars,) = drawn([1.0, 2.0, np.inf, np.nan]).data
    assert sum(bars.y) == 2


def test_dates_are_counted_at_their_times():
    days = pd.date_range("2024-01-01", periods=40, freq="D")
    (bars,) = drawn(days).data
    assert sum(bars.y) == 40
    assert str(bars.x[0]).startswith("2024-01-0")
    assert np.ptp(bars.width) <= 1
    assert np.sum(bars.width) == pytest.approx(39 * 24 * 3600 * 1000, abs=10)


def test_levels_are_listed_from_the_most_frequent_with_their_shares():
    bars, texts = drawn([*"aaabbc", None]).data
    assert list(bars.y) == ["c", "b", "a"]
    assert list(bars.x) == [1, 2, 3]
    assert list(texts.text) == ["c 17%", "b 33%", "a 50%"]


def test_rare_levels_are_counted_together():
    bars, _ = drawn([*"aaaaaaabbbbbbcccccdddd", *"efg"]).data
    assert list(bars.y) == ["3 others", "d", "c", "b", "a"]
    assert list(bars.x) == [3, 4, 5, 6, 7]


def test_numbers_of_type_category_and_booleans_are_levels():
    assert drawn([1, 1, 2], "category").data[0].orientation == "h"
    assert drawn([True, False, True]).data[0].orientation == "h"


@pytest.mark.parametrize("kind", ["text", "identifier"])
def test_text_and_identifiers_are_only_counted(kind):
    figure = drawn(["a", "b", "b"], kind)
    assert figure.data == ()
    assert "2 different values" in [one.text for one in figure.layout.annotations]


def test_a_column_without_values_is_named_so():
    figure = drawn([np.nan, np.nan])
    assert "no values" in [one.text for one in figure.layout.annotations]
    assert "all missing" in panel_names(figure)[0]


def test_missing_values_are_named_by_panel_and_in_the_caption_most_first():
    frame = pd.DataFrame({"a": range(1000), "b": range(1000), "c": range(1000)})
    frame = frame.astype(float)
    frame.loc[:1, "a"], frame.loc[:249, "c"] = np.nan, np.nan
    figure = figures.column_distributions(frame, columns=["a"])
    assert "&lt;1% missing" in panel_names(figure)[0]
    assert caption_of(figure).startswith(
        "Values are missing in c (25%) and a (<1%). 1 of 3 columns are drawn."
    )
    assert caption_of(drawn([1, 2])).startswith("No value is missing. How to read: ")


def test_a_wide_table_has_a_bounded_figure():
    frame = pd.DataFrame(np.zeros((5, 5000))).add_prefix("column ")
    figure = figures.column_distributions(frame)
    assert len(figure.data) == PANELS_AT_MOST
    assert len(figure.to_json()) < 100_000
    assert f"{PANELS_AT_MOST} of 5,000 columns" in caption_of(figure)


def test_panels_do_not_overlap():
    frame = pd.DataFrame(np.zeros((5, 7))).add_prefix("c")
    layout = figures.column_distributions(frame).layout
    tops = [layout[f"yaxis{k or ''}"].domain for k in ("", 4, 7)]
    assert tops[0][0] > tops[1][1] > tops[1][0] > tops[2][1] > tops[2][0] >= 0
    sides = [layout[f"xaxis{k or ''}"].domain for k in ("", 2, 3)]
    assert sides[0][1] < sides[1][0] < sides[1][1] < sides[2][0] < sides[2][1] <= 1


def test_long_names_keep_their_ends():
    frame = pd.DataFrame({"concentration of nitrate in mg": [1, 2]})
    name = panel_names(figures.column_distributions(frame))[0]
    assert name == "<b>concentr…te in mg</b>"


def test_a_large_table_is_drawn_from_a_part_of_its_rows():
    figure = drawn(np.arange(60_000.0))
    assert sum(figure.data[0].y) == 50_000
    assert "Drawn from 50,000 rows." in caption_of(figure)


def test_the_table_of_the_figure_lists_values_and_rows():
    frame = pd.DataFrame({"size": [1, 1, 2], "kind": ["a", "b", "b"]})
    table = figures.table_of(figures.column_distributions(frame))
    assert table.columns.tolist() == ["series", "value", "rows"]
    assert table.to_numpy().tolist()[:4] == [
        ["size", "1", 2],
        ["size", "2", 1],
        ["kind", "a", 1],
        ["kind", "b", 2],
    ]


def test_every_column_of_the_samples_can_be_drawn():
    sample = datasets.load_sample("heavy_tailed")
    roles = propose_roles(sample.frame, sample.target)
    figure = figures.column_distributions(sample.frame, roles)
    assert len(panel_names(figure)) == sample.frame.shape[1]
    assert figure.layout.meta["alt"].startswith("Distributions of 7 columns: day, ")


def test_names_and_levels_from_data_reach_plotly_as_text():
    frame = pd.DataFrame({HOSTILE: [HOSTILE, "b"], f"{HOSTILE}2": [1.0, 2.5]})
    text = figures.column_distributions(frame).to_json()
    assert "<a " not in text
    assert "<b>x" not in text


def test_a_table_without_columns_has_a_message():
    figure = figures.column_distributions(pd.DataFrame(index=range(3)))
    assert message_of(figure) == "The table has no columns to draw."


def test_an_unknown_column_is_refused():
    with pytest.raises(ValueError, match="no column 'z'"):
        figures.column_distributions(pd.DataFrame({"a": [1]}), columns=["z"])


def test_levels_that_are_cut_to_the_same_name_have_bars_of_their_own():
    bars, _ = drawn([f"{'x' * 40}{k}" for k in (0, 0, 1)]).data
    assert len(set(bars.y)) == 2
    assert list(bars.x) == [1, 2]


@pytest.mark.parametrize(
    ("n_missing", "words"),
    [(1, "&lt;1% missing"), (500, "50% missing"), (996, "&gt;99% missing")],
)
def test_shares_of_missing_values_are_never_rounded_to_none_or_all(n_missing, words):
    values = np.append(np.full(n_missing, np.nan), np.arange(1000.0 - n_missing))
    assert words in panel_names(drawn(values))[0]


def test_the_height_grows_with_the_rows_of_panels():
    heights = [
        figures.column_distributions(pd.DataFrame(np.zeros((2, k)))).layout.height
        for k in (1, 3, 4, 21)
    ]
    assert heights == [190, 190, 310, 910]


def test_chosen_columns_are_drawn_in_their_order():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4], "c": [5, 6]})
    figure = figures.column_distributions(frame, columns=["c", "a"])
    assert [trace.name for trace in figure.data] == ["c", "a"]
    assert figure.layout.meta["alt"] == "Distributions of 2 columns: c and a."


def test_panels_fill_rows_of_three_inside_the_figure():
    domains = [_domain(place, 3) for place in range(7)]
    lefts, rights, bottoms, tops = map(np.array, zip(*domains, strict=True))
    assert (lefts >= 0).all() and (rights <= 1 + 1e-12).all()
    assert (bottoms >= 0).all() and (tops <= 1).all()
    assert (lefts < rights).all() and (bottoms < tops).all()
    np.testing.assert_allclose(lefts[:3], lefts[3:6])
    np.testing.assert_allclose(rights - lefts, rights[0] - lefts[0])


def test_a_third_of_a_row_is_left_for_the_name_and_the_ticks():
    domains = [_domain(place, 3) for place in range(7)]
    lefts, rights, bottoms, tops = map(np.array, zip(*domains, strict=True))
    np.testing.assert_allclose(bottoms[:3], bottoms[0])
    assert (tops - bottoms < 2 / 9).all()
    assert (lefts[1:3] - rights[:2] > 0.04).all()
