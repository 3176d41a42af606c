"""The distribution between stated quantiles against integrals by hand."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate

from skloss import TorchRegressor, get_loss
from skloss.noise import FAMILIES

# Half of the mass is uniform on [1, 3] with density 0.25; tails of a quarter continue
# it, so that their scale is 0.25 / 0.25 = 1.
TWO = {"loc": 2.0, "0.25": 1.0, "0.75": 3.0}
SEVERAL = {"loc": 0.0, "0.1": -2.0, "0.5": 0.0, "0.6": 0.5, "0.95": 4.0}


def frozen(parameters):
    return FAMILIES["quantile_curve"].frozen(parameters)


def test_density_and_probability_by_hand():
    found = frozen(TWO)
    y = np.array([0.0, 1.5, 4.0])
    np.testing.assert_allclose(
        np.exp(found.logpdf(y)), [0.25 / np.e, 0.25, 0.25 / np.e]
    )
    np.testing.assert_allclose(
        found.cdf(y), [0.25 / np.e, 0.25 + 0.125, 1 - 0.25 / np.e]
    )
    assert found.mean() == pytest.approx(2)
    # Within: 2^2 / 12. In each tail: 1 + (1 + 1)^2.
    assert found.var() == pytest.approx(0.5 * 4 / 12 + 0.5 * 5)
    assert found.support() == (-np.inf, np.inf)


def test_density_integrates_to_one_with_its_moments():
    found = frozen(SEVERAL)

    def moment(power):
        ends = [-80, -2, 0, 0.5, 4, 150]
        return sum(
            integrate.quad(lambda y: y**power * np.exp(found.logpdf(y)), low, high)[0]
            for low, high in pairwise(ends)
        )

    assert moment(0) == pytest.approx(1)
    assert moment(1) == pytest.approx(found.mean())
    assert moment(2) - moment(1) ** 2 == pytest.approx(found.var())


def test_quantiles_are_the_stated_ones_and_invert_the_distribution_function():
    found = frozen(SEVERAL)
    stated = [found.ppf(float(level)) for level in list(SEVERAL)[1:]]
    np.testing.assert_allclose(stated, list(SEVERAL.values())[1:], atol=1e-7)
    for level in (0.001, 0.3, 0.55, 0.7, 0.999):
        assert found.cdf(found.ppf(level)) == pytest.approx(level)
    assert found.ppf(0.0) == -np.inf and found.ppf(1.0) == np.inf


def test_equal_quantiles_and_a_single_one_have_a_finite_density():
    for parameters in (TWO | {"0.25": 3.0}, {"loc": 2.0, "0.5": 2.0}):
        found = frozen(parameters)
        assert np.isfinite(found.logpdf(np.array([1.0, 2.0, 3.0]))).all()
        assert 0 < found.var() < np.inf


def test_members_are_averaged_by_their_quantiles(rng):
    X = rng.normal(size=(120, 2))
    loss = get_loss("multi_quantile", quantiles=(0.1, 0.5, 0.9))
    model = TorchRegressor(
        loss, hidden_layer_sizes=(4,), n_members=2, max_iter=20, random_state=0
    ).fit(X, X[:, 0] + rng.normal(size=120))
    found = model.predict_distribution(X)
    levels = [0.1, 0.3, 0.5, 0.9]
    np.testing.assert_allclose(
        np.stack([found.ppf(level) for level in levels], axis=1),
        model.predict_quantiles(X, levels),
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize(("factor", "shift"), [(1e6, 0.0), (1e-6, 0.0), (2.0, 1e3)])
def test_the_curve_has_the_unit_and_the_origin_of_its_quantiles(factor, shift):
    moved = frozen({name: factor * q + shift for name, q in SEVERAL.items()})
    stated, y = frozen(SEVERAL), np.linspace(-9, 9, 37)
    there = factor * y + shift
    np.testing.assert_allclose(moved.cdf(there), stated.cdf(y), atol=1e-6)
    expected = stated.logpdf(y + 0.01) - np.log(factor)
    np.testing.assert_allclose(moved.logpdf(there + 0.01 * factor), expected, atol=1e-5)
    assert moved.mean() == pytest.approx(factor * stated.mean() + shift)
    assert moved.var() == pytest.approx(factor**2 * stated.var(), rel=1e-5)


def test_a_mirrored_curve_has_mirrored_probabilities():
    mirrored = {"loc": 0.0, "0.05": -4.0, "0.4": -0.5, "0.5": 0.0, "0.9": 2.0}
    y = np.linspace(-12, 12, 49) + 0.01
    np.testing.assert_allclose(
        frozen(mirrored).cdf(-y), 1 - frozen(SEVERAL).cdf(y), atol=1e-6
    )


def test_the_distribution_function_is_the_integral_of_the_density():
    found, y = frozen(SEVERAL), np.array([-6.0, -1.0, 0.2, 3.0, 9.0])
    slope = (found.cdf(y + 1e-6) - found.cdf(y - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope, np.exp(found.logpdf(y)), atol=1e-9)
    assert (np.diff(found.cdf(np.linspace(-50, 50, 2001))) >= 0).all()


def test_rows_are_curves_of_their_own():
    rows = frozen({"loc": 0.0, "0.25": np.array([1.0, -2.0]), "0.75": np.array([3, 8])})
    alone = [frozen({"0.25": 1.0, "0.75": 3.0}), frozen({"0.25": -2.0, "0.75": 8.0})]
    for method, at in [("cdf", 0.5), ("logpdf", 2.0), ("ppf", 0.6), ("ppf", 0.01)]:
        expected = [getattr(one, method)(at) for one in alone]
        np.testing.assert_allclose(getattr(rows, method)(at), expected)


def test_crossing_quantiles_are_raised_to_the_ones_below():
    crossed = frozen({"0.1": 0.0, "0.5": 2.0, "0.9": 1.0})
    sorted_ = frozen({"0.1": 0.0, "0.5": 2.0, "0.9": 2.0})
    y = np.array([-1.0, 0.5, 1.5])
    np.testing.assert_allclose(crossed.cdf(y), sorted_.cdf(y))


@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_a_single_quantile_has_its_level_below_and_mass_one(level):
    found = frozen({"loc": 3.0, str(level): 3.0})
    assert found.cdf(3.0) == pytest.approx(level)
    parts = [(-np.inf, 3), (3, np.inf)]
    masses = [integrate.quad(lambda y: np.exp(found.logpdf(y)), *p)[0] for p in parts]
    assert masses == pytest.approx([level, 1 - level], abs=1e-4)
