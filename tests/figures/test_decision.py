"""The predicted distribution of a row with the best decisions, and what they cost."""

import numpy as np
import pytest
from scipy import stats

from skloss import costs, figures
from tests.figures.comparisons import (
    caption_of,
    classes,
    message_of,
    named,
    numbers,
    of_classes,
    of_numbers,
    priced,
    ranked,
)

LOSS, ROW = "squared_error", 12
STOCK = costs.Linear(under=9, over=1)


@pytest.fixture
def comparison():
    return priced(of_numbers(numbers(), target="height", unit="cm"), STOCK)


@pytest.fixture
def stakes():
    given = of_classes(classes(), classes=["no", "yes"])
    return priced(given, costs.binary(1.0, 9.0))


def row_of(comparison, loss=LOSS, row=ROW):
    rows = comparison.predictions
    return rows[(rows["loss"] == loss) & (rows["row"] == row)].iloc[0]


def test_the_density_is_that_of_the_row(comparison):
    curve = named(figures.decision(comparison, LOSS, ROW))["predicted distribution"]
    expected = stats.laplace(row_of(comparison)["y_pred"], 5.0)
    np.testing.assert_allclose(curve.y, expected.pdf(curve.x))
    np.testing.assert_allclose(curve.customdata, expected.cdf(curve.x))
    assert curve.customdata[0] == pytest.approx(0.003)
    assert curve.customdata[-1] == pytest.approx(0.997)


def test_each_cost_is_marked_at_its_best_decision(comparison):
    traces = named(figures.decision(comparison, LOSS, ROW))
    predicted = row_of(comparison)["y_pred"]
    assert traces["your cost"].x[1] == pytest.approx(predicted + 5 * np.log(5))
    assert traces["squared error"].x[1] == pytest.approx(predicted)
    assert traces["absolute error"].x[1] == pytest.approx(predicted)
    assert traces["percentage error"].x[1] < predicted
    assert traces["truth"].x == (row_of(comparison)["y_true"],)


def test_the_percentage_error_is_marked_for_positive_targets_only(comparison):
    comparison.y = comparison.y - comparison.y.min()
    assert "percentage error" not in named(figures.decision(comparison, LOSS, ROW))


def test_the_caption_states_decision_rule_and_truth(comparison):
    caption = caption_of(figures.decision(comparison, LOSS, ROW))
    assert "cm under your cost (the 0.9 quantile)" in caption
    assert "(the median)" in caption
    assert "The truth was" in caption


def test_a_loss_without_a_distribution_shows_a_message(comparison):
    comparison.distributions = {}
    figure = figures.decision(comparison, LOSS, ROW)
    assert message_of(figure) == "Squared error implies no distribution."


def test_an_unknown_loss_or_row_is_refused(comparison):
    with pytest.raises(ValueError, match="There are no predictions of 'nope'"):
        figures.decision(comparison, "nope", ROW)
    with pytest.raises(ValueError, match="Row 400 was not held out"):
        figures.decision(comparison, LOSS, 400)


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
