"""Baselines are prepared, scored and given a scale as the losses are."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from skloss import TorchRegressor, compare_losses
from skloss.table import make_preprocessor, propose_roles

FAST = {"hidden_layer_sizes": (16,), "max_iter": 20}


def test_the_scale_of_a_baseline_never_comes_from_rows_being_scored():
    X, y = load_diabetes(return_X_y=True)
    rows = np.arange(len(y))
    splits = [(rows[:300], rows[300:]), (rows[:200], rows[300:])]
    found = compare_losses(X, y, "mse", cv=splits, estimator=TorchRegressor(**FAST))
    nll = [
        -stats.norm(y[:n].mean(), y[:n].std(ddof=0)).logpdf(y[300:]).mean()
        for n in (300, 200)
    ]
    value = found.references().loc["constant", ("nll", "mean")]
    assert value == pytest.approx(np.mean(nll))


def test_a_sparse_table_has_the_constant_as_its_only_baseline(rng):
    X, y = sparse.random(90, 5, 0.3, "csr", random_state=0), rng.normal(size=90)
    splits = list(KFold(3).split(y))
    estimator = TorchRegressor(**FAST)
    references = compare_losses(
        X, y, "mse", cv=splits, estimator=estimator
    ).references()
    assert references.index.tolist() == ["constant"]
    oracle = [np.sqrt(((y[b] - y[a].mean()) ** 2).mean()) for a, b in splits]
    assert references["rmse", "mean"].item() == pytest.approx(np.mean(oracle))


def test_baselines_are_prepared_as_the_losses_are():
    X = pd.DataFrame({"id": np.arange(200)})
    roles = propose_roles(X)  # an identifier, which by itself would be left out
    roles.loc["id"] = ["feature", "number", 0, 200, ""]
    model = make_pipeline(make_preprocessor(X, roles), TorchRegressor(**FAST))
    found = compare_losses(X, 3.0 * X["id"], ["squared_error"], estimator=model, cv=3)
    rmse = found.references()["rmse", "mean"]
    assert rmse["gradient_boosting"] < rmse["constant"] / 2


def test_the_callback_is_called_before_each_fit_and_stops_it(rng):
    X, y = rng.normal(size=(60, 2)), rng.normal(size=60)
    found = compare_losses(X, y, "mse", cv=3, estimator=TorchRegressor(**FAST))
    answers = iter([False, False, True])
    assert found.references(stop=lambda: next(answers)) is None
    assert next(answers, "no more calls") == "no more calls"
    whole = found.references(stop=lambda: False)
    assert whole.index.tolist() == ["constant", "gradient_boosting"]
    assert found.references(stop=lambda: True) is whole  # known: nothing to stop


def test_a_row_of_weight_zero_changes_no_baseline(rng):
    X = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60)})
    y = X["a"] + rng.normal(size=60)
    weight = np.r_[np.zeros(6), np.ones(54)]
    wild = X.astype(object)
    wild.iloc[:6] = "wild"
    options = {"estimator": TorchRegressor(**FAST), "random_state": 0}
    kept = compare_losses(X[6:], y[6:], "mse", cv=3, **options).references()
    weighted = compare_losses(X, y, "mse", cv=3, sample_weight=weight, **options)
    weighted.X = wild
    numbers = weighted.references()
    pd.testing.assert_frame_equal(numbers, kept)


@pytest.mark.parametrize(
    ("y", "metric"),
    [(np.arange(60) % 3, "log_loss"), (np.arange(60) % 2, "log_loss")],
    ids=["multiclass", "binary"],
)
def test_the_constant_predicts_the_class_frequencies(y, metric, rng):
    X = rng.normal(size=(60, 2))
    found = compare_losses(X, y, "cross_entropy", cv=3, task="auto").references()
    # Stratified folds keep equal shares, of which the entropy is log K.
    expected = np.log(len(np.unique(y)))
    assert found.loc["constant", (metric, "mean")] == pytest.approx(expected, rel=0.01)


def test_baselines_are_computed_once(rng):
    X, y = rng.normal(size=(60, 2)), rng.normal(size=60)
    found = compare_losses(X, y, "mse", cv=3, estimator=TorchRegressor(**FAST))
    assert found.baselines is None
    assert found.references() is found.references()
    assert found.baselines is found.references()


def test_several_targets_and_labels_have_baselines(rng):
    X = rng.normal(size=(60, 2))
    numbers = compare_losses(X, rng.normal(size=(60, 2)), "mse", cv=3)
    labels = compare_losses(X, (X > 0).astype(int), "focal", cv=3)
    for found in (numbers, labels):
        references = found.references()
        assert references.index.tolist() == ["constant", "gradient_boosting"]
        assert np.isfinite(references.xs("mean", axis=1, level=1)).all(axis=None)
