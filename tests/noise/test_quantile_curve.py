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
