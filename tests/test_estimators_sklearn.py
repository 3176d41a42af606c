"""scikit-learn's own checks, for every built-in loss that the estimators take."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skloss import TorchClassifier, TorchRegressor, list_losses
from skloss.losses.base import REGISTRY

#: Losses whose target no tag of scikit-learn can describe; each has its own suite.
UNDESCRIBED = {"kl_divergence", "js_divergence", "asymmetric", "corn"}

REGRESSORS = [
    TorchRegressor(loss, hidden_layer_sizes=(32,), max_iter=60, random_state=0)
    for loss in list_losses("regression")
    if loss not in UNDESCRIBED
]
CLASSIFIERS = [
    TorchClassifier(loss, hidden_layer_sizes=(32,), max_iter=60, random_state=0)
    for loss in list_losses("classification")
    if loss not in UNDESCRIBED
]
LINEAR = [
    TorchRegressor(hidden_layer_sizes=()),
    TorchClassifier(hidden_layer_sizes=()),
    TorchRegressor(n_members=3, max_iter=60, random_state=0),
    TorchClassifier(n_members=3, max_iter=60, random_state=0),
]


@parametrize_with_checks([*REGRESSORS, *CLASSIFIERS, *LINEAR])
def test_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", sorted(UNDESCRIBED & set(REGISTRY)))
def test_losses_left_out_have_a_target_of_their_own(name):
    tasks = set(REGISTRY[name].tasks)
    has_own_suite = {"kl_divergence", "js_divergence"} | {"asymmetric", "corn"}
    assert name in has_own_suite
    assert tasks <= {"regression", "multilabel", "ordinal"}
