"""The compound Poisson-gamma distribution against integrals, draws and limits."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate, stats

from skloss import TorchRegressor, get_loss
from skloss.noise import FAMILIES, tweedie
from skloss.noise.tweedie import FrozenTweedie

POWERS = [1.05, 1.3, 1.5, 1.9]


def compound(rng, loc, power, dispersion, size):
    """Draw sums of a Poisson number of gamma amounts."""
    rate = loc ** (2 - power) / (dispersion * (2 - power))
    n = rng.poisson(rate, size=size)
    shape, scale = (2 - power) / (power - 1), dispersion * (power - 1)
    return rng.gamma(np.maximum(n * shape, 1e-9)) * scale * loc ** (power - 1) * (n > 0)


def integral(found, power_of_y, low=0.0, high=np.inf):
    return integrate.quad(
        lambda y: y**power_of_y * float(np.exp(found.logpdf(y))), low, high, limit=400
    )[0]


@pytest.mark.parametrize("power", [1.3, 1.5, 1.9])
def test_density_and_mass_at_zero_have_the_stated_moments(power):
    found = FrozenTweedie(3.0, power, 0.8)
    zero = np.exp(-(3.0 ** (2 - power)) / (0.8 * (2 - power)))
    assert np.exp(found.logpdf(0.0)) == pytest.approx(zero)
    assert found.cdf(0.0) == pytest.approx(zero)
    assert integral(found, 0) + zero == pytest.approx(1, abs=1e-7)
    assert integral(found, 1) == pytest.approx(3, abs=1e-6)
    assert integral(found, 2) - 9 == pytest.approx(0.8 * 3**power, rel=1e-6)
    assert found.mean() == 3 and found.var() == pytest.approx(0.8 * 3**power)
    assert found.support() == (0, np.inf)


@pytest.mark.parametrize("power", POWERS)
def test_the_density_is_that_of_statsmodels(power):
    mu, y = np.array([0.5, 2.0, 7.0]), np.array([0.3, 0.0, 9.0])
    family = sm.families.Tweedie(var_power=power, eql=False)
    expected = family.loglike_obs(y, mu, scale=0.7)
    np.testing.assert_allclose(FrozenTweedie(mu, power, 0.7).logpdf(y), expected)


@pytest.mark.parametrize("power", [1.3, 1.9])
def test_the_distribution_function_is_the_integral_of_the_density(power):
    found = FrozenTweedie(2.0, power, 1.5)
    for y in (0.1, 2.0, 9.0):
        below = integral(found, 0, high=y) + found.cdf(0.0)
        assert found.cdf(y) == pytest.approx(below, abs=1e-6)


def test_draws_of_the_compound_sum_have_the_distribution(rng):
    y = compound(rng, 2.0, 1.5, 1.2, 4000)
    found = FrozenTweedie(2.0, 1.5, 1.2)
    level = np.quantile(y, [0.5, 0.9, 0.99])
    np.testing.assert_allclose(found.cdf(level), [0.5, 0.9, 0.99], atol=0.02)


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("dispersion", [1e-3, 0.1, 1.0, 20.0])
def test_quantiles_invert_the_distribution_function(power, dispersion):
    found = FrozenTweedie(np.array([[1e-3], [1.0], [1e4]]), power, dispersion)
    levels = np.array([0.01, 0.5, 0.95, 0.999])
    y = found.ppf(levels)
    reached = np.where(y > 0, levels, np.maximum(levels, found.cdf(0.0)))
    expected = np.where(y > 0, reached, found.cdf(0.0) + 0 * levels)
    np.testing.assert_allclose(found.cdf(y), expected, atol=1e-7)
    assert (found.cdf(0.0) >= np.where(y > 0, 0.0, levels)).all()


def test_amounts_below_zero_and_levels_at_the_ends():
    found = FrozenTweedie(1.0, 1.5, 1.0)
    assert found.logpdf(-1.0) == -np.inf and found.cdf(-1.0) == 0
    assert found.ppf(0.0) == 0 and found.ppf(1.0) == np.inf


@pytest.mark.parametrize(
    ("power", "density", "probability"),
    [(1.05, 5e-4, 1e-7), (1.5, 1e-3, 3e-6), (1.8, 2e-3, 2e-5), (1.95, 1e-2, 1e-4)],
)
def test_the_saddlepoint_has_the_stated_error(power, density, probability, monkeypatch):
    # 300 amounts are expected at this dispersion and a mean of 1.
    found = FrozenTweedie(1.0, power, 1 / (300.001 * (2 - power)))
    y = np.maximum(1 + np.sqrt(found.var()) * np.linspace(-4, 5, 40), 1e-3)
    near = found.logpdf(y), found.cdf(y)
    monkeypatch.setattr(tweedie, "_SADDLEPOINT_FROM", np.inf)
    np.testing.assert_allclose(near[0], found.logpdf(y), atol=density)
    np.testing.assert_allclose(near[1], found.cdf(y), atol=probability)


def test_the_saddlepoint_is_smooth_at_the_mean():
    found = FrozenTweedie(1.0, 1.5, 1e-3)
    steps = np.diff(found.cdf(1 + 1e-5 * np.arange(-50, 51)))
    np.testing.assert_allclose(steps, steps.mean(), rtol=2e-3)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_fitted_dispersion_is_the_most_likely(weighted, rng):
    loc = np.exp(rng.normal(size=1500))
    y = np.array([compound(rng, m, 1.5, 1.4, 1)[0] for m in loc])
    weight = rng.uniform(size=1500) if weighted else np.ones(1500)
    weight /= weight.sum()
    stated = {"loc": loc, "power": 1.5}
    found = FAMILIES["tweedie"].fit(stated, y, weight, 1.0)["dispersion"]
    assert found == pytest.approx(1.4, rel=0.1)
    costs = [
        -(weight @ FrozenTweedie(loc, 1.5, found * factor).logpdf(y))
        for factor in (0.98, 1.0, 1.02)
    ]
    assert np.argmin(costs) == 1
    wider = FAMILIES["tweedie"].fit(stated, y, weight, 1.25)["dispersion"]
    assert wider == pytest.approx(1.25 * found)


def test_each_target_has_a_dispersion(rng):
    y = np.stack([compound(rng, 2.0, 1.5, phi, 2000) for phi in (0.3, 3.0)], axis=1)
    stated = {"loc": np.full((2000, 2), 2.0), "power": 1.5}
    found = FAMILIES["tweedie"].fit(stated, y, np.full(2000, 1 / 2000), 1.0)
    np.testing.assert_allclose(found["dispersion"], [0.3, 3.0], rtol=0.1)


@pytest.mark.parametrize("hidden", [(), (8,)], ids=["linear", "network"])
def test_a_tweedie_regressor_covers_new_rows(hidden, rng):
    X = rng.normal(size=(3000, 2))
    loc = np.exp(0.5 * X[:, 0])
    y = np.array([compound(rng, m, 1.5, 1.4, 1)[0] for m in loc])
    model = TorchRegressor("tweedie", hidden_layer_sizes=hidden, random_state=0)
    found = model.fit(X[:800], y[:800]).predict_distribution(X[800:])
    share = np.exp(found.logpdf(0.0)).mean()
    # A tenth too large a dispersion, as from 120 validation rows, adds 0.04.
    assert share == pytest.approx(np.mean(y == 0), abs=0.05)
    assert np.mean(y[800:] <= found.ppf(0.9)) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(("power", "family"), [(1, "poisson"), (2, "gamma")])
def test_at_the_ends_of_the_power_the_family_is_poisson_or_gamma(power, family, rng):
    loss = get_loss("tweedie", power=power)
    y = rng.poisson(3.0, size=100) + 1.0
    model = TorchRegressor(loss, hidden_layer_sizes=()).fit(np.zeros((100, 1)), y)
    found = model.predict_distribution([[0.0]])
    assert found.family.name == family
    assert found.mean() == pytest.approx(y.mean(), rel=1e-3)


def test_a_gamma_distribution_is_the_limit_of_power_two():
    found = FrozenTweedie(2.0, 1.999, 0.25)
    oracle = stats.gamma(4, scale=0.5)
    y = np.array([0.5, 2.0, 5.0])
    np.testing.assert_allclose(found.cdf(y), oracle.cdf(y), atol=2e-3)
