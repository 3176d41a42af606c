"""The confidence of networks of classes, from the rows that stopped them."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, log_softmax
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from skloss import TorchClassifier, get_loss
from skloss.estimators.confidence import with_confidence
from skloss.estimators.fitted_classes import _n_validation
from skloss.training import FitResult
from skloss.training.architectures import Perceptron

PRIOR = 0.25


def stopped(X, y, loss, n_outputs, size):
    """A network whose scores are some columns times a number, and its plan."""
    weights = size * torch.eye(n_outputs, dtype=torch.float64)
    layers = [(weights, torch.zeros(n_outputs, dtype=torch.float64))]
    spec = SimpleNamespace(
        architecture=Perceptron(()),
        validation_rows=torch.arange(len(X)),
        X=torch.as_tensor(X),
        y=torch.as_tensor(y),
        weight=torch.ones(len(X), dtype=torch.float64),
        loss=get_loss(loss),
    )
    return FitResult(layers=layers, history=[]), spec


def size_of(fit):
    return fit.layers[-1][0][0, 0].item()


def best_of(nats):
    """The number of least log-loss with a Gaussian prior on its logarithm."""
    found = minimize_scalar(
        lambda a: nats(np.exp(a)) + 0.5 * (a / PRIOR) ** 2,
        bounds=(-1.5, 0.75),
        method="bounded",
    )
    return np.exp(found.x)


@pytest.mark.parametrize("size", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("n", [20, 400])
def test_scores_of_two_classes_get_the_most_likely_size(size, n):
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 1)) * 2
    y = (rng.uniform(size=n) < expit(x[:, 0])).astype(float)
    fit, spec = stopped(x, y, "cross_entropy", 1, size)
    sign = 2 * y - 1
    best = best_of(lambda f: -log_expit(sign * f * size * x[:, 0]).sum())
    assert size_of(with_confidence(fit, spec)) == pytest.approx(size * best, rel=0.01)


def test_scores_of_three_classes_get_the_most_likely_size():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3)) * 2
    y = (x + rng.gumbel(size=x.shape)).argmax(1)
    fit, spec = stopped(x, y, "cross_entropy", 3, 3.0)
    best = best_of(lambda f: -log_softmax(3 * f * x, axis=1)[np.arange(300), y].sum())
    found = with_confidence(fit, spec)
    assert best < 0.5
    assert size_of(found) == pytest.approx(3 * best, rel=0.01)
    assert size_of(fit) == 3.0  # the given fit is not changed


def test_the_size_of_scores_is_judged_by_the_posterior_that_they_lead_to():
    # The log-odds of the posterior of this loss are 1 - q times its scores.
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 1)) * 12
    y = (rng.uniform(size=400) < expit(0.5 * 0.3 * x[:, 0])).astype(float)
    fit, spec = stopped(x, y, "generalized_cross_entropy", 1, 1.0)
    best = best_of(lambda f: -log_expit((2 * y - 1) * 0.3 * f * x[:, 0]).sum())
    found = with_confidence(fit, spec, task="binary")
    assert size_of(found) == pytest.approx(best, rel=0.01)
    assert size_of(with_confidence(fit, spec)) != pytest.approx(best, rel=0.05)


def test_the_size_of_scores_of_classes_is_judged_by_their_posterior():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3)) * 2
    y = (x + rng.gumbel(size=x.shape)).argmax(1)
    fit, spec = stopped(x, y, "cross_entropy", 3, 3.0)
    expected = size_of(with_confidence(fit, spec))
    found = size_of(with_confidence(fit, spec, task="multiclass"))
    assert found == pytest.approx(expected, rel=1e-6)


def test_rows_count_by_their_weight():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 1)) * 2
    y = (rng.uniform(size=200) < 0.5).astype(float)
    fit, spec = stopped(x, y, "cross_entropy", 1, 1.0)
    spec.weight = torch.as_tensor(rng.integers(0, 3, 200).astype(float))
    rows = np.repeat(np.arange(200), spec.weight.int())
    repeated = stopped(x[rows], y[rows], "cross_entropy", 1, 1.0)[1]
    found, expected = with_confidence(fit, spec), with_confidence(fit, repeated)
    assert size_of(found) == pytest.approx(size_of(expected), rel=1e-9)


def test_scores_that_are_all_wrong_shrink_to_the_lowest_size_and_keep_their_sign():
    x = np.linspace(5.0, 9.0, 500)[:, None]
    fit, spec = stopped(x, np.zeros(500), "cross_entropy", 1, 1.0)
    assert 0 < size_of(with_confidence(fit, spec)) == pytest.approx(np.exp(-1.5))


def test_scores_that_are_not_finite_are_left_alone():
    fit, spec = stopped(np.full((5, 1), np.nan), np.zeros(5), "cross_entropy", 1, 1.0)
    assert with_confidence(fit, spec) is fit


def test_the_given_validation_rows_decide_how_sure_a_network_is():
    X, y = load_breast_cancer(return_X_y=True)
    X, X_val, y, y_val = train_test_split(X, y, random_state=0)
    noisy = np.random.default_rng(0).permutation(y_val)
    networks = [
        TorchClassifier(max_iter=30, random_state=0).fit(X, y, X_val=X_val, y_val=one)
        for one in (y_val, noisy)
    ]
    sure, unsure = (np.abs(one.decision_function(X)).mean() for one in networks)
    assert unsure < 0.7 * sure


@pytest.mark.parametrize(("weight", "n_rows"), [(2.0, 8.0), (1.0, 4.0), (0.01, 4.0)])
def test_weights_count_rows_unless_they_can_only_be_relative(weight, n_rows):
    target = SimpleNamespace(rows_weight=np.full(10, weight))
    spec = SimpleNamespace(validation_rows=torch.arange(4))
    assert _n_validation(SimpleNamespace(target=target), spec) == n_rows
