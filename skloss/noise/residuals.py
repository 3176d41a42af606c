"""Residuals of a comparison: their table of noise fits, and quantile pairs."""

import numpy as np
import pandas as pd

from skloss.noise.families import FAMILIES
from skloss.noise.maximum_likelihood import fit_noise
from skloss.noise.residual_comparison import (
    centre_and_unit,
    checked_residuals,
    compare_noise,
    what_prevents_a_fit,
)
from skloss.noise.rounding import pit_ends, rounding_step
from skloss.noise.verdict import residual_fit

__all__ = [
    "held_out_pit",
    "qq_points",
    "residual_table",
    "residuals_of",
    "standard_residuals",
    "table_of_fits",
]

_NAMES = ("gaussian", "laplace", "student_t")
# Two or three parameters of pooled residuals are known to 1% from this many rows.
_ROWS_FITTED = 20_000


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
    rows = (predictions["loss"] == loss).to_numpy()
    if not rows.any():
        known = ", ".join(map(str, predictions["loss"].unique()))
        raise ValueError(
            f"The predictions have no rows of the loss {loss!r}; choose one of {known}."
        )
    truth, predicted = (predictions[name].to_numpy(dtype=float) for name in wanted)
    return truth[rows] - predicted[rows]


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


def residual_table(predictions, output=None, *, sample_weight=None):
    """Fit the residuals of every loss.

    Parameters
    ----------
    predictions : DataFrame
        As for `residuals_of`.
    output : int or str, optional
        Which target, where there are several.
    sample_weight : array-like of shape (n,), optional
        One for each row of ``predictions``: 2 counts a row twice.

    Returns
    -------
    DataFrame
        Index "loss", in order of appearance; the columns are the attributes of
        `ResidualFit`, with the interval of `lead` as `low` and `high`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from skloss.noise import residual_table
    >>> noise = np.random.default_rng(0).normal(size=1000)
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": noise, "y_pred": 0.0})
    >>> residual_table(frame)["winner"].to_dict()
    {'huber': 'gaussian'}
    """
    return table_of_fits(
        {
            loss: residual_fit(
                residuals_of(predictions, loss, output),
                _of_loss(sample_weight, predictions, loss),
            )
            for loss in predictions["loss"].unique()
        }
    )


def table_of_fits(fits):
    """Return the table of fits that were made already.

    Parameters
    ----------
    fits : dict of str to ResidualFit
        By loss.

    Returns
    -------
    DataFrame
        As `residual_table` returns it.

    Examples
    --------
    >>> from skloss.noise import residual_fit, table_of_fits
    >>> table_of_fits({"huber": residual_fit([-1.0, 0.0, 1.0])})["n_rows"].to_dict()
    {'huber': 3}
    """
    rows = []
    for fit in fits.values():
        row = dict(vars(fit))
        row["low"], row["high"] = row["lead_interval"]
        rows.append(row)
    order = ["n_rows", "mean", "std", "median", "mean_deviation", "ratio", "gaussian"]
    order += ["laplace", "student_t", "lead", "low", "high", "winner", "fits", "text"]
    return pd.DataFrame(rows, index=pd.Index(fits, name="loss"), columns=order)


def held_out_pit(predictions, loss, output=None, *, sample_weight=None):
    """Return where each residual lies in noise models fitted to the other folds.

    Parameters
    ----------
    predictions : DataFrame
        As for `residuals_of`, with a column fold. With a single fold, the models are
        fitted to its own rows.
    loss : str
    output : int or str, optional
        Which target, where there are several.
    sample_weight : array-like of shape (n,), optional
        One for each row of ``predictions``: 2 counts a row twice.

    Returns
    -------
    DataFrame of shape (n, 3)
        Columns gaussian, laplace and student_t: the probability integral transform
        (PIT), which is uniform on 0 to 1 under a model that describes the residuals.
        Rounded residuals have the middle of their cell. Empty if nothing can be fitted.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from skloss.noise import held_out_pit
    >>> noise = np.random.default_rng(0).normal(size=1000)
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": noise, "y_pred": 0.0})
    >>> pit = held_out_pit(frame.assign(fold=np.arange(1000) % 5), "huber")
    >>> float((pit["gaussian"] < 0.1).mean().round(2))
    0.09
    """
    residuals = residuals_of(predictions, loss, output)
    weight = _of_loss(sample_weight, predictions, loss)
    fold = predictions["fold"].to_numpy()[(predictions["loss"] == loss).to_numpy()]
    folds = np.unique(fold)
    found = {name: np.empty(len(fold)) for name in _NAMES}
    for number in folds:
        here = fold == number
        rows = np.arange(len(here)) if len(folds) == 1 else np.flatnonzero(~here)
        rows = rows[:: 1 + len(rows) // _ROWS_FITTED]
        if (
            what_prevents_a_fit(residuals[rows])
            or not np.isfinite(residuals[here]).all()
        ):
            return pd.DataFrame(columns=list(found), dtype=float)
        own = None if weight is None else weight[rows]
        models, step = _fitted(residuals[rows], own)
        for name, model in models.items():
            low, high = pit_ends(model, residuals[here], step)
            found[name][here] = (low + high) / 2
    return pd.DataFrame(found)


def _fitted(residuals, sample_weight):
    """Return the fits of `compare_noise` alone, in half of its time, and the step."""
    residuals, weight = checked_residuals(residuals, sample_weight)
    step = rounding_step(residuals, weight)
    centre, unit = centre_and_unit(residuals, weight)
    scaled, share = (residuals - centre) / unit, weight / weight.sum()
    models = {}
    for name in _NAMES:
        fitted = fit_noise(name, scaled, {}, share, step / unit)
        fitted["loc"] = centre + unit * fitted["loc"]
        fitted["scale"] = unit * fitted["scale"]
        models[name] = FAMILIES[name].frozen(fitted)
    return models, step


def _of_loss(sample_weight, predictions, loss):
    """Return the weights of the rows of one loss, or None without weights."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=float)
    return weight[(predictions["loss"] == loss).to_numpy()]


def qq_points(residuals, sample_weight=None, max_points=1000):
    """Pair sorted residuals with the quantiles of the fitted distributions.

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
        As `NoiseComparison.qq` returns it; empty where `residual_fit` has no fit.

    Raises
    ------
    ValueError
        If the residuals or the weights have a wrong shape, or a weight is invalid.

    Examples
    --------
    >>> from skloss.noise import qq_points
    >>> points = qq_points([-1.0, 0.0, 1.0])
    >>> points["probability"].round(3).tolist()
    [0.167, 0.5, 0.833]
    """
    residuals, weight = checked_residuals(residuals, sample_weight)
    if what_prevents_a_fit(residuals):
        columns = ["probability", "residual", "gaussian", "laplace", "student_t"]
        return pd.DataFrame(columns=columns, dtype=float)
    return compare_noise(residuals, weight).qq(max_points)
