"""Scales of noise models come from other folds, in closed form where there is one."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from skloss.comparison.candidate_scores import candidate_scores
from skloss.noise.candidates import CANDIDATES

RNG = np.random.default_rng(0)
FOLD = np.arange(200) % 4
LOC, SCALE = RNG.normal(size=200), RNG.uniform(0.5, 2.0, 200)


def held_out(y, name, weight=None, **stated):
    """Rows in four folds, with what a model states of them."""
    candidate = CANDIDATES[name]
    outputs = {name: value[None] for name, value in stated.items()}
    return SimpleNamespace(
        y=y,
        weight=np.ones(len(y)) if weight is None else weight,
        fold=FOLD,
        others=[fold != FOLD for fold in range(4)],
        outputs={(candidate.loss, candidate.is_logarithmic): (LOC, outputs)},
    )


@pytest.mark.parametrize("wide", [1.0, 30.0])
@pytest.mark.parametrize(
    ("name", "family", "factor"),
    [
        ("gaussian_heteroscedastic", stats.norm, lambda z, w: w @ z**2),
        ("laplace_heteroscedastic", stats.laplace, lambda z, w: w @ np.abs(z)),
    ],
)
def test_one_factor_on_stated_scales_has_the_highest_score(name, family, factor, wide):
    # With wide errors in one fold, its factor is far from that of the others.
    y = LOC + SCALE * RNG.normal(size=200) * np.where(FOLD == 0, wide, 1.0)
    weight = RNG.uniform(0.5, 2.0, 200)
    rows = held_out(y, name, weight, loc=LOC, scale=SCALE)
    score, low, high = candidate_scores(rows, CANDIDATES[name], 0.0)
    power = 0.5 if family is stats.norm else 1.0
    for fold in range(4):
        here, seen = fold == FOLD, fold != FOLD
        z, share = (y - LOC)[seen] / SCALE[seen], weight[seen] / weight[seen].sum()
        model = family(LOC[here], SCALE[here] * factor(z, share) ** power)
        np.testing.assert_allclose(score[here], model.logpdf(y[here]), rtol=2e-3)
        np.testing.assert_allclose(low[here], model.cdf(y[here]), atol=1e-3)
    np.testing.assert_array_equal(low, high)


def test_a_constant_scale_is_that_of_the_other_folds():
    y = LOC + RNG.laplace(size=200)
    score, *_ = candidate_scores(held_out(y, "laplace"), CANDIDATES["laplace"], 0.0)
    for fold in range(4):
        here = fold == FOLD
        scale = np.mean(np.abs(y - LOC)[~here])
        oracle = stats.laplace(LOC[here], scale).logpdf(y[here])
        np.testing.assert_allclose(score[here], oracle)


def test_cells_of_rounded_targets_are_scored_by_their_probability():
    y = np.round(LOC + RNG.normal(size=200))
    rows = held_out(y, "gaussian_heteroscedastic", loc=LOC, scale=SCALE)
    score, low, high = candidate_scores(
        rows, CANDIDATES["gaussian_heteroscedastic"], 1.0
    )
    np.testing.assert_allclose(np.exp(score), high - low, atol=1e-9)
