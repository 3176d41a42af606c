"""Cross-fitting: a row is predicted by a model of other rows, in any order of rows."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from skloss import TorchRegressor
from skloss.estimators import out_of_fold
from skloss.estimators.fitting import finish, prepare
from skloss.estimators.out_of_fold import (
    can_cross_fit,
    cross_fitted,
    cross_fitted_together,
)
from skloss.estimators.rows import check_rows
from skloss.training import train

LINEAR = TorchRegressor(hidden_layer_sizes=(), alpha=0.0, random_state=0)


def planned(X, y, **options):
    return prepare(LINEAR, check_rows(LINEAR, X, y, None), **options)


def predicted(X, y):
    """Positions of the predicted rows, and their predictions in units of y."""
    plan = planned(X, y)
    rows, raw = cross_fitted(plan, finish(plan, train(plan.models)))
    return rows, plan.targets.restore(raw.numpy())[0, :, 0]


@pytest.fixture
def data(rng):
    X = rng.normal(size=(40, 2))
    return X, X[:, 0] + rng.normal(size=40)


def test_each_row_is_predicted_by_least_squares_on_the_other_folds(data):
    X, y = data
    fold = out_of_fold._folds(X, y)
    assert sorted(set(fold)) == [0, 1, 2, 3, 4]
    expected = np.empty(40)
    for k in range(5):
        rest, own = fold != k, fold == k
        expected[own] = LinearRegression().fit(X[rest], y[rest]).predict(X[own])
    rows, found = predicted(X, y)
    assert sorted(rows) == list(range(40))
    np.testing.assert_allclose(found, expected[rows], atol=1e-6)


def test_models_that_are_refitted_together_keep_their_own_folds_and_rows(data):
    X, y = data
    tables = [(X, y), (X[:30], 3 * y[:30]), (X[5:], -y[5:])]
    plans = [planned(*table) for table in tables]
    together = cross_fitted_together(
        [(plan, finish(plan, train(plan.models))) for plan in plans]
    )
    for (X, y), plan, (rows, raw) in zip(tables, plans, together, strict=True):
        fold, expected = out_of_fold._folds(X, y), np.empty(len(y))
        for k in range(5):
            rest, own = fold != k, fold == k
            expected[own] = LinearRegression().fit(X[rest], y[rest]).predict(X[own])
        found = plan.targets.restore(raw.numpy())[0, :, 0]
        np.testing.assert_allclose(found, expected[rows], atol=1e-6)


def test_the_order_of_the_rows_changes_no_prediction(data, rng):
    X, y = data
    order = rng.permutation(40)
    rows, found = predicted(X, y)
    moved, again = predicted(X[order], y[order])
    expected = np.empty(40)
    expected[rows] = found
    np.testing.assert_allclose(again, expected[order[moved]], atol=1e-8)


def test_equal_rows_are_in_one_fold(data):
    X, y = data
    fold = out_of_fold._folds(np.vstack([X, X]), np.tile(y, 2))
    np.testing.assert_array_equal(fold[:40], fold[40:])


def test_many_rows_are_predicted_in_one_fold_alone(data, monkeypatch):
    monkeypatch.setattr(out_of_fold, "_MANY_ROWS", 39)
    rows, _ = predicted(*data)
    np.testing.assert_array_equal(rows, np.flatnonzero(out_of_fold._folds(*data) == 0))


def test_neither_a_single_row_nor_a_single_epoch_can_be_cross_fitted(data):
    X, y = data
    assert can_cross_fit(planned(X, y))
    assert not can_cross_fit(planned(X, y, one_epoch=True))
    assert not can_cross_fit(planned(np.ones((4, 2)), np.ones(4)))
