"""The numbers of a figure as a table."""

import numpy as np
import plotly.graph_objects as go
import pytest

from skloss import figures
from tests.figures.comparisons import comparison_of, every_figure

FIGURES = every_figure(positive="<yes>")
TITLES = {"xaxis": {"title": {"text": "epoch"}}, "yaxis": {"title": {"text": "loss"}}}


def of(*traces, **layout):
    return figures.table_of(go.Figure(list(traces), layout=TITLES | layout))


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_figure_has_a_table_of_its_numbers(name):
    table = figures.table_of(FIGURES[name])
    assert 1 <= len(table) <= 520
    assert table.shape[1] >= 2
    assert table.columns.is_unique


def test_lines_over_the_same_places_are_columns():
    table = of(*(go.Scatter(x=[1, 2], y=[k, k + 1], name=f"l{k}") for k in range(3)))
    assert table.to_dict("list") == {
        "epoch": [1, 2],
        "l0": [0, 1],
        "l1": [1, 2],
        "l2": [2, 3],
    }


def test_lines_over_other_places_are_rows_with_the_name_of_their_line():
    table = of(go.Scatter(x=[1], y=[5], name="a"), go.Scatter(x=[2, 3], y=[6, 7]))
    assert table["epoch"].to_list() == [1, 2, 3]
    assert table["loss"].to_list() == [5, 6, 7]
    assert table["series"].to_list() == ["a", "2", "2"]


def test_a_heat_map_is_a_table_of_its_texts():
    heat = go.Heatmap(z=[[1, 2]], text=[["one", "two"]], x=["a", "b"], y=["c"])
    assert of(heat).to_dict("list") == {"loss": ["c"], "a": ["one"], "b": ["two"]}


def test_names_are_shown_as_they_are():
    table = of(go.Scatter(x=["&lt;b&gt;"], y=[1], name=figures.plot_text("$x")))
    assert table.to_dict("list") == {"epoch": ["<b>"], "$x": [1]}


def test_long_lines_are_thinned_with_both_ends():
    table = of(go.Scatter(x=np.arange(5000), y=np.arange(5000), name="a"))
    assert len(table) == 500
    assert table["a"].iloc[[0, -1]].to_list() == [0, 4999]


def test_a_figure_without_numbers_has_an_empty_table():
    assert figures.table_of(go.Figure()).empty


def test_scores_of_folds_are_those_of_the_comparison():
    comparison = comparison_of()
    table = figures.table_of(figures.fold_scores(comparison, "mae"))
    rows = comparison.folds.query("metric == 'mae' and loss == 'huber'")
    assert table["Huber"].to_list() == rows["value"].to_list()
