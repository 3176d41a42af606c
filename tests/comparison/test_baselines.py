"""Baselines are prepared, scored and given a scale as the losses are."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.table import make_preprocessor, propose_roles

FAST = {"hidden_layer_sizes": (16,), "max_iter": 20, "n_members": 1}


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


def test_a_sparse_table_has_no_gradient_boosting(rng):
    X, y = sparse.random(90, 5, 0.3, "csr", random_state=0), rng.normal(size=90)
    splits = list(KFold(3).split(y))
    estimator = TorchRegressor(**FAST)
    references = compare_losses(
        X, y, "mse", cv=splits, estimator=estimator
    ).references()
    assert references.index.tolist() == ["constant", "linear_model"]
    oracle = [np.sqrt(((y[b] - y[a].mean()) ** 2).mean()) for a, b in splits]
    rmse = references["rmse", "mean"]
    assert rmse["constant"] == pytest.approx(np.mean(oracle))
    scaled = make_pipeline(StandardScaler(with_mean=False), Ridge())
    scoring = "neg_root_mean_squared_error"
    oracle = cross_val_score(scaled, X, y, cv=splits, scoring=scoring)
    assert rmse["linear_model"] == pytest.approx(-oracle.mean())


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
    assert whole.index.tolist() == ["constant", "linear_model", "gradient_boosting"]
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
        assert references.index.tolist() == [
            "constant",
            "linear_model",
            "gradient_boosting",
        ]
        assert np.isfinite(references.xs("mean", axis=1, level=1)).all(axis=None)


def test_the_linear_model_of_numbers_is_ridge_on_standardised_columns():
    X, y = load_diabetes(return_X_y=True)
    splits = list(KFold(3).split(y))
    X = X * np.geomspace(1e-3, 1e3, 10)  # units must not matter
    found = compare_losses(X, y, "mse", cv=splits, estimator=TorchRegressor(**FAST))
    oracle = cross_val_score(
        make_pipeline(StandardScaler(), Ridge()), X, y, cv=splits, scoring="r2"
    )
    value = found.references().loc["linear_model", ("r2", "mean")]
    assert value == pytest.approx(oracle.mean())


def test_the_linear_model_of_classes_is_logistic_regression(rng):
    X = rng.normal(size=(120, 3))
    y = np.array(["b", "a", "c"])[(X + rng.normal(size=(120, 3))).argmax(1)]
    splits = list(KFold(3).split(y))
    model = TorchClassifier(**FAST)
    found = compare_losses(X, y, "cross_entropy", cv=splits, estimator=model)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    oracle = [
        log_loss(y[b], pipeline.fit(X[a], y[a]).predict_proba(X[b]), labels=list("abc"))
        for a, b in splits
    ]
    value = found.references().loc["linear_model", ("log_loss", "mean")]
    assert value == pytest.approx(np.mean(oracle), rel=1e-3)


def test_a_label_absent_from_a_fold_has_probability_zero_there(rng):
    X = rng.normal(size=(80, 2))
    Y = np.c_[X[:, 0] > 0, np.arange(80) == 79].astype(int)
    splits = list(KFold(4).split(Y))
    model = TorchClassifier("binary_cross_entropy", **FAST)
    found = compare_losses(
        X, Y, "binary_cross_entropy", cv=splits, task="multilabel", estimator=model
    ).references()["log_loss", "mean"]
    oracle = []
    for train, test in splits:
        share = np.tile(Y[train].mean(0), (20, 1))
        both = [log_loss(Y[test, k], share[:, k], labels=[0, 1]) for k in (0, 1)]
        oracle.append(np.sum(both))  # the sum over labels
    assert found["constant"] == pytest.approx(np.mean(oracle), rel=1e-6)
    # The label is there once, in the last fold, where no model can know of it: the
    # log-loss of probability 0 is bounded by the spacing of doubles, 36 nats.
    assert (found < 2).all()
