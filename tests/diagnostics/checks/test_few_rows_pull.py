"""SKL104 fires where 1% of the rows carry half of the squared gradient."""

import numpy as np
import pytest

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

NOISE = np.random.default_rng(3).normal(size=400)
OUTLIERS = NOISE.copy()
OUTLIERS[[7, 90, 200]] = [100.0, -100.0, 300.0]


def find(y, *losses, **values):
    answers = {label: np.zeros(len(y)) for label in losses}
    return CHECKS["SKL104"]().find(comparison(y, answers, **values))


def test_squared_error_is_named_with_the_rows():
    (found,) = find(OUTLIERS, "squared_error")
    assert "4 rows of 400 (200, 7, 90 and " in found.evidence
    energy = np.sort(OUTLIERS**2)[::-1]
    share = energy[:4].sum() / energy.sum()
    assert f"carry {share:.0%} of the squared gradient" in found.evidence


@pytest.mark.parametrize("loss", ["absolute_error", "huber", "log_cosh"])
def test_bounded_gradients_are_not_carried_by_a_few_rows(loss):
    assert find(OUTLIERS, loss) == []


@pytest.mark.parametrize("noise", ["normal", "laplace", "logistic"])
def test_usual_errors_are_not_outliers(noise):
    y = getattr(np.random.default_rng(4), noise)(size=400)
    assert find(y, "squared_error") == []


def test_errors_far_from_zero_do_not_hide_outliers():
    (found,) = find(OUTLIERS, "squared_error")
    planted = comparison(OUTLIERS + 1e6, {"squared_error": np.full(400, 1e6)})
    assert CHECKS["SKL104"]().find(planted)[0].evidence == found.evidence


def test_half_of_the_gradient_is_the_limit():
    # One of 100 rows: its square against 99 squares of 1.
    y = np.ones(100)
    y[0] = np.sqrt(98.0)
    assert find(y, "squared_error") == []
    y[0] = np.sqrt(100.0)
    assert "1 row of 100 (0, counted from 0) carries 50%" in (
        find(y, "squared_error")[0].evidence
    )


def test_a_row_of_weight_zero_pulls_nothing():
    weight = np.ones(400)
    weight[[7, 90, 200]] = 0.0
    assert find(OUTLIERS, "squared_error", sample_weight=weight) == []


def test_losses_with_a_scale_and_few_rows_are_left_out():
    assert find(OUTLIERS, "gaussian_nll") == []
    assert find(np.append(np.ones(20), 100.0), "squared_error") == []


def test_a_perfect_fit_has_no_gradient():
    y = NOISE
    planted = comparison(y, {"squared_error": y, "huber": y})
    assert CHECKS["SKL104"]().find(planted) == []


@pytest.mark.parametrize(("n_rows", "n_found"), [(29, 0), (30, 1)])
def test_one_of_fewer_than_30_rows_is_not_a_few(n_rows, n_found):
    assert len(find(np.append(np.ones(n_rows - 1), 100.0), "squared_error")) == n_found


def test_a_weight_makes_a_row_pull_more():
    y, weight = np.ones(100), np.ones(100)
    weight[7] = 98.0
    assert find(y, "squared_error", sample_weight=weight) == []
    weight[7] = 100.0
    (found,) = find(y, "squared_error", sample_weight=weight)
    assert "1 row of 100 (7, counted from 0) carries 50%" in found.evidence


def test_contenders_stopped_losses_and_classes_are_left_out():
    assert find(OUTLIERS, "squared_error", losses={}) == []
    assert find(OUTLIERS, "squared_error", stopped=("squared_error",)) == []
    both = np.column_stack([OUTLIERS, OUTLIERS])
    planted = comparison(both, {"squared_error": np.zeros((400, 2))})
    assert CHECKS["SKL104"]().find(planted) == []
    assert find(np.arange(400) % 2, "cross_entropy", task="binary") == []
