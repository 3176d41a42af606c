"""One row: what is predicted for it, and the best decision under each cost."""

import numpy as np
import plotly.graph_objects as go

from skloss.costs import Linear, Percentage, Quadratic, as_cost, decide
from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.style import NEUTRAL, noise_styles, styles_of
from skloss.figures.text import plot_text, with_unit
from skloss.wording import capitalized, join, number, title_of

__all__ = ["decision", "held_out_row"]

# Points of a density: enough for a narrow peak next to long tails.
_POINTS = 301
# Probability that the drawn range leaves out on each side. Heavy tails would otherwise
# press the peak into a single line.
_TAIL = 0.003


def decision(comparison, loss, row):
    """Draw the distribution predicted for one row, with the best decisions marked.

    The cost of the comparison is marked, and for orientation squared and absolute
    error, and the percentage error where all targets are positive.

    Parameters
    ----------
    comparison : Comparison
        A comparison of one number, with a cost: of ``compare_losses(..., cost=...)`` or
        `skloss.comparison.reprice`.
    loss : str
        A label of the comparison.
    row : int
        Position of a held-out row in ``comparison.X``.

    Returns
    -------
    plotly.graph_objects.Figure
        With a message in place of the density if the loss implies no distribution.

    Raises
    ------
    ValueError
        If the comparison has no such loss or row.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, costs, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> cost = costs.Linear(under=9.0, over=1.0)
    >>> comparison = compare_losses(X, y, "mse", cost=cost, cv=3)
    >>> figure = figures.decision(comparison, "squared_error", row=7)
    >>> [trace.name for trace in figure.data[2:5]]
    ['your cost', 'squared error', 'absolute error']
    """
    place, distribution = held_out_row(comparison, loss, row)
    name = title_of(loss)
    figure = new_figure(
        "What is the best prediction?",
        x=with_unit(comparison.target, comparison.unit),
        y="probability density",
        subtitle=f"{plot_text(name, 40)}, row {row + 1:,}",
        caption=f"{capitalized(name)} implies no distribution, so nothing can be "
        "decided from it. How to read: choose a loss with a noise model.",
        alt=f"Distribution that {name} predicts for row {row + 1:,}, with the best "
        "decision under each cost.",
    )
    if distribution is None:
        return show_message(figure, f"{capitalized(name)} implies no distribution.")
    marks = _marks(comparison, distribution, row)
    truth = float(place["y_true"])
    _draw_density(figure, distribution, styles_of(comparison)[loss])
    _draw_decisions(figure, marks, distribution)
    figure.add_trace(
        go.Scatter(
            x=[truth],
            y=[0.0],
            mode="markers",
            name="truth",
            marker={"symbol": "x", "size": 10, "color": NEUTRAL},
            cliponaxis=False,  # the mark lies on the axis
            hovertemplate=hover("truth %{x:,.3~r}"),
        )
    )
    if distribution.is_discrete:
        figure.update_yaxes(title_text="probability")
    figure.update_yaxes(rangemode="tozero")
    figure.layout.meta["caption"] = _caption(comparison, marks, truth)
    return figure


def held_out_row(comparison, loss, row):
    """Return the prediction of a row, and its distribution or None."""
    rows = comparison.predictions[comparison.predictions["loss"] == loss]
    if rows.empty:
        known = join(comparison.predictions["loss"].unique())
        raise ValueError(f"There are no predictions of {loss!r}; there are: {known}.")
    found = np.flatnonzero(rows["row"] == row)
    if not len(found):
        raise ValueError(f"Row {row} was not held out in any fold.")
    place = rows.iloc[found[0]]
    of_fold = rows[rows["fold"] == place["fold"]]
    at = int(np.flatnonzero(of_fold["row"] == row)[0])
    distribution = comparison.distributions.get((loss, place["fold"]))
    return place, None if distribution is None else distribution[at]


def _marks(comparison, distribution, row):
    """Return cost and decision by name; costs without a best decision are left out."""
    own = as_cost(comparison.recipe.cost)
    own = own if own.n_rows is None else own[[row]]
    costs = {"your cost": own, "squared error": Quadratic()}
    costs["absolute error"] = Linear(1, 1)
    if np.min(comparison.y) > 0:
        costs["percentage error"] = Percentage(float(np.min(comparison.y)))
    marks = {}
    for name, cost in costs.items():
        try:
            marks[name] = cost, float(decide(distribution, cost)[0])
        except ValueError:  # such as an infinite mean
            continue
    return marks


def _draw_density(figure, distribution, style):
    low, high = distribution.ppf(_TAIL)[0], distribution.ppf(1 - _TAIL)[0]
    if distribution.is_discrete:
        grid = np.unique(np.linspace(low, high, _POINTS).round())
    else:
        grid = np.linspace(low, high, _POINTS)
    density = distribution.pdf(grid[:, None])[:, 0]
    share = distribution.cdf(grid[:, None])[:, 0]
    name = "probability" if distribution.is_discrete else "density"
    figure.add_trace(
        go.Scatter(
            x=grid,
            y=np.zeros(len(grid)),
            mode="lines",
            line={"width": 0, "color": style.color},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=grid,
            y=density,
            mode="lines",
            name="predicted distribution",
            fill="tonexty",
            line={
                "color": style.color,
                "width": 2,
                "shape": "hvh" if distribution.is_discrete else "linear",
            },
            customdata=share,
            hovertemplate=hover(
                "%{x:,.3~r}", name + " %{y:,.3~r}", "at most this: %{customdata:.0%}"
            ),
        )
    )


def _draw_decisions(figure, marks, distribution):
    """Draw a line and a symbol for each decision, staggered so that none hides."""
    top = max(figure.data[-1].y)
    for place, (name, style) in enumerate(noise_styles(marks).items()):
        at = marks[name][1]
        height = top * (1.04 + 0.08 * place)
        figure.add_trace(
            go.Scatter(
                x=[at, at],
                y=[0.0, height],
                mode="lines+markers",
                name=name,
                line=style.line(width=3 if name == "your cost" else 1.5),
                marker={
                    "symbol": style.symbol,
                    "color": style.color,
                    "size": [0, 11 if name == "your cost" else 8],
                },
                hovertemplate=hover("%{fullData.name}: %{x:,.3~r}"),
            )
        )


def _caption(comparison, marks, truth):
    unit = comparison.unit
    found = [
        f"{number(at, unit=unit)} under {name} ({cost.rule()})"
        for name, (cost, at) in marks.items()
    ]
    best = f"The best decision is {join(found)}. " if found else ""
    return (
        f"{best}The truth was {number(truth, unit=unit)}. How to read: each cost has "
        f"another best decision under the same distribution."
    )
