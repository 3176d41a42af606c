"""What the figures of a comparison draw and say: curves, folds, residuals."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures, noise
from tests.figures.frames import folds, histories, regression

TITLES = ["squared error", "absolute error", "huber"]

# Learning curves


def test_several_losses_run_from_one_to_zero():
    figure = figures.learning_curves(histories())
    bold = [trace for trace in figure.data if trace.name]
    assert [trace.name for trace in bold] == TITLES
    for trace in bold:
        assert (trace.y[0], trace.y.min()) == (1.0, 0.0)
        # Means over folds 0, 1, 2 of 2 / epoch + fold.
        np.testing.assert_allclose(trace.customdata, 2 / np.arange(1, 31) + 1)


def test_one_loss_keeps_its_units_and_shows_training_beside_validation():
    figure = figures.learning_curves(histories(["huber"]))
    curves = {trace.name: trace.y for trace in figure.data if trace.name}
    np.testing.assert_allclose(curves["training"], 1 / np.arange(1, 31) + 1)
    np.testing.assert_allclose(curves["validation"], 2 / np.arange(1, 31) + 1)


def test_training_stands_in_where_no_rows_were_held_out():
    figure = figures.learning_curves(histories(["a", "b"], validation=False))
    names = [trace.name for trace in figure.data if trace.name]
    assert names == ["a (training)", "b (training)"]
    single = figures.learning_curves(histories(["a"], validation=False))
    assert [trace.name for trace in single.data if trace.name] == ["training"]


def test_a_fold_that_stopped_keeps_its_last_value():
    frame = histories(["a"]).query("fold < 2 and (fold == 0 or epoch <= 10)")
    figure = figures.learning_curves(frame)
    mean = {trace.name: trace.y for trace in figure.data if trace.name}["validation"]
    expected = (2 / 30 + (2 / 10 + 1)) / 2
    assert mean[-1] == pytest.approx(expected)


def test_curves_without_an_epoch_say_so():
    figure = figures.learning_curves(histories().head(0))
    assert "No epoch has finished" in figure.layout.annotations[0].text


def test_curves_of_several_losses_wait_for_a_second_epoch():
    figure = figures.learning_curves(histories(n_epochs=1))
    assert "second epoch" in figure.layout.annotations[0].text
    assert not figure.data
    alone = figures.learning_curves(histories(["huber"], n_epochs=1))
    assert [trace.mode for trace in alone.data if trace.name] == ["markers"] * 2
    assert figures.learning_curves(histories(n_epochs=2)).data


def test_a_flat_curve_is_drawn_at_zero():
    frame = histories(["a", "b"]).assign(train=1.0, validation=1.0)
    bold = [trace for trace in figures.learning_curves(frame).data if trace.name]
    assert (bold[0].y == 0).all()


def test_long_runs_are_thinned_with_both_ends():
    trace = figures.learning_curves(histories(n_epochs=2000)).data[-1]
    assert len(trace.x) == 200
    assert (trace.x[0], trace.x[-1]) == (1, 2000)


def test_the_caption_names_the_lowest_epoch():
    caption = figures.learning_curves(histories()).layout.meta["caption"]
    assert "huber at epoch 30 of 30" in caption


# Scores by fold


def test_fold_scores_has_a_line_per_loss_and_counts_the_wins():
    figure = figures.fold_scores(folds(), "mae", "cm")
    assert [trace.name for trace in figure.data] == TITLES
    np.testing.assert_array_equal(figure.data[0].y, [1.0, 4.0, 7.0, 10.0])
    caption = figure.layout.meta["caption"]
    assert caption.startswith("squared error has the best MAE in 4 of 4 folds.")
    caption = figures.fold_scores(folds(), "r2").layout.meta["caption"]
    assert caption.startswith("huber has the best R² in 4 of 4 folds.")


def test_units_belong_only_to_scores_that_have_them():
    titles = [
        figures.fold_scores(folds(), metric, "cm").layout.yaxis.title.text
        for metric in ["mae", "r2"]
    ]
    assert titles == ["MAE (cm)", "R²"]


def test_a_score_of_the_users_own_is_drawn_too():
    frame = folds(["a"]).assign(metric="profit")
    frame = frame.drop_duplicates(["loss", "fold"])
    figure = figures.fold_scores(frame, "profit")
    assert figure.layout.yaxis.title.text == "profit"
    with pytest.raises(ValueError, match="there are: profit"):
        figures.fold_scores(frame, "mae")


def test_folds_without_a_score_leave_a_gap():
    frame = folds(["a"]).assign(value=np.nan)
    caption = figures.fold_scores(frame, "mae").layout.meta["caption"]
    assert caption.startswith("How to read")


# Predictions against truth


def test_points_are_predictions_against_truth():
    frame = regression()
    figure = figures.prediction_vs_truth(frame, "height", "cm")
    trace = {trace.name: trace for trace in figure.data}["huber"]
    rows = frame[frame["loss"] == "huber"]
    np.testing.assert_array_equal(trace.x, rows["y_pred"])
    np.testing.assert_array_equal(trace.y, rows["y_true"])


def test_many_rows_are_sampled_alike_for_every_loss_and_said():
    figure = figures.prediction_vs_truth(regression(n_rows=20_000), "height")
    points = {trace.name: trace for trace in figure.data if trace.name}
    assert sum(len(trace.x) for trace in points.values()) <= 3000
    np.testing.assert_array_equal(points["huber"].y, points["squared error"].y)
    assert "1,000 of 20,000 rows are drawn" in figure.layout.meta["caption"]
    again = figures.prediction_vs_truth(regression(n_rows=20_000), "height")
    assert figure == again


def test_rows_far_out_do_not_squeeze_the_rest_and_are_counted():
    frame = regression(["a"])
    frame.loc[0, "y_true"] = 1e6
    figure = figures.prediction_vs_truth(frame, "height")
    assert figure.layout.yaxis.range[1] < 300
    assert " outside the frame" in figure.layout.meta["caption"]


def test_the_typical_miss_is_the_median():
    frame = pd.DataFrame({"loss": "a", "row": range(3), "y_true": [1.0, 2.0, 9.0]})
    figure = figures.prediction_vs_truth(frame.assign(y_pred=0.0), "height", "cm")
    assert "less than: a 2 cm." in figure.layout.meta["caption"]


def test_one_of_several_targets_is_drawn():
    frame = regression(["a"]).rename(
        columns={"y_true": "y_true_1", "y_pred": "y_pred_1"}
    )
    drawn = figures.prediction_vs_truth(frame, "height", output=1)
    assert len(drawn.data[1].x) == 400
    with pytest.raises(ValueError, match="output="):
        figures.prediction_vs_truth(frame, "height")


# Residuals


@pytest.mark.parametrize("log_density", [False, True])
def test_bars_and_curves_are_densities_on_one_scale(log_density):
    frame = regression(["a"], n_rows=5000)
    figure = figures.residual_histogram(frame, "a", log_density=log_density)
    bars, gaussian, laplace = figure.data
    assert np.sum(bars.y * bars.width) == pytest.approx(1, abs=0.01)
    for curve in (gaussian, laplace):
        assert np.trapezoid(curve.y, curve.x) == pytest.approx(1, abs=0.01)
    peak = 1 / (
        2 * noise.residual_fit(frame["y_true"] - frame["y_pred"]).mean_deviation
    )
    assert laplace.y.max() == pytest.approx(peak)


def test_bars_count_the_rows():
    frame = regression(["a"], n_rows=1000)
    bars = figures.residual_histogram(frame, "a").data[0]
    noise = (frame["y_true"] - frame["y_pred"]).to_numpy()
    low, high, count = bars.customdata[7]
    assert count == ((noise >= low) & (noise < high)).sum()
    assert len(bars.x) <= 120


def test_rows_outside_the_histogram_are_told():
    frame = regression(["a"])
    frame.loc[0, "y_true"] = -1e5
    frame.loc[1:, "y_pred"] = frame["y_true"] - np.linspace(-9, 9, 400)
    caption = figures.residual_histogram(frame, "a", "cm").layout.meta["caption"]
    assert "1 row lies outside the frame, the furthest at −100,000 cm." in caption


def test_half_of_the_residuals_equal_still_gives_bins():
    frame = regression(["a"])
    frame.loc[:300, "y_pred"] = frame["y_true"]
    bars = figures.residual_histogram(frame, "a").data[0]
    assert bars.customdata[:, 2].sum() == 400


def test_the_log_scale_starts_below_a_single_row():
    frame = regression(["a"], n_rows=1000)
    figure = figures.residual_histogram(frame, "a", log_density=True)
    bars = figure.data[0]
    lowest, highest = figure.layout.yaxis.range
    assert 10**lowest < bars.y[bars.y > 0].min()
    assert 10**highest > max(trace.y.max() for trace in figure.data)
    assert figure.layout.yaxis.type == "log"


@pytest.mark.parametrize("draw", [figures.residual_histogram, figures.residual_qq])
def test_residuals_without_spread_get_a_sentence(draw):
    frame = regression(["a"]).assign(y_pred=lambda rows: rows["y_true"] - 2)
    figure = draw(frame, "a")
    assert figure.data == ()
    assert "All 400 residuals equal 2" in figure.layout.meta["caption"]
    assert "no<br>spread" in figure.layout.annotations[0].text


def test_qq_of_the_right_noise_lies_on_the_line():
    noise = np.random.default_rng(1).laplace(scale=5, size=4000)
    frame = pd.DataFrame({"loss": "a", "y_true": noise, "y_pred": 0.0})
    figure = figures.residual_qq(frame, "a")
    laplace = {trace.name: trace for trace in figure.data}["Laplace"]
    inner = slice(200, -200)
    np.testing.assert_allclose(laplace.x[inner], laplace.y[inner], atol=1.5)
    assert "of 4,000 rows are drawn, the tails in full" in figure.layout.meta["caption"]
