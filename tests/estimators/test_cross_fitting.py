"""Calibration of scores by models that were not fitted to the rows."""

import numpy as np
import pytest
from sklearn.datasets import make_multilabel_classification

from skloss import TorchClassifier
from skloss.estimators.fitting import prepare
from skloss.estimators.rows import check_rows
from tests.estimators.small import SMALL

LINEAR = {"hidden_layer_sizes": (), "random_state": 0}


def plan_of(estimator, X, y):
    return prepare(estimator, check_rows(estimator, X, y, None))


def test_folds_are_a_fifth_of_each_class(rng):
    y = np.repeat([0, 1], [180, 20])
    folds = plan_of(TorchClassifier("hinge", **LINEAR), rng.normal(size=(200, 2)), y)
    rows = [fold.rows.numpy() for fold in folds.folds]
    assert [len(one) for one in rows] == [40] * 5
    assert [y[one].sum() for one in rows] == [4] * 5
    np.testing.assert_array_equal(np.sort(np.concatenate(rows)), np.arange(200))


def test_a_linear_model_is_calibrated_on_a_part_of_a_long_table(rng):
    n = 120_000
    X = rng.normal(size=(n, 2))
    chance = 1 / (1 + np.exp(3.0 - 2 * X[:, 0]))
    y = (rng.uniform(size=n) < chance).astype(int)
    weight = rng.integers(1, 3, n)
    rows = np.repeat(np.arange(n), weight)
    plans = [
        plan_of(TorchClassifier("label_smoothing", **LINEAR), X, y),
        plan_of(TorchClassifier("label_smoothing", **LINEAR), X[rows], y[rows]),
    ]
    for plan, n_rows, n_parts in zip(plans, (n, len(rows)), (2, 3), strict=True):
        held_out = np.concatenate([fold.rows.numpy() for fold in plan.folds])
        assert len(np.unique(held_out)) == len(held_out)
        assert len(held_out) == pytest.approx(n_rows / n_parts, rel=0.02)
        for fold in plan.folds:
            learned = fold.models[0].fit_rows.numpy()
            assert len(np.intersect1d(learned, fold.rows)) == 0
            np.testing.assert_array_equal(
                np.union1d(learned, fold.rows), np.sort(held_out)
            )
    weighted = prepare(
        TorchClassifier("label_smoothing", **LINEAR),
        check_rows(TorchClassifier(**LINEAR), X, y, weight),
    )
    total = sum(weight[fold.rows].sum() for fold in weighted.folds)
    assert total == pytest.approx(len(rows) / 3, rel=0.02)  # a weight of 2 is two rows
    network = TorchClassifier("label_smoothing", n_members=1)
    assert sum(len(fold.rows) for fold in plan_of(network, X, y).folds) == n
    # Of a rare class, every row is used.
    rare = np.arange(n) % 60 == 0
    plan = plan_of(TorchClassifier("label_smoothing", **LINEAR), X, rare.astype(int))
    assert sum(len(fold.rows) for fold in plan.folds) == n


def test_models_of_a_fold_neither_learn_from_it_nor_stop_on_it(rng):
    X, y = rng.normal(size=(200, 2)), np.arange(200) % 2
    plan = plan_of(TorchClassifier("hinge", **SMALL | {"n_members": 2}), X, y)
    assert len(plan.trained) == 2 + 5 * 2
    for fold in plan.folds:
        for model in fold.models:
            used = np.union1d(model.fit_rows, model.validation_rows)
            assert len(np.intersect1d(used, fold.rows)) == 0
            assert len(used) + len(fold.rows) == 200
            assert len(model.validation_rows) == 24  # 15% of 160


def test_a_recovered_loss_trains_no_further_models(rng):
    X, y = rng.normal(size=(100, 2)), np.arange(100) % 2
    for loss in ("cross_entropy", "focal"):
        assert plan_of(TorchClassifier(loss, **LINEAR), X, y).folds == []


@pytest.mark.parametrize("loss", ["hinge", "label_smoothing"])
def test_calibrated_probabilities_rank_rows_as_scores_do(loss, cancer):
    X, y = cancer
    model = TorchClassifier(loss, **LINEAR).fit(X, y)
    assert model.probability_source_ == "calibrated"
    order = np.argsort(model.decision_function(X))
    probability = model.predict_proba(X)
    assert (np.diff(probability[order, 1]) >= 0).all()
    np.testing.assert_allclose(probability.sum(1), 1.0)


def test_each_label_is_calibrated_by_itself():
    X, Y = make_multilabel_classification(300, n_classes=3, random_state=0)
    model = TorchClassifier("asymmetric", **LINEAR).fit(X, Y)
    assert model.probability_source_ == "calibrated"
    probability, scores = model.predict_proba(X), model.decision_function(X)
    for k in range(3):
        order = np.argsort(scores[:, k])
        assert (np.diff(probability[order, k]) >= 0).all()
        assert abs(probability[:, k].mean() - Y[:, k].mean()) < 0.03


def test_a_class_of_weight_zero_is_calibrated(rng):
    X, y = rng.normal(size=(100, 2)), np.arange(100) % 2
    model = TorchClassifier(class_weight={0: 0.0, 1: 1.0}, **LINEAR).fit(X, y)
    assert model.probability_source_ == "calibrated"
    np.testing.assert_allclose(model.predict_proba(X), 0.5, atol=0.2)


def test_fewer_than_ten_rows_have_the_link(rng):
    X, y = rng.normal(size=(9, 2)), np.arange(9) % 2
    model = TorchClassifier("hinge", **LINEAR).fit(X, y)
    assert model.probability_source_ == "sigmoid"
    expected = 1 / (1 + np.exp(-model.decision_function(X)))
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], expected)


def test_partial_fit_calibrates_by_the_rows_of_the_call(rng):
    X, y = rng.normal(size=(300, 2)), np.arange(300) % 2
    model = TorchClassifier("hinge", random_state=0).partial_fit(X, y)
    assert model.probability_source_ == "calibrated"
    before = model.predict_proba(X)
    model.partial_fit(X[y == 1], y[y == 1])  # one class: the former map is kept
    assert model.probability_source_ == "calibrated"
    assert np.ptp(before[:, 1]) > 0


def test_the_models_of_the_folds_are_not_reported(rng):
    X, y = rng.normal(size=(100, 2)), np.arange(100) % 2
    model = TorchClassifier("hinge", **SMALL).fit(X, y)
    assert set(model.history_["member"]) == {0}
    assert len(model.history_) == model.n_iter_


@pytest.mark.parametrize(
    ("loss", "n_classes"),
    [("hinge", 3), ("squared_hinge", 3), ("label_smoothing", 2), ("hinge", 2)],
)
def test_a_weight_of_two_is_a_repeated_row_of_a_long_table(loss, n_classes, rng):
    X = rng.normal(size=(150, 2))
    y = np.digitize(X[:, 0] + rng.normal(size=150), [0.0, 0.8][: n_classes - 1])
    weight = rng.integers(1, 4, 150)
    rows = rng.permutation(np.repeat(np.arange(150), weight))
    weighted = TorchClassifier(loss, **LINEAR).fit(X, y, sample_weight=weight)
    repeated = TorchClassifier(loss, **LINEAR).fit(X[rows], y[rows])
    assert weighted.probability_source_ == "calibrated"
    np.testing.assert_allclose(
        weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-5
    )
