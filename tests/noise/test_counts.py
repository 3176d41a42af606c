"""Dispersion of counts: none unless rows show it, then the most likely one."""

import numpy as np
import pytest
from scipy import stats

from skloss import TorchRegressor
from skloss.noise import FAMILIES

POISSON = FAMILIES["poisson"]


def overdispersed(rng, mean, dispersion):
    """Draw negative binomial counts: Poisson counts of gamma rates."""
    return rng.poisson(mean * rng.gamma(1 / dispersion, dispersion, size=len(mean)))


def dispersion_of(mean, y, weight=None, n_kept=1.0):
    weight = np.ones(len(y)) if weight is None else weight
    stated = {"loc": mean}
    return POISSON.fit(stated, y, weight / weight.sum(), n_kept)["dispersion"]


def test_dispersion_zero_is_poisson_and_more_is_negative_binomial():
    y = np.arange(9)
    plain = POISSON.frozen({"loc": 3.0, "dispersion": 0.0})
    np.testing.assert_array_equal(plain.logpmf(y), stats.poisson(3.0).logpmf(y))
    more = POISSON.frozen({"loc": 3.0, "dispersion": 0.5})
    np.testing.assert_allclose(more.logpmf(y), stats.nbinom(2, 0.4).logpmf(y))
    both = POISSON.frozen({"loc": 3.0, "dispersion": np.array([0.0, 0.5])})
    expected = [stats.poisson(3.0).logpmf(4), stats.nbinom(2, 0.4).logpmf(4)]
    np.testing.assert_allclose(both.logpmf(4), expected, atol=1e-6)


def test_poisson_counts_stay_poisson_in_nineteen_of_twenty_samples(rng):
    mean = rng.uniform(0.5, 5.0, size=200)
    found = [dispersion_of(mean, rng.poisson(mean)) for _ in range(200)]
    # Three standard errors about one in twenty.
    assert abs(np.mean(np.greater(found, 0)) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 200)


@pytest.mark.parametrize(("excess", "is_clear"), [(1.64, False), (1.65, True)])
def test_an_excess_is_clear_from_five_percent_on(excess, is_clear):
    # Counts of 0 and 8 around a mean of 4 have squares of 16, and so the excess 12 less
    # the lost degrees of freedom; its standard error is sqrt(2 * 16 / 100).
    y = np.tile([0, 8], 50)
    n_kept = (4 + excess * np.sqrt(0.32)) / 16
    found = dispersion_of(np.full(100, 4.0), y, n_kept=n_kept)
    assert (found != 0) == is_clear


@pytest.mark.parametrize("dispersion", [0.2, 2.0])
def test_the_fitted_dispersion_is_the_most_likely(dispersion, rng):
    mean = rng.uniform(1.0, 9.0, size=1000)
    y = overdispersed(rng, mean, dispersion)
    found = dispersion_of(mean, y)
    assert found == pytest.approx(dispersion, rel=0.2)
    costs = [
        -stats.nbinom(size, size / (size + mean)).logpmf(y).sum()
        for size in 1 / (found * np.array([0.98, 1.0, 1.02]))
    ]
    assert np.argmin(costs) == 1


def test_a_weight_is_a_row_repeated(rng):
    mean = rng.uniform(1.0, 9.0, size=300)
    y, weight = overdispersed(rng, mean, 0.5), rng.integers(1, 4, 300)
    repeated = dispersion_of(np.repeat(mean, weight), np.repeat(y, weight))
    assert dispersion_of(mean, y, weight) == pytest.approx(repeated, rel=1e-6)


def test_lost_degrees_of_freedom_widen_the_variance(rng):
    mean = np.full(500, 4.0)
    y = overdispersed(rng, mean, 0.5)
    plain, wider = dispersion_of(mean, y), dispersion_of(mean, y, n_kept=1.1)
    # Of a mean of 4 the variance is 4 + 16 a.
    assert 4 + 16 * wider == pytest.approx(1.1 * (4 + 16 * plain))


def test_large_counts_that_vary_little_more_than_poisson_ones_are_fitted(rng):
    mean = rng.uniform(0.5e6, 2e6, size=2000)
    y = overdispersed(rng, mean, 1e-6)
    # The variance is twice the mean.
    assert dispersion_of(mean, y) == pytest.approx(1e-6, rel=0.2)


@pytest.mark.parametrize(("mean", "atol"), [(3.0, 5e-7), (1e4, 5e-7), (1e8, 2e-5)])
def test_a_vanishing_dispersion_is_poisson_at_any_mean(mean, atol):
    y = np.round(mean + np.sqrt(mean) * np.arange(-1, 3))
    found = FAMILIES["negative_binomial"].frozen({"loc": mean, "dispersion": 1e-30})
    expected = stats.poisson(mean)
    np.testing.assert_allclose(found.logpmf(y), expected.logpmf(y), atol=atol)
    np.testing.assert_allclose(found.cdf(y), expected.cdf(y), atol=atol)


def test_log_probabilities_of_large_sizes_are_those_of_scipy():
    parameters = {"loc": np.array([[2.0], [60.0]]), "dispersion": 1 / 2000.0}
    y = np.array([0.0, 1.0, 40.0, 80.0])
    p = 2000 / (2000 + parameters["loc"])
    found = FAMILIES["negative_binomial"].frozen(parameters).logpmf(y)
    np.testing.assert_allclose(found, stats.nbinom.logpmf(y, 2000, p), rtol=1e-9)


def test_each_target_has_a_dispersion(rng):
    mean = np.full((800, 2), 4.0)
    y = np.c_[rng.poisson(4.0, size=800), overdispersed(rng, mean[:, 0], 1.0)]
    found = POISSON.fit({"loc": mean}, y, np.full(800, 1 / 800), 1.0)["dispersion"]
    np.testing.assert_allclose(found, [0, 1], atol=0.25)


@pytest.mark.parametrize("dispersion", [0.3, 1.0])
@pytest.mark.parametrize("hidden", [(), (16,)], ids=["linear", "network"])
def test_overdispersed_counts_are_covered_by_randomised_pit(hidden, dispersion, rng):
    X = rng.normal(size=(3000, 3))
    y = overdispersed(rng, np.exp(1 + 0.5 * X[:, 0]), dispersion)
    model = TorchRegressor("poisson", hidden_layer_sizes=hidden, random_state=0)
    model.fit(X[:500], y[:500], X_val=X[500:1000], y_val=y[500:1000])
    found = model.predict_distribution(X[1000:])
    below = found.cdf(y[1000:] - 1)
    u = below + rng.uniform(size=2000) * found.pmf(y[1000:])
    assert 0.87 <= np.mean((u > 0.05) & (u < 0.95)) <= 0.93
