"""SKL201 fires where a class is never predicted, and only there."""

from types import SimpleNamespace

import pandas as pd
import pytest

from skloss.diagnostics import CHECKS


def comparison(task, y_pred):
    frame = pd.DataFrame(
        {"loss": "focal", "y_true": ["a", "a", "b", "c"], "y_pred": y_pred}
    )
    return SimpleNamespace(task=task, predictions=frame, stopped=())


def find(*args):
    return CHECKS["SKL201"]().find(comparison(*args))


def test_a_class_that_is_never_predicted_is_named_with_its_rows():
    (found,) = find("multiclass", ["a", "a", "b", "b"])
    assert found.loss == "focal"
    assert found.finding == "Never predicts class c."
    assert "0 of 4 held-out rows" in found.evidence
    assert "1 belong" in found.evidence


def test_each_missing_class_is_a_finding():
    assert [f.finding[-2] for f in find("multiclass", ["a"] * 4)] == ["b", "c"]


def test_a_wrong_prediction_of_a_class_is_a_prediction():
    assert find("multiclass", ["c", "b", "a", "a"]) == []


@pytest.mark.parametrize("task", ["regression", "multilabel"])
def test_tasks_without_one_class_per_row_have_no_finding(task):
    assert find(task, ["a"] * 4) == []
