"""Recall by k is that of the metric in each fold, with an interval over the folds."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from skloss import figures, metrics
from tests.figures.comparisons import (
    caption_of,
    comparison_of,
    message_of,
    named,
    numbers,
)
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


def test_a_loss_that_was_stopped_is_never_named_as_the_best():
    comparison = of_labels(dim=2)
    comparison.stopped = ["triplet"]
    figure = figures.recall_at_k(comparison)
    assert [trace.name for trace in figure.data] == ["triplet", "other"]
    assert caption_of(figure).startswith("Other has the best recall@1: ")
    comparison.stopped = ["triplet", "other"]
    caption = caption_of(figures.recall_at_k(comparison))
    assert caption.startswith("How to read")
    assert caption.endswith("Triplet and other were stopped early and not ranked.")


def test_rows_without_any_match_have_a_message():
    comparison = of_labels(dim=2, n_rows=20)
    comparison.predictions["y_true"] = np.arange(40).astype(str)
    figure = figures.recall_at_k(comparison)
    assert message_of(figure) == "No held-out row has a match in its fold."
    assert figure.data == ()
    assert "nan" not in caption_of(figure)


def test_a_fold_without_a_match_has_no_part_in_the_mean():
    comparison = of_labels(dim=2)
    rows = comparison.predictions
    second = rows["fold"] == 1
    rows.loc[second, "y_true"] = np.arange(second.sum()).astype(str)
    trace = named(figures.recall_at_k(comparison))["triplet"]
    expected = recall_of_folds(SimpleNamespace(predictions=rows[~second]), "triplet", 1)
    assert trace.y[0] == pytest.approx(expected.mean())
    np.testing.assert_array_equal(trace.error_y.array, 0)


def test_recall_grows_with_the_number_of_neighbours():
    comparison = of_labels(dim=1, n_classes=8, n_rows=60)
    for trace in figures.recall_at_k(comparison).data:
        assert (np.diff(trace.y) >= 0).all()
        assert 0 <= trace.y[0] <= trace.y[-1] <= 1


def test_lines_of_two_losses_are_next_to_each_other():
    first, second = figures.recall_at_k(of_labels(dim=2)).data
    np.testing.assert_allclose(np.subtract(second.x, first.x), 0.06)
    np.testing.assert_allclose(np.add(second.x, first.x) / 2, np.arange(1, 11))


def test_axes_show_every_number_of_neighbours_and_shares():
    layout = figures.recall_at_k(of_labels(dim=2)).layout
    assert layout.xaxis.range == (0.7, 10.3)
    assert layout.xaxis.dtick == 1
    assert layout.yaxis.tickformat == ".0%"
    assert layout.yaxis.title.text == "recall@k"
    assert layout.meta["alt"] == "Recall at 1 to 10 of triplet and other."


def test_the_caption_counts_the_folds():
    assert "intervals from 2 folds;" in caption_of(
        figures.recall_at_k(of_labels(dim=2))
    )
    comparison = of_views()
    comparison.predictions = comparison.predictions.query("fold == 0")
    assert "intervals from 1 fold;" in caption_of(figures.recall_at_k(comparison))
