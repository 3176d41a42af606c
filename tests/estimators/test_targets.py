"""Targets that a loss does not support are refused, with losses that do."""

import decimal
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import DataConversionWarning

from skloss import TorchClassifier, TorchRegressor, get_loss
from skloss.estimators.targets import ClassTargets, NumberTargets
from skloss.losses import Focal

CLASSES = np.arange(60) % 3
LABELS = np.eye(3, dtype=int)[CLASSES]
COUNTS = np.arange(60.0)
SHARES = np.full((60, 3), 0.3)

#: (estimator, loss, target, what the message contains, a loss that it names)
REFUSED = [
    (TorchClassifier, "bce", CLASSES, "y holds 3 classes", "cross_entropy"),
    (TorchClassifier, "asymmetric", CLASSES, "not support a multiclass", "brier"),
    (TorchClassifier, Focal(alpha=0.2), CLASSES, "y holds 3 classes", "hinge"),
    (TorchClassifier, "brier", LABELS, "y holds 3 labels", "focal"),
    (TorchClassifier, "huber", CLASSES % 2, "y holds 2 classes", "cross_entropy"),
    (TorchClassifier, "cce", COUNTS + 0.5, "such as 0.5, which", "squared_error"),
    (TorchRegressor, "cross_entropy", COUNTS, "not for numbers", "squared_error"),
    (TorchRegressor, "poisson", COUNTS - 1, "y holds -1", "squared_error"),
    (TorchRegressor, "tweedie", COUNTS - 1, "y holds -1", "huber"),
    (TorchRegressor, "gamma", COUNTS, "y holds 0", "poisson"),
    (TorchRegressor, "squared_log_error", -COUNTS, "y holds -1", "huber"),
    (TorchRegressor, "kl_divergence", SHARES, "row 0 of y sums to 0.9", "huber"),
]


def named_losses(error):
    return str(error).rsplit(": ", 1)[1].strip(".").split(", ")


@pytest.mark.parametrize(("estimator", "loss", "y", "message", "named"), REFUSED)
def test_an_unsupported_loss_is_refused_and_supported_ones_are_named(
    estimator, loss, y, message, named
):
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        estimator(loss).fit(X, y)
    names = named_losses(caught.value)
    assert named in names
    assert get_loss(loss).name not in names


@pytest.mark.parametrize(
    ("estimator", "y"),
    [(TorchRegressor("gamma"), COUNTS), (TorchClassifier(), np.sin(COUNTS))],
    ids=["gamma", "classifier"],
)
def test_every_named_loss_accepts_the_target(estimator, y):
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.raises(ValueError, match="y holds") as caught:
        estimator.fit(X, y)
    names = named_losses(caught.value)
    assert len(names) > 10
    for name in names:
        TorchRegressor(name, max_iter=1).fit(X, y)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("mes", "mse"), ("Huber", "huber"), ("crossentropy", "cross_entropy")],
)
def test_a_misspelt_loss_gets_a_suggestion(typed, meant):
    with pytest.raises(ValueError, match=f"called '{typed}'. Did you mean '{meant}'"):
        get_loss(typed)


def number_targets(y, weight, loss):
    targets = NumberTargets.learn(y, get_loss(loss))
    target = targets.encode(y, weight, get_loss(loss))
    return targets.with_units(target, get_loss(loss)), target


def test_numbers_are_standardised_by_weighted_moments():
    y, weight = np.array([1.0, 3.0, 11.0]), np.array([1.0, 1.0, 2.0])
    targets, target = number_targets(y, weight, "squared_error")
    assert (targets.center, targets.scale) == (6.5, np.sqrt(20.75))
    assert (target.n, target.labels) == (1, None)
    standard = targets.standardise(y)
    assert np.average(standard, weights=weight) == pytest.approx(0.0)
    assert np.average(standard**2, weights=weight) == pytest.approx(1.0)
    np.testing.assert_allclose(targets.restore(standard), y)


def test_each_of_several_targets_has_its_units():
    y = np.array([[0.0, 5.0], [2.0, 5.0]])
    targets, target = number_targets(y, np.ones(2), "huber")
    assert targets.center.tolist() == [1.0, 5.0]
    assert targets.scale.tolist() == [1.0, 1.0]  # a constant target keeps its unit
    assert target.n == 2
    assert not targets.is_single


def test_a_loss_on_positive_targets_keeps_their_units():
    targets, _ = number_targets(np.array([1.0, 30.0]), np.ones(2), "poisson")
    assert (targets.center, targets.scale) == (0.0, 1.0)


def test_classes_are_encoded_in_the_order_of_their_labels():
    y = np.array(["b", "a", "c", "b"])
    loss = get_loss("cross_entropy")
    targets = ClassTargets.learn(y, loss)
    target = targets.encode(y, np.ones(4), loss, class_weight={"a": 2, "b": 3, "c": 1})
    assert (targets.task, targets.classes.tolist()) == ("multiclass", ["a", "b", "c"])
    assert target.values.tolist() == target.labels.tolist() == [1, 0, 2, 1]
    assert target.weight.tolist() == [3, 2, 1, 3]
    assert target.n == 3


@pytest.mark.parametrize(
    ("y", "loss", "task", "n"),
    [
        (CLASSES % 2, "cross_entropy", "binary", 1),
        (CLASSES % 2, "corn", "binary", 1),
        (CLASSES, "corn", "ordinal", 3),
        (LABELS, "focal", "multilabel", 3),
    ],
)
def test_the_task_follows_from_classes_and_loss(y, loss, task, n):
    targets = ClassTargets.learn(y, get_loss(loss))
    target = targets.encode(y, np.ones(len(y)), get_loss(loss))
    assert targets.task == task
    assert target.n == n
    np.testing.assert_array_equal(targets.standardise(target.values), y)


LEVELS = ["none", "mild", "moderate", "severe"]


def ordered_rows():
    """Return rows of four ordered classes, as codes and as an ordered Categorical."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    score = X @ [1.0, -2.0, 0.5] + 0.7 * rng.logistic(size=300)
    codes = np.digitize(score, [-2, 0, 2])
    return X, codes, pd.Series(pd.Categorical.from_codes(codes, LEVELS, ordered=True))


def test_an_ordinal_loss_follows_the_order_of_the_categories():
    X, codes, y = ordered_rows()
    models = [
        TorchClassifier("corn", hidden_layer_sizes=()).fit(X, target)
        for target in (codes, y, pd.Categorical(y))
    ]
    assert models[1].classes_.tolist() == sorted(LEVELS)
    in_order = [sorted(LEVELS).index(level) for level in LEVELS]
    expected = models[0].predict_proba(X)
    for model in models[1:]:
        np.testing.assert_allclose(model.predict_proba(X)[:, in_order], expected)
        assert model.predict(X).tolist() == [LEVELS[k] for k in models[0].predict(X)]


def test_the_order_of_categories_survives_absent_ones_and_weights_of_classes():
    X, codes, y = ordered_rows()
    kept = codes != 1
    weights = {"none": 1.0, "moderate": 3.0, "severe": 2.0}
    by_code = {0: 1.0, 2: 3.0, 3: 2.0}
    model = TorchClassifier("corn", class_weight=weights, hidden_layer_sizes=())
    coded = TorchClassifier("corn", class_weight=by_code, hidden_layer_sizes=())
    found = model.fit(X[kept], y[kept]).predict_proba(X)
    expected = coded.fit(X[kept], codes[kept]).predict_proba(X)
    assert model.classes_.tolist() == ["moderate", "none", "severe"]
    np.testing.assert_allclose(found[:, [1, 0, 2]], expected)


def test_other_losses_do_not_depend_on_the_order_of_the_categories():
    X, _, y = ordered_rows()
    model = TorchClassifier(hidden_layer_sizes=())
    expected = model.fit(X, y.astype(str)).predict_proba(X)
    np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), expected)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.array([1, 2, 1, 2] * 9, dtype=object), [1, 2]),
        (pd.Series([True, False] * 18, dtype=object), [False, True]),
    ],
)
def test_a_classifier_learns_objects_as_the_values_that_they_are(y, classes):
    X = np.random.default_rng(0).normal(size=(36, 2))
    model = TorchClassifier(hidden_layer_sizes=()).fit(X, y)
    assert model.classes_.tolist() == classes
    assert model.classes_.dtype != object


def test_a_classifier_refuses_labels_that_mix_text_and_numbers():
    X = np.zeros((4, 1))
    with pytest.raises(ValueError, match="y mixes text and numbers"):
        TorchClassifier().fit(X, np.array([1, "a", 1, "a"], dtype=object))


def test_a_regressor_learns_decimals():
    X = np.arange(20.0).reshape(-1, 1)
    y = [decimal.Decimal(k) / 2 for k in range(20)]
    model = TorchRegressor(hidden_layer_sizes=(), alpha=0).fit(X, np.array(y))
    np.testing.assert_allclose(model.predict(X), np.arange(20) / 2, atol=1e-6)


@pytest.mark.parametrize("estimator", [TorchRegressor, TorchClassifier])
def test_a_target_of_one_column_is_a_vector_with_the_warning_of_scikit_learn(estimator):
    X = np.random.default_rng(0).normal(size=(60, 2))
    frame = pd.DataFrame({"y": COUNTS % 2})
    model = estimator(hidden_layer_sizes=())
    flat = model.fit(X, frame["y"]).predict(X)
    for y in (frame, frame.to_numpy()):
        with pytest.warns(DataConversionWarning, match="column-vector"):
            found = model.fit(X, y).predict(X)
        np.testing.assert_array_equal(found, flat)


def test_the_distribution_of_a_target_of_one_column_has_one_value_per_row():
    X = np.random.default_rng(0).normal(size=(60, 2))
    with pytest.warns(DataConversionWarning):
        model = TorchRegressor("gaussian_nll", hidden_layer_sizes=(), max_iter=20).fit(
            X, COUNTS[:, None]
        )
    assert model.predict_distribution(X).logpdf(COUNTS).shape == (60,)
    assert model.predict_interval(X).shape == (60, 2)
