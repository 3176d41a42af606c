"""Scores of distributions against scoringrules, integrals, sums and hand values."""

import numpy as np
import pytest
import scoringrules
from scipy import integrate, stats

from skloss import metrics
from skloss.noise import FAMILIES, Predictive

RNG = np.random.default_rng(0)
Y = RNG.normal(size=50) * 3
LOC, SCALE = RNG.normal(size=50), RNG.uniform(0.2, 2, 50)
WEIGHT = RNG.integers(0, 3, 50).astype(float)


@pytest.mark.parametrize(
    ("distribution", "oracle"),
    [
        (stats.norm(LOC, SCALE), scoringrules.crps_normal(Y, LOC, SCALE)),
        (stats.laplace(LOC, SCALE), scoringrules.crps_laplace(Y, LOC, SCALE)),
        (stats.logistic(LOC, SCALE), scoringrules.crps_logistic(Y, LOC, SCALE)),
        (stats.t(5, LOC, SCALE), scoringrules.crps_t(Y, 5.0, LOC, SCALE)),
        (
            stats.uniform(LOC, SCALE),
            scoringrules.crps_uniform(Y, LOC, LOC + SCALE),
        ),
    ],
    ids=["normal", "laplace", "logistic", "t", "uniform"],
)
def test_crps_equals_scoringrules(distribution, oracle):
    # The uniform has two kinks that no piece starts at.
    found = [metrics.METRICS["crps"].row_scores(Y, distribution)]
    np.testing.assert_allclose(found[0], oracle, atol=1e-3)
    expected = np.average(oracle, weights=WEIGHT)
    score = metrics.crps(Y, distribution, sample_weight=WEIGHT)
    assert score == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("y", [0.0, 1.0, -4.0, 300.0])
def test_crps_of_smooth_distributions_is_exact_to_a_millionth(y):
    assert metrics.crps([y], stats.norm([0.5], 2.0)) == pytest.approx(
        scoringrules.crps_normal(y, 0.5, 2.0), abs=2e-6
    )
    assert metrics.crps([y], stats.t([3.0])) == pytest.approx(
        scoringrules.crps_t(y, 3.0, 0.0, 1.0), abs=2e-6
    )


def test_crps_of_counts_is_a_sum():
    y = np.array([0.0, 3.0, 12.0])
    expected = scoringrules.crps_poisson(y, np.array([2.0, 2.5, 4.0])).mean()
    found = metrics.crps(y, stats.poisson([2.0, 2.5, 4.0]))
    assert found == pytest.approx(expected, rel=1e-6)


def test_crps_of_a_mixture_is_the_integral_of_its_definition():
    loc = np.array([[0.0], [4.0]])
    mixture = Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": 1.0})

    def squared(x, y):
        chance = (stats.norm(0, 1).cdf(x) + stats.norm(4, 1).cdf(x)) / 2
        return (chance - (x >= y)) ** 2

    for y in (-1.0, 2.0, 6.0):
        expected = sum(
            integrate.quad(squared, low, high, args=(y,))[0]
            for low, high in ((-20, y), (y, 30))
        )
        assert metrics.crps([y], mixture) == pytest.approx(expected, abs=1e-5)


def test_crps_of_a_single_value_is_the_absolute_error():
    assert metrics.crps([3.0], stats.norm([1.0], 1e-12)) == pytest.approx(2.0)


def test_pinball_at_given_levels_equals_scikit_learn():
    from sklearn.metrics import mean_pinball_loss

    distribution = stats.norm(LOC, SCALE)
    expected = np.mean(
        [
            mean_pinball_loss(Y, distribution.ppf(q), alpha=q, sample_weight=WEIGHT)
            for q in (0.1, 0.8)
        ]
    )
    found = metrics.pinball(Y, distribution, levels=(0.1, 0.8), sample_weight=WEIGHT)
    assert found == pytest.approx(expected)


def test_interval_score_is_the_width_and_twenty_times_the_miss():
    # The 90% interval of the uniform on [0, 1] is [0.05, 0.95].
    rows = metrics.METRICS["interval_score"].row_scores
    found = rows([0.5, 1.05, -0.05], stats.uniform(np.zeros(3), 1.0))
    np.testing.assert_allclose(found, [0.9, 0.9 + 20 * 0.1, 0.9 + 20 * 0.1])


def test_interval_score_equals_scoringrules_at_other_coverages():
    low, high = stats.norm(LOC, SCALE).ppf([[0.25], [0.75]])
    expected = np.mean(scoringrules.interval_score(Y, low, high, 0.5))
    found = metrics.interval_score(Y, stats.norm(LOC, SCALE), coverage=0.5)
    assert found == pytest.approx(expected)


def test_neither_wider_nor_narrower_intervals_than_the_true_ones_win():
    y = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    right, narrow, wide = (
        metrics.interval_score(y, stats.norm(np.zeros(2000), scale))
        for scale in (1.0, 0.8, 1.25)
    )
    assert right < min(narrow, wide)


def test_coverage_and_width_describe_the_intervals():
    distribution = stats.uniform(np.zeros(4), 1.0)
    y = [0.05, 0.5, 0.96, 2.0]
    assert metrics.coverage(y, distribution) == 0.5
    assert metrics.coverage(y, distribution, sample_weight=[3, 1, 0, 0]) == 1.0
    assert metrics.coverage(y, distribution, coverage=0.94) == 0.75
    assert metrics.interval_width(y, distribution) == pytest.approx(0.9)


def test_several_targets_count_the_same():
    both = np.column_stack([Y[:2], Y[2:4]])
    model = stats.norm(np.zeros((2, 2)), 1.0)
    apart = metrics.crps(both.ravel(), stats.norm(np.zeros(4), 1.0))
    assert metrics.crps(both, model) == pytest.approx(apart)


@pytest.mark.parametrize("coverage", [0.0, 1.0, 90])
def test_a_coverage_is_a_share(coverage):
    with pytest.raises(ValueError, match="coverage must lie between 0 and 1"):
        metrics.coverage(Y, stats.norm(LOC, SCALE), coverage=coverage)


def test_a_distribution_of_other_rows_is_refused():
    with pytest.raises(ValueError, match=r"one distribution for each row"):
        metrics.pinball(Y, stats.norm(LOC[:, None], SCALE))


def test_they_are_columns_only_if_they_are_named():
    optional = set(metrics.metrics_for("regression", optional=True))
    named = {"crps", "pinball", "interval_score", "coverage", "interval_width"}
    assert optional - set(metrics.metrics_for("regression")) == named
    assert not any(
        metrics.METRICS[name].is_ranked for name in ("coverage", "interval_width")
    )
