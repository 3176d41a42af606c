"""compare_losses with weights: validated, dropped at 0, and used by baselines too."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import (
    log_loss,
    make_scorer,
    mean_absolute_error,
    root_mean_squared_error,
)
from sklearn.model_selection import KFold, PredefinedSplit

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.comparison.weights import weight_of_rows

FAST = {"hidden_layer_sizes": (4,), "max_iter": 2, "n_members": 1}
HALVES = [(np.arange(60), np.arange(60, 120)), (np.arange(60, 120), np.arange(60))]


@pytest.fixture
def table(rng):
    X = rng.normal(size=(120, 2))
    return X, X[:, 0] + rng.normal(size=120)


@pytest.fixture
def weight():
    return np.where(np.arange(120) % 3, 1.0, 0.0)


def compare(X, y, losses="squared_error", **options):
    return compare_losses(X, y, losses, estimator=TorchRegressor(**FAST), **options)


class Halves:
    """A splitter that ignores the rows it is called with."""

    def split(self, X, y=None, groups=None):
        return iter(HALVES)

    def get_n_splits(self, X=None, y=None, groups=None):
        return 2


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (np.r_[-1.0, np.ones(119)], "Negative values in data passed"),
        (np.r_[np.nan, np.ones(119)], "sample_weight contains NaN"),
        (np.r_[np.inf, np.ones(119)], "sample_weight contains infinity"),
        (np.ones(119), "sample_weight has 119 values, but y has 120 rows"),
        (np.ones(121), "sample_weight has 121 values, but y has 120 rows"),
        (np.zeros(120), "Every sample_weight is zero"),
        (np.full(120, 1e308), "The sum of sample_weight is beyond 1e+150"),
    ],
)  # fmt: skip
def test_weights_that_are_invalid_for_fit_are_refused(table, value, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        compare(*table, sample_weight=value)


def test_losses_are_scored_with_the_weights(table):
    weight = np.r_[np.ones(90), np.full(30, 5.0)]
    found = compare(*table, sample_weight=weight, cv=HALVES)
    frames = [frame for _, frame in found.predictions.groupby("fold")]
    errors = [(frame["y_true"] - frame["y_pred"]).to_numpy() for frame in frames]
    weights = [weight[frame["row"]] for frame in frames]
    rmse = [
        np.sqrt(np.average(error**2, weights=w))
        for error, w in zip(errors, weights, strict=True)
    ]
    # The noise scale of one half is estimated on the other half.
    nll = [
        np.average(-stats.norm(0, sigma).logpdf(error), weights=w)
        for error, w, sigma in zip(errors, weights, rmse[::-1], strict=True)
    ]
    assert found.table.loc["squared_error", ("rmse", "mean")] == pytest.approx(
        np.mean(rmse)
    )
    assert found.table.loc["squared_error", ("nll", "mean")] == pytest.approx(
        np.mean(nll)
    )


@pytest.mark.parametrize("encoding", ["auto", None])
def test_models_equal_weighted_fits(table, encoding):
    X, y = table
    weight = np.exp(2 * X[:, 0])
    model = TorchRegressor(**FAST, numeric_encoding=encoding, random_state=0)
    options = {"estimator": model, "sample_weight": weight, "cv": HALVES}
    found = compare_losses(X, y, "squared_error", **options).predictions
    for fold, (a, b) in enumerate(HALVES):
        alone = model.fit(X[a], y[a], sample_weight=weight[a]).predict(X[b])
        own = found.loc[found["fold"] == fold, "y_pred"]
        np.testing.assert_allclose(own, alone, rtol=1e-9)


def test_scorers_are_given_the_weights(table):
    weight = np.exp(2 * table[0][:, 0])
    scoring = {"error": make_scorer(mean_absolute_error)}
    found = compare(*table, sample_weight=weight, cv=HALVES, scoring=scoring)
    errors = [
        mean_absolute_error(f["y_true"], f["y_pred"], sample_weight=weight[f["row"]])
        for _, f in found.predictions.groupby("fold")
    ]
    assert found.folds["value"].tolist() == pytest.approx(errors)


def test_baselines_are_fitted_and_scored_with_the_same_weights(table):
    X, y = table
    y, weight = np.r_[y[:100], y[100:] + 50], np.r_[np.ones(100), np.full(20, 1e-3)]
    splits = [(np.arange(0, 120, 2), np.arange(1, 120, 2))]
    splits += [split[::-1] for split in splits]
    found = compare(X, y, sample_weight=weight, cv=splits).references()
    models = {
        "constant": DummyRegressor(),
        "gradient_boosting": HistGradientBoostingRegressor(random_state=0),
    }
    oracle = {
        name: np.mean(
            [
                root_mean_squared_error(
                    y[b],
                    model.fit(X[a], y[a], sample_weight=weight[a]).predict(X[b]),
                    sample_weight=weight[b],
                )
                for a, b in splits
            ]
        )
        for name, model in models.items()
    }
    assert found["rmse", "mean"][[*models]].to_dict() == pytest.approx(oracle)


def test_a_row_of_weight_two_counts_twice_for_the_linear_model(table):
    X, y = table
    twice = np.r_[np.arange(120), np.arange(0, 120, 2)]
    weight = np.where(np.arange(120) % 2, 1.0, 2.0)
    found = compare(X, y, sample_weight=weight, cv=HALVES).references()
    splits = [[np.flatnonzero(np.isin(twice, part)) for part in s] for s in HALVES]
    oracle = compare(X[twice], y[twice], cv=splits).references()
    expected = pytest.approx(oracle["rmse", "mean"]["linear_model"])
    assert found["rmse", "mean"]["linear_model"] == expected


def test_the_noise_scale_of_a_baseline_is_weighted(table):
    X, y = table
    weight = np.r_[np.ones(110), np.full(10, 5.0)]
    found = compare(X, y, sample_weight=weight, cv=HALVES).references()
    means = [np.average(y[a], weights=weight[a]) for a, _ in HALVES]
    errors = [y[b] - mean for mean, (_, b) in zip(means, HALVES, strict=True)]
    sigmas = [
        np.sqrt(np.average(error**2, weights=weight[b]))
        for error, (_, b) in zip(errors, HALVES, strict=True)
    ]
    nll = [
        np.average(-stats.norm(0, sigma).logpdf(error), weights=weight[b])
        for error, sigma, (_, b) in zip(errors, sigmas[::-1], HALVES, strict=True)
    ]
    assert found.loc["constant", ("nll", "mean")] == pytest.approx(np.mean(nll))


def test_baselines_on_labels_are_fitted_with_the_weights(table, rng):
    X, y = table[0], (np.arange(120) % 4 == 0).astype(int)
    weight = np.where(y, 10.0, 1.0)
    model = TorchClassifier(**FAST)
    found = compare_losses(X, y, estimator=model, sample_weight=weight, cv=HALVES)
    constant = DummyClassifier()
    oracle = [
        log_loss(
            y[b],
            constant.fit(X[a], y[a], sample_weight=weight[a]).predict_proba(X[b]),
            sample_weight=weight[b],
        )
        for a, b in HALVES
    ]
    value = found.references().loc["constant", ("log_loss", "mean")]
    assert value == pytest.approx(np.mean(oracle))


def test_baselines_of_several_targets_accept_weights(table, weight):
    X, y = table
    Y = np.column_stack([y, 2 * y])
    kept = weight > 0
    found = compare(X, Y, sample_weight=weight, cv=3).references()
    pd.testing.assert_frame_equal(found, compare(X[kept], Y[kept], cv=3).references())


@pytest.mark.parametrize("cv", [3, KFold(3)])
def test_rows_of_weight_zero_are_dropped_before_any_split(table, weight, cv):
    X, y = table
    kept = np.flatnonzero(weight)
    spoilt = np.where(weight > 0, y, np.nan)
    found = compare(X, spoilt, sample_weight=weight, cv=cv)
    dropped = compare(X[kept], y[kept], cv=cv)
    pd.testing.assert_frame_equal(found.table, dropped.table)
    pd.testing.assert_frame_equal(found.references(), dropped.references())


@pytest.mark.parametrize("cv", [3, KFold(3), HALVES, Halves()])
def test_splits_hold_the_callers_row_numbers(table, weight, cv):
    found = compare(*table, sample_weight=weight, cv=cv)
    held_out = found.predictions.groupby("fold")["row"].apply(np.array)
    for fold, (train, test) in enumerate(found.splits):
        np.testing.assert_array_equal(test, held_out[fold])
        assert not set(train) & set(test)
        assert weight[train].all() and weight[test].all()


@pytest.mark.parametrize(
    "cv", [HALVES, Halves(), PredefinedSplit(np.repeat([1, 0], 60))]
)
def test_splits_that_name_rows_lose_those_of_weight_zero(table, weight, cv):
    found = compare(*table, sample_weight=weight, cv=cv)
    for (train, test), (a, b) in zip(found.splits, HALVES, strict=True):
        np.testing.assert_array_equal(train, a[weight[a] > 0])
        np.testing.assert_array_equal(test, b[weight[b] > 0])


def test_a_split_without_a_weighted_row_is_named(table):
    with pytest.raises(ValueError, match="Split 0 of cv"):
        compare(*table, sample_weight=np.arange(120) < 60, cv=HALVES)


def test_a_sparse_table_that_is_a_dict_has_weights_and_other_dicts_are_refused():
    table, y = sparse.dok_matrix(np.eye(3)), np.arange(3.0)
    assert isinstance(table, dict)
    np.testing.assert_array_equal(weight_of_rows(table, y, [1, 0, 2]), [1.0, 0.0, 2.0])
    with pytest.raises(TypeError, match="X is a dict"):
        weight_of_rows({"a": [1, 2, 3]}, y, None)
