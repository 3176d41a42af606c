"""Divergences against SciPy's, by quadrature and by their identities."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from skloss import TorchRegressor, divergence
from skloss.noise import FAMILIES, Predictive

RNG = np.random.default_rng(0)
P, Q = RNG.dirichlet(np.ones(4), 6), RNG.dirichlet(np.ones(4), 6)


def test_discrete_divergences_are_those_of_scipy_along_any_axis():
    for axis, p, q in ((-1, P, Q), (0, P.T, Q.T)):
        np.testing.assert_allclose(
            divergence.entropy(p, axis), stats.entropy(p, axis=axis)
        )
        np.testing.assert_allclose(
            divergence.kl_divergence(p, q, axis), stats.entropy(p, q, axis=axis)
        )
        np.testing.assert_allclose(
            divergence.js_divergence(p, q, axis), jensenshannon(p, q, axis=axis) ** 2
        )


def test_cross_entropy_is_entropy_plus_divergence():
    np.testing.assert_allclose(
        divergence.cross_entropy(P, Q),
        divergence.entropy(P) + divergence.kl_divergence(P, Q),
    )


def test_edges_of_the_simplex():
    assert divergence.kl_divergence([0.0, 1.0], [0.5, 0.5]) == pytest.approx(np.log(2))
    assert divergence.kl_divergence([0.5, 0.5], [0.0, 1.0]) == np.inf
    assert divergence.cross_entropy([0.5, 0.5], [0.0, 1.0]) == np.inf
    assert divergence.kl_divergence([0.0, 1.0], [0.0, 1.0]) == 0.0
    assert divergence.js_divergence([1, 0], [0, 1]) == pytest.approx(np.log(2))
    assert divergence.entropy([1.0, 0.0]) == 0.0


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (stats.norm(0, 1), stats.norm(2, 3)),
        (stats.laplace(0, 1), stats.laplace(1, 0.5)),
        (stats.laplace(0, 2), stats.laplace(0, 3)),
        (stats.norm(0, 1), stats.laplace(0, 1)),
        (stats.norm(2, 1), stats.laplace(loc=-1, scale=0.7)),
        (stats.laplace(2, 1), stats.norm(scale=0.7, loc=-1)),
        (stats.laplace_asymmetric(0.5, 1, 2), stats.laplace_asymmetric(2, 0, 1)),
        (stats.laplace_asymmetric(0.5, 1, 2), stats.laplace_asymmetric(2, 3, 1)),
        (stats.laplace_asymmetric(3, -1), stats.laplace(0, 2)),
        (stats.laplace(0, 2), stats.laplace_asymmetric(3, loc=1)),
        (stats.t(5, 1, 2), stats.norm(0, 3)),
    ],
)
def test_between_noise_models_as_by_quadrature(p, q):
    x = np.sinh(np.linspace(-12, 12, 400_001))
    x = x[(p.pdf(x) > 0) & np.isfinite(q.logpdf(x))]
    oracle = np.trapezoid(p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), x)
    assert divergence.kl_divergence(p, q) == pytest.approx(oracle, abs=1e-5)
    assert divergence.cross_entropy(p, q) == pytest.approx(oracle + p.entropy())


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (stats.gamma(2.0, scale=3.0), stats.gamma(0.7, scale=1.0)),
        (stats.gamma(a=0.7), stats.gamma(2.0, scale=3.0)),
        (stats.gamma(2.0, loc=1), stats.gamma(2.0, loc=1, scale=2)),
    ],
)
def test_between_gammas_as_by_quadrature(p, q):
    u = p.support()[0] + np.exp(np.linspace(-30, 8, 400_001))
    oracle = np.trapezoid(p.pdf(u) * (p.logpdf(u) - q.logpdf(u)), u)
    assert divergence.kl_divergence(p, q) == pytest.approx(oracle, rel=1e-5)


def test_a_gamma_that_starts_before_another_is_infinitely_far():
    p, q = stats.gamma(2.0), stats.gamma(2.0, loc=1.0)
    assert divergence.kl_divergence(p, q) == np.inf


def test_closed_forms_take_parameters_of_many_rows():
    loc = np.array([0.0, 1.0, 5.0])
    for p, q in (
        (stats.norm(loc, 2), stats.norm(0, 1)),
        (stats.norm(loc, 2), stats.laplace(0, 1)),
        (stats.poisson(loc + 1), stats.poisson(2)),
    ):
        found = divergence.kl_divergence(p, q)
        alone = [
            divergence.kl_divergence(
                p.dist(*(np.ravel(a)[i % np.size(a)] for a in p.args)), q
            )
            for i in range(3)
        ]
        np.testing.assert_allclose(found, alone)
        np.testing.assert_allclose(divergence.entropy(p), p.entropy())


@pytest.fixture(scope="module")
def predicted():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = X[:, 0] + np.exp(X[:, 1] - 1) * rng.normal(size=300)
    params = {"hidden_layer_sizes": (8,), "max_iter": 20, "random_state": 0}
    losses = ["gaussian_nll", "laplace_nll", "huber", "student_t_nll"]
    models = [TorchRegressor(loss, **params).fit(X, y) for loss in losses]
    pair = TorchRegressor("gaussian_nll", n_members=2, **params).fit(X, y)
    return [model.predict_distribution(X[:4]) for model in [*models, pair]]


def test_between_predicted_distributions_there_is_a_value_per_row(predicted):
    gaussian, laplace, *numeric = predicted
    grid = np.sinh(np.linspace(-8, 8, 100_001))[:, None]
    for p, q in [(gaussian, laplace), *((gaussian, q) for q in numeric)]:
        integrand = p.pdf(grid) * (p.logpdf(grid) - q.logpdf(grid))
        oracle = np.trapezoid(integrand, grid, axis=0)
        found = divergence.kl_divergence(p, q)
        assert found.shape == (4,)
        np.testing.assert_allclose(found, oracle, atol=1e-4)
        assert (divergence.js_divergence(p, q) < np.log(2)).all()
    frozen = stats.norm(gaussian.mean(), gaussian.std())
    np.testing.assert_allclose(divergence.entropy(gaussian), frozen.entropy())
    np.testing.assert_allclose(
        divergence.kl_divergence(gaussian, frozen), 0, atol=1e-12
    )


def test_predictions_of_other_rows_are_refused(predicted):
    gaussian, _, huber, *_ = predicted
    with pytest.raises(ValueError, match="for the same rows"):
        divergence.kl_divergence(huber[:2], gaussian)


def test_js_of_noise_models_is_symmetric_and_bounded():
    p, q = stats.norm(0, 1), stats.laplace(1, 2)
    forth, back = divergence.js_divergence(p, q), divergence.js_divergence(q, p)
    assert forth == pytest.approx(back)
    assert 0 < forth < np.log(2)
    far = divergence.js_divergence(stats.norm(0, 1), stats.norm(100, 1))
    assert far == pytest.approx(np.log(2), abs=1e-6)


@pytest.mark.parametrize(
    ("p", "q", "said"),
    [
        ([0.5, 0.6], [0.5, 0.5], "sum to 1"),
        ([0.5, 0.5], [1.5, -0.5], "not probabilities"),
        ([0.5, 0.5], [0.2, 0.3, 0.5], "shape"),
        ([np.nan, 1.0], [0.5, 0.5], "not probabilities"),
        (0.5, [0.5, 0.5], "must be an array of probabilities"),
        (stats.norm(0, 1), [0.5, 0.5], "of one kind"),
        (stats.norm(0, 1), stats.poisson(1), "of one kind"),
        (stats.t(3, [0, 1]), stats.norm(0, 1), "one value for each parameter"),
    ],
)
def test_what_is_no_distribution_is_refused(p, q, said):
    with pytest.raises(ValueError, match=said):
        divergence.kl_divergence(p, q)


@pytest.mark.parametrize("df", [2.05, 2.5, 30])
def test_heavy_tails_count_in_full(df):
    # KL(t || N(0, 1)) = E[x^2] / 2 + log(2 pi) / 2 - H(t), by its definition.
    t = stats.t(df)
    exact = t.var() / 2 + 0.5 * np.log(2 * np.pi) - t.entropy()
    assert divergence.kl_divergence(t, stats.norm()) == pytest.approx(exact, rel=1e-6)


def test_a_divergence_without_bound_is_infinite():
    assert divergence.kl_divergence(stats.cauchy(), stats.norm()) == np.inf
    assert divergence.kl_divergence(stats.uniform(0, 2), stats.uniform()) == np.inf


def test_between_counts_as_known():
    # KL between Poissons of rates a and b: a log(a / b) - a + b.
    found = divergence.kl_divergence(stats.poisson(3), stats.poisson(4))
    assert found == pytest.approx(3 * np.log(3 / 4) + 1)
    far = divergence.js_divergence(stats.poisson(3), stats.poisson(400))
    assert far == pytest.approx(np.log(2))


def test_between_mixtures_of_counts_it_is_the_sum_over_counts():
    means = np.array([[30.0], [90.0]])
    p, q = (Predictive(FAMILIES["poisson"], {"loc": m}) for m in (means, means + 9))
    masses = [stats.poisson(m).pmf(np.arange(300)).mean(0) for m in (means, means + 9)]
    np.testing.assert_allclose(divergence.kl_divergence(p, q), stats.entropy(*masses))
