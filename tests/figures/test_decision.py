"""The predicted distribution of a row with the best decisions, and what they cost."""

import numpy as np
import pytest
from scipy import stats

from skloss import costs, figures
from tests.figures.comparisons import (
    caption_of,
    message_of,
    named,
    numbers,
    of_numbers,
    priced,
)

LOSS, ROW = "squared_error", 12
STOCK = costs.Linear(under=9, over=1)


@pytest.fixture
def comparison():
    return priced(of_numbers(numbers(), target="height", unit="cm"), STOCK)


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
