"""Which of several noise models wins, from their paired differences in log score."""

from dataclasses import dataclass

import numpy as np

__all__ = ["LABELS", "MOST_ROWS", "RICHER", "ROWS_NEEDED", "Gap", "Judgement", "judge"]

#: With fewer rows, the tails by which the families differ have hardly been observed:
#: of 50 Laplace rows, one in six samples looks Gaussian.
ROWS_NEEDED = 200

#: Names in sentences.
LABELS = {
    "gaussian": "Gaussian",
    "laplace": "Laplace",
    "student_t": "Student t",
    "gaussian_heteroscedastic": "heteroscedastic Gaussian",
    "laplace_heteroscedastic": "heteroscedastic Laplace",
    "student_t_heteroscedastic": "heteroscedastic Student t",
    "log_normal": "log-normal",
    "gamma": "gamma",
    "poisson": "Poisson",
    "negative_binomial": "negative binomial",
}

#: The models of which each is a special case.
RICHER = {
    "gaussian": {
        "student_t",
        "gaussian_heteroscedastic",
        "student_t_heteroscedastic",
    },
    "laplace": {"laplace_heteroscedastic"},
    "student_t": {"student_t_heteroscedastic"},
    "gaussian_heteroscedastic": {"student_t_heteroscedastic"},
    "poisson": {"negative_binomial"},
}

# A difference of this many nats per row matters. A simpler model wins only if the
# richer one is not better by as much.
_TOLERANCE = 0.02

# Standard errors by which a gap must exceed the half-width of its interval, so that
# nine of ten samples of that size are decided.
_POWER = 1.28

#: A number of rows beyond this is not stated: the models are equal in practice.
MOST_ROWS = 10_000_000


@dataclass(frozen=True)
class Gap:
    """Difference in mean log score of two models, in nats per row.

    Parameters
    ----------
    mean : float
    standard_error : float
    low, high : float
        Interval.
    """

    mean: float
    standard_error: float
    low: float
    high: float

    @property
    def interval(self):
        """Low and high end."""
        return self.low, self.high


@dataclass(frozen=True)
class Judgement:
    """The winner, and the difference on which it rests.

    Parameters
    ----------
    winner : str
        A model, or "undecided".
    leader, rival : str
        The winner, or the best model if there is none, and the closest competitor.
    gap : Gap
        Gap of the leader over the rival.
    rows_needed : int or None
        Number of rows that would decide in nine of ten cases; None if it is decided.
    """

    winner: str
    leader: str
    rival: str | None
    gap: Gap
    rows_needed: int | None


def judge(means, gap_of, n_rows):
    """Return the model that wins over all others, if there is one.

    A model wins over another if it is clearly better: the interval of the difference
    lies above 0. Over a richer one, of which it is a special case, it wins unless that
    is clearly better, or may be better by 0.02 nats per row.

    Parameters
    ----------
    means : dict of str to float
        Mean log score of each model.
    gap_of : callable
        Returns the `Gap` of one model over another.
    n_rows : float

    Returns
    -------
    Judgement
    """
    ranked = sorted(means, key=means.get, reverse=True)
    for name in ranked:
        others = [other for other in ranked if other != name]
        gaps = {other: gap_of(name, other) for other in others}
        unbeaten = [other for other in others if not _wins(name, other, gaps[other])]
        if not unbeaten:
            # The gap to a richer model shows nothing of the evidence for a simpler one.
            plain = [o for o in others if o not in RICHER.get(name, ())] or others
            rival = plain[0] if plain else None
            gap = gaps[rival] if plain else Gap(np.nan, np.nan, np.nan, np.nan)
            if n_rows >= ROWS_NEEDED:
                return Judgement(name, name, rival, gap, None)
            return Judgement("undecided", name, rival, gap, ROWS_NEEDED)
    leader = ranked[0]
    gaps = {other: gap_of(leader, other) for other in ranked[1:]}
    open_ = [other for other in gaps if not _wins(leader, other, gaps[other])]
    rows = max(_rows_needed(leader, other, gaps[other], n_rows) for other in open_)
    return Judgement("undecided", leader, open_[0], gaps[open_[0]], rows)


def _wins(name, other, gap):
    """Return whether a model wins over another."""
    if other in RICHER.get(name, ()):
        return gap.high >= 0 and gap.low > -_TOLERANCE
    return gap.low > 0


def _rows_needed(leader, other, gap, n_rows):
    """Return the rows at which a gap of this size would be decided."""
    if leader in RICHER.get(other, ()):  # for the simpler or the richer one
        distance = max(gap.mean, _TOLERANCE - gap.mean)
    elif other in RICHER.get(leader, ()):
        distance = max(-gap.mean, _TOLERANCE + gap.mean)
    else:
        distance = gap.mean
    # An interval narrows with the square root of the rows.
    width = 0.5 * (gap.high - gap.low) + _POWER * gap.standard_error
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = n_rows * np.square(np.divide(width, distance))
    if not rows < MOST_ROWS:
        return MOST_ROWS
    rows = max(float(rows), n_rows + 1, ROWS_NEEDED)
    # To two digits, upwards.
    unit = 10 ** max(int(np.floor(np.log10(rows))) - 1, 0)
    return int(np.ceil(rows / unit) * unit)
