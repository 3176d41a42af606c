"""Weighted quantiles against NumPy, and as repeated rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.metrics.quantiles import TIE, inverse_cdf, weighted_quantile

LEVELS = [0.0, 0.1, 0.25, 0.5, 0.9, 1.0]
values_and_weights = st.lists(
    st.tuples(st.integers(-5, 5), st.integers(0, 3)), min_size=1, max_size=30
).filter(lambda rows: any(weight for _, weight in rows))


@pytest.mark.parametrize("quantile", LEVELS)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 101])
def test_equal_weights_pick_the_quantile_that_sorting_picks(quantile, n, rng):
    values = rng.normal(size=n).round(1)
    inverse = np.quantile(values, quantile, method="averaged_inverted_cdf")
    assert weighted_quantile(values, quantile) == pytest.approx(inverse)
    equal = weighted_quantile(values, quantile, np.full(n, 3.0))
    assert equal == pytest.approx(inverse)
    with_another = weighted_quantile(
        np.r_[values, 9.0], quantile, np.r_[np.ones(n), 0.0]
    )
    assert with_another == pytest.approx(inverse)


@pytest.mark.parametrize("quantile", LEVELS[1:])
@given(rows=values_and_weights)
def test_a_weight_is_a_row_repeated(quantile, rows):
    values, weight = np.array(rows, dtype=float).T
    repeated = np.repeat(values, weight.astype(int))
    expected = np.quantile(repeated, quantile, method="averaged_inverted_cdf")
    assert weighted_quantile(values, quantile, weight) == pytest.approx(expected)


@given(rows=values_and_weights)
def test_edges_are_numpys_inverse_of_the_weighted_distribution(rows):
    values, weight = np.array(rows, dtype=float).T
    levels = np.linspace(0.02, 0.97, 7)  # none of which is a ratio of sums of weights
    expected = np.quantile(values, levels, weights=weight, method="inverted_cdf")
    np.testing.assert_array_equal(inverse_cdf(values, levels - TIE, weight), expected)


def test_edges_of_equal_weights_are_order_statistics(rng):
    values = rng.permutation(np.arange(16.0))
    found = inverse_cdf(values, np.linspace(0, 1, 9) - TIE)
    assert found.tolist() == [0, 1, 3, 5, 7, 9, 11, 13, 15]
    assert inverse_cdf(values, np.array([-1.0, 2.0])).tolist() == [0.0, 15.0]


def test_the_median_of_an_even_count_is_the_mean_of_the_middle_two(rng):
    values = rng.normal(size=10)
    assert weighted_quantile(values, 0.5) == pytest.approx(np.median(values))


def test_the_middle_of_the_largest_numbers_does_not_overflow():
    assert weighted_quantile([1.7e308, 1.7e308], 0.5) == 1.7e308


def test_neither_order_nor_scale_of_the_weights_matters(rng):
    values, weight = rng.normal(size=50), rng.integers(0, 4, 50)
    order = rng.permutation(50)
    expected = weighted_quantile(values, 0.3, weight)
    assert weighted_quantile(values[order], 0.3, weight[order]) == expected
    assert weighted_quantile(values, 0.3, 0.1 * weight) == expected


def test_rounding_of_a_million_weights_does_not_decide_a_tie():
    # Half of the weight lies at or below 0, up to rounding in the sum of weights.
    values = np.repeat([0.0, 1.0], 500_000)
    weight = np.where(np.arange(1_000_000) % 500_000 == 0, 0.3, 0.1)
    assert weighted_quantile(values, 0.5, weight) == 0.5


def test_values_keep_their_type(rng):
    values = rng.normal(size=9).astype(np.float32)
    assert inverse_cdf(values, np.array([0.5])).dtype == np.float32
