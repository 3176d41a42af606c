"""The numbers of a figure as a table."""

import numpy as np
import plotly.graph_objects as go
import pytest

from skloss import figures
from tests.figures.comparisons import comparison_of, decided, known_figures
from tests.figures.embeddings import of_labels, of_views

FIGURES = known_figures()
TITLES = {"xaxis": {"title": {"text": "epoch"}}, "yaxis": {"title": {"text": "loss"}}}


def of(*traces, **layout):
    return figures.table_of(go.Figure(list(traces), layout=TITLES | layout))


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_known_figures_has_a_table_of_its_numbers(name):
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


def test_cells_of_a_confusion_matrix_are_named_by_their_classes():
    comparison = decided(["a", "a", "a", "<b>"], ["a", "a", "<b>", "<b>"])
    table = figures.table_of(figures.confusion_matrix(comparison, "focal"))
    assert table.to_dict("list") == {
        "true class": ["<b>", "a"],
        "<b>": ["1 (100.0%)", "1 (33.3%)"],
        "a": ["0 (0.0%)", "2 (66.7%)"],
    }


def test_classes_that_are_cut_to_one_name_keep_their_columns():
    names = [f"{'x' * 40}{k}" for k in range(3)]
    table = figures.table_of(figures.confusion_matrix(decided(names, names), "focal"))
    assert table.shape == (3, 4)
    assert table.columns.is_unique


def test_similarities_have_a_column_for_every_row():
    table = figures.table_of(figures.similarity_matrix(of_labels(dim=2), "triplet"))
    assert table.shape == (20, 21)
    heat = figures.similarity_matrix(of_labels(dim=2), "triplet").data[0]
    np.testing.assert_allclose(table.iloc[:, 1:].to_numpy(dtype=float), heat.z)


def test_views_are_named_by_their_rows():
    table = figures.table_of(figures.similarity_matrix(of_views(), "clip"))
    assert table.columns[1:4].tolist() == ["100", "102", "104"]
    assert table["row of the first view"].tolist()[:2] == ["100", "102"]


def test_bars_that_lie_are_listed_by_their_names():
    bars = go.Bar(x=[1, 2], y=["a", "b"], orientation="h", name="rows")
    assert of(bars).to_dict("list") == {"loss": ["a", "b"], "rows": [1, 2]}


def test_two_lines_of_one_name_are_rows():
    table = of(*(go.Scatter(x=[1], y=[k], name="a") for k in range(2)))
    assert table.to_dict("list") == {
        "series": ["a", "a"],
        "epoch": [1, 1],
        "loss": [0, 1],
    }


def test_a_line_named_like_the_axis_does_not_replace_it():
    table = of(go.Scatter(x=[1, 2], y=[3, 4], name="epoch"))
    assert table.to_dict("list") == {
        "series": ["epoch", "epoch"],
        "epoch": [1, 2],
        "loss": [3, 4],
    }


def test_axes_without_a_title_are_named_by_their_direction():
    figure = go.Figure([go.Scatter(x=[1], y=[2]), go.Scatter(x=[3], y=[4])])
    assert figures.table_of(figure).columns.tolist() == [
        "series",
        "horizontal",
        "vertical",
    ]


def test_many_long_lines_share_the_rows():
    lines = [
        go.Scatter(x=np.arange(400) + k, y=np.arange(400), name=f"l{k}")
        for k in range(25)
    ]
    table = of(*lines)
    assert len(table) == 500
    assert (table["series"].value_counts() == 20).all()
    first = table[table["series"] == "l3"]
    assert first["epoch"].iloc[[0, -1]].tolist() == [3, 402]


def test_missing_values_stay_missing():
    table = of(go.Scatter(x=[1, 2, 3], y=[1.0, np.nan, np.inf], name="a"))
    assert np.isnan(table["a"][1])
    assert np.isinf(table["a"][2])


def test_traces_without_points_are_left_out():
    assert of(go.Scatter(x=[1], y=[2], name="a"), go.Scatter(name="b")).shape == (1, 2)
    assert of(go.Scatter(x=[1, 2], y=[1])).empty


def test_lines_across_names_are_one_row_without_a_name():
    table = of(
        go.Scatter(x=[1.0, 2.0], y=["huber", "focal"], name="score"),
        go.Scatter(x=[3.0, 3.0], y=[-0.5, 1.5], name="constant"),
    )
    assert table["loss"].tolist() == ["huber", "focal", ""]
    assert table["epoch"].tolist() == [1.0, 2.0, 3.0]
