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


def test_ten_bins_are_the_default():
    y, proba = RNG.integers(0, 2, 50), np.linspace(0.01, 0.99, 50)
    gaps = (y - proba).reshape(10, 5).mean(1)
    assert metrics.ece(y, proba) == pytest.approx(np.abs(gaps).mean())


@pytest.mark.parametrize("n_bins", [1, 2, 7])
def test_a_weight_of_two_is_a_row_that_occurs_twice(n_bins):
    y, proba = RNG.integers(0, 2, 40), RNG.uniform(size=40)
    weight = RNG.integers(0, 3, 40)
    # Sorted rows whose copies have one probability are in one bin as well.
    repeated = np.repeat(y, weight), np.repeat(proba, weight)
    found = metrics.ece(y, proba, n_bins=1, sample_weight=weight)
    assert found == pytest.approx(metrics.ece(*repeated, n_bins=1))
    scaled = metrics.ece(y, proba, n_bins=n_bins, sample_weight=5 * weight)
    same = metrics.ece(y, proba, n_bins=n_bins, sample_weight=weight)
    assert scaled == pytest.approx(same)


def test_bins_have_equal_weights():
    # The first row alone weighs half.
    found = metrics.ece([0, 1, 1], [0.3, 0.6, 0.8], n_bins=2, sample_weight=[4, 2, 2])
    assert found == pytest.approx((0.3 + 0.3) / 2)


def test_a_row_in_two_bins_is_in_that_of_its_middle():
    # Middles of the weights 3, 2, 3 at 1.5, 4 and 6.5 of 8: the bins end at 4.
    y, proba, weight = [0, 1, 1], [0.1, 0.6, 0.8], [3, 2, 3]
    found = metrics.ece(y, proba, n_bins=2, sample_weight=weight)
    assert found == pytest.approx(3 / 8 * 0.1 + 5 / 8 * (2 * 0.4 + 3 * 0.2) / 5)


def test_a_row_whose_middle_is_just_before_an_edge_is_in_the_lower_bin():
    # Weights 2 + 3 + 3: half is 4, and the middle of the second row is 2 + 3 / 2.
    weight, proba = [2, 3, 3], np.array([0.1, 0.3, 0.9])
    found = metrics.ece([0, 1, 1], proba, n_bins=2, sample_weight=weight)
    # |3 / 5 - 1.1 / 5| of five eighths, and |1 - 0.9| of three eighths.
    assert found == pytest.approx(0.38 * 5 / 8 + 0.1 * 3 / 8)


def test_more_bins_than_rows_are_a_bin_for_each_row():
    found = metrics.ece([0, 1, 1], [0.2, 0.7, 0.9], n_bins=100)
    assert found == pytest.approx((0.2 + 0.3 + 0.1) / 3)


def test_errors_of_opposite_sign_cancel_within_a_bin_only():
    y, proba = [0, 1], [0.3, 0.7]
    assert metrics.ece(y, proba, n_bins=1) == pytest.approx(0.0)
    assert metrics.ece(y, proba, n_bins=2) == pytest.approx(0.3)


def test_one_row_is_its_own_bin():
    assert metrics.ece([1], [0.75]) == pytest.approx(0.25)
    assert metrics.ece([0], [0.75], sample_weight=[3.0]) == pytest.approx(0.75)


def test_two_columns_are_the_probability_of_the_second_class():
    y, proba = np.array(["b", "a", "b", "b"]), np.array([0.9, 0.3, 0.4, 0.2])
    both = np.column_stack([1 - proba, proba])
    for score in (metrics.ece, metrics.ece_bias):
        found = score(y, both, classes=["a", "b"], n_bins=2)
        assert found == pytest.approx(score(y == "b", proba, n_bins=2))
    reverse = metrics.ece(y, both[:, ::-1], classes=["b", "a"], n_bins=2)
    assert reverse == pytest.approx(metrics.ece(y == "a", 1 - proba, n_bins=2))


def test_probabilities_that_do_not_sum_to_one_are_refused_unless_they_are_of_labels():
    with pytest.raises(ValueError, match="do not sum to 1"):
        metrics.ece([0, 1, 2], np.full((3, 3), 0.5))
    assert metrics.ece([[1, 1]], [[0.9, 0.9]]) == pytest.approx(0.1)


def test_classes_without_rows_are_never_right():
    proba = np.array([[0.2, 0.8, 0.0], [0.6, 0.3, 0.1]])
    found = metrics.ece([0, 0], proba, classes=[0, 1, 2], n_bins=1)
    assert found == pytest.approx(abs(1 / 2 - 1.4 / 2))


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


def test_the_bias_of_weighted_rows_is_that_of_their_draws():
    proba, weight = RNG.beta(2, 3, 300), RNG.uniform(0.2, 4.0, 300)
    hits = RNG.uniform(size=(4000, 300)) < proba
    gap = np.abs(((hits - proba) * weight).sum(1)) / weight.sum()
    y = np.arange(300) % 2
    found = metrics.ece_bias(y, proba, n_bins=1, sample_weight=weight)
    assert found == pytest.approx(gap.mean(), rel=0.04)


def test_the_bias_falls_with_the_root_of_the_number_of_rows():
    y, proba = np.arange(100) % 2, np.full(100, 0.3)
    one = metrics.ece_bias(y, proba)
    four = metrics.ece_bias(np.tile(y, 4), np.tile(proba, 4))
    assert one == pytest.approx(2 * four)
    # sqrt(2 / pi) times the standard deviation of the share of hits.
    assert one == pytest.approx(np.sqrt(2 / np.pi * 0.3 * 0.7 / 100))


def test_certain_probabilities_have_no_bias():
    assert metrics.ece_bias([0, 1, 1], [0.0, 1.0, 1.0]) == 0.0


def test_the_bias_of_labels_is_the_mean_over_the_labels():
    proba = RNG.uniform(size=(60, 2))
    truth = np.arange(120).reshape(60, 2) % 3 == 0
    alone = [metrics.ece_bias(truth[:, k], proba[:, k]) for k in range(2)]
    assert metrics.ece_bias(truth, proba) == pytest.approx(np.mean(alone))
