"""Densities that losses assume are those of SciPy's distributions."""

import numpy as np
import pytest
from scipy import stats

from skloss import get_loss
from skloss.figures import theory
from skloss.figures.style import NEUTRAL
from skloss.noise.implied_density import ImpliedDensity, implied_density
from tests.figures.comparisons import caption_of, named

X = np.linspace(-4, 4, 81)


def density(frozen, is_discrete=False, axis="residual"):
    return ImpliedDensity(axis, X, frozen.pdf(X), is_discrete)


def test_densities_of_losses_are_drawn_with_their_colours():
    names = ["squared_error", "absolute_error"]
    found = {name: implied_density(get_loss(name)) for name in names}
    figure = theory.noise_densities(found)
    assert caption_of(figure).startswith("The sharpest peak is that of absolute error")
    assert "heaviest tail within the figure that of absolute error" in caption_of(
        figure
    )
    counts = {"poisson": implied_density(get_loss("poisson"))}
    with pytest.raises(ValueError, match="different axes"):
        theory.noise_densities(found | counts)


def test_lines_are_the_densities_as_they_are_given():
    found = {"huber": density(stats.norm()), "log_cosh": density(stats.logistic())}
    traces = named(theory.noise_densities(found))
    assert list(traces) == ["Huber", "log-cosh"]
    np.testing.assert_array_equal(traces["Huber"].x, X)
    np.testing.assert_allclose(traces["Huber"].y, stats.norm.pdf(X))
    np.testing.assert_allclose(traces["log-cosh"].y, stats.logistic.pdf(X))


def test_squared_error_assumes_a_gaussian_and_absolute_error_a_laplace():
    for name, family in (
        ("squared_error", stats.norm),
        ("absolute_error", stats.laplace),
    ):
        (line,) = theory.noise_densities({name: implied_density(get_loss(name))}).data
        fitted = family(*family.fit(stats.norm.ppf((np.arange(400) + 0.5) / 400)))
        np.testing.assert_allclose(line.y, fitted.pdf(line.x), atol=1e-4)


@pytest.mark.parametrize("order", [1, -1])
def test_the_caption_names_the_sharpest_peak_and_the_heaviest_tail(order):
    found = {"huber": density(stats.cauchy()), "log_cosh": density(stats.norm())}
    found = dict(list(found.items())[::order])
    peak = stats.norm.pdf(0)
    assert caption_of(theory.noise_densities(found)).startswith(
        f"The sharpest peak is that of log-cosh ({peak:.3f}), and the heaviest tail "
        "within the figure that of Huber."
    )


def test_the_heavier_of_two_tails_counts():
    skewed = ImpliedDensity("residual", X, stats.gumbel_r.pdf(X), False)
    found = {"huber": density(stats.norm()), "log_cosh": skewed}
    assert "tail within the figure that of log-cosh" in caption_of(
        theory.noise_densities(found)
    )


def test_counts_have_marks_at_their_probabilities():
    (counts,) = theory.noise_densities(
        {"poisson": implied_density(get_loss("poisson"))}
    ).data
    assert counts.mode == "lines+markers"
    np.testing.assert_allclose(counts.y, stats.poisson(3).pmf(counts.x), atol=1e-6)
    (line,) = theory.noise_densities({"huber": density(stats.norm())}).data
    assert line.mode == "lines"


def test_the_histogram_has_the_share_of_rows_within_the_frame():
    residuals = np.append(np.random.default_rng(0).normal(size=900), np.full(100, 99.0))
    bars, _ = theory.noise_densities({"huber": density(stats.norm())}, residuals).data
    assert bars.name == "rows of the table"
    assert bars.marker.color == NEUTRAL
    assert len(bars.x) == 40
    assert np.sum(bars.y) * 0.2 == pytest.approx((np.abs(residuals) <= 4).mean())
    expected, edges = np.histogram(residuals, 40, range=(-4, 4))
    np.testing.assert_allclose(bars.y, expected / 1000 / 0.2)
    np.testing.assert_allclose(bars.x, edges[:-1] + 0.1)


@pytest.mark.parametrize("residuals", [None, [], np.array([])])
def test_without_residuals_there_is_no_histogram(residuals):
    figure = theory.noise_densities({"huber": density(stats.norm())}, residuals)
    assert [trace.type for trace in figure.data] == ["scatter"]


def test_a_loss_keeps_its_colour_when_others_are_left_out():
    names = ["quantile", "expectile", "huber"]
    found = dict.fromkeys(names, density(stats.norm()))
    whole = named(theory.noise_densities(found))["Huber"]
    (alone,) = theory.noise_densities({"huber": found["huber"]}, losses=names).data
    assert (alone.line.color, alone.line.dash) == (whole.line.color, whole.line.dash)


def test_the_axis_and_the_losses_are_named_as_text():
    figure = theory.noise_densities({"<b>": density(stats.norm(), axis="<i>$x$")})
    assert figure.layout.xaxis.title.text == "&lt;i&gt;&#36;x&#36;"
    assert figure.data[0].name == "&lt;b&gt;"
    assert figure.layout.meta["alt"] == (
        "Density of the target that <b> assume around a prediction."
    )
