"""Reliability diagram: groups, intervals and what the caption states."""

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.stats.proportion import proportion_confint

from skloss import figures
from skloss.figures.style import NEUTRAL
from tests.figures.comparisons import classes, named, of_classes

RNG = np.random.default_rng(0)
CHANCE = expit(2 * RNG.normal(size=2000))
TRUTH = RNG.uniform(size=2000) < CHANCE
FLAT = 0.5 + (CHANCE - 0.5) / 3


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_each_point_is_a_tenth_of_the_rows_with_its_interval():
    drawn = line(figures.reliability(TRUTH, {"right": CHANCE}), "right")
    order = np.argsort(CHANCE).reshape(10, 200)
    np.testing.assert_allclose(drawn.x, CHANCE[order].mean(1))
    np.testing.assert_allclose(drawn.y, TRUTH[order].mean(1))
    ends = proportion_confint(TRUTH[order].sum(1), 200, method="wilson")
    np.testing.assert_allclose(drawn.y - drawn.error_y.arrayminus, ends[0])
    np.testing.assert_allclose(drawn.y + drawn.error_y.array, ends[1])


def test_right_probabilities_lie_on_the_diagonal_and_flattened_ones_do_not():
    figure = figures.reliability(TRUTH, {"before": FLAT, "after": CHANCE})
    slopes = {
        name: np.polyfit(line(figure, name).x, line(figure, name).y, 1)[0]
        for name in ("before", "after")
    }
    assert slopes["after"] == pytest.approx(1.0, abs=0.05)
    assert slopes["before"] == pytest.approx(3.0, abs=0.15)
    diagonal = figure.data[0]
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]


def test_the_caption_states_the_error_and_that_of_right_probabilities():
    figure = figures.reliability(TRUTH, {"before": FLAT, "after": CHANCE}, "<b>yes")
    caption = figure.layout.meta["caption"]
    order = np.argsort(FLAT).reshape(10, 200)
    error = np.abs(FLAT[order].mean(1) - TRUTH[order].mean(1)).mean()
    assert f"Before: mean distance from the diagonal {error:.3f}" in caption
    assert "How to read: " in caption
    assert "<b>yes" in figure.layout.meta["alt"]
    assert "<b>" not in figure.layout.xaxis.title.text
    assert figure.layout.title.text == "Do probabilities come true?"


def test_few_rows_have_a_point_each_and_none_have_a_message():
    few = figures.reliability([True, False, True], {"p": [0.9, 0.2, 0.4]})
    np.testing.assert_allclose(line(few, "p").y, [0.0, 1.0, 1.0])
    empty = figures.reliability([], {"p": []})
    assert len(empty.data) == 0
    assert empty.layout.annotations[0].text.startswith("There are no rows")


def test_another_number_of_probabilities_is_refused():
    with pytest.raises(ValueError, match=r"'p' have the shape \(2,\) and y_true"):
        figures.reliability([True, False, True], {"p": [0.9, 0.2]})


def test_a_loss_keeps_its_colour_and_its_former_scores_are_grey():
    frame = classes(["cross_entropy", "focal"])
    raw = frame[["proba_no", "proba_yes"]] ** 2
    comparison = of_classes(frame, classes=["no", "yes"], link_probabilities=raw)
    whole = named(figures.class_reliability(comparison, "yes"))["focal"]
    found = named(figures.recovered_reliability(comparison, "focal", "yes"))
    assert found["recovered probabilities"].line.color == whole.line.color
    assert found["scores as they are"].line.color == NEUTRAL
