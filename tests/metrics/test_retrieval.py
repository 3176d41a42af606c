"""Scores of embeddings against loops over queries, and against values by hand."""

import math
from itertools import permutations

import numpy as np
import pytest
from sklearn.cross_decomposition import CCA
from sklearn.datasets import load_iris
from sklearn.metrics import silhouette_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier, NeighborhoodComponentsAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import metrics

EMBEDDING = metrics.metrics_for("embedding")
PAIRS = metrics.metrics_for("pairs")


def rows(n=60, classes=4, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    return labels, rng.normal(size=(n, 3)) + 0.7 * labels[:, None]


def ranked(labels, x, query, jitter=None):
    """Other rows from the nearest to the farthest: whether they match, and labels."""
    distance = np.linalg.norm(x - x[query], axis=1)
    distance = distance if jitter is None else distance + 1e-6 * jitter
    order = [k for k in np.argsort(distance, kind="stable") if k != query]
    return labels[order] == labels[query], labels[order]


def recall_by_loop(labels, x, k, **how):
    found = [ranked(labels, x, q, **how)[0] for q in range(len(x))]
    return np.mean([match[:k].any() for match in found if match.any()])


def reciprocal_rank_by_loop(labels, x, **how):
    found = [ranked(labels, x, q, **how)[0] for q in range(len(x))]
    return np.mean([1 / (np.argmax(match) + 1) for match in found if match.any()])


def map_at_r_by_loop(labels, x, **how):
    """The definition of Musgrave et al. (2020), as in pytorch-metric-learning."""
    values = []
    for query in range(len(x)):
        match = ranked(labels, x, query, **how)[0]
        r = match.sum()
        hits = [match[: i + 1].mean() for i in range(r) if match[i]]
        values += [sum(hits) / r] if r else []
    return np.mean(values)


def test_scores_equal_loops_over_queries():
    labels, x = rows()
    for k in (1, 2, 5, 100):
        found = metrics.recall_at_k(labels, x, k)
        assert found == pytest.approx(recall_by_loop(labels, x, k))
    found = metrics.mean_reciprocal_rank(labels, x)
    assert found == pytest.approx(reciprocal_rank_by_loop(labels, x))
    assert metrics.map_at_r(labels, x) == pytest.approx(map_at_r_by_loop(labels, x))
    assert metrics.recall_at_1(labels, x) == metrics.recall_at_k(labels, x)
    assert metrics.recall_at_5(labels, x) == metrics.recall_at_k(labels, x, k=5)


def test_neighbours_vote_as_those_of_scikit_learn():
    labels, x = rows(classes=2)
    predicted = [
        KNeighborsClassifier(3)
        .fit(np.delete(x, q, 0), np.delete(labels, q))
        .predict(x[q : q + 1])[0]
        for q in range(len(x))
    ]
    expected = np.mean(predicted == labels)
    assert metrics.knn_accuracy(labels, x, k=3) == pytest.approx(expected)


@pytest.mark.parametrize("k", [3, 70])
def test_labels_with_equally_many_votes_share_the_prediction(k):
    # Two rows nearest to the last one have labels 0 and 1, as often as each other.
    x = np.r_[np.linspace(1, 2, 70), -np.linspace(1, 2, 70), 0.0][:, None]
    labels = np.r_[np.zeros(70), np.ones(70), 2.0]
    labels[-1] = 0.0
    weight = np.zeros(141)
    weight[-1] = 1.0
    kept = np.where(np.arange(141) < 140, 1e-12, 1.0)
    found = metrics.knn_accuracy(labels, x, k=2 * (k // 2), sample_weight=kept)
    assert found == pytest.approx(0.5)


def test_rows_at_the_distance_of_the_last_neighbour_share_its_vote():
    # One neighbour of three at distance 1, of which one has the label of the first row.
    x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    weight = [1.0, 1e-12, 1e-12, 1e-12]
    labels = ["a", "a", "b", "c"]
    found = metrics.knn_accuracy(labels, x, k=1, sample_weight=weight)
    assert found == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_equal_distances_count_as_their_mean_over_all_orders(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (6, 1)).astype(float)
    labels = rng.integers(0, 2, 6)
    labels[:2] = 0
    orders = [np.array(p) for p in permutations(range(6))]
    for found, by_loop in [
        (metrics.recall_at_k(labels, x), lambda j: recall_by_loop(labels, x, 1, **j)),
        (
            metrics.recall_at_k(labels, x, 3),
            lambda j: recall_by_loop(labels, x, 3, **j),
        ),
        (
            metrics.mean_reciprocal_rank(labels, x),
            lambda j: reciprocal_rank_by_loop(labels, x, **j),
        ),
        (metrics.map_at_r(labels, x), lambda j: map_at_r_by_loop(labels, x, **j)),
    ]:
        expected = np.mean([by_loop({"jitter": jitter}) for jitter in orders])
        assert found == pytest.approx(expected)


def test_equal_rows_score_what_chance_gives():
    labels = np.repeat([0, 1], [3, 6])
    x = np.ones((9, 2))
    # A row of the first label has 2 matches among 8, one of the second 5.
    assert metrics.recall_at_1(labels, x) == pytest.approx((3 * 2 + 6 * 5) / 8 / 9)
    all_missed = math.comb(6, 5) / math.comb(8, 5), 0.0
    expected = (3 * (1 - all_missed[0]) + 6) / 9
    assert metrics.recall_at_5(labels, x) == pytest.approx(expected)
    assert metrics.recall_at_1(x, x) == pytest.approx(1 / 9)
    assert metrics.mean_reciprocal_rank(x, x) == pytest.approx(
        np.mean(1 / np.arange(1, 10))
    )
    assert metrics.alignment(labels, x) == metrics.uniformity(labels, x) == 0.0


def test_the_second_view_is_searched_by_the_first():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    view = x + 0.5 * rng.normal(size=x.shape)
    distance = np.linalg.norm(x[:, None] - view[None], axis=-1)
    rank = (distance < np.diag(distance)[:, None]).sum(1)
    assert metrics.recall_at_1(view, x) == pytest.approx((rank == 0).mean())
    assert metrics.recall_at_k(view, x, 3) == pytest.approx((rank < 3).mean())
    assert metrics.mean_reciprocal_rank(view, x) == pytest.approx(
        (1 / (rank + 1)).mean()
    )


def test_blocks_do_not_change_a_score(monkeypatch):
    labels, x = rows(100)
    whole = [metrics.METRICS[name].function(labels, x) for name in EMBEDDING]
    views = [metrics.METRICS[name].function(x, x[::-1]) for name in PAIRS]
    monkeypatch.setattr("skloss.metrics.neighbours._BLOCK", 700)
    blocks = [metrics.METRICS[name].function(labels, x) for name in EMBEDDING]
    np.testing.assert_allclose(blocks, whole)
    blocks = [metrics.METRICS[name].function(x, x[::-1]) for name in PAIRS]
    np.testing.assert_allclose(blocks, views)


@pytest.mark.parametrize("name", EMBEDDING)
def test_a_score_depends_on_neither_the_order_of_rows_nor_far_origins(name):
    labels, x = rows(80)
    x = np.vstack([x, x[:20]])  # equal rows, whose distances are equal too
    labels = np.r_[labels, labels[:10], (labels[10:20] + 1) % 4]
    function = metrics.METRICS[name].function
    order = np.random.default_rng(1).permutation(100)
    expected = function(labels, x)
    assert function(labels[order], x[order]) == pytest.approx(expected)
    names = np.array(list("dbca"))[labels]
    assert function(names, 1e30 * x) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["recall_at_1", "map_at_r", "knn_accuracy"])
def test_far_from_the_origin_neighbours_stay_the_same(name):
    labels, x = rows(80)
    function = metrics.METRICS[name].function
    assert function(labels, x + 1e6) == pytest.approx(function(labels, x))


@pytest.mark.parametrize("name", EMBEDDING)
def test_a_row_of_weight_zero_is_absent_and_weights_are_relative(name):
    labels, x = rows(50)
    weight = np.random.default_rng(1).integers(0, 2, 50).astype(float)
    function = metrics.METRICS[name].function
    kept = weight > 0
    expected = function(labels[kept], x[kept])
    assert function(labels, x, sample_weight=weight) == pytest.approx(expected)
    assert function(labels, x, sample_weight=3 * weight) == pytest.approx(expected)


def test_weights_are_those_of_the_queries():
    x = [[0.0], [1.0], [1.5], [9.0]]  # the first and the third label find a match
    found = metrics.recall_at_1([0, 0, 1, 1], x, sample_weight=[3, 1, 1, 1])
    assert found == pytest.approx((3 + 1) / 6)


@pytest.mark.parametrize("name", EMBEDDING)
def test_row_scores_have_the_score_as_their_weighted_mean(name):
    labels, x = rows(50)
    labels[0] = 9  # without a match
    weight = np.random.default_rng(1).uniform(1, 2, 50)
    metric = metrics.METRICS[name]
    scores = metric.row_scores(labels, x, sample_weight=weight)
    expected = metric.function(labels, x, sample_weight=weight)
    assert np.average(scores, weights=weight) == pytest.approx(expected)


def test_rows_without_any_match_have_no_score():
    labels, x = np.arange(5), rows(5)[1]
    names = ["recall_at_1", "mean_reciprocal_rank", "map_at_r", "alignment"]
    for name in [*names, "silhouette"]:
        assert np.isnan(metrics.METRICS[name].function(labels, x))
        assert metrics.METRICS[name].row_scores(labels, x) is None
    assert np.isnan(metrics.uniformity([0], x[:1]))
    assert np.isnan(metrics.knn_accuracy([0], x[:1]))


def test_alignment_and_uniformity_equal_loops_over_pairs():
    labels, x = rows(30)
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    square = ((unit[:, None] - unit[None]) ** 2).sum(-1)
    other = ~np.eye(30, dtype=bool)
    same = (labels[:, None] == labels) & other
    near = [square[k][same[k]].mean() for k in range(30)]
    assert metrics.alignment(labels, x) == pytest.approx(np.mean(near))
    spread = np.log(np.exp(-2 * square)[other].mean())
    assert metrics.uniformity(labels, x) == pytest.approx(spread)
    view = x + 1.0
    unit_view = view / np.linalg.norm(view, axis=1, keepdims=True)
    expected = ((unit - unit_view) ** 2).sum(1).mean()
    assert metrics.alignment(view, x) == pytest.approx(expected)
    assert metrics.uniformity(view, x) == pytest.approx(spread)


def test_the_silhouette_is_that_of_scikit_learn():
    labels, x = rows()
    assert metrics.silhouette(labels, x) == pytest.approx(silhouette_score(x, labels))


def test_a_grid_search_scores_embeddings_through_their_transform():
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), NeighborhoodComponentsAnalysis(max_iter=10)),
        {"neighborhoodcomponentsanalysis__n_components": [1, 2]},
        scoring=metrics.SCORERS["map_at_r"],
        cv=2,
    ).fit(X, y)
    placed = search.best_estimator_.transform(X)
    assert metrics.map_at_r_scorer(search.best_estimator_, X, y) == pytest.approx(
        map_at_r_by_loop(y, placed)
    )
    assert len(set(search.cv_results_["mean_test_score"])) == 2


def test_smaller_is_better_scores_are_negated_for_searches():
    X, y = load_iris(return_X_y=True)
    scaler = StandardScaler().fit(X)
    expected = metrics.uniformity(y, scaler.transform(X))
    assert metrics.uniformity_scorer(scaler, X, y) == -expected


def test_estimators_of_two_views_are_scored_on_both():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    view = X @ rng.normal(size=(3, 4)) + 0.1 * rng.normal(size=(60, 4))
    cca = CCA(2)
    scores = cross_val_score(cca, X, view, scoring=metrics.recall_at_1_scorer, cv=3)
    assert (scores > 0.3).all()
    first, second = cca.fit(X, view).transform(X, view)
    expected = metrics.recall_at_1(second, first)
    assert metrics.recall_at_1_scorer(cca, X, view) == pytest.approx(expected)


def test_estimators_without_transform_are_refused():
    X, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), KNeighborsClassifier()).fit(X, y)
    with pytest.raises(ValueError, match=r"KNeighborsClassifier has no transform, wh"):
        metrics.recall_at_1_scorer(model, X, y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.recall_at_k([0, 0], [[0.0], [1.0]], k=0), "positive integer"),
        (lambda: metrics.recall_at_k([0, 0], [[0.0], [1.0]], k=True), "got True"),
        (lambda: metrics.knn_accuracy([0, 0], [[0.0], [1.0]], k=1.5), "got 1.5"),
        (lambda: metrics.recall_at_1([0, 0], [0.0, 1.0]), r"shape \(n, dim\)"),
        (lambda: metrics.recall_at_1([0, 0], [[0.0], [np.nan]]), "missing or infinite"),
        (lambda: metrics.recall_at_1([0, 0, 1], [[0.0], [1.0]]), "3 rows"),
        (lambda: metrics.recall_at_1(np.ones((2, 3)), np.ones((2, 2))), "2 columns"),
        (lambda: metrics.map_at_r([0, None], [[0.0], [1.0]]), "labels are missing"),
        (lambda: metrics.knn_accuracy(np.ones((2, 2)), np.ones((2, 2))), "not a view"),
        (lambda: metrics.silhouette(np.ones((2, 2)), np.ones((2, 2))), "not a view"),
    ],
)
def test_what_cannot_be_scored_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
