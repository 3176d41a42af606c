"""The test of fit against SciPy, its error rate and its measure."""

import numpy as np
import pytest
from scipy import stats

from skloss.noise import GoodnessOfFit, goodness_of_fit


def uniform(n_rows, seed=0):
    return np.random.default_rng(seed).uniform(size=n_rows)


def test_the_test_is_scipys_likelihood_ratio_test():
    pit = uniform(2000) ** 1.2
    found = goodness_of_fit(pit)
    n_bins = round(1.5 * 2000**0.4)
    counts = np.histogram(pit, n_bins, range=(0, 1))[0]
    expected = stats.power_divergence(counts, lambda_="log-likelihood")
    assert found.p_value == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("n_rows", [200, 1000, 5000])
def test_a_right_distribution_is_rarely_called_wrong(n_rows):
    found = [goodness_of_fit(uniform(n_rows, seed)) for seed in range(400)]
    assert np.mean([not one for one in found]) <= 0.02
    assert np.mean([one.p_value < 0.05 for one in found]) == pytest.approx(
        0.05, abs=0.03
    )


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_the_departure_of_a_wrong_scale_is_its_divergence(factor):
    # KL(N(0, 1) || N(0, f^2)) = log f + 1 / (2 f^2) - 1 / 2.
    pit = stats.norm(0.0, factor).cdf(stats.norm.ppf(uniform(200_000)))
    expected = np.log(factor) + 0.5 / factor**2 - 0.5
    found = goodness_of_fit(pit)
    assert found.departure == pytest.approx(expected, rel=0.1)
    assert not found


@pytest.mark.parametrize(
    ("p_value", "departure", "fits"),
    [
        (0.0, 0.02, True),
        (0.0, 0.0201, False),
        (0.0099, 0.03, False),
        (0.01, 0.03, True),
    ],
)
def test_it_fits_unless_a_large_departure_is_significant(p_value, departure, fits):
    assert bool(GoodnessOfFit(p_value, departure)) == fits


def test_frequencies_are_rows():
    pit, weight = uniform(500), np.random.default_rng(1).integers(0, 4, 500)
    weighted = goodness_of_fit(pit, weight=weight)
    repeated = goodness_of_fit(np.repeat(pit, weight))
    assert weighted.p_value == pytest.approx(repeated.p_value)
    assert weighted.departure == pytest.approx(repeated.departure)


def test_counts_of_the_right_distribution_fit_and_of_a_wrong_one_do_not():
    y = stats.poisson(3.0).rvs(3000, random_state=0)

    def fit(family):
        return goodness_of_fit(family.cdf(y - 1), family.cdf(y))

    assert fit(stats.poisson(3.0))
    assert fit(stats.poisson(3.0)).departure < 0.005
    assert not fit(stats.poisson(5.0))


def test_a_probability_of_one_is_in_the_last_bin():
    assert goodness_of_fit([0.0, 1.0] * 100).departure > 0.5


def test_a_row_of_weight_zero_is_absent():
    pit = np.append(uniform(300) ** 1.3, np.zeros(50))
    weight = np.repeat([1.0, 0.0], [300, 50])
    weighted, alone = goodness_of_fit(pit, weight=weight), goodness_of_fit(pit[:300])
    assert weighted.p_value == pytest.approx(alone.p_value)
    assert weighted.departure == pytest.approx(alone.departure)


def test_both_tails_count_the_same():
    pit = uniform(2000) ** 1.2
    found, mirrored = goodness_of_fit(pit), goodness_of_fit(1 - pit)
    assert mirrored.p_value == pytest.approx(found.p_value)
    assert mirrored.departure == pytest.approx(found.departure)


def test_a_cell_counts_evenly_between_its_ends():
    # One cell over all bins is uniform; over the lower half it is half of them.
    whole = goodness_of_fit(np.zeros(1000), np.ones(1000))
    assert (whole.p_value, whole.departure) == (pytest.approx(1.0), 0.0)
    half = goodness_of_fit(np.zeros(10_000), np.full(10_000, 0.5))
    assert half.departure == pytest.approx(np.log(2), rel=0.02)


def test_cells_of_no_width_are_values():
    pit = uniform(500) ** 1.2
    found = goodness_of_fit(pit, pit)
    assert found.p_value == pytest.approx(goodness_of_fit(pit).p_value)
