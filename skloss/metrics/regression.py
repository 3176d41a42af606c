"""Scores of point predictions and of predictive densities."""

import numpy as np

from skloss.metrics.registry import register
from skloss.metrics.validation import checked_weight, weighted_rows


def _rmse_rows(y_true, y_pred, *, sample_weight=None):
    """Return RMSE + (e^2 - MSE) / (2 RMSE) of each row: the delta method."""
    weight, y_true, y_pred = _rows_and_targets(y_true, y_pred, sample_weight)
    square = (y_true - y_pred) ** 2
    mean = np.average(square, axis=0, weights=weight)
    root = np.sqrt(mean)
    # Without any error there is no spread either.
    slope = np.divide(0.5, root, out=np.zeros_like(root), where=root > 0)
    return (root + slope * (square - mean)).mean(axis=1)


def _mae_rows(y_true, y_pred, *, sample_weight=None):
    """Return the absolute error of each row."""
    _, y_true, y_pred = _rows_and_targets(y_true, y_pred, sample_weight)
    return np.abs(y_true - y_pred).mean(axis=1)


def _r2_rows(y_true, y_pred, *, sample_weight=None):
    """Return R2 - (e^2 - u d^2) / V of each row.

    V is the variance of the target, d the deviation of the row from its mean and u the
    unexplained share.
    """
    weight, y_true, y_pred = _rows_and_targets(y_true, y_pred, sample_weight)
    square = (y_true - y_pred) ** 2
    deviation = (y_true - np.average(y_true, axis=0, weights=weight)) ** 2
    missed, varied = (
        np.average(part, axis=0, weights=weight) for part in (square, deviation)
    )
    if (np.ptp(y_true, axis=0) == 0).any() or (varied == 0).any():
        return None  # a constant target has no variance to explain
    share = missed / varied
    return (1 - share - (square - share * deviation) / varied).mean(axis=1)


def _nll_rows(row_nll, *, sample_weight=None):
    """Return the values as they are."""
    row_nll = np.asarray(row_nll, dtype=float)
    return row_nll[checked_weight(sample_weight, len(row_nll)) > 0]


@register(
    label="RMSE",
    greater_is_better=False,
    kind="regression",
    input="y_pred",
    unit="target",
    help="Typical error where large errors count most (root mean squared error).",
    row_scores=_rmse_rows,
)
def rmse(y_true, y_pred, *, sample_weight=None):
    """Root mean squared error, in units of the target.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, n_targets)
        With several targets, the mean of the RMSE of each.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.metrics import rmse
    >>> round(rmse([0, 0], [3, 4]), 3)
    3.536
    """
    weight, y_true, y_pred = _rows_and_targets(y_true, y_pred, sample_weight)
    square = np.average((y_true - y_pred) ** 2, axis=0, weights=weight)
    return float(np.sqrt(square).mean())


@register(
    label="MAE",
    greater_is_better=False,
    kind="regression",
    input="y_pred",
    unit="target",
    help="Typical error where every unit counts alike (mean absolute error).",
    row_scores=_mae_rows,
)
def mae(y_true, y_pred, *, sample_weight=None):
    """Mean absolute error, in units of the target.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, n_targets)
        With several targets, the mean of the MAE of each.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    >>> from skloss.metrics import mae
    >>> mae([0, 0], [3, 4])
    3.5
    """
    weight, y_true, y_pred = _rows_and_targets(y_true, y_pred, sample_weight)
    return float(np.average(np.abs(y_true - y_pred), axis=0, weights=weight).mean())


@register(
    label="R²",
    greater_is_better=True,
    kind="regression",
    input="y_pred",
    help="Share of the target's variance that is explained: 1 is perfect, 0 is no "
    "better than predicting the mean.",
    row_scores=_r2_rows,
)
def r2(y_true, y_pred, *, sample_weight=None):
    """Share of the target's variance explained: 1 is perfect, 0 is the mean.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, n_targets)
        With several targets, the mean of the R2 of each.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        NaN with fewer than two rows, which have no variance to explain. A constant
        target counts 1 where all predictions equal it, else 0.

    Examples
    --------
    >>> from skloss.metrics import r2
    >>> r2([1, 2, 3], [2, 2, 2])
    0.0
    """
    weight, y_true, y_pred = _rows_and_targets(y_true, y_pred, sample_weight)
    if len(y_true) < 2:
        return float("nan")
    missed = np.average((y_true - y_pred) ** 2, axis=0, weights=weight)
    deviation = y_true - np.average(y_true, axis=0, weights=weight)
    varied = np.average(deviation**2, axis=0, weights=weight)
    # Both tests are needed: the mean of equal numbers may differ from them by rounding,
    # and squares of the smallest numbers underflow to 0.
    constant = (np.ptp(y_true, axis=0) == 0) | (varied == 0)
    unexplained = np.where(constant, missed > 0, missed / np.where(constant, 1, varied))
    return float(1 - unexplained.mean())


@register(
    label="NLL",
    greater_is_better=False,
    kind="regression",
    input="nll",
    unit="nats",
    help="Negative log-likelihood per held-out row under the noise model that the "
    "loss implies; it compares all losses on one scale. On a coarsely rounded target "
    "it is that of the rounding cell, so that spikes on its values do not win.",
    row_scores=_nll_rows,
)
def nll(row_nll, *, sample_weight=None):
    """Mean negative log density of the held-out rows, in nats per row.

    Parameters
    ----------
    row_nll : array-like of shape (n,)
        Negative log density of each row under the predicted noise model.
    sample_weight : array-like of shape (n,), optional

    Returns
    -------
    float
        NaN when a row has no density.

    Raises
    ------
    ValueError
        If there is not one value per row, or a weight is invalid.

    Notes
    -----
    The logarithmic score [1]_. A density has units: multiplying the target by 1000
    adds ln 1000 to every value, so only scores on the same target compare. A comparison
    scores a coarsely rounded target by the probability of its rounding cell, which has
    no unit.

    References
    ----------
    .. [1] Good (1952), "Rational decisions", J. R. Stat. Soc. B 14, 107-114.

    Examples
    --------
    >>> from skloss.metrics import nll
    >>> nll([1.0, 2.0])
    1.5
    """
    row_nll = np.asarray(row_nll, dtype=float)
    if row_nll.ndim != 1 or len(row_nll) == 0:
        raise ValueError(
            f"row_nll has shape {row_nll.shape}; give one value per row, and at least "
            "one row."
        )
    weight = checked_weight(sample_weight, len(row_nll))
    keep = weight > 0
    return float(np.average(row_nll[keep], weights=weight[keep]))


# scikit-learn's own scores check their input for longer than they compute.


def _rows_and_targets(y_true, y_pred, sample_weight):
    """Return weights, and true and predicted targets of shape (n, n_targets).

    All of them are finite.
    """
    weight, y_true, y_pred = weighted_rows(
        sample_weight, np.asarray(y_true, dtype=float), np.asarray(y_pred, dtype=float)
    )
    if max(y_true.ndim, y_pred.ndim) > 2:
        raise ValueError(
            f"y_true has shape {y_true.shape} and the predictions {y_pred.shape}; give "
            "(n,) or (n, n_targets)."
        )
    y_true, y_pred = (y.reshape(len(y), -1) for y in (y_true, y_pred))
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"y_true has {y_true.shape[1]} targets but the predictions have "
            f"{y_pred.shape[1]}; give one column for each target."
        )
    if not (np.isfinite(y_true).all() and np.isfinite(y_pred).all()):
        raise ValueError(
            "Some targets or predictions are missing or infinite; score only rows "
            "that have both."
        )
    return weight, y_true, y_pred
