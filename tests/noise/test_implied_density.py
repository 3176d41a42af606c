"""Densities of losses are those of SciPy, and integrate to one."""

import numpy as np
import pytest
from scipy import integrate, stats

from skloss import get_loss, list_losses
from skloss.noise.implied_density import implied_density

NAMES = [
    name
    for name in list_losses("regression")
    if get_loss(name).noise is not None and not get_loss(name).takes_distributions
]
# Counts need not fill the grid: a share of their mass lies beyond it.
LEAST_MASS = 0.93


@pytest.mark.parametrize("name", NAMES)
def test_every_noise_model_has_a_density_with_nearly_all_of_its_mass(name):
    found = implied_density(get_loss(name))
    masses = {
        True: found.density.sum(),
        False: integrate.trapezoid(found.density, found.x),
    }
    assert (found.density >= 0).all()
    assert LEAST_MASS < masses[found.is_discrete] < 1.005


def test_squared_error_is_gaussian_noise_and_absolute_error_laplace_noise():
    gaussian = implied_density(get_loss("squared_error"))
    expected = stats.norm.pdf(gaussian.x)
    np.testing.assert_allclose(gaussian.density, expected, rtol=0.02, atol=1e-3)
    laplace = implied_density(get_loss("absolute_error"))
    # The scale is the mean absolute deviation of the standard Gaussian distribution.
    expected = stats.laplace.pdf(laplace.x, scale=np.sqrt(2 / np.pi))
    np.testing.assert_allclose(laplace.density, expected, rtol=0.02, atol=1e-3)


def test_a_scale_is_fitted_to_given_residuals():
    found = implied_density(get_loss("squared_error"), np.array([-0.5, 0.5]))
    np.testing.assert_allclose(found.density, stats.norm.pdf(found.x, scale=0.5))


def test_a_predicted_scale_is_one():
    found = implied_density(get_loss("gaussian_nll"))
    np.testing.assert_allclose(found.density, stats.norm.pdf(found.x), rtol=1e-6)


def test_counts_have_probabilities_around_their_prediction():
    found = implied_density(get_loss("poisson"))
    assert found.is_discrete
    assert found.axis == "target, for a prediction of 3"
    np.testing.assert_allclose(found.density, stats.poisson.pmf(found.x, 3), rtol=1e-5)


@pytest.mark.parametrize("name", ["cross_entropy", "hinge", "kl_divergence"])
def test_losses_without_a_distribution_of_numbers_have_none(name):
    assert implied_density(get_loss(name)) is None
