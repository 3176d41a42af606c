"""Closed forms against quadrature, and parameters given in any way SciPy accepts."""

import numpy as np
import pytest
from scipy import integrate, stats

from skloss import divergence
from skloss.divergence.closed import _Parameters, closed_kl


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


def test_a_gamma_with_support_outside_that_of_another_has_infinite_divergence():
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


@pytest.mark.parametrize(
    "frozen",
    [
        stats.norm(),
        stats.norm(1.0),
        stats.norm(1.0, 2.0),
        stats.norm(scale=2.0),
        stats.norm(1.0, scale=2.0),
        stats.laplace_asymmetric(0.5),
        stats.laplace_asymmetric(0.5, 1.0, 2.0),
        stats.laplace_asymmetric(kappa=0.5, scale=2.0),
        stats.gamma(3.0, scale=2.0),
        stats.gamma(a=3.0, loc=1.0),
        stats.poisson(3.0),
        stats.poisson(mu=3.0, loc=1),
        stats.poisson(3.0, 1),
    ],
)
def test_parameters_are_read_however_they_were_given(frozen):
    # The arguments bound by SciPy itself, which offers no public way to read them.
    shapes, loc, *scale = frozen.dist._parse_args(*frozen.args, **frozen.kwds)
    found = _Parameters(frozen)
    assert found.shape == (shapes[0] if shapes else 1.0)
    assert found.loc == loc
    assert frozen.dist.name == "poisson" or found.scale == scale[0]


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (stats.norm(), stats.t(3)),
        (stats.t(3), stats.t(3)),
        (stats.gamma(2.0), stats.norm()),
        (stats.gamma(2.0), stats.gamma(2.0, loc=1.0)),
        (stats.poisson(2.0), stats.poisson(2.0, loc=1)),
        (None, stats.norm()),
    ],
)
def test_there_is_no_closed_form_for_others(p, q):
    assert closed_kl(p, q) is None


PAIRS = [
    (stats.norm(1.0, 2.0), stats.norm(0.0, 3.0)),
    (stats.laplace(1.0, 2.0), stats.laplace(0.0, 3.0)),
    (stats.laplace_asymmetric(0.5, 1, 2), stats.laplace_asymmetric(2, 0, 1)),
    (stats.norm(1.0, 2.0), stats.laplace(0.0, 3.0)),
    (stats.laplace(1.0, 2.0), stats.norm(0.0, 3.0)),
    (stats.gamma(2.0, scale=3.0), stats.gamma(0.7, scale=1.0)),
    (stats.poisson(3.0), stats.poisson(4.0)),
]


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_a_divergence_is_positive_and_zero_only_to_itself(p, q):
    assert closed_kl(p, q) > 0.01
    assert closed_kl(p, p) == pytest.approx(0.0, abs=1e-12)
    assert closed_kl(q, q) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
@pytest.mark.parametrize("families", [("norm", "norm"), ("norm", "laplace")])
@pytest.mark.parametrize("shift", [0.0, -7.0])
def test_the_unit_and_the_origin_do_not_matter(factor, families, shift):
    first, second = (getattr(stats, name) for name in families)
    expected = closed_kl(first(1.0, 2.0), second(0.0, 3.0))
    p = first(factor * (1.0 + shift), factor * 2.0)
    q = second(factor * shift, factor * 3.0)
    assert closed_kl(p, q) == pytest.approx(expected)


@pytest.mark.parametrize("gap", [0.0, 0.5, -0.5, 3.0, -3.0, 40.0])
def test_asymmetric_laplaces_on_either_side_of_each_other(gap):
    p, q = stats.laplace_asymmetric(0.6, 0, 1), stats.laplace_asymmetric(1.7, gap, 2)
    ends = sorted([0.0, gap])

    def integrand(x):
        return p.pdf(x) * (p.logpdf(x) - q.logpdf(x))

    parts = [(ends[0] - 60, ends[0]), tuple(ends), (ends[1], ends[1] + 60)]
    expected = sum(integrate.quad(integrand, low, high)[0] for low, high in parts)
    assert closed_kl(p, q) == pytest.approx(expected, rel=1e-6)
