"""Rank losses on a metric, and judge whether a gap is more than chance."""

import math

import numpy as np
import pandas as pd
from scipy import stats

from skloss.metrics import METRICS

__all__ = ["standing"]


def standing(folds, metric):
    """Rank losses on one metric, with ties judged from paired folds.

    Parameters
    ----------
    folds : DataFrame
        `Comparison.folds`: columns loss, fold, metric, value.
    metric : str
        One of its metrics.

    Returns
    -------
    DataFrame
        Index loss, best first; columns mean, se, gap (how much worse than the best,
        never negative) and clear (whether the gap is more than chance). Losses
        without a value in some fold are left out.

    Notes
    -----
    A gap is clear when the 95% interval of the mean difference over the folds lies
    above zero, its variance corrected for the training rows that folds share [1]_. A
    single fold with a very large error widens that interval until it covers zero, so a
    gap is also clear when, in each of at least three folds, it exceeds the range of the
    best loss's values over the folds.

    References
    ----------
    .. [1] Nadeau and Bengio (2003), "Inference for the generalization error", Machine
       Learning 52, section 3.

    Examples
    --------
    >>> import pandas as pd
    >>> folds = pd.DataFrame({"loss": ["a", "a", "b", "b"], "fold": [0, 1, 0, 1],
    ...                       "metric": "mae", "value": [2.0, 3.0, 1.0, 2.1]})
    >>> standing(folds, "mae")["gap"].round(2).to_dict()
    {'b': 0.0, 'a': 0.95}
    """
    values = folds[folds["metric"] == metric]
    order = values["loss"].unique()
    by_fold = values.pivot(index="fold", columns="loss", values="value")
    by_fold = by_fold[order].dropna(axis=1)
    # Scorers of scikit-learn and of the user follow its rule: greater is better.
    greater = metric not in METRICS or METRICS[metric].greater_is_better
    sign = -1.0 if greater else 1.0
    ranked = by_fold[(sign * by_fold.mean()).sort_values(kind="stable").index]
    gaps = sign * ranked.sub(ranked.iloc[:, 0], axis=0) if len(ranked.T) else ranked
    return pd.DataFrame(
        {
            "mean": ranked.mean(),
            "se": ranked.sem(),
            "gap": gaps.mean(),
            "clear": [_is_clear(gaps[loss], ranked.iloc[:, 0]) for loss in gaps],
        },
        index=ranked.columns,
    )


def _is_clear(gaps, best):
    """Return whether the gap of a loss to the best one is more than chance.

    Parameters are values by fold: of the gaps, and of the best loss.
    """
    n_folds = len(gaps)
    # One fold has no variance to compare a gap with.
    if n_folds < 2:
        return False
    # With two folds the range is a single distance, too often small by chance.
    if n_folds > 2 and gaps.min() > np.ptp(best):
        return True
    # Folds share training rows, so that their differences are correlated and the plain
    # variance of the mean, s^2 / k, is too small. Nadeau and Bengio replace 1 / k by
    # 1 / k + n_test / n_train; with k folds n_test / n_train is 1 / (k - 1).
    overlap = 1 / n_folds + 1 / (n_folds - 1)
    se = math.sqrt(overlap * gaps.var(ddof=1))
    # Two-sided at 95%, as the interval that is described above.
    return bool(gaps.mean() > stats.t.ppf(0.975, n_folds - 1) * se)
