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


def test_a_biased_fit_of_the_mean_is_not_due_to_the_loss():
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


@pytest.mark.parametrize(("side", "n_found"), [(0.54, 0), (0.56, 1)])
def test_less_than_55_percent_of_the_rows_on_one_side_does_not_matter(side, n_found):
    y = np.where(np.arange(10_000) < side * 10_000, 1.0, -1.0)
    assert len(find(y, squared_error=0.0)) == n_found


@pytest.mark.parametrize(("gain", "n_found"), [(0.0099, 0), (0.0101, 1)])
def test_a_shift_that_lowers_the_rmse_by_less_than_a_hundredth_does_not_matter(
    gain, n_found
):
    # Of errors of mean m and standard deviation s: s is lower than sqrt(m^2 + s^2).
    y = np.tile([-1.0, 1.0], 20_000)
    shift = np.sqrt(2 * gain / (1 - 2 * gain))
    found = [one for one in find(y + shift, absolute_error=0.0) if "RMSE" in one[1]]
    assert len(found) == n_found


def test_a_few_rows_are_not_clear():
    assert find(SKEWED[:15], absolute_error=np.median(SKEWED[:15])) == []


def test_rows_of_a_group_are_one_piece_of_evidence():
    y = np.repeat(np.exp(np.linspace(-2, 2, 15)), 60)
    answers = {"absolute_error": np.full(900, np.median(y))}
    fold = np.repeat(np.arange(15), 60) % 5
    alone = CHECKS["SKL101"]().find(comparison(y, answers, fold=fold))
    groups = np.repeat(np.arange(15), 60)
    grouped = comparison(y, answers, fold=fold, groups=groups)
    assert (len(alone), CHECKS["SKL101"]().find(grouped)) == (1, [])


def test_weights_decide_what_is_off():
    y = np.concatenate([SYMMETRIC, np.full(1000, 50.0)])
    answers = {"absolute_error": np.zeros(2000)}
    weight = np.repeat([1.0, 1e-9], 1000)
    planted = comparison(y, answers, sample_weight=weight)
    assert CHECKS["SKL101"]().find(planted) == []
    planted.sample_weight = None
    assert len(CHECKS["SKL101"]().find(planted)) == 1


def test_errors_of_rows_of_hardly_any_weight_do_not_hide_a_shift():
    y = np.append(SKEWED, [1e6, -1e6])
    answers = {"absolute_error": np.full(1002, np.median(SKEWED))}
    weight = np.append(np.ones(1000), [1e-14, 1e-14])
    (found,) = CHECKS["SKL101"]().find(comparison(y, answers, sample_weight=weight))
    assert "RMSE and R²" in found.finding


def test_several_targets_and_classes_are_left_out():
    both = np.column_stack([SKEWED, SKEWED])
    planted = comparison(both, {"absolute_error": np.zeros((1000, 2))})
    assert CHECKS["SKL101"]().find(planted) == []
    planted = comparison(SKEWED > 1, {"hinge": SKEWED > 9}, task="binary")
    assert CHECKS["SKL101"]().find(planted) == []
