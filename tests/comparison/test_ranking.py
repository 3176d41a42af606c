"""Which loss is best, and what counts as a tie, follows from the folds."""

import numpy as np
import pandas as pd
import pytest

from skloss.comparison.ranking import standing


def folds_of(metric="mae", **values):
    """Values by fold, one array per loss."""
    rows = [
        {"metric": metric, "loss": loss, "fold": fold, "value": value}
        for loss, by_fold in values.items()
        for fold, value in enumerate(by_fold)
    ]
    return pd.DataFrame(rows)


def test_a_gap_that_every_fold_shows_is_clear():
    folds = folds_of(
        squared_error=[50, 51, 49, 50, 50],
        absolute_error=[40, 41, 39, 40, 40],
        huber=[40.1, 40.9, 39.2, 39.9, 40.2],
    )
    ranked = standing(folds, "mae")
    assert ranked.index.tolist() == ["absolute_error", "huber", "squared_error"]
    assert ranked["clear"].tolist() == [False, False, True]
    assert ranked["gap"].tolist() == pytest.approx([0, 0.06, 10])
    assert ranked["se"].iloc[0] == pytest.approx(
        np.std([0, 1, -1, 0, 0], ddof=1) / 5**0.5
    )


@pytest.mark.parametrize(("factor", "clear"), [(0.99, False), (1.01, True)])
def test_the_gap_is_judged_with_the_corrected_resampled_t_test(factor, clear):
    # Nadeau and Bengio (2003): variance times 1/k + n_test/n_train, here 1/5 + 1/4,
    # against Student's t with 4 degrees of freedom at 97.5 %: 2.776.
    noise = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    limit = 2.776 * np.sqrt(0.45 * 2.5)
    level = np.array([100.0, 106.0, 103.0, 101.0, 102.0])  # further apart than the gap
    folds = folds_of("rmse", a=level, b=level + noise + factor * limit)
    assert standing(folds, "rmse")["clear"].tolist() == [False, clear]


def test_one_fold_with_a_very_large_error_does_not_make_a_tie():
    steady = [1.74, 1.69, 1.80, 1.71, 1.77]
    folds = folds_of("nll", steady=steady, wild=[30.0, 510.0, 60.0, 420.0, 190.0])
    assert standing(folds, "nll")["clear"].to_dict() == {"steady": False, "wild": True}


@pytest.mark.parametrize("n_folds", [3, 5, 10])
def test_equal_losses_rarely_differ_clearly(n_folds):
    rng = np.random.default_rng(0)
    called = [
        standing(folds_of(a=a, b=b), "mae")["clear"].any()
        for a, b in rng.normal(size=(400, 2, n_folds))
    ]
    assert np.mean(called) < 0.05


@pytest.mark.parametrize("metric", ["r2", "roc_auc", "f1", "a scorer of the user"])
def test_the_gap_where_greater_is_better_is_how_much_lower_a_loss_scores(metric):
    folds = folds_of(metric, a=[0.1, 0.2, 0.3], b=[0.8, 0.9, 0.7], c=[0.5, 0.9, 0.7])
    ranked = standing(folds, metric)
    assert ranked.index.tolist() == ["b", "c", "a"]
    assert ranked["mean"].tolist() == pytest.approx([0.8, 0.7, 0.2])
    assert ranked["gap"].tolist() == pytest.approx([0.0, 0.1, 0.6])


@pytest.mark.parametrize("metric", ["mae", "nll", "brier"])
def test_the_gap_where_lower_is_better_is_how_much_higher_a_loss_scores(metric):
    ranked = standing(folds_of(metric, a=[0.1, 0.3], b=[0.8, 0.9]), metric)
    assert ranked.index.tolist() == ["a", "b"]
    assert ranked["gap"].tolist() == pytest.approx([0.0, 0.65])


def test_a_single_loss_has_no_gap_to_the_best():
    ranked = standing(folds_of(a=[1.0, 2.0, 3.0]), "mae")
    assert ranked["gap"].tolist() == [0.0]
    assert ranked["clear"].tolist() == [False]


@pytest.mark.parametrize(("other", "clear"), [(9.1, True), (12.0, False)])
def test_two_folds_separate_losses_whose_gaps_agree(other, clear):
    # Gaps 8 and 8.1 against t = 12.7 with one degree of freedom, variance times 3/2.
    ranked = standing(folds_of(a=[1.0, 1.0], b=[9.0, other]), "mae")
    assert ranked["clear"].tolist() == [False, clear]


def test_one_fold_cannot_separate_losses():
    ranked = standing(folds_of(a=[1.0], b=[99.0]), "mae")
    assert ranked["clear"].tolist() == [False, False]
    assert ranked["gap"].tolist() == [0.0, 98.0]


def test_of_equal_losses_the_one_listed_first_is_first():
    folds = folds_of(b=[1.0, 2.0], a=[2.0, 1.0])
    assert standing(folds, "mae").index.tolist() == ["b", "a"]


@pytest.mark.parametrize(("gap", "clear"), [(2.01, True), (1.99, False)])
def test_a_gap_wider_than_the_range_of_the_best_in_every_fold_is_clear(gap, clear):
    # One fold has so large an error that the interval of the mean covers zero.
    best = np.array([1.0, 2.0, 3.0])
    folds = folds_of(best=best, other=best + np.array([gap, gap, 1000.0]))
    assert standing(folds, "mae")["clear"].tolist() == [False, clear]


@pytest.mark.parametrize("metric", ["r2", "roc_auc", "f1"])
def test_the_gap_of_a_score_that_grows_is_how_far_it_lies_below_the_best(metric):
    ranked = standing(folds_of(metric, a=[0.5, 0.6, 0.4], b=[0.9, 0.8, 0.7]), metric)
    assert ranked["gap"].to_dict() == pytest.approx({"b": 0.0, "a": 0.3})
    assert ranked["mean"].to_dict() == pytest.approx({"b": 0.8, "a": 0.5})


def test_a_loss_without_a_value_in_some_fold_is_left_out():
    ranked = standing(folds_of("nll", a=[1.0, 1.1], b=[1.0, np.nan]), "nll")
    assert ranked.index.tolist() == ["a"]
    assert standing(folds_of("nll", a=[np.nan, np.nan]), "nll").empty


def test_two_folds_cannot_be_as_clear_as_three():
    assert not standing(folds_of(a=[1.0, 1.0], b=[9.0, 5.0]), "mae")["clear"].any()
    assert standing(folds_of(a=[1.0, 1.0, 1.0], b=[9.0, 5.0, 7.0]), "mae")[
        "clear"
    ].any()
