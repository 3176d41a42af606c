"""Learning curves are means over folds, scaled where losses do not compare."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures
from tests.figures.comparisons import (
    LOSSES,
    caption_of,
    comparison_of,
    histories,
    message_of,
    named,
)

EPOCHS = np.arange(1, 31)


def curves(frame):
    return figures.learning_curves(
        comparison_of(histories=frame, losses=frame["loss"].unique())
    )


def test_several_losses_run_from_one_to_zero():
    bold = named(curves(histories()))
    assert list(bold) == ["squared error", "absolute error", "Huber"]
    for trace in bold.values():
        assert (trace.y[0], trace.y.min()) == (1.0, 0.0)
        # Means over folds 0, 1, 2 of 2 / epoch + fold.
        np.testing.assert_allclose(trace.customdata, 2 / EPOCHS + 1)


def test_scaled_curves_keep_their_shape():
    # (2 / epoch - 2 / 30) / (2 - 2 / 30)
    expected = (2 / EPOCHS - 2 / 30) / (2 - 2 / 30)
    np.testing.assert_allclose(named(curves(histories()))["Huber"].y, expected)


def test_one_loss_keeps_its_units_with_training_and_validation():
    figure = curves(histories(["huber"]))
    np.testing.assert_allclose(named(figure)["training"].y, 1 / EPOCHS + 1)
    np.testing.assert_allclose(named(figure)["validation"].y, 2 / EPOCHS + 1)
    assert figure.layout.title.subtitle.text == "Huber"
    assert figure.layout.yaxis.title.text == "loss"


def test_light_lines_are_the_folds():
    figure = curves(histories(["huber"]))
    light = next(trace for trace in figure.data if trace.showlegend is False)
    # Three folds of thirty epochs, with a gap after each.
    folds = light.y.reshape(3, 31)
    np.testing.assert_allclose(folds[:, :-1], 1 / EPOCHS + np.arange(3)[:, None])
    assert np.isnan(folds[:, -1]).all()


def test_a_single_fold_has_no_light_lines():
    figure = curves(histories(["a", "b"]).query("fold == 0"))
    assert [trace.name for trace in figure.data] == ["a", "b"]


def test_members_of_an_ensemble_are_averaged():
    frame = histories(["a"])
    frame.loc[frame["member"] == 1, "validation"] += 4.0
    np.testing.assert_allclose(named(curves(frame))["validation"].y, 2 / EPOCHS + 3)


def test_training_rows_are_drawn_where_no_rows_were_held_out():
    frame = histories(["a", "b"], validation=False)
    assert list(named(curves(frame))) == ["a (training)", "b (training)"]
    single = histories(["a"], validation=False)
    assert list(named(curves(single))) == ["training"]


def test_a_fold_that_stopped_keeps_its_last_value():
    frame = histories(["a"]).query("fold < 2 and (fold == 0 or epoch <= 10)")
    mean = named(curves(frame))["validation"].y
    assert mean[-1] == pytest.approx((2 / 30 + (2 / 10 + 1)) / 2)


def test_without_an_epoch_there_is_a_message():
    figure = figures.learning_curves_so_far(histories().head(0), LOSSES)
    assert "The first epoch has not finished" in message_of(figure)
    assert figure.data == ()


def test_curves_of_several_losses_begin_at_the_second_epoch():
    figure = curves(histories(n_epochs=1))
    assert message_of(figure) == "Lines begin at the second epoch."
    assert figure.data == ()
    assert curves(histories(n_epochs=2)).data


def test_the_first_epoch_of_a_single_loss_is_a_point():
    alone = named(curves(histories(["huber"], n_epochs=1)))
    assert [trace.mode for trace in alone.values()] == ["markers", "markers"]
    assert [list(trace.x) for trace in alone.values()] == [[1], [1]]


def test_two_epochs_of_a_single_loss_are_a_line():
    alone = named(curves(histories(["huber"], n_epochs=2)))
    assert [trace.mode for trace in alone.values()] == ["lines", "lines"]
    assert [list(trace.x) for trace in alone.values()] == [[1, 2], [1, 2]]


def test_a_running_comparison_has_the_colours_of_the_finished_one():
    so_far = histories(["huber"], n_epochs=3)
    line = figures.learning_curves_so_far(so_far, LOSSES).data[-1].line
    assert line.color == figures.loss_styles(LOSSES)["huber"].color


def test_a_flat_curve_is_drawn_at_zero():
    frame = histories(["a", "b"]).assign(train=1.0, validation=1.0)
    assert (named(curves(frame))["a"].y == 0).all()


def test_long_runs_are_thinned_with_both_ends():
    trace = curves(histories(n_epochs=2000)).data[-1]
    assert len(trace.x) == 200
    assert (trace.x[0], trace.x[-1]) == (1, 2000)


def test_the_caption_names_the_lowest_epoch():
    frame = histories(["a", "b"])
    frame.loc[(frame["loss"] == "b") & (frame["epoch"] > 7), "validation"] += 9.0
    expected = "Lowest point: a at epoch 30 of 30 and b at epoch 7 of 30."
    assert caption_of(curves(frame)).startswith(expected)


def test_training_is_dotted_next_to_validation():
    traces = named(curves(histories(["huber"])))
    assert traces["training"].line.dash == "dot"
    assert traces["validation"].line.dash == "solid"


def test_a_click_on_the_legend_hides_the_folds_too():
    figure = curves(histories(["a", "b"]))
    groups = [trace.legendgroup for trace in figure.data]
    assert groups == ["a", "a", "b", "b"]


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [(["a"], "in the units of this loss"), (["a", "b"], "do not compare")],
)
def test_the_caption_explains_the_scale(losses, sentence):
    assert sentence in caption_of(curves(histories(losses)))


def diverging(losses, factor=1e6):
    frame = histories(losses)
    grows = (frame["loss"] == losses[0]) & (frame["epoch"] > 5)
    frame.loc[grows, ["train", "validation"]] *= factor
    return comparison_of(histories=frame, losses=losses)


def test_a_loss_that_diverges_does_not_flatten_the_others():
    figure = figures.learning_curves(diverging(["squared_error", "huber"]))
    low, high = figure.layout.yaxis.range
    assert (low, high) == pytest.approx((-0.06, 1.2))
    assert caption_of(figure).endswith("Outside the frame, above it: squared error.")


def test_a_single_loss_that_diverges_keeps_its_first_epochs_in_the_frame():
    figure = figures.learning_curves(diverging(["huber"]))
    assert figure.layout.yaxis.range[1] < 10
    assert "above it: training and validation" in caption_of(figure)


def test_curves_that_stay_low_have_the_axis_of_plotly():
    figure = figures.learning_curves(
        comparison_of(histories=histories(["huber"]), losses=["huber"])
    )
    assert figure.layout.yaxis.range is None


@pytest.mark.parametrize(("n_epochs", "dtick"), [(8, 1), (9, None)])
def test_few_epochs_have_a_tick_each(n_epochs, dtick):
    figure = figures.learning_curves_so_far(histories(n_epochs=n_epochs), LOSSES)
    assert figure.layout.xaxis.dtick == dtick


def test_the_caption_counts_losses_beyond_six():
    losses = [f"l{k}" for k in range(8)]
    figure = figures.learning_curves_so_far(histories(losses), losses)
    assert "l6" not in caption_of(figure)
    assert " and 2 more." in caption_of(figure)


def test_axes_are_named_by_their_scale():
    several, single = curves(histories(["a", "b"])), curves(histories(["a"]))
    assert several.layout.yaxis.title.text == (
        "loss, from its start (1) to its lowest (0)"
    )
    assert several.layout.xaxis.title.text == single.layout.xaxis.title.text == "epoch"
    assert several.layout.title.subtitle.text is None or (
        several.layout.title.subtitle.text == ""
    )
    assert several.layout.meta["alt"] == (
        "Learning curves of a and b, loss against epoch."
    )


def test_the_lowest_point_is_that_of_the_mean_over_folds():
    frame = histories(["a"]).query("fold < 2 and member == 0")
    frame = frame.assign(
        validation=np.where(
            frame["fold"] == 0, np.abs(frame["epoch"] - 5), np.abs(frame["epoch"] - 9)
        )
        + 0.001 * frame["epoch"]
    )
    assert caption_of(curves(frame)).startswith("Lowest point: a at epoch 5 of 30.")
    mean = named(curves(frame))["validation"].y
    assert mean[4] == pytest.approx(2.005)


def test_missing_epochs_of_a_fold_keep_its_last_value():
    frame = histories(["a"], validation=False).query("member == 0")
    frame = frame[(frame["fold"] != 1) | (frame["epoch"] <= 3)]
    expected = (1 / EPOCHS + 0 + 1 / EPOCHS + 2 + 1 / np.minimum(EPOCHS, 3) + 1) / 3
    np.testing.assert_allclose(named(curves(frame))["training"].y, expected)


def test_a_curve_that_rises_from_its_start_is_drawn_above_zero():
    frame = histories(["a", "b"])
    rises = frame["loss"] == "a"
    frame.loc[rises, "validation"] = frame.loc[rises, "epoch"]
    line = named(curves(frame))["a"]
    assert line.y[0] == 0
    assert (np.diff(line.y) > 0).all()


def test_names_of_losses_reach_plotly_as_text():
    figure = curves(histories(["<b>$y$", "b"]))
    assert next(iter(named(figure))) == "&lt;b&gt;&#36;y&#36;"
    assert "<b>$y$ at epoch 30 of 30" in caption_of(figure)


def test_folds_have_the_colour_of_their_loss_and_no_text_of_their_own():
    figure = curves(histories(["a", "b"]))
    for light, bold in (figure.data[:2], figure.data[2:]):
        assert light.line.color == bold.line.color
        assert light.line.width < bold.line.width
        assert light.hoverinfo == "skip"
        assert bold.hoverinfo is None


def test_the_curves_of_twenty_one_losses_are_bounded():
    figure = curves(histories([f"loss {k}" for k in range(21)], n_epochs=210))
    assert len(named(figure)) == 21
    assert sum(len(trace.x) for trace in figure.data) <= 21 * (200 + 3 * 201)


def test_losses_that_mostly_rise_above_their_starts_stay_in_the_frame():
    # On the common scale: from 1 down to 0, then up to 3, 4 and a million.
    ends = {"squared_error": 3.0, "huber": 4.0, "absolute_error": 1e6}
    rows = [
        {"loss": loss, "fold": 0, "member": 0, "epoch": epoch, "validation": value}
        for loss, end in ends.items()
        for epoch, value in enumerate([1.0, 0.0, end], start=1)
    ]
    frame = pd.DataFrame(rows).assign(train=1.0)
    figure = figures.learning_curves(comparison_of(histories=frame, losses=list(ends)))
    assert 4.0 < figure.layout.yaxis.range[1] < 10.0
    assert "above it: absolute error." in caption_of(figure)
