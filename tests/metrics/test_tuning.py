"""Tuned thresholds against a search by hand."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as oracle

from skloss import metrics


def tuned_by_hand(fold, truth, score):
    """Try every score of the other folds as a threshold, with F1 by its definition."""
    called = np.zeros(len(truth), dtype=bool)
    for held_out in np.unique(fold):
        here = fold == held_out
        options = np.unique(score[~here])
        guess = score[~here] >= options[:, None]
        values = 2 * (guess & truth[~here]).sum(1) / (guess.sum(1) + truth[~here].sum())
        called[here] = score[here] >= options[int(np.argmax(values))]
    return oracle.f1_score(truth, called)


def test_thresholds_are_tuned_on_folds_that_they_do_not_score(binary):
    y_true, score, _ = binary
    fold = np.arange(len(y_true)) % 4
    frame = pd.DataFrame(
        {
            "loss": "a",
            "fold": fold,
            "y_true": y_true,
            "y_pred": np.where(score > 0.5, "yes", "no"),
            "proba_yes": score,
        }
    )
    found = metrics.tuned_thresholds(frame, "yes").loc["a"]
    truth = y_true == "yes"
    assert found["decided"] == pytest.approx(oracle.f1_score(truth, score > 0.5))
    assert found["tuned"] == pytest.approx(tuned_by_hand(fold, truth, score))
    assert found["tuned"] > found["decided"]


def test_a_monotone_change_of_the_scores_changes_no_tuned_threshold(binary):
    # What class weights do to probabilities: the odds times a constant.
    y_true, score, _ = binary
    score = score.clip(0.01, 0.99)
    weighted = 9 * score / (9 * score + 1 - score)
    frame = pd.DataFrame(
        {
            "loss": np.repeat(["plain", "weighted"], len(y_true)),
            "fold": np.tile(np.arange(len(y_true)) % 4, 2),
            "y_true": np.tile(y_true, 2),
            "proba_yes": np.concatenate([score, weighted]),
        }
    )
    frame["y_pred"] = np.where(frame["proba_yes"] > 0.5, "yes", "no")
    found = metrics.tuned_thresholds(frame, "yes")
    assert found["tuned"].nunique() == 1
    assert found["decided"].nunique() == 2


def test_without_probabilities_nothing_is_tuned():
    frame = pd.DataFrame(
        {
            "loss": "hinge",
            "fold": [0, 0, 1, 1],
            "y_true": ["no", "yes"] * 2,
            "y_pred": ["no", "yes", "no", "no"],
            "proba_yes": np.nan,
        }
    )
    found = metrics.tuned_thresholds(frame, "yes").loc["hinge"]
    assert found["decided"] == pytest.approx(2 / 3)
    assert found[["tuned", "threshold"]].isna().all()


def two_folds(score, y_true=("no", "yes", "no", "yes")):
    return pd.DataFrame(
        {
            "loss": "focal",
            "fold": [0, 0, 1, 1],
            "y_true": list(y_true),
            "y_pred": "no",
            "proba_yes": score,
        }
    )


def test_the_threshold_is_the_median_of_those_of_the_folds():
    # Best thresholds: 0.3 on the rows of fold 1 and 0.4 on those of fold 0.
    found = metrics.tuned_thresholds(two_folds([0.1, 0.4, 0.2, 0.3]), "yes")
    assert found.loc["focal", "threshold"] == pytest.approx(0.35)
    # Tuned on fold 1, fold 0 is right; tuned on fold 0, its "yes" of 0.3 is missed.
    assert found.loc["focal", "tuned"] == pytest.approx(2 / 3)
    assert found.loc["focal", "decided"] == 0.0


def test_a_class_that_only_one_fold_has_is_not_tuned():
    frame = two_folds([0.1, 0.4, 0.2, 0.3], ["no", "yes", "no", "no"])
    found = metrics.tuned_thresholds(frame, "yes").loc["focal"]
    assert found[["tuned", "threshold"]].isna().all()
    assert found["decided"] == 0.0


def test_losses_keep_their_order():
    frames = [two_folds([0.1, 0.9, 0.1, 0.9]).assign(loss=name) for name in "ba"]
    found = metrics.tuned_thresholds(pd.concat(frames), "yes")
    assert found.index.tolist() == ["b", "a"]
    assert found["tuned"].tolist() == [1.0, 1.0]


def test_every_score_is_tried_as_a_threshold():
    """4,000 different scores, of which one alone gives the highest F1."""
    rng = np.random.default_rng(0)
    score = rng.permutation(np.linspace(0, 0.5, 4000))
    truth = np.zeros(4000, dtype=bool)
    truth[np.argsort(score)[-37:]] = True
    frame = pd.DataFrame(
        {
            "loss": "a",
            "fold": np.arange(4000) % 2,
            "y_true": truth.astype(int),
            "y_pred": 0,
            "proba_1": score,
        }
    )
    found = metrics.tuned_thresholds(frame, 1).loc["a"]
    fold = frame["fold"].to_numpy()
    assert found["tuned"] == pytest.approx(tuned_by_hand(fold, truth, score))


def test_a_single_fold_leaves_no_rows_to_tune_on():
    frame = pd.DataFrame(
        {
            "loss": "a",
            "fold": 0,
            "y_true": ["no", "yes"],
            "y_pred": "yes",
            "proba_yes": [0.4, 0.6],
        }
    )
    found = metrics.tuned_thresholds(frame, "yes").loc["a"]
    assert found["decided"] == pytest.approx(2 / 3)
    assert found[["tuned", "threshold"]].isna().all()
