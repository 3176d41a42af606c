"""SKL101 fires where predictions miss what a metric scores, with evidence."""

import numpy as np
import pytest

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(0)
SYMMETRIC = RNG.normal(size=1000)
SKEWED = RNG.lognormal(size=1000)


def find(y, **predicted):
    answers = {label: np.full(len(y), value) for label, value in predicted.items()}
    return CHECKS["SKL101"]().find(comparison(y, answers))


def test_the_median_of_a_skewed_target_is_not_what_rmse_scores():
    (found,) = find(SKEWED, absolute_error=np.median(SKEWED))
    assert found.loss == "absolute_error"
    assert found.finding == "It estimates the median, which RMSE and R² do not score."
    off = SKEWED.mean() - np.median(SKEWED)
    assert f"on average {off:.3f} below the target" in found.evidence


def test_the_mean_of_a_skewed_target_is_not_what_mae_scores():
    (found,) = find(SKEWED, squared_error=SKEWED.mean())
    assert found.finding == "It estimates the mean, which MAE does not score."
    below = np.mean(SKEWED < SKEWED.mean())
    assert found.evidence == f"{below:.0%} of the targets are below their prediction"


def test_a_quantile_is_named_with_both_kinds_of_metrics():
    (found,) = find(SYMMETRIC, quantile=np.quantile(SYMMETRIC, 0.9))
    assert found.finding == (
        "It estimates the quantile, which RMSE, R² and MAE do not score."
    )
    assert "above the target" in found.evidence
    assert "90% of the targets are below" in found.evidence


def test_a_symmetric_target_has_one_centre():
    assert find(SYMMETRIC, absolute_error=0.0, squared_error=0.0, huber=0.0) == []


def test_a_biased_fit_of_the_mean_is_no_matter_of_the_loss():
    found = find(SYMMETRIC, squared_error=1.0)
    assert [one.finding for one in found] == [
        "It estimates the mean, which MAE does not score."
    ]


@pytest.mark.parametrize("metrics", [["nll"], []])
def test_metrics_of_other_kinds_are_not_judged(metrics):
    planted = comparison(SKEWED, {"absolute_error": np.zeros(1000)})
    planted.folds = {"metric": metrics}
    assert CHECKS["SKL101"]().find(planted) == []


def test_contenders_and_stopped_losses_are_left_out():
    planted = comparison(SKEWED, {"absolute_error": np.zeros(1000)})
    planted.stopped = ("absolute_error",)
    assert CHECKS["SKL101"]().find(planted) == []
    planted.stopped, planted.losses = (), {}
    assert CHECKS["SKL101"]().find(planted) == []
