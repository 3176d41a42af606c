"""Linear models reach the optimum of losses that are not convex, in any unit."""

import warnings

import numpy as np
import pytest
import scoringrules
import torch
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, QuantileRegressor
from sklearn.metrics import mean_pinball_loss
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, get_loss
from skloss.losses import Custom

LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0}


def heteroscedastic(n_rows=340, seed=0):  # enough to be used without calibration
    """A linear mean, and a log-scale that is linear in another column."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 3))
    return X, X[:, 0] + np.exp(0.5 * X[:, 1] - 1) * rng.normal(size=n_rows)


def lowest(objective, n_parameters, n_starts=4):
    """Least value that SciPy finds from several random starts."""
    rng = np.random.default_rng(0)
    starts = [np.zeros(n_parameters), *rng.normal(size=(n_starts - 1, n_parameters))]
    options = {"maxiter": 2000, "maxfun": 10**6}
    return min(
        minimize(objective, start, method="L-BFGS-B", options=options).fun
        for start in starts
    )


def normal_nll(y, loc, scale):
    return -stats.norm.logpdf(y, loc, scale)


def laplace_nll(y, loc, scale):
    return -stats.laplace.logpdf(y, loc, scale)


SCORES = {
    "gaussian_nll": normal_nll,
    "laplace_nll": laplace_nll,
    "gaussian_crps": scoringrules.crps_normal,
    "laplace_crps": scoringrules.crps_laplace,
}
# Standard deviations of a distribution of scale 1.
DEVIATION = {name: np.sqrt(2) if "laplace" in name else 1.0 for name in SCORES}


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("name", SCORES)
def test_a_location_and_a_scale_are_those_of_scipy_on_the_same_score(name, unit):
    X, y = heteroscedastic()
    design = np.column_stack([np.ones(len(y)), X])

    def score(theta):
        location, log_scale = theta.reshape(2, 4) @ design.T
        return SCORES[name](y, location, np.exp(log_scale)).mean()

    estimator = TorchRegressor(name, **LINEAR).fit(X, unit * y)
    predicted = estimator.predict_distribution(X)
    scale = predicted.std() / DEVIATION[name]
    found = SCORES[name](y, predicted.mean() / unit, scale / unit).mean()
    assert found <= lowest(score, 8) + 1e-6


def labels(n_rows=200):
    X, y = make_classification(n_rows, 5, n_redundant=0, flip_y=0.1, random_state=1)
    return StandardScaler().fit_transform(X), y


def confidence_penalty(p):
    entropy = -(p * np.log(p) + (1 - p) * np.log1p(-p))
    return -np.log(p) + 0.1 * (np.log(2) - entropy)


OF_PROBABILITY = {
    "brier": lambda p: (1 - p) ** 2,
    "focal": lambda p: -((1 - p) ** 2) * np.log(p),
    "poly1": lambda p: -np.log(p) + 1 - p,
    "generalized_cross_entropy": lambda p: (1 - p**0.7) / 0.7,
    "confidence_penalty": confidence_penalty,
}


@pytest.mark.parametrize("name", OF_PROBABILITY)
def test_a_loss_of_the_true_probability_is_at_least_as_low_as_by_scipy(name):
    X, y = labels()
    design, sign = np.column_stack([np.ones(len(y)), X]), 2 * y - 1

    def objective(theta):
        true = expit(sign * (design @ theta)).clip(1e-12, 1 - 1e-12)
        ridge = 1.0 / (2 * len(y)) * np.square(theta[1:]).sum()
        return OF_PROBABILITY[name](true).mean() + ridge

    estimator = TorchClassifier(name, hidden_layer_sizes=(), alpha=1.0).fit(X, y)
    weight, bias = (p.detach().numpy() for p in estimator.network_[1].parameters())
    found = objective(np.r_[bias, weight.ravel()])
    assert found <= lowest(objective, 6) + 1e-8


def test_a_long_table_reaches_the_optimum_from_starts_on_some_of_its_rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50_000, 2))
    y = (X[:, 0] + rng.logistic(size=len(X)) > 0).astype(int)
    estimator = TorchClassifier("brier", hidden_layer_sizes=()).fit(X, y)
    weight, bias = (p.detach().numpy() for p in estimator.network_[1].parameters())
    p = expit(StandardScaler().fit_transform(X) @ weight.ravel() + bias)
    slope = (p - y) * p * (1 - p)
    assert abs(slope.mean()) < 1e-7
    assert np.abs(slope @ X / len(X)).max() < 1e-7


@pytest.mark.parametrize("name", OF_PROBABILITY)
def test_a_real_table_converges_by_default(name):
    X, y = load_breast_cancer(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        estimator = TorchClassifier(name, hidden_layer_sizes=()).fit(X, y)
    assert estimator.score(X, y) > 0.98


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_several_quantiles_beat_parallel_lines_at_their_own_levels(unit):
    X, y = heteroscedastic()
    levels = (0.1, 0.5, 0.9)
    median = QuantileRegressor(alpha=0.0).fit(X, y).predict(X)
    lines = [median + np.quantile(y - median, level) for level in levels]
    loss = get_loss("multi_quantile", quantiles=levels)
    found = TorchRegressor(loss, **LINEAR).fit(X, unit * y).predict_quantiles(X, levels)
    pinball = [
        [
            mean_pinball_loss(y, line, alpha=q)
            for q, line in zip(levels, some, strict=True)
        ]
        for some in (found.T / unit, lines)
    ]
    assert sum(pinball[0]) < sum(pinball[1])


@pytest.mark.parametrize("n_rows", [90, 500])
def test_several_quantiles_are_as_wide_as_the_noise(n_rows):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 3))
    y = 3 * X[:, 0] - X[:, 1] + 0.1 * rng.normal(size=n_rows)
    estimator = TorchRegressor("multi_quantile", hidden_layer_sizes=()).fit(X, y)
    width = np.diff(estimator.predict_quantiles(X, [0.1, 0.9])).mean()
    assert width == pytest.approx(2 * 0.1 * stats.norm.ppf(0.9), rel=0.2)


def test_beta_nll_at_beta_one_has_the_mean_of_least_squares():
    # Its weight cancels the variance in the gradient of the mean (Seitzer et al. 2022).
    X, y = heteroscedastic()
    loss = get_loss("beta_nll", beta=1.0)
    mean = TorchRegressor(loss, **LINEAR, max_iter=500).fit(X, y).predict(X)
    expected = LinearRegression().fit(X, y).predict(X)
    np.testing.assert_allclose(mean, expected, atol=1e-5)


def test_beta_nll_at_beta_zero_is_the_likelihood():
    X, y = heteroscedastic()
    likelihood, surrogate = (
        TorchRegressor(loss, **LINEAR).fit(X, y).predict_distribution(X)
        for loss in ("gaussian_nll", get_loss("beta_nll", beta=0.0))
    )
    np.testing.assert_allclose(surrogate.mean(), likelihood.mean(), atol=1e-4)
    np.testing.assert_allclose(surrogate.std(), likelihood.std(), rtol=1e-3)


def test_the_history_of_beta_nll_is_that_of_the_likelihood():
    X, y = heteroscedastic()
    estimator = TorchRegressor("beta_nll", **LINEAR).fit(X, y)
    density = estimator.predict_distribution(X).logpdf(y)
    units = 0.5 * np.log(2 * np.pi) + np.log(y.std())  # of standardised targets
    assert estimator.loss_curve_[-1] == pytest.approx(-density.mean() - units)


def cauchy(y_pred, y_true):
    return torch.log1p((y_pred - y_true).square())


@pytest.mark.parametrize("loss", ["gaussian_nll", "student_t_nll", Custom(cauchy)])
def test_the_optimum_does_not_depend_on_the_seed(loss):
    X, y = heteroscedastic()
    one, other = (
        TorchRegressor(loss, **LINEAR, random_state=seed).fit(X, y).predict(X)
        for seed in (1, 2)
    )
    assert np.array_equal(one, other)


def test_a_function_is_minimised_as_by_scipy_where_outliers_make_several_optima():
    X, y = heteroscedastic()
    y[:60] += 30.0
    design = np.column_stack([np.ones(len(y)), X])

    def objective(theta):
        return np.log1p(np.square(y - design @ theta)).mean()

    predicted = TorchRegressor(Custom(cauchy), **LINEAR).fit(X, y).predict(X)
    found = np.log1p(np.square(y - predicted)).mean()
    assert found <= lowest(objective, 4, n_starts=8) + 1e-8


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_lbfgs_minimises_a_function_of_targets_of_any_size(unit):
    X, y = heteroscedastic()
    y = unit * y

    def squares(y_pred, y_true):
        return (y_pred - y_true).square()

    how = LINEAR | {"solver": "lbfgs"}
    predicted = TorchRegressor(Custom(squares), **how).fit(X, y).predict(X)
    expected = LinearRegression().fit(X, y).predict(X)
    np.testing.assert_allclose(predicted, expected, atol=1e-4 * unit)


def test_a_model_at_its_optimum_has_one_row_of_history():
    X = np.random.default_rng(0).normal(size=(50, 2))
    estimator = TorchRegressor(Custom(cauchy), **LINEAR).fit(X, np.zeros(50))
    assert estimator.n_iter_ == len(estimator.history_) == 1


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_student_t_of_a_constant_is_the_most_likely_one_of_scipy(unit):
    y = stats.t(4, loc=2.0).rvs(300, random_state=0)
    estimator = TorchRegressor("student_t_nll", **LINEAR).fit(
        np.zeros((300, 1)), unit * y
    )
    found = estimator.predict_distribution(np.zeros((300, 1))).logpdf(unit * y).mean()
    wanted = stats.t.logpdf(y, *stats.t.fit(y)).mean() - np.log(unit)
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("level", [3, 1000, 10**6])
def test_negative_binomial_reaches_poisson_where_counts_hardly_vary(level):
    y = level + np.arange(300) % 3
    estimator = TorchRegressor("negative_binomial", **LINEAR).fit(np.zeros((300, 1)), y)
    found = estimator.predict_distribution(np.zeros((300, 1))).logpmf(y).mean()
    assert found == pytest.approx(stats.poisson.logpmf(y, y.mean()).mean(), abs=1e-5)
