"""Rows of an embedding are those of one loss in one fold."""

import numpy as np
import pytest

from skloss.figures.placed_rows import is_on_sphere, placed_rows
from tests.figures.comparisons import comparison_of, numbers
from tests.figures.embeddings import of_labels, of_views


def test_rows_are_those_of_the_loss_in_the_fold():
    comparison = of_labels(dim=3)
    rows = comparison.predictions.query("loss == 'triplet' and fold == 1")
    placed, truth, numbers_of_rows = placed_rows(comparison, "triplet", 1)
    columns = ["y_pred_0", "y_pred_1", "y_pred_2"]
    np.testing.assert_array_equal(placed, rows[columns])
    np.testing.assert_array_equal(truth, rows["y_true"])
    np.testing.assert_array_equal(numbers_of_rows, rows["row"])


def test_the_first_fold_with_rows_is_taken_unless_chosen():
    comparison = of_labels(dim=2)
    first = placed_rows(comparison, "triplet")[2]
    np.testing.assert_array_equal(first, placed_rows(comparison, "triplet", 0)[2])
    comparison.predictions = comparison.predictions.query("fold == 1")
    np.testing.assert_array_equal(placed_rows(comparison, "triplet")[2] % 2, 1)


def test_columns_of_wider_losses_are_left_out():
    comparison = of_labels(dim=2)
    assert placed_rows(comparison, "triplet")[0].shape == (20, 2)
    assert placed_rows(comparison, "other")[0].shape == (20, 3)


def test_columns_have_the_order_of_their_numbers():
    comparison = of_labels(dim=11)
    expected = comparison.predictions.query("loss == 'triplet' and fold == 0")
    placed, *_ = placed_rows(comparison, "triplet")
    np.testing.assert_array_equal(placed[:, 2], expected["y_pred_2"])
    np.testing.assert_array_equal(placed[:, 10], expected["y_pred_10"])


def test_of_two_views_the_truth_is_the_second():
    placed, truth, _ = placed_rows(of_views(), "clip")
    assert placed.shape == truth.shape == (20, 2)
    turned = np.angle((placed @ [1, 1j]) / (truth @ [1, 1j]))
    np.testing.assert_allclose(turned, 0.1)


@pytest.mark.parametrize(
    ("length", "expected"), [(1.0, True), (1.00005, True), (1.001, False), (0.5, False)]
)
def test_a_sphere_has_radius_one_up_to_single_precision(length, expected):
    assert is_on_sphere(length * np.array([[0.6, 0.8], [1.0, 0.0]])) is expected


def test_one_row_off_the_sphere_is_enough():
    assert not is_on_sphere(np.array([[1.0, 0.0], [0.9, 0.0]]))


def test_other_tasks_losses_and_folds_are_refused_by_name():
    with pytest.raises(ValueError, match="and the task is regression"):
        placed_rows(comparison_of(numbers()), "huber")
    with pytest.raises(ValueError, match="'x'; choose one of triplet, other"):
        placed_rows(of_labels(dim=2), "x")
    with pytest.raises(ValueError, match="no rows of 'triplet' in fold 5"):
        placed_rows(of_labels(dim=2), "triplet", 5)
