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
    assert f"right probabilities: before {error:.3f} (" in caption
    assert "How to read: " in caption
    assert "<b>yes" in figure.layout.meta["alt"]
    assert "<b>" not in figure.layout.xaxis.title.text
    assert figure.layout.title.text == "Do probabilities match frequencies?"


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


def test_weights_of_two_count_as_rows_that_occur_twice():
    weight = np.tile([1, 2, 1, 2, 2], 400)
    weighted = figures.reliability(TRUTH, {"p": CHANCE}, sample_weight=weight)
    order = np.argsort(CHANCE, kind="stable").reshape(10, 200)
    mean = (weight * CHANCE)[order].sum(1) / weight[order].sum(1)
    share = (weight * TRUTH)[order].sum(1) / weight[order].sum(1)
    np.testing.assert_allclose(line(weighted, "p").x, mean)
    np.testing.assert_allclose(line(weighted, "p").y, share)
    n_rows = weight[order].sum(1)
    ends = proportion_confint(share * n_rows, n_rows, method="wilson")
    drawn = line(weighted, "p")
    np.testing.assert_allclose(drawn.y - drawn.error_y.arrayminus, ends[0], atol=1e-9)
    np.testing.assert_allclose(drawn.y + drawn.error_y.array, ends[1], atol=1e-9)


def test_rows_of_weight_zero_are_left_out():
    weight = np.ones(2000)
    weight[:500] = 0
    weighted = figures.reliability(TRUTH, {"p": CHANCE}, sample_weight=weight)
    rest = figures.reliability(TRUTH[500:], {"p": CHANCE[500:]})
    np.testing.assert_allclose(line(weighted, "p").x, line(rest, "p").x)
    np.testing.assert_allclose(line(weighted, "p").y, line(rest, "p").y)


@pytest.mark.parametrize(("event", "share"), [(True, 1.0), (False, 0.0)])
def test_intervals_stay_within_zero_and_one(event, share):
    drawn = line(figures.reliability([event] * 40, {"p": np.full(40, 0.5)}), "p")
    np.testing.assert_array_equal(drawn.y, share)
    assert (drawn.y + drawn.error_y.array <= 1 + 1e-12).all()
    assert (drawn.y - drawn.error_y.arrayminus >= -1e-12).all()
    assert (drawn.error_y.array + drawn.error_y.arrayminus > 0.4).all()


def test_each_way_to_get_probabilities_has_its_own_style():
    figure = figures.reliability(TRUTH, {"one": CHANCE, "<two>": FLAT})
    assert [trace.name for trace in figure.data[1:]] == ["one", "&lt;two&gt;"]
    assert figure.data[1].line.color != figure.data[2].line.color
    assert figure.layout.meta["alt"].endswith("its probability: one and <two>.")


def test_axes_name_the_event_and_show_the_unit_square():
    layout = figures.reliability(TRUTH, {"p": CHANCE}, "rain").layout
    assert layout.xaxis.title.text == "mean probability of rain"
    assert layout.yaxis.title.text == "observed frequency"
    assert layout.xaxis.range == (-0.02, 1.02)


def test_a_line_for_each_loss_with_probabilities_of_all_rows():
    frame = classes(["a", "b", "hinge"])
    frame.loc[frame["loss"] == "hinge", "proba_yes"] = np.nan
    frame.loc[frame.index[410], "proba_yes"] = np.nan
    figure = figures.class_reliability(of_classes(frame), "yes")
    assert list(named(figure)) == ["a"]
    rows = frame[frame["loss"] == "a"].sort_values("proba_yes", kind="stable")
    expected = rows["proba_yes"].to_numpy().reshape(10, 40).mean(1)
    np.testing.assert_allclose(named(figure)["a"].x, expected)


def test_losses_keep_their_colours_and_stopped_ones_are_named():
    comparison = of_classes(classes(["focal", "brier"]), stopped=("brier",))
    figure = figures.class_reliability(comparison, "yes")
    styles = figures.loss_styles(["focal", "brier"])
    drawn = named(figure)
    assert drawn["focal"].line.color == styles["focal"].color
    assert drawn["Brier"].marker.symbol == styles["brier"].symbol
    assert figure.layout.meta["caption"].endswith(
        " Brier was stopped early and not ranked."
    )


def test_without_other_scores_one_line_has_the_name_of_the_loss():
    comparison = of_classes(classes(["focal"]), classes=["no", "yes"])
    figure = figures.recovered_reliability(comparison, "focal", "yes")
    assert list(named(figure)) == ["focal"]
    assert figure.layout.title.subtitle.text == "focal"


def test_a_loss_without_probabilities_has_a_message():
    frame = classes(["hinge"]).assign(proba_yes=np.nan)
    figure = figures.recovered_reliability(of_classes(frame), "hinge", "yes")
    assert figure.data == ()
    assert figure.layout.annotations[0].text.startswith("There are no rows")


def test_probabilities_of_a_rare_class_have_axes_of_their_own_size():
    rare = np.random.default_rng(0).random(1000) < 0.01
    figure = figures.reliability(rare, {"x": np.linspace(0, 0.05, 1000)})
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert 0.05 < axis.range[1] < 0.5
    common = figures.reliability(TRUTH, {"x": CHANCE})
    assert common.layout.xaxis.range == (-0.02, 1.02)
