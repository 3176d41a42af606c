"""The decomposition of each loss is that of its held-out rows, in the table's order."""

import numpy as np
import pandas as pd
import pytest

from skloss import metrics, report
from tests.report.comparisons import comparison_of

RNG = np.random.default_rng(0)
Y = RNG.normal(size=60)
NEAR, FAR = Y + 0.1 * RNG.normal(size=60), 0.5 * Y + 1
FACTS = {"mae__mse": [2.0, 2.0], "mae__huber": [1.0, 1.0], "mae__hinge": [1.0, 1.0]}


def compared(task="regression", classes=None, **columns):
    rows = pd.DataFrame({"loss": np.repeat(["huber", "mse"], 60), "fold": 0} | columns)
    return comparison_of(task, predictions=rows, classes=classes, **FACTS)


def numbers():
    return compared(y_true=np.tile(Y, 2), y_pred=np.concatenate([NEAR, FAR]))


def test_rows_follow_the_table_and_a_loss_without_predictions_is_missing():
    found = report.decomposition_table(numbers())
    assert found.index.tolist() == ["mse", "huber", "hinge"]
    np.testing.assert_allclose(found.loc["mse"], metrics.decomposition(Y, FAR))
    np.testing.assert_allclose(found.loc["huber"], metrics.decomposition(Y, NEAR))
    assert found.loc["hinge"].isna().all()


def test_the_score_is_what_is_left_of_uncertainty_without_discrimination():
    found = report.decomposition_table(numbers()).dropna()
    total = found["miscalibration"] - found["discrimination"] + found["uncertainty"]
    np.testing.assert_allclose(found["score"], total)
    errors = [np.mean((FAR - Y) ** 2), np.mean((NEAR - Y) ** 2)]
    np.testing.assert_allclose(found["score"], errors)


def test_a_quantile_is_judged_at_its_level():
    found = report.decomposition_table(numbers(), functional="quantile", level=0.8)
    oracle = metrics.decomposition(Y, NEAR, functional="quantile", level=0.8)
    np.testing.assert_allclose(found.loc["huber"], oracle)


def test_a_label_of_several_is_judged_by_its_own_column():
    truth = (Y > 0).astype(int)
    chance = np.clip(0.5 + NEAR / 8, 0.01, 0.99)
    found = report.decomposition_table(
        compared(
            "multilabel",
            ["small", "large"],
            y_true_0=np.tile(1 - truth, 2),
            y_true_1=np.tile(truth, 2),
            proba_small=0.5,
            proba_large=np.tile(chance, 2),
        ),
        "large",
    )
    np.testing.assert_allclose(found.loc["mse"], metrics.decomposition(truth, chance))


def test_an_unknown_label_is_refused_with_the_known_ones():
    binary = compared("binary", ["a", "b"], y_true="a", proba_a=1.0, proba_b=0.0)
    with pytest.raises(ValueError, match="'c' is not a class; choose one of a, b"):
        report.decomposition_table(binary, "c")
