"""Design rules of comparisons: public names only, losses resolved once, Ctrl-C."""

import ast
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

import skloss.comparison
from skloss import TorchClassifier, TorchRegressor, compare_losses, losses
from skloss.comparison import setup
from skloss.estimators import base, fitting
from skloss.losses import resolve

SOURCES = sorted(Path(skloss.comparison.__file__).parent.rglob("*.py"))
FAST = {"hidden_layer_sizes": (4,), "max_iter": 2, "n_members": 1, "random_state": 0}
ENDLESS = {"max_iter": 10**7, "early_stopping": False, "tol": 0.0}


def private_reads(path):
    """Private attributes that are read of anything but ``self`` and ``cls``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {
        ast.unparse(node)
        for node in attributes
        if node.attr.startswith("_")
        and not node.attr.endswith("__")
        and getattr(node.value, "id", "") not in {"self", "cls"}
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_private_names_of_estimators_are_not_used(path):
    assert private_reads(path) == set()


@pytest.mark.parametrize(
    ("X_y", "names", "estimator"),
    [
        (load_diabetes, ["mse", "huber"], TorchRegressor(**FAST)),
        (load_iris, ["ce", losses.Focal()], TorchClassifier(**FAST)),
    ],
    ids=["numbers", "classes"],
)
def test_each_loss_is_resolved_once(X_y, names, estimator, monkeypatch):
    resolved = []

    def count(loss, **params):
        resolved.append(loss)
        return resolve.get_loss(loss, **params)

    for module in (setup, base, fitting, losses):
        monkeypatch.setattr(module, "get_loss", count)
    compare_losses(*X_y(return_X_y=True), names, estimator=estimator, cv=3)
    assert resolved == names


class Timer:
    """Presses Ctrl-C after some seconds, and remembers when."""

    def __init__(self, seconds):
        self.pressed = None
        self._timer = threading.Timer(seconds, self._press)
        self._timer.start()

    def _press(self):
        self.pressed = time.monotonic()
        signal.raise_signal(signal.SIGINT)

    def seconds_since(self):
        self._timer.join()
        return time.monotonic() - self.pressed


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_stops_the_threads_within_a_second_and_is_raised(n_jobs):
    X, y = load_diabetes(return_X_y=True)
    estimator = TorchRegressor(hidden_layer_sizes=(16,), **ENDLESS)
    before = set(threading.enumerate())
    timer = Timer(2.0)
    with pytest.raises(KeyboardInterrupt):
        compare_losses(
            X, y, ["mse", "huber"], cv=15, estimator=estimator, n_jobs=n_jobs
        )
    assert timer.seconds_since() < 1
    assert set(threading.enumerate()) <= before
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_within_a_loss_is_raised_too():
    calls = []

    def interrupted(y_pred, y_true):
        calls.append(1)
        if len(calls) == 400:
            raise KeyboardInterrupt
        return (y_pred - y_true) ** 2

    X, y = load_diabetes(return_X_y=True)
    estimator = TorchRegressor(hidden_layer_sizes=(4,), n_members=1, **ENDLESS)
    with pytest.raises(KeyboardInterrupt):
        compare_losses(X, y, ["mse", interrupted], cv=3, estimator=estimator)
    assert len(calls) < 500


def test_a_former_comparison_and_its_estimator_are_unchanged():
    X, y = load_diabetes(return_X_y=True)
    estimator = TorchRegressor(**FAST).fit(X, y)
    predicted = estimator.predict(X)
    compare_losses(X, y * 1000, "huber", estimator=estimator, cv=2)
    np.testing.assert_array_equal(estimator.predict(X), predicted)
    assert estimator.loss == "squared_error"
