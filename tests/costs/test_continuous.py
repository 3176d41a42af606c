"""Expectations and intervals of continuous distributions against SciPy."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import optimize, stats

from skloss.costs.continuous import Continuous

SKEWED = stats.gamma([2.0, 5.0], scale=[1.0, 3.0])
NORMAL = stats.norm([1.0, -4.0], [1.0, 0.5])


def without(distribution, *names):
    """A distribution with the other methods of a frozen one."""
    rest = {"ppf", "cdf", "sf", "isf", "mean"} - set(names)
    return SimpleNamespace(**{name: getattr(distribution, name) for name in rest})


def test_quantiles_have_one_row_per_level():
    levels = np.array([0.1, 0.5, 0.8])
    found = Continuous(SKEWED).quantiles(levels)
    np.testing.assert_array_equal(found, SKEWED.ppf(levels[:, None]))
    assert Continuous(stats.norm(0, 1)).quantiles(levels).shape == (3, 1)
    np.testing.assert_array_equal(Continuous(SKEWED).quantile(0.8), found[2])


@pytest.mark.parametrize("distribution", [SKEWED, NORMAL, stats.lognorm(1.0)])
def test_a_mean_that_is_not_given_is_integrated(distribution):
    given = Continuous(distribution).mean()
    integrated = Continuous(without(distribution, "mean")).mean()
    np.testing.assert_allclose(integrated, given, rtol=1e-6)
    # Without isf, levels are within a double of 1: some 1e-15 of the rows are missing.
    coarse = Continuous(without(distribution, "mean", "isf")).mean()
    np.testing.assert_allclose(coarse, given, rtol=1e-6)


def test_one_mean_is_that_of_all_rows():
    shared = SimpleNamespace(ppf=NORMAL.ppf, cdf=NORMAL.cdf, mean=lambda: 3.0)
    assert Continuous(shared).mean().tolist() == [3.0, 3.0]


@pytest.mark.parametrize("t", [-2.0, -0.1, 0.3, 2.0])
def test_the_exponential_moment_of_a_gaussian_is_known(t):
    expected = t * NORMAL.mean() + t**2 * NORMAL.var() / 2
    found = Continuous(NORMAL).log_moment(t)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("t", [0.45, -0.45])
def test_an_exponential_moment_close_to_its_limit_exists_and_beyond_it_does_not(t):
    laplace = Continuous(stats.laplace(0.0, 2.0))
    expected = -np.log(1 - (2 * t) ** 2)
    assert laplace.log_moment(t) == pytest.approx(expected, rel=1e-6)
    assert np.isinf(laplace.log_moment(1.2 * t)).all()


def test_an_end_of_the_range_bounds_the_moment_of_one_side_only():
    exponential = Continuous(stats.expon())
    assert exponential.log_moment(-3.0) == pytest.approx(-np.log(4), rel=1e-6)
    assert np.isinf(exponential.log_moment(1.01)).all()


@pytest.mark.parametrize("smallest", [0.5, 3.0])
def test_the_relative_median_halves_the_weighted_distribution(smallest):
    found = Continuous(SKEWED).relative_median(smallest)
    levels = (np.arange(20_000) + 0.5) / 20_000
    y = SKEWED.ppf(levels[:, None])
    weight = 1 / np.maximum(y, smallest)
    share = (weight * (y < found)).sum(0) / weight.sum(0)
    np.testing.assert_allclose(share, 0.5, atol=2e-4)


def test_the_relative_median_has_the_sign_of_the_outcomes():
    found = Continuous(stats.norm([-20.0, 20.0], 3.0)).relative_median(1e-8)
    assert found[0] == pytest.approx(-found[1], rel=1e-7)
    assert 18 < found[1] < 20


@pytest.mark.parametrize("factor", [1e-6, 1.0, 1e6])
def test_the_relative_median_has_the_unit_of_the_outcomes(factor):
    found = Continuous(stats.gamma(4.0, scale=factor)).relative_median(1e-9 * factor)
    assert found / factor == pytest.approx(stats.gamma(3.0).median(), rel=1e-6)


@pytest.mark.parametrize("width", [0.2, 1.0, 3.0])
def test_the_densest_interval_has_the_most_probability(width):
    skewed = stats.gamma(3.0)
    found = Continuous(skewed).densest(width)[0]
    best = optimize.minimize_scalar(
        lambda c: skewed.cdf(c - width) - skewed.cdf(c + width),
        bounds=(0.0, 8.0),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert found == pytest.approx(best.x, abs=1e-6)


def test_each_row_has_its_own_width():
    widths = np.array([0.5, 2.0])
    found = Continuous(stats.gamma([3.0, 3.0])).densest(widths)
    alone = [Continuous(stats.gamma(3.0)).densest(width)[0] for width in widths]
    np.testing.assert_allclose(found, alone, rtol=1e-9)


def test_of_intervals_that_hold_all_outcomes_the_one_at_the_median_is_taken():
    assert Continuous(stats.uniform(2.0, 1.0)).densest(9.0) == pytest.approx(2.5)


def test_a_distribution_without_survival_function_has_the_same_densest_interval():
    found = Continuous(without(SKEWED, "sf")).densest(1.0)
    np.testing.assert_allclose(found, Continuous(SKEWED).densest(1.0), atol=1e-6)


@pytest.mark.parametrize("distribution", [SKEWED, without(SKEWED, "isf")])
def test_sums_over_the_nodes_are_expectations(distribution):
    ((y, weights),) = Continuous(distribution).nodes()
    np.testing.assert_allclose(weights.sum(), 1.0)
    for of, exact in ((np.cos, True), (lambda y: y > 4.0, False)):
        found = (of(y) * weights).sum(0)
        expected = [
            stats.gamma(a, scale=s).expect(of, limit=500, points=[4.0], lb=0, ub=150)
            for a, s in ((2.0, 1.0), (5.0, 3.0))
        ]
        np.testing.assert_allclose(found, expected, atol=1e-6 if exact else 5e-3)


def test_the_nodes_of_a_mixture_are_those_of_its_components():
    parts = [stats.norm([0.0, 1.0], 1.0), stats.norm([8.0, 3.0], 2.0)]
    mixture = SimpleNamespace(
        ppf=lambda level: parts[0].ppf(level), cdf=NORMAL.cdf, components=parts
    )
    blocks = Continuous(mixture).nodes()
    assert [weights.sum() for _, weights in blocks] == pytest.approx([0.5, 0.5])
    means = sum((y * weights).sum(0) for y, weights in blocks)
    np.testing.assert_allclose(means, [4.0, 2.0])


def test_kinks_are_ends_of_panels():
    ((y, _),) = Continuous(stats.norm(0, 1), kinks=[0.03, 0.04]).nodes()
    # Four nodes of a panel, and three panels where there was one.
    assert np.count_nonzero((y > 0.0) & (y < 1 / 16)) == 12
