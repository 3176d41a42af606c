"""Flagged are the rows with the highest probability of the class."""

import numpy as np
import pytest
import sklearn.metrics as oracle

from skloss.figures.flagging import flagging
from tests.figures.comparisons import caption_of, classes, message_of, of_classes


def at(moving, n_rows):
    """Readouts at a number of rows, by label."""
    (control,) = moving.controls
    place = np.flatnonzero(control.grid == n_rows)[0]
    return {readout.label: readout.values[place] for readout in moving.readouts}


def moving_of(frame, n_rows=20):
    return flagging(of_classes(frame), "a", "yes", n_rows)


def test_counts_and_scores_are_those_of_the_highest_probabilities():
    frame = classes(["a"])
    found = at(moving_of(frame), 20)
    flagged = frame["proba_yes"].rank(ascending=False) <= 20
    truth = frame["y_true"] == "yes"
    caught = (flagged & truth).sum()
    counts = {"Flagged": 20, "Caught": caught, "Missed": truth.sum() - caught}
    counts["False alarms"] = 20 - caught
    assert {name: found[name] for name in counts} == counts
    assert found["Precision"] == pytest.approx(oracle.precision_score(truth, flagged))
    assert found["Recall"] == pytest.approx(oracle.recall_score(truth, flagged))
    assert found["F1"] == pytest.approx(oracle.f1_score(truth, flagged))
    assert found["Threshold"] == frame.loc[flagged, "proba_yes"].min()


def test_rows_with_the_probability_of_the_last_are_flagged_too():
    frame = classes(["a"])
    frame["proba_yes"] = np.repeat([0.9, 0.2], 200)
    assert at(moving_of(frame, 7), 7)["Flagged"] == 200


def test_curves_are_those_of_the_grid_and_the_mark_follows_the_control():
    moving = moving_of(classes(["a"]))
    (control,) = moving.controls
    precision = next(t for t in moving.figure.data if t.name == "Precision")
    np.testing.assert_array_equal(precision.x, control.grid)
    (place,) = moving.moves
    assert moving.figure.data[place].x == (20, 20)
    mark = moving.moves[place]
    np.testing.assert_array_equal(mark.x, np.column_stack([control.grid] * 2))
    np.testing.assert_array_equal(mark.y, [[0, 1]] * len(control.grid))


@pytest.mark.parametrize(("n_rows", "drawn"), [(0, 1), (1, 1), (400, 400), (999, 400)])
def test_the_number_of_rows_is_one_of_the_table(n_rows, drawn):
    assert moving_of(classes(["a"]), n_rows).controls[0].value == drawn


def test_the_caption_states_the_scores_of_the_chosen_number():
    moving = moving_of(classes(["a"]))
    found = at(moving, 20)
    caption = caption_of(moving.figure)
    assert caption.startswith("Flagging 20 rows, 5%, gives precision ")
    assert f"recall {found['Recall']:.2f}" in caption


def test_a_loss_without_probabilities_has_no_control():
    frame = classes(["a"])
    frame["proba_yes"] = np.nan
    moving = moving_of(frame)
    assert moving.controls == []
    assert "gives no probabilities" in message_of(moving.figure)


def test_the_grid_has_the_first_rows_and_the_whole_table():
    (control,) = moving_of(classes(["a"])).controls
    assert control.grid[:5].tolist() == [1, 2, 3, 4, 5]
    assert control.grid[-1] == 400
    assert len(control.grid) <= 81
    assert (np.diff(control.grid) > 0).all()
    assert control.value in control.grid


def test_flagging_every_row_finds_the_whole_class():
    frame = classes(["a"])
    found = at(moving_of(frame, 400), 400)
    share = (frame["y_true"] == "yes").mean()
    assert (found["Flagged"], found["Missed"], found["Recall"]) == (400, 0, 1)
    assert found["Precision"] == pytest.approx(share)


def test_the_caption_names_the_number_with_the_highest_f1():
    frame = classes(["a"])
    moving = moving_of(frame)
    truth = (frame["y_true"] == "yes").to_numpy()
    order = np.argsort(-frame["proba_yes"].to_numpy(), kind="stable")
    f1 = [
        oracle.f1_score(truth, np.isin(np.arange(400), order[:n]))
        for n in moving.controls[0].grid
    ]
    best = moving.controls[0].grid[int(np.argmax(f1))]
    assert f"F1 is highest with {best:,} ({max(f1):.3g})." in caption_of(moving.figure)


def test_without_rows_of_the_class_no_number_is_best():
    frame = classes(["a"]).assign(y_true="no")
    moving = moving_of(frame)
    assert "F1 is highest" not in caption_of(moving.figure)
    assert at(moving, 20)["Caught"] == 0


def test_weights_count_rows():
    frame = classes(["a"])
    weight = np.full(400, 3.0)
    moving = flagging(of_classes(frame, sample_weight=weight), "a", "yes", 20)
    plain = at(moving_of(frame), 20)
    found = at(moving, 20)
    for name in ("Flagged", "Caught", "Missed", "False alarms"):
        assert found[name] == pytest.approx(3 * plain[name])
    assert found["Precision"] == pytest.approx(plain["Precision"])
    assert "Flagging 60 rows, 5%" in caption_of(moving.figure)


def test_the_axis_is_logarithmic_up_to_all_rows():
    axis = moving_of(classes(["a"])).figure.layout.xaxis
    assert axis.type == "log"
    assert axis.range == pytest.approx((0, np.log10(400)))
    assert axis.title.text == "rows flagged, the most suspicious first"


def test_a_single_row_has_one_number():
    moving = moving_of(classes(["a"], n_rows=1), 1)
    assert moving.controls[0].grid.tolist() == [1]
    assert moving.figure.layout.xaxis.range == (0, 0.1)


def test_lines_differ_in_colour_and_dash():
    lines = moving_of(classes(["a"])).figure.data[:4]
    assert [line.name for line in lines] == ["Precision", "Recall", "F1", "G-mean"]
    assert len({(line.line.color, line.line.dash) for line in lines}) == 4
