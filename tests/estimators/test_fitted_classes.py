"""Probabilities of fitted models: P(y | x) for every loss."""

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.metrics import roc_auc_score
from torch import nn

from skloss import TorchClassifier, costs, decide, get_loss, list_losses
from skloss.losses import ClassificationLoss

LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0, "random_state": 0}
N = 8000
# This loss hardly uses rows that are classified wrongly, and needs more of them.
MORE = {"generalized_cross_entropy": 40_000}


@pytest.fixture(scope="module")
def world():
    """Two Gaussians at a distance of 2, one of them with a prior of 5%."""
    rng = np.random.default_rng(0)
    y = (np.arange(50_000) % 20 == 0).astype(int)
    X = rng.normal(size=(50_000, 1)) + 2 * y[:, None]
    truth = expit(2 * X[:, 0] - 2 + np.log(0.05 / 0.95))
    return X[:-N], y[:-N], X[-N:], truth[-N:]


def gap(truth, probability):
    """Expected log-loss above that of the truth, in nats."""
    shares = np.column_stack([1 - truth, truth])
    with np.errstate(divide="ignore"):
        return -np.mean((shares * np.log(probability / shares)).sum(1))


LOSSES = [(name, None) for name in list_losses("binary")]
LOSSES += [(name, "balanced") for name in ("cross_entropy", "focal", "brier")]


@pytest.mark.parametrize(("loss", "class_weight"), LOSSES)
def test_every_loss_leads_to_the_true_probabilities(loss, class_weight, world):
    X, y, X_test, truth = world
    n = MORE.get(loss, N)
    model = TorchClassifier(loss, class_weight=class_weight, **LINEAR).fit(X[:n], y[:n])
    probability = model.predict_proba(X_test)
    assert gap(truth, probability) < 0.003
    np.testing.assert_allclose(probability.sum(1), 1.0)
    label = truth > 0.2
    auc = roc_auc_score(label, model.decision_function(X_test))
    assert roc_auc_score(label, probability[:, 1]) == pytest.approx(auc, abs=1e-9)


@pytest.mark.parametrize("loss", ["focal", "label_smoothing"])
def test_decisions_for_a_cost_are_those_of_the_truth(loss, world):
    X, y, X_test, truth = world
    model = TorchClassifier(loss, **LINEAR).fit(X[:N], y[:N])
    chosen = decide(model.predict_proba(X_test), costs.binary(1, 5), classes=[0, 1])
    paid = np.where(chosen == 1, 1 - truth, 5 * truth).mean()
    best = np.minimum(1 - truth, 5 * truth).mean()
    assert paid < 1.01 * best


def test_linear_scores_that_cannot_have_the_posterior_are_calibrated(rng):
    # Three Gaussians on a line: the scores of focal would have to be curved, which
    # costs 0.012 nats.
    centers = np.array([0.0, 2.0, 4.0])
    y = rng.integers(0, 3, 8000)
    X = centers[y][:, None] + rng.normal(size=(8000, 1))
    truth = softmax(X * centers - centers**2 / 2, axis=1)
    model = TorchClassifier("focal", **LINEAR).fit(X, y)
    assert model.probability_source_ == "calibrated"
    excess = (truth * np.log(truth / model.predict_proba(X))).sum(1).mean()
    assert excess < 0.003
    few = TorchClassifier("focal", **LINEAR).fit(X[:300], y[:300])
    assert few.probability_source_ == "recovered"


def test_predictions_follow_the_scores_and_not_the_probabilities(world):
    X, y, X_test, _ = world
    model = TorchClassifier(class_weight="balanced", **LINEAR).fit(X[:N], y[:N])
    assert model.probability_source_ == "recovered"
    predicted = model.predict(X_test)
    np.testing.assert_array_equal(predicted, model.decision_function(X_test) > 0)
    # The boundary is at the prior, not at one half.
    boundary = model.predict_proba(X_test)[predicted == 1, 1].min()
    assert boundary == pytest.approx(0.05, abs=1e-3)


@pytest.mark.parametrize(
    ("loss", "class_weight", "source"),
    [
        ("cross_entropy", None, "softmax"),
        ("cross_entropy", {0: 2, 1: 2, 2: 2}, "softmax"),
        ("cross_entropy", "balanced", "softmax"),  # iris is balanced
        ("cross_entropy", {0: 1, 1: 1, 2: 2}, "recovered"),
        ("brier", None, "softmax"),
        ("corn", None, "link"),
        ("corn", {0: 1, 1: 1, 2: 2}, "recovered"),
        ("focal", None, "recovered"),
        ("hinge", None, "calibrated"),
        (nn.CrossEntropyLoss(), None, "softmax"),
        (
            nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0])),
            None,
            "recovered",
        ),
        (nn.CrossEntropyLoss(label_smoothing=0.1), None, "calibrated"),
    ],
)
def test_the_source_names_the_method(loss, class_weight, source):
    X, y = load_iris(return_X_y=True)
    model = TorchClassifier(loss, class_weight=class_weight, max_iter=3)
    model = model.set_params(hidden_layer_sizes=()).fit(X, y)
    assert model.probability_source_ == source
    np.testing.assert_allclose(model.predict_proba(X).sum(1), 1.0)


def test_two_classes_and_labels_have_the_sigmoid():
    X, y = load_iris(return_X_y=True)
    Y = np.eye(3)[y]
    assert TorchClassifier(**LINEAR).fit(X, Y).probability_source_ == "sigmoid"
    assert TorchClassifier(**LINEAR).fit(X, y > 0).probability_source_ == "sigmoid"


def test_class_weights_are_divided_out_in_the_order_of_the_labels():
    X, y = load_iris(return_X_y=True)
    names = np.array(["c", "a", "b"])[y]
    weights = {"a": 1.0, "b": 2.0, "c": 5.0}
    for loss in ("cross_entropy", "brier", "focal"):
        model = TorchClassifier(loss, class_weight=weights, max_iter=5, **LINEAR)
        model.fit(X, names)
        scores = torch.as_tensor(model.decision_function(X))
        odds = get_loss(loss).posterior(scores, "multiclass").numpy() / [1.0, 2.0, 5.0]
        expected = odds / odds.sum(1, keepdims=True)
        np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-9)


def test_sample_weights_do_not_change_the_map():
    X, y = load_iris(return_X_y=True)
    model = TorchClassifier("focal", max_iter=5, **LINEAR).fit(X, y > 0, 1.0 + y)
    scores = torch.as_tensor(model.decision_function(X))[:, None]
    expected = get_loss("focal").posterior(scores, "binary")[:, 0]
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], expected, rtol=1e-12)


def test_members_are_recovered_before_they_are_averaged():
    X, y = make_multilabel_classification(200, n_classes=2, random_state=0)
    model = TorchClassifier("focal", n_members=2, max_iter=5, random_state=0).fit(X, y)
    with torch.no_grad():
        raw = model.network_(torch.as_tensor(X))
    each = get_loss("focal").posterior(raw.double(), "multilabel")
    np.testing.assert_allclose(model.predict_proba(X), each.mean(0), rtol=1e-6)


class ClosedForm(ClassificationLoss):
    """A loss whose posterior is stated, not derived."""

    def sigmoid_loss(self, logit, y_true):
        return nn.functional.softplus((1 - 2 * y_true) * logit)

    def posterior(self, raw_prediction, task):
        return torch.full_like(raw_prediction, 0.25, dtype=torch.float64)


def test_a_loss_may_state_its_posterior():
    X, y = load_iris(return_X_y=True)
    model = TorchClassifier(ClosedForm(), max_iter=2, n_members=1).fit(X, y > 0)
    np.testing.assert_array_equal(model.predict_proba(X), [[0.75, 0.25]] * 150)
