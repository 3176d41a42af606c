"""Scores of losses with their errors: order, marks of ties, and baselines."""

import pandas as pd
import pytest

from skloss import figures
from skloss.figures.style import NEUTRAL
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
    assert {(trace.yaxis, *trace.y) for trace in lines} == {("y2", 0, 1)}


def test_ends_of_baselines_are_not_names_on_the_axis_of_losses():
    layout = drawn().layout
    assert (layout.yaxis.type, layout.yaxis2.overlaying) == ("category", "y")
    assert (tuple(layout.yaxis2.range), layout.yaxis2.type) == ((0, 1), None)
    on_names = [trace.y for trace in drawn().data if trace.yaxis is None]
    assert {place for places in on_names for place in places} == set(
        layout.yaxis.categoryarray
    )


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


def test_rows_are_listed_from_the_best_at_the_top():
    layout = drawn().layout
    assert layout.yaxis.categoryarray == ("Huber", "absolute error", "squared error")
    assert layout.yaxis.dtick == 1
    assert layout.xaxis.title.text == "MAE"
    assert layout.meta["alt"] == (
        "MAE of squared error, absolute error and Huber with standard errors, best "
        "first."
    )


@pytest.mark.parametrize(("n_losses", "height"), [(1, 220), (3, 280), (21, 820)])
def test_the_figure_grows_with_its_rows(n_losses, height):
    losses = [f"loss {k}" for k in range(n_losses)]
    figure = figures.scores(comparison_of(losses=losses), "mae")
    assert figure.layout.height == height
    assert len(figure.data) == n_losses


def test_a_single_fold_has_no_error_bar():
    ranked = standing(["a"]).assign(se=float("nan"))
    (dot,) = figures.scores(
        comparison_of(losses=["a"], standing=lambda metric: ranked), "mae"
    ).data
    assert list(dot.error_x.array) == [0]


@pytest.mark.parametrize(
    ("clear", "words"),
    [
        ([False] * 4, "; b, c and d are not clearly worse."),
        ([False, False, True, True], "; b is not clearly worse."),
        ([False, True, True, True], ", 1. How"),
        ([False, True, False, True], ", 1. How"),
    ],
)
def test_the_caption_counts_the_ties_above_the_first_clearly_worse(clear, words):
    ranked = standing([*"abcd"]).assign(clear=clear)
    comparison = comparison_of(losses=[*"abcd"], standing=lambda metric: ranked)
    caption = caption_of(figures.scores(comparison, "mae"))
    assert caption.startswith("A has the best MAE, 1")
    assert words in caption


def test_losses_that_are_cut_to_the_same_name_have_rows_of_their_own():
    losses = [f"{'x' * 10_000}{k}" for k in range(3)]
    figure = figures.scores(comparison_of(losses=losses), "mae")
    rows = [trace.y[0] for trace in figure.data]
    assert len(set(rows)) == 3
    assert figure.layout.yaxis.categoryarray == tuple(rows[::-1])


def test_baselines_without_the_score_are_left_out():
    found = baselines()
    found.loc["constant", ("mae", "mean")] = float("nan")
    figure = figures.scores(comparison_of(), "mae", found)
    lines = [trace.name for trace in figure.data if trace.mode == "lines"]
    assert lines == ["&lt;linear&gt;"]


def test_baselines_differ_in_dash_and_share_the_neutral_colour():
    lines = [trace for trace in drawn().data if trace.mode == "lines"]
    assert len({line.line.dash for line in lines}) == 2
    assert {line.line.color for line in lines} == {NEUTRAL}


def test_a_stopped_loss_is_named_after_the_answer():
    caption = caption_of(drawn(stopped=("poisson",)))
    assert ". Poisson was stopped early and not ranked. How to read" in caption


def test_the_table_lists_means_and_baselines():
    table = figures.table_of(drawn())
    assert {1.0, 2.0, 3.0, 4.0, 5.0} <= set(table["MAE"])
