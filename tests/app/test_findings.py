"""The words and marks on the Compare page follow from the folds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss.app import findings
from tests.report.comparisons import comparison_of


@pytest.fixture
def clear():
    return comparison_of(
        mae__squared_error=[50, 51, 49, 50, 50],
        mae__absolute_error=[40, 41, 39, 40, 40],
        mae__huber=[40.1, 40.9, 39.2, 39.9, 40.2],
    )


def test_the_matrix_marks_best_and_tie(clear):
    cells = findings.matrix(clear, unit="mm")
    assert cells.columns.tolist() == ["MAE ↓ (mm)"]
    marked = cells["MAE ↓ (mm)"].str[-1].tolist()
    assert marked == ["2", "●", "≈"]


def test_references_stand_below_in_brackets_and_unmarked(clear):
    columns = pd.MultiIndex.from_product([["mae"], ["mean", "se"]])
    references = pd.DataFrame(
        [[70.0, 1.0], [30.0, 1.0]], ["constant", "gradient_boosting"], columns
    )
    cells = findings.matrix(clear, references=references)["MAE ↓"].iloc[3:]
    assert cells.index.tolist() == ["(constant)", "(gradient\u00a0boosting)"]
    assert cells.tolist() == ["70.0\u00a0±\u00a01.0", "30.0\u00a0±\u00a01.0"]


def test_awaited_references_have_their_place(clear):
    cells = findings.matrix(clear, awaited=True)["MAE ↓"]
    assert cells.iloc[3:].tolist() == ["…", "…"]


def test_a_loss_without_a_value_gets_a_dash():
    comparison = comparison_of(nll__a=[1.0, 1.1], nll__b=[np.nan, np.nan])
    assert findings.matrix(comparison).loc["b"].tolist() == ["–"]


def test_a_stopped_loss_is_marked():
    comparison = comparison_of(mae__a=[1.0, 1.1], mae__b=[2.0, 2.1], stopped=("b",))
    names = findings.matrix(comparison).index.tolist()
    assert names[:2] == ["a", "b (stopped early)"]


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
        "No loss clearly gives the smallest typical miss (MAE 45.0 to 45.3)."
    ]


def test_many_tied_losses_are_counted():
    ties = {f"mae__loss{k}": [1.0, 1.1 + k / 99, 1.2] for k in range(6)}
    comparison = comparison_of(**ties, mae__bad=[5.0, 5.1, 5.2])
    assert findings.sentences(comparison) == [
        "**Loss0**, **loss1**, **loss2** and 3 more tie for the smallest typical miss "
        "(MAE from 1.10)."
    ]


@pytest.mark.parametrize(
    ("noise", "sentence"),
    [
        (stats.laplace, "The noise looks Laplace (0."),
        (stats.norm, "The noise looks Gaussian (0."),
        (stats.logistic, "Whether the noise is Gaussian or Laplace is undecided."),
    ],
)
def test_the_third_sentence_says_which_noise_it_is(noise, sentence):
    residuals = noise.ppf((np.arange(2000) + 0.5) / 2000)
    predictions = pd.DataFrame({"loss": "a", "y_true": residuals, "y_pred": 0.0})
    comparison = comparison_of(
        predictions=predictions, nll__a=[1.0, 1.1], nll__b=[1.2, 1.0]
    )
    (said,) = findings.sentences(comparison)
    assert said.startswith("No loss clearly gives the best noise model for new rows")
    assert sentence in said


def test_worst_rows_come_with_their_features_and_number():
    predictions = pd.DataFrame(
        {"loss": "a", "row": [0, 1], "y_true": [1.0, 9.0], "y_pred": [1.5, 2.0]}
    )
    comparison = comparison_of(predictions=predictions, mae__a=[0.5, 7.0])
    features = pd.DataFrame({"missed by": ["x", "y"]}, index=[3, 8])
    shown = findings.worst_rows(comparison, "a", features, "price")
    assert shown.index.tolist() == [9, 4]
    assert shown.columns.tolist() == [
        *("true price", "predicted price", "missed by *", "missed by")
    ]
    assert shown["missed by *"].tolist() == [7.0, 0.5]
    assert shown["missed by"].tolist() == ["y", "x"]


def test_a_single_loss_makes_no_sentence():
    assert findings.sentences(comparison_of(mae__a=[1.0, 2.0])) == []


def test_a_hostile_unit_is_escaped():
    comparison = comparison_of(mae__a=[1.0, 2.0], mae__b=[2.0, 2.5])
    assert "![" not in findings.matrix(comparison, "![x](y)").columns[0]


@pytest.fixture
def classified():
    comparison = comparison_of(
        "binary", classes=["no", "yes"], accuracy__a=[0.5, 0.75], accuracy__b=[1, 1]
    )
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
    assert table["Recall"].to_dict() == {"yes": "1.00", "no": "0.667"}
    assert table["Rows"].tolist() == ["1", "3"]  # the rarest first
