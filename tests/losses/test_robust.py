"""Robust losses: limits, curvature and the learned threshold of Huber."""

import numpy as np
import pytest
import torch
from scipy import integrate, special, stats

from skloss import get_loss
from skloss.losses import GeneralRobust

rng = np.random.default_rng(5)


def tensor(values):
    return torch.as_tensor(np.asarray(values))


def test_huber_delta_is_learned_from_residuals_of_a_robust_line():
    x = rng.normal(size=4000)
    y = 100 * x + rng.normal(size=4000)
    y[::50] += 1e5
    bound = get_loss("huber").bind(y, X=x[:, None])
    assert bound.bound_["delta"] == pytest.approx(1.345, rel=0.06)
    without = get_loss("huber").bind(y)
    assert without.bound_["delta"] > 50


@pytest.mark.parametrize("other", [1.0, 1e4, np.inf, -np.inf])
def test_log_cosh_is_exact_for_small_and_linear_for_large_residuals(other):
    residuals = np.array([1e-4, -1e-2, 3.0, other], dtype=np.float32)
    raw = tensor(residuals)[:, None].requires_grad_()
    value = get_loss("log_cosh").pointwise(raw, torch.zeros(4))
    (gradient,) = torch.autograd.grad(value.sum(), raw)
    wide = residuals.astype(float)
    oracle = np.logaddexp(wide, -wide) - np.log(2)
    np.testing.assert_allclose(value.detach(), oracle, rtol=1e-6)
    np.testing.assert_allclose(gradient[:, 0], np.tanh(wide), rtol=1e-6)


RESIDUALS = np.array([-1e3, -3.0, -0.5, -1e-3, 0.0, 0.2, 1.0, 2.5, 40.0])


def of_residuals(loss, residuals=RESIDUALS):
    y = tensor(residuals).double()
    return loss.pointwise(torch.zeros(len(y), 1, dtype=torch.float64), y).numpy()


def slopes(loss, residuals=RESIDUALS):
    """Derivatives of the loss by the residual."""
    y = tensor(residuals).double()
    raw = torch.zeros(len(y), 1, dtype=torch.float64, requires_grad=True)
    (found,) = torch.autograd.grad(loss.pointwise(raw, y).sum(), raw)
    return -found[:, 0].numpy()


@pytest.mark.parametrize("delta", [0.05, 1.0, 10.0])
@pytest.mark.parametrize(
    ("name", "oracle"),
    [("huber", special.huber), ("pseudo_huber", special.pseudo_huber)],
)
def test_values_are_those_of_scipy(name, oracle, delta):
    found = of_residuals(get_loss(name, delta=delta))
    np.testing.assert_allclose(found, oracle(delta, RESIDUALS), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("delta", [0.05, 1.0, 10.0])
def test_the_influence_of_huber_is_the_clipped_residual(delta):
    found = slopes(get_loss("huber", delta=delta))
    np.testing.assert_allclose(found, RESIDUALS.clip(-delta, delta), atol=1e-12)


INFLUENCE = [
    ("pseudo_huber", {"delta": 2.0}, lambda r: r / np.sqrt(1 + (r / 2) ** 2)),
    ("log_cosh", {"scale": 2.0}, lambda r: np.tanh(r / 2) / 2),
    # Barron (2019), eq. 10: r / c^2 * ((r / c)^2 / |a - 2| + 1)^(a / 2 - 1).
    ("general_robust", {"alpha": 1.5, "scale": 2.0},
     lambda r: r / 4 * ((r / 2) ** 2 / 0.5 + 1) ** -0.25),
    ("general_robust", {"alpha": 1.995}, lambda r: r * (r**2 / 0.005 + 1) ** -0.0025),
    ("general_robust", {"alpha": 0.005},
     lambda r: r * (r**2 / 1.995 + 1) ** (0.0025 - 1)),
    ("general_robust", {"alpha": 0.0}, lambda r: 2 * r / (r**2 + 2)),
    ("general_robust", {"alpha": -2.0}, lambda r: r * (r**2 / 4 + 1) ** -2),
    ("general_robust", {"alpha": -np.inf}, lambda r: r * np.exp(-(r**2) / 2)),
    ("general_robust", {"alpha": 2.0, "scale": 2.0}, lambda r: r / 4),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "oracle"), INFLUENCE)
def test_the_influence_is_the_derivative_of_the_formula(name, params, oracle):
    found = slopes(get_loss(name, **params))
    np.testing.assert_allclose(found, oracle(RESIDUALS), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["huber", "pseudo_huber", "log_cosh"])
def test_the_influence_of_an_outlier_has_a_limit(name):
    near, far = np.abs(slopes(get_loss(name), np.array([100.0, 1e6])))
    assert far == pytest.approx(near, rel=1e-3)


@pytest.mark.parametrize("alpha", [-10.0, -2.0, 0.0, 0.5])
def test_below_alpha_one_the_influence_of_an_outlier_vanishes(alpha):
    found = np.abs(slopes(get_loss("general_robust", alpha=alpha), np.r_[10.0, 1e6]))
    assert found[1] < 0.1 * found[0]


@pytest.mark.parametrize("alpha", [2.0, 0.0])
@pytest.mark.parametrize("step", [1e-5, 1e-7])
def test_the_family_is_continuous_at_its_removable_singularities(alpha, step):
    exact = of_residuals(get_loss("general_robust", alpha=alpha))
    for other in {min(alpha + step, 2.0), alpha - step}:
        found = of_residuals(get_loss("general_robust", alpha=other))
        np.testing.assert_allclose(found, exact, rtol=20 * step + 1e-9)


@pytest.mark.parametrize("alpha", [-2.0, 0.0, 0.99])
def test_without_integrable_tails_a_noise_model_is_not_declared(alpha):
    assert GeneralRobust(alpha=alpha).noise is None
    assert not GeneralRobust(alpha=alpha).is_convex


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_from_alpha_one_on_the_density_is_integrable(alpha):
    loss = GeneralRobust(alpha=alpha)
    assert loss.noise == "residual"
    assert loss.is_convex
    mass, error = integrate.quad(
        lambda r: np.exp(-of_residuals(loss, np.array([r]))[0]), -np.inf, np.inf
    )
    assert np.isfinite(mass) and error < 1e-5


def test_an_unbound_huber_has_the_efficient_threshold():
    found = of_residuals(get_loss("huber"))
    np.testing.assert_allclose(found, special.huber(1.345, RESIDUALS))


def test_the_efficient_threshold_has_95_percent_efficiency_for_gaussian_noise():
    # Huber (1981), section 4.5: (E psi')^2 / E psi^2 at the standard normal.
    def expect(f):
        return integrate.quad(lambda r: f(r) * stats.norm.pdf(r), -np.inf, np.inf)[0]

    slope = expect(lambda r: float(abs(r) < 1.345))
    variance = expect(lambda r: np.clip(r, -1.345, 1.345) ** 2)
    assert slope**2 / variance == pytest.approx(0.95, abs=1e-3)


def test_a_given_delta_is_not_learned():
    bound = get_loss("huber", delta=0.3).bind(np.arange(9.0))
    assert bound.bound_["delta"] == 0.3


def test_delta_has_a_floor_where_a_line_fits_exactly():
    x = np.linspace(0.0, 1.0, 50)
    bound = get_loss("huber").bind(3 * x, X=x[:, None])
    # A thousandth of 1.4826 times the median deviation of 3 x, times 1.345.
    deviation = np.median(np.abs(3 * x - 1.5))
    assert bound.bound_["delta"] == pytest.approx(
        1.345e-3 * 1.4826 * deviation, rel=1e-4
    )


def test_a_weight_of_two_is_a_row_twice_for_delta():
    y, weight = rng.normal(size=30), rng.integers(0, 3, size=30)
    weighted = get_loss("huber").bind(y, weight).bound_["delta"]
    repeated = get_loss("huber").bind(np.repeat(y, weight)).bound_["delta"]
    assert weighted == pytest.approx(repeated)


def test_each_target_has_a_delta_of_its_own():
    y = rng.normal(size=(100, 2)) * [1.0, 50.0]
    found = get_loss("huber").bind(y).bound_["delta"]
    alone = [get_loss("huber").bind(column).bound_["delta"] for column in y.T]
    np.testing.assert_allclose(found, alone)


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_delta_follows_the_unit_of_the_target(unit):
    y = rng.normal(size=50)
    one, other = (get_loss("huber").bind(v).bound_["delta"] for v in (y, unit * y))
    assert other == pytest.approx(unit * one)


def test_an_unbound_huber_is_rescaled_to_itself():
    assert get_loss("huber").rescaled(10.0).bound_ == {}
