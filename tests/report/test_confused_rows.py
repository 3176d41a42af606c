"""Rows in the cells of a confusion matrix, on predictions written by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from skloss import report

TRUTH = ["a", "a", "a", "b", "b", "c"]
GUESS = ["a", "b", "b", "b", "c", "b"]
SURE = [0.9, 0.6, 0.8, 0.7, 0.1, 0.5]


def comparison(**columns):
    rows = pd.DataFrame(
        {"loss": "x", "row": np.arange(6), "y_true": TRUTH, "y_pred": GUESS}
    )
    other = rows.assign(loss="other", y_pred=rows["y_true"])
    X = pd.DataFrame({"size": np.arange(6) * 10}, index=list("pqrstu"))
    predictions = pd.concat([rows.assign(**columns), other])
    return SimpleNamespace(predictions=predictions, X=X)


def test_confusions_are_counted_and_the_most_frequent_is_first():
    counts = report.confusions(comparison(), "x")
    assert counts.to_dict() == {("a", "b"): 2, ("b", "c"): 1, ("c", "b"): 1}
    assert counts.index[0] == ("a", "b")
    assert report.confusions(comparison(), "other").empty


def test_the_rows_of_a_cell_have_the_surest_error_first():
    rows = report.confused_rows(comparison(proba_b=SURE), "x", "a", "b")
    assert rows.index.tolist() == ["r", "q"]
    assert rows["probability of the prediction"].tolist() == [0.8, 0.6]
    assert rows["size"].tolist() == [20, 10]
    assert len(report.confused_rows(comparison(proba_b=SURE), "x", "a", "b", n=1)) == 1


def test_without_probabilities_rows_are_in_their_order():
    rows = report.confused_rows(comparison(), "x", "a", "b")
    assert (rows.index.tolist(), rows.columns.tolist()) == (["q", "r"], ["size"])
