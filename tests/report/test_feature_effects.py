"""Which features the held-out predictions of a comparison vary with."""

import numpy as np
import pandas as pd
import pytest

from skloss import report
from tests.report.comparisons import comparison_of

ROWS = np.arange(90)
X = pd.DataFrame({"noise": ROWS // 2 % 9, "town": np.array(["Ulm", "Bonn"])[ROWS % 2]})
BY_TOWN = np.where(ROWS % 2, 5.0, -5.0)


def compared(task="regression", classes=None, weight=None, **columns):
    rows = pd.DataFrame({"loss": "mse", "fold": 0, "row": ROWS} | columns)
    data = (X, pd.Series(BY_TOWN), weight)
    return comparison_of(task, predictions=rows, classes=classes, data=data)


def test_the_feature_that_decides_comes_first_with_all_of_the_variance():
    found = report.feature_effects(compared(y_pred=BY_TOWN))
    assert found.index[0] == "town"
    assert found["town"] == pytest.approx(1.0)


def test_of_several_targets_one_is_chosen():
    comparison = compared(y_pred_0=BY_TOWN, y_pred_1=X["noise"].astype(float))
    assert report.feature_effects(comparison, output=0).index[0] == "town"
    assert report.feature_effects(comparison, output=1).index[0] == "noise"


def test_of_classes_the_last_one_counts_by_default():
    chances = {"proba_no": 0.1 + X["noise"] / 20, "proba_yes": 0.5 + BY_TOWN / 20}
    comparison = compared("binary", ["no", "yes"], **chances)
    assert report.feature_effects(comparison).index[0] == "town"
    assert report.feature_effects(comparison, "no").index[0] == "noise"


@pytest.mark.parametrize("columns", [{}, {"y_pred_0": BY_TOWN}])
def test_without_such_predictions_there_are_no_effects(columns):
    assert report.feature_effects(compared(**columns)).empty


def test_weights_count():
    # Only rows whose prediction follows the noise have a weight.
    follows = X["noise"] > 4
    predicted = np.where(follows, X["noise"], BY_TOWN)
    weight = follows.to_numpy(float)
    found = report.feature_effects(compared(weight=weight, y_pred=predicted))
    assert found["noise"] == pytest.approx(1.0)
    assert found["town"] < 0.5
