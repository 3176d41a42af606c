"""Families against SciPy, their fits against numerical maximum likelihood."""

import copy
import importlib.util
import pickle

import numpy as np
import pytest
import scoringrules
from scipy import integrate, optimize, stats

from skloss import TorchRegressor, divergence, noise
from skloss.losses import LogCosh
from skloss.noise import FAMILIES, NoiseFamily, Predictive

Y = np.linspace(-6.0, 9.0, 31)
ORACLES = {
    "gaussian": ({"loc": 1.0, "scale": 2.0}, stats.norm(1.0, 2.0)),
    "laplace": ({"loc": 1.0, "scale": 2.0}, stats.laplace(1.0, 2.0)),
    "student_t": ({"loc": 1.0, "scale": 2.0, "df": 3.5}, stats.t(3.5, 1.0, 2.0)),
    "poisson": ({"loc": 2.5}, stats.poisson(2.5)),
    # Number of failures before the n-th success: mean n (1 - p) / p = 3 and variance
    # n (1 - p) / p^2 = 3 + 0.5 * 9.
    "negative_binomial": ({"loc": 3.0, "dispersion": 0.5}, stats.nbinom(2, 0.4)),
    "gamma": ({"loc": 3.0, "dispersion": 0.5}, stats.gamma(2, scale=1.5)),
    # log(1 + y) has the mean log(1 + 3) and the standard deviation 0.5.
    "log_gaussian": ({"loc": 3.0, "log_std": 0.5}, stats.lognorm(0.5, -1.0, 4.0)),
    "relative_laplace": (
        {"loc": -3.0, "ratio": 1.2, "relative_scale": 0.5, "smallest": 0.1},
        stats.laplace(-3.6, 1.5),
    ),
}
DENSITIES = {"poisson": "logpmf", "negative_binomial": "logpmf"}
FITTED = ["gaussian", "laplace", "asymmetric_laplace", "gamma"]


def frozen_of(family):
    parameters, oracle = ORACLES[family]
    return FAMILIES[family].frozen(parameters), oracle


def test_the_registry_holds_each_family_under_its_name():
    others = {"asymmetric_laplace", "residual", "tweedie", "quantile_curve", "beta"}
    assert set(FAMILIES) == {*ORACLES, *others}
    for name, family in FAMILIES.items():
        assert issubclass(family, NoiseFamily)
        assert family.name == name
        assert family.label and family.parameters[0] == "loc"


@pytest.mark.parametrize("family", ORACLES)
def test_distributions_are_those_of_scipy(family):
    found, oracle = frozen_of(family)
    density = DENSITIES.get(family, "logpdf")
    np.testing.assert_allclose(
        getattr(found, density)(Y), getattr(oracle, density)(Y), rtol=1e-12
    )
    np.testing.assert_allclose(found.cdf(Y), oracle.cdf(Y), rtol=1e-9)
    levels = np.array([0.05, 0.5, 0.975])
    np.testing.assert_allclose(found.ppf(levels), oracle.ppf(levels))
    assert found.mean() == pytest.approx(oracle.mean())
    assert found.var() == pytest.approx(oracle.var())
    assert found.support() == oracle.support()


@pytest.mark.parametrize(
    ("family", "score"),
    [("gaussian", scoringrules.logs_normal), ("laplace", scoringrules.logs_laplace)],
)
def test_log_densities_are_the_log_scores_of_scoringrules(family, score):
    found = FAMILIES[family].frozen({"loc": 0.5, "scale": 1.5})
    np.testing.assert_allclose(-found.logpdf(Y), score(Y, 0.5, 1.5))


def test_dispersion_and_mean_give_the_variance():
    # Variance m + a m^2 of counts, phi m^2 of amounts.
    mean, dispersion = np.array([0.5, 3.0, 80.0]), 0.25
    parameters = {"loc": mean, "dispersion": dispersion}
    counts = FAMILIES["negative_binomial"].frozen(parameters)
    amounts = FAMILIES["gamma"].frozen(parameters)
    np.testing.assert_allclose(counts.mean(), mean)
    np.testing.assert_allclose(counts.var(), mean + dispersion * mean**2)
    np.testing.assert_allclose(amounts.mean(), mean)
    np.testing.assert_allclose(amounts.var(), dispersion * mean**2)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.8])
def test_the_asymmetric_laplace_density_is_an_exponential_of_the_pinball_loss(q):
    # Koenker and Machado (1999), with the textbook pinball loss.
    found = FAMILIES["asymmetric_laplace"].frozen(
        {"loc": 1.0, "scale": 2.0, "quantile": q}
    )
    pinball = np.where(Y > 1.0, q * (Y - 1.0), (1 - q) * (1.0 - Y))
    np.testing.assert_allclose(
        found.logpdf(Y), np.log(q * (1 - q) / 2.0) - pinball / 2.0
    )
    assert found.cdf(1.0) == pytest.approx(q)
    assert integrate.quad(found.pdf, -2000, 2000, points=[1.0])[0] == pytest.approx(1.0)


def test_a_laplace_density_has_a_logarithm_however_far_the_row():
    found = FAMILIES["laplace"].frozen({"loc": 0.0, "scale": 2.0})
    assert found.logpdf(1e6) == pytest.approx(-5e5 - np.log(4))
    assert found.logpdf(-1e300) == pytest.approx(-5e299)
    assert np.isnan(found.logpdf(np.nan))


def test_a_poisson_rate_of_zero_has_a_distribution():
    found = FAMILIES["poisson"].frozen({"loc": np.array([0.0, 1.0])})
    np.testing.assert_allclose(found.logpmf(0), [0.0, -1.0], atol=1e-12)
    assert np.isfinite(found.ppf(0.99)).all()


@pytest.mark.parametrize("family", ORACLES)
def test_distributions_are_copied_and_pickled(family):
    found, oracle = frozen_of(family)
    for twin in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert twin.mean() == pytest.approx(oracle.mean())
    with pytest.raises(AttributeError, match="_missing"):
        getattr(found, "_missing")  # noqa: B009


# Fits


def draws(family, n_rows=400):
    """Targets of one family, and the parameters that are stated."""
    rng = np.random.default_rng(3)
    loc = rng.uniform(1.0, 3.0, n_rows)
    amounts = loc * rng.gamma(2.0, 0.5, n_rows)
    errors = {
        "gaussian": rng.normal(size=n_rows),
        "laplace": rng.laplace(size=n_rows),
        "asymmetric_laplace": stats.laplace_asymmetric.rvs(
            2, size=n_rows, random_state=rng
        ),
    }
    y = amounts if family == "gamma" else loc + errors[family]
    stated = {"loc": loc}
    stated |= {"quantile": 0.8} if family == "asymmetric_laplace" else {}
    return y, stated


def fitted(family, y, stated, weight=None, n_kept=1.0):
    weight = np.ones(len(y)) if weight is None else weight
    return FAMILIES[family].fit(stated, y, weight / weight.sum(), n_kept)


@pytest.mark.parametrize("family", FITTED)
def test_no_other_value_is_more_likely_than_the_fitted_one(family):
    y, stated = draws(family)
    ((name, value),) = fitted(family, y, stated).items()

    def cost(log_value):
        parameters = stated | {name: np.exp(log_value)}
        return -FAMILIES[family].frozen(parameters).logpdf(y).sum()

    best = optimize.minimize_scalar(cost, bounds=(-5, 5), method="bounded")
    assert value == pytest.approx(np.exp(best.x), rel=1e-3)


def test_gaussian_and_laplace_scales_are_those_of_scipy():
    y, stated = draws("laplace")
    residuals = y - stated["loc"]
    assert fitted("gaussian", y, stated)["scale"] == pytest.approx(
        stats.norm.fit(residuals, floc=0)[1]
    )
    assert fitted("laplace", y, stated)["scale"] == pytest.approx(
        stats.laplace.fit(residuals, floc=0)[1]
    )


def test_the_gamma_dispersion_is_that_of_scipy():
    y, stated = draws("gamma")
    shape, _, _ = stats.gamma.fit(y / stated["loc"], floc=0, fscale=None)
    found = fitted("gamma", y, stated)["dispersion"]
    # SciPy fits the mean as well, which is 1 up to its standard error here.
    assert found == pytest.approx(1 / shape, rel=0.02)


@pytest.mark.parametrize("family", FITTED)
def test_a_weight_is_a_row_repeated(family):
    y, stated = draws(family)
    weight = np.random.default_rng(0).integers(0, 4, len(y))
    repeated = stated | {"loc": np.repeat(stated["loc"], weight)}
    ((_, expected),) = fitted(family, np.repeat(y, weight), repeated).items()
    ((_, found),) = fitted(family, y, stated, weight).items()
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("family", "power"),
    [("gaussian", 0.5), ("laplace", 1), ("asymmetric_laplace", 1), ("gamma", 1)],
)
def test_lost_degrees_of_freedom_widen_the_fit(family, power):
    y, stated = draws(family)
    ((_, plain),) = fitted(family, y, stated).items()
    ((_, corrected),) = fitted(family, y, stated, n_kept=1.21).items()
    assert corrected == pytest.approx(plain * 1.21**power)


@pytest.mark.parametrize(
    # Twice the amount has twice the scale and the same dispersion.
    ("family", "factor"),
    [("gaussian", 2), ("laplace", 2), ("asymmetric_laplace", 2), ("gamma", 1)],
)
def test_each_target_is_fitted_separately(family, factor):
    y, stated = draws(family)
    both = stated | {"loc": np.stack([stated["loc"], 2 * stated["loc"]], -1)}
    ((_, alone),) = fitted(family, y, stated).items()
    ((_, found),) = fitted(family, np.stack([y, 2 * y], -1), both).items()
    np.testing.assert_allclose(found, [alone, factor * alone])


def test_locations_are_the_weighted_mean_and_median():
    values, weight = np.array([0.0, 1.0, 7.0]), np.array([0.25, 0.25, 0.5])
    assert FAMILIES["gaussian"].location(values, weight) == pytest.approx(3.75)
    assert FAMILIES["laplace"].location(values, weight) == pytest.approx(4.0)


@pytest.mark.parametrize("family", ["gamma", "poisson", "student_t", "residual"])
def test_a_family_without_a_location_is_not_fitted_to_residuals(family):
    with pytest.raises(ValueError, match=f"{FAMILIES[family].label} family is not"):
        FAMILIES[family].location(np.zeros(3), np.full(3, 1 / 3))


def test_methods_that_a_family_does_not_define_are_missing():
    with pytest.raises(NotImplementedError):
        NoiseFamily.frozen({})
    with pytest.raises(NotImplementedError):
        FAMILIES["student_t"].fit({}, np.zeros(2), np.full(2, 0.5), 1.0)


# A new family is one class in one file.

NEW_FAMILY = """
import numpy as np
from scipy import optimize, stats

from skloss.noise import NoiseFamily


class Logistic(NoiseFamily):
    name, label, parameters = "logistic", "logistic", ("loc", "scale")

    @staticmethod
    def frozen(parameters):
        return stats.logistic(parameters["loc"], parameters["scale"])

    @staticmethod
    def fit(parameters, y, weight, n_kept, loss=None):
        def cost(log_scale):
            scale = np.exp(log_scale)
            return -weight @ stats.logistic.logpdf(y, parameters["loc"], scale)

        return {"scale": np.exp(optimize.minimize_scalar(cost).x) * n_kept}
"""


class LogisticLoss(LogCosh):
    """A user's loss that names the new family."""

    noise = "logistic"


@pytest.fixture
def logistic(tmp_path):
    """Run a module with a new family, and take the family out again."""
    path = tmp_path / "new_family.py"
    path.write_text(NEW_FAMILY)
    spec = importlib.util.spec_from_file_location("new_family", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module.Logistic
    del FAMILIES["logistic"]


def test_a_new_family_is_one_class_and_no_other_edit(logistic):
    assert NEW_FAMILY.count("class ") == 1
    assert FAMILIES["logistic"] is logistic
    assert noise.free_parameters(LogisticLoss(), ["loc"]) == ["scale"]
    residuals = stats.logistic.rvs(0, 2.0, size=500, random_state=0)
    fitted = noise.fit(LogisticLoss(), {"loc": np.zeros((1, 500))}, residuals)
    expected = stats.logistic.fit(residuals, floc=0)[1]
    assert fitted["scale"] == pytest.approx(expected, rel=1e-3)


def test_a_regressor_predicts_a_new_family(logistic, rng):
    X = rng.normal(size=(300, 1))
    y = 5 + X[:, 0] + rng.logistic(scale=0.5, size=300)
    model = TorchRegressor(LogisticLoss(), hidden_layer_sizes=(), alpha=0.0).fit(X, y)
    found = model.predict_distribution(X)
    assert found.family is logistic
    np.testing.assert_allclose(found.median(), model.predict(X))
    assert np.unique(found.std().round(9)).size == 1
    assert found.std()[0] == pytest.approx(0.5 * np.pi / 3**0.5, rel=0.1)
    low, high = model.predict_interval(X, coverage=0.8).T
    assert np.mean((low < y) & (y < high)) == pytest.approx(0.8, abs=0.05)


def test_divergences_of_a_new_family_are_integrated(logistic):
    p, q = (
        Predictive(logistic, {"loc": np.full((1, 1), loc), "scale": 1.0})
        for loc in (0.0, 1.0)
    )
    x = np.linspace(-60, 60, 100_001)
    log_p, log_q = stats.logistic.logpdf(x), stats.logistic.logpdf(x, 1.0)
    expected = np.trapezoid(np.exp(log_p) * (log_p - log_q), x)
    assert divergence.kl_divergence(p, q) == pytest.approx([expected], rel=1e-6)


def test_two_families_cannot_have_one_name(logistic):
    with pytest.raises(TypeError, match="Two noise families are called 'logistic'"):
        type("Twin", (NoiseFamily,), {"name": "logistic"})
    type("Variant", (logistic,), {})  # without a name of its own
    assert FAMILIES["logistic"] is logistic


@pytest.mark.parametrize(("n_left", "df"), [(0.5, 2.1), (2.0, 2.1), (3.0, 3.0)])
def test_a_widened_gaussian_has_a_variance_with_the_fewest_rows(n_left, df):
    known = {"loc": np.zeros((1, 1)), "scale": 2.0}
    family, wider = FAMILIES["gaussian"].widened(known, np.array([0.44]), n_left)
    assert (family.name, wider["df"]) == ("student_t", df)
    # Student (1908): a new row is 1 + 0.44 = 1.2 squared times as uncertain.
    np.testing.assert_allclose(np.broadcast_to(wider["scale"], (1, 1)), [[2.4]])
    assert np.isfinite(family.frozen(wider).var()).all()
