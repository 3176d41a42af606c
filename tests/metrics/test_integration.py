"""The CRPS of rows: laws of the score, and closed forms of other families."""

from types import SimpleNamespace

import numpy as np
import pytest
import scoringrules
from scipy import stats

from skloss.metrics.integration import crps_rows

RNG = np.random.default_rng(0)
Y = np.array([-3.0, -0.2, 0.0, 0.4, 2.5, 40.0])
NORMAL = stats.norm(np.linspace(-1, 1, 6), np.linspace(0.5, 2, 6))


@pytest.mark.parametrize("shift", [-1e3, 5.0])
@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_score_has_the_unit_of_the_target(shift, factor):
    moved = stats.norm(factor * NORMAL.mean() + shift, factor * NORMAL.std())
    found = crps_rows(factor * Y + shift, moved) / factor
    np.testing.assert_allclose(found, crps_rows(Y, NORMAL), rtol=1e-4, atol=1e-6)


def test_a_mirrored_target_has_the_same_score():
    mirrored = crps_rows(-Y, stats.norm(-NORMAL.mean(), NORMAL.std()))
    np.testing.assert_allclose(mirrored, crps_rows(Y, NORMAL), rtol=1e-9)


@pytest.mark.parametrize("shape", [(6,), (6, 1), (3, 2)])
def test_the_score_has_the_shape_of_the_targets(shape):
    model = stats.norm(NORMAL.mean().reshape(shape), NORMAL.std().reshape(shape))
    found = crps_rows(Y.reshape(shape), model)
    np.testing.assert_allclose(found, crps_rows(Y, NORMAL).reshape(shape))


def test_one_row_is_scored_as_among_others():
    alone = crps_rows(Y[:1], stats.norm(NORMAL.mean()[:1], NORMAL.std()[:1]))
    assert alone == pytest.approx(crps_rows(Y, NORMAL)[:1], rel=1e-12)


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (stats.gamma(3.0, scale=2.0), scoringrules.crps_gamma(Y, 3.0, 0.5)),
        (stats.expon(scale=0.5), scoringrules.crps_exponential(Y, 2.0)),
        (
            stats.lognorm(0.7, scale=np.exp(0.3)),
            scoringrules.crps_lognormal(Y, 0.3, 0.7),
        ),
        (stats.beta(2.0, 5.0), scoringrules.crps_beta(Y, 2.0, 5.0)),
        (stats.t(2.0), scoringrules.crps_t(Y, 2.0, 0.0, 1.0)),
    ],
    ids=["gamma", "exponential", "lognormal", "beta", "t"],
)
def test_skewed_bounded_and_heavy_tailed_families_equal_scoringrules(
    distribution, expected
):
    is_known = np.isfinite(expected)  # scoringrules does not score all outside values
    found = crps_rows(Y, distribution)
    np.testing.assert_allclose(found[is_known], expected[is_known], atol=3e-4)


def test_beyond_the_end_of_a_range_the_score_grows_by_the_distance():
    found = crps_rows(np.array([-3.0, 0.0, 1.0, 6.0]), stats.beta(2.0, 5.0))
    assert found[0] - found[1] == pytest.approx(3.0, abs=1e-4)
    assert found[3] - found[2] == pytest.approx(5.0, abs=1e-4)


def test_the_score_is_the_distance_less_half_the_spread_of_draws():
    # E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, equation 21).
    draws = stats.gumbel_r(1.0, 2.0).ppf((np.arange(2000) + 0.5) / 2000)
    spread = np.abs(draws[:, None] - draws).mean()
    expected = np.abs(draws - Y[:, None]).mean(1) - spread / 2
    found = crps_rows(Y, stats.gumbel_r(1.0, 2.0))
    np.testing.assert_allclose(found, expected, rtol=5e-3)


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (stats.poisson(4.0), scoringrules.crps_poisson([0, 4, 30], 4.0)),
        (stats.nbinom(3, 0.4), scoringrules.crps_negbinom([0, 4, 30], 3, 0.4)),
        (stats.binom(9, 0.3), scoringrules.crps_binomial([0, 4, 30], 9, 0.3)),
    ],
    ids=["poisson", "negative binomial", "binomial"],
)
def test_counts_equal_scoringrules_also_beyond_their_range(distribution, expected):
    found = crps_rows(np.array([0.0, 4.0, 30.0]), distribution)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_large_counts_are_scored_as_numbers():
    y, model, k = np.array([900.0, 1000.0, 1100.0]), stats.poisson(1000.0), np.r_[:3000]
    expected = [((model.cdf(k) - (k >= one)) ** 2).sum() for one in y]
    np.testing.assert_allclose(crps_rows(y, model), expected, rtol=0.02)


def test_a_certain_count_has_the_absolute_error():
    found = crps_rows(np.array([0.0, 2.0, 7.0]), stats.binom(2, 1.0))
    assert found.tolist() == [2.0, 0.0, 5.0]


def test_a_single_value_has_the_absolute_error():
    point = SimpleNamespace(
        ppf=lambda level: np.full(3, 2.0), cdf=lambda y: (y >= 2.0) * 1.0
    )
    found = crps_rows(np.array([-1.0, 2.0, 7.0]), point)
    np.testing.assert_allclose(found, [3.0, 0.0, 5.0], atol=1e-6)


def test_counts_are_known_by_their_probabilities_or_their_own_word():
    y, counts = np.array([1.0]), stats.poisson(2.0)
    stated = SimpleNamespace(ppf=counts.ppf, cdf=counts.cdf, is_discrete=True)
    with_mass = SimpleNamespace(ppf=counts.ppf, cdf=counts.cdf, logpmf=None)
    expected = scoringrules.crps_poisson(1.0, 2.0)
    for model in (counts, stated, with_mass):
        assert crps_rows(y, model) == pytest.approx(expected, rel=1e-6)


def test_the_true_distribution_has_the_least_mean_score():
    y = stats.gamma(3.0).ppf((np.arange(500) + 0.5) / 500)
    models = [stats.gamma(3.0), stats.gamma(2.5), stats.gamma(3.0, scale=1.3)]
    means = [crps_rows(y, model).mean() for model in [*models, stats.norm(3, 3**0.5)]]
    assert np.argmin(means) == 0
