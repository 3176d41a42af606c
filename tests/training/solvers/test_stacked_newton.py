"""Stacked Newton: each model of a stack is near its own optimum."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge

from skloss.losses import get_loss
from skloss.training.solvers import stacked_newton
from skloss.training.solvers.stacked_newton import minimise

ALPHAS = torch.tensor([0.01, 0.3, 3.0], dtype=torch.float64)


@pytest.fixture
def drawn():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 3))
    return x, x @ [1.0, -0.5, 0.0] + rng.normal(size=80), rng.integers(1, 4, (3, 80))


def solved(loss, x, y, weight, n_outputs=1):
    columns = torch.as_tensor(np.column_stack([x, np.ones(len(x))]))
    weight = torch.as_tensor(weight / weight.sum(1, keepdims=True))
    bias = torch.zeros(n_outputs, dtype=torch.float64)
    return minimise(
        get_loss(loss), columns, torch.as_tensor(y), weight, ALPHAS, bias
    ).numpy()


def test_squared_error_gives_ridge_regression(drawn):
    x, y, weight = drawn
    for theta, alpha, w in zip(
        solved("squared_error", x, y, weight), ALPHAS.tolist(), weight, strict=True
    ):
        # Twice the square is minimised, without a factor of 1/2.
        ridge = Ridge(alpha / 2 * w.sum(), tol=1e-12).fit(x, y, w)
        np.testing.assert_allclose(theta[:-1, 0], ridge.coef_, atol=1e-8)
        np.testing.assert_allclose(theta[-1, 0], ridge.intercept_, atol=1e-8)


def test_cross_entropy_gives_logistic_regression(drawn):
    x, y, weight = drawn
    for theta, alpha, w in zip(
        solved("cross_entropy", x, (y > 0).astype(float), weight),
        ALPHAS.tolist(),
        weight,
        strict=True,
    ):
        logistic = LogisticRegression(C=1 / (alpha * w.sum()), tol=1e-10)
        logistic.fit(x, y > 0, w)
        np.testing.assert_allclose(theta[:-1, 0], logistic.coef_[0], atol=0.01)


@pytest.mark.parametrize(
    ("loss", "n_outputs"), [("poisson", 1), ("gaussian_nll", 2), ("huber", 1)]
)
def test_tables_too_long_for_kept_products_give_the_same_models(
    loss, n_outputs, drawn, monkeypatch
):
    x, y, weight = drawn
    kept = solved(loss, x, y.round().clip(0), weight, n_outputs)
    monkeypatch.setattr(stacked_newton, "_KEPT_PRODUCTS", 0)
    other = solved(loss, x, y.round().clip(0), weight, n_outputs)
    np.testing.assert_allclose(kept, other, rtol=1e-9, atol=1e-12)


def test_poisson_gives_the_generalised_linear_model(drawn):
    x, y, weight = drawn
    counts = np.round(np.exp(y))
    for theta, alpha, w in zip(
        solved("poisson", x, counts, weight), ALPHAS.tolist(), weight, strict=True
    ):
        glm = PoissonRegressor(alpha=alpha, tol=1e-10).fit(x, counts, w)
        np.testing.assert_allclose(theta[:-1, 0], glm.coef_, atol=0.01)


def test_a_likelihood_finds_mean_and_spread(drawn):
    x, y, weight = drawn
    theta = solved("gaussian_nll", 0 * x, y, weight, n_outputs=2)
    for (mean, log_variance), w in zip(theta[:, -1], weight, strict=True):
        expected = np.average(y, weights=w)
        assert abs(mean - expected) < 0.01
        variance = np.average((y - expected) ** 2, weights=w)
        assert abs(log_variance - np.log(variance)) < 0.02


def test_kinks_are_rounded_off(drawn):
    x, y, weight = drawn
    theta = solved("absolute_error", 0 * x, y, weight)
    for found, w in zip(theta[:, -1, 0], weight, strict=True):
        below = np.average(y < found, weights=w)
        assert abs(below - 0.5) < 0.06


def test_models_do_not_depend_on_the_others(drawn):
    x, y, weight = drawn
    for loss, n_outputs in (("laplace_nll", 2), ("poisson", 1)):
        together = solved(loss, x, np.exp(y), weight, n_outputs)
        again = solved(
            loss, x, np.exp(y), weight[[0, 0, 0]] * [[1], [2], [3]], n_outputs
        )
        np.testing.assert_allclose(together[0], again[0], rtol=1e-9)
