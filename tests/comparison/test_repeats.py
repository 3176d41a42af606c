"""Predictions of repeated folds are numbered by their repetition."""

import numpy as np
import pandas as pd

from skloss.comparison.repeats import with_repeats


def numbered(*held_out):
    folds = [k for k, rows in enumerate(held_out) for _ in rows]
    rows = [row for rows in held_out for row in rows]
    frame = pd.DataFrame({"loss": "a", "fold": folds, "row": rows})
    return with_repeats(frame, [(None, np.array(rows)) for rows in held_out])


def test_a_row_that_is_held_out_again_begins_a_repetition():
    frame = numbered([0, 2], [1, 3], [0, 1], [2, 3], [3])
    assert list(frame) == ["loss", "fold", "repeat", "row"]
    assert frame["repeat"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_folds_without_a_repetition_have_no_number():
    assert "repeat" not in numbered([0, 2], [1, 3])


def test_empty_predictions_have_the_column_without_values():
    splits = [(None, np.array([0]))] * 2
    empty = pd.DataFrame({"loss": [], "fold": pd.array([], "int64"), "row": []})
    assert with_repeats(empty, splits)["repeat"].tolist() == []
