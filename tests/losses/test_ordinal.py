"""Corn: conditional probabilities of the thresholds between ordered classes."""

import numpy as np
import pytest
import torch
from scipy.special import expit

from skloss.losses import Corn, get_loss
from tests.losses.oracles import BITS, LOG_ODDS, every_value, rows_of, sigmoid, value_of

rng = np.random.default_rng(2)
RAW = rng.normal(size=(40, 3))
GRADES = rng.integers(0, 4, 40)


def by_subsets(raw, y):
    """Shi et al. (2021), eq. 4 and 6: each threshold on the rows that reach it."""
    total = np.zeros(len(y))
    for threshold in range(raw.shape[1]):
        for row in np.flatnonzero(y >= threshold):
            p = expit(raw[row, threshold])
            total[row] -= np.log(p if y[row] > threshold else 1 - p)
    return total


VALUES = [
    ("corn", {}, [[0.0, 0.0]] * 3, [0, 1, 2], np.log(2) * 5 / 3,
     "one, two and two thresholds reached at even odds"),
    ("corn", {}, RAW, GRADES, by_subsets(RAW, GRADES).mean(), "Shi et al. (2021)"),
]  # fmt: skip


@every_value(VALUES)
def test_value_of_an_independent_oracle(name, params, raw, y, value):
    found = value_of(get_loss(name, **params), raw, y)
    assert found == pytest.approx(value, rel=1e-9)


def test_each_row_has_the_loss_of_the_thresholds_that_it_reaches():
    np.testing.assert_allclose(rows_of("corn", RAW, GRADES), by_subsets(RAW, GRADES))


def test_thresholds_beyond_the_own_class_do_not_matter():
    changed = RAW.copy()
    changed[:, 2] = 99.0
    low = GRADES < 2
    same = rows_of("corn", changed, GRADES) == rows_of("corn", RAW, GRADES)
    assert same[low].all()
    assert not same[~low].any()


def test_probabilities_are_products_of_conditional_ones():
    conditional = sigmoid(RAW)
    above = np.cumprod(conditional, axis=1)
    expected = -np.diff(np.column_stack([np.ones(40), above, np.zeros(40)]), axis=1)
    found = Corn().probabilities(torch.as_tensor(RAW)).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-15)
    np.testing.assert_allclose(found.sum(1), 1.0)
    np.testing.assert_array_equal(Corn().predict(torch.as_tensor(RAW)), found)


@pytest.mark.parametrize("size", [1.0, 50.0, 1e4])
def test_probabilities_are_never_negative(size):
    raw = torch.as_tensor(size * np.sign(RAW)).float()
    found = Corn().probabilities(raw)
    assert (found >= 0).all()
    torch.testing.assert_close(found.sum(-1), torch.ones(40))


def test_the_loss_is_minus_the_log_probability_of_the_class():
    proba = Corn().probabilities(torch.as_tensor(RAW)).numpy()
    expected = -np.log(proba[np.arange(40), GRADES])
    np.testing.assert_allclose(rows_of("corn", RAW, GRADES), expected)


@pytest.mark.parametrize(("n_classes", "n_outputs"), [(5, 4), (3, 2), (2, 1), (1, 1)])
def test_there_is_one_output_per_threshold(n_classes, n_outputs):
    assert Corn().n_outputs(n_classes) == n_outputs


def test_two_classes_are_logistic_regression():
    np.testing.assert_allclose(
        rows_of("corn", LOG_ODDS, BITS), rows_of("cross_entropy", LOG_ODDS, BITS)
    )
    raw = torch.as_tensor(LOG_ODDS)[:, None]
    proba = Corn().probabilities(raw, "binary")
    np.testing.assert_allclose(proba[:, 0], sigmoid(LOG_ODDS))
