"""Losses on counts and amounts, against deviances and likelihoods."""

import numpy as np
import pytest
import torch
from scipy import optimize, stats
from sklearn import metrics

from skloss import TorchRegressor, get_loss

rng = np.random.default_rng(5)
POSITIVE = rng.gamma(2.0, 2.0, 8)
LOG, SCALE = rng.normal(size=(2, 8))


def tensor(values):
    return torch.as_tensor(np.asarray(values))


@pytest.mark.parametrize("power", [1.0, 1.2, 1.5, 1.9, 2.0])
def test_tweedie_differs_from_half_the_deviance_by_a_constant(power):
    loss = get_loss("tweedie", power=power)
    y = tensor(POSITIVE)

    def gap(log_mean):
        deviance = metrics.mean_tweedie_deviance(
            POSITIVE, np.exp(log_mean), power=power
        )
        return loss(tensor(log_mean)[:, None], y).item() - deviance / 2

    assert gap(LOG) == pytest.approx(gap(SCALE), rel=1e-9)


COUNTS = rng.poisson(3.0, 8).astype(float)
LOG_LINK = ["poisson", "gamma", "tweedie", "negative_binomial"]


def gradient(loss, raw, y):
    raw = raw.clone().requires_grad_()
    (found,) = torch.autograd.grad(loss.pointwise(raw, y).sum(), raw)
    return found


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_poisson_is_the_likelihood_of_scipy(dtype):
    log_mean = np.linspace(-8, 8, 8)
    raw = tensor(log_mean.astype(dtype))[:, None]
    found = get_loss("poisson", constant=True).pointwise(raw, tensor(COUNTS))
    wanted = -stats.poisson(np.exp(log_mean)).logpmf(COUNTS)
    np.testing.assert_allclose(found, wanted, rtol=2e-5)


@pytest.mark.parametrize("name", ["poisson", "negative_binomial"])
def test_the_constant_is_log_y_factorial(name):
    raw = torch.zeros(4, get_loss(name).n_outputs(1), dtype=torch.float64)
    y = torch.tensor([0.0, 1.0, 2.0, 5.0], dtype=torch.float64)
    with_it = get_loss(name, constant=True).pointwise(raw, y)
    without = get_loss(name).pointwise(raw, y)
    np.testing.assert_allclose(with_it - without, np.log([1, 1, 2, 120]), atol=1e-12)


@pytest.mark.parametrize("dispersion", [1e-3, 0.1, 1.0, 20.0])
def test_negative_binomial_is_the_likelihood_of_scipy(dispersion):
    raw = tensor(np.column_stack([LOG, np.full(8, np.log(dispersion))]))
    found = get_loss("negative_binomial", constant=True).pointwise(raw, tensor(COUNTS))
    size = 1 / dispersion
    oracle = stats.nbinom(size, size / (size + np.exp(LOG)))
    np.testing.assert_allclose(found, -oracle.logpmf(COUNTS), rtol=1e-9)


def test_without_dispersion_negative_binomial_is_poisson():
    raw = tensor(np.column_stack([LOG, np.full(8, -7.0)]))
    found = get_loss("negative_binomial").pointwise(raw, tensor(COUNTS))
    wanted = get_loss("poisson").pointwise(raw[:, :1], tensor(COUNTS))
    np.testing.assert_allclose(found, wanted, atol=0.02)


@pytest.mark.parametrize(("other", "limit"), [(-1e4, -30.0), (1e4, 6.0)])
def test_dispersions_have_a_limit_on_both_sides(other, limit):
    raw = torch.tensor([[0.0, other]], dtype=torch.float64)
    loss = get_loss("negative_binomial")
    log_dispersion = loss.noise_parameters(raw)["dispersion"].log().item()
    assert log_dispersion == pytest.approx(limit, abs=0.02)
    assert torch.isfinite(gradient(loss, raw, torch.tensor([3.0]))).all()


def test_rows_of_zeros_do_not_make_other_counts_impossible():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 2))
    y = rng.poisson(np.exp(0.5 + X[:, 0]))
    kept = np.arange(500) % 5 != 0
    model = TorchRegressor("negative_binomial", hidden_layer_sizes=())
    found = model.fit(X[kept], y[kept]).predict_distribution(X[~kept])
    truth = stats.poisson(np.exp(0.5 + X[~kept, 0])).logpmf(y[~kept])
    assert (found.logpmf(y[~kept]) - truth).min() > -6


@pytest.mark.parametrize("beyond", [10.0, 25.0])
def test_limited_dispersions_are_those_of_the_stated_distribution(beyond):
    raw = torch.tensor([[0.5, beyond]], dtype=torch.float64)
    loss = get_loss("negative_binomial", constant=True)
    size = 1 / loss.noise_parameters(raw)["dispersion"].item()
    oracle = stats.nbinom(size, size / (size + np.exp(0.5)))
    found = loss(raw, torch.tensor([3.0], dtype=torch.float64)).item()
    assert found == pytest.approx(-oracle.logpmf(3), rel=1e-6)


@pytest.mark.parametrize("log_mean", [-3.0, 0.5, 7.0, 20.0])
def test_the_smallest_dispersion_is_poisson_at_any_mean(log_mean):
    raw = torch.tensor([[log_mean, -1e4]], dtype=torch.float64)
    y = np.round(np.exp(log_mean) + np.sqrt(np.exp(log_mean)))
    found = get_loss("negative_binomial").pointwise(raw, tensor([y]))
    wanted = get_loss("poisson").pointwise(raw[:, :1], tensor([y]))
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-3 * 2**-10)


@pytest.mark.parametrize("size", [999.0, 1001.0, 1e5])
def test_log_gammas_and_their_series_are_the_likelihood_of_scipy(size):
    raw = tensor([[4.0, -np.log(size)]] * 3)
    y = np.array([0.0, 50.0, 90.0])
    found = get_loss("negative_binomial", constant=True).pointwise(raw, tensor(y))
    oracle = stats.nbinom(size, size / (size + np.exp(4.0))).logpmf(y)
    np.testing.assert_allclose(found, -oracle, rtol=1e-8)


def test_negative_binomial_is_exact_in_single_precision():
    raw = np.column_stack([np.full(8, 5.0), np.full(8, -7.5)]).astype(np.float32)
    y = (100 + 10 * np.arange(8)).astype(np.float32)
    loss = get_loss("negative_binomial", constant=True)
    found = loss.pointwise(tensor(raw), tensor(y))
    size = np.exp(7.5)
    wanted = -stats.nbinom(size, size / (size + np.exp(5.0))).logpmf(y)
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


GRADIENTS = [
    ("poisson", {}, lambda mean, y: mean - y),
    ("gamma", {}, lambda mean, y: 1 - y / mean),
    ("tweedie", {"power": 1.5}, lambda mean, y: mean**0.5 - y * mean**-0.5),
    ("tweedie", {"power": 1.0}, lambda mean, y: mean - y),
    ("tweedie", {"power": 1.0005}, lambda m, y: m**0.9995 - y * m**-0.0005),
    ("tweedie", {"power": 1.9995}, lambda m, y: m**0.0005 - y * m**-0.9995),
    ("tweedie", {"power": 2.0}, lambda mean, y: 1 - y / mean),
]


@pytest.mark.parametrize(("name", "params", "oracle"), GRADIENTS)
def test_the_gradient_by_the_log_mean_is_that_of_the_glm(name, params, oracle):
    # McCullagh and Nelder (1989), section 2.5: (mean - y) mean^(1 - p).
    found = gradient(get_loss(name, **params), tensor(LOG)[:, None], tensor(POSITIVE))
    np.testing.assert_allclose(found[:, 0], oracle(np.exp(LOG), POSITIVE), rtol=1e-9)


@pytest.mark.parametrize(("power", "name"), [(1.0, "poisson"), (2.0, "gamma")])
def test_the_ends_of_tweedie_are_poisson_and_gamma(power, name):
    raw, y = tensor(LOG)[:, None], tensor(POSITIVE)
    found = get_loss("tweedie", power=power).pointwise(raw, y)
    torch.testing.assert_close(found, get_loss(name).pointwise(raw, y))


@pytest.mark.parametrize("power", [1.0, 2.0])
@pytest.mark.parametrize("step", [1e-4, 1e-6])
def test_the_gradient_of_tweedie_is_continuous_at_its_ends(power, step):
    raw, y = tensor(LOG)[:, None], tensor(POSITIVE)
    inside = power + step * np.sign(1.5 - power)
    exact, other = (
        gradient(get_loss("tweedie", power=p), raw, y) for p in (power, inside)
    )
    torch.testing.assert_close(other, exact, rtol=100 * step, atol=100 * step)


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_gamma_has_the_optimum_of_every_fixed_dispersion(shape):
    def nll(mean):
        return -stats.gamma(shape, scale=mean / shape).logpdf(POSITIVE).mean()

    best = optimize.minimize_scalar(nll, bounds=(0.1, 50.0), method="bounded").x
    raw = torch.full((8, 1), float(np.log(best)), dtype=torch.float64)
    slope = gradient(get_loss("gamma"), raw, tensor(POSITIVE)).sum().item()
    assert slope == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("weight", [None, [1.0, 0.0, 2.0, 1.0, 1.0, 3.0, 0.5, 1.0]])
@pytest.mark.parametrize("name", LOG_LINK)
def test_training_starts_from_the_log_of_the_weighted_mean(name, weight):
    loss = get_loss(name)
    start = loss.intercept(POSITIVE, weight)
    assert start.shape == (loss.n_outputs(1),)
    assert start[0] == pytest.approx(np.log(np.average(POSITIVE, weights=weight)))
    assert (start[1:] == 0).all()


@pytest.mark.parametrize("name", ["poisson", "negative_binomial"])
def test_targets_that_are_all_zero_have_a_finite_start(name):
    start = get_loss(name).intercept(np.zeros(5))
    assert start[0] == pytest.approx(np.log(1e-8))


def test_several_targets_start_from_their_own_means():
    y = np.column_stack([POSITIVE, 10 * POSITIVE])
    start = get_loss("negative_binomial").intercept(y)
    np.testing.assert_allclose(start, [*np.log(y.mean(0)), 0.0, 0.0])


@pytest.mark.parametrize("weight", [None, np.arange(8.0)])
def test_squared_log_error_starts_from_the_mean_logarithm(weight):
    start = get_loss("squared_log_error").intercept(POSITIVE, weight)
    assert start == pytest.approx(np.average(np.log1p(POSITIVE), weights=weight))


@pytest.mark.parametrize("weight", [None, np.arange(8.0)])
def test_squared_log_error_is_that_of_scikit_learn(weight):
    prediction = POSITIVE[::-1]
    raw = tensor(np.log1p(prediction))[:, None]
    loss = get_loss("squared_log_error")
    found = loss(raw, tensor(POSITIVE), weight).item()
    wanted = metrics.mean_squared_log_error(POSITIVE, prediction, sample_weight=weight)
    assert found == pytest.approx(wanted)
    np.testing.assert_allclose(loss.predict(raw)[:, 0], prediction)


@pytest.mark.parametrize("name", [*LOG_LINK, "squared_log_error"])
def test_amounts_have_a_unit_and_are_not_standardised(name):
    assert not get_loss(name).is_equivariant
    assert get_loss(name).link.name in ("log", "log1p")


@pytest.mark.parametrize("mean", [30.0, 1e3])
def test_networks_of_few_counts_are_near_those_of_poisson(mean):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 3))
    y = rng.poisson(mean * np.exp(X @ [0.25, -0.35, 0.1]))
    nats = [
        TorchRegressor(loss, n_members=1, random_state=0)
        .fit(X[:300], y[:300])
        .predict_distribution(X[300:])
        .logpmf(y[300:])
        .mean()
        for loss in ("negative_binomial", "poisson")
    ]
    assert nats[0] > nats[1] - 0.05


def test_networks_of_many_large_counts_are_not_behind_those_of_poisson():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 3))  # more rows than networks with a linear start have
    y = rng.poisson(1e6 * np.exp(X @ [0.5, -0.3, 0.2]))
    fitted = (
        TorchRegressor(loss, random_state=0).fit(X[:2500], y[:2500])
        for loss in ("negative_binomial", "poisson")
    )
    nats = [m.predict_distribution(X[2500:]).logpmf(y[2500:]).mean() for m in fitted]
    assert nats[0] > nats[1]
