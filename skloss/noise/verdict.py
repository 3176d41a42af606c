"""The noise model of pooled residuals, with what reports and figures need of it.

The verdict is that of `compare_noise`, on the pooled shape: Gaussian noise whose spread
varies from row to row can look Laplace when pooled.
"""

from dataclasses import dataclass, field

import numpy as np

from skloss.noise.decision import ROWS_NEEDED
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
    """Gaussian, Laplace and Student t fitted to the same residuals, and the verdict.

    Parameters
    ----------
    n_rows : float
        Rows, or the sum of their weights.
    mean, std : float
        Gaussian by maximum likelihood, in units of the target (divisor n).
    median, mean_deviation : float
        Laplace by maximum likelihood: its location, and its scale b, the mean
        absolute deviation about the median. In units of the target.
    gaussian, laplace, student_t : float
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
    winner : {"gaussian", "laplace", "student_t", "undecided"}
        As in `compare_noise`: "undecided" below 200 rows or where no family is clearly
        better.
    lead : float
        Nats per row by which the winner, or the best family, is ahead of the closest
        other one.
    lead_interval : tuple of float
        95% interval of `lead`.
    fits : GoodnessOfFit or None
        Whether the winner, or the best family, describes the residuals; None without a
        fit.
    text : str
        The verdict in one sentence.
    distributions : dict of str to distribution
        Fitted distributions by family, as frozen in `scipy.stats`; empty without a fit.

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
    student_t: float
    gap: float
    standard_error: float
    interval: tuple[float, float]
    ratio: float
    winner: str
    lead: float
    lead_interval: tuple[float, float]
    fits: GoodnessOfFit | None
    text: str
    distributions: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def has_spread(self):
        """Whether the residuals differ, so that there is a fit."""
        return bool(np.isfinite(self.gap))


def residual_fit(residuals, sample_weight=None):
    """Compare noise models on residuals, also where there is nothing to compare.

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
        none is fitted: the winner is "undecided", the numbers are NaN and `text` gives
        the reason.

    Raises
    ------
    ValueError
        If the residuals or the weights have a wrong shape, or a weight is invalid.

    Notes
    -----
    Laplace is ahead of Gaussian by likelihood exactly when mean absolute deviation /
    standard deviation < sqrt(pi / (2 e)), from the two maxima -log(2 b) - 1 and
    -log(2 pi e s^2) / 2. Fits, intervals and verdict are those of `compare_noise`. Of
    rounded residuals, the likelihood is that of the rounding cells.

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
    return ResidualFit(
        n_rows=n_rows,
        mean=float(mean),
        std=float(std),
        median=float(median),
        mean_deviation=float(deviation),
        **table["log_likelihood"].to_dict(),
        gap=float(pair["gap"]),
        standard_error=float(pair["standard_error"]),
        interval=(float(pair["low"]), float(pair["high"])),
        ratio=float(deviation / std),
        winner=found.winner,
        lead=found.gap,
        lead_interval=found.interval,
        fits=found.fits,
        text=found.text,
        distributions=found.distributions,
    )


def _no_fit(n_rows, text):
    """Return the fit of residuals that no family can be fitted to."""
    nan = float("nan")
    numbers = ["mean", "std", "median", "mean_deviation", "gaussian", "laplace"]
    numbers += ["student_t", "gap", "standard_error", "ratio", "lead"]
    return ResidualFit(
        n_rows=n_rows,
        interval=(nan, nan),
        lead_interval=(nan, nan),
        winner="undecided",
        fits=None,
        text=text,
        **dict.fromkeys(numbers, nan),
    )
