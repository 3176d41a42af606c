"""Points are predictions against truth, at their true size."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures
from tests.figures.comparisons import caption_of, named, numbers, of_numbers


def draw(frame, output=None, **values):
    return figures.prediction_vs_truth(of_numbers(frame, **values), output)


def test_points_are_predictions_against_truth():
    frame = numbers()
    trace = named(draw(frame))["Huber"]
    rows = frame[frame["loss"] == "huber"]
    np.testing.assert_array_equal(trace.x, rows["y_pred"])
    np.testing.assert_array_equal(trace.y, rows["y_true"])
    # People count rows from 1.
    np.testing.assert_array_equal(trace.customdata, rows["row"] + 1)


def test_axes_name_the_target_with_its_unit():
    layout = draw(numbers(), target="blood sugar", unit="mg/dl").layout
    assert layout.xaxis.title.text == "predicted blood sugar (mg/dl)"
    assert layout.yaxis.title.text == "true blood sugar (mg/dl)"


def test_the_line_is_that_of_a_perfect_prediction():
    figure = draw(numbers())
    line = figure.data[0]
    assert line.x == line.y == figure.layout.xaxis.range == figure.layout.yaxis.range


def test_every_loss_has_a_panel_on_the_same_axes():
    figure = draw(numbers())
    points = named(figure)
    assert [trace.xaxis for trace in points.values()] == ["x", "x2", "x3"]
    ranges = {figure.layout[f"xaxis{k}"].range for k in ("", 2, 3)}
    ranges |= {figure.layout[f"yaxis{k}"].range for k in ("", 2, 3)}
    assert len(ranges) == 1
    names = [one.text for one in figure.layout.annotations]
    assert names == ["squared error", "absolute error", "Huber"]
    lines = [trace for trace in figure.data if trace.name is None]
    assert [line.xaxis for line in lines] == ["x", "x2", "x3"]


def test_panels_do_not_overlap():
    layout = draw(numbers([*"abcd"])).layout
    assert layout.xaxis.domain[1] < layout.xaxis2.domain[0]
    assert layout.yaxis.domain == layout.yaxis2.domain
    assert layout.yaxis3.domain[1] < layout.yaxis.domain[0]
    assert layout.yaxis.domain[1] < 1
    assert layout.yaxis3.domain[0] > 0


def test_a_single_loss_has_the_whole_width():
    assert draw(numbers(["a"])).layout.xaxis.domain == (0, 1)


def test_up_to_twelve_losses_are_drawn():
    twelve = [f"l{k}" for k in range(12)]
    assert "losses are drawn" not in caption_of(draw(numbers(twelve, n_rows=20)))
    figure = draw(numbers([*twelve, "l12"], n_rows=20))
    assert list(named(figure)) == twelve
    assert "The first 12 of 13 losses are drawn." in caption_of(figure)


def test_many_rows_are_sampled_alike_for_every_loss():
    figure = draw(numbers(n_rows=20_000))
    points = named(figure)
    assert [len(trace.x) for trace in points.values()] == [1000] * 3
    np.testing.assert_array_equal(points["Huber"].y, points["squared error"].y)
    assert "1,000 of 20,000 rows are drawn" in caption_of(figure)
    assert draw(numbers(n_rows=20_000)) == figure


@pytest.mark.parametrize(("n_rows", "n_drawn"), [(3000, 3000), (3001, 3000)])
def test_up_to_three_thousand_points_are_drawn_in_full(n_rows, n_drawn):
    figure = draw(numbers(["a"], n_rows=n_rows))
    assert len(named(figure)["a"].x) == n_drawn
    assert ("rows are drawn" in caption_of(figure)) is (n_rows > n_drawn)


def test_extreme_rows_are_outside_the_frame_and_counted():
    frame = numbers(["a"])
    frame.loc[0, "y_true"] = 1e6
    figure = draw(frame)
    assert figure.layout.yaxis.range[1] < 300
    assert "1 row lies outside the frame" in caption_of(figure)
    frame.loc[1, "y_pred"] = -1e6
    assert "2 rows lie outside the frame" in caption_of(draw(frame))


def test_without_extreme_rows_every_value_is_inside_the_frame():
    frame = numbers(["a"])
    low, high = draw(frame).layout.xaxis.range
    values = frame[["y_true", "y_pred"]].to_numpy()
    width = values.max() - values.min()
    # A margin of 4% on either side.
    assert low == pytest.approx(values.min() - 0.04 * width)
    assert high == pytest.approx(values.max() + 0.04 * width)


@pytest.mark.parametrize(
    ("value", "frame"), [(8.0, (4.0, 12.0)), (0.0, (-1.0, 1.0)), (np.nan, (0.0, 1.0))]
)
def test_a_single_value_has_a_frame_around_it(value, frame):
    rows = pd.DataFrame({"loss": "a", "row": [0], "y_true": [value], "y_pred": [value]})
    assert draw(rows).layout.xaxis.range == frame


def test_the_caption_has_the_median_error_of_each_loss():
    frame = pd.DataFrame({"loss": "a", "row": range(3), "y_true": [1.0, 2.0, 9.0]})
    other = frame.assign(loss="b", y_true=[-4.0, 5.0, 5.5])
    rows = pd.concat([frame, other]).assign(y_pred=0.0)
    assert "less than: a 2 cm and b 5 cm." in caption_of(draw(rows, unit="cm"))


def test_one_of_several_targets_is_drawn():
    frame = numbers(["a"])
    frame = frame.rename(columns={"y_true": "y_true_1", "y_pred": "y_pred_1"})
    np.testing.assert_array_equal(named(draw(frame, 1))["a"].x, frame["y_pred_1"])
    with pytest.raises(ValueError, match=r"no column y_true; .* output="):
        draw(frame)


def test_the_alternative_text_names_the_losses():
    alt = draw(numbers(["a", "huber"])).layout.meta["alt"]
    assert alt == "Truth against prediction for a and Huber."


@pytest.mark.parametrize(
    ("largest", "end"),
    # The central 99% span 0.99. Up to 1.6 times that everything is shown, else a fifth
    # of it beyond the 99.5th percentile of 0.995; the margin is 4%.
    [(1.55, 1.55 * 1.04), (1.65, 1.193 * 1.04)],
)
def test_the_frame_is_cut_if_that_saves_a_third_of_it(largest, end):
    values = np.append(np.linspace(0, 1, 2000), largest)
    frame = pd.DataFrame({"loss": "a", "row": range(2001), "y_true": values})
    high = draw(frame.assign(y_pred=values)).layout.xaxis.range[1]
    assert high == pytest.approx(end, rel=0.01)
    mirrored = frame.assign(y_true=-values, y_pred=-values)
    assert draw(mirrored).layout.xaxis.range[0] == pytest.approx(-high)


def test_the_median_error_is_weighted():
    frame = pd.DataFrame({"loss": "a", "row": range(3), "y_true": [1.0, 2.0, 9.0]})
    weight = np.array([1.0, 1.0, 5.0])
    caption = caption_of(draw(frame.assign(y_pred=0.0), sample_weight=weight))
    assert caption.startswith("Half of the weight has an error of less than: a 9.")


def test_infinite_predictions_do_not_set_the_frame():
    frame = numbers(["a"])
    frame.loc[0, "y_pred"] = np.inf
    figure = draw(frame)
    assert np.isfinite(figure.layout.xaxis.range).all()
    assert "1 row lies outside the frame" in caption_of(figure)


def test_points_of_twenty_one_losses_are_bounded():
    figure = draw(numbers([f"loss {k}" for k in range(21)], n_rows=500))
    points = named(figure)
    assert {len(trace.x) for trace in points.values()} == {3000 // 21}


def test_names_of_targets_reach_plotly_as_text():
    layout = draw(numbers(["a"]), target="<b>$y$", unit="<i>").layout
    assert layout.xaxis.title.text == "predicted &lt;b&gt;&#36;y&#36; (&lt;i&gt;)"


def test_equal_values_far_from_zero_have_a_frame_around_them():
    rows = pd.DataFrame({"loss": "a", "row": [0], "y_true": [-8.0], "y_pred": [-8.0]})
    assert draw(rows).layout.xaxis.range == (-12.0, -4.0)
