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
