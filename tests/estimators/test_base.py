"""The public names of the estimators, and the size of a new one."""

import importlib.util
import inspect
import sys

import numpy as np
import pytest
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MultiOutputMixin,
    RegressorMixin,
    clone,
)
from sklearn.datasets import load_diabetes, load_iris
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skloss import TorchClassifier, TorchRegressor
from skloss.estimators.base import TorchEstimator
from skloss.estimators.callbacks import CallbackSupportMixin

SMALL = {"max_iter": 2, "n_members": 1, "random_state": 0}
LEARNED = {
    *("history_", "loss_", "loss_curve_", "network_", "n_iter_", "n_features_in_"),
}


class PlainRegressor(
    MultiOutputMixin, RegressorMixin, CallbackSupportMixin, BaseEstimator
):
    """scikit-learn's bases, with the methods whose arguments it makes requests for."""

    def fit(self, X, y, sample_weight=None): ...

    def partial_fit(self, X, y, sample_weight=None): ...


class PlainClassifier(ClassifierMixin, CallbackSupportMixin, BaseEstimator):
    def fit(self, X, y, sample_weight=None): ...

    def partial_fit(self, X, y, classes=None, sample_weight=None): ...


REGRESSOR_METHODS = {
    "predict",
    "predict_distribution",
    "predict_interval",
    "predict_quantiles",
}
CLASSIFIER_METHODS = {
    "decision_function",
    "predict",
    "predict_log_proba",
    "predict_proba",
}


def public(thing):
    return {name for name in dir(thing) if not name.startswith("_")}


def parameters(estimator):
    return set(inspect.signature(type(estimator)).parameters)


@pytest.mark.parametrize(
    ("estimator", "plain", "methods"),
    [
        (TorchRegressor(), PlainRegressor(), REGRESSOR_METHODS),
        (TorchClassifier(), PlainClassifier(), CLASSIFIER_METHODS),
    ],
    ids=["regressor", "classifier"],
)
def test_dir_holds_the_promised_names_and_those_of_scikit_learn(
    estimator, plain, methods
):
    promised = methods | parameters(estimator)
    assert public(estimator) == public(plain) | promised


def test_dir_after_a_fit_holds_the_learned_attributes_too():
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    regressor = TorchRegressor(**SMALL)
    before = public(regressor)
    learned = public(regressor.fit(X, y)) - before
    assert learned == LEARNED | {"feature_names_in_", "scale_source_"}
    classifier = TorchClassifier(**SMALL)
    before = public(classifier)
    learned = public(classifier.fit(*load_iris(return_X_y=True))) - before
    assert learned == LEARNED | {"classes_", "probability_source_"}


def test_the_estimators_share_parameters_and_defaults():
    shared = inspect.signature(TorchEstimator).parameters
    for estimator in (TorchRegressor, TorchClassifier):
        own = inspect.signature(estimator).parameters
        assert next(iter(own)) == "loss"
        kinds = [own[name].kind for name in list(own)[1:]]
        assert set(kinds) == {inspect.Parameter.KEYWORD_ONLY}
        for name in set(shared) - {"loss"}:
            assert own[name].default == shared[name].default
            assert f"    {name} : " in estimator.__doc__


def test_verbose_prints_a_line_for_each_epoch(capsys):
    TorchRegressor(**SMALL, verbose=True).fit(*load_diabetes(return_X_y=True))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2"]


NEW_ESTIMATOR = '''
"""Metric learning: rows of one label close together."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import TransformerMixin

from skloss.estimators.base import TorchEstimator
from skloss.estimators.fitted import FittedModel
from skloss.estimators.parameters import documented, store
from skloss.estimators.targets import ClassTargets, Target


@dataclass(frozen=True, eq=False)
class Places(ClassTargets):
    """Labels of rows that are placed in a space of some dimensions."""

    n_dims: int = 2

    def encode(self, y, weight, loss, class_weight=None):
        index = np.searchsorted(self.classes, y)
        return Target(index, self.n_dims, index, weight)


class FittedPlaces(FittedModel):
    def predict(self, raw):
        return raw.mean(0).cpu().numpy()


@documented
class TinyEmbedder(TransformerMixin, TorchEstimator):
    """Embed rows.

    Parameters
    ----------
    {parameters}
    """

    _targets, _model = Places, FittedPlaces

    def __init__(
        self, loss="triplet", *, hidden_layer_sizes=(64, 64), activation="relu",
        alpha=1e-4, solver="auto", learning_rate=1e-3, schedule="auto",
        warmup_fraction=0.0, clip_grad_norm=1.0, batch_size="auto", max_iter=200,
        early_stopping="auto", validation_fraction=0.15, n_iter_no_change=10,
        tol=1e-4, n_members=1, numeric_encoding="auto", network=None, device="cpu",
        warm_start=False, verbose=False, random_state=None, n_dims=2,
    ):
        store(self, locals())

    def _learn_targets(self, y, loss, classes):
        if not loss.supports("embedding"):
            raise ValueError(f"The loss {loss.name!r} is not for embeddings.")
        return Places("embedding", np.unique(y), n_dims=self.n_dims)

    def transform(self, X):
        """Place rows."""
        model, raw = self._scored(X)
        return model.predict(raw)
'''


@pytest.fixture
def tiny_embedder(tmp_path):
    """The class of a module that exists for this test only."""
    path = tmp_path / "tiny_embedder.py"
    path.write_text(NEW_ESTIMATOR, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("tiny_embedder", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_embedder"] = module
    spec.loader.exec_module(module)
    yield module.TinyEmbedder
    del sys.modules["tiny_embedder"]


def test_a_new_estimator_is_one_short_file(tiny_embedder):
    code = [line for line in NEW_ESTIMATOR.splitlines() if line.strip()]
    assert len(code) <= 150
    X, y = load_iris(return_X_y=True)
    embedder = tiny_embedder(max_iter=60, n_dims=3, random_state=0)
    assert clone(embedder).get_params()["n_dims"] == 3
    model = make_pipeline(embedder, KNeighborsClassifier()).fit(X, y)
    assert embedder.transform(X).shape == (150, 3)
    assert model.score(X, y) > 0.9
    assert public(embedder) >= LEARNED | {"transform"}
    with pytest.raises(ValueError, match="not for embeddings"):
        tiny_embedder("huber").fit(X, y)


def test_parameters_are_stored_as_they_are(tiny_embedder):
    network = object()
    seed = np.random.RandomState(0)
    model = tiny_embedder(network=network, random_state=seed)
    assert model.network is network
    assert model.random_state is seed
    assert set(vars(model)) == set(inspect.signature(tiny_embedder).parameters)
