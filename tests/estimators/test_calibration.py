"""Calibration of scores: by one number, or by a logistic regression."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from skloss.estimators.calibration import Calibration


def test_a_single_score_is_calibrated_as_by_platt(rng):
    scores = 3 + 10 * rng.normal(size=500)
    y = (scores + 5 * rng.logistic(size=500) > 8).astype(int)
    weight = rng.uniform(0.5, 2.0, size=500)
    mean = np.average(scores, weights=weight)
    z = (scores - mean) / np.sqrt(np.average((scores - mean) ** 2, weights=weight))
    oracle = LogisticRegression().fit(z[:, None], y, weight)
    found = Calibration.fit(scores, y, weight)(scores)
    expected = oracle.predict_proba(z[:, None])[:, 1:]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_scores_of_classes_are_calibrated_together():
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression().fit(X, y)
    scores = model.decision_function(X) @ np.diag([2.0, 3.0, 0.5])
    found = Calibration.fit(scores, y, np.ones(len(y)))(scores)
    np.testing.assert_allclose(found.sum(1), 1.0)
    assert (found.argmax(1) == y).mean() > 0.95


def test_too_few_rows_or_classes_are_not_calibrated():
    scores, y = np.arange(10.0), np.arange(10) % 2
    ones = np.ones(10)
    assert Calibration.fit(scores[:9], y[:9], ones[:9]) is None
    assert Calibration.fit(scores, y, ones) is not None
    assert Calibration.fit(np.eye(10)[:, :3], y, ones) is None  # the third class


def test_a_label_that_each_row_has_keeps_a_probability_below_one():
    found = Calibration.fit(np.zeros((10, 1)), np.ones((10, 1)), np.ones(10))
    np.testing.assert_allclose(found(np.zeros((1, 1))), 11 / 12)


def test_scores_that_are_logits_up_to_a_factor_keep_their_decision(rng):
    scores = rng.normal(size=(400, 3))
    y = np.array([rng.choice(3, p=p) for p in softmax(2.5 * scores, axis=1)])
    found = Calibration.fit(scores, y, np.ones(400))
    probability = found(scores)
    np.testing.assert_array_equal(probability.argmax(1), scores.argmax(1))
    best = minimize_scalar(lambda t: log_loss(y, softmax(t * scores, axis=1)))
    np.testing.assert_allclose(found.coef, best.x * np.eye(3), rtol=0.03)
    np.testing.assert_array_equal(found.intercept, 0.0)


def test_shifts_of_scores_are_calibrated_only_if_the_rows_show_them(rng):
    scores = 2 * rng.normal(size=(2000, 3))
    shift = np.array([0.0, 1.0, -1.0])
    y = np.array([rng.choice(3, p=p) for p in softmax(scores + shift, axis=1)])
    ones = np.ones(2000)
    moved = Calibration.fit(scores, y, ones).intercept
    np.testing.assert_allclose(moved - moved.mean(), shift, atol=0.3)
    few = slice(0, 30)
    assert not Calibration.fit(scores[few], y[few], ones[few]).intercept.any()


def test_one_score_is_shifted_only_if_the_rows_show_it(rng):
    scores, chance, ones = 2 * rng.normal(size=500), rng.uniform(size=500), np.ones(500)
    y = np.stack([chance < expit(scores), chance < expit(scores - 1)], axis=1)
    found = Calibration.fit(np.stack([scores, scores], axis=1), y.astype(int), ones)
    assert found.intercept[0] == 0.0
    assert -1.5 < found.intercept[1] < -0.5


def test_scores_that_rank_the_wrong_way_have_no_influence(rng):
    scores = rng.normal(size=(300, 3))
    y = np.array([rng.choice(3, p=p) for p in softmax(-0.1 * scores, axis=1)])
    found = Calibration.fit(scores, y, np.ones(300))
    np.testing.assert_allclose(found(scores), 1 / 3)


def test_weights_count_rows_that_occur_several_times(rng):
    scores, y = rng.normal(size=(100, 3)), np.arange(100) % 3
    times = np.arange(100) % 4
    index = np.repeat(np.arange(100), times)
    weighted = Calibration.fit(scores, y, times.astype(float))
    repeated = Calibration.fit(scores[index], y[index], np.ones(len(index)))
    np.testing.assert_allclose(weighted(scores), repeated(scores), atol=1e-6)
