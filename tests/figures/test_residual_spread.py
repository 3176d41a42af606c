"""Sizes of residuals along the predictions, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures
from tests.figures.comparisons import caption_of, message_of, named, of_numbers


def draw(predicted, sizes):
    signs = np.where(np.arange(len(sizes)) % 2, 1, -1)
    frame = pd.DataFrame({"loss": "a", "fold": 0, "row": range(len(sizes))})
    frame["y_true"], frame["y_pred"] = predicted + signs * sizes, predicted
    return figures.residual_spread(of_numbers(frame, unit="cm"), "a")


PREDICTED = np.repeat(np.arange(10.0), 40)
WITHIN = np.tile((np.arange(40) + 1) / 40, 10)  # sizes 1/40, ..., 1 in each part


def test_lines_are_the_median_and_the_ninth_tenth_of_each_part():
    traces = named(draw(PREDICTED, (1 + PREDICTED) * WITHIN))
    expected = np.arange(1, 11)
    np.testing.assert_allclose(traces["median"].y, 0.5125 * expected)
    high = traces["90% of the rows are below"].y
    np.testing.assert_allclose(high, np.quantile(WITHIN[:40], 0.9) * expected)
    np.testing.assert_allclose(traces["median"].x, np.arange(10))
    assert set(traces["median"].customdata) == {40}


@pytest.mark.parametrize(
    ("factor", "finding"),
    [
        (
            1 + PREDICTED,
            "10 times as large at the highest predictions as at the lowest",
        ),
        (
            10 - PREDICTED,
            "10 times as large at the lowest predictions as at the highest",
        ),
        (np.ones(400), "about the same at low and at high predictions"),
        (1 + 0.49 * PREDICTED / 9, "about the same at low and at high predictions"),
        (1 + 0.52 * PREDICTED / 9, "1.5 times as large at the highest predictions"),
    ],
)
def test_the_caption_states_how_the_spread_changes(factor, finding):
    assert finding in caption_of(draw(PREDICTED, factor * WITHIN))


def test_a_few_large_errors_do_not_set_the_axis():
    sizes = np.where(np.arange(400) == 7, 1e6, WITHIN)
    assert draw(PREDICTED, sizes).layout.yaxis.range[1] < 2


@pytest.mark.parametrize("n_rows", [3, 39])
def test_too_few_rows_have_a_message(n_rows):
    figure = draw(np.arange(float(n_rows)), np.ones(n_rows))
    assert "too few rows" in message_of(figure)


def test_equal_predictions_have_a_message():
    assert "too few different" in message_of(draw(np.zeros(400), WITHIN))


def test_forty_rows_are_enough_for_two_parts():
    assert len(named(draw(np.arange(40.0), np.ones(40)))["median"].y) == 2


def test_perfect_rows_at_one_end_are_stated():
    sizes = np.where(PREDICTED < 1, 0, WITHIN)
    assert "have no error at all" in caption_of(draw(PREDICTED, sizes))


def test_points_are_predictions_and_absolute_errors():
    sizes = (1 + PREDICTED) * WITHIN
    points = named(draw(PREDICTED, sizes))["rows"]
    np.testing.assert_array_equal(points.x, PREDICTED)
    np.testing.assert_allclose(points.y, sizes)


@pytest.mark.parametrize(
    ("n_rows", "n_parts"), [(59, 2), (60, 3), (199, 9), (200, 10), (4000, 10)]
)
def test_each_part_has_at_least_twenty_rows_and_there_are_ten_at_most(n_rows, n_parts):
    parts = named(draw(np.arange(float(n_rows)), np.ones(n_rows)))["median"]
    assert len(parts.y) == n_parts
    assert min(parts.customdata) >= 19
    assert sum(parts.customdata) == n_rows


def test_rows_without_a_prediction_or_a_truth_are_left_out():
    sizes = WITHIN.copy()
    sizes[[0, 50]] = np.nan, np.inf
    figure = draw(PREDICTED, sizes)
    assert len(named(figure)["rows"].x) == 398
    assert figure.layout.title.subtitle.text == "a, 398 held-out rows"


def test_axes_show_the_unit_and_the_lines_the_colour_of_the_loss():
    figure = draw(PREDICTED, WITHIN)
    assert figure.layout.xaxis.title.text == "prediction (cm)"
    assert figure.layout.yaxis.title.text == "|truth − prediction| (cm)"
    traces = named(figure)
    style = figures.loss_styles(["a"])["a"]
    assert traces["median"].line.color == style.color
    assert traces["median"].line.dash == "solid"
    assert traces["90% of the rows are below"].line.dash == "dash"
    assert figure.layout.yaxis.range == pytest.approx(
        (0, 1.6 * max(traces["90% of the rows are below"].y))
    )


def test_perfect_predictions_have_an_axis():
    figure = draw(PREDICTED, np.zeros(400))
    assert figure.layout.yaxis.range == (0, 1)
    assert "have no error at all" in caption_of(figure)


def test_many_rows_are_sampled_and_counted_in_full():
    figure = draw(np.arange(9000.0), np.ones(9000))
    assert len(named(figure)["rows"].x) == 3000
    assert sum(named(figure)["median"].customdata) == 9000
