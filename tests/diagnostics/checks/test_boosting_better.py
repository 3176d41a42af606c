"""SKL203 fires where gradient boosting is at least 5% and clearly better."""

import numpy as np
import pandas as pd
import pytest

from skloss.diagnostics import CHECKS
from skloss.diagnostics.checks.boosting_better import boosting_gains
from tests.diagnostics.planted import comparison

OURS = np.array([1.0, 1.1, 0.9, 1.05, 0.95])


def planted(boosting, ours=OURS, metric="rmse", n_folds=5):
    def folds(label, values):
        frame = {"loss": label, "fold": range(n_folds), "metric": metric}
        return pd.DataFrame(frame | {"value": values[:n_folds]})

    y = np.arange(50.0)
    made = comparison(y, {"huber": y}, fold=np.arange(50) % n_folds)
    made.folds = pd.concat([folds("huber", ours), folds("mean", 2 * ours)])
    made.baseline_folds = folds("gradient_boosting", boosting)
    return made


def find(*args, **values):
    return CHECKS["SKL203"]().find(planted(*args, **values))


def test_a_clear_gain_is_stated_as_a_share_of_the_best_loss():
    (found,) = find(0.8 * OURS)
    assert found.evidence == "0.800 instead of 1.00, 20% lower"
    assert "lower RMSE than every loss" in found.finding
    (gain,) = boosting_gains(planted(0.8 * OURS))
    assert gain == ("rmse", pytest.approx(0.2), pytest.approx(0.8), pytest.approx(1.0))


@pytest.mark.parametrize(("share", "n_found"), [(0.951, 0), (0.949, 1)])
def test_less_than_5_percent_does_not_matter(share, n_found):
    assert len(find(share * OURS)) == n_found


def test_a_gain_in_one_fold_is_not_clear():
    assert find(OURS - np.array([0.8, 0.0, 0.0, 0.0, 0.0])) == []


def test_the_corrected_test_is_at_one_sided_5_percent():
    # t = mean / (s sqrt(1/5 + 1/4)) with 4 degrees of freedom: 2.132 at 5%.
    gap = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    error = gap.std(ddof=1) * np.sqrt(0.45)
    assert find(OURS - (gap - gap.mean() + 2.1 * error)) == []
    assert len(find(OURS - (gap - gap.mean() + 2.2 * error))) == 1


def test_two_folds_cannot_show_it():
    assert find(0.5 * OURS, n_folds=2) == []


def test_a_log_loss_near_zero_is_as_good_as_another():
    assert find(1e-4 * OURS, ours=1e-3 * OURS, metric="log_loss") == []


def test_other_metrics_have_no_share_of_an_error():
    assert find(-5 * OURS, metric="nll") == []


def test_without_baselines_nothing_is_reported():
    made = planted(OURS)
    made.baseline_folds = None
    assert CHECKS["SKL203"]().find(made) == []
