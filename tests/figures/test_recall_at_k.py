"""Recall by k is that of the metric in each fold, with an interval over the folds."""

import numpy as np
import pytest
from scipy import stats

from skloss import figures, metrics
from tests.figures.comparisons import caption_of, comparison_of, named, numbers
from tests.figures.embeddings import of_labels, of_views


def recall_of_folds(comparison, loss, k):
    rows = comparison.predictions.query("loss == @loss")
    return np.array(
        [
            metrics.recall_at_k(
                own["y_true"], own.filter(like="y_pred").dropna(axis=1), k=k
            )
            for _, own in rows.groupby("fold")
        ]
    )


def test_lines_are_the_means_over_folds_with_intervals_of_student():
    comparison = of_labels(dim=2, n_classes=8, n_rows=60)
    rows = comparison.predictions
    rows["y_true"] = np.random.default_rng(1).permutation(rows["y_true"])
    traces = named(figures.recall_at_k(comparison))
    assert list(traces) == ["triplet", "other"]
    for loss, trace in traces.items():
        for k in (1, 3, 10):
            values = recall_of_folds(comparison, loss, k)
            assert trace.y[k - 1] == pytest.approx(values.mean())
            low, high = stats.t.interval(0.95, 1, values.mean(), stats.sem(values))
            low, high = max(low, 0.0), min(high, 1.0)
            np.testing.assert_allclose(trace.customdata[k - 1], [k, low, high])
            up, down = trace.error_y.array[k - 1], trace.error_y.arrayminus[k - 1]
            np.testing.assert_allclose(
                [up, down], [high - trace.y[k - 1], trace.y[k - 1] - low], atol=1e-12
            )


def test_the_caption_names_the_loss_that_is_best_at_the_first_row():
    comparison = of_labels(dim=2)
    comparison.stopped = ["other"]
    caption = caption_of(figures.recall_at_k(comparison))
    first, last = (recall_of_folds(comparison, "triplet", k).mean() for k in (1, 10))
    assert caption.startswith(
        f"Triplet has the best recall@1: {first:.1%} of held-out rows have a row of "
        f"their class as the nearest row, and {last:.1%}"
    )
    assert caption.endswith("Other was stopped early and not ranked.")


def test_views_are_searched_by_the_first_view():
    comparison = of_views()
    (trace,) = figures.recall_at_k(comparison).data
    np.testing.assert_allclose(trace.y, 1.0)
    np.testing.assert_array_equal(trace.x, np.arange(1, 11))
    assert "have their second view as the nearest row" in caption_of(
        figures.recall_at_k(comparison)
    )


def test_a_single_fold_has_no_interval():
    comparison = of_views()
    comparison.predictions = comparison.predictions.query("fold == 0")
    (trace,) = figures.recall_at_k(comparison).data
    np.testing.assert_array_equal(trace.error_y.array, 0.0)


def test_a_task_without_embeddings_is_refused():
    with pytest.raises(ValueError, match="requires an embedding of each row"):
        figures.recall_at_k(comparison_of(numbers()))
