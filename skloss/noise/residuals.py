"""Residuals of a comparison: their table of noise fits, and quantile pairs."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from skloss.noise.verdict import checked_residuals, residual_fit

__all__ = ["qq_points", "residual_table", "residuals_of", "standard_residuals"]


def residuals_of(predictions, loss, output=None):
    """Return truth minus prediction of one loss, in the order of its rows.

    Parameters
    ----------
    predictions : DataFrame
        `Comparison.predictions` of a regression: columns loss, y_true, y_pred; with
        several targets y_true_<j>, y_pred_<j>.
    loss : str
        A label of the column "loss".
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    ValueError
        If the loss or the target is not among the predictions.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.noise import residuals_of
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": [3.0, 5.0], "y_pred": 4.0})
    >>> residuals_of(frame, "huber")
    array([-1.,  1.])
    """
    suffix = "" if output is None else f"_{output}"
    wanted = [f"y_true{suffix}", f"y_pred{suffix}"]
    if not set(wanted) <= set(predictions.columns):
        raise ValueError(
            f"The predictions have no columns {wanted[0]} and {wanted[1]}; with "
            "several targets, choose one by output=."
        )
    rows = predictions.loc[predictions["loss"] == loss, wanted]
    if rows.empty:
        known = ", ".join(map(str, predictions["loss"].unique()))
        raise ValueError(
            f"The predictions have no rows of the loss {loss!r}; choose one of {known}."
        )
    return (rows[wanted[0]] - rows[wanted[1]]).to_numpy(dtype=float)


def standard_residuals(predictions, loss, output=None):
    """Return the residuals of one loss divided by their root mean square.

    Parameters
    ----------
    predictions : DataFrame
        As for `residuals_of`.
    loss : str
    output : int or str, optional

    Returns
    -------
    ndarray of shape (n,)
        Of mean square 1, or all 0. Rows without a prediction are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss.noise import standard_residuals
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": [3.0, 5.0], "y_pred": 4.0})
    >>> standard_residuals(frame, "huber")
    array([-1.,  1.])
    """
    residuals = residuals_of(predictions, loss, output)
    residuals = residuals[np.isfinite(residuals)]
    # Divided by the largest first: the square of a residual may overflow.
    largest = np.abs(residuals).max(initial=0.0)
    if largest == 0:
        return residuals
    residuals = residuals / largest
    return residuals / np.sqrt(np.mean(residuals**2))


def residual_table(predictions, output=None):
    """Fit the residuals of every loss.

    Parameters
    ----------
    predictions : DataFrame
        As for `residuals_of`.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    DataFrame
        Index "loss", in order of appearance; the columns are the attributes of
        `ResidualFit`, with the interval as `low` and `high`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from skloss.noise import residual_table
    >>> noise = np.random.default_rng(0).normal(size=1000)
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": noise, "y_pred": 0.0})
    >>> residual_table(frame)["winner"].to_dict()
    {'huber': 'gaussian'}
    """
    losses = predictions["loss"].unique()
    rows = []
    for loss in losses:
        row = dict(vars(residual_fit(residuals_of(predictions, loss, output))))
        row["low"], row["high"] = row.pop("interval")
        rows.append(row)
    order = ["n_rows", "mean", "std", "median", "mean_deviation", "ratio", "gaussian"]
    order += ["laplace", "gap", "standard_error", "low", "high", "winner", "text"]
    return pd.DataFrame(rows, index=pd.Index(losses, name="loss"), columns=order)


def qq_points(residuals, sample_weight=None, max_points=1000):
    """Pair sorted residuals with the quantiles of both fitted distributions.

    Parameters
    ----------
    residuals : array-like of shape (n,)
    sample_weight : array-like of shape (n,), optional
    max_points : int
        With more rows, residuals are thinned evenly on the Gaussian scale, but the
        outermost tenth of `max_points` on either side is kept whole.

    Returns
    -------
    DataFrame
        Columns probability, residual, gaussian, laplace; the last three in units of
        the target, so that a perfect fit lies on the diagonal. Empty where
        `residual_fit` has no fit.

    Raises
    ------
    ValueError
        If the residuals or the weights have a wrong shape, or a weight is invalid.

    Notes
    -----
    The plotting positions are (i - 1/2) / n, Hazen's.

    Examples
    --------
    >>> from skloss.noise import qq_points
    >>> points = qq_points([-1.0, 0.0, 1.0])
    >>> points["probability"].round(3).tolist()
    [0.167, 0.5, 0.833]
    """
    fit = residual_fit(residuals, sample_weight)
    if not fit.has_spread:
        columns = ["probability", "residual", "gaussian", "laplace"]
        return pd.DataFrame(columns=columns, dtype=float)
    residuals, weight = checked_residuals(residuals, sample_weight)
    order = np.argsort(residuals, kind="stable")
    residuals, weight = residuals[order], weight[order]
    probability = (np.cumsum(weight) - weight / 2) / weight.sum()
    keep = _thinned(probability, max_points)
    probability = probability[keep]
    expected = {name: d.ppf(probability) for name, d in fit.distributions.items()}
    return pd.DataFrame(
        {"probability": probability, "residual": residuals[keep], **expected}
    )


def _thinned(probability, max_points):
    """Return the places of the points to keep, of ascending probabilities."""
    n_rows = len(probability)
    if n_rows <= max_points:
        return np.arange(n_rows)
    tail = max(max_points // 10, 1)
    z = ndtri(probability[[tail, n_rows - 1 - tail]])
    between = np.linspace(*z, max_points - 2 * tail)
    nearest = np.searchsorted(ndtri(probability), between).clip(tail, n_rows - 1 - tail)
    return np.unique(
        np.concatenate([np.arange(tail), nearest, np.arange(n_rows - tail, n_rows)])
    )
