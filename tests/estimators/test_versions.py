"""A pickle carries versions and warns where others load it."""

import copy
import pickle
import warnings

import joblib
import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_diabetes

import skloss
from skloss import TorchRegressor
from skloss.estimators import VersionWarning

X, Y = load_diabetes(return_X_y=True)


@pytest.fixture(scope="module")
def model():
    return TorchRegressor(hidden_layer_sizes=()).fit(X, Y)


def test_the_same_versions_load_without_a_warning(model, tmp_path):
    joblib.dump(model, tmp_path / "model.joblib")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        copies = [
            pickle.loads(pickle.dumps(model)),
            joblib.load(tmp_path / "model.joblib"),
            copy.deepcopy(model),
            clone(model).fit(X, Y),
        ]
    for one in copies:
        np.testing.assert_array_equal(one.predict(X), model.predict(X))
        assert vars(one).keys() == vars(model).keys()


@pytest.mark.parametrize(
    ("package", "sentence"),
    [
        (skloss, f"skloss 9.9 .now {skloss.__version__}.; its predictions may"),
        (torch, "torch 9.9 .now "),
    ],
    ids=["skloss", "torch"],
)
def test_another_version_warns_at_the_line_that_loads(
    package, sentence, model, monkeypatch
):
    with monkeypatch.context() as changed:
        changed.setattr(package, "__version__", "9.9")
        saved = pickle.dumps(model)
    with pytest.warns(VersionWarning, match=sentence) as caught:
        loaded = pickle.loads(saved)
    assert caught[0].filename == __file__
    assert issubclass(VersionWarning, UserWarning)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))


def test_a_pickle_without_versions_warns(model):
    state = {k: v for k, v in model.__getstate__().items() if "version" not in k}
    with pytest.warns(VersionWarning, match="skloss of an unknown version .now"):
        TorchRegressor().__setstate__(state)
