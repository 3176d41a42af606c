"""Scores by fold are those of the table, and the caption counts the wins."""

import numpy as np
import pytest

from skloss import figures
from tests.figures.comparisons import LOSSES, caption_of, comparison_of, folds

TITLES = ["squared error", "absolute error", "Huber"]


def test_each_loss_is_a_line_of_its_scores():
    comparison = comparison_of()
    figure = figures.fold_scores(comparison, "mae")
    assert [trace.name for trace in figure.data] == TITLES
    scores = comparison.folds.query("metric == 'mae'").groupby("loss")
    for loss, trace in zip(LOSSES, figure.data, strict=True):
        rows = scores.get_group(loss)
        np.testing.assert_array_equal(trace.y, rows["value"])
        assert trace.x == ("1", "2", "3", "4")


def test_the_caption_counts_the_folds_that_the_best_loss_wins():
    # The value grows from loss to loss in every fold.
    caption = caption_of(figures.fold_scores(comparison_of(), "mae"))
    assert caption.startswith("Squared error has the best MAE in 4 of 4 folds.")
    assert "MAE, lower is better" in caption
    caption = caption_of(figures.fold_scores(comparison_of(), "r2"))
    assert caption.startswith("Huber has the best R² in 4 of 4 folds.")
    assert "R², higher is better" in caption


def test_only_folds_that_every_loss_has_are_counted():
    frame = folds(["a", "b"])
    of_b = (frame["loss"] == "b") & (frame["metric"] == "mae")
    frame.loc[of_b & (frame["fold"] == 0), "value"] = np.nan
    frame.loc[of_b & (frame["fold"] == 1), "value"] = -1.0
    figure = figures.fold_scores(comparison_of(folds=frame), "mae")
    assert caption_of(figure).startswith("A has the best MAE in 2 of 3 folds.")


def test_a_single_loss_has_the_mean_over_folds():
    # Values 1, 4, 7 and 10.
    comparison = comparison_of(losses=["a"], unit="cm")
    caption = caption_of(figures.fold_scores(comparison, "mae"))
    assert caption.startswith("Mean over folds: a 5.5 cm.")


def test_folds_without_a_score_leave_a_gap():
    frame = folds(["a"]).assign(value=np.nan)
    figure = figures.fold_scores(comparison_of(folds=frame), "mae")
    assert caption_of(figure).startswith("How to read")
    assert np.isnan(figure.data[0].y).all()


@pytest.mark.parametrize(
    ("metric", "title"),
    [("mae", "MAE (cm)"), ("r2", "R²"), ("nll", "NLL (nats per row)")],
)
def test_only_scores_with_a_unit_show_it(metric, title):
    frame = folds(metrics=[metric])
    figure = figures.fold_scores(comparison_of(folds=frame, unit="cm"), metric)
    assert figure.layout.yaxis.title.text == title


def test_a_custom_score_is_drawn_and_higher_is_better():
    comparison = comparison_of(folds=folds(["a", "b"], metrics=["profit"]), unit="cm")
    figure = figures.fold_scores(comparison, "profit")
    assert figure.layout.yaxis.title.text == "profit"
    assert caption_of(figure).startswith("B has the best profit in 4 of 4 folds.")


def test_an_unknown_metric_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'auc'; there are: rmse, mae and r2"):
        figures.fold_scores(comparison_of(), "auc")


def test_the_alternative_text_names_losses_and_folds():
    figure = figures.fold_scores(comparison_of(losses=["a", "b"]), "mae")
    assert figure.layout.meta["alt"] == "MAE of a and b in each of 4 folds."


def test_the_unit_is_shown_under_the_pointer_as_text():
    comparison = comparison_of(unit="<b>")
    trace = figures.fold_scores(comparison, "mae").data[0]
    assert trace.hovertemplate.startswith(
        "%{fullData.name}<br>fold %{x}: %{y:,.3~r} %{m"
    )
    assert trace.meta == "&lt;b&gt;"
    trace = figures.fold_scores(comparison, "r2").data[0]
    assert "meta" not in trace.hovertemplate
    assert trace.meta is None


def test_lines_have_the_style_of_their_loss():
    styles = figures.loss_styles(LOSSES)
    for loss, trace in zip(
        LOSSES, figures.fold_scores(comparison_of(), "mae").data, strict=True
    ):
        assert trace.line.dash == styles[loss].dash
        assert trace.marker.symbol == styles[loss].symbol


def test_a_loss_that_was_stopped_is_drawn_and_never_named_as_the_best():
    """Of three losses the first has the best scores in every fold."""
    comparison = comparison_of(stopped=("squared_error",))
    figure = figures.fold_scores(comparison, "rmse")
    assert len(figure.data) == 3
    caption = figure.layout.meta["caption"]
    assert caption.startswith("Absolute error has the best RMSE in 4 of 4 folds.")
    assert caption.endswith("Squared error was stopped early and not ranked.")
    full = figures.fold_scores(comparison_of(), "rmse").layout.meta["caption"]
    assert full.startswith("Squared error has the best RMSE")
    assert "stopped" not in full


def test_a_stopped_loss_without_scores_is_left_out():
    frame = folds(["a", "b"])
    comparison = comparison_of(folds=frame, stopped=("huber",))
    caption = caption_of(figures.fold_scores(comparison, "mae"))
    assert caption.startswith("A has the best MAE in 4 of 4 folds.")
    assert caption.endswith("Huber was stopped early and not ranked.")


def test_of_two_losses_the_one_left_has_its_mean():
    comparison = comparison_of(folds=folds(["a", "b"]), stopped=("b",))
    caption = caption_of(figures.fold_scores(comparison, "mae"))
    assert caption.startswith("Mean over folds: a 5.5. How to read")


def test_losses_without_a_common_fold_have_their_means():
    frame = folds(["a", "b"], metrics=["mae"])
    gap = ((frame["loss"] == "a") & (frame["fold"] < 2)) | (
        (frame["loss"] == "b") & (frame["fold"] >= 2)
    )
    frame["value"] = frame["value"].where(~gap)
    caption = caption_of(figures.fold_scores(comparison_of(folds=frame), "mae"))
    # Values 2 and 3 of a, 4 and 5 of b.
    assert caption.startswith("Mean over folds: a 2.5 and b 4.5. How to read")


@pytest.mark.parametrize(("wins", "best"), [(1, "A"), (3, "B")])
def test_the_loss_with_most_folds_is_named(wins, best):
    frame = folds(["a", "b"], metrics=["mae"]).assign(value=1.0)
    better = (frame["loss"] == "b") & (frame["fold"] < wins)
    frame.loc[better, "value"] = 0.0
    frame.loc[(frame["loss"] == "b") & (frame["fold"] >= wins), "value"] = 2.0
    caption = caption_of(figures.fold_scores(comparison_of(folds=frame), "mae"))
    assert caption.startswith(f"{best} has the best MAE in 3 of 4 folds.")


def test_a_single_fold_is_a_point():
    frame = folds(["a"]).query("fold == 2")
    (trace,) = figures.fold_scores(comparison_of(folds=frame), "mae").data
    assert trace.x == ("3",)
    assert trace.mode == "lines+markers"


def test_folds_are_categories_in_their_order():
    figure = figures.fold_scores(comparison_of(folds=folds().iloc[::-1]), "mae")
    assert figure.layout.xaxis.type == "category"
    assert all(trace.x == ("1", "2", "3", "4") for trace in figure.data)
    assert [trace.name for trace in figure.data] == TITLES[::-1]
