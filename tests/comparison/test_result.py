"""What a comparison reports follows from its folds, and stopped losses never win."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes

from skloss import TorchClassifier, TorchRegressor, compare_losses, report
from tests.report.comparisons import comparison_of


@pytest.fixture
def scored():
    return comparison_of(
        rmse__a=[2.0, 4.0],
        rmse__b=[3.0, 5.0],
        r2__a=[0.5, 0.3],
        r2__b=[0.9, 0.7],
        nll__a=[np.nan, np.nan],
        nll__b=[np.nan, np.nan],
        mine__a=[1.0, 1.0],
        mine__b=[0.0, 0.0],
    )


@pytest.fixture(scope="module")
def stopped():
    X, y = load_diabetes(return_X_y=True)
    endless = TorchRegressor(max_iter=10**7, early_stopping=False, tol=0.0)
    trained = set()

    def both_have_begun(record):  # stacks of both train side by side
        trained.update((row["loss"], row["fold"]) for row in record.rows)
        return len(trained) == 4

    names = ["mse", "mae"]
    return compare_losses(
        X, y, names, estimator=endless, cv=2, on_epoch=both_have_begun
    )


def test_the_table_has_the_mean_and_the_standard_error_of_each_metric(scored):
    table = scored.table
    assert table.index.tolist() == ["a", "b"]
    assert table.columns.names == ["metric", None]
    assert table["rmse", "mean"].tolist() == [3.0, 4.0]
    # The standard deviation of two values is their distance by the square root of 2.
    assert table["rmse", "se"].tolist() == pytest.approx([1.0, 1.0])
    assert table["r2", "se"].tolist() == pytest.approx([0.1, 0.1])


def test_metrics_and_losses_keep_their_order(scored):
    metrics = scored.table.columns.unique(level=0).tolist()
    assert metrics == ["rmse", "r2", "nll", "mine"]


def test_the_winner_has_the_best_mean_in_the_direction_of_the_metric(scored):
    winners = scored.winners()
    assert winners.to_dict() == {"rmse": "a", "r2": "b", "mine": "a"}
    assert (winners.name, winners.index.name) == ("loss", "metric")


def test_of_equal_losses_the_first_one_wins():
    comparison = comparison_of(mae__b=[1.0, 1.0], mae__a=[1.0, 1.0])
    assert comparison.winners().to_dict() == {"mae": "b"}


def test_no_loss_wins_a_metric_on_which_none_is_better_than_a_constant(rng):
    """Two classes that the features do not separate: no row is predicted as rare."""
    X, y = rng.normal(size=(400, 2)), np.repeat([0, 1], [376, 24])
    found = compare_losses(
        *(X, y, ["cross_entropy", "focal"]),
        estimator=TorchClassifier(hidden_layer_sizes=()),
        cv=3,
    )
    assert (found.table["g_mean", "mean"] == 0).all()
    assert (found.table["balanced_accuracy", "mean"] == 0.5).all()
    assert not {"f1", "g_mean", "balanced_accuracy", "mcc"} & set(found.winners().index)
    assert "No loss ever predicts the class “1”" in found.summary()


def test_an_unknown_metric_is_refused_with_the_known_ones(scored):
    with pytest.raises(ValueError, match=r"'nope'; choose one of rmse, r2, nll, mine"):
        scored.standing("nope")


@pytest.mark.parametrize(
    ("marked", "winner", "ranked"),
    [
        ((), "a", ["a", "b", "c"]),
        (("a",), "b", ["b", "c"]),
        (("a", "b"), "c", ["c"]),
    ],
)
def test_a_loss_that_was_stopped_is_never_ranked(marked, winner, ranked):
    values = {"mae__a": [1.0, 1.0], "mae__b": [2.0, 2.0], "mae__c": [3.0, 3.0]}
    comparison = comparison_of(stopped=marked, **values)
    assert comparison.winners().to_dict() == {"mae": winner}
    assert comparison.standing("mae").index.tolist() == ranked
    assert comparison.standing("mae")["gap"].iloc[0] == 0
    assert comparison.table.index.tolist() == ["a", "b", "c"]


def test_without_a_finished_loss_there_is_no_winner():
    comparison = comparison_of(stopped=("a",), mae__a=[1.0, 1.0])
    assert comparison.winners().empty
    assert comparison.standing("mae").empty


def test_a_run_that_was_stopped_marks_its_losses_and_ranks_none(stopped):
    assert set(stopped.stopped) == {"squared_error", "absolute_error"}
    assert stopped.winners().empty
    assert stopped.standing("mae").empty
    assert np.isfinite(stopped.table["mae", "mean"]).all()
    assert stopped.summary() == (
        "Squared error and absolute error were stopped early and not ranked. "
        "Each fit is an ensemble of 8 networks."
    )


def test_a_run_that_was_stopped_has_a_page(stopped, tmp_path):
    stopped.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("(stopped early)") >= 2


def test_a_missing_value_of_one_fold_is_left_out_of_the_mean_but_not_ranked():
    comparison = comparison_of(mae__a=[1.0, np.nan], mae__b=[3.0, 3.0])
    assert comparison.table["mae", "mean"].tolist() == [1.0, 3.0]
    assert comparison.standing("mae").index.tolist() == ["b"]


def test_reports_are_those_of_the_package():
    X, y = load_diabetes(return_X_y=True)
    comparison = compare_losses(
        *(X, y, ["mse", "mae"]), estimator=TorchRegressor(hidden_layer_sizes=()), cv=2
    )
    assert comparison.summary() == report.summary(comparison)
    assert comparison.script() == report.script(comparison)
    assert comparison._repr_html_() == report.html_table(comparison)


def test_a_script_is_written_once():
    comparison = comparison_of(mae__a=[1.0], data=(np.ones((1, 1)), np.ones(1), None))
    assert comparison.script() is comparison.script()


def test_the_data_are_those_of_the_call():
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    weight = np.arange(len(y)) % 3
    comparison = compare_losses(
        *(X, y, "mse"),
        estimator=TorchRegressor(hidden_layer_sizes=()),
        cv=2,
        sample_weight=weight,
    )
    assert comparison.X is X
    pd.testing.assert_series_equal(comparison.y, y)
    np.testing.assert_array_equal(comparison.sample_weight, weight)


def test_a_single_column_of_classes_is_kept_as_one_value_per_row():
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = (X[:, :1] > 0).astype(int)
    comparison = compare_losses(X, y, "cross_entropy", cv=2, task="binary")
    assert comparison.y.shape == (40,)
    names = ["constant", "linear_model", "gradient_boosting"]
    assert comparison.references().index.tolist() == names


def test_the_text_of_a_comparison_names_its_size_and_task(scored):
    assert repr(scored).startswith("<Comparison of 2 losses, regression>\n")
