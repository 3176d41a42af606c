"""Ranking curves are those of scikit-learn, point by point."""

import numpy as np
import pytest
import sklearn.metrics as oracle

from skloss import figures
from tests.figures.comparisons import caption_of, classes, message_of, named, of_classes

BOTH = [figures.precision_recall_curves, figures.roc_curves]


def test_precision_recall_points_are_those_of_scikit_learn():
    frame = classes(["a"])
    trace = figures.precision_recall_curves(of_classes(frame), "yes").data[-1]
    precision, recall, thresholds = oracle.precision_recall_curve(
        frame["y_true"], frame["proba_yes"], pos_label="yes"
    )
    np.testing.assert_allclose(trace.x, recall[:-1])
    np.testing.assert_allclose(trace.y, precision[:-1])
    np.testing.assert_allclose(trace.customdata, thresholds)


def test_roc_points_are_those_of_scikit_learn():
    frame = classes(["a"])
    trace = figures.roc_curves(of_classes(frame), "yes").data[-1]
    false_alarms, found, thresholds = oracle.roc_curve(
        frame["y_true"], frame["proba_yes"], pos_label="yes", drop_intermediate=False
    )
    np.testing.assert_allclose(trace.x[::-1], false_alarms)
    np.testing.assert_allclose(trace.y[::-1], found)
    np.testing.assert_allclose(trace.customdata[::-1], thresholds)


def test_captions_order_the_losses_by_their_area():
    frame = classes(["a", "b"])
    of_a = frame["loss"] == "a"
    frame.loc[of_a, "proba_yes"] = 1 - frame.loc[~of_a, "proba_yes"].to_numpy()
    truth, score = (frame.loc[frame["loss"] == "b", k] for k in ("y_true", "proba_yes"))
    roc = oracle.roc_auc_score(truth, score)
    caption = caption_of(figures.roc_curves(of_classes(frame), "yes"))
    assert f"curve: b {roc:.3g} and a {1 - roc:.3g} (guessing 0.5)" in caption
    pr = oracle.average_precision_score(truth == "yes", score)
    share = (truth == "yes").mean()
    caption = caption_of(figures.precision_recall_curves(of_classes(frame), "yes"))
    assert caption.startswith(f"From best, by average precision: b {pr:.3g} and a ")
    assert f"(guessing {share:.3g})" in caption


def test_guessing_has_the_precision_of_the_share_of_the_class():
    frame = classes(["a"])
    share = (frame["y_true"] == "yes").mean()
    figure = figures.precision_recall_curves(of_classes(frame), "yes")
    assert figure.data[0].y == (share, share)
    assert (
        figure.layout.title.subtitle.text
        == f"class yes, {100 * share:.3g}% of the rows"
    )
    assert figures.roc_curves(of_classes(frame), "yes").data[0].y == (0, 1)


def test_a_class_is_drawn_against_the_rest_by_its_own_column():
    frame = classes(["a"])
    for_no = figures.precision_recall_curves(of_classes(frame), "no").data[-1]
    assert for_no.y[0] == pytest.approx((frame["y_true"] == "no").mean())


def test_labels_of_an_indicator_are_drawn_like_a_class():
    frame = classes(["a"])
    indicator = frame.drop(columns="y_true")
    indicator["y_true_yes"] = (frame["y_true"] == "yes").astype(int)
    curve = figures.roc_curves(of_classes(indicator, task="multilabel"), "yes").data[-1]
    expected = figures.roc_curves(of_classes(frame), "yes").data[-1]
    np.testing.assert_array_equal(curve.y, expected.y)


@pytest.mark.parametrize("draw", BOTH)
def test_a_loss_has_the_same_style_if_others_are_not_drawn(draw):
    frame = classes(["hinge", "b"])
    frame.loc[frame["loss"] == "hinge", "proba_yes"] = np.nan
    styles = figures.loss_styles(["hinge", "b"])
    curve = named(draw(of_classes(frame), "yes"))["b"]
    assert curve.line.color == styles["b"].color


@pytest.mark.parametrize("draw", BOTH)
def test_losses_without_probabilities_are_named(draw):
    frame = classes(["a", "hinge"])
    frame.loc[frame["loss"] == "hinge", "proba_yes"] = np.nan
    figure = draw(of_classes(frame), "yes")
    assert list(named(figure)) == ["a"]
    assert "Hinge gives no probabilities" in caption_of(figure)
    nothing = draw(of_classes(frame[frame["loss"] == "hinge"]), "yes")
    assert "Hinge gave no probabilities" in message_of(nothing)
    assert nothing.data == ()


@pytest.mark.parametrize("draw", BOTH)
def test_a_single_class_has_nothing_to_rank(draw):
    figure = draw(of_classes(classes(["a"]).query("y_true == 'no'")), "yes")
    assert "of the class yes, so there is nothing to rank" in message_of(figure)


@pytest.mark.parametrize("draw", BOTH)
def test_alternative_texts_name_losses_and_class(draw):
    alt = draw(of_classes(classes(["a", "b"])), "yes").layout.meta["alt"]
    assert alt.endswith("curves of a and b for the class yes.")


@pytest.mark.parametrize("draw", BOTH)
def test_axes_show_all_of_the_unit_square(draw):
    layout = draw(of_classes(classes(["a"])), "yes").layout
    for low, high in (layout.xaxis.range, layout.yaxis.range):
        assert low < 0
        assert high > 1


@pytest.mark.parametrize(
    ("draw", "texts"),
    [
        (figures.precision_recall_curves, ["found %{x:", "precision %{y:"]),
        (figures.roc_curves, ["found %{y:", "false alarms %{x:"]),
    ],
)
def test_texts_under_the_pointer_name_the_right_axis(draw, texts):
    lines = draw(of_classes(classes(["a"])), "yes").data[-1].hovertemplate.split("<br>")
    assert lines[:2] == ["%{fullData.name}", "threshold %{customdata:,.3~r}"]
    assert [
        line[: len(text)] for line, text in zip(lines[2:], texts, strict=True)
    ] == texts


def test_axes_of_the_curves_are_named():
    layout = figures.precision_recall_curves(of_classes(classes(["a"])), "yes").layout
    assert layout.xaxis.title.text.startswith("recall")
    assert layout.yaxis.title.text.startswith("precision")
    layout = figures.roc_curves(of_classes(classes(["a"])), "yes").layout
    assert layout.xaxis.title.text == "share of the other rows falsely flagged"
    assert layout.yaxis.title.text == "share of the class that is found"


@pytest.mark.parametrize("name", ["precision_recall_curves", "roc_curves"])
def test_losses_that_were_stopped_are_drawn_and_not_ordered(name):
    comparison = of_classes(classes(["focal", "hinge"]), stopped=("focal",))
    figure = getattr(figures, name)(comparison, "yes")
    caption = figure.layout.meta["caption"]
    order = caption.split(" (guessing")[0]
    assert "focal" not in order
    assert "hinge" in order
    assert " Focal was stopped early and not ranked. How to read" in caption
    assert {"focal", "hinge"} <= {trace.name for trace in figure.data}


def of_two_folds():
    frame = classes(["a"])
    frame["fold"] = frame["row"] % 2
    return frame


def recall_at(truth, score, place):
    false_alarms, found, _ = oracle.roc_curve(truth, score)
    return np.interp(place, false_alarms, found)


def precision_at(truth, score, place):
    precision, recall, _ = oracle.precision_recall_curve(truth, score)
    return precision[recall >= place][-1]


@pytest.mark.parametrize(
    ("draw", "height_at"),
    [(figures.precision_recall_curves, precision_at), (figures.roc_curves, recall_at)],
)
def test_bands_are_one_standard_deviation_of_the_curves_of_the_folds(draw, height_at):
    frame = of_two_folds()
    _, band, _ = draw(of_classes(frame), "yes").data
    assert (band.fill, band.fillcolor) == (
        "toself",
        figures.loss_styles(["a"])["a"].area(),
    )
    high, low = np.split(np.array(band.y), 2)
    heights = [
        height_at(rows["y_true"] == "yes", rows["proba_yes"], 0.6)
        for _, rows in frame.groupby("fold")
    ]
    mean, spread = np.mean(heights), np.std(heights, ddof=1)
    assert band.x[60] == pytest.approx(0.6)
    assert high[60] == pytest.approx(min(mean + spread, 1))
    assert low[::-1][60] == pytest.approx(max(mean - spread, 0))


@pytest.mark.parametrize("draw", BOTH)
def test_a_fold_without_the_class_has_no_part_in_the_band(draw):
    frame = of_two_folds()
    frame = frame[(frame["fold"] == 0) | (frame["y_true"] == "no")]
    assert all(trace.fill is None for trace in draw(of_classes(frame), "yes").data)


@pytest.mark.parametrize("draw", BOTH)
def test_weights_count_rows(draw):
    frame = classes(["a"])
    weight = np.random.default_rng(0).uniform(0.5, 2, 400)
    figure = draw(of_classes(frame, sample_weight=weight), "yes")
    truth, score = frame["y_true"] == "yes", frame["proba_yes"]
    area = {
        "From best, by average precision": oracle.average_precision_score,
        "From best, by area under the curve": oracle.roc_auc_score,
    }
    name, _, values = caption_of(figure).partition(": a ")
    expected = area[name](truth, score, sample_weight=weight)
    assert values.startswith(f"{expected:.3g} (guessing")


def test_the_unit_of_shares_is_the_weight():
    comparison = of_classes(classes(["a"]), sample_weight=np.ones(400))
    subtitle = figures.precision_recall_curves(comparison, "yes").layout.title.subtitle
    assert subtitle.text.endswith("% of the weight")


@pytest.mark.parametrize("draw", BOTH)
def test_bands_stay_within_the_unit_square_and_have_no_text(draw):
    band = draw(of_classes(of_two_folds()), "yes").data[1]
    assert min(band.y) >= 0
    assert max(band.y) <= 1
    assert (min(band.x), max(band.x)) == (0, 1)
    assert band.showlegend is False
    assert band.hoverinfo == "skip"


@pytest.mark.parametrize("draw", BOTH)
def test_perfect_and_reversed_scores_have_areas_of_one_and_nearly_none(draw):
    frame = classes(["a", "b"])
    right = (frame["y_true"] == "yes") == (frame["loss"] == "a")
    frame["proba_yes"] = np.where(right, 0.9, 0.1)
    caption = caption_of(draw(of_classes(frame), "yes"))
    assert ": a 1 and b 0" in caption


@pytest.mark.parametrize("draw", BOTH)
def test_equal_areas_keep_the_order_of_the_losses(draw):
    frame = classes(["z", "a"])
    of_z = frame.loc[frame["loss"] == "z", "proba_yes"].to_numpy()
    frame["proba_yes"] = np.tile(of_z, 2)
    order = caption_of(draw(of_classes(frame), "yes")).partition(": ")[2]
    assert order.startswith("z 0.")


@pytest.mark.parametrize("draw", BOTH)
def test_names_of_classes_and_losses_reach_plotly_as_text(draw):
    figure = draw(of_classes(classes(["<b>$y$"], positive="<i>")), "<i>")
    assert figure.layout.title.subtitle.text.startswith("class &lt;i&gt;")
    assert figure.data[-1].name == "&lt;b&gt;&#36;y&#36;"
    assert figure.layout.meta["alt"].endswith("of <b>$y$ for the class <i>.")
