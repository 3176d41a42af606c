"""scikit-learn's own checks, for every built-in loss that the estimators take."""

import functools
import inspect

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_regression
from sklearn.utils.estimator_checks import estimator_checks_generator

from skloss import TorchClassifier, TorchRegressor, get_loss, list_losses

SMALL = {"hidden_layer_sizes": (32,), "max_iter": 60, "n_members": 1, "random_state": 0}

# The tags of scikit-learn cannot describe targets that are distributions; such losses
# are tested in test_special_targets.py.
REGRESSORS = [
    TorchRegressor(loss, **SMALL)
    for loss in list_losses("regression")
    if not get_loss(loss).takes_distributions and loss != "absolute_percentage_error"
]
# By default, this loss refuses the zeros that the checks put into y.
REGRESSORS.append(
    TorchRegressor(get_loss("absolute_percentage_error", smallest=0.1), **SMALL)
)
CLASSIFIERS = [TorchClassifier(loss, **SMALL) for loss in list_losses("classification")]
# These pass every check.
OTHERS = [
    TorchRegressor(**SMALL),
    TorchRegressor("gaussian_nll", **SMALL),
    TorchClassifier(**SMALL),
    TorchRegressor(hidden_layer_sizes=()),
    TorchClassifier(hidden_layer_sizes=()),
]
# Linear models of other kinds of losses, and ensembles.
MORE = [
    TorchRegressor("absolute_error", hidden_layer_sizes=()),
    TorchRegressor("poisson", hidden_layer_sizes=()),
    TorchClassifier("hinge", hidden_layer_sizes=()),
    TorchRegressor(**SMALL | {"n_members": 3}),
    TorchClassifier(**SMALL | {"n_members": 3}),
]
# The checks in which a loss takes part: what is fitted, its tags and what it accepts.
# In the others, such as those of refused tables, of parameters and of containers of X
# and of weights, the loss sees the same tensors or is never called.
OF_LOSSES = """
valid_tag_types estimator_repr estimators_fit_returns_self positive_only_tag_during_fit
estimators_overwrite_params sample_weight_equivalence_on_dense_data estimators_pickle
classifiers_one_label classifiers_one_label_sample_weights classifiers_classes
classifier_multioutput classifiers_train classifiers_regression_target
classifiers_multilabel_representation_invariance
classifiers_multilabel_output_format_predict
classifiers_multilabel_output_format_predict_proba
classifiers_multilabel_output_format_decision_function supervised_y_no_nan
supervised_y_2d class_weight_classifiers decision_proba_consistency
classifier_not_supporting_multiclass regressors_train regressor_multioutput
regressors_no_decision_function regressors_int methods_sample_order_invariance
methods_subset_invariance fit2d_1sample fit2d_1feature fit_idempotent
""".split()


def expected_failures(estimator):
    """Checks that a maintainer of scikit-learn would agree cannot pass."""
    if estimator.__sklearn_tags__().target_tags.positive_only:
        return {
            "check_regressor_multioutput": "draws negative targets in spite of the "
            "positive_only tag; test_several_positive_targets covers the claim"
        }
    return {}


def name_of(value):
    """Return the name of a check, with its options; None for an estimator."""
    if not isinstance(value, functools.partial):
        return None
    options = "".join(f"-{key}={option}" for key, option in value.keywords.items())
    return inspect.unwrap(value.func).__name__.removeprefix("check_") + options


def checks(estimators, names=None):
    """Yield the checks of estimators, all or those with a name; known failures marked.

    A check that is repeated with another container of X is left out with ``names``.
    """
    for estimator in estimators:
        for one in estimator_checks_generator(
            estimator,
            expected_failed_checks=expected_failures(estimator),
            mark="xfail",
        ):
            _, check = getattr(one, "values", one)
            if names is None or name_of(check) in names:
                yield one


@pytest.mark.parametrize(
    ("estimator", "check"),
    [*checks([*REGRESSORS, *CLASSIFIERS, *MORE], OF_LOSSES), *checks(OTHERS)],
    ids=lambda value: name_of(value) or repr(value),
)
def test_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "estimator",
    [r for r in REGRESSORS if expected_failures(r)],
    ids=lambda r: r.loss,
)
def test_several_positive_targets(estimator):
    X, y = make_regression(n_targets=5, n_samples=50, n_features=20, random_state=42)
    y = np.exp(y / np.abs(y).max())
    predicted = clone(estimator).fit(X, y).predict(X)
    assert predicted.shape == (50, 5)
    assert predicted.dtype == np.float64
    assert (predicted > 0).all()
