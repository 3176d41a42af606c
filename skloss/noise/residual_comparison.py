"""Compare noise models on residuals alone: `compare_noise`."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from skloss import wording
from skloss.metrics.quantiles import weighted_quantile
from skloss.noise.decision import LABELS, MOST_ROWS, RICHER, ROWS_NEEDED, Gap, judge
from skloss.noise.families import FAMILIES
from skloss.noise.goodness import GoodnessOfFit, goodness_of_fit
from skloss.noise.maximum_likelihood import fit_noise
from skloss.noise.rounding import log_score, pit_ends, rounding_step

__all__ = [
    "NoiseComparison",
    "centre_and_unit",
    "checked_residuals",
    "compare_noise",
    "thinned",
    "what_prevents_a_fit",
]

_NAMES = ("gaussian", "laplace", "student_t")


@dataclass(frozen=True)
class NoiseComparison:
    """Gaussian, Laplace and Student t fitted to the same residuals.

    Parameters
    ----------
    table : DataFrame
        Index family; columns loc and scale in units of the target, df, log_likelihood
        (per row, in nats; higher is better), aic, kl (from the residuals to the fit, in
        nats per row) and p_value (of the test that the family fits).
    pairs : DataFrame
        Vuong's test: index (family, other); columns gap (nats per row by which the
        first is ahead), standard_error, low, high (95% interval), z and p_value.
    n_rows : float
        Rows, or the sum of their weights.
    step : float
        To which the residuals are rounded, 0 if they are not. If they are, the
        log-likelihood is that of the rounding cells.
    winner : str
        "gaussian", "laplace", "student_t" or "undecided".
    fits : GoodnessOfFit
        Whether the winner, or the best of several, describes the residuals.
    gap : float
        Nats per row by which the winner, or the best, is ahead of the closest other.
    interval : tuple of float
        95% interval of ``gap``.
    rows_needed : int or None
        Rows that would decide; None if it is decided.
    text : str
        The verdict in one sentence.
    residuals, weight : ndarray of shape (n,)
        What was compared, without rows of weight 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import compare_noise
    >>> found = compare_noise(np.random.default_rng(0).laplace(size=5000))
    >>> found.winner, bool(found.fits)
    ('laplace', True)
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    n_rows: float
    step: float
    winner: str
    fits: GoodnessOfFit
    gap: float
    interval: tuple[float, float]
    rows_needed: int | None
    text: str
    residuals: np.ndarray = field(repr=False, compare=False)
    weight: np.ndarray = field(repr=False, compare=False)

    @cached_property
    def distributions(self):
        """Fitted distributions by family, as frozen in `scipy.stats`."""
        rows = self.table[["loc", "scale", "df"]].to_dict("index")
        return {name: FAMILIES[name].frozen(row) for name, row in rows.items()}

    def qq(self, max_points=1000):
        """Pair sorted residuals with the quantiles of each fit, for a Q-Q plot.

        Parameters
        ----------
        max_points : int
            With more rows, residuals are thinned evenly on the Gaussian scale, but the
            outermost tenth of `max_points` on either side is kept whole.

        Returns
        -------
        DataFrame
            Columns probability (Hazen's (i - 1/2) / n), residual and one per family, in
            units of the target: a perfect fit lies on the diagonal.

        Examples
        --------
        >>> from skloss import compare_noise
        >>> points = compare_noise([-1.0, 0.5, 1.0]).qq()
        >>> points["probability"].round(3).tolist()
        [0.167, 0.5, 0.833]
        """
        return quantile_pairs(
            self.residuals, self.weight, self.distributions, max_points
        )


def compare_noise(residuals, sample_weight=None):
    """Compare Gaussian, Laplace and Student t noise on residuals.

    Parameters
    ----------
    residuals : array-like of shape (n,)
        Truth minus prediction of held-out rows, in units of the target.
    sample_weight : array-like of shape (n,), optional
        Frequencies: 2 counts a row twice, 0 leaves it out.

    Returns
    -------
    NoiseComparison

    Raises
    ------
    ValueError
        If there are fewer than 3 residuals, they are all equal, one is missing or
        infinite, or the shapes or the weights are wrong.

    Notes
    -----
    Each family is fitted by maximum likelihood. Two are compared by Vuong's test [1]_:
    the mean of the differences in log-likelihood of the rows, plus or minus 1.96
    standard errors. A family wins if it is clearly better than the others, except that
    the Gaussian, a special case of Student's t, wins unless Student's t is clearly
    better or may be better by 0.02 nats per row. Below 200 rows, and where nothing is
    clear, the verdict is "undecided".

    The families describe the pooled residuals: Gaussian noise whose spread varies from
    row to row looks heavy-tailed when pooled. `skloss.noise_verdict` has candidates
    for this.

    References
    ----------
    .. [1] Vuong (1989), "Likelihood ratio tests for model selection and non-nested
       hypotheses", Econometrica 57, 307-333.

    Examples
    --------
    >>> import numpy as np
    >>> from skloss import compare_noise
    >>> found = compare_noise(np.random.default_rng(0).normal(size=1000))
    >>> found.winner
    'gaussian'
    >>> found.table["log_likelihood"].round(2).to_dict()
    {'gaussian': -1.4, 'laplace': -1.44, 'student_t': -1.39}
    """
    residuals, weight = checked_residuals(residuals, sample_weight)
    problem = what_prevents_a_fit(residuals)
    if problem:
        raise ValueError(problem)
    n_rows = float(weight.sum())
    step = rounding_step(residuals, weight)
    median, unit = centre_and_unit(residuals, weight)
    scaled, cell = (residuals - median) / unit, step / unit
    # The log-density is in units of the target, the probability of a cell has none.
    shift = 0.0 if step else np.log(unit)
    rows, scores = {}, {}
    for name in _NAMES:
        fitted = fit_noise(name, scaled, {}, weight / n_rows, cell)
        distribution = FAMILIES[name].frozen(fitted)
        scores[name] = log_score(distribution, scaled, cell)
        low, high = pit_ends(distribution, scaled, cell)
        fits = goodness_of_fit(low, high if step else None, weight)
        mean = float(weight @ scores[name] / n_rows - shift)
        rows[name] = {
            "loc": median + unit * fitted["loc"],
            "scale": unit * fitted["scale"],
            "df": fitted.get("df", np.nan),
            "log_likelihood": mean,
            "aic": 2 * len(fitted) - 2 * n_rows * mean,
            "kl": fits.departure,
            "p_value": fits.p_value,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("family")
    pairs = {
        (a, b): _vuong(scores[a], scores[b], weight)
        for a in _NAMES
        for b in _NAMES
        if a != b
    }
    return _judged(table, pairs, n_rows, step, residuals, weight)


def centre_and_unit(residuals, weight):
    """Return the units in which squares neither overflow nor vanish."""
    median = weighted_quantile(residuals, 0.5, weight)
    return median, np.abs(residuals - median).max()


def _vuong(first, second, weight):
    """Return the gap of the first over the second, with its test."""
    total = weight.sum()
    difference = first - second
    gap = float(weight @ difference / total)
    variance = weight @ (difference - gap) ** 2 / max(total - 1, 1)
    standard_error = float(np.sqrt(variance / total))
    z = gap / standard_error if standard_error > 0 else 0.0
    return {
        "gap": gap,
        "standard_error": standard_error,
        "low": gap - 1.96 * standard_error,
        "high": gap + 1.96 * standard_error,
        "z": z,
        "p_value": float(2 * stats.norm.sf(abs(z))),
    }


def _judged(table, pairs, n_rows, step, residuals, weight):
    """Return the comparison with its winner and its sentence."""

    def gap_of(a, b):
        row = pairs[a, b]
        return Gap(row["gap"], row["standard_error"], row["low"], row["high"])

    found = judge(table["log_likelihood"].to_dict(), gap_of, n_rows)
    fits = GoodnessOfFit(*table.loc[found.leader, ["p_value", "kl"]])
    frame = pd.DataFrame.from_dict(pairs, orient="index")
    frame.index = pd.MultiIndex.from_tuples(list(pairs), names=["family", "other"])
    return NoiseComparison(
        table=table,
        pairs=frame,
        n_rows=n_rows,
        step=step,
        winner=found.winner,
        fits=fits,
        gap=found.gap.mean,
        interval=found.gap.interval,
        rows_needed=found.rows_needed,
        text=sentence(found, fits, n_rows, step),
        residuals=residuals,
        weight=weight,
    )


def sentence(found, fits, n_rows, step, coverage=0.95):
    """Return a judgement in one sentence.

    Parameters
    ----------
    found : Judgement
    fits : GoodnessOfFit
        Goodness of fit of the leader.
    n_rows : float
    step : float
        To which the values are rounded.
    coverage : float
        Coverage of the interval.

    Returns
    -------
    str
    """
    leader = LABELS[found.leader]
    rows = f"{n_rows:,.0f} rows"
    low, high = found.gap.interval
    # As many decimals for both ends as their distance has two digits, at least three.
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.clip(np.nan_to_num(1 - np.floor(np.log10(high - low))), 3, 9)
    ends = f"{low:+.{int(places)}f} to {high:+.{int(places)}f}"
    numbers = f"{coverage:.0%} interval {ends}, {rows}"
    about = "more than" if found.rows_needed == MOST_ROWS else "about"
    if found.rival is None:
        text = f"{leader} is the only candidate ({rows})"
    elif found.winner == "undecided" and n_rows < ROWS_NEEDED:
        text = (
            f"Undecided: {rows} are too few to compare the tails, about "
            f"{found.rows_needed:,} are needed"
        )
    elif found.winner == "undecided":
        text = (
            f"Undecided between {leader} and {LABELS[found.rival]}, which differ by "
            f"{found.gap.mean:.3g} nats per row ({numbers}); {about} "
            f"{found.rows_needed:,} rows would decide"
        )
    elif found.rival in RICHER.get(found.leader, ()):
        text = (
            f"{leader} describes the noise as well as {LABELS[found.rival]}, which has "
            f"more parameters ({found.gap.mean:+.3g} nats per row, {numbers})"
        )
    else:
        text = (
            f"{leader} fits better than {LABELS[found.rival]} by "
            f"{found.gap.mean:.3g} nats per row ({numbers})"
        )
    if not fits:
        text += (
            f"; none of these describes the noise, from which {leader} departs by "
            f"{fits.departure:.2g} nats per row"
        )
    if step:
        text += (
            f"; values are rounded to {wording.number(step, trim=True)}, so that "
            "scores are log-probabilities of rounding cells"
        )
    return f"{text}."


def checked_residuals(residuals, sample_weight):
    """Return residuals and weights as float arrays, without rows of weight 0."""
    try:
        residuals = np.asarray(residuals, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"residuals must be numbers, y_true - y_pred of each row ({error})."
        ) from error
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


def what_prevents_a_fit(residuals):
    """Return the reason why no family can be fitted; empty if all can."""
    broken = int((~np.isfinite(residuals)).sum())
    if broken:
        return (
            f"{broken:,} of {len(residuals):,} residuals are missing or infinite, so "
            f"no noise model can be fitted; look at the predictions of these rows."
        )
    if len(residuals) < 3:
        return (
            f"{wording.count(len(residuals), 'row')} cannot distinguish a Gaussian "
            f"from a Laplace distribution; about {ROWS_NEEDED} are needed."
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


def thinned(probability, max_points):
    """Return the places of the points to keep, of ascending probabilities."""
    n_rows = len(probability)
    if n_rows <= max_points:
        return np.arange(n_rows)
    tail = max(max_points // 10, 1)
    z = stats.norm.ppf(probability[[tail, n_rows - 1 - tail]])
    between = np.linspace(*z, max_points - 2 * tail)
    nearest = np.searchsorted(stats.norm.ppf(probability), between)
    nearest = nearest.clip(tail, n_rows - 1 - tail)
    return np.unique(
        np.concatenate([np.arange(tail), nearest, np.arange(n_rows - tail, n_rows)])
    )


def quantile_pairs(residuals, weight, distributions, max_points):
    """Pair sorted residuals with quantiles, as `NoiseComparison.qq` returns them."""
    order = np.argsort(residuals, kind="stable")
    weight = np.ones(len(residuals)) if weight is None else weight[order]
    probability = (np.cumsum(weight) - weight / 2) / weight.sum()
    keep = thinned(probability, max_points)
    probability = probability[keep]
    expected = {name: d.ppf(probability) for name, d in distributions.items()}
    return pd.DataFrame(
        {
            "probability": probability,
            "residual": residuals[order][keep],
            **expected,
        }
    )
