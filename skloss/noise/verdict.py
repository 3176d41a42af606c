"""Gaussian against Laplace on pooled residuals: the two families of `compare_noise`.

The verdict is on the pooled shape: Gaussian noise whose spread varies from row to row
can look Laplace when pooled.
"""

from dataclasses import dataclass

import numpy as np

from skloss.noise.decision import LABELS, ROWS_NEEDED
from skloss.noise.families import FAMILIES
from skloss.noise.goodness import GoodnessOfFit
from skloss.noise.residual_comparison import (
    checked_residuals,
    compare_noise,
    what_prevents_a_fit,
)

__all__ = [
    "RATIO_LIMIT",
    "ROWS_NEEDED",
    "ResidualFit",
    "residual_fit",
]

#: Below this ratio of mean absolute deviation (about the median) to standard
#: deviation, maximum likelihood prefers Laplace: sqrt(pi / (2 e)), about 0.7602.
RATIO_LIMIT = float(np.sqrt(np.pi / (2 * np.e)))


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
        The one that fits better; "undecided" below 200 rows or when the interval
        covers 0.
    fits : GoodnessOfFit or None
        Whether the one that fits better describes the residuals; None without a fit.
    better : str
        "student_t" if it is clearly better than both, else empty.
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
    fits: GoodnessOfFit | None
    better: str
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
    -log(2 pi e s^2) / 2. Fits and interval are those of `compare_noise`. Of rounded
    residuals, the likelihood is that of the rounding cells.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss.noise import RATIO_LIMIT, residual_fit
    >>> fit = residual_fit(np.random.default_rng(0).laplace(scale=2.0, size=2000))
    >>> fit.winner, bool(fit.ratio < RATIO_LIMIT), bool(fit.fits)
    ('laplace', True, True)
    """
    residuals, weight = checked_residuals(residuals, sample_weight)
    n_rows = len(weight) if sample_weight is None else float(weight.sum())
    problem = what_prevents_a_fit(residuals)
    if problem:
        return _no_fit(n_rows, problem)
    found = compare_noise(residuals, weight)
    table, pair = found.table, found.pairs.loc[("laplace", "gaussian")]
    (mean, std), (median, deviation) = table[["loc", "scale"]].to_numpy()[:2]
    interval = (float(pair["low"]), float(pair["high"]))
    winner = _winner(n_rows, interval)
    ahead = "laplace" if pair["gap"] > 0 else "gaussian"
    fits = GoodnessOfFit(*map(float, table.loc[ahead, ["p_value", "kl"]]))
    heavy = found.pairs.loc["student_t"].loc[["gaussian", "laplace"]]
    is_heavy = n_rows >= ROWS_NEEDED and bool((heavy["low"] > 0).all())
    gap, lead = float(pair["gap"]), float(heavy.loc[ahead, "gap"])
    return ResidualFit(
        n_rows=n_rows,
        mean=float(mean),
        std=float(std),
        median=float(median),
        mean_deviation=float(deviation),
        gaussian=float(table.loc["gaussian", "log_likelihood"]),
        laplace=float(table.loc["laplace", "log_likelihood"]),
        gap=gap,
        standard_error=float(pair["standard_error"]),
        interval=interval,
        ratio=float(deviation / std),
        winner=winner,
        fits=fits,
        better="student_t" if is_heavy else "",
        text=_verdict(winner, gap, interval, n_rows)
        + _reservation(fits, LABELS[ahead], lead if is_heavy else 0.0)
        + ".",
    )


def _no_fit(n_rows, text):
    """Return the fit of residuals that no family can be fitted to."""
    nan = float("nan")
    numbers = ["mean", "std", "median", "mean_deviation", "gaussian", "laplace", "gap"]
    numbers += ["standard_error", "ratio"]
    return ResidualFit(
        n_rows=n_rows,
        interval=(nan, nan),
        winner="undecided",
        fits=None,
        better="",
        text=text,
        **dict.fromkeys(numbers, nan),
    )


def _winner(n_rows, interval):
    """Return the family that the interval favours, if it favours one."""
    if n_rows < ROWS_NEEDED or interval[0] <= 0 <= interval[1]:
        return "undecided"
    return "laplace" if interval[0] > 0 else "gaussian"


def _verdict(winner, gap, interval, n_rows):
    """Return the verdict as a sentence without its full stop."""
    ahead, behind = ("Laplace", "Gaussian") if gap > 0 else ("Gaussian", "Laplace")
    low, high = sorted(abs(end) for end in interval)
    rows = f"{n_rows:,.0f} rows"
    if winner != "undecided":
        return (
            f"{ahead} fits the residuals better than {behind}: {abs(gap):.3g} nats per "
            f"row (95% interval {low:.3g} to {high:.3g}, {rows})"
        )
    if n_rows < ROWS_NEEDED:
        return (
            f"Undecided: {rows} are too few to compare the tails, about "
            f"{ROWS_NEEDED} are needed ({ahead} is ahead by {abs(gap):.3g} nats per "
            "row)"
        )
    return (
        f"Undecided: Gaussian and Laplace differ by {gap:+.3g} nats per row (95% "
        f"interval {interval[0]:+.3g} to {interval[1]:+.3g}, {rows}; positive values "
        "favour Laplace)"
    )


def _reservation(fits, ahead, lead):
    """Return what the two families miss, empty if nothing."""
    if lead:
        better = f"Student t fits better than both, than {ahead} by {lead:.3g}"
        return f"; {better}" if fits else f", but neither describes them; {better}"
    if fits:
        return ""
    return (
        f", but neither describes them: they depart from {ahead} by "
        f"{fits.departure:.2g} nats per row"
    )
