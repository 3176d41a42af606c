"""Models without pickle: states of arrays, which skops stores and audits."""

import collections
import copy
import pickle

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, load_iris

from skloss import TorchClassifier, TorchRegressor
from skloss.estimators.storage import Stored, restored, stored
from skloss.losses import Focal, Huber
from tests.estimators.small import SMALL

X, Y = load_diabetes(return_X_y=True)
A, B = load_iris(return_X_y=True)
NAMES = np.array(["x", "y", "z"])[B]
LINEAR = {"hidden_layer_sizes": (), "random_state": 0}


def build(n_features, n_outputs):
    return torch.nn.Sequential(
        torch.nn.Linear(n_features, 3),
        torch.nn.BatchNorm1d(3),
        torch.nn.Tanh(),
        torch.nn.Linear(3, n_outputs),
    )


MODELS = {
    "network": (TorchRegressor(**SMALL), X, Y),
    "likelihood": (TorchRegressor("gaussian_nll", **SMALL), X, Y),
    "members": (TorchRegressor("student_t_nll", **SMALL | {"n_members": 2}), X, Y),
    "linear": (TorchRegressor(Huber(2.0), **LINEAR), X, Y),
    "log link": (TorchRegressor("poisson", **LINEAR), X, Y),
    "quantiles": (TorchRegressor("multi_quantile", **SMALL), X, Y),
    "criterion": (TorchRegressor(torch.nn.L1Loss(), **SMALL), X, Y),
    "several targets": (TorchRegressor(**SMALL), X, np.c_[Y, -Y]),
    "module": (TorchRegressor(network=build, max_iter=3, random_state=0), X, Y),
    "names": (TorchClassifier(Focal(), **SMALL), A, NAMES),
    "counts of classes": (TorchClassifier("balanced_softmax", **SMALL), A, B),
    "order": (TorchClassifier("corn", **SMALL), A, B),
    "labels": (TorchClassifier(**SMALL), A, np.c_[B > 0, B > 1].astype(int)),
    "two classes": (TorchClassifier(**LINEAR), A[:100], B[:100]),
}
each_model = pytest.mark.parametrize("name", MODELS)


def fitted(name):
    estimator, X, y = MODELS[name]
    return copy.deepcopy(estimator).fit(X, y), X, y


def parts(value):
    """All values of a state, at any depth."""
    yield value
    if isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, (list, tuple)):
        inner = list(value)
    else:
        inner = [vars(value)] if hasattr(value, "__dict__") else []
    for one in inner:
        yield from parts(one)


def assert_alike(one, other, X, y):
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert vars(one).keys() == vars(other).keys()
    assert one.network_ is one._fitted.network
    assert one.loss_curve_ == other.loss_curve_
    again = one.partial_fit(X, y).predict(X)
    np.testing.assert_array_equal(again, other.partial_fit(X, y).predict(X))


@each_model
def test_skops_stores_a_model_without_pickle(name):
    sio = pytest.importorskip(
        "skops.io", reason="skops, an optional format of models, is not installed"
    )
    model, X, y = fitted(name)
    data = sio.dumps(model)
    types = sio.get_untrusted_types(data=data)
    with pytest.raises(sio.exceptions.UntrustedTypesFoundException):
        sio.loads(data)
    packages = {one.split(".")[0] for one in types}
    assert packages <= {"skloss", "torch", "tests"}
    assert_alike(sio.loads(data, trusted=types), model, X, y)


@each_model
def test_a_state_has_arrays_in_place_of_tensors_and_is_restored(name):
    model, X, _ = fitted(name)
    state = model._fitted.__getstate__()
    kinds = collections.Counter(type(part) for part in parts(state))
    assert not any(issubclass(kind, torch.Tensor) for kind in kinds)
    assert not {torch.dtype, torch.device} & set(kinds)
    assert kinds[Stored] > 3
    again = object.__new__(type(model._fitted))
    again.__setstate__(state)
    raw = model._fitted.raw_prediction(X)
    assert torch.equal(again.raw_prediction(X), raw)
    assert again.dtype is model._fitted.dtype


@each_model
def test_pickles_and_copies_predict_and_continue_alike(name):
    model, X, y = fitted(name)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert_alike(other, copy.deepcopy(model), X, y)


def test_a_change_of_the_network_is_kept():
    model = TorchRegressor(**SMALL).fit(X, Y)
    with torch.no_grad():
        model.network_[1][-1].bias.add_(1.0)
    other = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(other.predict(X), model.predict(X))


def test_the_first_rows_of_partial_fit_are_stored_too():
    model = TorchRegressor(**SMALL).partial_fit(X[:9], Y[:9])
    again = object.__new__(type(model._fitted))
    again.__setstate__(model._fitted.__getstate__())
    np.testing.assert_array_equal(again.first_rows.calls[0].X, X[:9])


@pytest.mark.parametrize(
    "value",
    [torch.arange(3), torch.nn.Parameter(torch.ones(2)), torch.float32, [1, (2.5,)]],
    ids=str,
)
def test_values_are_restored_with_their_type(value):
    again = restored(stored(value))
    assert type(again) is type(value)
    assert str(again) == str(value)


def test_a_restored_module_takes_hooks():
    module = restored(stored(torch.nn.Linear(2, 1)))
    seen = []
    module.register_forward_hook(lambda *args: seen.append(1))
    module(torch.ones(1, 2))
    assert seen == [1]
