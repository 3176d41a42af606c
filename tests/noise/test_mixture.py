"""Mixtures of the distributions of an ensemble, without a model."""

import pickle

import numpy as np
import pytest
from scipy import integrate, stats

from skloss.noise import FAMILIES, Predictive


def test_a_mixture_is_evaluated_on_a_grid():
    loc = np.array([[0.0, 10.0], [2.0, 20.0]])
    found = Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": np.ones((2, 2))})
    grid = np.array([[0.0], [1.0], [5.0]])
    oracle = 0.5 * (stats.norm(loc[0], 1).pdf(grid) + stats.norm(loc[1], 1).pdf(grid))
    np.testing.assert_allclose(found.pdf(grid), oracle)
    np.testing.assert_allclose(found[1].mean(), [15.0])
    np.testing.assert_allclose(found[:1].pdf(grid)[:, 0], oracle[:, 0])
    np.testing.assert_allclose(pickle.loads(pickle.dumps(found)).pdf(grid), oracle)


MEANS = np.array([[0.01, 3.2, 50.0, 1e4], [0.3, 9.0, 50.0, 2e4]])


DISPERSION = np.array([[0.5, 2.0, 0.1, 0.001], [1.0, 0.1, 0.3, 0.001]])


COUNTS = {
    "poisson": ({"loc": MEANS}, stats.poisson(MEANS[..., None])),
    "negative_binomial": (
        {"loc": MEANS, "dispersion": DISPERSION},
        stats.nbinom(
            1 / DISPERSION[..., None], 1 / (1 + DISPERSION * MEANS)[..., None]
        ),
    ),
}


@pytest.mark.parametrize("level", [1e-6, 0.05, 0.25, 0.5, 0.9, 0.975, 1 - 1e-6])
@pytest.mark.parametrize("family", COUNTS)
def test_a_quantile_of_several_counts_is_the_first_that_reaches_it(family, level):
    parameters, members = COUNTS[family]
    found = Predictive(FAMILIES[family], parameters)
    scanned = members.cdf(np.arange(30_000)).mean(0)
    np.testing.assert_array_equal(found.ppf(level), (scanned >= level).argmax(-1))
    assert (found.pmf(found.ppf(level)) > 0).all()


def test_rows_are_indexed_like_a_sequence():
    loc = np.array([[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]])
    found = Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": 1.0})
    assert len(found) == 3
    assert [row.mean().tolist() for row in found] == [[2.0], [3.0], [4.0]]
    for row in (2, -1, np.int64(2), np.array([2]), slice(2, None)):
        assert found[row].mean().tolist() == [4.0]
    for row in (3, -4, np.int64(7)):
        with pytest.raises(IndexError, match="out of range"):
            found[row]


def test_a_small_spread_next_to_a_large_mean_is_kept():
    members = {"loc": np.full((2, 3), 1e9), "scale": 1e-3}
    found = Predictive(FAMILIES["gaussian"], members)
    np.testing.assert_allclose(found.std(), 1e-3)


def mixture(n_members=3, n_samples=4, seed=0):
    """A mixture of Gaussians, with the SciPy distributions of its members."""
    rng = np.random.default_rng(seed)
    loc = rng.normal(size=(n_members, n_samples)) * 3
    scale = rng.uniform(0.5, 2.0, (n_members, n_samples))
    found = Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": scale})
    return found, stats.norm(loc, scale)


def test_density_and_distribution_function_are_means_over_members():
    found, members = mixture()
    y = np.array([-1.0, 0.0, 2.0, 5.0])
    np.testing.assert_allclose(found.pdf(y), members.pdf(y).mean(0))
    np.testing.assert_allclose(found.logpdf(y), np.log(members.pdf(y).mean(0)))
    np.testing.assert_allclose(found.cdf(y), members.cdf(y).mean(0))
    np.testing.assert_array_equal(found.logpmf(y), found.logpdf(y))
    np.testing.assert_array_equal(found.pmf(y), found.pdf(y))


def test_moments_of_a_mixture_are_integrals_of_its_density():
    found, _ = mixture()
    x = np.linspace(-40, 40, 200_001)[:, None]
    density = found.pdf(x)
    mean = integrate.trapezoid(x * density, x, axis=0)
    variance = integrate.trapezoid((x - mean) ** 2 * density, x, axis=0)
    np.testing.assert_allclose(found.mean(), mean)
    np.testing.assert_allclose(found.var(), variance)
    np.testing.assert_allclose(found.std() ** 2, variance)


@pytest.mark.parametrize("q", [1e-9, 0.05, 0.5, 0.999])
def test_a_quantile_is_where_the_distribution_function_reaches_it(q):
    found, _ = mixture()
    np.testing.assert_allclose(found.cdf(found.ppf(q)), q, rtol=1e-9)


def test_a_quantile_may_differ_between_rows():
    found, _ = mixture()
    levels = np.array([0.1, 0.4, 0.6, 0.9])
    by_row = [found[k].ppf(level)[0] for k, level in enumerate(levels)]
    np.testing.assert_allclose(found.ppf(levels), by_row)
    np.testing.assert_allclose(found.median(), found.ppf(0.5))


@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_an_interval_leaves_equal_tails(confidence):
    found, _ = mixture()
    low, high = found.interval(confidence)
    np.testing.assert_allclose(found.cdf(low), (1 - confidence) / 2)
    np.testing.assert_allclose(1 - found.cdf(high), (1 - confidence) / 2)
    assert [end.tolist() for end in found.interval()] == [
        end.tolist() for end in found.interval(0.9)
    ]


def test_draws_follow_the_mixture():
    found, _ = mixture()
    draws = found.rvs(4000, random_state=0)
    p_values = [stats.kstest(draws[:, k], found[[k]].cdf).pvalue for k in range(4)]
    assert min(p_values) > 0.001
    np.testing.assert_array_equal(draws, found.rvs(4000, random_state=0))
    assert found.rvs(random_state=0).shape == (4,)
    assert found.rvs((2, 3), random_state=0).shape == (2, 3, 4)


def test_draws_of_one_row_come_from_different_members():
    far = {"loc": np.array([[-100.0], [100.0]]), "scale": 1.0}
    draws = Predictive(FAMILIES["gaussian"], far).rvs(200, random_state=0)
    assert 60 < (draws > 0).sum() < 140
    assert np.abs(np.abs(draws) - 100).max() < 6


def test_the_support_spans_all_members():
    gamma = Predictive(FAMILIES["gamma"], {"loc": np.ones((2, 3)), "dispersion": 0.5})
    assert gamma.support() == (0.0, np.inf)
    assert mixture()[0].support() == (-np.inf, np.inf)


def test_counts_are_discrete_and_amounts_are_not():
    counts = Predictive(FAMILIES["poisson"], {"loc": np.ones((1, 2))})
    assert counts.is_discrete
    assert not mixture()[0].is_discrete
    np.testing.assert_allclose(counts.logpmf([0, 3]), stats.poisson(1).logpmf([0, 3]))


def test_several_targets_keep_their_dimension():
    loc = np.arange(12.0).reshape(2, 3, 2)
    found = Predictive(
        FAMILIES["gaussian"], {"loc": loc, "scale": np.array([1.0, 2.0])}
    )
    assert (len(found), found.n_members) == (3, 2)
    assert found.mean().shape == found.ppf(0.3).shape == (3, 2)
    np.testing.assert_allclose(found.var(), [[1 + 9, 4 + 9]] * 3)
    assert found[1:].logpdf(loc[0, 1:]).shape == (2, 2)


@pytest.mark.parametrize("method", ["logpdf", "pdf", "cdf"])
def test_a_column_of_one_value_per_row_is_a_vector_and_another_one_a_grid(method):
    loc = np.array([[0.0, 1.0, 5.0], [1.0, 2.0, 6.0]])
    found = getattr(
        Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": 2.0}), method
    )
    y = np.array([0.5, 1.5, 4.0])
    expected = found(y)
    assert expected.shape == (3,)
    np.testing.assert_array_equal(found(y[:, None]), expected)
    grid = found(y[:2, None])
    assert grid.shape == (2, 3)
    np.testing.assert_array_equal(grid[[0, 1], [0, 1]], expected[:2])
