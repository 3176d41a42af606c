"""Bands around the fits: the mean intervals that distributions predict."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.wording import join, title_of

__all__ = [
    "add_band",
    "add_bars",
    "banded_losses",
    "coverage_sentence",
    "interval_ends",
]

# The mean of a twentieth of them, one bin, is known to a line's width; the quantiles of
# a mixture are found by bisection, which takes long for more.
_ROWS = 5000


def banded_losses(comparison):
    """Return the losses that have a band by default: those that predict a spread.

    Others predict one number, and their distribution is the same around each of them.
    """
    known = getattr(comparison, "losses", {})
    found = {label for label, _ in getattr(comparison, "distributions", {})}
    return [
        label
        for label, loss in known.items()
        if label in found and loss.n_outputs(1) > 1
    ]


def interval_ends(comparison, frame, loss, coverage, output=None):
    """Return the ends of the central interval of held-out rows of one loss.

    Parameters
    ----------
    comparison : Comparison
    frame : DataFrame
        Rows of `Comparison.predictions` with their index; of many, a part is used.
    loss : str
    coverage : float
        Probability of the interval, between 0 and 1.
    output : int or str, optional
        Which target, where there are several.

    Returns
    -------
    DataFrame
        The rows that were used, with the columns low and high.
    """
    predictions = comparison.predictions
    rows = frame[frame["loss"] == loss]
    rows = rows.iloc[:: max(-(-len(rows) // _ROWS), 1)]
    parts = []
    for fold, part in rows.groupby("fold", sort=False):
        distribution = comparison.distributions.get((loss, fold))
        if distribution is None:
            continue
        of_fold = (predictions["loss"] == loss) & (predictions["fold"] == fold)
        place = pd.Index(predictions.index[of_fold]).get_indexer(part.index)
        chosen = distribution[place]
        low, high = (chosen.ppf(0.5 + sign * coverage / 2) for sign in (-1, 1))
        if low.ndim == 2:
            low, high = low[:, int(output)], high[:, int(output)]
        known = np.isfinite(low) & np.isfinite(high)
        parts.append(part.assign(low=low, high=high)[known])
    if not parts:
        return rows.iloc[:0].assign(low=0.0, high=0.0)
    return pd.concat(parts)


def add_band(figure, low, high, style, coverage):
    """Draw the area between the ends of intervals along a feature."""
    name = style.name
    for end, values in (("lower", low), ("upper", high)):
        figure.add_trace(
            go.Scatter(
                x=low.index.to_numpy(),
                y=values.to_numpy(),
                mode="lines",
                name=f"{name}, {end} end of {coverage:.0%}",
                line={"color": style.color, "width": 0.5},
                fill=None if end == "lower" else "tonexty",
                fillcolor=style.area(),
                legendgroup=name,
                showlegend=False,
                hoverinfo="skip",
            )
        )


def add_bars(figure, low, high, style):
    """Add bars between the ends of intervals to the marks of a loss at levels."""
    for trace in figure.data:
        if trace.name == style.name and len(trace.y) == len(low):
            middle = np.asarray(trace.y, dtype=float)
            trace.error_y = {
                "array": high.to_numpy() - middle,
                "arrayminus": middle - low.to_numpy(),
                "color": trace.marker.color,
                "thickness": 1.5,
            }


def coverage_sentence(inside, coverage, noun="Bands"):
    """Return how many held-out rows are within the intervals of each loss.

    Parameters
    ----------
    inside : dict of str to float
        Share of rows by loss.
    coverage : float
        Probability of the intervals.
    noun : str
        What the intervals are drawn as.
    """
    if not inside:
        return ""
    shares = [
        f"{share:.0%} of the rows for {title_of(loss)}"
        for loss, share in inside.items()
    ]
    return (
        f" {noun} are {coverage:.0%} intervals, the mean of those of similar rows; "
        f"they contain {join(shares)}."
    )
