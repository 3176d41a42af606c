"""Figures of real comparisons show the numbers of their tables."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.metrics import roc_auc_score

from skloss import TorchClassifier, TorchRegressor, compare_losses, figures
from tests.figures.comparisons import named


@pytest.fixture(scope="module")
def regression():
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    linear = TorchRegressor(hidden_layer_sizes=(), solver="adam", max_iter=5)
    losses = ["squared_error", "huber"]
    return compare_losses(
        X, y.rename("progression"), losses, estimator=linear, cv=3, unit="points"
    )


@pytest.fixture(scope="module")
def classification():
    X, y = load_iris(return_X_y=True)
    linear = TorchClassifier(hidden_layer_sizes=(), alpha=0.1)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    return compare_losses(X, names, ["cross_entropy", "hinge"], estimator=linear, cv=3)


@pytest.mark.parametrize("metric", ["mae", "rmse", "r2", "nll"])
def test_fold_scores_are_those_of_the_folds(regression, metric):
    figure = figures.fold_scores(regression, metric)
    for loss, trace in zip(regression.table.index, figure.data, strict=True):
        rows = regression.folds.query("loss == @loss and metric == @metric")
        np.testing.assert_array_equal(trace.y, rows["value"])
        mean = regression.table.loc[loss, (metric, "mean")]
        assert np.mean(trace.y) == pytest.approx(mean)


def test_points_reproduce_the_scores_of_the_table(regression):
    figure = figures.prediction_vs_truth(regression)
    for loss, trace in zip(regression.table.index, named(figure).values(), strict=True):
        rows = regression.predictions.query("loss == @loss")
        by_fold = np.abs(trace.y - trace.x)
        mae = [by_fold[rows["fold"] == fold].mean() for fold in range(3)]
        expected = regression.table.loc[loss, ("mae", "mean")]
        assert np.mean(mae) == pytest.approx(expected)
    assert figure.layout.yaxis.title.text == "true progression (points)"


def test_learning_curves_are_means_of_the_histories(regression):
    traces = named(figures.learning_curves(regression))
    histories = regression.histories
    for loss, trace in zip(regression.table.index, traces.values(), strict=True):
        rows = histories[histories["loss"] == loss]
        by_epoch = rows.groupby("epoch")[["train", "validation"]].mean()
        shown = by_epoch["validation"].fillna(by_epoch["train"])
        np.testing.assert_allclose(trace.customdata, shown)


def test_bars_contain_every_held_out_row(regression):
    bars = figures.residual_histogram(regression, "huber").data[0]
    assert bars.customdata[:, 2].sum() == len(regression.y)


@pytest.mark.parametrize("loss", ["cross_entropy", "hinge"])
def test_the_diagonal_of_the_confusion_matrix_is_the_recall(classification, loss):
    share = figures.confusion_matrix(classification, loss).data[0].z
    rows = classification.predictions.query("loss == @loss")
    correct = rows["y_true"] == rows["y_pred"]
    expected = correct.groupby(rows["y_true"]).mean()
    np.testing.assert_allclose(np.diag(share), expected[classification.classes])


@pytest.mark.parametrize("label", ["setosa", "virginica"])
def test_every_class_has_its_curves(classification, label):
    for draw in (figures.precision_recall_curves, figures.roc_curves):
        figure = draw(classification, label)
        assert "cross-entropy" in named(figure)
        assert figure.layout.title.subtitle.text.startswith(f"class {label}")
    figure = figures.threshold_curve(classification, "cross_entropy", label, 0.2)
    assert figure.layout.meta["caption"].startswith("At 0.2: precision ")


def test_several_targets_are_drawn_one_at_a_time():
    X, y = load_diabetes(return_X_y=True)
    linear = TorchRegressor(hidden_layer_sizes=())
    both = np.column_stack([y, -2 * y])
    comparison = compare_losses(X, both, ["squared_error"], estimator=linear, cv=2)
    first, second = (
        named(figures.prediction_vs_truth(comparison, output))["squared error"]
        for output in (0, 1)
    )
    np.testing.assert_allclose(second.y, -2 * np.asarray(first.y))
    for draw in (figures.residual_histogram, figures.residual_qq):
        assert draw(comparison, "squared_error", output=1).data
        with pytest.raises(ValueError, match="output="):
            draw(comparison, "squared_error")


def test_labels_are_drawn_one_at_a_time():
    X, y = make_multilabel_classification(n_classes=3, random_state=0)
    linear = TorchClassifier(hidden_layer_sizes=())
    losses = ["binary_cross_entropy"]
    comparison = compare_losses(X, y, losses, estimator=linear, cv=2)
    rows = comparison.predictions
    for label in range(3):
        curve = figures.roc_curves(comparison, label).data[-1]
        area = roc_auc_score(rows[f"y_true_{label}"], rows[f"proba_{label}"])
        assert np.trapezoid(curve.y[::-1], curve.x[::-1]) == pytest.approx(area)


@pytest.mark.parametrize("draw", [figures.learning_curves, figures.prediction_vs_truth])
def test_drawing_changes_nothing(regression, draw):
    before = regression.predictions.copy(), regression.histories.copy()
    assert draw(regression) == draw(regression)
    assert regression.predictions.equals(before[0])
    assert regression.histories.equals(before[1])


def test_figures_are_valid_json(regression):
    figure = figures.prediction_vs_truth(regression)
    assert set(json.loads(figure.to_json())) == {"data", "layout"}
