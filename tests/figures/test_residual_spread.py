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
