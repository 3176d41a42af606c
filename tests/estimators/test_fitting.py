"""Fitting is all or nothing, and a plan changes nothing."""

import signal
import threading
import time
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.utils.validation import check_is_fitted

from skloss import TorchClassifier, TorchRegressor
from skloss.estimators import base
from skloss.estimators.fitting import finish, prepare, set_fitted
from skloss.estimators.rows import check_rows
from skloss.training import train
from tests.estimators.failing_losses import ESTIMATORS, SOLVERS, failing_estimator

X, LABELS = (part[:100] for part in load_iris(return_X_y=True))
Y = {"regressor": X[:, 2] * 2.0 + X[:, 0], "classifier": LABELS}
OTHER_Y = {
    "regressor": 1000 * Y["regressor"] + 5,
    "classifier": np.where(LABELS == 0, "zebra", "ant"),
}
# Calls of the loss after the first epoch; a network first starts at linear models.
LATE = {"adam": 45, "newton": 16}

each_kind = pytest.mark.parametrize("kind", ESTIMATORS)
each_solver = pytest.mark.parametrize("solver", SOLVERS)
each_error = pytest.mark.parametrize(
    "error", [RuntimeError("out of ink"), KeyboardInterrupt()], ids=lambda e: repr(e)
)


def assert_same_state(now, before):
    """The same attributes, which are the same objects."""
    assert now.keys() == before.keys()
    assert all(now[name] is before[name] for name in before)


@each_error
@each_solver
@each_kind
def test_a_first_fit_that_fails_leaves_the_estimator_unfitted(kind, solver, error):
    model, alarm = failing_estimator(kind, solver)
    before = dict(vars(model))
    for fit in (model.fit, model.partial_fit):
        alarm.set(error, calls=1)
        with pytest.raises(type(error)):
            fit(pd.DataFrame(X, columns=list("abcd")), Y[kind])
        assert_same_state(vars(model), before)
        with pytest.raises(NotFittedError):
            check_is_fitted(model)
        with pytest.raises(NotFittedError):
            model.predict(X)


@each_error
@each_solver
@each_kind
def test_a_refit_that_fails_leaves_the_former_model(kind, solver, error):
    model, alarm = failing_estimator(kind, solver)
    predicted = model.fit(X, Y[kind]).predict(X)
    before = dict(vars(model))
    alarm.set(error, calls=1)
    with pytest.raises(type(error)):
        model.fit(X[:, :2], OTHER_Y[kind])
    assert_same_state(vars(model), before)
    np.testing.assert_array_equal(model.predict(X), predicted)
    assert model.n_features_in_ == 4


@each_error
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@each_kind
def test_a_continued_fit_that_fails_leaves_the_former_model(kind, method, error):
    model, alarm = failing_estimator(kind, "adam", warm_start=True)
    predicted = model.fit(X, Y[kind]).predict(X)
    before = dict(vars(model))
    alarm.set(error, calls=1)
    with pytest.raises(type(error)):
        getattr(model, method)(X, Y[kind])
    assert_same_state(vars(model), before)
    np.testing.assert_array_equal(model.predict(X), predicted)
    assert model.partial_fit(X, Y[kind]).n_iter_ == 1


@each_kind
def test_an_error_after_the_first_epoch_discards_the_weights(kind):
    model, alarm = failing_estimator(kind, "adam")
    alarm.set(RuntimeError("out of ink"), calls=LATE["adam"])
    with pytest.raises(RuntimeError, match="out of ink"):
        model.fit(X, Y[kind])
    with pytest.raises(NotFittedError):
        check_is_fitted(model)


@each_solver
@each_kind
def test_ctrl_c_after_the_first_epoch_keeps_its_weights_with_a_warning(kind, solver):
    model, alarm = failing_estimator(kind, solver)
    alarm.set(KeyboardInterrupt(), calls=LATE[solver])
    with pytest.warns(ConvergenceWarning, match="interrupted") as caught:
        assert model.fit(X, Y[kind]) is model
    assert {warning.filename for warning in caught} == {__file__}
    assert 1 <= model.n_iter_ < LATE[solver]
    shorter, _ = failing_estimator(kind, solver, max_iter=model.n_iter_)
    np.testing.assert_allclose(
        np.asarray(model.history_["train"]),
        np.asarray(shorter.fit(X, Y[kind]).history_["train"]),
    )
    assert len(model.predict(X)) == len(X)


def test_ctrl_c_in_a_warm_start_keeps_what_it_learned_further():
    model, alarm = failing_estimator("regressor", "adam", warm_start=True)
    first = model.fit(X, Y["regressor"]).loss_curve_
    alarm.set(KeyboardInterrupt(), calls=LATE["adam"])
    with pytest.warns(ConvergenceWarning, match="interrupted"):
        model.fit(X, Y["regressor"])
    assert model.loss_curve_[len(first)] < first[0]
    assert model.n_iter_ < len(first)


@pytest.mark.parametrize("n_members", [1, 3])
def test_a_signal_ends_an_endless_fit_within_a_second(n_members):
    model = TorchRegressor(
        max_iter=10**7, tol=0.0, n_iter_no_change=10**7, n_members=n_members
    )
    pressed = []

    def press():
        pressed.append(time.monotonic())
        signal.raise_signal(signal.SIGINT)

    timer = threading.Timer(1.0, press)
    timer.start()
    with pytest.warns(ConvergenceWarning, match="interrupted"):
        model.fit(X, Y["regressor"])
    assert time.monotonic() - pressed[0] < 1
    assert model.n_iter_ > 1
    timer.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_after_training_leaves_the_former_model(monkeypatch):
    model = TorchRegressor(hidden_layer_sizes=()).fit(X, Y["regressor"])
    before = dict(vars(model))

    def fail(plan, fits):
        raise MemoryError

    monkeypatch.setattr(base, "finish", fail)
    with pytest.raises(MemoryError):
        model.fit(X, OTHER_Y["regressor"])
    assert_same_state(vars(model), before)


@each_kind
def test_preparing_and_finishing_leave_the_estimator_unchanged(kind):
    estimator, _ = ESTIMATORS[kind]
    one = estimator(max_iter=2, random_state=0)
    before = dict(vars(one))
    plan = prepare(one, check_rows(one, X, Y[kind], None))
    model = finish(plan, train(plan.models))
    assert_same_state(vars(one), before)
    set_fitted(one, model)
    check_is_fitted(one)
    fitted = estimator(max_iter=2, random_state=0).fit(X, Y[kind])
    np.testing.assert_array_equal(one.predict(X), fitted.predict(X))


def test_a_refit_forgets_the_names_of_columns_that_it_was_not_given():
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = TorchRegressor(hidden_layer_sizes=()).fit(frame, Y["regressor"])
    assert model.feature_names_in_.tolist() == list("abcd")
    assert not hasattr(model.fit(X, Y["regressor"]), "feature_names_in_")


def test_classes_named_for_a_partial_fit_that_fails_are_forgotten():
    model = TorchClassifier(max_iter=2)
    with pytest.raises(ValueError, match="not one of the classes"):
        model.partial_fit(X, LABELS, classes=[0, 7])
    assert not hasattr(model, "classes_")
    assert model.partial_fit(X, LABELS).classes_.tolist() == [0, 1]


def test_a_warning_that_is_an_error_leaves_the_estimator_unfitted():
    model = TorchRegressor("pseudo_huber", hidden_layer_sizes=(), max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        with pytest.raises(ConvergenceWarning, match="did not converge"):
            model.fit(X, Y["regressor"])
    with pytest.raises(NotFittedError):
        check_is_fitted(model)


def test_ctrl_c_after_training_keeps_the_model_and_restores_the_threads(monkeypatch):
    def finish_interrupted(plan, fits):
        signal.raise_signal(signal.SIGINT)
        return finish(plan, fits)

    monkeypatch.setattr(base, "finish", finish_interrupted)
    n_threads = torch.get_num_threads()
    model = TorchRegressor(hidden_layer_sizes=())
    with pytest.warns(ConvergenceWarning, match="interrupted"):
        model.fit(X, Y["regressor"])
    check_is_fitted(model)
    assert torch.get_num_threads() == n_threads


def test_ctrl_c_before_training_is_raised(monkeypatch):
    def prepare_interrupted(*args, **kwargs):
        signal.raise_signal(signal.SIGINT)
        return prepare(*args, **kwargs)

    monkeypatch.setattr(base, "prepare", prepare_interrupted)
    model = TorchRegressor(hidden_layer_sizes=())
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y["regressor"])
    with pytest.raises(NotFittedError):
        check_is_fitted(model)
