"""Errors over time and by group are means over the held-out rows."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss import figures
from tests.figures.comparisons import (
    caption_of,
    classes,
    message_of,
    named,
    of_classes,
    of_numbers,
)

HOSTILE = '<b>x</b> %{x} <a href="http://example.org">l</a> $y$'


def missing_by(misses, **values):
    """A comparison of losses that miss row k by misses[loss][k]."""
    frames = [
        pd.DataFrame(
            {
                "loss": loss,
                "fold": 0,
                "row": np.arange(len(miss)),
                "y_true": 5.0,
                "y_pred": 5.0 + np.asarray(miss, dtype=float),
            }
        )
        for loss, miss in misses.items()
    ]
    return of_numbers(pd.concat(frames, ignore_index=True), **values)


def test_groups_have_their_mean_absolute_error_the_largest_at_the_top():
    comparison = missing_by({"huber": [1, -3, 10, 2], "log_cosh": [1, 1, 1, 1]})
    figure = figures.error_by_group(comparison, pd.Series([*"aabc"], name="shop"))
    marks = named(figure)
    assert list(marks["Huber"].y) == ["a", "c", "b"]
    assert list(marks["Huber"].x) == [2, 2, 10]
    assert list(marks["log-cosh"].x) == [1, 1, 1]
    assert caption_of(figure).startswith(
        "Mean MAE of all losses: 5.5 for shop b, the largest, and 1.5 for a, the "
        "smallest. How to read: "
    )
    assert figure.layout.yaxis.title.text == "shop"


def test_rows_are_found_by_their_place_and_not_by_the_index():
    comparison = missing_by({"huber": [1, 2]})
    groups = pd.Series([*"ab"], index=[7, 3])
    marks = named(figures.error_by_group(comparison, groups))["Huber"]
    assert dict(zip(marks.y, marks.x, strict=True)) == {"a": 1, "b": 2}


def test_weights_count_in_the_means():
    comparison = missing_by(
        {"huber": [1, 4]}, sample_weight=np.array([3.0, 1.0]), unit="cm"
    )
    figure = figures.error_by_group(comparison, pd.Series(["a", "a"]))
    assert list(named(figure)["Huber"].x) == [1.75]
    assert figure.layout.xaxis.title.text == "MAE (cm)"


def test_rare_groups_are_drawn_together():
    names = [f"g{k}" for k in range(15) for _ in range(2)] + [*"xyz"]
    comparison = missing_by({"huber": np.ones(len(names))})
    figure = figures.error_by_group(comparison, pd.Series(names))
    assert len(named(figure)["Huber"].y) == 16
    assert "(other)" in named(figure)["Huber"].y
    assert "The 15 most frequent of 18 groups" in caption_of(figure)


def test_rows_without_a_group_are_left_out():
    comparison = missing_by({"huber": [1, 9]})
    figure = figures.error_by_group(comparison, pd.Series(["a", None]))
    assert list(named(figure)["Huber"].x) == [1]
    empty = figures.error_by_group(comparison, pd.Series([None, None]))
    assert message_of(empty) == "No held-out row has a group."


def test_the_share_of_wrong_classes_is_the_error_of_classes():
    frame = classes(["focal"])
    figure = figures.error_by_group(of_classes(frame), pd.Series([*"ab"] * 200))
    wrong = (frame["y_true"] != frame["y_pred"]).to_numpy()
    marks = named(figure)["focal"]
    found = dict(zip(marks.y, marks.x, strict=True))
    assert found == {"a": wrong[::2].mean(), "b": wrong[1::2].mean()}
    assert figure.layout.xaxis.title.text == "share of wrong classes"


def test_labels_count_by_how_many_of_them_are_wrong():
    frame = pd.DataFrame(
        {
            "loss": "focal",
            "fold": 0,
            "row": [0, 1],
            "y_true_0": [1, 0],
            "y_true_1": [1, 1],
            "y_pred_0": [0, 0],
            "y_pred_1": [1, 0],
        }
    )
    labels = of_classes(frame, task="multilabel", classes=[0, 1])
    figure = figures.error_by_group(labels, pd.Series(["a", "a"]))
    assert list(named(figure)["focal"].x) == [0.5]


def test_errors_over_time_are_means_of_parts_in_their_order():
    days = pd.Series(pd.date_range("2024-01-01", periods=40), name="day")
    miss = np.arange(40.0)
    comparison = missing_by({"huber": miss})
    figure = figures.error_over_time(comparison, days)
    line = named(figure)["Huber"]
    np.testing.assert_allclose(line.y, miss.reshape(20, 2).mean(1))
    assert str(line.x[0]).startswith("2024-01-01")
    assert figure.layout.xaxis.title.text == "day"
    assert caption_of(figure).startswith(
        "MAE from the first to the last quarter: Huber from 4.5 to 34.5."
    )


def test_times_that_are_text_are_drawn_in_the_order_of_the_rows():
    comparison = missing_by({"huber": [1, 2, 3, 4]})
    figure = figures.error_over_time(comparison, pd.Series([*"dcba"]))
    assert list(named(figure)["Huber"].y) == [1, 2, 3, 4]


def test_a_single_time_has_a_message():
    comparison = missing_by({"huber": [1, 2]})
    figure = figures.error_over_time(comparison, pd.Series([5, 5]))
    assert message_of(figure) == "The held-out rows are all of one time."


@pytest.mark.parametrize("draw", [figures.error_by_group, figures.error_over_time])
def test_one_of_several_targets_is_drawn_by_its_place(draw):
    frame = missing_by({"huber": [1, 2]}).predictions
    frame = frame.rename(columns={"y_true": "y_true_1", "y_pred": "y_pred_1"})
    names = SimpleNamespace(targets=("size", "price"))
    comparison = of_numbers(frame, recipe=names)
    figure = draw(comparison, pd.Series([1, 2], name="t"), output=1)
    assert "of price" in caption_of(figure)
    with pytest.raises(ValueError, match="choose one of them by output="):
        draw(comparison, pd.Series([1, 2]))


@pytest.mark.parametrize("draw", [figures.error_by_group, figures.error_over_time])
def test_names_from_data_reach_plotly_as_text(draw):
    comparison = missing_by({HOSTILE: [1, 2, 3]}, unit=HOSTILE)
    by = pd.Series([HOSTILE, "b", "c"], name=HOSTILE)
    written = draw(comparison, by).update_layout(meta=None).to_json()
    assert "<b>" not in written
    assert "<a " not in written


@pytest.mark.parametrize("draw", [figures.error_by_group, figures.error_over_time])
def test_titles_and_texts_are_those_of_every_figure(draw):
    figure = draw(missing_by({"huber": [1, 2]}), pd.Series([1, 2], name="t"))
    assert figure.layout.title.text.endswith("?")
    assert len(figure.layout.title.text) <= 40
    assert "How to read: " in caption_of(figure)
    assert figure.layout.meta["alt"].startswith("MAE of Huber ")
    assert len(figures.table_of(figure)) == 2
