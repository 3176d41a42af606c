"""Intervals of linear models from few rows, against the formulas of least squares."""

import pickle

import numpy as np
import pytest
from scipy import stats

from skloss import TorchRegressor, get_loss
from skloss.estimators import leverage

LINEAR = {"hidden_layer_sizes": (), "random_state": 0}


@pytest.fixture
def parts(rng):
    """25 training rows of 5 columns, and 200 new ones."""
    X = rng.normal(size=(225, 5)) * [1, 10, 0.1, 1, 1] + [0, 5, 0, -3, 100]
    y = X @ [1, 0.1, 10, 1, 0] + rng.normal(size=225)
    return X[:25], y[:25], X[25:], y[25:]


def textbook(X, y, X_new, weight):
    """Center, variance factor 1 + h, s^2 and degrees of freedom of least squares."""
    Z, Z_new = (np.c_[np.ones(len(part)), part] for part in (X, X_new))
    covariance = np.linalg.inv(Z.T @ (weight[:, None] * Z))
    beta = covariance @ Z.T @ (weight * y)
    df = weight.sum() - Z.shape[1]
    s2 = (weight * (y - Z @ beta) ** 2).sum() / df
    h = np.einsum("ij,jk,ik->i", Z_new, covariance, Z_new)
    return Z_new @ beta, 1 + h, s2, df


@pytest.mark.parametrize("coverage", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("weighted", [False, True])
def test_intervals_are_the_prediction_intervals_of_least_squares(
    weighted, coverage, parts, rng
):
    X, y, X_new, _ = parts
    weight = rng.uniform(0.5, 2, size=25) if weighted else np.ones(25)
    model = TorchRegressor(**LINEAR, alpha=0).fit(X, y, sample_weight=weight)
    center, factor, s2, df = textbook(X, y, X_new, weight)
    half = stats.t.ppf(0.5 + coverage / 2, df) * np.sqrt(s2 * factor)
    found = model.predict_interval(X_new, coverage)
    np.testing.assert_allclose(found, np.c_[center - half, center + half], rtol=1e-8)


def test_the_distribution_is_student_t(parts):
    X, y, X_new, y_new = parts
    model = TorchRegressor(**LINEAR, alpha=0).fit(X, y)
    center, factor, s2, df = textbook(X, y, X_new, np.ones(25))
    oracle = stats.t(df, center, np.sqrt(s2 * factor))
    found = model.predict_distribution(X_new)
    np.testing.assert_allclose(found.logpdf(y_new), oracle.logpdf(y_new), rtol=1e-7)
    np.testing.assert_allclose(found.std(), oracle.std(), rtol=1e-7)


def test_a_penalty_leaves_more_degrees_of_freedom(parts):
    X, y, _, _ = parts
    shrunk = TorchRegressor(**LINEAR, alpha=20.0).fit(X, y)._fitted.leverage
    # The hat matrix of ridge regression on standardised columns.
    Z = np.c_[(X - X.mean(0)) / X.std(0), np.ones(25)]
    inverse = np.linalg.inv(Z.T @ Z + np.diag([20.0] * 5 + [0]))
    assert shrunk.n_lost_dof == pytest.approx(np.trace(Z @ inverse @ Z.T))
    assert shrunk.n_left_dof == pytest.approx(25 - shrunk.n_lost_dof)


@pytest.mark.parametrize(
    ("loss", "share"),
    [
        ("absolute_error", 0.5),
        # q (1 - q) / (1 - 2 q + 2 q^2)
        (get_loss("quantile", quantile=0.8), 0.16 / 0.68),
        ("huber", 1.0),
    ],
)
def test_other_losses_add_the_variance_of_their_location(loss, share, parts):
    X, y, X_new, _ = parts
    model = TorchRegressor(loss, **LINEAR).fit(X, y)
    _, factor, _, _ = textbook(X, y, X_new, np.ones(25))
    raw = model._fitted.raw_prediction(X_new)
    plain = model._fitted.distribution(raw).std()
    np.testing.assert_allclose(
        model.predict_distribution(X_new).std() / plain,
        np.sqrt(1 + share * (factor - 1)),
        rtol=1e-4,
    )


def test_several_targets_have_their_own_scale(parts):
    X, y, X_new, _ = parts
    both = TorchRegressor(**LINEAR).fit(X, np.c_[y, 100 * y]).predict_interval(X_new)
    alone = TorchRegressor(**LINEAR).fit(X, y).predict_interval(X_new)
    np.testing.assert_allclose(both[:, 0], alone, rtol=1e-6)
    np.testing.assert_allclose(both[:, 1], 100 * alone, rtol=1e-6)


def test_a_column_twice_loses_one_degree_of_freedom(parts):
    X, y, _, _ = parts
    twice = TorchRegressor(**LINEAR, alpha=0).fit(np.c_[X, X[:, 0]], y)
    assert twice._fitted.leverage.n_lost_dof == pytest.approx(6)


def test_leverage_does_not_depend_on_blocks_and_is_pickled(parts, monkeypatch):
    X, y, X_new, _ = parts
    model = TorchRegressor("huber", **LINEAR).fit(X, y)
    whole = model.predict_interval(X_new)
    monkeypatch.setattr(leverage, "_ROWS_AT_ONCE", 7)
    blocks = TorchRegressor("huber", **LINEAR).fit(X, y)
    np.testing.assert_allclose(blocks.predict_interval(X_new), whole, rtol=1e-9)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(copy.predict_interval(X_new), whole, rtol=1e-9)


@pytest.mark.parametrize(("n_rows", "is_counted"), [(2000, True), (2001, False)])
def test_beyond_a_thousand_rows_per_coefficient_it_is_negligible(
    n_rows, is_counted, rng
):
    X = rng.normal(size=(n_rows, 1))
    model = TorchRegressor(**LINEAR).fit(X, rng.normal(size=n_rows))
    assert (model._fitted.leverage is not None) == is_counted


def test_scales_from_held_out_rows_need_no_leverage(parts):
    X, y, X_new, y_new = parts
    model = TorchRegressor(**LINEAR).fit(X, y, X_val=X_new, y_val=y_new)
    assert model._fitted.leverage is None
    assert TorchRegressor("gamma", **LINEAR).fit(X, y**2)._fitted.leverage is not None


def test_as_many_coefficients_as_rows_leave_a_finite_variance(rng):
    X, y = rng.normal(size=(5, 8)), rng.normal(size=5)
    found = TorchRegressor(**LINEAR).fit(X, y).predict_distribution(X)
    assert np.isfinite(found.std()).all() and (found.std() > 0).all()
