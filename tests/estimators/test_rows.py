"""Rows given to fit and predict: checks of X, and validation rows to stop on."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor
from tests.estimators.small import SMALL


@pytest.fixture
def halves(diabetes):
    """Training rows and validation rows, as arrays."""
    X, y = np.asarray(diabetes[0]), np.asarray(diabetes[1], dtype=float)
    return X[::2], y[::2], X[1::2], y[1::2]


def fitted(estimator, halves, **kwargs):
    X, y, X_val, y_val = halves
    return estimator.fit(X, y, X_val=X_val, y_val=y_val, **kwargs)


@pytest.mark.parametrize("early_stopping", [True, "auto"])
def test_the_best_epoch_is_that_of_the_validation_rows(early_stopping, halves):
    model = fitted(
        TorchRegressor(early_stopping=early_stopping, n_members=1, random_state=0),
        halves,
    )
    _, y, X_val, y_val = halves
    error = mean_squared_error(y_val, model.predict(X_val)) / y.var()
    assert model.history_["validation"].min() == pytest.approx(error, rel=1e-9)
    waited = model.n_iter_ - 1 - int(model.history_["validation"].argmin())
    assert 0 < waited <= model.n_iter_no_change


def test_validation_rows_of_classes_have_the_class_weights_of_the_training_rows(cancer):
    X, y = cancer
    weights = {0: 0.2, 1: 7.0}
    # The scores of a linear model are not scaled by what it is sure of.
    linear = {"hidden_layer_sizes": (), "solver": "adam", "random_state": 0}
    model = TorchClassifier(class_weight=weights, **linear)
    model.fit(X[::2], y[::2], X_val=X[1::2], y_val=y[1::2])
    weight = np.where(y[1::2] == 1, 7.0, 0.2)
    # The loss is that of the scores; probabilities make up for the class weights.
    scores = expit(model.decision_function(X[1::2]))
    expected = log_loss(y[1::2], scores, sample_weight=weight)
    assert model.history_["validation"].min() == pytest.approx(expected, rel=1e-9)
    one_class = y[1::2] == 1
    model.set_params(class_weight="balanced")
    model.fit(X[::2], y[::2], X_val=X[1::2][one_class], y_val=y[1::2][one_class])
    found = expit(model.decision_function(X[1::2][one_class]))
    expected = -np.log(found).mean()
    assert model.history_["validation"].min() == pytest.approx(expected, rel=1e-9)


def test_every_training_row_is_learned_and_no_other(halves):
    X, y, X_val, y_val = halves
    model = TorchRegressor(**SMALL).fit(X, y, X_val=X_val + 1e6, y_val=y_val)
    np.testing.assert_allclose(model.network_[0].mean, X.mean(0))
    assert model._fitted.targets.center == pytest.approx(y.mean())
    params = {**SMALL, "n_iter_no_change": 30, "batch_size": len(X), "alpha": 0.0}
    params["activation"] = "tanh"  # networks of ReLU start at a linear model of rows
    alone = TorchRegressor(early_stopping=False, **params).fit(X, y)
    watched = fitted(TorchRegressor(**params), halves)
    # One is the loss after each step, the other that of the batch before the step.
    np.testing.assert_allclose(watched.loss_curve_[1:], alone.loss_curve_[:-1])


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_a_convex_fit_keeps_its_optimum_and_takes_the_scale_from_them(loss, halves):
    X, y = halves[:2]
    model = fitted(TorchRegressor(loss, hidden_layer_sizes=()), halves)
    alone = TorchRegressor(loss, hidden_layer_sizes=()).fit(X, y)
    np.testing.assert_allclose(model.predict(X), alone.predict(X), rtol=1e-9)
    assert model.scale_source_ == "validation rows"
    assert alone.scale_source_ == "training rows"


def test_the_scale_is_that_of_the_validation_residuals(halves):
    model = fitted(TorchRegressor(hidden_layer_sizes=()), halves)
    error = mean_squared_error(halves[3], model.predict(halves[2]))
    std = model.predict_distribution(halves[2][:1]).std()
    m = len(halves[3])  # a new row has the variance of Student's t with m degrees
    assert std[0] == pytest.approx(np.sqrt(error * m / (m - 2)))


def test_log_scales_stay_in_the_range_of_the_validation_rows(halves):
    X, _, X_val, _ = halves
    model = fitted(TorchRegressor("gaussian_nll", n_members=1, random_state=0), halves)
    seen = model.predict_distribution(X_val).std()
    far = model.predict_distribution(X + 100 * X.std(0)).std()
    assert seen.min() * (1 - 1e-12) <= far.min()
    assert far.max() <= seen.max() * (1 + 1e-12)


def test_weights_of_validation_rows_count_rows(halves):
    X, y, X_val, y_val = halves
    weight = np.where(np.arange(len(y_val)) < 60, 2.0, 0.0)
    weighted = fitted(TorchRegressor(**SMALL), halves, sample_weight_val=weight)
    kept = np.repeat(np.arange(60), 2)
    repeated = TorchRegressor(**SMALL).fit(X, y, X_val=X_val[kept], y_val=y_val[kept])
    np.testing.assert_allclose(
        weighted.history_["validation"], repeated.history_["validation"]
    )
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X))


@pytest.mark.parametrize("n_members", [1, 3])
def test_all_members_stop_on_the_same_rows(n_members, halves):
    model = fitted(TorchRegressor(**SMALL | {"n_members": n_members}), halves)
    assert model.history_["validation"].notna().all()
    assert model.scale_source_ == "validation rows"


def test_sparse_several_and_named_targets_have_validation_rows(halves):
    X, y, X_val, y_val = halves
    dense = fitted(TorchRegressor(**SMALL), halves)
    thin = TorchRegressor(**SMALL).fit(
        sparse.csr_matrix(X), y, X_val=sparse.csc_matrix(X_val), y_val=y_val
    )
    np.testing.assert_allclose(thin.predict(X), dense.predict(X), rtol=1e-6)
    mixed = TorchRegressor(**SMALL).fit(
        sparse.csr_matrix(X), y, X_val=X_val, y_val=y_val
    )
    np.testing.assert_allclose(mixed.predict(X), dense.predict(X), rtol=1e-6)
    two = TorchRegressor(**SMALL).fit(
        X, np.c_[y, -y], X_val=X_val, y_val=np.c_[y_val, -y_val]
    )
    assert two.predict(X).shape == (len(X), 2)
    names = np.where(y > 150, "high", "low")
    named = TorchClassifier(**SMALL).fit(
        X, names, X_val=X_val, y_val=np.where(y_val > 150, "high", "low")
    )
    assert named.score(X_val, np.where(y_val > 150, "high", "low")) > 0.6


def test_validation_rows_go_through_a_pipeline_and_a_grid_search(halves):
    X, y, X_val, y_val = halves
    alone = TorchRegressor(**SMALL)
    scaler = StandardScaler().fit(X)
    alone.fit(scaler.transform(X), y, X_val=scaler.transform(X_val), y_val=y_val)
    with sklearn.config_context(enable_metadata_routing=True):
        model = TorchRegressor(**SMALL).set_fit_request(X_val=True, y_val=True)
        steps = [("scale", StandardScaler()), ("fit", model)]
        pipe = Pipeline(steps, transform_input=["X_val"])
        pipe.fit(X, y, X_val=X_val, y_val=y_val)
        search = GridSearchCV(pipe, {"fit__loss": ["huber", "mse"]}, cv=2)
        search.fit(X, y, X_val=X_val, y_val=y_val)
    expected = alone.predict(scaler.transform(X))
    np.testing.assert_allclose(pipe.predict(X), expected)
    assert search.best_estimator_[-1].history_["validation"].notna().all()


def test_a_warm_start_may_have_validation_rows(halves):
    model = TorchRegressor(warm_start=True, **SMALL).fit(*halves[:2])
    assert fitted(model, halves).history_["validation"].notna().any()


@pytest.mark.parametrize(
    ("kwargs", "sentence"),
    [
        ({"y_val": None}, "y_val is missing; pass X_val and y_val together"),
        ({"X_val": None}, "X_val is missing"),
        ({"X_val": None, "y_val": None, "sample_weight_val": [1]}, "X_val is missing"),
        ({"X_val": np.ones((221, 3))}, "X_val, y_val: X has 3 features"),
        ({"y_val": np.ones(4)}, "X_val, y_val: Found input variables"),
        ({"y_val": np.ones((221, 2))}, "y_val has the shape .221, 2. and y"),
        ({"X_val": np.full((221, 10), np.nan)}, "X_val, y_val: Input X contains NaN"),
        ({"X_val": np.full((221, 10), 1e200)}, "X_val, y_val: X holds numbers beyond"),
        ({"sample_weight_val": np.zeros(221)}, "zero"),
        ({"sample_weight_val": [1.0]}, "X_val, y_val: sample_weight.shape"),
    ],
)
def test_validation_rows_that_do_not_match_are_refused(kwargs, sentence, halves):
    X, y, X_val, y_val = halves
    model = TorchRegressor(**SMALL)
    with pytest.raises(ValueError, match=sentence):
        model.fit(X, y, **{"X_val": X_val, "y_val": y_val, **kwargs})
    assert not hasattr(model, "n_features_in_")


def test_validation_targets_that_the_loss_or_the_classes_lack_are_refused(halves):
    X, y, X_val, y_val = halves
    with pytest.raises(ValueError, match=r"y_val holds 2\.0, which is not one of"):
        TorchClassifier(**SMALL).fit(X, y > 99, X_val=X_val, y_val=y_val * 0 + 2)
    with pytest.raises(ValueError, match=r"X_val, y_val: .*poisson"):
        TorchRegressor("poisson", **SMALL).fit(X, y, X_val=X_val, y_val=-y_val)
    for off in (False, np.False_):
        with pytest.raises(ValueError, match="early_stopping is False; set it to"):
            fitted(TorchRegressor(early_stopping=off), halves)
    with pytest.raises(ValueError, match="Every row of y_val has a class of class_w"):
        TorchClassifier(class_weight={True: 0.0, False: 1.0}, **SMALL).fit(
            X, y > 99, X_val=X_val, y_val=y_val > -1
        )


def test_columns_of_validation_rows_are_matched_by_name(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match="feature names should match"):
        TorchRegressor(**SMALL).fit(
            X, y, X_val=X.rename(columns={"age": "years"}), y_val=y
        )


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix, pd.DataFrame])
@pytest.mark.parametrize("size", [1e151, -1e200, 1e307])
def test_numbers_of_x_that_cannot_be_squared_are_refused(size, make, halves):
    X, y = halves[:2]
    large = X.copy()
    large[3, 2] = size
    with pytest.raises(ValueError, match=r"X holds numbers beyond 1e\+150, too large"):
        TorchRegressor(**SMALL).fit(make(large), y)
    model = TorchRegressor(**SMALL).fit(X, y)
    with pytest.raises(ValueError, match=r"X holds numbers beyond 1e\+150"):
        model.predict(make(large))
    with pytest.raises(ValueError, match=r"X holds numbers beyond 1e\+150"):
        model.partial_fit(make(large), y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, int, bool])
def test_x_of_any_dtype_is_learned_without_a_warning(dtype, halves):
    X, y = (halves[0] > 50).astype(dtype), halves[1]
    with warnings.catch_warnings(action="error"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = TorchRegressor(**SMALL).fit(X, y)
        assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("size", [1e60, -1e140])
def test_rows_too_far_for_single_precision_are_refused_in_words(size, halves):
    X, y = np.tile(halves[0], (20, 1)), np.tile(halves[1], 20)
    regressor = TorchRegressor(**SMALL | {"max_iter": 1}).fit(X, y)
    classifier = TorchClassifier(**SMALL | {"max_iter": 1}).fit(X, y > 99)
    for method in (regressor.predict, classifier.predict_proba):
        with pytest.raises(ValueError, match="not finite: the rows lie too far"):
            method(np.full((1, 10), size))
