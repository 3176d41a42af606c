"""Expectations by quadrature and by sums, of frozen and predicted distributions."""

import numpy as np
import pytest
from scipy import stats

from skloss import TorchRegressor, divergence
from skloss.divergence.numeric import expectation, is_discrete
from skloss.noise import FAMILIES, Predictive


@pytest.fixture(scope="module")
def predicted():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = X[:, 0] + np.exp(X[:, 1] - 1) * rng.normal(size=300)
    params = {"hidden_layer_sizes": (8,), "max_iter": 20, "random_state": 0}
    params["n_members"] = 1
    losses = ["gaussian_nll", "laplace_nll", "huber", "student_t_nll"]
    models = [TorchRegressor(loss, **params).fit(X, y) for loss in losses]
    pair = TorchRegressor("gaussian_nll", **params | {"n_members": 2}).fit(X, y)
    return [model.predict_distribution(X[:4]) for model in [*models, pair]]


def test_between_predicted_distributions_there_is_a_value_per_row(predicted):
    gaussian, laplace, *numeric = predicted
    grid = np.sinh(np.linspace(-8, 8, 20_001))[:, None]
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


@pytest.mark.parametrize("df", [2.05, 2.5, 30])
def test_heavy_tails_count_in_full(df):
    # KL(t || N(0, 1)) = E[x^2] / 2 + log(2 pi) / 2 - H(t), by its definition.
    t = stats.t(df)
    exact = t.var() / 2 + 0.5 * np.log(2 * np.pi) - t.entropy()
    assert divergence.kl_divergence(t, stats.norm()) == pytest.approx(exact, rel=1e-6)


def test_a_divergence_without_bound_is_infinite():
    assert divergence.kl_divergence(stats.cauchy(), stats.norm()) == np.inf
    assert divergence.kl_divergence(stats.uniform(0, 2), stats.uniform()) == np.inf


def test_the_divergence_of_poissons_is_the_textbook_formula():
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


def log_of_p(log_p, log_q):
    return log_p


@pytest.mark.parametrize(
    "p",
    [
        stats.norm(3.0, 1e-6),
        stats.norm(-1e6, 2.0),
        stats.t(3, 1.0, 2.0),
        stats.logistic(0.0, 5.0),
        stats.uniform(2.0, 3.0),
        stats.expon(scale=1e4),
    ],
)
def test_the_negative_mean_log_density_is_scipys_entropy(p):
    assert -expectation(p, p, log_of_p) == pytest.approx(p.entropy(), rel=1e-7)


@pytest.mark.parametrize(
    "p", [stats.poisson(0.3), stats.poisson(400.0), stats.nbinom(2, 0.01)]
)
def test_the_negative_mean_log_probability_is_the_entropy_of_the_probabilities(p):
    expected = stats.entropy(p.pmf(np.arange(10_000)))
    assert -expectation(p, p, log_of_p) == pytest.approx(expected)


def test_the_expectation_of_one_is_one():
    for p in (stats.norm(), stats.cauchy(), stats.poisson(7.0)):
        one = expectation(p, p, lambda log_p, log_q: np.ones_like(log_p))
        assert one == pytest.approx(1.0)


def test_a_narrow_peak_in_a_wide_tail_is_not_missed():
    # A mixture of two Gaussians: the entropy is that of its parts plus log 2, since
    # they do not overlap.
    loc = np.array([[0.0], [1e4]])
    scale = np.array([[1e-3], [10.0]])
    p = Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": scale})
    parts = stats.norm(0, scale.ravel()).entropy().mean()
    assert divergence.entropy(p) == pytest.approx([parts + np.log(2)], rel=1e-4)


def test_counts_are_discrete():
    assert is_discrete(stats.nbinom(2, 0.5))
    assert not is_discrete(stats.gamma(2))
    assert is_discrete(Predictive(FAMILIES["poisson"], {"loc": np.ones((1, 2))}))
    assert not is_discrete(
        Predictive(FAMILIES["gamma"], {"loc": np.ones((1, 2)), "dispersion": 1.0})
    )


def test_several_targets_are_refused():
    loc = np.zeros((1, 3, 2))
    p, q = (
        Predictive(FAMILIES[name], {"loc": loc, "scale": 1.0, "df": 3.0})
        for name in ("student_t", "gaussian")
    )
    with pytest.raises(ValueError, match="predict one target"):
        divergence.kl_divergence(p, q)


def test_a_frozen_distribution_is_compared_with_each_row():
    loc = np.array([[0.0, 1.0, 2.0]])
    p = Predictive(FAMILIES["student_t"], {"loc": loc, "scale": 1.0, "df": 5.0})
    q = stats.norm(0.0, 2.0)
    expected = [divergence.kl_divergence(stats.t(5, k), q) for k in loc[0]]
    np.testing.assert_allclose(divergence.kl_divergence(p, q), expected)
