"""Targets of embeddings: which rows belong together, and what they weigh."""

import numpy as np
import pytest
from scipy import sparse

from skloss import TorchAligner, TorchEmbedder, get_loss
from skloss.estimators.embedding_targets import (
    LabelTargets,
    ViewTargets,
    joined,
    second_view,
)
from skloss.tasks import as_task

X = np.arange(6.0).reshape(3, 2)
LABELS = LabelTargets(as_task("embedding"), None, n_dims=4)
TRIPLET = get_loss("triplet")


def test_labels_become_indices_in_sorted_order():
    target = LABELS.encode(np.array(["c", "a", "c"]), np.ones(3), TRIPLET)
    np.testing.assert_array_equal(target.values, [1, 0, 1])
    np.testing.assert_array_equal(target.labels, [1, 0, 1])
    assert target.n == 4


def test_weights_that_differ_follow_the_labels_in_a_second_column():
    target = LABELS.encode(np.array([7, 5, 7]), np.array([1.0, 2.0, 1.0]), TRIPLET)
    np.testing.assert_array_equal(target.values, [[1, 1], [0, 2], [1, 1]])
    held_out = LABELS.with_units(target, TRIPLET)
    equal = held_out.encode(np.array([3, 4]), np.ones(2), TRIPLET)
    np.testing.assert_array_equal(equal.values, [[0, 1], [1, 1]])


def test_without_labels_each_row_has_its_own():
    target = LABELS.encode(None, np.ones(3), TRIPLET)
    np.testing.assert_array_equal(target.values, [0, 1, 2])
    assert target.labels is None


def test_numbers_are_refused_as_labels_with_what_to_do():
    with pytest.raises(ValueError, match=r"pandas\.qcut.* TorchAligner"):
        LabelTargets.check(TorchEmbedder(), X, [0.5, 1.5, 2.5], True)


def test_the_columns_of_the_second_view_follow_those_of_the_first():
    both, view = ViewTargets.check(TorchAligner(), X, [7, 8, 9], True)
    np.testing.assert_array_equal(both, [[0, 1, 7], [2, 3, 8], [4, 5, 9]])
    np.testing.assert_array_equal(view, [[7], [8], [9]])


def test_views_are_joined_as_a_sparse_matrix_if_one_of_them_is_sparse():
    both = joined(sparse.csr_matrix(X), 10 * X)
    assert sparse.issparse(both) and both.format == "csr"
    np.testing.assert_array_equal(both.toarray()[2], [4, 5, 40, 50])


def test_a_target_of_pairs_counts_the_outputs_of_both_encoders_and_of_the_loss():
    pairs = ViewTargets(as_task("pairs"), None, n_dims=3, n_second=2)
    rows, weight = second_view(X), np.ones(3)
    clip, siglip = get_loss("clip", temperature=0.1), get_loss("siglip")
    assert pairs.encode(rows, weight, clip).n == 6
    assert pairs.encode(rows, weight, siglip).n == 8  # its temperature and bias
