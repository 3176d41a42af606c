"""Costs per row of each loss and way of deciding, with their intervals."""

import numpy as np
import pytest

from skloss import costs, figures
from tests.figures.comparisons import (
    LOSSES,
    caption_of,
    message_of,
    numbers,
    of_numbers,
    priced,
    ranked,
)

HOSTILE = "<b>x</b> %{x} $y$"


@pytest.fixture
def comparison():
    return priced(of_numbers(numbers(), unit="cm"), costs.Linear(under=9, over=1))


def drawn(losses, table=None):
    found = of_numbers(numbers(losses, n_rows=2))
    return figures.decision_costs(found, ranked(losses) if table is None else table)


def test_costs_are_drawn_from_the_cheapest_with_their_intervals(comparison):
    figure = figures.decision_costs(comparison, ranked())
    assert figure.layout.yaxis.categoryarray[-1] == "squared error, decided"
    assert figure.layout.yaxis.dtick == 1
    first = figure.data[0]
    assert list(first.x) == [1.0, 2.0]
    assert list(first.error_x.array) == [0.5, 0.5]
    assert list(first.marker.symbol) == ["circle", "circle-open"]
    assert figure.data[-1].y == ("Huber, decided", "Huber, predicted (trained for it)")
    assert caption_of(figure).startswith(
        "Least expensive: squared error, decided, at 1.00 per row."
    )


def test_nothing_ranked_shows_a_message(comparison):
    figure = figures.decision_costs(comparison, ranked().iloc[:0])
    assert message_of(figure) == "No loss was trained to its end."


def test_each_loss_has_its_colour_and_each_way_its_symbol(comparison):
    figure = figures.decision_costs(comparison, ranked())
    styles = figures.loss_styles(LOSSES)
    assert [t.marker.color for t in figure.data] == [styles[k].color for k in LOSSES]
    assert [t.error_x.color for t in figure.data] == [styles[k].color for k in LOSSES]
    for trace in figure.data:
        assert trace.marker.symbol == ("circle", "circle-open")
        assert trace.mode == "markers"


def test_rows_are_in_the_order_of_their_costs_from_the_top(comparison):
    table = ranked().iloc[::-1]
    figure = figures.decision_costs(comparison, table)
    assert figure.layout.yaxis.categoryarray[-1] == "Huber, predicted (trained for it)"
    assert figure.layout.yaxis.categoryarray[0] == "squared error, decided"
    assert len(figure.layout.yaxis.categoryarray) == 6
    assert caption_of(figure).startswith(
        "Least expensive: Huber, predicted, at 6.00 per row. How to read"
    )


def test_intervals_are_under_the_pointer(comparison):
    trace = figures.decision_costs(comparison, ranked()).data[1]
    np.testing.assert_allclose(trace.customdata, [[2.5, 3.5], [3.5, 4.5]])
    np.testing.assert_allclose(trace.error_x.array, [0.5, 0.5])
    assert "95% interval %{customdata[0]:,.3~r} to %{customdata[1]" in (
        trace.hovertemplate
    )


def test_only_predictions_of_the_loss_that_trains_for_the_cost_are_marked(comparison):
    rows = figures.decision_costs(comparison, ranked()).layout.yaxis.categoryarray
    assert [row for row in rows if "trained for it" in row] == [
        "Huber, predicted (trained for it)"
    ]


@pytest.mark.parametrize(("n_losses", "height"), [(1, 198), (3, 334), (21, 1558)])
def test_the_figure_grows_with_its_rows(n_losses, height):
    figure = drawn([f"loss {k}" for k in range(n_losses)])
    assert figure.layout.height == height
    assert len(figure.data) == n_losses


def test_losses_that_were_stopped_are_named_and_not_drawn(comparison):
    comparison.stopped = ("huber",)
    figure = figures.decision_costs(comparison, ranked(LOSSES[:2]))
    assert [trace.name for trace in figure.data] == ["squared error", "absolute error"]
    assert caption_of(figure).endswith(" Huber was stopped early and not ranked.")


def test_the_caption_of_nothing_states_what_to_do(comparison):
    figure = figures.decision_costs(comparison, ranked().iloc[:0])
    assert caption_of(figure).startswith("No loss was trained to its end, so nothing")
    assert caption_of(figure).endswith("run the comparison again without stopping it.")


def test_axes_are_named(comparison):
    layout = figures.decision_costs(comparison, ranked()).layout
    assert layout.xaxis.title.text == "cost per row"
    assert layout.yaxis.title.text == "loss, way of deciding"
    assert layout.meta["alt"].startswith("Cost per row of each loss")


def test_losses_that_are_cut_to_the_same_name_have_rows_of_their_own():
    losses = [f"{'x' * 10_000}{k}" for k in range(2)]
    figure = drawn(losses)
    rows = [row for trace in figure.data for row in trace.y]
    assert len(set(rows)) == 4
    assert set(rows) == set(figure.layout.yaxis.categoryarray)
    assert max(map(len, rows)) <= 64


def test_names_of_losses_reach_plotly_as_text():
    figure = drawn([HOSTILE, "other"])
    assert figure.data[0].name == "&lt;b&gt;x&lt;/b&gt; %&#123;x} &#36;y&#36;"
    assert "<b>" not in "".join(figure.layout.yaxis.categoryarray)
    assert f"Least expensive: {HOSTILE}, decided" in caption_of(figure)


def test_the_table_lists_every_row_with_its_cost(comparison):
    table = figures.table_of(figures.decision_costs(comparison, ranked()))
    assert len(table) == 6
    assert sorted(table["cost per row"]) == [1, 2, 3, 4, 5, 6]
