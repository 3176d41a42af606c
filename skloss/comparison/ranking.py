"""Who is best on a metric, and by more than chance."""

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
    A gap is clear when the 95 % interval of the mean difference over the folds lies
    above zero, its variance corrected for the training rows that folds share [1]_. A
    single fold that went very wrong widens that interval until it covers anything, so
    a gap is clear too when every one of at least three folds shows one that is wider
    than all that lies between the best loss's own folds.

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
    n_folds = len(gaps)
    if n_folds < 2:
        return False
    if n_folds > 2 and gaps.min() > np.ptp(best):
        return True
    overlap = 1 / n_folds + 1 / (n_folds - 1)
    se = math.sqrt(overlap * gaps.var(ddof=1))
    return bool(gaps.mean() > stats.t.ppf(0.975, n_folds - 1) * se)
