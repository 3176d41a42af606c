"""Ranks of matches and votes of neighbours, by hand and by listing all orders."""

from itertools import permutations

import numpy as np
import pytest
from scipy import spatial

from skloss.metrics import neighbours
from skloss.metrics.neighbours import Gallery, as_gallery

RNG = np.random.default_rng(0)
#: Rows closer than the match, rows at its distance, matches among these.
TIES = [(0, 1, 1), (0, 4, 1), (2, 4, 1), (2, 5, 3), (0, 6, 6), (7, 3, 2)]


def places(closer, tied, matching):
    """Place of the first match for each order of the tied rows, counted from 0."""
    kinds = [True] * matching + [False] * (tied - matching)
    return np.array([closer + order.index(True) for order in permutations(kinds)])


def line(values, labels):
    """Rows on a line."""
    return as_gallery(labels, np.array(values, dtype=float)[:, None])[0]


@pytest.mark.parametrize("k", [1, 2, 3, 5, 9, 12])
def test_the_chance_of_a_match_among_k_is_its_share_of_all_orders(k):
    expected = [(places(*tie) < k).mean() for tie in TIES]
    found = neighbours.chance_within(k, *np.array(TIES).T)
    np.testing.assert_allclose(found, expected)


def test_the_expected_reciprocal_rank_is_its_mean_over_all_orders():
    expected = [(1 / (places(*tie) + 1)).mean() for tie in TIES]
    found = neighbours.expected_reciprocal_rank(*np.array(TIES).T)
    np.testing.assert_allclose(found, expected)


def test_queries_without_a_match_have_neither():
    nothing = np.array([[3], [2], [0]])
    assert np.isnan(neighbours.chance_within(5, *nothing)).all()
    assert np.isnan(neighbours.expected_reciprocal_rank(*nothing)).all()


def test_first_matches_counts_closer_rows_ties_and_matches():
    # From 0: 1 is closer than the matches at 2 and -2, and 2 is doubled by label b.
    gallery = line([0, 1, 2, 2, -2, 50], list("abbaac"))
    closer, tied, matching = neighbours.first_matches(gallery)
    assert (closer[0], tied[0], matching[0]) == (1, 3, 2)
    # From 1 (b): 0 and both rows at 2 are 1 away, of which one is a b.
    assert (closer[1], tied[1], matching[1]) == (0, 3, 1)
    assert (closer[5], tied[5], matching[5]) == (0, 0, 0)


def test_in_a_second_view_the_own_row_is_the_only_match():
    x = np.array([[0.0], [1.0], [5.0]])
    view = np.array([[0.6], [0.4], [5.0]])
    gallery, _ = as_gallery(view, x)
    found = neighbours.first_matches(gallery)
    assert [column.tolist() for column in found] == [[1, 1, 0], [1, 1, 1], [1, 1, 1]]
    assert gallery.n_matches.tolist() == [1, 1, 1]


def test_blocks_hold_squared_distances_without_the_row_itself():
    x = RNG.normal(size=(15, 4)) + 100
    gallery, _ = as_gallery(np.zeros(15), x)
    ((rows, distance, tolerance),) = gallery.blocks()
    expected = spatial.distance.cdist(x, x, "sqeuclidean") / gallery.scale**2
    np.fill_diagonal(expected, np.inf)
    np.testing.assert_allclose(distance, expected, atol=1e-12)
    assert (rows, tolerance.shape) == (slice(0, 15), (15, 1))
    assert gallery.scale == pytest.approx(np.abs(x - x.mean(0)).max())


def test_blocks_of_a_second_view_include_the_own_row(monkeypatch):
    x, view = RNG.normal(size=(2, 10, 3))
    gallery, _ = as_gallery(view, x)
    monkeypatch.setattr(neighbours, "_BLOCK", 30)
    blocks = list(gallery.blocks())
    assert [rows for rows, _, _ in blocks] == [
        slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 10),
    ]  # fmt: skip
    whole = np.vstack([distance for _, distance, _ in blocks]) * gallery.scale**2
    expected = spatial.distance.cdist(x, view, "sqeuclidean")
    np.testing.assert_allclose(whole, expected, atol=1e-12)


def test_equal_rows_have_a_scale_of_one():
    gallery, _ = as_gallery([0, 0], np.full((2, 3), 7.0))
    assert gallery.scale == 1.0


@pytest.mark.parametrize("unit", [1e-150, 1.0, 1e150])
def test_distances_that_differ_by_rounding_are_ties(unit):
    # 0.3 - 0.2 and 0.2 - 0.1 are not the same double.
    gallery = line(unit * np.array([0.1, 0.2, 0.3]), ["b", "a", "a"])
    closer, tied, matching = neighbours.first_matches(gallery)
    assert (closer[1], tied[1], matching[1]) == (0, 2, 1)


def test_distances_that_differ_by_a_millionth_are_not_ties():
    gallery = line([0.0, 1.0, -1.000001], ["a", "b", "a"])
    closer, tied, _ = neighbours.first_matches(gallery)
    assert (closer[0], tied[0]) == (1, 1)


def test_rows_of_a_label_are_brought_together_in_their_order():
    gallery = line([3, 1, 2, 0], list("baba"))
    ordered, order = gallery.by_label()
    assert order.tolist() == [1, 3, 0, 2]
    assert ordered.queries.ravel().tolist() == [1.0, 0.0, 3.0, 2.0]
    assert ordered.codes.tolist() == [0, 0, 1, 1]
    assert gallery.n_matches.tolist() == [1, 1, 1, 1]


def test_rows_of_weight_zero_leave_the_gallery():
    gallery, weight = as_gallery(["a", "b", "a"], np.eye(3), [1, 0, 2])
    assert gallery.queries.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    assert weight.tolist() == [1.0, 2.0]
    assert gallery.codes.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        # From 0 with two matches: places 1 and 2 count, (1/1 + 2/2) / 2 and so on.
        ("aaabb", 1.0),
        ("aabab", (1 + 0) / 2),
        ("abaab", (0 + 1 / 2) / 2),
        ("abbaa", 0.0),
    ],
)
def test_average_precision_at_r_of_known_ranks(labels, expected):
    gallery = line([0, 1, 2.5, 4.5, 7], list(labels))
    assert neighbours.expected_precision(gallery)[0] == pytest.approx(expected)


def test_average_precision_of_ties_is_its_mean_over_all_orders():
    # Three rows at distance 1 from the first, one of them a match, and one match at 2.
    x = [[0, 0], [1, 0], [0, 1], [-1, 0], [0, 2]]
    gallery, _ = as_gallery(list("aabba"), np.array(x, dtype=float))
    orders = [[*order, True] for order in permutations([True, False, False])]
    hits = [np.cumsum(order) / np.arange(1, 5) * order for order in orders]
    expected = np.mean([hit[:2].sum() / 2 for hit in hits])
    assert neighbours.expected_precision(gallery)[0] == pytest.approx(expected)


def test_average_precision_of_a_view_is_one_at_the_first_place_only():
    gallery, _ = as_gallery(np.array([[0.0], [3.0]]), np.array([[0.1], [1.0]]))
    assert neighbours.expected_precision(gallery).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("k", "expected"), [(1, 0.0), (2, 0.5), (3, 1.0), (4, 0.5), (5, 0.0), (99, 0.0)]
)
def test_the_majority_of_the_nearest_rows_is_the_vote(k, expected):
    # Labels from the nearest to the farthest: b a a b b.
    gallery = line([0, 1, 2, 3, 4, 5], list("abaabb"))
    assert neighbours.chance_of_majority(gallery, k)[0] == pytest.approx(expected)


def test_many_neighbours_vote_as_few_do(monkeypatch):
    gallery = Gallery(*[RNG.normal(size=(40, 2))] * 2, RNG.integers(0, 3, 40))
    few = [neighbours.chance_of_majority(gallery, k) for k in (1, 4, 9)]
    monkeypatch.setattr(neighbours, "_FEW", 0)
    many = [neighbours.chance_of_majority(gallery, k) for k in (1, 4, 9)]
    np.testing.assert_allclose(many, few)


def test_one_row_has_no_neighbours():
    assert np.isnan(neighbours.chance_of_majority(line([1], ["a"]), 3)).all()
    assert np.isnan(neighbours.expected_precision(line([1], ["a"]))).all()
