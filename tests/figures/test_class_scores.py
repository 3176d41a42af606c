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
