"""The calibration error by hand, and its bias by simulation."""

import numpy as np
import pytest
from scipy import stats

from skloss import metrics

RNG = np.random.default_rng(0)


def test_bins_hold_equal_numbers_of_rows():
    proba = np.array([0.1, 0.2, 0.3, 0.9])
    # Halves: |0.5 - 0.15| and |0.5 - 0.6|.
    found = metrics.ece([0, 1, 1, 0], proba, n_bins=2)
    assert found == pytest.approx((0.35 + 0.1) / 2)


def test_equal_probabilities_share_a_bin_in_any_order():
    y, proba = np.array([0, 1] * 10), np.full(20, 0.5)
    assert metrics.ece(y, proba) == 0.0
    assert metrics.ece(np.sort(y), proba) == 0.0


def test_a_weight_of_two_is_a_row_that_occurs_twice():
    y, proba = np.array([0, 1, 1, 0, 1]), np.array([0.2, 0.4, 0.7, 0.8, 0.9])
    weight = np.array([2, 1, 0, 2, 1])
    for score in (metrics.ece, metrics.ece_bias):
        repeated = score(np.repeat(y, weight), np.repeat(proba, weight), n_bins=1)
        assert metrics.ece(y, proba, n_bins=1, sample_weight=weight) == pytest.approx(
            metrics.ece(np.repeat(y, weight), np.repeat(proba, weight), n_bins=1)
        )
        assert repeated > 0


def test_more_classes_are_judged_by_the_largest_probability():
    proba = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]])
    found = metrics.ece(["a", "b", "a"], proba, classes=["a", "b", "c"], n_bins=1)
    assert found == pytest.approx(abs((0.6 + 0.7 + 0.8 - 2) / 3))


def test_labels_are_averaged():
    truth = np.array([[1, 0], [1, 1], [0, 0]])
    proba = np.array([[0.9, 0.5], [0.6, 0.6], [0.3, 0.4]])
    expected = (abs(2 - 1.8) / 3 + abs(1 - 1.5) / 3) / 2
    assert metrics.ece(truth, proba, n_bins=1) == pytest.approx(expected)


@pytest.mark.parametrize("n_rows", [200, 2000])
def test_right_probabilities_have_the_stated_bias(n_rows):
    proba = RNG.beta(2, 3, n_rows)
    found = [
        metrics.ece((RNG.uniform(size=n_rows) < proba).astype(int), proba)
        for _ in range(200)
    ]
    bias = metrics.ece_bias([0, 1], proba[[0, -1]])  # of other rows
    assert bias != pytest.approx(np.mean(found), rel=0.05)
    y = np.arange(n_rows) % 2
    assert metrics.ece_bias(y, proba) == pytest.approx(np.mean(found), rel=0.05)


def test_the_bias_of_one_bin_is_that_of_a_binomial_share():
    exact = stats.binom(100, 0.5).expect(lambda hits: abs(hits / 100 - 0.5))
    found = metrics.ece_bias([0, 1] * 50, np.full(100, 0.5), n_bins=1)
    assert found == pytest.approx(exact, rel=0.01)
