"""Rank losses on a metric, and judge whether a gap is more than chance."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from skloss.metrics import METRICS

__all__ = ["mean_and_error", "mean_gaps", "standing", "unranked", "values_by_fold"]

#: Share of comparisons of equally good losses in which some gap may be called clear.
LEVEL = 0.05


def values_by_fold(folds, metric):
    """Return the values of one metric, losses without a value in some fold left out.

    Parameters
    ----------
    folds : DataFrame
        `Comparison.folds`: columns loss, fold, metric, value.
    metric : str

    Returns
    -------
    DataFrame
        Index fold, one column per loss in the order of ``folds``.
    """
    values = folds[folds["metric"] == metric]
    by_fold = values.pivot(index="fold", columns="loss", values="value")
    return by_fold[values["loss"].unique()].dropna(axis=1)


def mean_and_error(folds):
    """Return mean and standard error over folds of each loss and metric.

    Parameters
    ----------
    folds : DataFrame
        `Comparison.folds`.

    Returns
    -------
    DataFrame
        Index loss, columns (metric, "mean") and (metric, "se"), both in their order.
    """
    grouped = folds.groupby(["loss", "metric"], sort=False)["value"]
    frame = pd.DataFrame({"mean": grouped.mean(), "se": grouped.sem()})
    wide = frame.unstack("metric").swaplevel(axis=1)
    losses, metrics = folds["loss"].unique(), folds["metric"].unique()
    columns = pd.MultiIndex.from_product(
        [metrics, ["mean", "se"]], names=["metric", None]
    )
    return wide.reindex(index=pd.Index(losses, name="loss"), columns=columns)


def unranked(by_fold):
    """Return means without a ranking, of a metric that no loss wins.

    Parameters
    ----------
    by_fold : DataFrame
        From `values_by_fold`.

    Returns
    -------
    DataFrame
        Like `standing`, in the order of the losses; every gap is NaN.
    """
    return pd.DataFrame(
        {"mean": by_fold.mean(), "se": by_fold.sem(), "gap": np.nan, "clear": False},
        index=by_fold.columns,
    )


def standing(by_fold, metric, rows=None, test_share=None):
    """Rank losses on one metric, with ties.

    Parameters
    ----------
    by_fold : DataFrame
        From `values_by_fold`.
    metric : str
        Its name; one that is not in `skloss.metrics.METRICS` is a scorer, of which
        greater is better.
    rows : RowScores, optional
        Scores of the held-out rows. Without them only the values by fold are judged.
    test_share : float, optional
        Held-out rows of a fold by its training rows. By default 1 / (k - 1), that of
        k-fold cross-validation.

    Returns
    -------
    DataFrame
        Index loss, best first; columns mean, se, gap (how much worse than the best,
        never negative) and clear (whether the loss is clearly worse than the best).

    Notes
    -----
    What is judged is the difference in expected score of two losses trained on a new
    training set of this size. Its estimate is the mean over folds of the difference in
    score. `mean_gaps` gives its variance and degrees of freedom, hence the one-sided
    p-value of each gap by Student's t.

    The best of k losses has been picked by the same numbers. Each p-value is therefore
    multiplied by k, since any of them might have been the best, and the k - 1 gaps to
    the best are judged by Holm's method [1]_ at 5%. The probability that any loss is
    called clearly worse than one that is not better is then at most 5%, whatever the
    dependence between losses. For two losses this is the two-sided test.

    A few rows with very large errors widen the interval of a mean until it covers zero.
    A gap is therefore also clear when, in each of at least three folds, it exceeds the
    range of the best loss's values over the folds, twice the range if rows are given.

    A gap below a millionth of the values is never clear: fits agree up to the tolerance
    of their solvers. With fewer than three folds nothing is clear, because they show
    too little of the variance between training sets.

    References
    ----------
    .. [1] Holm (1979), "A simple sequentially rejective multiple test procedure",
       Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> import pandas as pd
    >>> by_fold = pd.DataFrame({"a": [2.0, 3.0], "b": [1.0, 2.1]})
    >>> standing(by_fold, "mae")["gap"].round(2).to_dict()
    {'b': 0.0, 'a': 0.95}
    """
    # Scorers of scikit-learn and of the user follow its rule: greater is better.
    greater = metric not in METRICS or METRICS[metric].greater_is_better
    sign = -1.0 if greater else 1.0
    ranked = by_fold[(sign * by_fold.mean()).sort_values(kind="stable").index]
    found = pd.DataFrame(
        {"mean": ranked.mean(), "se": ranked.sem(), "gap": 0.0, "clear": False},
        index=ranked.columns,
    )
    if len(found) > 1:
        best, *others = ranked
        gaps = sign * ranked[others].sub(ranked[best], axis=0)
        found.loc[others, "gap"] = gaps.mean()
        if rows is not None:
            paired = np.stack([rows.values[loss] for loss in others], axis=1)
            paired -= rows.values[best][:, None]  # whose spread has no sign
            rows = replace(rows, values=paired)
        found.loc[others, "clear"] = _are_clear(
            gaps.to_numpy(), ranked.to_numpy(), rows, test_share
        )
    return found


def _are_clear(gaps, values, rows, test_share):
    """Return which gaps are more than chance.

    Parameters are the gaps of the other losses by fold, the values of all by fold, the
    best first, and the differences of the rows to the best.
    """
    n_folds, n_losses = values.shape
    if n_folds < 3:
        return np.zeros(n_losses - 1, dtype=bool)
    variance, freedom = mean_gaps(gaps, rows, test_share)
    mean = gaps.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = stats.t.sf(mean / np.sqrt(variance), freedom)
    # Equal in all rows: 0 / 0.
    p_value = np.where(np.isnan(p_value), 1.0, p_value)
    clear = holm(n_losses * p_value) <= LEVEL
    # The best of many losses can have a small range by chance: with once the range,
    # 6.7% of simulated tables of 21 equal losses had a clear gap, with rows that judge
    # gaps otherwise.
    ranges = 1 if rows is None else 2
    clear |= gaps.min(axis=0) > ranges * np.ptp(values[:, 0])
    return clear & (mean > 1e-6 * np.abs(values).max())


def holm(p_values):
    """Return p-values adjusted for their number by Holm's method."""
    order = np.argsort(p_values)
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(steps)
    adjusted[order] = np.maximum.accumulate(steps).clip(max=1.0)
    return adjusted


def mean_gaps(gaps, rows=None, test_share=None):
    """Return variance and degrees of freedom of mean differences over folds.

    Parameters
    ----------
    gaps : ndarray of shape (n_folds, m)
        Differences in score by fold.
    rows : RowScores, optional
        Its values are (n, m) differences in score of the held-out rows.
    test_share : float, optional
        As for `standing`.

    Returns
    -------
    variance, freedom : ndarray of shape (m,)

    Notes
    -----
    With the difference d_i of row i, its share q_i = w_i / (k W) of the mean over k
    folds, where W is the weight of its fold, and clusters c of dependent rows, the
    variance that the held-out rows cause is

        v = sum_c (sum_{i in c} q_i (d_i - d))^2 / (1 - sum_c q_c^2),

    for equal weights and folds the square of the standard error of a paired t-test,
    with 1 / sum_c q_c^2 - 1 degrees of freedom (n - 1 for n equal rows). What the
    variance s^2 of the fold means has beyond the rows of a fold, b = max(0, s^2 -
    mean_j v_j), comes from the training sets. Folds share training rows, so that its
    part of the variance of the mean is not b / k, but b (1 / k + n_test / n_train)
    [1]_, with k - 1 degrees of freedom; an unbiased estimate does not exist [2]_. The
    sum of both is never below the rows' alone, and has the degrees of freedom of
    Satterthwaite [3]_. Without scores of rows v is 0 and b is s^2: the corrected
    resampled t-test.

    Limits: errors of held-out rows are correlated, since each row also trains the
    models of the other folds [4]_. For differences between losses of the same model
    this is small: see ``benchmarks/ranking.py``. A few groups, or weights that are very
    unequal, leave few degrees of freedom.

    References
    ----------
    .. [1] Nadeau and Bengio (2003), "Inference for the generalization error", Machine
       Learning 52, section 3.
    .. [2] Bengio and Grandvalet (2004), "No unbiased estimator of the variance of
       k-fold cross-validation", JMLR 5, 1089-1105.
    .. [3] Satterthwaite (1946), "An approximate distribution of estimates of variance
       components", Biometrics Bulletin 2, 110-114.
    .. [4] Bates, Hastie and Tibshirani (2024), "Cross-validation: what does it estimate
       and how well does it do it?", JASA 119, 1434-1445.
    """
    n_folds = len(gaps)
    if test_share is None:
        test_share = 1 / (n_folds - 1)
    within, row_freedom, of_folds = 0.0, np.inf, 0.0
    if rows is not None:
        within, row_freedom, of_folds = _variance_of_rows(rows)
    between = np.maximum(gaps.var(axis=0, ddof=1) - of_folds, 0.0)
    between *= 1 / n_folds + test_share
    variance = within + between
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = variance**2 / (within**2 / row_freedom + between**2 / (n_folds - 1))
    return variance, np.nan_to_num(freedom, nan=n_folds - 1)


def _variance_of_rows(rows):
    """Return v, its degrees of freedom and the mean of v_j, as `mean_gaps` has them."""
    in_fold = np.bincount(rows.fold, rows.weight)
    n_folds = len(in_fold)
    share = rows.weight / (n_folds * in_fold[rows.fold])
    parts = rows.values - share @ rows.values
    parts *= share[:, None]
    concentration = (np.bincount(rows.cluster, share) ** 2).sum()
    # A single cluster shows no spread.
    correction = 1 / (1 - concentration) if concentration < 1 else np.nan
    within = in_folds = correction * _squares(rows.cluster, parts)
    if rows.cluster.max() + 1 < len(parts):
        in_folds = correction * _squares(rows.cluster_in_fold, parts)
    return within, 1 / concentration - 1, n_folds * in_folds


def _squares(codes, parts):
    """Return the sums of squares of the sums of rows of equal code."""
    n_codes = codes.max() + 1
    if n_codes < len(parts):
        sums = [np.bincount(codes, part, minlength=n_codes) for part in parts.T]
        parts = np.stack(sums, axis=1)
    # Else one row each, whose order does not matter.
    return np.einsum("ij,ij->j", parts, parts)
