"""The rows that an embedding places closest to one row."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.neighbors import NearestNeighbors

from skloss import TorchAligner, TorchEmbedder, compare_losses, report


@pytest.fixture(scope="module")
def comparison():
    X, y = load_iris(return_X_y=True, as_frame=True)
    few = TorchEmbedder(embedding_dim=3, max_iter=5, random_state=0)
    X = X.assign(distance=1.0)  # a feature with the name of a column of the result
    return compare_losses(X, y, "triplet", task="embedding", estimator=few, cv=3)


@pytest.mark.parametrize("row", [0, 77, 149])
def test_neighbours_are_those_in_the_embedding_of_the_fold(comparison, row):
    rows = comparison.predictions
    fold = rows.set_index("row")["fold"][row]
    own = rows[rows["fold"] == fold].set_index("row")
    placed = own[["y_pred_0", "y_pred_1", "y_pred_2"]]
    searched = NearestNeighbors(n_neighbors=5).fit(placed.to_numpy())
    distance, index = searched.kneighbors(placed.loc[[row]].to_numpy())
    found = report.nearest_rows(comparison, "triplet", row, n=4)
    assert found.index[0] == row
    assert set(found.index) == set(own.index[index[0]])
    np.testing.assert_allclose(found["distance "], distance[0], atol=1e-6)
    assert found["target"].tolist() == own.loc[found.index, "y_true"].tolist()
    np.testing.assert_array_equal(
        found["petal length (cm)"], comparison.X.loc[found.index, "petal length (cm)"]
    )


def test_a_row_that_was_not_held_out_is_refused(comparison):
    with pytest.raises(ValueError, match="Row 150 is not a held-out row of 'triplet'"):
        report.nearest_rows(comparison, "triplet", 150)


def test_second_views_are_ranked_by_their_distance_to_the_first_view_of_the_row():
    X = np.random.default_rng(0).normal(size=(40, 3))
    few = TorchAligner(embedding_dim=2, max_iter=2, random_state=0)
    views = compare_losses(X, X[:, :2], "clip", task="pairs", estimator=few, cv=2)
    rows = views.predictions.set_index("row")
    own = rows[rows["fold"] == rows["fold"][7]]
    first = own.loc[[7], ["y_pred_0", "y_pred_1"]].to_numpy()
    second = own[["y_true_0", "y_true_1"]].to_numpy()
    distance, index = NearestNeighbors(n_neighbors=20).fit(second).kneighbors(first)
    ranked = own.index[index[0]].tolist()
    found = report.nearest_rows(views, "symmetric_cross_entropy", 7, n=3)
    assert found.index.tolist() == [7, *[row for row in ranked if row != 7][:3]]
    assert found["rank"].tolist() == [ranked.index(row) + 1 for row in found.index]
    np.testing.assert_allclose(
        found["distance"], distance[0][found["rank"] - 1], atol=1e-6
    )
