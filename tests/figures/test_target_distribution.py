"""The target is drawn by its values, with the numbers that losses estimate."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures
from skloss.tasks import as_task
from tests.figures.comparisons import caption_of, message_of, named

NUMBERS, CLASSES = as_task("regression"), as_task("multiclass")


def of_numbers(values, unit=""):
    return figures.target_distribution(pd.Series(values, name="price"), NUMBERS, unit)


def of_classes(values):
    return figures.target_distribution(pd.Series(values, name="kind"), CLASSES)


def test_bars_count_the_rows_and_lines_are_mean_and_median():
    values = np.random.default_rng(0).exponential(size=400).round(3)
    traces = named(of_numbers(values))
    edges = traces["rows"].customdata
    inside = (values >= edges[0, 0]) & (values <= edges[-1, 1])
    assert sum(traces["rows"].y) == inside.sum()
    assert set(traces["mean"].x) == {values.mean()}
    assert set(traces["median"].x) == {np.median(values)}


def test_the_caption_has_quartiles_in_the_unit_and_how_to_read():
    figure = of_numbers([0.0, 1.0, 2.0, 3.0, 4.0], "mm")
    assert caption_of(figure).startswith(
        "Half of the rows are between 1 and 3 mm. The mean is 2 mm, the median 2 mm."
    )
    assert figure.layout.xaxis.title.text == "price (mm)"
    assert "How to read: " in caption_of(figure)


def test_a_mean_far_from_the_median_is_pointed_out():
    text = "squared error (which estimates means)"
    assert text in caption_of(of_numbers([1.0, 2.0, 3.0, 4.0, 90.0]))
    assert text not in caption_of(of_numbers([1.0, 2.0, 3.0, 4.0, 5.0]))
    # A mean that is 0.2 of the interquartile range off is not, and 0.21 is.
    assert text not in caption_of(of_numbers([0.0, 1.0, 2.0, 3.0, 6.0]))
    assert text in caption_of(of_numbers([0.0, 1.0, 2.0, 3.0, 6.1]))


def test_many_zeros_are_pointed_out():
    assert "40% of the rows are 0" in caption_of(of_numbers([0, 0, 5, 6, 7.5]))
    assert "are 0" not in caption_of(of_numbers([0, 4, 5, 6, 7.5]))


def test_an_outlier_is_counted_and_does_not_stretch_the_axis():
    figure = of_numbers(np.append(np.linspace(0, 1, 999), 1e6))
    assert figure.layout.xaxis.range[1] < 2
    assert "1 row lies outside the frame." in caption_of(figure)


def test_classes_are_listed_by_frequency_with_their_shares():
    figure = of_classes([*"aab", *"cccc", None])
    (bars,) = figure.data
    assert list(bars.y) == ["c", "a", "b"]
    assert list(bars.x) == [4, 2, 1]
    assert list(bars.text) == ["4 · 57.1%", "2 · 28.6%", "1 · 14.3%"]
    assert caption_of(figure).startswith(
        "The rarest class is “b”: 1 row, 14.3% of 7. Always predicting “c” is right "
        "in 57.1% of the rows."
    )


def test_ordered_classes_keep_their_order():
    kinds = pd.Categorical([*"mlh", *"hhl"], categories=[*"lmh"], ordered=True)
    assert list(of_classes(kinds).data[0].y) == ["l", "m", "h"]


def test_labels_have_a_bar_each():
    y = pd.DataFrame({"red": [1, 1, 0, 0], "round": [1, 1, 1, 0]})
    figure = figures.target_distribution(y, as_task("multilabel"))
    assert list(figure.data[0].y) == ["red", "round"]
    assert list(figure.data[0].x) == [2, 3]
    assert caption_of(figure).startswith("The rarest label is “red”: 2 rows, 50% of 4.")
    assert figure.layout.title.text == "How frequent is each label?"


def test_many_classes_are_cut_and_counted():
    figure = of_classes([f"c{k}" for k in range(50)])
    assert len(figure.data[0].y) == 20
    assert "The first 20 of 50 classes are drawn." in caption_of(figure)


def test_long_names_that_are_cut_to_the_same_have_bars_of_their_own():
    figure = of_classes([f"{'x' * 40}{k}" for k in range(3)])
    assert len(set(figure.data[0].y)) == 3


def test_a_rare_class_is_never_rounded_to_nothing():
    assert "<0.1%" in caption_of(of_classes(["a"] * 1999 + ["b"]))


def test_the_table_of_classes_names_them():
    table = figures.table_of(of_classes([*"aab"]))
    assert table.to_dict("list") == {"class": ["a", "b"], "rows": [2, 1]}


@pytest.mark.parametrize("draw", [of_numbers, of_classes])
def test_a_target_without_values_has_a_message(draw):
    figure = draw([np.nan, np.nan])
    assert message_of(figure).startswith("No value of the target is")


def test_a_constant_target_has_one_bar_with_both_lines():
    figure = of_numbers([5.0] * 9, "cm")
    traces = named(figure)
    assert sum(traces["rows"].y) == 9
    assert set(traces["mean"].x) == set(traces["median"].x) == {5.0}
    assert caption_of(figure).startswith(
        "Half of the rows are between 5 and 5 cm. The mean is 5 cm, the median 5 cm."
    )


def test_a_single_row_is_drawn():
    assert sum(named(of_numbers([2.5]))["rows"].y) == 1
    assert list(of_classes(["a"]).data[0].x) == [1]


def test_missing_and_infinite_values_are_left_out():
    figure = of_numbers([1.0, 3.0, np.nan, np.inf, -np.inf])
    assert sum(named(figure)["rows"].y) == 2
    assert set(named(figure)["mean"].x) == {2.0}


@pytest.mark.parametrize(
    ("zeros", "rows", "is_stated"), [(2, 10, False), (3, 10, True), (10, 10, False)]
)
def test_zeros_are_stated_above_a_fifth_unless_all_are(zeros, rows, is_stated):
    values = [0.0] * zeros + [1.5] * (rows - zeros)
    assert ("of the rows are 0" in caption_of(of_numbers(values))) is is_stated


def test_several_rows_outside_the_frame_are_counted():
    values = np.append(np.linspace(0, 1, 998), [1e6, -1e6])
    assert "2 rows lie outside the frame." in caption_of(of_numbers(values))


def test_lines_are_higher_than_the_bars_and_differ():
    traces = named(of_numbers(np.random.default_rng(0).normal(size=200)))
    top = 1.05 * max(traces["rows"].y)
    for name in ("mean", "median"):
        assert tuple(traces[name].y) == pytest.approx((0, top))
    assert traces["mean"].line.color != traces["median"].line.color
    assert traces["mean"].line.dash != traces["median"].line.dash


def test_the_histogram_has_at_most_forty_bars_with_their_edges():
    bars = named(of_numbers(np.random.default_rng(0).normal(size=9000)))["rows"]
    assert len(bars.x) == 40
    np.testing.assert_allclose(bars.x, np.mean(bars.customdata, axis=1))
    np.testing.assert_allclose(bars.customdata[1:, 0], bars.customdata[:-1, 1])


def test_classes_are_drawn_from_the_top_with_a_label_for_each():
    layout = of_classes([*"aab"]).layout
    assert layout.yaxis.range == (1.5, -0.5)
    assert layout.yaxis.dtick == 1
    assert layout.height == 170
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("rows", "class")
    assert layout.meta["alt"] == "Rows of each of 2 classes."


def test_equally_frequent_classes_keep_the_order_of_their_rows():
    assert list(of_classes([*"zab"]).data[0].y) == ["z", "a", "b"]


def test_an_ordered_class_without_rows_has_an_empty_bar():
    kinds = pd.Categorical([*"ah"], categories=[*"amh"], ordered=True)
    figure = of_classes(kinds)
    assert list(figure.data[0].x) == [1, 0, 1]
    assert "The rarest class is “m”: 0 rows, 0% of 2." in caption_of(figure)


def test_a_single_class_is_always_right():
    caption = caption_of(of_classes([*"aaa"]))
    assert "Always predicting “a” is right in 100% of the rows" in caption


def test_names_of_targets_and_classes_reach_plotly_as_text():
    hostile = "<b>x</b> %{x} $y$ 🙂"
    figure = of_classes([hostile, "b"])
    assert figure.data[0].y[0] == "&lt;b&gt;x&lt;/b&gt; %&#123;x} &#36;y&#36; 🙂"
    y = pd.Series([1.0, 2.5], name=hostile)
    drawn = figures.target_distribution(y, NUMBERS, hostile)
    assert "<b>" not in drawn.layout.xaxis.title.text
    assert drawn.layout.meta["alt"].startswith(f"Histogram of {hostile} with its mean")


def test_labels_without_rows_are_drawn():
    y = pd.DataFrame({"red": [0, 0], "round": [1, 0]})
    figure = figures.target_distribution(y, as_task("multilabel"))
    assert list(figure.data[0].x) == [0, 1]
    assert caption_of(figure).startswith("The rarest label is “red”: 0 rows, 0% of 2.")
    assert "Always predicting" not in caption_of(figure)
