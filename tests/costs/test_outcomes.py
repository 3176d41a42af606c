"""Lists of outcomes against NumPy's quantiles, sums and brute force."""

import numpy as np
import pytest

from skloss.costs.outcomes import Atoms

RNG = np.random.default_rng(0)
SAMPLES = RNG.normal(size=(12, 4)).round(1)  # rounded, so that some are equal
WEIGHTS = RNG.integers(1, 4, (12, 4)).astype(float)


@pytest.mark.parametrize("level", [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.99, 1.0])
def test_quantiles_of_samples_equal_those_of_numpy(level):
    expected = np.quantile(SAMPLES, level, axis=0, method="averaged_inverted_cdf")
    np.testing.assert_array_equal(Atoms(SAMPLES).quantile(level), expected)


@pytest.mark.parametrize("level", [0.05, 0.31, 0.77])
def test_quantiles_of_weighted_values_equal_those_of_numpy(level):
    found = Atoms(SAMPLES, WEIGHTS).quantile(level)
    columns = zip(SAMPLES.T, WEIGHTS.T, strict=True)
    expected = [
        np.quantile(values, level, method="inverted_cdf", weights=weights)
        for values, weights in columns
    ]
    np.testing.assert_array_equal(found, expected)


def test_a_level_that_sums_of_decimals_miss_by_rounding_is_reached():
    # 0.1 + 0.2 is 0.30000000000000004: the level 0.3 is the end of the second value.
    atoms = Atoms(np.array([[1.0], [2.0], [5.0]]), np.array([[0.1], [0.2], [0.7]]))
    assert atoms.quantile(0.3) == pytest.approx(3.5)
    assert atoms.quantile(0.1 + 0.2) == pytest.approx(3.5)


def test_several_levels_are_the_quantiles_of_each():
    levels = np.array([0.2, 0.9])
    atoms = Atoms(SAMPLES, WEIGHTS)
    expected = [atoms.quantile(level) for level in levels]
    np.testing.assert_array_equal(atoms.quantiles(levels), expected)


def outcomes_of(atoms):
    """All that a cost reads of a list of outcomes."""
    return [
        atoms.quantile(0.4),
        atoms.mean(),
        atoms.log_moment(0.7),
        atoms.relative_median(0.3),
        atoms.densest(0.45),
    ]


def test_a_weight_of_two_is_a_value_that_occurs_twice():
    for row in range(4):
        values, weights = SAMPLES[:, [row]], WEIGHTS[:, [row]]
        repeated = np.repeat(values, weights[:, 0].astype(int), axis=0)
        np.testing.assert_allclose(
            outcomes_of(Atoms(values, weights)), outcomes_of(Atoms(repeated))
        )


def test_neither_the_order_of_values_nor_the_size_of_weights_matters():
    order = RNG.permutation(12)
    shuffled = Atoms(SAMPLES[order], 7.0 * WEIGHTS[order])
    np.testing.assert_allclose(
        outcomes_of(shuffled), outcomes_of(Atoms(SAMPLES, WEIGHTS))
    )


def test_a_value_of_weight_zero_is_absent():
    with_zero = np.vstack([WEIGHTS, np.zeros((1, 4))])
    far = np.vstack([SAMPLES, np.full((1, 4), 50.0)])
    np.testing.assert_allclose(
        outcomes_of(Atoms(far, with_zero)), outcomes_of(Atoms(SAMPLES, WEIGHTS))
    )


def test_one_value_is_every_outcome():
    atoms = Atoms(np.array([[3.0, -2.0]]))
    found = [atoms.quantile(0.0), atoms.quantile(1.0), *outcomes_of(atoms)]
    found[4] = found[4] / 0.7  # log E exp(t y) = t y
    np.testing.assert_allclose(found, np.tile([3.0, -2.0], (7, 1)))


def test_mean_and_exponential_moment_are_weighted_sums():
    atoms = Atoms(SAMPLES, WEIGHTS)
    mean = np.average(SAMPLES, axis=0, weights=WEIGHTS)
    moment = np.average(np.exp(-2 * SAMPLES), axis=0, weights=WEIGHTS)
    np.testing.assert_allclose(atoms.mean(), mean)
    np.testing.assert_allclose(atoms.log_moment(-2.0), np.log(moment))


def test_an_exponential_moment_of_large_values_does_not_overflow():
    found = Atoms(np.array([[1e4], [1e4 + 1]])).log_moment(1.0)
    assert found == pytest.approx(1e4 + np.log((1 + np.e) / 2))


@pytest.mark.parametrize("smallest", [1e-8, 0.3, 10.0])
def test_the_relative_median_has_the_least_relative_error(smallest):
    found = Atoms(SAMPLES, WEIGHTS).relative_median(smallest)
    size = np.maximum(np.abs(SAMPLES), smallest)

    def error(decision):
        return (WEIGHTS * np.abs(SAMPLES - decision) / size).sum(0)

    least = np.min([error(value) for value in SAMPLES], axis=0)
    np.testing.assert_allclose(error(found), least)


def test_a_relative_median_without_small_values_is_the_median():
    values = RNG.uniform(1.0, 2.0, (9, 3))
    found = Atoms(values).relative_median(1e3)
    np.testing.assert_array_equal(found, np.median(values, axis=0))


def test_the_densest_interval_covers_the_most_weight():
    found = Atoms(SAMPLES, WEIGHTS).densest(0.3)
    grid = np.arange(-400, 401)[:, None, None] / 200

    def covered(centre):
        return (WEIGHTS * (np.abs(SAMPLES - centre) <= 0.3 + 1e-9)).sum(-2)

    np.testing.assert_array_equal(covered(found), covered(grid).max(0))


def test_the_densest_interval_includes_both_of_its_ends():
    # 0.1 + 2 * 0.1 is 0.30000000000000004 and 0.3 is below: a width of 0.1 reaches it.
    atoms = Atoms(np.array([[0.1], [0.2], [0.3], [0.9]]))
    assert atoms.densest(0.1) == pytest.approx(0.2)
    assert Atoms(np.array([[0.0], [1.0], [9.0]])).densest(0.5) == pytest.approx(0.5)


def test_of_equally_dense_intervals_the_one_closest_to_the_median_is_taken():
    atoms = Atoms(np.array([[0.0], [0.1], [5.0], [5.1], [9.0], [9.1]]))
    assert atoms.densest(0.05) == pytest.approx(5.05)


def test_the_nodes_are_the_values_with_their_probabilities():
    ((values, weights),) = Atoms(SAMPLES, WEIGHTS).nodes()
    np.testing.assert_allclose(weights.sum(0), 1.0)
    expected = np.average(SAMPLES**2, axis=0, weights=WEIGHTS)
    np.testing.assert_allclose((values**2 * weights).sum(0), expected)
