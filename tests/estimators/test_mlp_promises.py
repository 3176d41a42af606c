"""Promises that scikit-learn's tests hold MLPClassifier and MLPRegressor to.

Each claim is that of a test in `sklearn/neural_network/tests/test_mlp.py`. Those that
are not shared, with the reason:

- `test_fit`, `test_gradient`: they set and read private weights of a single step of
  SGD. Gradients are compared with autograd in `tests/training`.
- `test_lbfgs_classification_maxfun`, `test_lbfgs_regression_maxfun`: there is no
  `max_fun`; `max_iter` limits every solver.
- `test_learning_rate_warmstart`, `test_adaptive_learning_rate`: there is no SGD with
  "invscaling" or "adaptive" rates.
- `test_shuffle`: rows are always shuffled. That a seed decides the order is tested
  here.
- `test_warm_start` with other classes: an unknown class is refused, and a class without
  a row is accepted, since `partial_fit` accepts it too.
- `test_partial_fit_errors` of L-BFGS: `partial_fit` always takes steps of Adam, so that
  it exists for every solver.
- `test_n_iter_no_change`: it reads a private counter. The epochs are counted here.
- `test_early_stopping`: that it ends before `max_iter` is tested here. There are no
  `best_loss_` and `validation_scores_`; both losses of each epoch are in `history_`.
- `test_early_stopping_stratified`: a class of a single row is learned from and not
  refused.
- `test_mlp_param_dtypes`: up to 4,000 rows are computed in float64, whatever the
  precision of X.
- `test_mlp_partial_fit_after_fit` with early stopping: `partial_fit` learns from every
  row and stops on none, so that nothing is to be refused.
- `test_preserve_feature_names` of a single class: a classifier needs two.
"""

import warnings
from functools import partial

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import (
    load_digits,
    load_iris,
    make_multilabel_classification,
    make_regression,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import minmax_scale, scale

import skloss

ACTIVATIONS = ["identity", "logistic", "tanh", "relu", "silu"]
# The promises are about single networks.
TorchClassifier = partial(skloss.TorchClassifier, n_members=1)
TorchRegressor = partial(skloss.TorchRegressor, n_members=1)
BOTH = pytest.mark.parametrize(
    "estimator", [TorchClassifier, TorchRegressor], ids=["classifier", "regressor"]
)


def digits(n_classes, n=200):
    X, y = load_digits(n_class=n_classes, return_X_y=True)
    return minmax_scale(X[:n]), y[:n]


def noisy():
    X, y = make_regression(200, 10, bias=20.0, noise=100.0, random_state=7)
    return X, scale(y)


IRIS = load_iris(return_X_y=True)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_larger_alpha_brings_all_weights_closer_to_zero(solver):
    X, y = digits(2, 100)
    sizes = []
    for alpha in (0, 1, 10):
        model = TorchClassifier(
            hidden_layer_sizes=10,
            alpha=alpha,
            solver=solver,
            random_state=1,
        )
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
            body = model.fit(X, y).network_[1]
        sizes.append([p.abs().sum().item() for p in body.parameters() if p.ndim == 2])
    assert (np.diff(sizes, axis=0) < 0).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_lbfgs_learns_digits_with_every_activation(n_classes, activation):
    X, y = digits(n_classes)
    params = {"solver": "lbfgs", "hidden_layer_sizes": 50, "max_iter": 150}
    model = TorchClassifier(activation=activation, random_state=1, **params)
    model.fit(X[:150], y[:150])
    assert model.score(X[:150], y[:150]) > 0.95
    predicted = model.predict(X[150:])
    assert (predicted.shape, predicted.dtype) == ((50,), y.dtype)


@pytest.mark.parametrize(
    ("activation", "least"),
    [("identity", 0.80), *((name, 0.98) for name in ACTIVATIONS[1:])],
)
def test_lbfgs_fits_numbers_closer_with_a_nonlinear_layer(activation, least):
    X, y = noisy()
    params = {"solver": "lbfgs", "hidden_layer_sizes": 50, "numeric_encoding": None}
    model = TorchRegressor(activation=activation, random_state=1, **params)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        score = model.fit(X, y).score(X, y)
    assert score > least


def test_labels_are_learned_by_fit_and_partial_fit_and_with_early_stopping():
    X, y = make_multilabel_classification(50, random_state=0)
    params = {"hidden_layer_sizes": 50, "activation": "logistic", "random_state": 0}
    model = TorchClassifier(solver="lbfgs", max_iter=150, alpha=1e-5, **params)
    assert model.fit(X, y).score(X, y) > 0.97
    model = TorchClassifier(learning_rate=0.05, alpha=1e-5, **params)
    for _ in range(100):
        model.partial_fit(X, y, classes=[0, 1, 2, 3, 4])
    assert model.score(X, y) > 0.9
    stopped = TorchClassifier(early_stopping=True, random_state=0).fit(X, y)
    assert stopped.predict(X).shape == (50, 5)


def test_several_targets_are_fitted_together():
    X, y = make_regression(n_samples=200, n_targets=5, random_state=11)
    model = TorchRegressor(solver="lbfgs", hidden_layer_sizes=50, random_state=1)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        assert model.fit(X, y).score(X, y) > 0.9


def test_other_classes_in_a_later_partial_fit_are_refused():
    model = TorchClassifier().partial_fit([[3, 2]], [0], classes=[0, 1])
    with pytest.raises(ValueError, match="differ from those of the first call"):
        model.partial_fit([[3, 2]], [0], classes=[1, 2])
    with pytest.raises(ValueError, match="not one of the classes"):
        TorchClassifier().partial_fit([[3, 2], [1, 6]], [1, 0], classes=[2, 3])


def test_a_class_that_comes_later_is_known_from_the_first_call():
    model = TorchClassifier(random_state=0)
    model.partial_fit([[1], [2], [3]], ["a", "b", "c"], classes=["a", "b", "c", "d"])
    model.partial_fit([[4]], ["d"])
    assert model.predict_proba([[4]]).shape == (1, 4)
    assert model.score([[1], [2], [3], [4]], ["a", "b", "c", "d"]) > 0


@pytest.mark.parametrize(
    ("estimator", "data"),
    [(TorchClassifier, digits(3)), (TorchRegressor, noisy())],
    ids=["classifier", "regressor"],
)
def test_full_batches_in_partial_fit_are_the_epochs_of_fit(estimator, data):
    X, y = data
    params = {"batch_size": 200, "learning_rate": 1e-3, "random_state": 1}
    whole = estimator(max_iter=50, early_stopping=False, **params).fit(X, y)
    parts = estimator(**params)
    for _ in range(50):
        parts.partial_fit(X, y)
    np.testing.assert_allclose(parts.loss_curve_, whole.loss_curve_, rtol=1e-9)
    np.testing.assert_allclose(parts.predict(X), whole.predict(X), rtol=1e-9)


@BOTH
def test_numbers_near_the_largest_are_refused_in_words(estimator):
    X = np.finfo(float).max * np.random.default_rng(0).uniform(size=(10, 2))
    with pytest.raises(ValueError, match="too large"):
        estimator().fit(X, np.arange(10) % 2)


@pytest.mark.parametrize(
    ("n_classes", "ranked"), [(2, (slice(None), 1)), (3, slice(None))]
)
def test_probabilities_of_classes_agree_with_their_logarithms(n_classes, ranked):
    X, y = digits(n_classes, 50)
    model = TorchClassifier(hidden_layer_sizes=5, activation="logistic", random_state=1)
    proba = model.fit(X, y).predict_proba(X)
    assert proba.shape == (50, n_classes)
    np.testing.assert_allclose(proba.sum(1), 1)
    np.testing.assert_allclose(model.predict_log_proba(X), np.log(proba))
    np.testing.assert_array_equal(proba.argmax(1), model.predict(X))
    assert roc_auc_score(y, proba[ranked], multi_class="ovr") > 0.999


def test_probabilities_of_labels_need_not_sum_to_one():
    X, Y = make_multilabel_classification(50, random_state=0)
    model = TorchClassifier(solver="lbfgs", hidden_layer_sizes=30, random_state=0)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        proba = model.fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(proba > 0.5, Y)
    assert np.abs(proba.sum(1) - 1).max() > 0.1
    np.testing.assert_allclose(model.predict_log_proba(X), np.log(proba))


def test_a_seed_decides_the_order_of_rows():
    X, y = make_regression(50, 5, random_state=0)
    params = {"hidden_layer_sizes": 1, "max_iter": 1, "batch_size": 1}
    one, same, other = (
        TorchRegressor(random_state=seed, **params).fit(X, y).predict(X)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    "kind", [sparse.csr_matrix, sparse.csr_array, sparse.csc_array]
)
def test_sparse_and_dense_rows_have_the_same_predictions(kind):
    X, y = digits(2, 50)
    model = TorchClassifier(solver="lbfgs", hidden_layer_sizes=15, random_state=1)
    dense = model.fit(X, y).predict_proba(X)
    np.testing.assert_allclose(model.predict_proba(kind(X)), dense)
    thin = model.fit(kind(X), y).predict_proba(kind(X))
    np.testing.assert_allclose(thin, dense, atol=1e-6)


@BOTH
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_tolerance_ends_the_training_before_max_iter(estimator, early_stopping):
    X, y = digits(2, 100)
    model = estimator(tol=0.2, max_iter=3000, early_stopping=early_stopping)
    assert model.fit(X, y).n_iter_ < 3000
    assert model.history_["validation"].notna().all() == early_stopping


@pytest.mark.parametrize("patience", [2, 5, 20])
def test_training_ends_n_iter_no_change_epochs_after_the_last_improvement(patience):
    X, y = digits(2, 100)
    model = TorchClassifier(
        tol=0.01,
        max_iter=3000,
        n_iter_no_change=patience,
        early_stopping=False,
    )
    curve = np.array(model.fit(X, y).loss_curve_)
    best = np.minimum.accumulate(np.r_[np.inf, curve[:-1]])
    improved = np.flatnonzero(curve <= best - 0.01)
    assert model.n_iter_ - 1 - improved[-1] == patience


def test_infinite_patience_goes_on_to_max_iter():
    X, y = digits(2, 100)
    model = TorchClassifier(tol=1e9, max_iter=100, n_iter_no_change=np.inf)
    assert model.fit(X, y).n_iter_ == 100
    with pytest.raises(ValueError, match="n_iter_no_change"):
        TorchClassifier(n_iter_no_change=2.5).fit(X, y)


def test_verbose_prints_in_fit_and_partial_fit(capsys):
    model = TorchClassifier(max_iter=2, verbose=10, hidden_layer_sizes=2)
    model.fit([[3, 2], [1, 6]], [1, 0])
    model.partial_fit([[3, 2], [1, 6]], [1, 0])
    assert capsys.readouterr().out.count("epoch") == 3


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@BOTH
def test_a_warm_start_takes_max_iter_epochs_again(estimator, solver):
    params = {"tol": 0.0, "n_iter_no_change": np.inf, "early_stopping": False}
    model = estimator(
        solver=solver, warm_start=True, max_iter=10, random_state=0, **params
    )
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        assert model.fit(*IRIS).n_iter_ == 10
        assert model.set_params(max_iter=20).fit(*IRIS).n_iter_ == 20
    assert len(model.loss_curve_) == 30


def test_lbfgs_that_ends_early_warns_in_a_warm_start_too():
    model = TorchRegressor(solver="lbfgs", warm_start=True, max_iter=5, random_state=0)
    for _ in range(2):
        with pytest.warns(ConvergenceWarning, match="did not converge in max_iter=5"):
            model.fit(*IRIS)


def test_a_warm_start_refuses_an_unknown_class():
    X, y = IRIS
    model = TorchClassifier(hidden_layer_sizes=2, warm_start=True, max_iter=3)
    model.fit(X, y).fit(X, np.repeat([0, 1, 2], [40, 40, 70]))
    with pytest.raises(ValueError, match="not one of the classes"):
        model.fit(X, np.repeat([0, 1, 3], 50))


@BOTH
def test_early_stopping_goes_on_in_a_warm_start(estimator):
    model = estimator(max_iter=10, random_state=0, warm_start=True, early_stopping=True)
    first = len(model.fit(*IRIS).history_)
    model.set_params(max_iter=20).fit(*IRIS)
    assert len(model.history_) > first
    assert model.history_["validation"].notna().all()


def test_early_stopping_takes_classes_of_any_type():
    X, y = IRIS
    for names in (np.array(list("abc"), dtype=object)[y], y.astype(str), y > 0):
        model = TorchClassifier(early_stopping=True, max_iter=50, random_state=42)
        history = model.fit(X, names).history_
        assert history["epoch"].max() == model.n_iter_
        assert np.isfinite(history["validation"]).all()


@BOTH
def test_both_precisions_of_x_have_nearly_the_same_predictions(estimator):
    X, y = load_digits(n_class=2, return_X_y=True)
    params = {"hidden_layer_sizes": (5, 3), "random_state": 1, "max_iter": 100}
    one = estimator(**params).fit(X[:300], y[:300])
    other = estimator(**params).fit(X[:300].astype(np.float32), y[:300])
    found = other.predict(X[300:].astype(np.float32))
    np.testing.assert_allclose(found, one.predict(X[300:]), rtol=1e-2, atol=1e-3)


def test_a_loaded_model_learns_a_new_target(tmp_path):
    model = TorchRegressor(
        hidden_layer_sizes=(42,), random_state=42, learning_rate=0.01
    )
    joblib.dump(model.fit([[2]], [4]), tmp_path / "model")
    loaded = joblib.load(tmp_path / "model")
    for _ in range(400):
        loaded.partial_fit([[2]], [1])
    np.testing.assert_allclose(loaded.predict([[2]]), [1], rtol=1e-3)
    np.testing.assert_allclose(model.predict([[2]]), [4], atol=0.1)  # stopped by tol


def test_names_of_columns_cause_no_warning_with_early_stopping():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(10, 2)), columns=["one", "two"])
    model = TorchRegressor(early_stopping=True, validation_fraction=0.2)
    with warnings.catch_warnings(action="error", category=UserWarning):
        model.fit(X, pd.Series(np.full(10, 1.0), name="y"))
    assert model.feature_names_in_.tolist() == ["one", "two"]


def test_training_that_diverges_raises_no_error():
    model = TorchRegressor(
        hidden_layer_sizes=100,
        activation="identity",
        learning_rate=1e30,
        max_iter=20,
        early_stopping=True,
        random_state=0,
    )
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        model.fit(*IRIS)
    assert np.isfinite(model.predict(IRIS[0])).all()


@BOTH
def test_weights_of_one_change_nothing_with_early_stopping(estimator):
    X, y = digits(2, 100)
    params = {"hidden_layer_sizes": 10, "early_stopping": True, "random_state": 42}
    one, other = (
        estimator(batch_size=10, **params).fit(X, y, sample_weight=weight)
        for weight in (np.ones(100), None)
    )
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_poisson_through_a_linear_layer_is_the_generalised_linear_model(seed):
    X = np.linspace(0, 1, 100)[:, None]
    y = np.random.default_rng(seed).poisson(np.exp(X[:, 0] + 1))
    expected = PoissonRegressor(alpha=0, tol=1e-7).fit(X, y).predict(X)
    params = {"activation": "identity", "alpha": 0, "numeric_encoding": None}
    params |= {"solver": "lbfgs", "random_state": seed, "max_iter": 500}
    for hidden in ((), (1,)):
        model = TorchRegressor("poisson", hidden_layer_sizes=hidden, **params)
        found = model.fit(X, y).predict(X)
        np.testing.assert_allclose(found, expected, rtol=1e-3)
    plain = TorchRegressor(hidden_layer_sizes=(1,), **params).fit(X, y)
    assert not np.allclose(plain.predict(X), expected, rtol=1e-3)


def test_too_few_rows_for_early_stopping_are_refused_in_words():
    with pytest.raises(ValueError, match=r"holds out 1 of 1 row.*set it to False"):
        TorchRegressor(early_stopping=True).fit([[1.0, 2.0]], [1.0])
