"""Distributions of counts against their sums."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from skloss.costs.counts import Counts

POISSON = stats.poisson([0.1, 2.5, 40.0])


def test_all_probable_counts_are_in_the_sums():
    ((values, weights),) = Counts(POISSON).nodes()
    np.testing.assert_allclose(weights.sum(0), 1.0)
    np.testing.assert_allclose((weights * values).sum(0), [0.1, 2.5, 40.0])
    square = (weights * values**2).sum(0)
    np.testing.assert_allclose(square, POISSON.var() + POISSON.mean() ** 2)


def test_steps_of_the_distribution_function_are_probabilities():
    parts = SimpleNamespace(ppf=POISSON.ppf, cdf=POISSON.cdf)
    ((values, weights),) = Counts(parts).nodes()
    np.testing.assert_allclose(weights, POISSON.pmf(values), atol=1e-12)
    np.testing.assert_allclose(Counts(parts).mean(), POISSON.mean())


def test_quantiles_are_those_of_the_distribution():
    levels = np.array([0.05, 0.5, 0.999])
    expected = POISSON.ppf(levels[:, None])
    np.testing.assert_array_equal(Counts(POISSON).quantiles(levels), expected)
    np.testing.assert_array_equal(Counts(POISSON).quantile(0.999), expected[2])


def test_the_mean_is_that_of_the_distribution_where_it_has_one():
    assert Counts(stats.geom([0.2, 0.5])).mean().tolist() == [5.0, 2.0]


@pytest.mark.parametrize("t", [-5.0, -0.3, 0.3, 1.0, 3.0])
def test_the_exponential_moment_of_poisson_counts_is_known(t):
    expected = POISSON.mean() * (np.exp(t) - 1)
    np.testing.assert_allclose(Counts(POISSON).log_moment(t), expected, rtol=1e-9)


def test_a_geometric_tail_has_a_moment_up_to_its_rate():
    # E exp(t k) = p e^t / (1 - (1 - p) e^t), finite for t < -log(1 - p) = 0.105.
    counts = Counts(stats.geom(0.1))
    for t in (-1.0, 0.05, 0.09):
        expected = np.log(0.1 * np.exp(t) / (1 - 0.9 * np.exp(t)))
        assert counts.log_moment(t) == pytest.approx(expected, rel=1e-6)
    assert np.isinf(counts.log_moment(0.12)).all()


def test_a_wide_range_of_counts_is_thinned_out():
    wide = stats.nbinom(2.0, 1e-5)
    ((values, weights),) = Counts(wide).nodes()
    assert len(values) <= 4096
    assert (weights * values).sum() == pytest.approx(wide.mean(), rel=1e-3)
    assert (weights * values**2).sum() == pytest.approx(wide.moment(2), rel=1e-3)


def test_a_mixture_reaches_from_its_lowest_to_its_highest_component():
    parts = [stats.poisson(2.0), stats.poisson(90.0)]
    mixture = SimpleNamespace(
        ppf=parts[0].ppf,
        cdf=lambda k: (parts[0].cdf(k) + parts[1].cdf(k)) / 2,
        pmf=lambda k: (parts[0].pmf(k) + parts[1].pmf(k)) / 2,
        components=parts,
    )
    ((values, weights),) = Counts(mixture).nodes()
    assert (weights * values).sum() == pytest.approx(46.0)
