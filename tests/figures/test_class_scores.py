"""Truth and probability of one class are taken from the right columns and rows."""

import numpy as np
import pandas as pd
import pytest

from skloss.figures import class_scores
from tests.figures.comparisons import classes, of_classes


def test_each_loss_has_its_own_truth_and_probability():
    frame = classes(["a", "b"])
    scores, without = class_scores.of_class(of_classes(frame), "yes")
    rows = frame[frame["loss"] == "b"]
    np.testing.assert_array_equal(scores["b"][0], rows["y_true"] == "yes")
    np.testing.assert_array_equal(scores["b"][1], rows["proba_yes"])
    assert list(scores) == ["a", "b"]
    assert without == []


def test_losses_without_probabilities_are_listed():
    frame = classes(["a", "hinge"])
    frame.loc[frame["loss"] == "hinge", "proba_yes"] = np.nan
    scores, without = class_scores.of_class(of_classes(frame), "yes")
    assert (list(scores), without) == (["a"], ["hinge"])
    assert class_scores.of_loss(of_classes(frame), "hinge", "yes") is None


def test_rows_without_a_probability_are_left_out():
    frame = classes(["a"])
    frame.loc[:99, "proba_yes"] = np.nan
    truth, score, _ = class_scores.of_loss(of_classes(frame), "a", "yes")
    assert len(truth) == len(score) == 300
    np.testing.assert_array_equal(truth, frame["y_true"][100:] == "yes")


def test_labels_of_an_indicator_have_their_own_truth():
    frame = pd.DataFrame(
        {"loss": "a", "y_true_red": [0, 1], "y_true_blue": [1, 1], "proba_red": [0, 1]}
    )
    truth, *_ = class_scores.of_loss(of_classes(frame), "a", "red")
    assert truth.tolist() == [False, True]


def test_a_class_given_as_text_is_found():
    frame = pd.DataFrame({"loss": "a", "y_true": [0, 1, 1], "proba_1": [0.1, 0.2, 0.3]})
    assert class_scores.of_loss(of_classes(frame), "a", "1")[0].tolist() == [
        False,
        True,
        True,
    ]


def test_the_share_of_a_class_is_that_of_all_rows():
    frame = classes(["a", "b"])
    expected = (frame["y_true"] == "yes").mean()
    assert class_scores.share_of_class(of_classes(frame), "yes") == expected


def test_an_unknown_class_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="the class 2; there are those of: no and yes"):
        class_scores.of_class(of_classes(classes(["a"])), 2)
    with pytest.raises(ValueError, match="there are those of: no class"):
        class_scores.of_class(of_classes(classes(["a"])[["loss", "y_true"]]), "yes")


def test_an_unknown_loss_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'c'; choose one of a, b"):
        class_scores.of_loss(of_classes(classes(["a", "b"])), "c", "yes")


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        ([], ""),
        (["hinge"], " Hinge gives no probabilities."),
        (["hinge", "squared_hinge"], " Hinge and squared hinge give no probabilities."),
    ],
)
def test_the_sentence_on_losses_without_probabilities_agrees(losses, sentence):
    assert class_scores.without_probabilities(losses) == sentence


def test_folds_are_apart_and_need_both_kinds_of_rows():
    frame = classes(["a"]).assign(fold=lambda rows: rows["row"] % 4)
    frame = frame[(frame["fold"] != 2) | (frame["y_true"] == "no")]
    found = class_scores.by_fold(of_classes(frame), "a", "yes")
    assert len(found) == 3
    for scores, fold in zip(found, [0, 1, 3], strict=True):
        rows = frame[frame["fold"] == fold]
        np.testing.assert_array_equal(scores.truth, rows["y_true"] == "yes")
        np.testing.assert_array_equal(scores.score, rows["proba_yes"])
        assert scores.weight is None


def test_weights_belong_to_the_rows_with_a_probability():
    frame = classes(["a", "b"])
    frame.loc[[0, 401], "proba_yes"] = np.inf
    weight = np.arange(400.0)
    comparison = of_classes(frame, sample_weight=weight)
    scores, _ = class_scores.of_class(comparison, "yes")
    np.testing.assert_array_equal(scores["a"].weight, weight[1:])
    np.testing.assert_array_equal(scores["b"].weight, np.delete(weight, 1))
    frame = frame.assign(fold=frame["row"] % 2)
    by_fold = class_scores.by_fold(of_classes(frame, sample_weight=weight), "a", "yes")
    np.testing.assert_array_equal(by_fold[0].weight, weight[2::2])


def test_the_share_of_a_class_is_weighted():
    frame = pd.DataFrame({"loss": "a", "row": [0, 1, 2], "y_true": [1, 0, 0]})
    comparison = of_classes(frame, sample_weight=np.array([6.0, 1.0, 1.0]))
    assert class_scores.share_of_class(comparison, 1) == 0.75


def test_rows_of_a_loss_are_all_its_rows_in_their_order():
    frame = classes(["a", "b"]).sample(frac=1, random_state=0)
    rows = class_scores.rows_of(frame, "b")
    assert len(rows) == 400
    assert rows.index.tolist() == frame.index[frame["loss"] == "b"].tolist()


def test_decisions_are_those_of_the_class_or_of_the_label():
    rows = pd.DataFrame({"y_pred": ["x", "y", "x"], "y_pred_red": [0, 1, 1]})
    assert class_scores.decided_of(rows, "x").tolist() == [True, False, True]
    assert class_scores.decided_of(rows, "red").tolist() == [False, True, True]


def test_a_class_that_is_true_for_no_row_has_no_rows():
    frame = pd.DataFrame({"loss": "a", "y_true": [0, 0], "proba_1": [0.1, 0.2]})
    assert not class_scores.of_loss(of_classes(frame), "a", 1).truth.any()


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        (["hinge"], "Hinge gave no probabilities, so there is nothing to rank."),
        (["a", "b"], "A and b gave no probabilities, so there is nothing to rank."),
        ([], "Either all rows or no rows are of the class yes, so there is nothing"),
    ],
)
def test_the_sentence_on_missing_curves_has_its_reason(without, sentence):
    comparison = of_classes(classes(["a"]))
    assert class_scores.no_contrast(comparison, "yes", without).startswith(sentence)
