"""Scores on metrics that a comparison has only if ``scoring`` names them."""

import numpy as np

from skloss.metrics import METRICS

__all__ = ["named_scores", "score_distributions"]


def score_distributions(names, results):
    """Fill in the scores of held-out rows under their predicted distributions.

    Parameters
    ----------
    names : iterable of str
        Names of all metrics of a comparison.
    results : list of FoldResult
        With predictions.
    """
    for metric in _optional(names):
        if metric.input != "distribution":
            continue
        for result in results:
            has_one = result.is_trained and result.distribution is not None
            result.scores[metric.name] = (
                metric.row_scores(result.y_true, result.distribution)
                if has_one
                else None
            )


def named_scores(names, result, classes, weight):
    """Return the scores of a loss, contender or baseline in one fold.

    Parameters
    ----------
    names : iterable of str
        Names of all metrics of a comparison.
    result : FoldResult
        With predictions and, of distributions, the scores of `score_distributions`.
    classes : list or None
        Labels in the order of the columns of probabilities.
    weight : ndarray of shape (n_samples,) or None

    Returns
    -------
    dict of str to float
        Of the metrics that must be named; NaN without a distribution or probabilities.
    """
    own = None if weight is None else weight[result.test]
    found = {}
    for metric in _optional(names):
        value = np.nan
        if metric.input == "distribution":
            values = result.scores.get(metric.name)
            if values is not None:
                value = float(np.average(values, weights=own))
        elif result.proba is not None and np.isfinite(result.proba).all():
            named = {} if classes is None else {"classes": classes}
            truth, proba = result.y_true, result.proba
            value = metric.function(truth, proba, sample_weight=own, **named)
        found[metric.name] = value
    return found


def _optional(names):
    """Return the metrics among some names that `score_all` does not compute."""
    known = [METRICS[name] for name in names if name in METRICS]
    return [metric for metric in known if not metric.is_default]
