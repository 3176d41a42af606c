"""Murphy diagrams, and scores split into calibration, discrimination, uncertainty."""

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression

from skloss.metrics.quantiles import weighted_quantile
from skloss.metrics.validation import weighted_rows

__all__ = ["decomposition", "murphy_diagram"]

# A finer grid than a figure has pixels for would show nothing more.
_THRESHOLDS = 201


def murphy_diagram(
    y_true,
    predictions,
    *,
    functional="mean",
    level=0.5,
    thresholds=None,
    sample_weight=None,
):
    """Return the mean elementary score of each prediction at many thresholds.

    Every score that is consistent for the functional is a mixture of elementary scores
    with positive weights. Predictions whose curve is nowhere above another's are at
    least as good by all such scores: whatever the ratio of costs, for probabilities.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Numbers; for the probability of a class, 1 for rows of the class and 0
        otherwise.
    predictions : dict of str to array-like of shape (n,)
        By name. Probabilities of a class are predictions of its mean.
    functional : {"mean", "quantile"}, default "mean"
        What the predictions estimate; the median is the quantile at level 0.5.
    level : float, default 0.5
        Level of the quantile.
    thresholds : array-like, optional
        By default 201, evenly spaced from the smallest to the largest target or
        prediction.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    DataFrame
        Index threshold, one column for each prediction; smaller is better.

    Raises
    ------
    ValueError
        If the functional is unknown, or a prediction has another length.

    Notes
    -----
    The score of a prediction x, a target y and a threshold t is [1]_

        (1[t <= x] - 1[t <= y]) V(t, y),

    with the identification function V(t, y) = t - y for the mean and V(t, y) =
    1[y <= t] - level for a quantile: zero unless t lies between x and y, else
    ``|t - y|``, or 1 - level and level. Its integral over t is half of the squared
    error, or the pinball loss.

    References
    ----------
    .. [1] Ehm, Gneiting, Jordan and Krüger (2016), "Of quantiles and expectiles:
       consistent scoring functions, Choquet representations and forecast rankings",
       J. R. Stat. Soc. B 78, 505-562.

    Examples
    --------
    >>> from skloss.metrics import murphy_diagram
    >>> found = murphy_diagram([0.0, 4.0], {"a": [1.0, 1.0]}, thresholds=[0.5, 3.0])
    >>> found["a"].tolist()  # only 0.5 lies between 0 and 1, only 3 between 1 and 4
    [0.25, 0.5]
    """
    _check_functional(functional, level)
    weight, y, *columns = _checked(y_true, predictions.values(), sample_weight)
    if thresholds is None:
        every = np.concatenate([y, *columns])
        thresholds = np.linspace(every.min(), every.max(), _THRESHOLDS)
    thresholds = np.asarray(thresholds, dtype=float)
    share, order = weight / weight.sum(), np.argsort(thresholds)
    curves = np.empty((len(thresholds), len(columns)))
    for k, predicted in enumerate(columns):
        rows = _Crossed(thresholds[order], y, predicted, share)
        is_mean = functional == "mean"
        curves[order, k] = rows.of_mean() if is_mean else rows.of_quantile(level)
    index = pd.Index(thresholds, name="threshold")
    return pd.DataFrame(curves, index=index, columns=list(predictions))


def decomposition(
    y_true, y_pred, *, functional="mean", level=0.5, score=None, sample_weight=None
):
    """Split a mean score into miscalibration, discrimination and uncertainty.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Numbers; for the probability of a class, 1 for rows of the class and 0
        otherwise.
    y_pred : array-like of shape (n,)
    functional : {"mean", "quantile"}, default "mean"
        What the predictions estimate; the median is the quantile at level 0.5.
    level : float, default 0.5
        Level of the quantile.
    score : {"squared_error", "log_loss"}, optional
        For the mean: the squared error, which is the Brier score of probabilities, or
        the log loss of probabilities. Quantiles have the pinball loss.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    Series
        "score", which is "miscalibration" - "discrimination" + "uncertainty".

    Raises
    ------
    ValueError
        If the functional or the score is unknown, or lengths differ.

    Notes
    -----
    The CORP decomposition [1]_: predictions are recalibrated by isotonic regression, on
    the rows that are scored. With the mean scores S of the predictions, R of the
    recalibrated ones and C of the best constant, miscalibration is S - R,
    discrimination C - R and uncertainty C. None of them is negative.

    References
    ----------
    .. [1] Dimitriadis, Gneiting and Jordan (2021), "Stable reliability diagrams for
       probabilistic classifiers", PNAS 118, e2016191118.

    Examples
    --------
    >>> from skloss.metrics import decomposition
    >>> decomposition([0.0, 1.0, 4.0], [2.0, 3.0, 6.0]).round(2).to_dict()
    {'score': 4.0, 'miscalibration': 4.0, 'discrimination': 2.89, 'uncertainty': 2.89}
    """
    _check_functional(functional, level)
    rows = _row_score(functional, level, score)
    weight, y, predicted = _checked(y_true, [y_pred], sample_weight)
    if functional == "mean":
        model = IsotonicRegression(out_of_bounds="clip")
        better = model.fit(predicted, y, sample_weight=weight).predict(predicted)
        constant = np.average(y, weights=weight)
    else:
        better = _isotonic_quantile(predicted, y, weight, level)
        constant = weighted_quantile(y, level, weight)
    found, recalibrated, best = (
        float(np.average(rows(y, answer), weights=weight))
        for answer in (predicted, better, np.full(len(y), constant))
    )
    return pd.Series(
        {
            "score": found,
            "miscalibration": found - recalibrated,
            "discrimination": best - recalibrated,
            "uncertainty": best,
        }
    )


def _check_functional(functional, level):
    if functional not in ("mean", "quantile"):
        raise ValueError(
            f"functional must be 'mean' or 'quantile', got {functional!r}."
        )
    if functional == "quantile" and not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}.")


class _Crossed:
    """Elementary scores of all rows at sorted thresholds, as sums over sorted places.

    The elementary score of a row at a threshold t is V(t, y) (1[t <= x] - 1[t <= y]),
    where V has the mean 0 over y at the functional and x is the prediction. Its sums
    over rows take one search for each row, not one comparison for each threshold.
    """

    def __init__(self, thresholds, y, predicted, share):
        self.thresholds, self.y, self.share = thresholds, y, share
        # How many thresholds are not above each number.
        self.x_places = np.searchsorted(thresholds, predicted, side="right")
        self.y_places = np.searchsorted(thresholds, y, side="right")
        self.is_over = y <= predicted

    def _from(self, places, weight):
        """Sum the weights of rows beyond each threshold."""
        sums = np.bincount(places, weight, minlength=len(self.thresholds) + 1)
        return sums[::-1].cumsum()[::-1][1:]

    def of_mean(self):
        """V(t, y) = t - y."""
        # Differences from a number in the middle keep their digits.
        middle = np.median(self.y)
        pull = self.share * (self.y - middle)
        shares, pulls = (
            self._from(self.x_places, weight) - self._from(self.y_places, weight)
            for weight in (self.share, pull)
        )
        return (self.thresholds - middle) * shares - pulls

    def of_quantile(self, level):
        """V(t, y) = 1[y < t] - level."""
        over = self.share * self.is_over
        # Rows with y < t <= x.
        between = self._from(self.x_places, over) - self._from(self.y_places, over)
        at_y, at_x = (
            self._from(places, self.share) for places in (self.y_places, self.x_places)
        )
        return between + level * (at_y - at_x)


def _row_score(functional, level, score):
    """Return the score of each row as a function of targets and predictions."""
    if functional == "quantile":
        if score not in (None, "pinball"):
            raise ValueError(f"score={score!r} is not for quantiles; leave it out.")
        return lambda y, answer: ((y <= answer) - level) * (answer - y)
    if score in (None, "squared_error"):
        return lambda y, answer: (y - answer) ** 2
    if score == "log_loss":
        return _log_loss
    raise ValueError(f"score must be 'squared_error' or 'log_loss', got {score!r}.")


def _log_loss(y, answer):
    """Return the log loss of a probability, clipped as `metrics.log_loss` does."""
    chance = np.where(y > 0.5, answer, 1 - answer)
    return -np.log(np.clip(chance, np.finfo(float).eps, 1))


def _checked(y_true, predictions, sample_weight):
    """Return weights, targets and predictions of the rows of positive weight."""
    y = np.asarray(y_true, dtype=float)
    columns = [np.asarray(one, dtype=float) for one in predictions]
    for one in columns:
        if one.shape != y.shape or y.ndim != 1:
            raise ValueError(
                f"y_true has shape {y.shape}, but a prediction {one.shape}; give one "
                "number for each row."
            )
    return weighted_rows(sample_weight, y, *columns)


def _isotonic_quantile(x, y, weight, level):
    """Return the isotonic regression of a quantile on x.

    Adjacent violators are pooled: neighbouring groups whose quantiles decrease are
    merged, and have the quantile of all their targets.
    """
    _, group = np.unique(x, return_inverse=True)
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group))
    blocks = []  # rows and their quantile
    for rows in np.split(order, ends[:-1]):
        blocks.append((rows, weighted_quantile(y[rows], level, weight[rows])))
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            joined = np.concatenate([blocks[-2][0], blocks[-1][0]])
            quantile = weighted_quantile(y[joined], level, weight[joined])
            blocks[-2:] = [(joined, quantile)]
    found = np.empty(len(y))
    for rows, quantile in blocks:
        found[rows] = quantile
    return found
