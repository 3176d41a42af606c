"""Say which noise the residuals look like, Gaussian or Laplace.

Both are fitted by maximum likelihood and compared on the same rows, in nats per row,
with the standard error of the paired difference. What is judged is the pooled shape:
Gaussian noise whose spread varies from row to row can look Laplace when pooled.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

#: Below this ratio of mean absolute deviation (about the median) to standard
#: deviation, maximum likelihood prefers Laplace: sqrt(pi / (2 e)), about 0.7602.
RATIO_LIMIT = float(np.sqrt(np.pi / (2 * np.e)))

#: With fewer rows, the tails that tell the two apart have hardly been seen.
ROWS_NEEDED = 200

_LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class ResidualFit:
    """Gaussian and Laplace fitted to the same residuals, and the verdict.

    Attributes
    ----------
    n_rows : float
        Rows, or the sum of their weights.
    mean, std : float
        Gaussian by maximum likelihood, in units of the target (divisor n).
    median, mean_deviation : float
        Laplace by maximum likelihood: its location, and its scale b, the mean
        absolute deviation about the median. In units of the target.
    gaussian, laplace : float
        Mean log-likelihood per row under each, in nats.
    gap : float
        `laplace` minus `gaussian`, in nats per row; positive speaks for Laplace.
    standard_error : float
        Of `gap`, from the paired differences of the rows.
    interval : tuple of float
        95 % interval of `gap`.
    ratio : float
        `mean_deviation` over `std`; `gap` is positive exactly when it is below
        `RATIO_LIMIT`, 0.7602.
    winner : {"gaussian", "laplace", "undecided"}
        "undecided" below 200 rows or when the interval covers 0.
    text : str
        The verdict in one sentence.
    """

    n_rows: float
    mean: float
    std: float
    median: float
    mean_deviation: float
    gaussian: float
    laplace: float
    gap: float
    standard_error: float
    interval: tuple[float, float]
    ratio: float
    winner: str
    text: str

    @property
    def has_spread(self):
        """Whether there is a fit at all, that is, residuals that differ."""
        return bool(np.isfinite(self.gap))

    def gaussian_logpdf(self, residuals):
        """Log density of the fitted Gaussian at `residuals`, in nats, same shape."""
        z = (np.asarray(residuals, dtype=float) - self.mean) / self.std
        return -0.5 * z**2 - np.log(self.std) - 0.5 * _LOG_2PI

    def laplace_logpdf(self, residuals):
        """Log density of the fitted Laplace at `residuals`, in nats, same shape."""
        z = (np.asarray(residuals, dtype=float) - self.median) / self.mean_deviation
        return -np.abs(z) - np.log(self.mean_deviation) - np.log(2)

    def gaussian_ppf(self, probability):
        """Quantile of the fitted Gaussian, in units of the target."""
        return self.mean + self.std * ndtri(np.asarray(probability, dtype=float))

    def laplace_ppf(self, probability):
        """Quantile of the fitted Laplace, in units of the target."""
        p = np.asarray(probability, dtype=float)
        tail = np.log(2 * np.minimum(p, 1 - p))
        return self.median + self.mean_deviation * np.sign(p - 0.5) * -tail


def residual_fit(residuals, sample_weight=None):
    """Fit a Gaussian and a Laplace to residuals and say which fits better.

    Parameters
    ----------
    residuals : array-like of shape (n,)
        Truth minus prediction of held-out rows, in units of the target.
    sample_weight : array-like of shape (n,), optional
        Frequencies: 2 counts a row twice, 0 leaves it out.

    Returns
    -------
    ResidualFit
        Where there is nothing to fit (fewer than 3 rows, missing values, or all
        residuals equal) the winner is "undecided", the fits are NaN and `text` says
        why.

    Notes
    -----
    Laplace wins by likelihood exactly when mean absolute deviation / standard
    deviation < sqrt(pi / (2 e)), from the two maxima -log(2 b) - 1 and
    -log(2 pi e s^2) / 2. The interval is that of Vuong's test for models that are not
    nested [1]_: the mean of the per-row differences plus or minus 1.96 standard
    errors.

    References
    ----------
    .. [1] Vuong (1989), "Likelihood ratio tests for model selection and non-nested
       hypotheses", Econometrica 57, 307-333.

    Examples
    --------
    >>> import numpy as np
    >>> noise = np.random.default_rng(0).laplace(scale=2.0, size=2000)
    >>> fit = residual_fit(noise)
    >>> fit.winner, bool(fit.ratio < RATIO_LIMIT)
    ('laplace', True)
    """
    residuals, weight = _checked(residuals, sample_weight)
    n_rows = _row_count(weight, sample_weight)
    problem = _what_prevents_a_fit(residuals)
    if problem:
        return _no_fit(n_rows, problem)

    # In units of the widest deviation, so that squares neither overflow nor vanish.
    median = _weighted_median(residuals, weight)
    unit = np.abs(residuals - median).max()
    scaled = (residuals - median) / unit
    total = weight.sum()
    offset = weight @ scaled / total
    std = np.sqrt(weight @ (scaled - offset) ** 2 / total)
    deviation = weight @ np.abs(scaled) / total

    gaussian = -0.5 * ((scaled - offset) / std) ** 2 - np.log(std) - 0.5 * _LOG_2PI
    laplace = -np.abs(scaled) / deviation - np.log(2 * deviation)
    difference = laplace - gaussian
    gap = float(weight @ difference / total)
    variance = weight @ (difference - gap) ** 2 / max(total - 1, 1)
    standard_error = float(np.sqrt(variance / total))
    interval = (gap - 1.96 * standard_error, gap + 1.96 * standard_error)
    winner = _winner(n_rows, interval)
    return ResidualFit(
        n_rows=n_rows,
        mean=float(median + unit * offset),
        std=float(unit * std),
        median=float(median),
        mean_deviation=float(unit * deviation),
        gaussian=float(weight @ gaussian / total - np.log(unit)),
        laplace=float(weight @ laplace / total - np.log(unit)),
        gap=gap,
        standard_error=standard_error,
        interval=interval,
        ratio=float(deviation / std),
        winner=winner,
        text=_verdict(winner, gap, interval, n_rows),
    )


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

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"loss": "huber", "y_true": [3.0, 5.0], "y_pred": 4.0})
    >>> residuals_of(frame, "huber")
    array([-1.,  1.])
    """
    suffix = "" if output is None else f"_{output}"
    wanted = [f"y_true{suffix}", f"y_pred{suffix}"]
    if not set(wanted) <= set(predictions.columns):
        raise ValueError(
            f"The predictions have no columns {wanted[0]} and {wanted[1]}; with "
            "several targets, say which one by output=."
        )
    rows = predictions.loc[predictions["loss"] == loss, wanted]
    if rows.empty:
        known = ", ".join(map(str, predictions["loss"].unique()))
        raise ValueError(f"There are no predictions of {loss!r}; there are: {known}.")
    return (rows[wanted[0]] - rows[wanted[1]]).to_numpy(dtype=float)


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
        With more rows, they are thinned evenly on the Gaussian scale and the fifth
        of them that lies furthest out on either side is kept whole.

    Returns
    -------
    DataFrame
        Columns probability, residual, gaussian, laplace; the last three in units of
        the target, so that a perfect fit lies on the diagonal. Empty where there is
        nothing to fit.

    Notes
    -----
    Plotting positions (i - 1/2) / n, Hazen's.

    Examples
    --------
    >>> points = qq_points([-1.0, 0.0, 1.0])
    >>> points["probability"].round(3).tolist()
    [0.167, 0.5, 0.833]
    """
    fit = residual_fit(residuals, sample_weight)
    if not fit.has_spread:
        columns = ["probability", "residual", "gaussian", "laplace"]
        return pd.DataFrame(columns=columns, dtype=float)
    residuals, weight = _checked(residuals, sample_weight)
    order = np.argsort(residuals, kind="stable")
    residuals, weight = residuals[order], weight[order]
    probability = (np.cumsum(weight) - weight / 2) / weight.sum()
    keep = _thinned(probability, max_points)
    probability = probability[keep]
    return pd.DataFrame(
        {
            "probability": probability,
            "residual": residuals[keep],
            "gaussian": fit.gaussian_ppf(probability),
            "laplace": fit.laplace_ppf(probability),
        }
    )


def _checked(residuals, sample_weight):
    residuals = np.asarray(residuals, dtype=float)
    if residuals.ndim != 1:
        raise ValueError(
            f"residuals has shape {residuals.shape}; give one value per row, one "
            "target at a time."
        )
    if sample_weight is None:
        return residuals, np.ones(len(residuals))
    weight = np.asarray(sample_weight, dtype=float)
    if weight.shape != residuals.shape:
        raise ValueError(
            f"sample_weight has shape {weight.shape}; give one weight for each of the "
            f"{len(residuals)} residuals."
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("sample_weight must be finite and at least 0.")
    return residuals[weight > 0], weight[weight > 0]


def _row_count(weight, sample_weight):
    return len(weight) if sample_weight is None else float(weight.sum())


def _what_prevents_a_fit(residuals):
    broken = int((~np.isfinite(residuals)).sum())
    if broken:
        return (
            f"{broken:,} of {len(residuals):,} residuals are missing or infinite, so "
            "neither noise model can be fitted; look at the predictions of these rows."
        )
    if len(residuals) < 3:
        rows = "row" if len(residuals) == 1 else "rows"
        return (
            f"{len(residuals)} {rows} cannot tell a Gaussian from a Laplace; "
            f"about {ROWS_NEEDED} are needed."
        )
    spread = np.ptp(residuals / 2)
    if spread <= 1e-12 * np.abs(residuals).max():
        return (
            f"All {len(residuals):,} residuals equal {residuals[0]:.3g}, so there is "
            "no spread for a noise model to describe."
        )
    return ""


def _no_fit(n_rows, text):
    nan = float("nan")
    numbers = ["mean", "std", "median", "mean_deviation", "gaussian", "laplace", "gap"]
    numbers += ["standard_error", "ratio"]
    return ResidualFit(
        n_rows=n_rows,
        interval=(nan, nan),
        winner="undecided",
        text=text,
        **dict.fromkeys(numbers, nan),
    )


def _weighted_median(values, weight):
    """Middle value; halfway between two when the weight splits evenly there."""
    order = np.argsort(values)
    below = np.cumsum(weight[order])
    half = below[-1] / 2
    low = values[order][np.searchsorted(below, half, side="left")]
    high = values[order][np.searchsorted(below, half, side="right")]
    return low / 2 + high / 2


def _winner(n_rows, interval):
    if n_rows < ROWS_NEEDED or interval[0] <= 0 <= interval[1]:
        return "undecided"
    return "laplace" if interval[0] > 0 else "gaussian"


def _verdict(winner, gap, interval, n_rows):
    ahead, behind = ("Laplace", "Gaussian") if gap > 0 else ("Gaussian", "Laplace")
    low, high = sorted(abs(end) for end in interval)
    rows = f"{n_rows:,.0f} rows"
    if winner != "undecided":
        return (
            f"The residuals look {ahead}: {abs(gap):.3g} nats per row better than "
            f"{behind} (95% interval {low:.3g} to {high:.3g}, {rows})."
        )
    if n_rows < ROWS_NEEDED:
        return (
            f"Undecided: {rows} are too few to tell the tails apart, about "
            f"{ROWS_NEEDED} are needed ({ahead} is ahead by {abs(gap):.3g} nats per "
            "row)."
        )
    return (
        f"Undecided: Gaussian and Laplace differ by {gap:+.3g} nats per row (95% "
        f"interval {interval[0]:+.3g} to {interval[1]:+.3g}, {rows}; positive speaks "
        "for Laplace)."
    )


def _thinned(probability, max_points):
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
