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
