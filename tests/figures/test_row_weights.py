"""A weight of 2 draws what the row twice would draw, and a common factor nothing."""

import numpy as np
import pandas as pd
import pytest

from skloss import figures, report
from skloss.figures import row_weights
from tests.figures.comparisons import (
    caption_of,
    classes,
    named,
    numbers,
    of_classes,
    of_numbers,
)

COUNTS = np.random.default_rng(1).integers(1, 4, size=400)


def pair(frame, make, **values):
    """Return a comparison with counts as weights, and one with rows repeated."""
    weighted = make(frame, **values)
    weighted.sample_weight = COUNTS
    repeated = frame.loc[frame.index.repeat(COUNTS[frame["row"]])]
    plain = make(repeated.reset_index(drop=True), **values)
    plain.sample_weight = None
    return weighted, plain


@pytest.fixture
def labels():
    frame = classes(["a"]).assign(fold=lambda it: it["row"] % 5)
    return pair(frame, of_classes, classes=["no", "yes"])


@pytest.fixture
def values():
    X = pd.DataFrame({"size": numbers(["a"])["y_true"].round(-1)})
    return pair(numbers(["a"]), of_numbers, X=X)


@pytest.mark.parametrize(
    "draw",
    [
        lambda it: figures.threshold_curve(it, "a", "yes", 0.3),
        lambda it: figures.precision_recall_curves(it, "yes"),
        lambda it: figures.roc_curves(it, "yes"),
    ],
)
def test_curves_of_a_class_count_rows_by_weight(labels, draw):
    weighted, repeated = map(draw, labels)
    for name, trace in named(weighted).items():
        np.testing.assert_allclose(trace.y, named(repeated)[name].y)
    assert caption_of(weighted) == caption_of(repeated)


def test_the_confusion_matrix_counts_rows_by_weight(labels):
    weighted, repeated = (figures.confusion_matrix(it, "a") for it in labels)
    np.testing.assert_allclose(weighted.data[0].z, repeated.data[0].z)
    np.testing.assert_array_equal(weighted.data[1].text, repeated.data[1].text)


@pytest.mark.parametrize("table", [report.class_shares, report.tuned_scores])
def test_tables_of_classes_count_rows_by_weight(labels, table):
    arguments = [["yes"], []][table is report.class_shares]
    weighted, repeated = (table(it, *arguments) for it in labels)
    np.testing.assert_array_equal(weighted.to_numpy(), repeated.to_numpy())


def test_the_histogram_of_residuals_counts_rows_by_weight(values):
    weighted, repeated = (figures.residual_histogram(it, "a") for it in values)
    assert caption_of(weighted).split(". ")[0] == caption_of(repeated).split(". ")[0]
    bars = [figure.data[0] for figure in (weighted, repeated)]
    rows = [bar.customdata[:, 2].sum() for bar in bars]
    assert rows[0] == pytest.approx(rows[1], abs=6)  # the frames differ a little
    areas = [np.sum(bar.y * bar.width) for bar in bars]
    assert areas[0] == pytest.approx(areas[1], abs=0.01)


def test_positions_within_noise_models_count_rows_by_weight(values):
    weighted, repeated = (figures.residual_pit(it, "a") for it in values)
    for name, trace in named(weighted).items():
        np.testing.assert_allclose(trace.y, named(repeated)[name].y, atol=1e-3)
    assert report.coverage_table(values[0], "a").equals(
        report.coverage_table(values[1], "a")
    )


def test_the_noise_table_counts_rows_by_weight(values):
    assert report.noise_sentence(values[0], "a") == report.noise_sentence(
        values[1], "a"
    )
    assert report.noise_table(values[0]).equals(report.noise_table(values[1]))


def test_the_median_error_and_the_fits_count_rows_by_weight(values):
    errors = [caption_of(figures.prediction_vs_truth(it)) for it in values]
    halves = [text.partition(":")[2].partition(".")[0] for text in errors]
    assert halves[0] == halves[1]
    assert errors[0].startswith("Half of the weight has an error of less than")
    curves = [figures.fits(it, "size").data[-1].y for it in values]
    np.testing.assert_allclose(*curves)


def test_the_spread_of_a_part_is_its_weighted_median():
    frame = numbers(["a"], n_rows=40).assign(
        y_pred=np.repeat([0.0, 10.0], 20), y_true=np.arange(40.0)
    )
    comparison = of_numbers(frame)
    # Of the first 20 rows only the last has weight, of the others only the first.
    comparison.sample_weight = np.r_[np.full(19, 1e-9), 1, 1, np.full(19, 1e-9)]
    median = named(figures.residual_spread(comparison, "a"))["median"]
    assert median.y.tolist() == [19.0, 10.0]


def test_relative_weights_have_a_mean_of_one_and_counts_stay():
    relative = np.array([1000.5, 3001.5])
    np.testing.assert_allclose(row_weights.counted(relative), [0.5, 1.5])
    np.testing.assert_array_equal(row_weights.counted(COUNTS), COUNTS)
    assert row_weights.counted(None) is None


def test_effective_rows_are_those_of_kish_unless_weights_are_counts():
    assert row_weights.effective_rows(np.array([1.0, 2.0])) == 3
    # (0.5 + 1.5)^2 / (0.25 + 2.25)
    assert row_weights.effective_rows(np.array([0.5, 1.5])) == pytest.approx(1.6)


def test_observed_frequencies_are_weighted():
    figure = figures.reliability(
        [True, False, False], {"a": [0.2, 0.2, 0.2]}, sample_weight=[2, 1, 0]
    )
    assert "diagonal, in brackets that of right probabilities: a 0.467 (" in (
        caption_of(figure)  # 2 / 3 - 0.2
    )
