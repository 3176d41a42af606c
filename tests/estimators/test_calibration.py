"""Calibration of scores: by one number, or by a logistic regression."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax, softmax
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


def test_scores_of_classes_have_the_most_likely_map_under_its_prior(rng):
    scores = 4 * rng.normal(size=(150, 3)) + [3.0, 0.0, 1.0]
    y = np.array([rng.choice(3, p=p) for p in softmax(0.4 * scores, axis=1)])
    weight = rng.uniform(0.5, 2.0, size=150)
    z = scores - scores.mean(1, keepdims=True)
    z /= np.sqrt(np.average((z**2).mean(1), weights=weight))

    def logits(unknowns):
        size, shift, more = unknowns[0], unknowns[1:4], unknowns[4:].reshape(3, 3)
        return size * z + shift + z @ more

    def minus(unknowns):
        likelihood = weight @ log_softmax(logits(unknowns), axis=1)[np.arange(150), y]
        spread = np.repeat([2.0, 1.0, 0.25], [1, 3, 9])
        return -likelihood - stats.norm(0, spread).logpdf(unknowns).sum()

    best = minimize(minus, np.eye(13)[0], method="BFGS").x
    assert best[0] > 0
    found = Calibration.fit(scores, y, weight)(scores)
    np.testing.assert_allclose(found, softmax(logits(best), axis=1), atol=1e-4)


def test_scores_that_are_logits_up_to_a_factor_are_multiplied_by_it(rng):
    scores = rng.normal(size=(4000, 3))
    truth = softmax(2.5 * scores, axis=1)
    y = np.array([rng.choice(3, p=p) for p in truth])
    probability = Calibration.fit(scores, y, np.ones(4000))(scores)
    best = minimize_scalar(lambda t: log_loss(y, softmax(t * scores, axis=1)))
    assert log_loss(y, probability) == pytest.approx(best.fun, abs=0.003)
    np.testing.assert_allclose(probability, truth, atol=0.06)


def test_log_odds_may_depend_on_the_scores_of_other_classes(rng):
    scores = rng.normal(size=(3000, 3))
    mixed = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, -1.0], [0.0, 0.0, 2.0]])
    truth = softmax(scores @ mixed + [0.0, 1.0, -1.0], axis=1)
    y = np.array([rng.choice(3, p=p) for p in truth])
    found = Calibration.fit(scores, y, np.ones(3000))(scores)
    assert (truth * np.log(truth / found)).sum(1).mean() < 0.005  # nats
    plain = softmax(scores, axis=1)
    assert (truth * np.log(truth / plain)).sum(1).mean() > 0.1


def test_few_rows_do_not_determine_a_shift(rng):
    scores = 2 * rng.normal(size=(12, 3))
    y = scores.argmax(1)
    y[:3] = [0, 1, 2]
    probability = Calibration.fit(scores, y, np.ones(12))(np.zeros((1, 3)))
    np.testing.assert_allclose(probability, 1 / 3, atol=0.2)


def test_constant_scores_have_the_shares_of_the_classes(rng):
    y = np.repeat([0, 1, 2], [200, 100, 100])
    scores = 5.0 + 1e-13 * rng.normal(size=(400, 3))
    found = Calibration.fit(scores, y, np.ones(400))(scores)
    np.testing.assert_allclose(found, [[0.5, 0.25, 0.25]] * 400, atol=0.01)


def test_one_score_is_shifted_only_if_the_rows_show_it(rng):
    scores, chance, ones = 2 * rng.normal(size=500), rng.uniform(size=500), np.ones(500)
    y = np.stack([chance < expit(scores), chance < expit(scores - 1)], axis=1)
    found = Calibration.fit(np.stack([scores, scores], axis=1), y.astype(int), ones)
    assert found.intercept[0] == 0.0
    assert -1.5 < found.intercept[1] < -0.5


def test_scores_that_rank_the_wrong_way_have_little_influence(rng):
    scores = rng.normal(size=(300, 3))
    y = np.array([rng.choice(3, p=p) for p in softmax(-0.1 * scores, axis=1)])
    found = Calibration.fit(scores, y, np.ones(300))
    np.testing.assert_allclose(found(scores).mean(0), 1 / 3, atol=0.06)
    assert np.abs(found.coef).max() < 0.3
    one = Calibration.fit(scores[:, 0], (y == 1).astype(int), np.ones(300))
    assert one.coef[0] >= 0


def test_weights_count_rows_that_occur_several_times(rng):
    scores, y = rng.normal(size=(100, 3)), np.arange(100) % 3
    times = np.arange(100) % 4
    index = np.repeat(np.arange(100), times)
    weighted = Calibration.fit(scores, y, times.astype(float))
    repeated = Calibration.fit(scores[index], y[index], np.ones(len(index)))
    np.testing.assert_allclose(weighted(scores), repeated(scores), atol=1e-6)
