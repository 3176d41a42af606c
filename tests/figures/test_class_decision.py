"""Expected costs of each decision between classes, by hand."""

import numpy as np
import pandas as pd
import pytest

from skloss import costs, figures
from skloss.figures.style import NEUTRAL
from tests.figures.comparisons import (
    caption_of,
    classes,
    message_of,
    of_classes,
    priced,
)

LOSS, ROW = "squared_error", 12
HOSTILE = "<b>x</b> %{x} $y$"


def row_of(comparison, loss=LOSS, row=ROW):
    rows = comparison.predictions
    return rows[(rows["loss"] == loss) & (rows["row"] == row)].iloc[0]


def decided_among(chances, table, truth=None):
    """One row with a chance for each class, and the cost of each decision."""
    columns = {f"proba_{name}": [chance] for name, chance in chances.items()}
    place = {
        "loss": LOSS,
        "fold": 0,
        "row": [0],
        "y_true": truth or next(iter(chances)),
    }
    names = list(chances)
    given = of_classes(pd.DataFrame(place | columns), classes=names)
    return priced(given, costs.ClassCosts(table, classes=names))


@pytest.fixture
def stakes():
    given = of_classes(classes(), classes=["no", "yes"])
    return priced(given, costs.binary(1.0, 9.0))


def test_bars_are_the_expected_costs_of_the_decisions(stakes):
    chance = row_of(stakes)["proba_yes"]
    traces = figures.class_decision(stakes, LOSS, ROW).data
    bars = {trace.x[0]: trace.y[0] for trace in traces}
    assert bars == pytest.approx({"no": 9 * chance, "yes": 1 - chance})
    assert traces[0].name == "least expected cost"
    assert traces[0].y[0] <= traces[1].y[0]


def test_the_amounts_of_the_row_decide(stakes):
    amounts = np.full(400, 9.0)
    amounts[ROW] = 0.001
    stakes.recipe.cost = costs.binary(1.0, amounts)
    assert figures.class_decision(stakes, LOSS, ROW).data[0].x == ("no",)


def test_an_unlikely_class_can_be_the_best_decision(stakes):
    rows = stakes.predictions
    rows.loc[rows["row"] == ROW, ["proba_no", "proba_yes"]] = [0.75, 0.25]
    caption = caption_of(figures.class_decision(stakes, LOSS, ROW))
    assert caption.startswith(
        "The best decision is yes, although its probability is only 0.25: its expected "
        "cost is 0.750, that of no 2.25."
    )
    assert "“yes” where its probability is at least 0.1" in caption


def test_decisions_that_are_not_classes_are_numbered(stakes):
    table = [[0, 5, 1], [5, 0, 1]]
    stakes.recipe.cost = costs.ClassCosts(table, classes=["no", "yes"])
    traces = figures.class_decision(stakes, LOSS, ROW).data
    assert sorted([*traces[0].x, *traces[1].x]) == ["0", "1", "2"]


def test_missing_probabilities_show_a_message(stakes):
    stakes.predictions["proba_yes"] = np.nan
    figure = figures.class_decision(stakes, LOSS, ROW)
    assert message_of(figure) == "Squared error gives no probabilities."


def test_expected_costs_of_three_classes_are_means_weighted_by_probability():
    # Rows are true classes, columns decisions.
    table = [[0, 2, 8], [4, 0, 2], [10, 1, 0]]
    comparison = decided_among({"a": 0.5, "b": 0.3, "c": 0.2}, table, truth="c")
    figure = figures.class_decision(comparison, LOSS, 0)
    bars = {x: y for bar in figure.data for x, y in zip(bar.x, bar.y, strict=True)}
    assert bars == pytest.approx({"a": 3.2, "b": 1.2, "c": 4.6})
    assert figure.data[0].x == ("b",)
    assert caption_of(figure).startswith(
        "The best decision is b, although its probability is only 0.30: its expected "
        "cost is 1.20, that of a 3.20. The truth was c."
    )


def test_the_best_decision_is_coloured_and_others_are_grey():
    comparison = decided_among({"a": 0.5, "b": 0.5}, [[0, 1], [3, 0]])
    best, others = figures.class_decision(comparison, LOSS, 0).data
    assert best.marker.color == figures.loss_styles([LOSS])[LOSS].color
    assert others.marker.color == NEUTRAL
    assert (best.name, others.name) == ("least expected cost", "other decisions")


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.5, "b, with probability 0.50: its"),
        (0.49, "b, although its probability is only 0.49: its"),
        (1.0, "b, with probability 1.00: its"),
    ],
)
def test_a_probability_of_one_half_is_not_called_small(chance, words):
    comparison = decided_among({"a": 1 - chance, "b": chance}, [[0, 1], [9, 0]])
    caption = caption_of(figures.class_decision(comparison, LOSS, 0))
    assert caption.startswith(f"The best decision is {words}")


def test_equal_costs_are_decided_for_the_first_class():
    comparison = decided_among({"a": 0.5, "b": 0.5}, [[0, 1], [1, 0]])
    figure = figures.class_decision(comparison, LOSS, 0)
    assert figure.data[0].x == ("a",)
    assert "cost is 0.500, that of b 0.500." in caption_of(figure)


def test_decisions_have_the_order_of_the_classes():
    comparison = decided_among({"z": 0.1, "m": 0.2, "a": 0.7}, 1 - np.eye(3))
    axis = figures.class_decision(comparison, LOSS, 0).layout.xaxis
    assert axis.categoryarray == ("z", "m", "a")
    assert (axis.type, axis.categoryorder) == ("category", "array")


def test_of_many_classes_the_twenty_least_expensive_decisions_are_drawn():
    chances = {f"c{k}": k / 435 for k in range(30)}
    figure = figures.class_decision(decided_among(chances, 1 - np.eye(30)), LOSS, 0)
    drawn = [name for bar in figure.data for name in bar.x]
    assert drawn == [f"c{k}" for k in range(29, 9, -1)]
    assert figure.layout.xaxis.categoryarray == tuple(f"c{k}" for k in range(10, 30))


def test_decisions_have_their_probability_under_the_pointer():
    comparison = decided_among({"a": 0.2, "b": 0.8}, [[0, 1], [1, 0]])
    best, other = figures.class_decision(comparison, LOSS, 0).data
    assert (list(best.customdata), list(other.customdata)) == ([0.8], [0.2])
    assert "probability %{customdata:.3~r}" in best.hovertemplate


def test_decisions_that_are_not_classes_have_no_probability_under_the_pointer(stakes):
    table = [[0, 5, 1], [5, 0, 1]]
    stakes.recipe.cost = costs.ClassCosts(table, classes=["no", "yes"])
    figure = figures.class_decision(stakes, LOSS, ROW)
    assert "probability" not in figure.data[0].hovertemplate
    assert ", although" not in caption_of(figure)
    assert ", with probability" not in caption_of(figure)


def test_axes_and_texts_name_target_loss_and_row(stakes):
    figure = figures.class_decision(stakes, LOSS, ROW)
    assert figure.layout.xaxis.title.text == "decision on height"
    assert figure.layout.yaxis.title.text == "expected cost"
    assert figure.layout.title.subtitle.text == "squared error, row 13"
    assert figure.layout.meta["alt"] == (
        "Expected cost of each decision for row 13, from the probabilities of squared "
        "error."
    )
    assert figure.layout.yaxis.rangemode == "tozero"


def test_classes_that_are_cut_to_the_same_name_have_bars_of_their_own():
    chances = {f"{'x' * 40}{k}": (k + 1) / 6 for k in range(3)}
    figure = figures.class_decision(decided_among(chances, 1 - np.eye(3)), LOSS, 0)
    assert len({name for bar in figure.data for name in bar.x}) == 3


def test_names_of_classes_reach_plotly_as_text():
    comparison = decided_among({HOSTILE: 0.9, "b": 0.1}, 1 - np.eye(2))
    figure = figures.class_decision(comparison, LOSS, 0)
    assert figure.data[0].x == ("&lt;b&gt;x&lt;/b&gt; %&#123;x} &#36;y&#36;",)
    assert f"The best decision is {HOSTILE}, with" in caption_of(figure)


def test_an_infinite_probability_is_a_missing_one(stakes):
    stakes.predictions.loc[stakes.predictions["row"] == ROW, "proba_no"] = np.inf
    figure = figures.class_decision(stakes, LOSS, ROW)
    assert figure.data == ()
    assert caption_of(figure).startswith(
        "Squared error gives no probabilities, so nothing can be decided"
    )
