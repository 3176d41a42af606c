"""One row of classes: what each decision costs in expectation."""

import numpy as np
import plotly.graph_objects as go

from skloss.costs import as_cost
from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.decision import held_out_row
from skloss.figures.style import NEUTRAL, styles_of
from skloss.figures.text import distinct, plot_text
from skloss.wording import capitalized, display_name, number, title_of

__all__ = ["class_decision"]

# Decisions that are drawn, the least expensive ones.
_MOST_CLASSES = 20


def class_decision(comparison, loss, row):
    """Draw what each decision between classes costs in expectation for one row.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes, with a cost: of ``compare_losses(..., cost=...)`` or
        `skloss.comparison.reprice`.
    loss : str
        A label of the comparison.
    row : int
        Position of a held-out row in ``comparison.X``.

    Returns
    -------
    plotly.graph_objects.Figure
        With a message in place of the bars if the loss gives no probabilities.

    Raises
    ------
    ValueError
        If the comparison has no such loss or row.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skloss import compare_losses, costs, figures
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> cost = costs.binary(false_positive=1.0, false_negative=9.0)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cost=cost, cv=2)
    >>> figure = figures.class_decision(comparison, "cross_entropy", row=7)
    >>> figure.layout.yaxis.title.text
    'expected cost'
    """
    place, _ = held_out_row(comparison, loss, row)
    name, classes = title_of(loss), comparison.classes
    figure = new_figure(
        "What does each decision cost?",
        x=f"decision on {plot_text(comparison.target, 30)}",
        y="expected cost",
        subtitle=f"{plot_text(name, 40)}, row {row + 1:,}",
        caption=f"{capitalized(name)} gives no probabilities, so nothing can be "
        "decided from them. How to read: choose a loss with probabilities.",
        alt=f"Expected cost of each decision for row {row + 1:,}, from the "
        f"probabilities of {name}.",
    )
    proba = place[[f"proba_{label}" for label in classes]].to_numpy(dtype=float)
    if not np.isfinite(proba).all():
        return show_message(figure, f"{capitalized(name)} gives no probabilities.")
    expected, labels, chances = _expected(comparison, proba, row)
    best = int(expected.argmin())
    _draw(figure, expected, labels, chances, styles_of(comparison)[loss].color)
    figure.layout.meta["caption"] = _caption(
        *(as_cost(comparison.recipe.cost), classes, labels, expected, best),
        *(chances, place["y_true"]),
    )
    return figure


def _expected(comparison, proba, row):
    """Return expected costs, labels and probabilities of the decisions of a row."""
    classes, cost = comparison.classes, as_cost(comparison.recipe.cost)
    cost = cost if cost.n_rows is None else cost[[row]]
    table = cost.class_table(classes, len(classes))
    expected = proba @ (table if table.ndim == 2 else table[:, :, 0])
    if len(expected) == len(classes):
        return expected, classes, proba
    return expected, list(range(len(expected))), np.full(len(expected), np.nan)


def _draw(figure, expected, labels, chances, color):
    names = distinct([plot_text(label, 24) for label in labels])
    order = np.argsort(expected, kind="stable")[:_MOST_CLASSES]
    for places, title, shade in [
        (order[:1], "least expected cost", color),
        (order[1:], "other decisions", NEUTRAL),
    ]:
        figure.add_trace(
            go.Bar(
                x=[names[k] for k in places],
                y=expected[places],
                name=title,
                text=[names[k] for k in places],
                textposition="none",
                marker={"color": shade},
                customdata=chances[places],
                hovertemplate=hover(
                    "%{text}",
                    "expected cost %{y:,.3~r}",
                    *["probability %{customdata:.3~r}"] * bool(np.isfinite(chances[0])),
                ),
            )
        )
    shown = [names[k] for k in sorted(order)]
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=shown)
    figure.update_yaxes(rangemode="tozero")


def _caption(cost, classes, labels, expected, best, chances, truth):
    second = np.argsort(expected, kind="stable")[1] if len(expected) > 1 else best
    chance = ""
    if np.isfinite(chances[best]):
        chance = f", although its probability is only {chances[best]:.2f}"
        if chances[best] >= 0.5:
            chance = f", with probability {chances[best]:.2f}"
    return (
        f"The best decision is {display_name(labels[best], 40)}{chance}: its expected "
        f"cost is {number(expected[best])}, that of {display_name(labels[second], 40)} "
        f"{number(expected[second])}. The truth was {display_name(truth, 40)}. How to "
        "read: a bar is the mean over the classes of what the decision would cost, "
        f"weighted by their probabilities. The rule: {cost.rule(classes)}."
    )
