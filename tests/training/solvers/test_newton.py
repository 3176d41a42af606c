"""Newton: the classical optimum of scikit-learn and statsmodels."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import linprog
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import (
    GammaRegressor,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
    TweedieRegressor,
)
from sklearn.metrics import log_loss, mean_gamma_deviance, mean_tweedie_deviance
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, get_loss

LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0}


def engel():
    data = sm.datasets.engel.load_pandas().data
    return data[["income"]].to_numpy(), data["foodexp"].to_numpy()


def stackloss():
    data = sm.datasets.stackloss.load_pandas()
    return data.exog.to_numpy(), data.endog.to_numpy()


def diabetes():
    return load_diabetes(return_X_y=True, scaled=False)


TABLES = [diabetes, engel, stackloss]


def pinball(y, prediction, q):
    error = y - prediction
    return np.mean(np.where(error > 0, q * error, (q - 1) * error))


GLMS = [
    (
        "poisson",
        PoissonRegressor,
        {},
        lambda y, m: mean_tweedie_deviance(y, m, power=1),
    ),
    ("gamma", GammaRegressor, {}, mean_gamma_deviance),
    (
        "tweedie",
        TweedieRegressor,
        {"power": 1.5, "link": "log"},
        lambda y, m: mean_tweedie_deviance(y, m, power=1.5),
    ),
]


@pytest.mark.parametrize("table", TABLES)
def test_squared_error_is_ordinary_least_squares(table):
    X, y = table()
    model = TorchRegressor("squared_error", **LINEAR).fit(X, y)
    oracle = LinearRegression().fit(X, y)
    ratio = np.mean((y - model.predict(X)) ** 2) / np.mean((y - oracle.predict(X)) ** 2)
    assert ratio == pytest.approx(1.0, rel=1e-6)
    np.testing.assert_allclose(model.predict(X), oracle.predict(X), atol=1e-6 * y.std())


@pytest.mark.parametrize("alpha", [0.1, 10.0, 1000.0])
def test_alpha_is_twice_that_of_ridge_on_standardised_data(alpha):
    X, y = diabetes()
    X, y = StandardScaler().fit_transform(X), (y - y.mean()) / y.std()
    model = TorchRegressor(hidden_layer_sizes=(), alpha=2 * alpha).fit(X, y)
    oracle = Ridge(alpha=alpha).fit(X, y)
    np.testing.assert_allclose(model.predict(X), oracle.predict(X), atol=1e-8)


@pytest.mark.parametrize("table", TABLES)
def test_absolute_error_is_least_absolute_deviations(table):
    X, y = table()
    model = TorchRegressor("absolute_error", **LINEAR).fit(X, y)
    # The linear programme of Charnes, Cooper and Ferguson (1955), in standard units.
    Z = np.column_stack([np.ones(len(y)), StandardScaler().fit_transform(X)])
    n, d = Z.shape
    found = linprog(
        np.r_[np.zeros(d), np.ones(2 * n)],
        A_eq=np.hstack([Z, np.eye(n), -np.eye(n)]),
        b_eq=y,
        bounds=[(None, None)] * d + [(0, None)] * (2 * n),
    )
    assert np.abs(y - model.predict(X)).sum() == pytest.approx(found.fun, rel=1e-3)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("q", [0.05, 0.25, 0.5, 0.9, 0.95])
def test_pinball_is_quantile_regression(table, q):
    X, y = table()
    model = TorchRegressor(get_loss("quantile", quantile=q), **LINEAR).fit(X, y)
    oracle = QuantileRegressor(quantile=q, alpha=0.0).fit(
        StandardScaler().fit_transform(X), y
    )
    best = pinball(y, oracle.predict(StandardScaler().fit_transform(X)), q)
    assert pinball(y, model.predict(X), q) == pytest.approx(best, rel=1e-3)


@pytest.mark.parametrize("table", TABLES)
def test_huber_is_the_m_estimator_of_statsmodels(table):
    X, y = table()
    delta = 0.5 * y.std()
    model = TorchRegressor(get_loss("huber", delta=delta), **LINEAR).fit(X, y)

    def objective(prediction):
        r = np.abs(y - prediction)
        return np.mean(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2)))

    # statsmodels scales residuals by its own estimate: fix the scale at 1.
    Z = sm.add_constant(StandardScaler().fit_transform(X))
    oracle = sm.RLM(y / delta, Z, M=sm.robust.norms.HuberT(t=1.0))
    fitted = oracle.fit(scale_est=lambda r: 1.0, maxiter=500, tol=1e-12)
    best = objective(fitted.fittedvalues * delta)
    assert objective(model.predict(X)) <= best * (1 + 1e-3)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_cross_entropy_is_logistic_regression_with_alpha_one_over_c(C):
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    model = TorchClassifier(hidden_layer_sizes=(), alpha=1 / C).fit(X, y)
    oracle = LogisticRegression(C=C, tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(
        model.predict_proba(X), oracle.predict_proba(X), atol=1e-4
    )


def test_cross_entropy_of_three_classes_is_multinomial_regression():
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    model = TorchClassifier(hidden_layer_sizes=(), alpha=0.5).fit(X, y)
    oracle = LogisticRegression(C=2.0, tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(
        model.predict_proba(X), oracle.predict_proba(X), atol=1e-4
    )
    assert log_loss(y, model.predict_proba(X)) == pytest.approx(
        log_loss(y, oracle.predict_proba(X)), rel=1e-3
    )


def test_class_weight_and_sample_weight_are_those_of_logistic_regression():
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    model = TorchClassifier(hidden_layer_sizes=(), class_weight="balanced", alpha=1.0)
    oracle = LogisticRegression(class_weight="balanced", tol=1e-10, max_iter=10_000)
    np.testing.assert_allclose(
        model.fit(X, y).decision_function(X),
        oracle.fit(X, y).decision_function(X),
        atol=1e-3,
    )


@pytest.mark.parametrize(("loss", "oracle", "params", "deviance"), GLMS)
def test_log_link_losses_are_generalised_linear_models(loss, oracle, params, deviance):
    X, y = diabetes()
    X = StandardScaler().fit_transform(X)
    model = TorchRegressor(loss, **LINEAR).fit(X, y)
    fitted = oracle(alpha=0.0, tol=1e-10, max_iter=10_000, **params).fit(X, y)
    assert deviance(y, model.predict(X)) == pytest.approx(
        deviance(y, fitted.predict(X)), rel=1e-3
    )


@pytest.mark.parametrize(
    "loss", ["squared_error", "absolute_error", "huber", "quantile", "expectile"]
)
def test_a_badly_scaled_feature_does_not_break_the_fit(loss):
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(300, 3))
    y = Z @ [1.0, 1.0, 1.0] + 0.1 * rng.normal(size=300)
    plain = TorchRegressor(loss, **LINEAR).fit(Z, y)
    wild = TorchRegressor(loss, **LINEAR).fit(Z * [1e6, 1e-3, 1.0], y)
    np.testing.assert_allclose(
        wild.predict(Z * [1e6, 1e-3, 1.0]), plain.predict(Z), atol=1e-3
    )


def test_least_squares_takes_one_newton_step():
    X, y = diabetes()
    assert TorchRegressor(**LINEAR).fit(X, y).n_iter_ == 1


@pytest.mark.parametrize("loss", ["absolute_error", "quantile"])
def test_two_targets_with_kinks_reach_the_optimum_without_a_warning(loss):
    X, y = diabetes()
    Y = np.column_stack([y, -3 * y + 100 * np.random.default_rng(0).normal(size=442)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both = TorchRegressor(loss, **LINEAR).fit(X, Y)
    for target, prediction in zip(Y.T, both.predict(X).T, strict=True):
        oracle = QuantileRegressor(quantile=0.5, alpha=0.0).fit(
            StandardScaler().fit_transform(X), target
        )
        best = pinball(target, oracle.predict(StandardScaler().fit_transform(X)), 0.5)
        assert pinball(target, prediction, 0.5) == pytest.approx(best, rel=1e-5)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("max_iter", [1, 5, 12])
def test_max_iter_bounds_the_steps_of_all_stages(max_iter, rng):
    X = rng.normal(size=(300, 3))
    y = X @ [1.0, 2.0, 3.0] + rng.laplace(size=300)
    model = TorchRegressor(
        "absolute_error", hidden_layer_sizes=(), max_iter=max_iter
    ).fit(X, y)
    assert model.n_iter_ == max_iter
