"""Tables of single classes, against counts by hand."""

import html

import numpy as np
import pandas as pd
import pytest

from skloss import get_loss, metrics, report
from skloss.report import Markup
from tests.report.comparisons import comparison_of

ESCAPED = Markup(html.escape, str)


@pytest.fixture
def classified():
    predictions = pd.DataFrame(
        {
            "loss": ["a"] * 4 + ["<b>"] * 4,
            "fold": [0, 0, 1, 1] * 2,
            "row": [0, 1, 2, 3] * 2,
            "y_true": ["no", "no", "no", "yes"] * 2,
            "y_pred": ["no", "no", "yes", "yes"] + ["no"] * 4,
            "proba_no": [0.9, 0.7, 0.4, 0.2] * 2,
            "proba_yes": [0.1, 0.3, 0.6, 0.8] * 2,
        }
    )
    values = {"accuracy__a": [0.5, 0.75], "accuracy__<b>": [1, 1]}
    return comparison_of(
        "binary", classes=["no", "yes"], predictions=predictions, **values
    )


def test_the_rarest_class_comes_first(classified):
    shares = report.class_shares(classified)
    assert list(shares.items()) == [("yes", 0.25), ("no", 0.75)]


def test_a_threshold_is_scored_by_hand(classified):
    # Two rows reach 0.5, one of them of the class, which has no other row.
    assert report.threshold_scores(classified, "a", "yes", 0.5) == {
        "Flagged": "2",
        "Caught": "1",
        "Missed": "0",
        "False alarms": "1",
        "Recall": "1.00",
        "Precision": "0.500",
        "F1": "0.667",
        "Balanced accuracy": "0.833",
    }


@pytest.mark.parametrize(
    ("threshold", "n_rows"), [(0.8, "1"), (0.81, "0"), (0.6, "2"), (0.0, "4")]
)
def test_a_row_at_the_threshold_is_predicted_to_be_of_the_class(
    classified, threshold, n_rows
):
    scores = report.threshold_scores(classified, "a", "yes", threshold)
    assert scores["Flagged"] == n_rows


def test_the_scores_of_classes_are_those_of_the_named_loss(classified):
    table = report.class_scores(classified, "a")
    # In the order of the confusion matrix.
    assert table.index.tolist() == ["no", "yes"]
    assert table["Recall"].tolist() == ["0.667", "1.00"]
    assert table["Precision"].tolist() == ["1.00", "0.500"]
    assert table["F1"].tolist() == ["0.800", "0.667"]
    assert table["Rows"].tolist() == ["3", "1"]
    assert report.class_scores(classified, "<b>")["Recall"].tolist() == ["1.00", "0"]


def test_the_note_on_thresholds_names_the_compared_losses_alone(classified):
    classified.losses = {
        name: get_loss(name) for name in ("cross_entropy", "focal", "ldam")
    }
    note = report.threshold_note(classified)
    assert note.startswith(
        "Focal estimates flattened class probabilities, "
        "LDAM class probabilities behind a margin: this moves the default threshold"
    )
    classified.losses = {"brier": get_loss("brier")}
    assert report.threshold_note(classified) == ""


def test_tuned_scores_name_each_loss(classified):
    table = report.tuned_scores(classified, "yes", ESCAPED)
    assert table.index.tolist() == ["a", "&lt;b&gt;"]
    assert table["F1 at the default threshold"].tolist() == ["0.667", "0"]


def test_names_of_classes_pass_through_the_markup(classified):
    classified.predictions = classified.predictions.replace("yes", "<i>")
    classified.classes = ["no", "<i>"]
    table = report.class_scores(classified, "a", ESCAPED)
    assert table.index.tolist() == ["no", "&lt;i&gt;"]


def test_scores_of_classes_count_by_weight(classified):
    classified.sample_weight = [1.0, 0.5, 2.0, 4.0]
    table = report.class_scores(classified, "a")
    # One row of "no" with weight 2 is taken for "yes".
    assert table.loc["yes"].to_dict() == {
        "Precision": "0.667",
        "Recall": "1.00",
        "F1": "0.800",
        "Weight": "4.00",
    }
    assert table.loc["no", ["Recall", "Weight"]].tolist() == ["0.429", "3.50"]
    scores = report.threshold_scores(classified, "a", "yes", 0.5)
    assert scores["Precision"] == "0.667"
    assert [scores[k] for k in ("Flagged", "Caught", "Missed", "False alarms")] == [
        "6.00",
        "4.00",
        "0",
        "2.00",
    ]


@pytest.mark.parametrize(
    ("rows", "threshold"), [(1, 0.8), (2, 0.6), (4, 0.1), (9, 0.1)]
)
def test_the_threshold_that_flags_rows_is_the_probability_of_the_last(
    classified, rows, threshold
):
    found = report.flagging_threshold(classified, "a", "yes", rows)
    flagged = report.threshold_scores(classified, "a", "yes", found)["Flagged"]
    assert flagged == str(min(rows, 4))
    assert found >= threshold


def test_a_loss_that_never_predicts_a_class_flags_as_many_rows_as_the_class_has(
    classified,
):
    assert report.flagged_rows(classified, "a", "yes") == (
        (classified.predictions.query("loss == 'a'")["y_pred"] == "yes").sum()
    )
    classified.predictions["y_pred"] = "no"
    assert report.flagged_rows(classified, "a", "yes") == 1


def tuned(decided, tuned):
    return pd.DataFrame({"decided": decided, "tuned": tuned}, index=["a", "b"])


@pytest.mark.parametrize(
    ("found", "start"),
    [
        (
            tuned([0.6, 0.2], [0.7, 0.59]),
            "Moving the threshold would have done the same",
        ),
        (tuned([0.6, 0.2], [0.7, 0.58]), "Moving the threshold of another loss is not"),
        (
            tuned([0.2, 0.6], [0.61, 0.1]),
            "Moving the threshold would have done the same",
        ),
        (tuned([0.2, np.nan], [0.61, 0.1]), ""),
    ],
)
def test_the_best_decisions_are_compared_with_tuned_ones_of_other_losses(
    monkeypatch, classified, found, start
):
    monkeypatch.setattr(metrics, "tuned_thresholds", lambda *a, **k: found)
    assert report.tuned_sentence(classified, "yes").startswith(start)
    assert bool(report.tuned_sentence(classified, "yes")) == bool(start)


# Labels of a multilabel task


@pytest.fixture
def labelled():
    predictions = pd.DataFrame(
        {
            "loss": "a",
            "fold": [0, 0, 1, 1],
            "row": range(4),
            "y_true_0": [1, 1, 1, 0],
            "y_true_1": [0, 0, 0, 1],
            "y_pred_0": [1, 1, 0, 0],
            "y_pred_1": [0, 1, 0, 1],
            "proba_0": [0.9, 0.8, 0.4, 0.1],
            "proba_1": [0.2, 0.6, 0.3, 0.9],
        }
    )
    return comparison_of(
        "multilabel",
        classes=[0, 1],
        predictions=predictions,
        recipe={"targets": ("red", "round")},
        accuracy__a=[0.5, 1.0],
    )


def test_labels_have_their_shares_and_scores_by_name(labelled):
    assert report.class_shares(labelled).to_dict() == {1: 0.25, 0: 0.75}
    scores = report.class_scores(labelled, "a")
    assert scores.index.name == "label"
    assert scores.to_dict("index") == {
        "round": {"Precision": "0.500", "Recall": "1.00", "F1": "0.667", "Rows": "1"},
        "red": {"Precision": "1.00", "Recall": "0.667", "F1": "0.800", "Rows": "3"},
    }


def test_the_threshold_of_a_label_is_scored_by_hand(labelled):
    assert report.flagged_rows(labelled, "a", 1) == 2
    assert report.flagging_threshold(labelled, "a", 1, 2) == 0.6
    scores = report.threshold_scores(labelled, "a", 1, 0.6)
    counts = [scores[name] for name in ("Flagged", "Caught", "Missed", "False alarms")]
    assert counts == ["2", "1", "0", "1"]


def test_the_threshold_of_a_label_is_tuned_on_the_other_fold(labelled):
    table = report.tuned_scores(labelled, 0)
    # 0.4 separates the rows of the second fold, and 0.8 all rows of the first.
    assert table["F1 at the default threshold"].tolist() == ["0.800"]
    assert table["F1 at a tuned threshold"].tolist() == ["0.800"]
    assert table["Tuned threshold"].tolist() == ["0.600"]
