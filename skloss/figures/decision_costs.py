"""What each loss costs per row, predicted and decided, with intervals."""

import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.style import styles_of
from skloss.figures.text import distinct, not_ranked, plot_text
from skloss.wording import number, title_of

__all__ = ["decision_costs"]

# A symbol in addition to the position, so that the two ways differ without the labels.
_SYMBOLS = {"predicted": "circle-open", "decided": "circle"}


def decision_costs(comparison, ranked):
    """Draw money per row for each loss, with its predictions and with decisions.

    Parameters
    ----------
    comparison : Comparison
        With a cost.
    ranked : DataFrame
        As `skloss.comparison.rank_decisions` returns it for the comparison.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, costs, figures
    >>> from skloss.comparison import rank_decisions
    >>> X, y = load_diabetes(return_X_y=True)
    >>> cost = costs.Linear(under=9.0, over=1.0)
    >>> comparison = compare_losses(X, y, "mse", cost=cost, cv=3)
    >>> figure = figures.decision_costs(comparison, rank_decisions(comparison))
    >>> figure.layout.xaxis.title.text
    'cost per row'
    """
    figure = new_figure(
        "What does each loss cost?",
        x="cost per row",
        y="loss, way of deciding",
        caption="No loss was trained to its end, so nothing is ranked. How to read: "
        "run the comparison again without stopping it.",
        alt="Cost per row of each loss, with its predictions as decisions and with "
        "decisions from its distribution, with 95% intervals.",
    )
    if ranked.empty:
        return show_message(figure, "No loss was trained to its end.")
    styles = styles_of(comparison)
    labels = _labels(ranked)
    rows = distinct([plot_text(label, 60) for label in labels.values()])
    labels = dict(zip(labels, rows, strict=True))
    for loss, rows in ranked.groupby("loss", sort=False):
        places = [labels[loss, way] for way in rows["way"]]
        figure.add_trace(_marks(rows, places, styles[loss]))
    # The least expensive at the top.
    order = [labels[row.loss, row.way] for row in ranked.itertuples()]
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=order[::-1],
        dtick=1,  # a label for every row
    )
    figure.update_layout(height=130 + 34 * len(order))
    figure.layout.meta["caption"] = _caption(ranked) + not_ranked(comparison)
    return figure


def _marks(rows, places, style):
    """Return the costs of one loss as marks with intervals, at its places."""
    return go.Scatter(
        x=rows["mean"],
        y=places,
        mode="markers",
        name=style.name,
        showlegend=False,
        marker={
            "color": style.color,
            "symbol": [_SYMBOLS[way] for way in rows["way"]],
            "size": 10,
        },
        error_x={
            "array": rows["high"] - rows["mean"],
            "color": style.color,
            "thickness": 1.5,
        },
        customdata=rows[["low", "high"]],
        hovertemplate=hover(
            "%{fullData.name}",
            "%{x:,.3~r} per row",
            "95% interval %{customdata[0]:,.3~r} to %{customdata[1]:,.3~r}",
        ),
    )


def _labels(ranked):
    """Return the label of each row: the loss, and how it decides."""
    return {
        (row.loss, row.way): f"{title_of(row.loss)}, {row.way}"
        + (" (trained for it)" if row.trained and row.way == "predicted" else "")
        for row in ranked.itertuples()
    }


def _caption(ranked):
    best = ranked.iloc[0]
    return (
        f"Least expensive: {title_of(best['loss'])}, {best['way']}, at "
        f"{number(best['mean'])} per row. How to read: left is cheaper. “Predicted” "
        "takes the loss's own prediction as the decision, “decided” the best decision "
        "under its predicted distribution. Bars are 95% intervals of the mean; losses "
        "share rows, so that their differences are known better than the bars suggest: "
        "the table has the intervals of the differences."
    )
