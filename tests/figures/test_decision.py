"""The predicted distribution of a row with the best decisions, and what they cost."""

import numpy as np
import pytest
from scipy import stats

from skloss import costs, figures
from skloss.noise import FAMILIES, Predictive
from tests.figures.comparisons import (
    LOSSES,
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


def test_the_row_is_found_in_its_fold(comparison):
    for row in (0, 7, 399):
        curve = named(figures.decision(comparison, "huber", row))
        peak = curve["predicted distribution"]
        expected = row_of(comparison, "huber", row)["y_pred"]
        assert peak.x[np.argmax(peak.y)] == pytest.approx(expected, abs=0.2)


def test_axes_and_texts_name_target_unit_loss_and_row(comparison):
    figure = figures.decision(comparison, LOSS, ROW)
    assert figure.layout.xaxis.title.text == "height (cm)"
    assert figure.layout.yaxis.title.text == "probability density"
    assert figure.layout.title.subtitle.text == "squared error, row 13"
    assert figure.layout.meta["alt"].startswith(
        "Distribution that squared error predicts for row 13, with the best decision"
    )


def test_symbols_are_staggered_above_the_density(comparison):
    traces = named(figures.decision(comparison, LOSS, ROW))
    names = ["your cost", "squared error", "absolute error", "percentage error"]
    top = max(traces["predicted distribution"].y)
    heights = [traces[name].y[1] / top for name in names]
    assert heights == pytest.approx([1.04, 1.12, 1.20, 1.28])
    assert {traces[name].y[0] for name in names} == {0.0}


def test_the_cost_of_the_comparison_stands_out(comparison):
    traces = named(figures.decision(comparison, LOSS, ROW))
    assert traces["your cost"].line.width > traces["squared error"].line.width
    assert traces["your cost"].marker.size[1] > traces["squared error"].marker.size[1]
    names = ["your cost", "squared error", "absolute error", "percentage error"]
    assert len({traces[name].line.color for name in names}) == 4


def test_the_density_has_the_colour_of_its_loss(comparison):
    for loss, style in figures.loss_styles(LOSSES).items():
        curve = named(figures.decision(comparison, loss, ROW))["predicted distribution"]
        assert curve.line.color == style.color
        assert curve.fill == "tonexty"


def test_counts_are_drawn_at_whole_numbers(comparison):
    key = LOSS, row_of(comparison)["fold"]
    n_rows = (comparison.predictions.query("loss == @LOSS")["fold"] == key[1]).sum()
    comparison.distributions[key] = Predictive(
        FAMILIES["poisson"], {"loc": np.full((1, n_rows), 4.0), "dispersion": 1.0}
    )
    figure = figures.decision(comparison, LOSS, ROW)
    curve = named(figure)["predicted distribution"]
    np.testing.assert_array_equal(curve.x, np.round(curve.x))
    # Overdispersed by 1: a negative binomial with one success of chance 1 / (1 + 4).
    np.testing.assert_allclose(curve.y, stats.nbinom(1, 0.2).pmf(curve.x))
    assert figure.layout.yaxis.title.text == "probability"
    assert curve.line.shape == "hvh"
