"""Divergences against SciPy's, by quadrature and by their identities."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from skloss import divergence

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
        (stats.t(5, 1, 2), stats.norm(0, 3)),
    ],
)
def test_between_noise_models_as_by_quadrature(p, q):
    x = np.sinh(np.linspace(-12, 12, 400_001))
    x = x[(p.pdf(x) > 0) & np.isfinite(q.logpdf(x))]
    oracle = np.trapezoid(p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), x)
    assert divergence.kl_divergence(p, q) == pytest.approx(oracle, abs=1e-5)
    assert divergence.cross_entropy(p, q) == pytest.approx(oracle + p.entropy())


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
        (0.5, [0.5, 0.5], "must hold"),
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
