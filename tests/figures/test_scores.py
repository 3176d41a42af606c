"""Scores of losses with their errors: order, marks of ties, and baselines."""

import pandas as pd
import pytest

from skloss import figures
from tests.figures.comparisons import (
    LOSSES,
    baselines,
    caption_of,
    comparison_of,
    message_of,
    standing,
)


def drawn(**values):
    return figures.scores(comparison_of(**values), "mae", baselines())


def test_each_loss_is_a_dot_with_its_error_best_first():
    figure = drawn()
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.x[0] for trace in dots] == [1, 2, 3]
    assert [trace.error_x.array[0] for trace in dots] == pytest.approx([0.1, 0.2, 0.3])
    assert figure.layout.yaxis.categoryarray[-1] == dots[0].y[0] == "squared error"
    styles = figures.loss_styles(LOSSES)
    assert [trace.marker.color for trace in dots] == [styles[k].color for k in LOSSES]


def test_only_losses_that_are_clearly_worse_are_hollow():
    symbols = [t.marker.symbol for t in drawn().data if t.mode == "markers"]
    assert [symbol.endswith("-open") for symbol in symbols] == [False, False, True]


def test_a_loss_below_a_clearly_worse_one_is_not_shown_as_tied():
    ranked = standing().assign(clear=[False, True, False])
    figure = drawn(standing=lambda metric: ranked)
    symbols = [t.marker.symbol for t in figure.data if t.mode == "markers"]
    assert [symbol.endswith("-open") for symbol in symbols] == [False, True, True]
    assert "not clearly worse." not in caption_of(figure)


def test_the_caption_names_the_best_and_its_ties():
    assert caption_of(drawn(unit="cm")).startswith(
        "Squared error has the best MAE, 1 cm; absolute error is not clearly worse."
    )


def test_baselines_are_lines_through_all_rows():
    lines = [trace for trace in drawn().data if trace.mode == "lines"]
    assert [trace.name for trace in lines] == ["constant", "&lt;linear&gt;"]
    assert [tuple(trace.x) for trace in lines] == [(4, 4), (5, 5)]
    assert {tuple(trace.y) for trace in lines} == {(-0.5, 2.5)}


def test_without_baselines_of_the_metric_there_are_dots_only():
    other = baselines().rename(columns={"mae": "rmse"}, level=0)
    for found in (None, other):
        figure = figures.scores(comparison_of(), "mae", found)
        assert {trace.mode for trace in figure.data} == {"markers"}


def test_the_subtitle_states_the_better_direction():
    assert "left is better" in drawn().layout.title.subtitle.text
    upwards = figures.scores(comparison_of(), "r2")
    assert "right is better" in upwards.layout.title.subtitle.text


def test_nothing_is_ranked_where_all_losses_were_stopped():
    empty = pd.DataFrame(columns=["mean", "se", "gap", "clear"])
    figure = drawn(standing=lambda metric: empty, stopped=tuple(LOSSES))
    assert message_of(figure) == "No loss was trained to its end."
