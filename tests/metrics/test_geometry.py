"""Alignment, uniformity and silhouette: ranges, weights and values by hand."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from skloss import metrics

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1, 2], [8, 5, 7])
X = RNG.normal(size=(20, 3)) + LABELS[:, None]
NAMES = ["alignment", "uniformity", "silhouette"]


@pytest.mark.parametrize("length", [1e-200, 1.0, 1e200])
def test_alignment_and_uniformity_do_not_depend_on_the_lengths_of_rows(length):
    lengths = length * RNG.uniform(1, 2, (20, 1))
    for score in (metrics.alignment, metrics.uniformity):
        assert score(LABELS, lengths * X) == pytest.approx(score(LABELS, X))


def test_a_row_of_zeros_stays_at_the_origin():
    x = [[0.0, 0.0], [3.0, 0.0]]
    assert metrics.alignment([0, 0], x) == pytest.approx(1.0)
    assert metrics.uniformity([0, 0], x) == pytest.approx(-2.0)


@pytest.mark.parametrize(
    ("angle", "square"), [(0.0, 0.0), (np.pi / 3, 1.0), (np.pi / 2, 2.0), (np.pi, 4.0)]
)
def test_two_rows_are_as_far_apart_as_their_angle(angle, square):
    x = [[5.0, 0.0], [np.cos(angle), np.sin(angle)]]
    assert metrics.alignment([0, 0], x) == pytest.approx(square, abs=1e-12)
    assert metrics.uniformity([0, 0], x) == pytest.approx(-2 * square, abs=1e-12)
    assert metrics.alignment(x, x) == 0.0
    assert metrics.alignment(x[::-1], x) == pytest.approx(square, abs=1e-12)


def test_rows_without_a_match_do_not_count_in_alignment():
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert metrics.alignment([0, 0, 1], x) == pytest.approx(2.0)
    rows = metrics.METRICS["alignment"].row_scores([0, 0, 1], x)
    weighted = metrics.alignment([0, 0, 1], x, sample_weight=[1, 3, 9])
    assert (np.mean(rows), weighted) == (pytest.approx(2.0), pytest.approx(2.0))


def test_weights_are_those_of_the_rows_and_not_of_their_matches():
    # Distances from the first row to its two matches: 2 and 0; from the others 1 and 1.
    x, labels = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), [0, 0, 0]
    weighted = metrics.alignment(labels, x, sample_weight=[1, 2, 1])
    assert weighted == pytest.approx((1.0 + 2 * 2.0 + 1.0) / 4)


def test_rows_spread_evenly_have_a_lower_uniformity_than_rows_in_a_cap():
    angles = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    circle, cap = (
        np.column_stack([np.cos(a), np.sin(a)]) for a in (angles, angles / 10)
    )
    even, near = (metrics.uniformity(np.zeros(50), x) for x in (circle, cap))
    assert even < near < 0


def test_uniformity_of_many_random_directions_is_known():
    # 16 dimensions: E exp(-4 + 4 u) with density (1 - u^2)^6.5 of the cosine u.
    x = np.random.default_rng(0).normal(size=(600, 16))
    u = np.linspace(-1, 1, 20_001)
    density = (1 - u**2) ** 6.5
    expected = np.log((density * np.exp(4 * u - 4)).sum() / density.sum())
    found = metrics.uniformity(np.zeros(600), x)
    assert found == pytest.approx(expected, abs=0.01)


def test_row_scores_of_uniformity_are_the_derivative_by_a_row():
    # A row's weight counts for it as a row and as a partner of all others.
    rows = metrics.METRICS["uniformity"].row_scores(LABELS, X)
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    potential = np.exp(-2 * ((unit[:, None] - unit) ** 2).sum(-1))
    np.fill_diagonal(potential, 0.0)
    alone = potential.sum(1) / 19
    total = alone.mean()
    np.testing.assert_allclose(rows, np.log(total) + 2 * (alone - total) / total)
    assert metrics.METRICS["uniformity"].row_scores([0], X[:1]) is None


def test_the_silhouette_weights_the_samples_of_scikit_learn():
    weight = RNG.uniform(1, 2, 20)
    samples = silhouette_samples(X, LABELS)
    found = metrics.silhouette(LABELS, X, sample_weight=weight)
    assert found == pytest.approx(np.average(samples, weights=weight))
    rows = metrics.METRICS["silhouette"].row_scores(LABELS, X)
    np.testing.assert_allclose(rows, samples)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [0, 0, 1]])
def test_a_silhouette_requires_two_labels_and_one_that_occurs_twice(labels):
    found = metrics.silhouette(labels, X[:3])
    assert np.isnan(found) == (len(set(labels)) != 2)


@pytest.mark.parametrize("name", NAMES)
def test_rotations_change_no_score(name):
    rotation = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    function = metrics.METRICS[name].function
    assert function(LABELS, X @ rotation) == pytest.approx(function(LABELS, X))
