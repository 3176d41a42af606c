"""The words and marks on the Compare page follow from the folds."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss.app import findings


def comparison_of(task="regression", stopped=(), **values):
    """Build a comparison from values by fold, one array per metric__loss."""
    rows = [
        {"metric": metric, "loss": loss, "fold": fold, "value": value}
        for key, by_fold in values.items()
        for metric, loss in [key.split("__")]
        for fold, value in enumerate(by_fold)
    ]
    folds = pd.DataFrame(rows)
    scores = folds.groupby(["loss", "metric"], sort=False)["value"]
    both = pd.concat({"mean": scores.mean(), "se": scores.sem()}, axis=1)
    table = both.unstack("metric").swaplevel(axis=1)
    return SimpleNamespace(
        task=task, folds=folds, table=table, stopped=stopped, classes=["no", "yes"]
    )


@pytest.fixture
def clear():
    return comparison_of(
        mae__squared_error=[50, 51, 49, 50, 50],
        mae__absolute_error=[40, 41, 39, 40, 40],
        mae__huber=[40.1, 40.9, 39.2, 39.9, 40.2],
    )


def test_a_gap_that_every_fold_shows_is_clear(clear):
    ranked = findings.standing(clear, "mae")
    assert ranked.index.tolist() == ["absolute_error", "huber", "squared_error"]
    assert ranked["clear"].tolist() == [False, False, True]


def test_the_gap_is_judged_with_the_corrected_resampled_t_test():
    # Nadeau and Bengio (2003): variance times 1/k + n_test/n_train, here 1/5 + 1/4,
    # against Student's t with 4 degrees of freedom at 97.5 %: 2.776.
    noise = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    limit = 2.776 * np.sqrt(0.45 * 2.5)
    level = np.full(5, 100.0)
    for factor, clear in ((0.99, False), (1.01, True)):
        comparison = comparison_of(
            rmse__a=level, rmse__b=level + noise + factor * limit
        )
        assert findings.standing(comparison, "rmse")["clear"].tolist() == [False, clear]


def test_greater_is_better_where_it_is(clear):
    comparison = comparison_of(r2__a=[0.1, 0.2], r2__b=[0.8, 0.9])
    assert findings.standing(comparison, "r2").index[0] == "b"


def test_the_matrix_marks_best_and_tie(clear):
    cells = findings.matrix(clear, unit="mm")
    assert cells.columns.tolist() == ["MAE ↓ (mm)"]
    assert cells["MAE ↓ (mm)"].str.contains("●").tolist() == [False, True, False]
    assert cells["MAE ↓ (mm)"].str.contains("≈").tolist() == [False, False, True]


def test_a_loss_without_a_value_gets_a_dash():
    comparison = comparison_of(nll__a=[1.0, 1.1], nll__b=[np.nan, np.nan])
    assert findings.matrix(comparison).loc["b"].tolist() == ["–"]


def test_a_stopped_loss_is_marked():
    comparison = comparison_of(mae__a=[1.0, 1.1], mae__b=[2.0, 2.1], stopped=("b",))
    assert findings.matrix(comparison).index.tolist() == ["a", "b (stopped early)"]


def test_a_clear_winner_is_said_with_its_lead():
    comparison = comparison_of(
        mae__squared_error=[50, 51, 49, 50, 50], mae__huber=[40, 41, 39, 40, 40]
    )
    assert findings.sentences(comparison, "mm") == [
        "**Huber** gives the smallest typical miss (MAE 40.0 mm, 20% better than "
        "squared error, a clear difference)."
    ]


def test_tied_winners_are_said_together(clear):
    assert findings.sentences(clear) == [
        "**Absolute error** and **huber** tie for the smallest typical miss "
        "(MAE from 40.0)."
    ]


def test_nothing_is_claimed_where_the_folds_disagree():
    comparison = comparison_of(mae__a=[50, 40, 45], mae__b=[40, 50, 46])
    assert findings.sentences(comparison) == [
        "The folds show no clear difference for the smallest typical miss "
        "(MAE 45.0 to 45.3)."
    ]


def test_a_single_loss_makes_no_sentence():
    assert findings.sentences(comparison_of(mae__a=[1.0, 2.0])) == []


def test_a_hostile_unit_is_escaped():
    comparison = comparison_of(mae__a=[1.0, 2.0], mae__b=[2.0, 2.5])
    assert "![" not in findings.matrix(comparison, "![x](y)").columns[0]


@pytest.fixture
def classified():
    comparison = comparison_of("binary", accuracy__a=[0.5, 0.75], accuracy__b=[1, 1])
    comparison.predictions = pd.DataFrame(
        {
            "loss": ["a"] * 4,
            "fold": 0,
            "row": range(4),
            "y_true": ["no", "no", "no", "yes"],
            "y_pred": ["no", "no", "yes", "yes"],
            "proba_no": [0.9, 0.7, 0.4, 0.2],
            "proba_yes": [0.1, 0.3, 0.6, 0.8],
        }
    )
    return comparison


def test_the_rarest_class_comes_first(classified):
    assert findings.rarest_first(classified).to_dict() == {"yes": 0.25, "no": 0.75}


def test_a_threshold_is_scored_by_hand(classified):
    # Called yes at 0.5: two rows, one of them right; all of the class is found.
    said = dict(findings.at_threshold(classified, "a", "yes", 0.5))
    assert said == {
        "Recall": "1.00",
        "Precision": "0.500",
        "F1": "0.667",
        "Balanced accuracy": "0.833",
        "Rows called it": "2",
    }


def test_the_per_class_table_has_one_row_per_class(classified):
    table = findings.per_class(classified, "a")
    assert table["Recall"].to_dict() == {"no": "0.667", "yes": "1.00"}
    assert table["Rows"].to_dict() == {"no": "3", "yes": "1"}
