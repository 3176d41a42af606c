"""Verdict on pooled residuals: Gaussian or Laplace noise, or undecided.

Both families are fitted by maximum likelihood and compared on the same rows, in nats
per row, with the standard error of the paired difference. The verdict is on the pooled
shape: Gaussian noise whose spread varies from row to row can look Laplace when pooled.
"""

from dataclasses import dataclass

import numpy as np

from skloss import wording
from skloss.metrics.quantiles import weighted_quantile
from skloss.noise.families import FAMILIES

__all__ = [
    "RATIO_LIMIT",
    "ROWS_NEEDED",
    "ResidualFit",
    "residual_fit",
]

#: Below this ratio of mean absolute deviation (about the median) to standard
#: deviation, maximum likelihood prefers Laplace: sqrt(pi / (2 e)), about 0.7602.
RATIO_LIMIT = float(np.sqrt(np.pi / (2 * np.e)))

#: With fewer rows, the tails by which the two differ have hardly been observed: of 50
#: Laplace rows, one in six samples has a ratio above the limit.
ROWS_NEEDED = 200


@dataclass(frozen=True)
class ResidualFit:
    """Gaussian and Laplace fitted to the same residuals, and the verdict.

    Parameters
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
        `laplace` minus `gaussian`, in nats per row; positive values favour Laplace.
    standard_error : float
        Standard error of `gap`, from the paired differences of the rows.
    interval : tuple of float
        95% interval of `gap`.
    ratio : float
        `mean_deviation` over `std`; `gap` is positive exactly when it is below
        `RATIO_LIMIT`, 0.7602.
    winner : {"gaussian", "laplace", "undecided"}
        "undecided" below 200 rows or when the interval covers 0.
    text : str
        The verdict in one sentence.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.noise import residual_fit
    >>> fit = residual_fit(np.random.default_rng(0).normal(size=1000))
    >>> fit.winner, round(fit.std, 2), round(fit.ratio, 2)
    ('gaussian', 0.98, 0.79)
    >>> fit.distributions["laplace"].ppf(0.5).item() == fit.median
    True
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
        """Whether the residuals differ, so that there is a fit."""
        return bool(np.isfinite(self.gap))

    @property
    def distributions(self):
        """Fitted distributions by name of the family, as frozen in `scipy.stats`."""
        location_and_scale = {
            "gaussian": (self.mean, self.std),
            "laplace": (self.median, self.mean_deviation),
        }
        return {
            name: FAMILIES[name].frozen({"loc": loc, "scale": scale})
            for name, (loc, scale) in location_and_scale.items()
        }


def residual_fit(residuals, sample_weight=None):
    """Fit a Gaussian and a Laplace to residuals and compare their likelihoods.

    Parameters
    ----------
    residuals : array-like of shape (n,)
        Truth minus prediction of held-out rows, in units of the target.
    sample_weight : array-like of shape (n,), optional
        Frequencies: 2 counts a row twice, 0 leaves it out.

    Returns
    -------
    ResidualFit
        With fewer than 3 rows, missing values, or residuals that are all equal,
        neither is fitted: the winner is "undecided", the numbers are NaN and `text`
        gives the reason.

    Raises
    ------
    ValueError
        If the residuals or the weights have a wrong shape, or a weight is invalid.

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
    >>> from skloss.noise import RATIO_LIMIT, residual_fit
    >>> fit = residual_fit(np.random.default_rng(0).laplace(scale=2.0, size=2000))
    >>> fit.winner, bool(fit.ratio < RATIO_LIMIT)
    ('laplace', True)
    """
    residuals, weight = checked_residuals(residuals, sample_weight)
    n_rows = _row_count(weight, sample_weight)
    problem = _what_prevents_a_fit(residuals)
    if problem:
        return _no_fit(n_rows, problem)

    # In units of the widest deviation, so that squares neither overflow nor vanish.
    median = weighted_quantile(residuals, 0.5, weight)
    unit = np.abs(residuals - median).max()
    scaled = (residuals - median) / unit
    total = weight.sum()
    (offset, std), gaussian = _fitted("gaussian", scaled, weight / total)
    (_, deviation), laplace = _fitted("laplace", scaled, weight / total)
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


def _fitted(family, residuals, weight):
    """Return location and scale of a fitted family, and the log-density per row."""
    family = FAMILIES[family]
    loc = family.location(residuals, weight)
    parameters = {"loc": loc, **family.fit({"loc": loc}, residuals, weight, n_kept=1.0)}
    log_density = family.frozen(parameters).logpdf(residuals)
    return (loc, parameters["scale"]), log_density


def checked_residuals(residuals, sample_weight):
    """Return residuals and weights as float arrays, without rows of weight 0."""
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
    """Return the number of rows, or the sum of the weights that were given."""
    return len(weight) if sample_weight is None else float(weight.sum())


def _what_prevents_a_fit(residuals):
    """Return the reason why neither family can be fitted; empty if both can."""
    broken = int((~np.isfinite(residuals)).sum())
    if broken:
        return (
            f"{broken:,} of {len(residuals):,} residuals are missing or infinite, so "
            "neither noise model can be fitted; look at the predictions of these rows."
        )
    if len(residuals) < 3:
        return (
            f"{wording.count(len(residuals), 'row')} cannot distinguish a Gaussian "
            f"from a Laplace; about {ROWS_NEEDED} are needed."
        )
    # Rounding of targets and predictions alone spreads residuals by some 1e-16 of
    # their size, and more where they are differences of large numbers.
    spread = np.ptp(residuals / 2)  # whose difference may overflow
    if spread <= 1e-12 * np.abs(residuals).max():
        return (
            f"All {len(residuals):,} residuals equal {residuals[0]:.3g}, so there is "
            "no spread for a noise model to describe."
        )
    return ""


def _no_fit(n_rows, text):
    """Return the fit of residuals that no family can be fitted to."""
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


def _winner(n_rows, interval):
    """Return the family that the interval favours, if it favours one."""
    if n_rows < ROWS_NEEDED or interval[0] <= 0 <= interval[1]:
        return "undecided"
    return "laplace" if interval[0] > 0 else "gaussian"


def _verdict(winner, gap, interval, n_rows):
    """Return the verdict in one sentence."""
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
            f"Undecided: {rows} are too few to compare the tails, about "
            f"{ROWS_NEEDED} are needed ({ahead} is ahead by {abs(gap):.3g} nats per "
            "row)."
        )
    return (
        f"Undecided: Gaussian and Laplace differ by {gap:+.3g} nats per row (95% "
        f"interval {interval[0]:+.3g} to {interval[1]:+.3g}, {rows}; positive values "
        "favour Laplace)."
    )
