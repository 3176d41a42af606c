"""SKL105 fires where the density implies a scale near 0 for many rows."""

import numpy as np
from scipy import stats

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

NOISE = np.random.default_rng(5).normal(size=500)


def find(y, scale, loss="gaussian_nll"):
    nll = -stats.norm(0, scale).logpdf(y)
    return CHECKS["SKL105"]().find(comparison(y, {loss: np.zeros(500)}, nll=nll))


def test_equal_targets_with_a_tiny_scale_are_counted():
    y, scale = NOISE.copy(), np.ones(500)
    y[:100], scale[:100] = 0.0, 1e-3
    (found,) = find(y, scale)
    assert found.loss == "gaussian_nll"
    assert "20% of the held-out rows" in found.evidence
    assert f"below {np.abs(y).mean() / 20:.3g}" in found.evidence


def test_a_tenth_of_the_rows_is_the_limit():
    y, scale = NOISE.copy(), np.ones(500)
    y[:50], scale[:50] = 0.0, 1e-3
    assert find(y, scale) == []


def test_a_right_scale_is_not_small_even_if_spreads_differ():
    spread = np.exp(np.random.default_rng(6).normal(size=500))
    assert find(NOISE, np.ones(500)) == []
    assert find(NOISE * spread, spread) == []


def test_an_exact_fit_has_no_typical_error():
    planted = comparison(NOISE, {"gaussian_nll": NOISE}, nll=np.full(500, -20.0))
    assert CHECKS["SKL105"]().find(planted) == []


def test_missing_log_scores_are_left_out():
    planted = comparison(NOISE, {"quantile": NOISE * 0}, nll=np.full(500, np.nan))
    assert CHECKS["SKL105"]().find(planted) == []
