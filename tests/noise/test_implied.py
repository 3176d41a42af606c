"""Free parameters of noise models, against integrals and SciPy."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import integrate, stats

from skloss import get_loss, noise
from skloss.noise import FAMILIES
from skloss.noise.implied import smallest_scale

RESIDUAL_LOSSES = ["huber", "log_cosh", "pseudo_huber", "expectile"]


def loc_of(y):
    """A location of zero for each row, of one member."""
    return {"loc": np.zeros((1, *np.shape(y)))}


def bound(name, y):
    return get_loss(name).bind(y)


def test_the_noise_room_loads_without_torch_and_scores_a_family():
    code = (
        "import sys, numpy as np; from skloss.noise import FAMILIES, Predictive; "
        "p = Predictive(FAMILIES['gaussian'], {'loc': np.zeros((1, 2)), 'scale': 1.0});"
        "p.logpdf(1.0), p.interval(0.9); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("loss", "stated", "free"),
    [
        ("squared_error", ["loc"], ["scale"]),
        ("absolute_error", ["loc"], ["scale"]),
        ("quantile", ["loc", "quantile"], ["scale"]),
        ("gaussian_nll", ["loc", "scale"], []),
        ("student_t_nll", ["loc", "scale", "df"], []),
        ("poisson", ["loc"], ["dispersion"]),
        ("gamma", ["loc"], ["dispersion"]),
        ("huber", ["loc"], ["scale", "loss", "spread"]),
    ],
)
def test_free_parameters_are_those_that_a_loss_does_not_state(loss, stated, free):
    assert noise.free_parameters(get_loss(loss), stated) == free


def test_nothing_is_fitted_where_nothing_is_free():
    stated = {"loc": np.zeros((1, 3)), "scale": np.ones((1, 3))}
    assert noise.fit(get_loss("gaussian_nll"), stated, np.arange(3.0)) == {}


def test_the_scale_is_fitted_around_the_mean_of_the_members():
    y = np.array([0.0, 2.0, 7.0])
    members = np.array([[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]])
    found = noise.fit(get_loss("squared_error"), {"loc": members}, y)
    expected = np.sqrt(np.mean((y - members.mean(0)) ** 2))
    assert found["scale"] == pytest.approx(expected)


@pytest.mark.parametrize("n_lost_dof", [0, 3])
def test_a_linear_fit_has_the_unbiased_scale(n_lost_dof):
    y = np.random.default_rng(0).normal(size=12)
    found = noise.fit(get_loss("squared_error"), loc_of(y), y, n_lost_dof=n_lost_dof)
    assert found["scale"] == pytest.approx(np.sqrt((y**2).sum() / (12 - n_lost_dof)))


def test_more_parameters_than_rows_leave_one_degree_of_freedom():
    y = np.array([1.0, -1.0, 2.0])
    found = noise.fit(get_loss("squared_error"), loc_of(y), y, n_lost_dof=9)
    assert found["scale"] == pytest.approx(np.sqrt(6.0))


@pytest.mark.parametrize(
    "loss", ["squared_error", "absolute_error", "huber", "log_cosh"]
)
def test_a_weight_is_a_row_repeated(loss):
    rng = np.random.default_rng(1)
    y, weight = rng.standard_t(3, 200), rng.integers(0, 4, 200)
    loss = bound(loss, y)
    found = noise.fit(loss, loc_of(y), y, weight)
    repeated = np.repeat(y, weight)
    expected = noise.fit(loss, loc_of(repeated), repeated)
    # Both grids are made for the mean absolute residual, which is the same.
    assert found["scale"] == pytest.approx(expected["scale"], rel=1e-9)


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([-3.0, 3.0], 3e-6),
        ([5.0, 5.0], 5e-6),
        ([0.0, 0.0], 1e-6),
    ],
)
def test_the_smallest_scale_is_a_millionth_of_spread_size_or_one(y, expected):
    assert smallest_scale(np.array(y)) == pytest.approx(expected)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_an_exact_fit_has_the_smallest_scale(loss):
    y = np.array([[-3.0, 5.0], [3.0, 5.0]])
    found = noise.fit(get_loss(loss), {"loc": y[None]}, y)
    np.testing.assert_allclose(found["scale"], [3e-6, 5e-6])


# The density of a loss on residuals


@pytest.fixture(params=RESIDUAL_LOSSES)
def implied(request):
    """A loss, the targets its noise was fitted to, and the fitted distribution."""
    y = np.random.default_rng(2).standard_t(4, 300) * 3.0
    loss = bound(request.param, y)
    fitted = noise.fit(loss, loc_of(y), y)
    parameters = {"loc": np.zeros((1, 1))}
    return loss, y, fitted, noise.predictive(loss, parameters, fitted)


def test_an_implied_density_integrates_to_one_with_its_moments(implied):
    *_, found = implied
    x = np.sinh(np.linspace(-10, 10, 200_001))
    density = found.pdf(x[:, None])[:, 0]
    assert integrate.trapezoid(density, x) == pytest.approx(1.0, abs=1e-6)
    mean = integrate.trapezoid(x * density, x)
    variance = integrate.trapezoid((x - mean) ** 2 * density, x)
    assert found.mean()[0] == pytest.approx(mean, abs=1e-6)
    assert found.var()[0] == pytest.approx(variance, rel=1e-5)


def test_an_implied_distribution_function_is_the_integral_of_its_density(implied):
    *_, found = implied
    x = np.linspace(-400, 5.0, 400_001)
    expected = integrate.trapezoid(found.pdf(x[:, None])[:, 0], x)
    assert found.cdf(5.0)[0] == pytest.approx(expected, abs=1e-4)
    assert found.ppf(found.cdf(5.0))[0] == pytest.approx(5.0, abs=1e-3)


@pytest.mark.parametrize("factor", [0.9, 0.99, 1.01, 1.1])
def test_the_fitted_scale_is_the_most_likely(implied, factor):
    loss, y, fitted, found = implied
    other = fitted | {"scale": fitted["scale"] * factor}
    less = noise.predictive(loss, {"loc": np.zeros((1, 1))}, other)
    assert less.logpdf(y[:, None]).sum() < found.logpdf(y[:, None]).sum()


def test_a_huber_loss_with_a_wide_square_implies_a_gaussian():
    y = np.random.default_rng(0).normal(size=500) * 2.0
    loss = get_loss("huber", delta=1e3).bind(y)
    fitted = noise.fit(loss, loc_of(y), y)
    found = noise.predictive(loss, {"loc": np.zeros((1, 1))}, fitted)
    oracle = stats.norm(0, np.sqrt(np.mean(y**2)))
    grid = np.linspace(-8, 8, 17)[:, None]
    np.testing.assert_allclose(found.logpdf(grid), oracle.logpdf(grid), rtol=1e-4)
    assert found.std()[0] == pytest.approx(oracle.std(), rel=1e-4)


def test_log_cosh_implies_the_hyperbolic_secant():
    # exp(-log cosh(r)) is proportional to sech(r): SciPy's hypsecant at scale 1.
    found = FAMILIES["residual"].frozen(
        {"loss": get_loss("log_cosh"), "loc": 0.0, "scale": 1.0, "spread": 1.0}
    )
    x = np.linspace(-20, 20, 41)
    np.testing.assert_allclose(found.logpdf(x), stats.hypsecant.logpdf(x), rtol=1e-9)
    np.testing.assert_allclose(found.cdf(x), stats.hypsecant.cdf(x), atol=1e-5)
    assert found.var() == pytest.approx(stats.hypsecant.var())
    assert found.support() == (-np.inf, np.inf)


def test_targets_of_several_columns_have_a_scale_each():
    y = np.random.default_rng(0).standard_t(4, (200, 2)) * [1.0, 1000.0]
    loss = get_loss("huber").bind(y)
    both = noise.fit(loss, loc_of(y), y)
    found = noise.predictive(loss, {"loc": np.zeros((1, 1, 2))}, both)
    ratio = found.std()[0] / np.std(y, axis=0)
    assert found.std().shape == (1, 2)
    assert ((ratio > 0.6) & (ratio < 1.6)).all()
    low, high = found.interval(0.5)
    inside = (low < y) & (y < high)
    np.testing.assert_allclose(inside.mean(axis=0), 0.5, atol=0.08)


def test_rows_beyond_one_block_count_as_well():
    y = np.random.default_rng(0).normal(size=70_000)
    loss = bound("log_cosh", y[:100])
    scale = noise.fit(loss, loc_of(y), y)["scale"]
    weighted = noise.fit(loss, loc_of(y), y, np.r_[np.zeros(35_000), np.ones(35_000)])
    assert scale == pytest.approx(weighted["scale"], rel=0.02)
    tail = noise.fit(loss, loc_of(y), np.r_[y[:65_536], 9 * y[65_536:]])["scale"]
    assert tail > 1.2 * scale


# Predictive distributions


def test_stated_members_form_a_mixture_and_fitted_ones_their_mean():
    loc = np.array([[0.0, 1.0], [4.0, 3.0]])
    stated = {"loc": loc, "scale": np.ones((2, 2))}
    mixture = noise.predictive(get_loss("gaussian_nll"), stated, {})
    assert mixture.n_members == 2
    np.testing.assert_allclose(mixture.var(), [1 + 4, 1 + 1])
    around = noise.predictive(get_loss("squared_error"), {"loc": loc}, {"scale": 3.0})
    assert around.n_members == 1
    np.testing.assert_allclose(around.mean(), [2.0, 2.0])
    np.testing.assert_allclose(around.std(), [3.0, 3.0])


def half(y_pred, y_true):
    return 0.5 * (y_pred - y_true).abs().mean()


@pytest.mark.parametrize(
    ("loss", "name", "fitted"),
    [(half, "half", {}), ("squared_error",) * 2 + (None,)],
)
def test_a_loss_without_a_distribution_names_some_that_have_one(loss, name, fitted):
    with pytest.raises(ValueError, match=f"'{name}' implies no distribution"):
        noise.predictive(get_loss(loss), {"loc": np.zeros((1, 2))}, fitted)
