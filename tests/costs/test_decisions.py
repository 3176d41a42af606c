"""`decide` returns the Bayes action: closed forms of the literature and brute force."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from skloss import costs, decide
from skloss.noise import FAMILIES, Predictive

RNG = np.random.default_rng(3)
NORMAL = stats.norm([2.0, -5.0, 1e6], [1.0, 2.0, 1e5])
MEANS, VARIANCES = NORMAL.mean(), NORMAL.var()
PROBABILITIES = RNG.dirichlet([1.0, 1.0, 1.0], 200)
TABLE = RNG.uniform(0, 9, (3, 3)) * (1 - np.eye(3))
LEVELS = np.linspace(0.01, 0.99, 99)


def test_rows_are_decided_as_well_in_blocks_as_together(monkeypatch):
    many = stats.norm(RNG.normal(size=1000), RNG.uniform(1, 2, 1000))
    cost = costs.Linear(under=3.0, over=1.0)
    monkeypatch.setattr(costs.Linear, "rows_at_once", 64)
    np.testing.assert_allclose(decide(many, cost), many.ppf(0.75), rtol=1e-12)


def cheapest(cost, outcomes, candidates):
    """Least mean cost of a constant decision over equally probable outcomes."""
    return min(cost(outcomes, np.full(len(outcomes), c)).mean() for c in candidates)


def mean_cost(cost, outcomes, decision):
    return cost(outcomes, np.full(len(outcomes), decision)).mean()


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("under", "over"), [(3.0, 1.0), (1.0, 9.0), (2.0, 2.0)])
def test_linear_decides_the_newsvendor_quantile(under, over):
    found = decide(NORMAL, costs.Linear(under, over))
    close(found, NORMAL.ppf(under / (under + over)))


def test_quadratic_decides_the_mean():
    close(decide(stats.gamma(3.0, scale=[2.0, 5.0]), costs.Quadratic()), [6.0, 15.0])


@pytest.mark.parametrize("a", [0.5, -0.5, 3.0, -8.0])
def test_linex_decides_the_mean_less_half_the_variance_under_gaussian_noise(a):
    narrow = stats.norm([2.0, -5.0], [1.0, 2.0])
    close(decide(narrow, costs.Linex(a)), narrow.mean() - a * narrow.var() / 2)


# log E exp(t y): gamma -k log(1 - theta t), Laplace -log(1 - b^2 t^2), Poisson
# m (exp(t) - 1), negative binomial n log(p / (1 - (1 - p) exp(t))).
@pytest.mark.parametrize(
    ("distribution", "a", "expected"),
    [
        (stats.gamma(3.0, scale=2.0), 1.0, 3 * np.log(3)),
        (stats.gamma(3.0, scale=2.0), -0.4, -3 * np.log(0.2) / 0.4),
        (stats.laplace(1.0, 2.0), 0.4, 1 + np.log(1 - 0.64) / 0.4),
        (stats.laplace(1.0, 2.0), -0.4, 1 - np.log(1 - 0.64) / 0.4),
        (stats.poisson(40.0), 1.0, 40 * (1 - np.exp(-1))),
        (stats.poisson(40.0), -1.0, 40 * (np.e - 1)),
        (stats.nbinom(2.0, 0.4), 0.5, -4 * np.log(0.4 / (1 - 0.6 * np.exp(-0.5)))),
        (stats.nbinom(2.0, 0.4), -0.4, 5 * np.log(0.4 / (1 - 0.6 * np.exp(0.4)))),
    ],
)
def test_linex_decides_by_the_exponential_moment_of_other_families(
    distribution, a, expected
):
    close(decide(distribution, costs.Linex(a)), [expected])


@pytest.mark.parametrize("sigma", [0.1, 0.5, 1.0, 2.0])
def test_percentage_decides_below_the_median_of_a_lognormal(sigma):
    mu = np.array([-3.0, 0.0, 10.0])
    found = decide(stats.lognorm(sigma, scale=np.exp(mu)), costs.Percentage())
    np.testing.assert_allclose(found, np.exp(mu - sigma**2), rtol=1e-6)


def test_percentage_decides_the_median_of_a_gamma_of_one_shape_less():
    close(
        decide(stats.gamma(3.0, scale=2.0), costs.Percentage()),
        [stats.gamma(2.0, scale=2.0).median()],
    )


def test_percentage_on_a_distribution_around_zero_agrees_with_quadrature():
    cost = costs.Percentage(smallest=0.3)
    y = stats.norm(0.4, 1.0).ppf((np.arange(200_000) + 0.5) / 200_000)
    found = decide(stats.norm(0.4, 1.0), cost)[0]
    near = found + np.linspace(-0.02, 0.02, 41)
    assert mean_cost(cost, y, found) <= cheapest(cost, y, near) + 1e-9


def around(loc, seen, scale=50.0):
    """A Gaussian in each row, with the range of the training targets."""
    return Predictive(FAMILIES["gaussian"], {"loc": loc, "scale": scale}, seen)


def test_percentage_leaves_out_amounts_below_all_of_the_training_targets():
    found = decide(around(np.array([[20.0, 90.0]]), (6.0, 900.0)), costs.Percentage())
    for loc, decision in zip([20.0, 90.0], found, strict=True):
        part = stats.truncnorm((6.0 - loc) / 50, np.inf, loc, 50)
        y = part.ppf((np.arange(100_000) + 0.5) / 100_000)
        share = np.sum((y < decision) / y) / np.sum(1 / y)
        assert share == pytest.approx(0.5, abs=1e-4)


def test_percentage_of_negative_targets_mirrors_that_of_positive_ones():
    loc = np.array([[20.0, 90.0, -30.0]])
    positive = decide(around(loc, (6.0, 900.0)), costs.Percentage())
    negative = decide(around(-loc, (-900.0, -6.0)), costs.Percentage())
    np.testing.assert_allclose(negative, -positive, rtol=1e-9)


@pytest.mark.parametrize("seen", [None, (-1.0, 9.0), (0.0, 9.0), (-9.0, 0.0)])
def test_percentage_takes_all_outcomes_of_targets_without_one_sign(seen):
    cost, loc = costs.Percentage(smallest=0.5), np.array([[0.4, -3.0]])
    plain = decide(stats.norm(loc[0], 1.0), cost)
    np.testing.assert_allclose(decide(around(loc, seen, 1.0), cost), plain, rtol=1e-9)


def test_percentage_keeps_a_sharp_prediction_below_the_training_targets():
    found = decide(around(np.array([[3.0]]), (6.0, 9.0), 1e-3), costs.Percentage())
    assert found == pytest.approx([3.0], abs=2e-3)


def test_percentage_decides_the_least_amount_where_no_other_is_predicted():
    found = decide(around(np.array([[-1e4]]), (6.0, 9.0)), costs.Percentage())
    assert found == pytest.approx([6.0], rel=1e-6)


def test_percentage_leaves_out_zero_counts_where_there_were_none():
    rates = {"loc": np.array([[2.0, 1e-300]]), "dispersion": np.zeros((1, 1))}
    found = Predictive(FAMILIES["poisson"], rates, (1.0, 9.0))
    # Weights p(k) / k of k = 1, 2, ... are 2, 1, 4/9, ...: more than half is at 1.
    assert decide(found, costs.Percentage()).tolist() == [1.0, 1.0]


def test_blocks_of_a_scipy_distribution_keep_the_range_of_the_targets():
    loc = np.tile([20.0, 90.0], 400)
    frozen = stats.norm(loc, 50.0)
    frozen.seen = 6.0, 900.0
    expected = decide(around(loc[None, :2], (6.0, 900.0)), costs.Percentage())
    found = decide(frozen, costs.Percentage())
    np.testing.assert_allclose(found, np.tile(expected, 400), rtol=1e-9)


@pytest.mark.parametrize("width", [0.0, 0.5, 4.0, 60.0])
def test_tolerance_decides_the_centre_of_a_symmetric_distribution(width):
    close(decide(stats.norm([2.0, -5.0], [1.0, 2.0]), costs.Tolerance(width)), [2, -5])


def test_tolerance_decides_where_the_densities_at_both_ends_are_equal():
    skewed = stats.gamma(3.0, scale=2.0)
    found = decide(skewed, costs.Tolerance(1.5))[0]
    assert skewed.pdf(found - 1.5) == pytest.approx(skewed.pdf(found + 1.5), rel=1e-6)


def test_a_narrow_tolerance_decides_the_mode():
    close(decide(stats.gamma(3.0, scale=2.0), costs.Tolerance(1e-9)), [4.0])


def test_tolerance_covers_the_most_samples():
    samples = np.array([[0.0, 0.1, 0.2, 5.0, 9.0], [1.0, 4.0, 4.6, 5.0, 7.0]])
    close(decide(samples, costs.Tolerance(0.5)), [0.1, 4.5])


def test_tolerance_of_counts_is_the_centre_of_the_most_likely_window():
    counts = stats.poisson([2.5, 40.5])
    found = decide(counts, costs.Tolerance(1.0))
    windows = [counts.pmf(k - 1) + counts.pmf(k) + counts.pmf(k + 1) for k in range(90)]
    assert found.tolist() == np.argmax(windows, axis=0).tolist()


JAGGED = [
    costs.Capped(costs.Quadratic(), 4.0),
    costs.Capped(costs.Linear(1.0, 6.0), 3.0),
    costs.as_cost(lambda y, d: np.where(y > d, 3.0 * (y - d), d - y)),
    costs.as_cost(lambda y, d: np.sqrt(np.abs(y - d))),
    costs.as_cost(lambda y, d: np.where(np.abs(y - d) > 0.7, 3.0, np.abs(y - d))),
]


@pytest.mark.parametrize("cost", JAGGED)
@pytest.mark.parametrize(
    "distribution",
    [stats.gamma(2.0), stats.norm(5.0, 2.0), stats.poisson(3.0), stats.t(3, 4.0)],
)
def test_any_other_cost_is_as_low_as_by_brute_force(cost, distribution):
    outcomes = distribution.ppf((np.arange(4000) + 0.5) / 4000)
    least = cheapest(cost, outcomes, np.linspace(-2, 14, 801))
    found = mean_cost(cost, outcomes, decide(distribution, cost)[0])
    assert found <= least * 1.003


@pytest.mark.parametrize("cost", JAGGED)
def test_any_other_cost_on_samples_is_as_low_as_by_brute_force(cost):
    samples = RNG.normal(size=(4, 60)) * 2
    found = [
        mean_cost(cost, row, d)
        for row, d in zip(samples, decide(samples, cost), strict=True)
    ]
    least = [cheapest(cost, row, np.linspace(-7, 7, 2801)) for row in samples]
    assert (np.array(found) <= np.array(least) * 1.01).all()


@pytest.mark.parametrize(
    ("closed", "same"),
    [
        (costs.Quadratic(), lambda y, d: (y - d) ** 2),
        (costs.Linex(0.5), lambda y, d: np.exp(0.5 * (d - y)) - 0.5 * (d - y) - 1),
    ],
)
def test_the_search_finds_the_closed_forms(closed, same):
    skewed = stats.gamma([2.0, 9.0], scale=[1.0, 0.3])
    np.testing.assert_allclose(decide(skewed, same), decide(skewed, closed), rtol=1e-5)


EVERY = [
    costs.Linear(3.0, 1.0),
    costs.Quadratic(),
    costs.Percentage(),
    costs.Linex(0.5),
    costs.Tolerance(0.8),
]


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_samples_are_decided_at_the_least_mean_cost(cost):
    samples = RNG.gamma(3.0, 1.0, (5, 41))
    decisions = decide(samples, cost)
    for row, decision in zip(samples, decisions, strict=True):
        candidates = np.concatenate([row, np.linspace(0, 9, 901)])
        least = cheapest(cost, row, candidates)
        assert mean_cost(cost, row, decision) <= least + 1e-9


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_many_quantiles_decide_as_their_distribution(cost):
    skewed = stats.gamma([3.0, 6.0], scale=2.0)
    levels = (np.arange(999) + 1) / 1000
    quantiles = skewed.ppf(levels[:, None]).T
    np.testing.assert_allclose(
        decide((quantiles, levels), cost), decide(skewed, cost), rtol=0.02
    )


def test_a_given_quantile_is_the_decision_at_its_level():
    quantiles = np.sort(RNG.normal(size=(4, 99)), axis=1)
    found = decide((quantiles, LEVELS), costs.Linear(9.0, 1.0))
    close(found, quantiles[:, 89])


def test_quantiles_may_come_in_any_order_and_cross():
    quantiles = np.array([[1.0, 3.0, 2.0]])
    assert decide((quantiles, [0.5, 0.9, 0.1]), costs.Linear(1.0, 1.0)) == [2.0]


def test_a_level_beyond_the_given_ones_is_refused():
    with pytest.raises(ValueError, match=r"level 0\.95, but the levels reach from 0\."):
        decide((np.ones((2, 3)), [0.1, 0.5, 0.9]), costs.Linear(19.0, 1.0))


def test_the_median_of_an_even_number_of_samples_is_the_middle():
    samples = RNG.normal(size=(6, 10))
    close(decide(samples, costs.Linear(1.0, 1.0)), np.median(samples, axis=1))


def test_rows_beyond_one_block_are_decided_alike():
    means = np.linspace(-3, 3, 1300)
    whole = decide(stats.norm(means, 1.0), costs.Linex(1.0))
    close(whole, means - 0.5)
    samples = np.repeat(means[:, None], 3, axis=1)
    close(decide(samples, costs.Quadratic()), means)
    close(decide((samples, [0.1, 0.5, 0.9]), costs.Quadratic()), means)


class Minimal:
    """An object with ``ppf`` and ``cdf`` alone, as NGBoost's distributions."""

    def __init__(self, frozen):
        self.ppf, self.cdf = frozen.ppf, frozen.cdf


@pytest.mark.parametrize("cost", EVERY, ids=repr)
def test_an_object_with_quantiles_and_probabilities_is_a_distribution(cost):
    skewed = stats.gamma([3.0, 6.0], scale=2.0)
    np.testing.assert_allclose(
        decide(Minimal(skewed), cost), decide(skewed, cost), rtol=1e-6
    )


def mixture(family, **parameters):
    return Predictive(FAMILIES[family], parameters)


LOCATIONS = np.array([[0.0, 4.0, -1.0], [3.0, 4.5, 7.0]])


def test_a_mixture_of_members_decides_by_its_own_quantile_and_moment():
    members = mixture("gaussian", loc=LOCATIONS, scale=np.full((2, 3), 1.5))
    decided = decide(members, costs.Linear(4.0, 1.0))
    shares = stats.norm(LOCATIONS, 1.5).cdf(decided).mean(0)
    np.testing.assert_allclose(shares, 0.8, rtol=1e-9)
    # The mean of exp(-a m + a^2 s^2 / 2) over the members, here with a = 1.
    expected = -np.log(np.exp(-LOCATIONS + 1.125).mean(0))
    close(decide(members, costs.Linex(1.0)), expected)
    close(decide(members, costs.Quadratic()), LOCATIONS.mean(0))


def test_a_mixture_of_counts_decides_by_its_moment():
    counts = mixture("poisson", loc=np.array([[2.0, 30.0], [9.0, 40.0]]))
    rate = np.array([[2.0, 30.0], [9.0, 40.0]]) * (np.exp(-0.5) - 1)
    close(decide(counts, costs.Linex(0.5)), -2 * np.log(np.exp(rate).mean(0)))


def test_predicted_distributions_of_several_targets_are_refused():
    several = mixture("gaussian", loc=np.zeros((1, 5, 2)), scale=1.0)
    with pytest.raises(ValueError, match="2 targets"):
        decide(several, costs.Quadratic())


def test_a_scalar_distribution_is_one_row():
    assert decide(stats.norm(2.0, 1.0), costs.Quadratic()).tolist() == [2.0]


@pytest.mark.parametrize(
    ("distribution", "cost", "message"),
    [
        (stats.laplace(0, 2.0), costs.Linex(0.5), "every decision has an infinite"),
        (stats.t(3), costs.Linex(-0.1), "every decision has an infinite"),
        (stats.nbinom(2, 0.4), costs.Linex(-0.6), "every decision has an infinite"),
        (stats.cauchy(0, 1), costs.Quadratic(), "mean of the distribution is not"),
        (
            stats.norm(0, 1),
            costs.Linear(0.0, 1.0),
            "errors in one direction cost nothing",
        ),
        (stats.norm(0, 1), lambda y, d: y * np.nan, "infinite or not a number"),
    ],
)
def test_a_cost_without_a_best_decision_is_reported(distribution, cost, message):
    with pytest.raises(ValueError, match=message):
        decide(distribution, cost)


def test_a_free_direction_decides_the_end_of_a_bounded_distribution():
    close(decide(stats.uniform(2.0, 3.0), costs.Linear(1.0, 0.0)), [5.0])
    close(decide([[4.0, 2.0, 9.0]], costs.Linear(0.0, 1.0)), [2.0])


@pytest.mark.parametrize(
    ("distribution", "cost", "classes", "message"),
    [
        (stats.norm(np.zeros((3, 2)), 1), costs.Quadratic(), None, "2 targets"),
        (np.zeros((2, 3, 4)), costs.Quadratic(), None, "several targets"),
        (np.zeros(3), costs.Quadratic(), None, r"shape \(3,\); pass an object with"),
        ("x", costs.Quadratic(), None, "type str; pass an object with ppf"),
        ([[1.0, np.nan]], costs.Quadratic(), None, "samples must be finite"),
        (stats.norm(0, [1, -1]), costs.Quadratic(), None, "without a finite median"),
        (([[1.0, 2.0]], [0.1]), costs.Quadratic(), None, r"levels have shape \(1,\)"),
        (([[1.0, 2.0]], [0.1, 1.2]), costs.Quadratic(), None, "between 0 and 1"),
        (([[1.0]], [0.1], 3), costs.Quadratic(), None, "one of 3 values"),
        (stats.norm(0, 1), costs.ClassCosts(TABLE), None, "requires their probab"),
        ([[0.5, 0.2]], costs.binary(1, 1), None, "must sum to 1"),
        ([[1.5, -0.5]], costs.binary(1, 1), None, "must not be negative"),
        ([[0.5, 0.5]], costs.binary(1, 1), ["a"], r"classes has shape \(1,\)"),
        ([[0.5, 0.5]], costs.ClassCosts(TABLE), None, "3 rows, but there are 2 cl"),
        (PROBABILITIES, costs.binary(1, 1), None, "cost of two classes"),
        ([[0.5, 0.5]], costs.binary(1, [1, 1]), None, r"shape \(2,\), but there are 1"),
        ([[0.5, 0.5]], costs.Capped(costs.binary(1, [1, 1]), 3), None, "for 2 rows"),
    ],
)
def test_what_cannot_be_decided_is_refused(distribution, cost, classes, message):
    with pytest.raises(ValueError, match=message):
        decide(distribution, cost, classes=classes)


def test_decide_loads_without_torch():
    code = "import sys; from skloss import decide; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
