"""A fit does not depend on the unit of its target, nor on its level."""

import functools

import numpy as np
import pytest
from sklearn.linear_model import GammaRegressor, LinearRegression, QuantileRegressor
from sklearn.metrics import r2_score

from skloss import TorchRegressor, get_loss, list_losses
from skloss.losses.contract.registry import REGISTRY

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3))
SIGNAL = X @ [0.5, -0.7, 0.2]
NUMBERS = 2 * SIGNAL + 0.5 * RNG.normal(size=200)
AMOUNTS = 2 * np.exp(SIGNAL + 0.3 * RNG.normal(size=200))

MODELS = {
    "linear": {"hidden_layer_sizes": (), "random_state": 0},
    "network": {
        "hidden_layer_sizes": (16,),
        "max_iter": 60,
        "n_members": 1,
        "random_state": 0,
    },
}
#: Losses whose parameter is in units of y, with that parameter.
WITH_UNIT = {
    "absolute_percentage_error": "smallest",
    "general_robust": "scale",
    "log_cosh": "scale",
    "pseudo_huber": "delta",
}
#: Losses of targets whose unit has a meaning: counts, shares, log(1 + y).
FIXED_UNIT = {
    "negative_binomial",
    "squared_log_error",
    "kl_divergence",
    "js_divergence",
}
#: A loss whose parameter is in units of 1 / y.
INVERSE_UNIT = {"linex"}
NOT_ANY_UNIT = {*WITH_UNIT, *FIXED_UNIT, *INVERSE_UNIT}
ANY_UNIT = sorted(set(list_losses("regression")) - NOT_ANY_UNIT)
ANY_LEVEL = [n for n in [*ANY_UNIT, *INVERSE_UNIT] if REGISTRY[n].is_equivariant]
LOG_LINK = ["gamma", "poisson", "tweedie"]

every_model = pytest.mark.parametrize("model", MODELS)
every_unit = pytest.mark.parametrize("unit", [1e-12, 1e12])


def target_of(name):
    return AMOUNTS if get_loss(name).y_range.low == 0 else NUMBERS


def fitted(loss, y, model):
    return TorchRegressor(loss, **MODELS[model]).fit(X, y).predict(X)


@functools.cache
def fitted_in_unit_one(name, model):
    return fitted(name, target_of(name), model)


def test_parameters_in_units_of_the_target_are_declared():
    stated = {name: REGISTRY[name]().unit_params for name in list_losses("regression")}
    expected = {name: (parameter,) for name, parameter in WITH_UNIT.items()}
    found = {name: params for name, params in stated.items() if params}
    assert found == expected | {"huber": ("delta",)}


@every_unit
@every_model
@pytest.mark.parametrize("name", ANY_UNIT)
def test_a_fit_is_measured_in_the_unit_of_its_target(name, model, unit):
    y = target_of(name)
    found = fitted(name, unit * y, model) / unit
    wanted = fitted_in_unit_one(name, model)
    np.testing.assert_allclose(found, wanted, atol=1e-3 * y.std())


@every_model
@pytest.mark.parametrize("name", ANY_LEVEL)
def test_a_fit_moves_with_the_level_of_its_target(name, model):
    found = fitted(name, NUMBERS + 1e6, model) - 1e6
    wanted = fitted_in_unit_one(name, model)
    np.testing.assert_allclose(found, wanted, atol=1e-3 * NUMBERS.std())


@every_model
@pytest.mark.parametrize("name", [*LOG_LINK, "squared_log_error"])
def test_far_from_zero_relative_errors_are_errors(name, model):
    y = NUMBERS + 1e6
    wanted = fitted("squared_error", y, model)
    assert r2_score(y, fitted(name, y, model)) > r2_score(y, wanted) - 0.01


@every_model
def test_far_from_zero_percentage_errors_are_absolute_errors(model):
    y = NUMBERS + 1e6
    found = fitted("absolute_percentage_error", y, model)
    wanted = fitted("absolute_error", y, model)
    errors = [np.abs(y - prediction).mean() for prediction in (found, wanted)]
    assert errors[0] < 1.05 * errors[1]


@every_unit
@every_model
@pytest.mark.parametrize("name", [*WITH_UNIT, "huber"])
def test_a_parameter_in_units_of_the_target_is_rescaled_with_it(name, model, unit):
    parameter = WITH_UNIT.get(name, "delta")
    loss = get_loss(name, **{parameter: 0.5})
    scaled = get_loss(name, **{parameter: 0.5 * unit})
    found = fitted(scaled, unit * NUMBERS, model) / unit
    wanted = fitted(loss, NUMBERS, model)
    np.testing.assert_allclose(found, wanted, atol=1e-3 * NUMBERS.std())


@every_unit
@every_model
def test_a_parameter_in_inverse_units_is_rescaled_with_the_target(model, unit):
    found = fitted(get_loss("linex", a=0.5 / unit), unit * NUMBERS, model) / unit
    wanted = fitted(get_loss("linex", a=0.5), NUMBERS, model)
    np.testing.assert_allclose(found, wanted, atol=1e-3 * NUMBERS.std())


@pytest.mark.parametrize("unit", [1e3, 1e12])
@every_model
def test_far_above_its_unit_linex_learns_the_smallest_targets_of_similar_rows(
    model, unit
):
    found = fitted("linex", unit * NUMBERS, model) / unit
    assert np.corrcoef(found, NUMBERS)[0, 1] > 0.9
    # The best constant is the smallest target, and so are the best predictions among
    # similar rows, but for the rows that stop a network.
    below, constant = NUMBERS - found, NUMBERS - NUMBERS.min()
    assert np.mean(below < -0.02 * NUMBERS.std()) < 0.03
    assert below.mean() < 0.5 * constant.mean()


FIXED_SCALE = ["general_robust", "log_cosh", "pseudo_huber", "huber"]
HUBER = get_loss("huber", delta=1.0)


@pytest.mark.parametrize("unit", [1e-5, 1e-12])
@pytest.mark.parametrize("loss", [*FIXED_SCALE[:3], HUBER])
def test_far_below_its_scale_a_robust_loss_is_least_squares(loss, unit):
    found = fitted(loss, unit * NUMBERS, "linear") / unit
    wanted = LinearRegression().fit(X, NUMBERS).predict(X)
    np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("unit", [1e5, 1e12])
@pytest.mark.parametrize("loss", [*FIXED_SCALE[:3], HUBER])
def test_far_above_its_scale_a_robust_loss_is_least_absolute_deviations(loss, unit):
    error = np.abs(NUMBERS - fitted(loss, unit * NUMBERS, "linear") / unit).mean()
    oracle = QuantileRegressor(alpha=0.0).fit(X, NUMBERS).predict(X)
    assert error == pytest.approx(np.abs(NUMBERS - oracle).mean(), rel=1e-3)


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("loss", [*FIXED_SCALE[:3], HUBER])
def test_a_network_learns_by_a_robust_loss_in_any_unit(loss, unit):
    least = r2_score(NUMBERS, fitted("squared_error", NUMBERS, "network"))
    found = fitted(loss, unit * NUMBERS, "network") / unit
    assert r2_score(NUMBERS, found) > least - 0.03


@pytest.mark.parametrize("unit", [1e-12, 1e3, 1e12, 1e100])
def test_amounts_of_any_size_are_those_of_a_gamma_regression(unit):
    model = TorchRegressor("gamma", hidden_layer_sizes=(), alpha=0.0)
    found = model.fit(X, unit * AMOUNTS).predict(X) / unit
    oracle = GammaRegressor(alpha=0.0, tol=1e-10, max_iter=10_000).fit(X, AMOUNTS)
    np.testing.assert_allclose(found, oracle.predict(X), rtol=1e-4)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
@pytest.mark.parametrize(
    "name", ["squared_error", "laplace_nll", "student_t_nll", "gamma", "log_cosh"]
)
def test_the_log_score_of_a_density_falls_by_the_log_of_the_unit(name, unit):
    y, loss = target_of(name), get_loss(name)
    scaled = get_loss("log_cosh", scale=unit) if name == "log_cosh" else loss
    score = [
        TorchRegressor(one, **MODELS["linear"])
        .fit(X, size * y)
        .predict_distribution(X)
        .logpdf(size * y)
        .mean()
        for one, size in ((loss, 1.0), (scaled, unit))
    ]
    assert score[0] - score[1] == pytest.approx(np.log(unit), abs=1e-3)


EVEN = {
    "binomial": RNG.binomial(10, 0.5, 200),
    "narrow": 1000 + RNG.integers(-2, 3, 200),
    "poisson": RNG.poisson(3.0, 200),
}


@pytest.mark.parametrize("kind", EVEN)
def test_negative_binomial_reaches_poisson_without_overdispersion(kind):
    y = EVEN[kind]
    score = {
        name: TorchRegressor(name, **MODELS["network"])
        .fit(X, y)
        .predict_distribution(X)
        .logpmf(y)
        .mean()
        for name in ("negative_binomial", "poisson")
    }
    assert score["negative_binomial"] > score["poisson"] - 0.02


def test_targets_of_one_value_are_predicted():
    for name in ("poisson", "gamma", "squared_log_error", "absolute_percentage_error"):
        found = fitted(name, np.full(200, 7.0), "linear")
        np.testing.assert_allclose(found, 7.0, rtol=1e-6)
