"""scikit-learn's checks for losses whose targets it cannot generate.

The targets are distributions, several labels per row, and ordered classes.
"""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import softmax
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 4))
SCORES = X @ RNG.normal(size=(4, 3)) + 0.3 * RNG.normal(size=(90, 3))
SHARES = softmax(SCORES, axis=1)
LABELS = (SCORES > 0).astype(int)
GRADES = np.array(["a", "b", "c", "d"])[np.digitize(SCORES[:, 0], [-1.5, 0.0, 1.5])]
SMALL = {"hidden_layer_sizes": (8,), "max_iter": 30, "n_members": 1, "random_state": 0}

CASES = [
    pytest.param(TorchRegressor("kl_divergence", **SMALL), SHARES, id="kl_divergence"),
    pytest.param(TorchRegressor("js_divergence", **SMALL), SHARES, id="js_divergence"),
    pytest.param(TorchClassifier("asymmetric", **SMALL), LABELS, id="asymmetric"),
    pytest.param(TorchClassifier("corn", **SMALL), GRADES, id="corn"),
]
every_target = pytest.mark.parametrize(("estimator", "y"), CASES)


def output(model, rows):
    return getattr(model, "predict_proba", model.predict)(rows)


@every_target
def test_a_fit_keeps_the_parameters_and_a_second_fit_is_equal(estimator, y):
    model = clone(estimator)
    before = repr(model.get_params())
    first = output(model.fit(X, y), X)
    np.testing.assert_array_equal(output(model.fit(X, y), X), first)
    np.testing.assert_array_equal(output(clone(model).fit(X, y), X), first)
    assert repr(model.get_params()) == before
    assert model.n_features_in_ == 4


@every_target
def test_a_fit_survives_pickling_and_other_containers(estimator, y):
    model = clone(estimator).fit(X, y)
    expected = output(model, X)
    np.testing.assert_array_equal(
        output(pickle.loads(pickle.dumps(model)), X), expected
    )
    for rows in (sparse.csr_matrix(X), X.tolist(), np.asfortranarray(X)):
        found = output(clone(estimator).fit(rows, y.tolist()), rows)
        np.testing.assert_allclose(found, expected, atol=1e-9)
    frame = pd.DataFrame(X, columns=list("pqrs"))
    named = clone(estimator).fit(
        frame, pd.DataFrame(y) if y.ndim == 2 else pd.Series(y)
    )
    np.testing.assert_allclose(output(named, frame), expected, atol=1e-9)
    assert named.feature_names_in_.tolist() == list("pqrs")
    with pytest.raises(ValueError, match="feature names"):
        named.predict(frame.rename(columns={"p": "other"}))


@every_target
def test_a_row_is_predicted_by_itself_in_any_order(estimator, y):
    model = clone(estimator).fit(X, y)
    whole, order = output(model, X), RNG.permutation(len(X))
    np.testing.assert_allclose(output(model, X[order]), whole[order], atol=1e-12)
    alone = np.concatenate([output(model, row[None]) for row in X])
    np.testing.assert_allclose(alone, whole, atol=1e-12)
    assert len(model.predict(X)) == len(X)


@every_target
def test_weight_two_counts_a_row_twice_and_weight_zero_leaves_it_out(estimator, y):
    weight = np.arange(len(X)) % 3 * (np.arange(len(X)) < 50)
    weighted = clone(estimator).fit(X, y, weight)
    repeated = clone(estimator).fit(
        np.repeat(X, weight, axis=0), np.repeat(y, weight, axis=0)
    )
    np.testing.assert_allclose(output(weighted, X), output(repeated, X), atol=1e-8)


@every_target
def test_invalid_data_and_unfitted_estimators_are_refused(estimator, y):
    model = clone(estimator)
    with pytest.raises(NotFittedError):
        model.predict(X)
    with pytest.raises(ValueError, match="NaN"):
        model.fit(np.where(X > 2, np.nan, X), y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, y[:-1])
    with pytest.raises(ValueError, match="sample_weight"):
        model.fit(X, y, np.ones(3))
    with pytest.raises(ValueError, match="features"):
        model.fit(X, y).predict(X[:, :2])


@every_target
def test_a_model_works_in_pipelines_and_continues_by_partial_fit(estimator, y):
    found = cross_val_predict(make_pipeline(StandardScaler(), estimator), X, y, cv=3)
    assert found.shape == y.shape
    model = clone(estimator).partial_fit(X, y)
    first = model.loss_curve_[-1]
    for _ in range(20):
        model.partial_fit(X, y)
    assert model.loss_curve_[-1] < first
