"""Fits of families to standardised and rounded values, against SciPy's optimisers."""

import numpy as np
import pytest
import scipy.optimize
from scipy import stats

from skloss.noise.maximum_likelihood import fit_noise
from tests.noise.draws import gaussian_noise, laplace_noise

SCIPYS = {"gaussian": stats.norm, "laplace": stats.laplace, "student_t": stats.t}


def even(n):
    return np.full(n, 1 / n)


def cells(family, y, step, *parameters):
    """Mean log-probability of rounding cells, from SciPy's distribution functions."""
    model = family(*parameters)
    return np.log(model.cdf(y + step / 2) - model.cdf(y - step / 2)).mean()


@pytest.mark.parametrize("family", ["gaussian", "laplace"])
def test_rounded_values_are_fitted_by_the_likelihood_of_their_cells(family):
    y = np.round(gaussian_noise(400) / 2) * 2
    found = fit_noise(family, y, {}, even(400), 2.0)

    def minus(unknowns):
        return -cells(SCIPYS[family], y, 2.0, unknowns[0], np.exp(unknowns[1]))

    best = scipy.optimize.minimize(minus, [y.mean(), 1.0], method="Nelder-Mead")
    ours = cells(SCIPYS[family], y, 2.0, found["loc"], found["scale"])
    assert ours >= -best.fun - 1e-6


def test_a_rounded_student_t_is_as_likely_as_the_truth():
    y = np.round(stats.t(3.0, 1.0, 2.0).rvs(2000, random_state=0))
    found = fit_noise("student_t", y, {}, even(2000), 1.0)
    ours = cells(stats.t, y, 1.0, found["df"], found["loc"], found["scale"])
    assert ours >= cells(stats.t, y, 1.0, 3.0, 1.0, 2.0)
    assert found["scale"] == pytest.approx(2.0, rel=0.15)


@pytest.mark.parametrize("family", list(SCIPYS))
def test_a_stated_scale_is_multiplied_by_one_factor(family):
    rng = np.random.default_rng(0)
    scale = np.exp(rng.normal(size=3000))
    loc = rng.normal(size=3000)
    noise = {
        "gaussian": rng.normal(size=3000),
        "laplace": rng.laplace(size=3000),
        "student_t": rng.standard_t(4, size=3000),
    }[family]
    y = loc + 1.7 * scale * noise
    stated = {"loc": loc, "scale": scale, "df": 4.0}
    found = fit_noise(family, y, stated, even(3000))
    factor = found["scale"] / scale
    assert np.ptp(factor) < 1e-9
    assert factor[0] == pytest.approx(1.7, rel=0.05)


def test_degrees_of_freedom_around_a_stated_location_are_found():
    y = stats.t(4.0, 0.0, 3.0).rvs(20_000, random_state=0)
    found = fit_noise("student_t", y, {"loc": 0.0}, even(len(y)))
    assert found["loc"] == 0.0
    assert found["df"] == pytest.approx(4.0, rel=0.1)
    assert found["scale"] == pytest.approx(3.0, rel=0.05)


def test_more_than_half_of_equal_values_have_a_finite_fit():
    y = np.concatenate([np.zeros(60), laplace_noise(40)])
    found = fit_noise("student_t", y, {}, even(100))
    assert np.isfinite([found["loc"], found["scale"], found["df"]]).all()
    assert found["scale"] > 0


def test_the_scale_of_equal_values_ends_at_a_fixed_part_of_the_first_estimate():
    # Nine in ten values are equal: the likelihood grows without bound as the scale
    # shrinks to 0. The first estimate is that of Laplace noise around the median, 0.
    y = np.concatenate([np.zeros(90), laplace_noise(10)])
    found = fit_noise("student_t", y, {}, even(100))
    assert found["scale"] == pytest.approx(np.abs(y).mean() * np.exp(-6.0), rel=1e-9)


@pytest.mark.parametrize("draw", [gaussian_noise, laplace_noise])
def test_no_step_in_any_parameter_is_more_likely(draw):
    y = draw(500)
    found = fit_noise("student_t", y, {}, even(500))
    best = stats.t(found["df"], found["loc"], found["scale"]).logpdf(y).mean()
    for name in ("loc", "scale"):
        for factor in (0.98, 1.02):
            moved = found | {name: found[name] * factor}
            other = stats.t(moved["df"], moved["loc"], moved["scale"]).logpdf(y).mean()
            assert other < best
