"""coef_ and intercept_ of linear models: equal to classical estimators'."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import sparse
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import (
    GammaRegressor,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
)
from sklearn.multioutput import MultiOutputClassifier

from skloss import TorchClassifier, TorchRegressor
from skloss.losses import Quantile
from tests.estimators.small import SMALL

LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0}


@pytest.fixture
def arrays(diabetes):
    return np.asarray(diabetes[0]), np.asarray(diabetes[1], dtype=float)


def test_squared_error_has_those_of_ordinary_least_squares(diabetes):
    X, y = diabetes
    ours, theirs = TorchRegressor(**LINEAR).fit(X, y), LinearRegression().fit(X, y)
    assert ours.coef_.shape == theirs.coef_.shape == (10,)
    assert np.shape(ours.intercept_) == np.shape(theirs.intercept_) == ()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-6)


def test_several_targets_have_a_row_each(arrays):
    X, y = arrays
    Y = np.column_stack([y, 5 - y**0.5 / 1e3, y * 1e6])
    ours, theirs = TorchRegressor(**LINEAR).fit(X, Y), LinearRegression().fit(X, Y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-6)
    single = TorchRegressor(**LINEAR).fit(X, Y[:, :1])
    assert single.coef_.shape == (10,)


@pytest.mark.parametrize("quantile", [0.2, 0.5])
def test_pinball_has_those_of_quantile_regression(quantile, arrays):
    X, y = arrays
    ours = TorchRegressor(Quantile(quantile), max_iter=1000, **LINEAR).fit(X, y)
    theirs = QuantileRegressor(quantile=quantile, alpha=0).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-3)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-3)


def test_absolute_error_has_those_of_least_absolute_deviations(arrays):
    X, y = arrays
    ours = TorchRegressor("absolute_error", max_iter=1000, **LINEAR).fit(X, y)
    theirs = sm.QuantReg(y, sm.add_constant(X)).fit(q=0.5, p_tol=1e-10, max_iter=10000)
    found = np.r_[ours.intercept_, ours.coef_]
    np.testing.assert_allclose(found, theirs.params, rtol=5e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("loss", "glm"), [("poisson", PoissonRegressor), ("gamma", GammaRegressor)]
)
@pytest.mark.parametrize("unit", [1.0, 1e6])
def test_a_log_link_has_those_of_the_log_mean(loss, glm, unit, arrays):
    X, y = arrays
    ours = TorchRegressor(loss, **LINEAR).fit(X, y * unit)
    Z = (X - X.mean(0)) / X.std(0)  # scikit-learn's solver needs standardised columns
    theirs = glm(alpha=0, tol=1e-10, max_iter=5000).fit(Z, y)
    coef = theirs.coef_ / X.std(0)
    np.testing.assert_allclose(ours.coef_, coef, rtol=1e-3, atol=1e-6)
    intercept = theirs.intercept_ - X.mean(0) @ coef + np.log(unit)
    np.testing.assert_allclose(ours.intercept_, intercept, rtol=1e-3, atol=1e-3)
    expected = np.exp(X @ ours.coef_ + ours.intercept_)
    np.testing.assert_allclose(ours.predict(X), expected, rtol=1e-9)


@pytest.mark.parametrize(
    "loss", ["gaussian_nll", "student_t_nll", "laplace_crps", "beta_nll"]
)
@pytest.mark.parametrize("n_targets", [1, 2])
def test_a_predicted_distribution_has_those_of_its_location(loss, n_targets, arrays):
    X, y = arrays
    Y = y if n_targets == 1 else np.column_stack([y, -y])
    model = TorchRegressor(loss, max_iter=20, random_state=0, hidden_layer_sizes=())
    model.fit(X, Y)
    assert model.coef_.shape == (*np.shape(Y)[1:], 10)
    expected = X @ model.coef_.T + model.intercept_
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-9)


def test_a_penalty_acts_on_standardised_columns(arrays):
    X, y = arrays
    ours = TorchRegressor(hidden_layer_sizes=(), alpha=100.0).fit(X, y)
    Z = (X - X.mean(0)) / X.std(0)
    theirs = Ridge(alpha=50.0).fit(Z, y)  # without a factor 1/2 in the squares
    np.testing.assert_allclose(ours.coef_, theirs.coef_ / X.std(0), rtol=1e-6)


def test_a_level_far_from_zero_costs_no_digits_of_the_coefficients(arrays):
    X, y = arrays
    near, far = (TorchRegressor(**LINEAR).fit(X, y + level) for level in (0, 1e8))
    np.testing.assert_allclose(far.coef_, near.coef_, rtol=1e-4)
    np.testing.assert_allclose(far.intercept_ - 1e8, near.intercept_, rtol=1e-4)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_cross_entropy_has_those_of_logistic_regression(n_classes):
    X, y = load_iris(return_X_y=True)
    X, y = X[y < n_classes], np.array(["x", "y", "z"])[y[y < n_classes]]
    Z = (X - X.mean(0)) / X.std(0)
    ours = TorchClassifier(hidden_layer_sizes=(), alpha=0.5).fit(X, y)
    theirs = LogisticRegression(C=2.0, tol=1e-10, max_iter=10000).fit(Z, y)
    assert ours.coef_.shape == theirs.coef_.shape
    assert ours.intercept_.shape == theirs.intercept_.shape
    coef = theirs.coef_ / X.std(0)
    np.testing.assert_allclose(ours.coef_, coef, atol=1e-5)
    intercept = theirs.intercept_ - coef @ X.mean(0)
    np.testing.assert_allclose(ours.intercept_, intercept, atol=1e-4)
    scores = X @ ours.coef_.T + ours.intercept_
    np.testing.assert_allclose(scores.squeeze(), ours.decision_function(X), atol=1e-9)


def test_labels_have_a_row_each_and_ordered_classes_one_for_each_threshold():
    X, Y = make_multilabel_classification(200, n_classes=3, random_state=0)
    model = TorchClassifier(hidden_layer_sizes=(), alpha=0.5).fit(X, Y)
    Z = (X - X.mean(0)) / X.std(0)
    each = MultiOutputClassifier(LogisticRegression(C=2.0, tol=1e-8)).fit(Z, Y)
    expected = np.vstack([one.coef_ for one in each.estimators_]) / X.std(0)
    np.testing.assert_allclose(model.coef_, expected, atol=1e-4)
    X, y = load_iris(return_X_y=True)
    ordinal = TorchClassifier("corn", hidden_layer_sizes=()).fit(X, y)
    assert (ordinal.coef_.shape, ordinal.intercept_.shape) == ((2, 4), (2,))


def test_sparse_and_constant_columns_have_coefficients(arrays):
    X, y = arrays
    X = np.where(X > np.median(X, axis=0), X, 0.0)
    X[:, 4] = 7.0
    ours = TorchRegressor(**LINEAR).fit(sparse.csr_matrix(X), y)
    theirs = LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-9)
    assert abs(ours.coef_[4]) < 1e-12


def test_selection_by_coefficients_reads_them(diabetes):
    X, y = diabetes
    selected = SelectFromModel(TorchRegressor(**LINEAR), max_features=3).fit(X, y)
    expected = SelectFromModel(LinearRegression(), max_features=3).fit(X, y)
    assert (selected.get_support() == expected.get_support()).all()


@pytest.mark.parametrize("name", ["coef_", "intercept_"])
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({}, "exists only for linear models; fit with hidden_layer_sizes"),
        ({"hidden_layer_sizes": (), "n_members": 2}, "only for a single model"),
        ({"loss": "multi_quantile", "hidden_layer_sizes": ()}, "'multi_quantile'"),
    ],
)
def test_other_models_have_none(name, parameters, sentence, arrays):
    model = TorchRegressor(**{**SMALL, "max_iter": 5, **parameters}).fit(*arrays)
    assert not hasattr(model, name) and name not in dir(model)
    with pytest.raises(AttributeError, match=f"{name} .*{sentence}"):
        getattr(model, name)


def test_they_exist_after_a_fit_and_not_before(arrays):
    model = TorchRegressor(**LINEAR)
    assert not hasattr(model, "coef_") and "coef_" not in dir(model)
    with pytest.raises(NotFittedError):
        model.intercept_  # noqa: B018
    model.fit(*arrays)
    assert {"coef_", "intercept_"} <= set(dir(model))
