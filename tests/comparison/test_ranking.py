"""Which loss is best, and what counts as a tie, follows from the folds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from skloss.comparison import ranking
from skloss.comparison.ranking import holm, mean_gaps, values_by_fold
from skloss.comparison.row_scores import RowScores


def standing(folds, metric):
    """Rank by the values of the folds alone."""
    return ranking.standing(values_by_fold(folds, metric), metric)


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
    # against Student's t with 4 degrees of freedom at 97.5%: 2.776.
    noise = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    limit = 2.776 * np.sqrt(0.45 * 2.5)
    level = np.array([100.0, 106.0, 103.0, 101.0, 102.0])  # further apart than the gap
    folds = folds_of("rmse", a=level, b=level + noise + factor * limit)
    assert standing(folds, "rmse")["clear"].tolist() == [False, clear]


def test_one_fold_with_a_very_large_error_does_not_make_a_tie():
    steady = [1.74, 1.69, 1.80, 1.71, 1.77]
    folds = folds_of("nll", steady=steady, wild=[30.0, 510.0, 60.0, 420.0, 190.0])
    assert standing(folds, "nll")["clear"].to_dict() == {"steady": False, "wild": True}


@pytest.mark.parametrize("n_folds", [3, 10])
def test_equal_losses_rarely_differ_clearly(n_folds):
    rng = np.random.default_rng(0)
    called = [
        standing(folds_of(a=a, b=b), "mae")["clear"].any()
        for a, b in rng.normal(size=(300, 2, n_folds))
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


@pytest.mark.parametrize("other", [9.0, 9.1, 12.0])
def test_two_folds_cannot_separate_losses(other):
    ranked = standing(folds_of(a=[1.0, 1.0], b=[9.0, other]), "mae")
    assert ranked["clear"].tolist() == [False, False]
    assert ranked["gap"].tolist() == [0.0, (8.0 + other - 1.0) / 2]


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


def rows_of(values, fold, cluster=None, weight=None):
    """Scores of rows, each a cluster of its own unless stated."""
    fold = np.asarray(fold)
    cluster = np.arange(len(fold)) if cluster is None else np.asarray(cluster)
    in_fold = np.unique(fold * 1000 + cluster, return_inverse=True)[1]
    weight = np.ones(len(fold)) if weight is None else np.asarray(weight)
    return RowScores(values, fold, cluster, in_fold, weight)


def means_of(values, fold):
    return np.stack([values[fold == k].mean(axis=0) for k in range(fold.max() + 1)])


@pytest.fixture
def draw():
    """Return differences of 60 rows in 5 folds, of equal means up to a shift."""
    rng = np.random.default_rng(4)
    fold = np.repeat(np.arange(5), 12)
    values = rng.normal(0.3, 1.0, size=(60, 1))
    values -= (means_of(values, fold) - values.mean()).repeat(12, axis=0)
    return values, fold


def test_without_variance_between_folds_it_is_the_paired_t_test(draw):
    values, fold = draw
    variance, freedom = mean_gaps(means_of(values, fold), rows_of(values, fold))
    oracle = stats.ttest_rel(values[:, 0], np.zeros(60))
    t = values.mean() / np.sqrt(variance[0])
    assert t == pytest.approx(oracle.statistic)
    assert freedom[0] == pytest.approx(oracle.df)
    assert 2 * stats.t.sf(abs(t), freedom[0]) == pytest.approx(oracle.pvalue)


def test_variance_and_degrees_of_freedom_are_those_computed_by_hand():
    # Rows 0, 2 | 4, 6: mean 3, squares 9 + 1 + 1 + 9 = 20, v = 20 / 3 / 4 = 5/3. Fold
    # means 1 and 5: s^2 = 8, of which the rows explain 2 v = 10/3; b = 14/3 counts
    # 1/2 + 1 times with 1 degree of freedom: 7.
    values = np.array([[0.0], [2.0], [4.0], [6.0]])
    fold = np.array([0, 0, 1, 1])
    variance, freedom = mean_gaps(np.array([[1.0], [5.0]]), rows_of(values, fold))
    assert variance[0] == pytest.approx(5 / 3 + 7)
    assert freedom[0] == pytest.approx((5 / 3 + 7) ** 2 / ((5 / 3) ** 2 / 3 + 49))


def test_the_variance_is_never_below_that_of_the_rows(draw):
    values, fold = draw
    rng = np.random.default_rng(0)
    for shift in (0.0, 0.1, 1.0, 10.0):
        moved = values + shift * rng.normal(size=5)[fold][:, None]
        variance, _ = mean_gaps(means_of(moved, fold), rows_of(moved, fold))
        assert variance[0] >= moved.var(ddof=1) / 60 * (1 - 1e-12)


def test_rows_of_a_group_count_as_one(draw):
    # The mean of three equal groups per fold has the variance of its 15 group means.
    values, fold = draw
    group = np.arange(60) // 4
    variance, freedom = mean_gaps(means_of(values, fold), rows_of(values, fold, group))
    by_group = values.reshape(15, 4).mean(axis=1)
    assert freedom[0] == pytest.approx(14)
    assert variance[0] == pytest.approx(by_group.var(ddof=1) / 15)


def test_a_row_that_is_held_out_twice_counts_once(draw):
    values, fold = draw
    twice, folds = np.tile(values, (2, 1)), np.concatenate([fold, fold + 5])
    rows = rows_of(twice, folds, np.tile(np.arange(60), 2))
    variance, freedom = mean_gaps(means_of(twice, folds), rows)
    assert variance[0] == pytest.approx(values.var(ddof=1) / 60)
    assert freedom[0] == pytest.approx(59)


def test_equal_weights_of_any_size_change_nothing(draw):
    values, fold = draw
    gaps = means_of(values, fold)
    one = mean_gaps(gaps, rows_of(values, fold))
    three = mean_gaps(gaps, rows_of(values, fold, weight=np.full(60, 3.0)))
    np.testing.assert_allclose(one, three)


def test_holm_is_that_of_statsmodels():
    p = np.random.default_rng(1).uniform(size=20) ** 3
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])


@pytest.mark.parametrize(("factor", "clear"), [(0.99, False), (1.01, True)])
def test_two_losses_are_judged_by_the_two_sided_test(draw, factor, clear):
    values, fold = draw
    noise = values[:, 0] - values.mean()
    limit = stats.t.ppf(0.975, 59) * noise.std(ddof=1) / 60**0.5
    # Folds differ by more than the gap, so that their range does not decide.
    scores = {"a": 1.0 + fold, "b": 1.0 + fold + noise + factor * limit}
    by_fold = pd.DataFrame({k: means_of(v, fold) for k, v in scores.items()})
    found = ranking.standing(by_fold, "mae", rows_of(scores, fold))
    assert found["clear"].tolist() == [False, clear]


def test_gaps_as_small_as_the_tolerance_of_a_solver_are_never_clear():
    assert not standing(folds_of(a=[1.0] * 5, b=[1 + 1e-7] * 5), "mae")["clear"].any()
    assert standing(folds_of(a=[1.0] * 5, b=[1 + 1e-5] * 5), "mae")["clear"].any()


def test_identical_losses_are_tied(draw):
    values, fold = draw
    scores = dict.fromkeys("ab", values[:, 0])
    by_fold = pd.DataFrame({k: means_of(v, fold) for k, v in scores.items()})
    found = ranking.standing(by_fold, "mae", rows_of(scores, fold))
    assert found["clear"].tolist() == [False, False]
