"""The worst rows come with their features, whatever the table is."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skloss import report
from tests.report.comparisons import comparison_of


def comparison_with(X, **options):
    predictions = pd.DataFrame(
        {
            "loss": ["a", "a", "a", "b"],
            "row": [0, 1, 2, 0],
            "y_true": [1.0, 9.0, 3.0, 1.0],
            "y_pred": [1.5, 2.0, 3.0, 99.0],
        }
    )
    data = (X, np.zeros(3), None)
    return comparison_of(predictions=predictions, data=data, mae__a=[1.0], **options)


@pytest.fixture
def frame():
    return pd.DataFrame({"x": [10, 20, 30], "kind": [*"abc"]}, index=[3, 8, 9])


def test_the_worst_row_comes_first_with_its_index_and_features(frame):
    found = report.worst_rows(comparison_with(frame, target="price"), "a")
    assert found.index.tolist() == [8, 3, 9]
    assert found.index.name == "row"
    assert found.to_dict("list") == {
        "true price": [9.0, 1.0, 3.0],
        "predicted price": [2.0, 1.5, 3.0],
        "absolute error": [7.0, 0.5, 0.0],
        "x": [20, 10, 30],
        "kind": ["b", "a", "c"],
    }


def test_at_most_n_rows_are_returned(frame):
    assert report.worst_rows(comparison_with(frame), "a", n=1).index.tolist() == [8]


def test_a_target_without_a_name_is_called_the_target(frame):
    names = report.worst_rows(comparison_with(frame), "a").columns
    assert names[:2].tolist() == ["true target", "predicted target"]


def test_a_feature_of_the_same_name_keeps_it(frame):
    frame = frame.rename(columns={"x": "absolute error"})
    found = report.worst_rows(comparison_with(frame), "a")
    assert found["absolute error *"].tolist() == [7.0, 0.5, 0.0]
    assert found["absolute error"].tolist() == [20, 10, 30]


@pytest.mark.parametrize("made", [np.asarray, np.ndarray.tolist, sparse.csr_array])
def test_features_of_an_array_are_numbered(made):
    X = np.array([[1.0, 0.0], [0.0, 5.0], [2.0, 2.0]])
    found = report.worst_rows(comparison_with(made(X)), "a")
    assert found.index.tolist() == [1, 0, 2]
    assert found["feature 1"].tolist() == [5.0, 0.0, 2.0]


def test_classes_are_ordered_by_the_probability_of_the_truth(frame):
    predictions = pd.DataFrame(
        {
            "loss": "a",
            "row": [0, 1, 2],
            "y_true": ["no", "yes", "no"],
            "y_pred": ["no", "no", "yes"],
            "proba_no": [0.9, 0.8, 0.4],
            "proba_yes": [0.1, 0.2, 0.6],
        }
    )
    comparison = comparison_of(
        "binary", predictions=predictions, data=(frame, None, None), accuracy__a=[0.3]
    )
    found = report.worst_rows(comparison, "a")
    assert found["probability of the truth"].to_dict() == {8: 0.2, 9: 0.4, 3: 0.9}


def test_several_targets_are_refused(frame):
    comparison = comparison_with(frame)
    comparison.predictions = comparison.predictions.rename(columns=lambda c: f"{c}_0")
    with pytest.raises(ValueError, match="of one target: choose it"):
        report.worst_rows(comparison, "a")


def test_one_of_several_targets_is_chosen_by_its_place(frame):
    predictions = pd.DataFrame(
        {
            "loss": "a",
            "row": [0, 1, 2],
            "y_true_0": [1.0, 2.0, 3.0],
            "y_true_1": [5.0, 5.0, 5.0],
            "y_pred_0": [1.0, 2.0, 3.0],
            "y_pred_1": [5.0, 7.0, 1.0],
        }
    )
    data = (frame, np.zeros((3, 2)), None)
    recipe = {"targets": ("size", "price")}
    parts = {"predictions": predictions, "data": data, "recipe": recipe}
    found = report.worst_rows(comparison_of(mae__a=[1.0], **parts), "a", output=1)
    assert found["absolute error"].tolist() == [4.0, 2.0, 0.0]
    assert found.columns[:2].tolist() == ["true price", "predicted price"]


def test_rows_whose_label_is_least_probable_come_first(frame):
    predictions = pd.DataFrame(
        {
            "loss": "a",
            "row": [0, 1, 2],
            "y_true_0": [1, 0, 0],
            "y_pred_0": [1, 1, 0],
            "proba_0": [0.75, 0.9, 0.4],
        }
    )
    comparison = comparison_of(
        "multilabel",
        classes=[0],
        predictions=predictions,
        data=(frame, np.zeros((3, 1)), None),
        accuracy__a=[1.0],
    )
    found = report.worst_rows(comparison, "a", output=0)
    assert found.index.tolist() == [8, 9, 3]
    np.testing.assert_allclose(found["probability of the truth"], [0.1, 0.6, 0.75])
