"""How often the values of a column occur: bins of numbers and dates, or levels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skloss.figures.prediction_vs_truth import central_range
from skloss.wording import display_name

__all__ = ["Bins", "bins_of_numbers", "known_numbers", "levels_of"]

#: Differences and sums of larger numbers may overflow.
_HUGE = 1e150


@dataclass(frozen=True)
class Bins:
    """Counts of values between edges.

    Attributes
    ----------
    edges : ndarray of shape (k + 1,)
        Numbers, or times (datetime64).
    counts : ndarray of shape (k,)
    n_outside : int
        Values beyond the first and the last edge.
    """

    edges: np.ndarray
    counts: np.ndarray
    n_outside: int

    @property
    def centers(self):
        """The middle of each bin."""
        return self.edges[:-1] + np.diff(self.edges) / 2

    @property
    def widths(self):
        """Width of each bin, of times in milliseconds, as plotly has it."""
        widths = np.diff(self.edges)
        if widths.dtype.kind == "m":
            return widths / np.timedelta64(1, "ms")
        return widths


def known_numbers(column):
    """Return the finite values of a column of numbers or dates, dates as datetime64."""
    if pd.api.types.is_datetime64_any_dtype(column):
        times = column.dropna()
        if getattr(times.dt, "tz", None) is not None:
            times = times.dt.tz_localize(None)
        return times.to_numpy(dtype="datetime64[ms]")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    return values[np.isfinite(values)]


def bins_of_numbers(column, most):
    """Count the values of a column of numbers or dates in bins of equal width.

    Whole numbers of a small range have a bin each. Otherwise the bins span all values,
    or the central 99% if a few lie far outside.

    Parameters
    ----------
    column : Series
    most : int
        Number of bins at most.

    Returns
    -------
    Bins or None
        None if no value is known.
    """
    values = known_numbers(column)
    if not len(values):
        return None
    is_time = values.dtype.kind == "M"
    numbers = values.astype("int64").astype(float) if is_time else values
    edges = _edges(numbers, most, is_time)
    counts, _ = np.histogram(numbers, edges)
    if is_time:
        edges = edges.round().astype("int64").astype("datetime64[ms]")
    return Bins(edges, counts, int(len(values) - counts.sum()))


def _edges(numbers, most, is_time):
    largest = np.abs(numbers).max()
    if largest > _HUGE:
        # In units of the largest, so that differences do not overflow.
        return np.clip(_edges(numbers / largest, most, True), -1, 1) * largest
    low, high = numbers.min(), numbers.max()
    if not is_time and high - low < most and _are_whole(numbers):
        return np.arange(low - 0.5, high + 1)
    frame = central_range(numbers)
    # The frame has a margin for points, which bars do not need.
    low, high = max(low, frame[0]), min(high, frame[1])
    if not high > low:
        half = max(0.5, 1e-9 * abs(high))  # half of one is lost in 1e16 and beyond
        low, high = low - half, high + half
    return np.linspace(low, high, min(most, max(int(len(numbers) ** 0.5), 5)) + 1)


def _are_whole(numbers):
    """Return whether all are whole numbers with a half on each side."""
    return (numbers == np.round(numbers)).all() and np.abs(numbers).max() < 2**51


def levels_of(column, most):
    """Count the most frequent values of a column.

    Parameters
    ----------
    column : Series
    most : int
        Number of levels at most; the others are counted together.

    Returns
    -------
    dict of str to int
        The most frequent first, then the others, if there are any.
    """
    counts = column.dropna().astype(str).value_counts()
    shown = counts.iloc[:most] if len(counts) > most + 1 else counts
    found = {}
    for name, n in shown.items():
        shown_name = display_name(name)
        found[shown_name] = found.get(shown_name, 0) + int(n)
    rest = counts.iloc[len(shown) :]
    if len(rest):
        found[f"{len(rest):,} others"] = int(rest.sum())
    return found
