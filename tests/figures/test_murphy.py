"""The Murphy diagram shows the curves of the metric, and states who is below."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures, metrics, report
from tests.report.comparisons import comparison_of

RNG = np.random.default_rng(0)
Y = RNG.normal(size=80)
ANSWERS = {"squared_error": Y + 0.2 * RNG.normal(size=80), "huber": np.zeros(80)}


def compared(answers, y=Y, task="regression", classes=None, column="y_pred", **values):
    frames = [
        pd.DataFrame(
            {"loss": loss, "fold": 0, "row": np.arange(len(y)), "y_true": y}
            | ({column: answer} if column == "y_pred" else {"y_pred": y})
            | {column: answer}
        )
        for loss, answer in answers.items()
    ]
    facts = {f"mae__{loss}": [1.0, 1.0] for loss in answers}
    return comparison_of(
        task,
        predictions=pd.concat(frames, ignore_index=True),
        classes=classes,
        **facts | values,
    )


def test_lines_are_the_curves_of_the_metric_at_one_level_after_another():
    comparison = compared(ANSWERS)
    for level in (0.75, 0.02, 0.999):
        figure = figures.murphy(comparison, functional="quantile", level=level)
        oracle = metrics.murphy_diagram(Y, ANSWERS, functional="quantile", level=level)
        for trace, loss in zip(figure.data, ANSWERS, strict=True):
            np.testing.assert_allclose(trace.y, oracle[loss], atol=1e-12)
            np.testing.assert_allclose(trace.x, oracle.index)
        text = figure.layout.title.subtitle.text
        assert text.endswith(f"quantile at level {level:g}")


def test_lines_follow_predictions_that_were_replaced():
    comparison = compared(ANSWERS)
    figures.murphy(comparison, functional="quantile", level=0.75)
    other = dict(zip(ANSWERS, reversed(ANSWERS.values()), strict=True))
    comparison.predictions = compared(other).predictions
    figure = figures.murphy(comparison, functional="quantile", level=0.75)
    oracle = metrics.murphy_diagram(Y, other, functional="quantile", level=0.75)
    np.testing.assert_allclose(figure.data[0].y, oracle["squared_error"], atol=1e-12)


def test_a_loss_below_all_others_is_named():
    # Between zero and the target, so that no threshold separates it but not zero.
    nested = {"squared_error": 0.9 * Y, "huber": np.zeros(80)}
    caption = figures.murphy(compared(nested)).layout.meta["caption"]
    assert caption.startswith("Squared error is nowhere above the others: it is at")


def test_lines_that_cross_are_stated_with_their_share():
    high, low = np.where(Y > 0, Y, 0.0), np.where(Y < 0, Y, 0.0)
    caption = figures.murphy(compared({"huber": high, "log_cosh": low})).layout.meta[
        "caption"
    ]
    assert caption.startswith("The lines cross; ")
    assert "% of the thresholds." in caption


def test_weights_count():
    weight = np.arange(80) % 3.0
    comparison = compared(ANSWERS)
    comparison.sample_weight = weight
    oracle = metrics.murphy_diagram(Y, ANSWERS, sample_weight=weight)
    np.testing.assert_allclose(figures.murphy(comparison).data[1].y, oracle["huber"])
    table = report.decomposition_table(comparison)
    expected = metrics.decomposition(Y, ANSWERS["huber"], sample_weight=weight)
    np.testing.assert_allclose(table.loc["huber"], expected)


def test_the_probability_of_a_class_is_judged_by_costs():
    labels = np.where(Y > 0, "<yes>", "no")
    chance = 1 / (1 + np.exp(-3 * Y))
    comparison = compared(
        {"focal": chance, "hinge": np.full(80, np.nan)},
        y=labels,
        task="binary",
        classes=["no", "<yes>"],
        column="proba_<yes>",
    )
    figure = figures.murphy(comparison, "<yes>")
    assert [trace.name for trace in figure.data] == ["focal"]
    assert figure.layout.xaxis.title.text.startswith("cost of a false alarm")
    table = report.decomposition_table(comparison, "<yes>", score="log_loss")
    oracle = metrics.decomposition(Y > 0, chance, score="log_loss")
    np.testing.assert_allclose(table.loc["focal"], oracle)
    assert table.loc["hinge"].isna().all()


def test_several_targets_and_unknown_classes_are_refused():
    comparison = compared(ANSWERS)
    comparison.predictions = comparison.predictions.rename(
        columns={"y_true": "y_true_0", "y_pred": "y_pred_0"}
    )
    with pytest.raises(ValueError, match="of one target"):
        figures.murphy(comparison)
    with pytest.raises(ValueError, match="of one target"):
        report.decomposition_table(comparison)
    binary = compared(
        {"focal": Y}, y=Y > 0, task="binary", classes=[False, True], column="proba_True"
    )
    with pytest.raises(ValueError, match="no probabilities of the class"):
        figures.murphy(binary, "maybe")
    with pytest.raises(ValueError, match="is not a class; choose one of False, True"):
        report.decomposition_table(binary, "maybe")


def test_without_predictions_there_is_a_message():
    empty = compared({"huber": np.full(80, np.nan)})
    assert len(figures.murphy(empty).data) == 0


def elementary(y, x, at):
    """Mean elementary score of a mean (Ehm et al. 2016): half of |y - at| on a miss."""
    missed = (np.minimum(x, y) <= at) & (at < np.maximum(x, y))
    return np.mean(np.abs(y - at) * missed)


def test_heights_are_proportional_to_the_elementary_scores_by_hand():
    (line, _) = figures.murphy(compared(ANSWERS)).data
    by_hand = np.array(
        [elementary(Y, ANSWERS["squared_error"], at) for at in line.x[5:-5]]
    )
    drawn = np.asarray(line.y)[5:-5]
    known = by_hand > 1e-3
    ratios = drawn[known] / by_hand[known]
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-6)


def test_a_single_loss_has_nothing_to_be_compared_with():
    caption = figures.murphy(compared({"huber": Y})).layout.meta["caption"]
    assert caption.startswith("A single loss cannot be compared. How to read")


def test_a_stopped_loss_is_drawn_and_not_compared():
    comparison = compared(ANSWERS)
    comparison.stopped = ("huber",)
    figure = figures.murphy(comparison)
    assert [trace.name for trace in figure.data] == ["squared error", "Huber"]
    assert figure.layout.meta["caption"].startswith(
        "A single loss cannot be compared. Huber was stopped early and not"
    )


def test_equal_losses_are_not_reported_to_cross():
    caption = figures.murphy(compared({"huber": Y, "log_cosh": Y.copy()})).layout.meta
    assert caption["caption"].startswith("Huber is nowhere above the others")


def test_a_loss_without_all_rows_is_left_out():
    comparison = compared(ANSWERS)
    comparison.predictions = comparison.predictions.iloc[:-1]
    figure = figures.murphy(comparison)
    assert [trace.name for trace in figure.data] == ["squared error"]


def test_axes_and_subtitle_name_what_is_judged():
    comparison = compared(ANSWERS)
    comparison.unit = "cm"
    layout = figures.murphy(comparison).layout
    assert layout.xaxis.title.text == "threshold (cm)"
    assert layout.yaxis.title.text == "mean elementary score"
    assert layout.title.subtitle.text == "predictions of the mean"
    median = figures.murphy(comparison, functional="quantile").layout
    assert median.title.subtitle.text == "predictions of the quantile at level 0.5"
    assert layout.meta["alt"].startswith("Murphy diagram of squared error and Huber:")


def test_lines_have_the_styles_of_their_losses():
    styles = figures.loss_styles(ANSWERS)
    for trace, loss in zip(
        figures.murphy(compared(ANSWERS)).data, ANSWERS, strict=True
    ):
        assert trace.line.color == styles[loss].color
        assert trace.line.dash == styles[loss].dash
