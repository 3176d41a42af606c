"""One metric of all losses with its uncertainty, and the baselines as lines."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.style import DASHES, NEUTRAL, styles_of
from skloss.figures.text import (
    about_metric,
    legend_names,
    not_ranked,
    plot_text,
    with_unit,
)
from skloss.wording import capitalized, join, number, title_of

__all__ = ["scores"]

# Height of a row in pixels, and of what surrounds the rows: title, axis and legend.
_ROW, _AROUND = 30, 190
_READ = (
    "How to read: a dot is the mean over the folds, its bar one standard error to each "
    "side. Filled: the best, or not clearly worse by the paired scores of the same "
    "rows, which show more than the bars. Hollow: clearly worse."
)


def scores(comparison, metric, baselines=None):
    """Draw the mean of one metric for each loss, best first, with its standard error.

    Parameters
    ----------
    comparison : Comparison
    metric : str
        A metric of `Comparison.folds`.
    baselines : pandas.DataFrame, optional
        As `Comparison.references` returns it: a line for each.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the comparison has no such metric.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=2)
    >>> figures.scores(comparison, "mae").layout.xaxis.title.text
    'MAE'
    """
    ranked = comparison.standing(metric)
    label, unit, upwards = about_metric(metric, comparison.unit)
    figure = new_figure(
        "Which loss is best?",
        x=with_unit(label, unit),
        y="loss",
        subtitle=f"{plot_text(label)}, {'right' if upwards else 'left'} is better",
        caption=f"{_answer(ranked, label, unit)}{not_ranked(comparison)} {_READ}",
        alt=f"{label} of {join(map(title_of, ranked.index))} with standard errors, "
        "best first.",
    )
    if ranked.empty:
        return show_message(figure, "No loss was trained to its end.")
    order = list(legend_names(ranked.index, 30).values())
    _add_losses(figure, ranked, order, styles_of(comparison))
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=order[::-1],
        dtick=1,  # a label for every row
    )
    _add_baselines(figure, metric, baselines)
    figure.update_layout(height=_AROUND + _ROW * len(order))
    return figure


def _add_losses(figure, ranked, order, styles):
    """Draw mean and standard error of each loss, hollow if it is clearly worse."""
    behind = ranked["clear"].cummax()
    for place, (loss, row) in zip(order, ranked.iterrows(), strict=True):
        symbol = styles[loss].symbol.removesuffix("-open")
        figure.add_trace(
            go.Scatter(
                x=[row["mean"]],
                y=[place],
                mode="markers",
                name=styles[loss].name,
                showlegend=False,
                marker={
                    "color": styles[loss].color,
                    "symbol": f"{symbol}-open" if behind[loss] else symbol,
                    "size": 11,
                    "line": {"width": 2, "color": styles[loss].color},
                },
                error_x={
                    "array": [np.nan_to_num(row["se"])],
                    "color": styles[loss].color,
                    "thickness": 1.5,
                },
                customdata=[row["se"]],
                hovertemplate=hover(
                    "%{fullData.name}", "%{x:,.3~r} ± %{customdata:,.2~r}"
                ),
            )
        )


def _add_baselines(figure, metric, baselines):
    """Draw a line through all rows for each baseline that has the metric."""
    if baselines is None or metric not in baselines.columns.unique(level=0):
        return
    means = baselines[metric, "mean"].dropna()
    for place, (name, mean) in enumerate(means.items()):
        figure.add_trace(
            go.Scatter(
                x=[mean, mean],
                y=[0, 1],
                yaxis="y2",
                mode="lines",
                name=plot_text(title_of(name)),
                line={
                    "color": NEUTRAL,
                    "dash": DASHES[place % len(DASHES)],
                    "width": 1.5,
                },
                hovertemplate=hover("%{fullData.name}", "%{x:,.3~r}"),
            )
        )
    # On the axis of names, plotly would take the ends of a line for two more names.
    figure.update_layout(
        yaxis2={
            "overlaying": "y",
            "range": [0, 1],
            "visible": False,
            "fixedrange": True,
        }
    )


def _answer(ranked, label, unit):
    """Return which losses are best, and how far behind the clearly worse ones are."""
    if ranked.empty:
        return "No loss was trained to its end."
    behind = ranked["clear"].cummax()
    best, tied = ranked.index[0], list(ranked.index[1:][~behind.iloc[1:]])
    value = number(ranked["mean"].iloc[0], unit=unit, trim=True)
    sentence = f"{capitalized(title_of(best))} has the best {label}, {value}"
    if tied:
        verb = "is" if len(tied) == 1 else "are"
        sentence += f"; {join(list(map(title_of, tied)))} {verb} not clearly worse"
    return f"{sentence}."
