"""What compare_losses refuses, in a sentence and before it trains."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, compare_losses


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


def test_metric_of_another_task_is_refused_before_training(diabetes):
    def refuse(progress):
        raise AssertionError("training began")

    with pytest.raises(ValueError, match="'accuracy' is not for a regression task"):
        compare_losses(*diabetes, "mse", scoring="accuracy", on_epoch=refuse)


def test_a_constant_target_is_refused_whatever_the_estimator(diabetes):
    X, _ = diabetes
    for estimator in (None, TorchRegressor()):
        with pytest.raises(ValueError, match="one value only"):
            compare_losses(X, np.ones(len(X)), "mse", estimator=estimator)


def test_a_fold_that_trains_without_a_class_is_refused():
    X, y = load_iris(return_X_y=True)
    X, y = X[:101], y[:101]  # sorted, and one row of class 2
    with pytest.raises(
        ValueError, match="Split 2 of cv trains on no row of the class 2"
    ):
        compare_losses(X, y, "ce", task="multiclass", cv=KFold(3))


def test_unusable_input_is_refused_in_a_sentence(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match="does not serve a regression"):
        compare_losses(X, y, ["focal"])
    with pytest.raises(ValueError, match="rows"):
        compare_losses(X, y[:-1])
    with pytest.raises(ValueError, match="too few"):
        compare_losses(X[:8], y[:8], cv=5)
    with pytest.raises(ValueError, match="folds"):
        compare_losses(X, y, cv=1)
    with pytest.raises(TypeError, match="Pipeline"):
        compare_losses(X, y, estimator=StandardScaler())
    with pytest.raises(ValueError, match="TorchRegressor"):
        compare_losses(X, y, estimator=TorchClassifier())
    rare = np.where(np.arange(len(y)) < 3, "rare", "usual")
    with pytest.raises(ValueError, match="'rare' has 3 row"):
        compare_losses(X, rare, cv=5)
