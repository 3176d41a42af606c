"""Likelihoods and CRPS with a predicted scale, against SciPy and scoringrules."""

import numpy as np
import pytest
import scoringrules
import torch
from scipy import integrate, stats

from skloss import TorchRegressor, get_loss, list_losses

ONE = np.column_stack


def tensor(values):
    return torch.as_tensor(np.asarray(values))


@pytest.mark.parametrize("other", [0.0, 1e4])
def test_student_t_is_exact_in_single_precision_however_light_the_tails(other):
    shape = np.array([-2.0, 3.0, 7.9, other], dtype=np.float32)
    raw = tensor(ONE([np.zeros(4), np.zeros(4), shape])).float()
    y = np.array([3.0, 1.0, -0.5, 0.0], dtype=np.float32)
    value = get_loss("student_t_nll", constant=True).pointwise(raw, tensor(y))
    df = 2 + np.logaddexp(0.0, shape.astype(float))
    np.testing.assert_allclose(value, -stats.t(df).logpdf(y), rtol=1e-6)


rng = np.random.default_rng(5)
Y, LOC = 3 * rng.normal(size=(2, 60))
LOG_SCALE, SHAPE = 2 * rng.normal(size=(2, 60))
TAIL = 2 + np.logaddexp(0.0, SHAPE)

LIKELIHOODS = [
    ("gaussian_nll", ONE([LOC, LOG_SCALE]), stats.norm(LOC, np.exp(LOG_SCALE / 2))),
    ("laplace_nll", ONE([LOC, LOG_SCALE]), stats.laplace(LOC, np.exp(LOG_SCALE))),
    ("student_t_nll", ONE([LOC, LOG_SCALE, SHAPE]),
     stats.t(TAIL, LOC, np.exp(LOG_SCALE))),
]  # fmt: skip
SCORES = [
    ("gaussian_crps", stats.norm, scoringrules.crps_normal),
    ("laplace_crps", stats.laplace, scoringrules.crps_laplace),
]
ALL = ["gaussian_nll", "laplace_nll", "student_t_nll", "gaussian_crps", "laplace_crps"]


@pytest.mark.parametrize(("name", "raw", "oracle"), LIKELIHOODS)
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 2e-4)])
def test_rows_have_the_log_density_of_scipy(name, raw, oracle, dtype, rtol):
    loss = get_loss(name, constant=True)
    found = loss.pointwise(tensor(raw.astype(dtype)), tensor(Y.astype(dtype)))
    np.testing.assert_allclose(found, -oracle.logpdf(Y), rtol=rtol, atol=rtol)


CONSTANTS = [
    ("gaussian_nll", 0.5 * np.log(2 * np.pi)),
    ("laplace_nll", np.log(2)),
    ("student_t_nll", 0.5 * np.log(np.pi)),
]


@pytest.mark.parametrize(("name", "constant"), CONSTANTS)
def test_without_the_constant_the_value_is_lower_by_it(name, constant):
    raw = torch.randn(9, get_loss(name).n_outputs(1), dtype=torch.float64)
    y = torch.randn(9, dtype=torch.float64)
    gap = get_loss(name, constant=True).pointwise(raw, y) - get_loss(name).pointwise(
        raw, y
    )
    torch.testing.assert_close(gap, torch.full_like(gap, constant))


@pytest.mark.parametrize(("name", "family", "oracle"), SCORES)
def test_rows_have_the_crps_of_scoringrules(name, family, oracle):
    found = get_loss(name).pointwise(tensor(ONE([LOC, LOG_SCALE])), tensor(Y))
    np.testing.assert_allclose(found, oracle(Y, LOC, np.exp(LOG_SCALE)), rtol=1e-9)


@pytest.mark.parametrize(("name", "family", "oracle"), SCORES)
@pytest.mark.parametrize("y", [-3.0, 0.2, 5.0])
def test_crps_is_the_integral_of_its_definition(name, family, oracle, y):
    # Gneiting and Raftery (2007), eq. 20: the integral of (F(t) - 1[t >= y])^2.
    cdf = family(1.0, 2.0).cdf
    left = integrate.quad(lambda t: cdf(t) ** 2, -np.inf, y)[0]
    right = integrate.quad(lambda t: (1 - cdf(t)) ** 2, y, np.inf)[0]
    raw = torch.tensor([[1.0, np.log(2.0)]], dtype=torch.float64)
    found = get_loss(name).pointwise(raw, torch.tensor([y], dtype=torch.float64))
    assert found.item() == pytest.approx(left + right, rel=1e-7)


@pytest.mark.parametrize("name", ["gaussian_crps", "laplace_crps"])
def test_crps_of_a_far_row_is_nearly_its_absolute_error(name):
    raw = torch.tensor([[0.0, 0.0]], dtype=torch.float64)
    for y in (1e3, -1e3):
        found = get_loss(name)(raw, torch.tensor([y], dtype=torch.float64)).item()
        assert found == pytest.approx(1e3, rel=1e-3)


@pytest.mark.parametrize("name", ["gaussian_crps", "laplace_crps"])
def test_crps_of_an_exact_row_vanishes_with_the_scale(name):
    y = torch.tensor([2.0], dtype=torch.float64)
    values = [
        get_loss(name)(torch.tensor([[2.0, s]], dtype=torch.float64), y).item()
        for s in (0.0, -5.0, -15.0)
    ]
    assert values[0] > values[1] > values[2] > 0
    assert values[2] < 1e-6


@pytest.mark.parametrize("name", ALL)
def test_the_unit_of_the_target_moves_the_log_scale_only(name):
    raw = tensor(ONE([LOC, LOG_SCALE, SHAPE]))[:, : get_loss(name).n_outputs(1)]
    unit, scaled = 1000.0, raw.clone()
    power = {"gaussian_nll": 2}.get(name, 1)
    scaled[:, 0] *= unit
    scaled[:, 1] += power * np.log(unit)
    one = get_loss(name).pointwise(raw, tensor(Y))
    other = get_loss(name).pointwise(scaled, tensor(unit * Y))
    shift = {True: unit * one, False: one + np.log(unit)}[name.endswith("crps")]
    torch.testing.assert_close(other, shift, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", [*ALL, "beta_nll"])
@pytest.mark.parametrize("log_scale", [-1e4, -100.0, 100.0, 1e4])
def test_extreme_log_scales_have_finite_slopes_that_lead_back(name, log_scale):
    raw = torch.zeros(1, get_loss(name).n_outputs(1))
    raw[0, 1] = log_scale
    raw.requires_grad_()
    value = get_loss(name)(raw, torch.tensor([1.0]))
    (slope,) = torch.autograd.grad(value, raw)
    assert torch.isfinite(value) and torch.isfinite(slope).all()
    assert slope[0, 1] * np.sign(log_scale) >= 0


@pytest.mark.parametrize("beta", [0.0, 0.3, 1.0])
def test_beta_nll_is_the_weighted_gaussian_nll(beta):
    raw, y = tensor(ONE([LOC, LOG_SCALE])), tensor(Y)
    found = get_loss("beta_nll", beta=beta).pointwise(raw, y)
    plain = get_loss("gaussian_nll").pointwise(raw, y)
    weight = np.exp(LOG_SCALE) ** beta
    torch.testing.assert_close(found, tensor(weight) * plain)


def test_at_beta_one_the_mean_has_the_gradient_of_half_the_squared_error():
    # Seitzer et al. (2022), eq. 6: the gradient by the mean is (mean - y) for beta = 1.
    raw = tensor(ONE([LOC, LOG_SCALE])).requires_grad_()
    loss = get_loss("beta_nll", beta=1.0).pointwise(raw, tensor(Y)).sum()
    (slope,) = torch.autograd.grad(loss, raw)
    np.testing.assert_allclose(slope[:, 0], LOC - Y, rtol=1e-9)


def test_at_beta_one_the_variance_still_has_a_gradient():
    raw = torch.zeros(1, 2, requires_grad=True)
    (slope,) = torch.autograd.grad(
        get_loss("beta_nll", beta=1.0)(raw, torch.tensor([3.0])), raw
    )
    assert slope[0, 1].item() == pytest.approx(0.5 * (1 - 9.0))


def test_many_degrees_of_freedom_are_gaussian():
    raw = torch.tensor([[0.0, 0.0, 1e6]], dtype=torch.float64)
    y = torch.tensor([1.7], dtype=torch.float64)
    found = get_loss("student_t_nll", constant=True)(raw, y).item()
    assert found == pytest.approx(-stats.norm.logpdf(1.7), rel=1e-4)


def test_degrees_of_freedom_leave_a_finite_variance():
    raw = torch.tensor([[0.0, 0.0, one] for one in (-1e6, -7.0, 0.0)])
    df = get_loss("student_t_nll").noise_parameters(raw.double())["df"][:, 0]
    # The variance is df / (df - 2) squared scales.
    excess = np.log1p(np.exp([-10.0, -7.0, 0.0]))
    np.testing.assert_allclose(df - 2, excess, rtol=1e-4)
    assert stats.t(df[0].item()).std() < 220


@pytest.mark.parametrize("shape", [-1e6, -30.0, -7.5, -6.0])
def test_degrees_of_freedom_can_leave_their_limit(shape):
    raw = torch.tensor([[0.0, 0.0, shape]], dtype=torch.float64, requires_grad=True)
    loss = get_loss("student_t_nll")
    (slope,) = torch.autograd.grad(loss(raw, torch.tensor([0.3]).double()), raw)
    assert slope[0, 2] < 0  # an error below the scale: more degrees of freedom


@pytest.mark.parametrize("n_rows", [90, 200])
def test_a_linear_student_t_of_gaussian_noise_has_its_spread(n_rows):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 3))
    y = 3 * X[:, 0] - X[:, 1] + 0.1 * rng.normal(size=n_rows)
    model = TorchRegressor("student_t_nll", hidden_layer_sizes=()).fit(X, y)
    found = model.predict_distribution(X).std()
    np.testing.assert_allclose(np.quantile(found, [0, 1]), 0.1, atol=0.04)


@pytest.mark.parametrize("name", list_losses("regression"))
def test_likelihoods_are_the_losses_that_predict_location_and_scale(name):
    stated = get_loss(name).is_likelihood
    assert stated == (name in [case[0] for case in LIKELIHOODS])


def test_frozen_beta_nll_keeps_the_weights_of_other_raw_scores():
    raw, other = tensor(np.random.default_rng(0).normal(size=(2, 5, 2)))
    y = torch.arange(5.0).double()
    frozen = get_loss("beta_nll", beta=1.0).frozen_at(raw, y)
    nll = torch.distributions.Normal(other[:, 0], (other[:, 1] / 2).exp()).log_prob(y)
    expected = raw[:, 1].exp() * (-nll - 0.5 * np.log(2 * np.pi))
    torch.testing.assert_close(frozen.pointwise(other, y), expected)


def test_frozen_beta_nll_has_the_gradient_of_its_value():
    raw, y = tensor(np.random.default_rng(0).normal(size=(5, 2))), torch.arange(5.0)
    frozen = get_loss("beta_nll").frozen_at(raw, y)
    assert torch.autograd.gradcheck(
        lambda raw: frozen.pointwise(raw, y), raw.clone().requires_grad_()
    )
