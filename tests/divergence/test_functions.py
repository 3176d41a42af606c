"""Entropies and divergences of arrays against SciPy, and by their identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


def test_js_of_noise_models_is_symmetric_and_bounded():
    p, q = stats.norm(0, 1), stats.laplace(1, 2)
    forth, back = divergence.js_divergence(p, q), divergence.js_divergence(q, p)
    assert forth == pytest.approx(back)
    assert 0 < forth < np.log(2)
    far = divergence.js_divergence(stats.norm(0, 1), stats.norm(100, 1))
    assert far == pytest.approx(np.log(2), abs=1e-6)


@pytest.mark.parametrize(
    ("p", "q", "sentence"),
    [
        ([0.5, 0.6], [0.5, 0.5], "sum to 1"),
        ([0.5, 0.5], [1.5, -0.5], "not probabilities"),
        ([0.5, 0.5], [0.2, 0.3, 0.5], "shape"),
        ([np.nan, 1.0], [0.5, 0.5], "not probabilities"),
        (["a"], [1.0], "p must be an array of probabilities"),
        (0.5, [0.5, 0.5], "must be an array of probabilities"),
        (stats.norm(0, 1), [0.5, 0.5], "of one kind"),
        (stats.norm(0, 1), stats.poisson(1), "of one kind"),
        (stats.t(3, [0, 1]), stats.norm(0, 1), "one value for each parameter"),
    ],
)
def test_invalid_distributions_are_refused(p, q, sentence):
    with pytest.raises(ValueError, match=sentence):
        divergence.kl_divergence(p, q)


counts = st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any)


@given(p=counts, q=counts)
def test_divergences_are_ordered_and_bounded(p, q):
    # Gibbs: KL >= 0; Lin (1991): 0 <= JS <= log 2, and JS <= half the sum of both KL.
    p, q = np.array(p) / sum(p), np.array(q) / sum(q)
    forth, back = divergence.kl_divergence(p, q), divergence.kl_divergence(q, p)
    middle = divergence.js_divergence(p, q)
    assert min(forth, back) >= -1e-12
    assert -1e-12 <= middle <= np.log(2) + 1e-12
    assert middle <= 0.5 * (forth + back) + 1e-12
    assert middle == pytest.approx(divergence.js_divergence(q, p))


@given(p=counts)
def test_the_divergence_to_the_uniform_is_log_n_minus_the_entropy(p):
    p = np.array(p) / sum(p)
    found = divergence.kl_divergence(p, np.full(3, 1 / 3))
    assert found == pytest.approx(np.log(3) - divergence.entropy(p), abs=1e-12)


def test_one_distribution_gives_a_float_and_several_an_array():
    assert type(divergence.entropy([0.5, 0.5])) is float
    assert type(divergence.entropy(stats.norm())) is float
    assert type(divergence.kl_divergence(stats.norm(), stats.norm(1))) is float
    assert divergence.js_divergence(P, Q).shape == (6,)


def test_a_sum_is_one_within_the_rounding_of_float32():
    p = np.array([0.25, 0.75])
    expected = divergence.entropy(p)
    assert divergence.entropy(p * (1 + 9e-6)) == pytest.approx(expected, abs=1e-5)
    with pytest.raises(ValueError, match="p must sum to 1 along axis -1"):
        divergence.entropy(p * (1 + 1.2e-5))


def test_the_sum_that_is_furthest_off_is_reported():
    with pytest.raises(ValueError, match=r"q must sum to 1 along axis 0, .* is 0\.4"):
        divergence.kl_divergence(np.full((2, 2), 0.5), [[0.5, 0.2], [0.6, 0.2]], axis=0)


def test_cross_entropy_of_distributions_is_entropy_plus_divergence():
    p, q = stats.norm(0, 2), stats.norm(1, 1)
    # E_p of -log q: log sqrt(2 pi) + (variance + squared shift) / 2.
    expected = 0.5 * np.log(2 * np.pi) + (4 + 1) / 2
    assert divergence.cross_entropy(p, q) == pytest.approx(expected)


def test_the_entropy_of_wide_counts_is_the_sum_over_all_of_them():
    wide = stats.nbinom(2, 0.01)
    expected = stats.entropy(wide.pmf(np.arange(10_000)))
    assert divergence.entropy(wide) == pytest.approx(expected, rel=1e-9)
    assert divergence.entropy(stats.randint(0, 8)) == pytest.approx(np.log(8))


def test_the_entropy_of_several_wide_counts_is_that_of_each():
    n, p = np.array([[2], [5]]), np.array([0.01, 0.001, 0.3])
    wide = stats.nbinom(n, p=p)
    mass = wide.pmf(np.arange(200_000)[:, None, None])
    expected = stats.entropy(mass, axis=0)
    np.testing.assert_allclose(divergence.entropy(wide), expected, rtol=1e-9)
    rates = np.array([0.5, 40.0, 1e4, 1e6])
    # From 40 on within the next term of the series of the entropy, 1 / (12 rate).
    series = 0.5 * np.log(2 * np.pi * np.e * rates) - 1 / (12 * rates)
    found = divergence.entropy(stats.poisson(mu=rates, loc=3))
    np.testing.assert_allclose(found[1:], series[1:], atol=1e-4)
    assert found[0] == pytest.approx(divergence.entropy(stats.poisson(0.5)))


def test_counts_without_a_variance_are_left_to_scipy():
    heavy = stats.zipf([2.5, 2.9])
    np.testing.assert_array_equal(divergence.entropy(heavy), heavy.entropy())
