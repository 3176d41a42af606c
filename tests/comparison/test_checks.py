"""Checks of comparisons that were trained: clean tables, planted faults, and costs."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skloss import TorchClassifier, TorchRegressor, compare_losses

RNG = np.random.default_rng(0)
X = pd.DataFrame(RNG.normal(size=(300, 4)), columns=list("abcd"))
Y = pd.Series(X["a"] - X["b"] + RNG.normal(size=300), name="y")
LINEAR = {
    "estimator": TorchRegressor(hidden_layer_sizes=()),
    "losses": ["squared_error", "huber"],
    "cv": 3,
}


def codes(comparison):
    return comparison.checks()["code"].tolist()


@pytest.fixture(scope="module")
def clean():
    return compare_losses(X.to_numpy(), Y, **LINEAR)


def test_a_clean_table_has_no_finding(clean):
    assert codes(clean) == []


def test_checks_compute_the_baselines_of_a_small_table(clean):
    clean.checks()
    assert clean.baselines is not None
    by_fold = clean.baseline_folds
    means = by_fold.groupby(["loss", "metric"])["value"].mean()
    shown = clean.baselines.xs("mean", axis=1, level=1)
    assert means["gradient_boosting", "rmse"] == pytest.approx(
        shown.loc["gradient_boosting", "rmse"]
    )


def test_checks_of_a_large_table_fit_nothing(monkeypatch):
    monkeypatch.setattr("skloss.comparison.result._CELLS", 1199)
    comparison = compare_losses(X.to_numpy(), Y, **LINEAR)
    comparison.checks()
    assert comparison.baselines is None


def test_a_leak_in_the_table_is_the_first_finding():
    table = np.column_stack([X, 2 * Y + 1])
    found = compare_losses(table, Y, **LINEAR).checks()
    assert found.loc[0, ["code", "severity"]].tolist() == ["SKL401", "error"]
    assert "“4”" in found.loc[0, "finding"]


def test_losses_are_known_by_label_and_contenders_are_not_losses():
    from sklearn.linear_model import Ridge

    contenders = {"losses": ["huber", {"ridge": Ridge()}]}
    comparison = compare_losses(X.to_numpy(), Y, **LINEAR | contenders)
    assert {name: loss.name for name, loss in comparison.losses.items()} == {
        "huber": "huber"
    }
    assert codes(comparison) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"sample_weight": np.arange(300) % 3, "groups": np.arange(300) // 2},
        {"X": sparse.csr_matrix(X.to_numpy())},
        {"y": np.column_stack([Y, X["a"] + RNG.normal(size=300)])},
    ],
    ids=["weights and groups", "sparse", "two targets"],
)
def test_other_kinds_of_tables_are_checked(facts):
    given = {"X": X.to_numpy(), "y": Y} | facts
    assert codes(compare_losses(**given, **LINEAR)) == []


def test_labels_are_ranked_and_checked():
    y = np.column_stack([Y > 0, X["a"] > RNG.normal(size=300)]).astype(int)
    comparison = compare_losses(
        X.to_numpy(),
        y,
        ["binary_cross_entropy", "focal"],
        estimator=TorchClassifier(hidden_layer_sizes=()),
        cv=3,
    )
    assert set(comparison.standing("log_loss").index) == set(comparison.table.index)
    assert codes(comparison) == []
