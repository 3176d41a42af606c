"""TorchClassifier: binary, multiclass and multilabel, with class weights."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_multilabel_classification

from skloss import TorchClassifier, get_loss, list_losses
from skloss.losses import Focal
from tests.estimators.small import SMALL


@pytest.mark.parametrize("loss", list_losses("classification"))
def test_every_classification_loss_learns(loss, cancer):
    X, y = cancer
    model = TorchClassifier(loss, n_members=1, random_state=0).fit(X, y)
    assert model.score(X, y) > 0.93


def test_a_network_learns_xor_and_a_linear_model_does_not():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(800, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    assert TorchClassifier(random_state=0).fit(X, y).score(X, y) > 0.95
    assert TorchClassifier(hidden_layer_sizes=()).fit(X, y).score(X, y) < 0.65


def test_class_weight_equals_the_same_sample_weight(rng):
    X = rng.normal(size=(400, 3))
    y = (X @ [1.0, 0.5, 0.0] + rng.logistic(size=400) > 0).astype(int)
    params = {"hidden_layer_sizes": (), "alpha": 0.0}
    by_class = TorchClassifier(class_weight={0: 5.0, 1: 1.0}, **params).fit(X, y)
    by_row = TorchClassifier(**params).fit(X, y, np.where(y == 0, 5.0, 1.0))
    np.testing.assert_allclose(
        by_class.decision_function(X), by_row.decision_function(X), atol=1e-6
    )
    plain = TorchClassifier(**params).fit(X, y)
    assert (by_class.predict(X) == 0).sum() > (plain.predict(X) == 0).sum()


def test_balanced_class_weight_counts_a_row_of_weight_two_twice(rng):
    X, y = rng.normal(size=(60, 2)), (np.arange(60) < 15).astype(int)
    twice = np.where(np.arange(60) < 10, 2, 1)
    params = {"hidden_layer_sizes": (), "class_weight": "balanced"}
    weighted = TorchClassifier(**params).fit(X, y, twice)
    repeated = TorchClassifier(**params).fit(
        np.repeat(X, twice, axis=0), np.repeat(y, twice)
    )
    np.testing.assert_allclose(
        weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-9
    )


def test_balanced_class_weight_finds_more_of_a_rare_class(rng):
    X = rng.normal(size=(1000, 2))
    y = np.where(X[:, 0] + rng.normal(size=1000) > 2.3, "rare", "usual")
    plain = TorchClassifier(random_state=0).fit(X, y)
    balanced = TorchClassifier(class_weight="balanced", random_state=0).fit(X, y)
    caught = [(m.predict(X) == "rare")[y == "rare"].mean() for m in (plain, balanced)]
    assert caught[1] > caught[0] + 0.2


def test_string_labels_and_their_order(rng):
    X = rng.normal(size=(300, 2))
    y = np.array(["no", "maybe", "yes"])[np.digitize(X[:, 0], [-0.5, 0.5])]
    model = TorchClassifier(random_state=0).fit(X, y)
    assert model.classes_.tolist() == ["maybe", "no", "yes"]
    assert set(model.predict(X)) <= {"maybe", "no", "yes"}
    proba = model.predict_proba(X)
    assert proba.shape == (300, 3)
    np.testing.assert_allclose(proba.sum(1), 1.0)
    assert model.decision_function(X).shape == (300, 3)
    assert model.score(X, y) > 0.9


def test_binary_shapes_are_those_of_scikit_learn(cancer):
    X, y = cancer
    model = TorchClassifier("binary_cross_entropy", **SMALL).fit(X, y)
    assert model.decision_function(X).shape == (len(X),)
    assert model.predict_proba(X).shape == (len(X), 2)
    np.testing.assert_array_equal(model.predict(X), model.decision_function(X) > 0)
    np.testing.assert_allclose(
        model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-model.decision_function(X)))
    )


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "focal"])
def test_multilabel_by_an_indicator(loss):
    X, y = make_multilabel_classification(400, n_classes=4, random_state=0)
    model = TorchClassifier(loss, random_state=0).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.decision_function(X).shape == y.shape
    proba = model.predict_proba(X)
    assert proba.shape == y.shape
    assert (model.predict(X) == y).mean() > 0.8
    assert ((proba > 0) & (proba < 1)).all()
    compressed = TorchClassifier(loss, random_state=0).fit(X, sparse.csr_matrix(y))
    np.testing.assert_array_equal(compressed.predict(X), model.predict(X))
    with pytest.raises(ValueError, match="several labels per row"):
        TorchClassifier(loss, class_weight="balanced").fit(X, y)


def test_focal_at_gamma_zero_is_cross_entropy(cancer):
    X, y = cancer
    plain = TorchClassifier(**SMALL).fit(X, y)
    focal = TorchClassifier(Focal(gamma=0.0), **SMALL).fit(X, y)
    np.testing.assert_allclose(
        plain.predict_proba(X), focal.predict_proba(X), atol=1e-9
    )
    assert get_loss("focal").gamma == 2.0


def test_the_default_loss_of_an_indicator_is_that_of_each_label():
    X, y = make_multilabel_classification(200, n_classes=4, random_state=0)
    default = TorchClassifier(**SMALL).fit(X, y)
    named = TorchClassifier("binary_cross_entropy", **SMALL).fit(X, y)
    np.testing.assert_array_equal(default.predict_proba(X), named.predict_proba(X))
    assert default.__sklearn_tags__().classifier_tags.multi_label
