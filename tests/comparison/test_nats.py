"""Predictions without a distribution get a Gaussian or a Laplace from other folds."""

import numpy as np
import pytest
from scipy import stats

from skloss.comparison.nats import GaussianOrLaplace

ROWS = np.arange(6)
SPLITS = [(ROWS[:3], ROWS[3:]), (ROWS[3:], ROWS[:3])]


def nats(y, splits=SPLITS, weight=None, predicted=0.0, learned=None):
    """Return the nats of the first fold for one prediction of all rows."""
    found = GaussianOrLaplace(np.asarray(y), weight, splits)
    for _ in splits:
        found.add_fold(predicted, predicted, learned)
    return found.of_fold(0)


def test_scale_and_family_come_from_the_other_folds_rows():
    # The other fold's mean square is 17, its mean absolute error 3: the maxima are
    # log 3 + log 2 + 1 = 2.79 nats for Laplace and log(2 pi e 17) / 2 = 2.84.
    y = [-1.0, 1.0, 7.0, 5.0, 0.0, -2.0]
    expected = -stats.laplace(0, 3).logpdf([5.0, 0.0, -2.0])
    np.testing.assert_allclose(nats(y), expected)
    even = [-3.0, 3.0, 3.0, 5.0, 0.0, -2.0]
    expected = -stats.norm(0, 3).logpdf([5.0, 0.0, -2.0])
    np.testing.assert_allclose(nats(even), expected)


def test_without_other_folds_the_training_rows_fix_the_scale():
    y = [-3.0, 3.0, 3.0, 5.0, 0.0, -2.0]
    found = nats(y, splits=SPLITS[:1], learned=(1.0, 1.0))
    scale = np.sqrt((16 + 4 + 4) / 3)  # around 1, what was learned of those rows
    np.testing.assert_allclose(found, -stats.norm(0, scale).logpdf([5.0, 0.0, -2.0]))


def test_weights_count_in_the_scale():
    y = [0.0, 3.0, -3.0, 5.0, 0.0, -2.0]
    found = nats(y, weight=np.array([0.0, 2.0, 1.0, 1.0, 1.0, 1.0]))
    np.testing.assert_allclose(found, -stats.norm(0, 3).logpdf([5.0, 0.0, -2.0]))


def test_each_target_has_its_own_family_and_their_nats_add_up():
    first, second = [-1.0, 1.0, 7.0, 5.0, 0.0, -2.0], [-3.0, 3.0, 3.0, 5.0, 0.0, -2.0]
    both = nats(np.column_stack([first, second]))
    np.testing.assert_allclose(both, nats(first) + nats(second))


def test_residuals_of_zero_have_no_log_score():
    assert np.isnan(nats(np.zeros(6))).all()


def test_one_constant_stands_for_all_rows():
    found = nats([-3.0, 3.0, 3.0, 5.0, 0.0, -2.0], predicted=np.zeros(3))
    assert found == pytest.approx(nats([-3.0, 3.0, 3.0, 5.0, 0.0, -2.0]))
