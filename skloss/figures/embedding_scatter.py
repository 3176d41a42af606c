"""Held-out rows in two dimensions of an embedding."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure, sample_rows
from skloss.figures.placed_rows import placed_rows
from skloss.figures.style import NEUTRAL, loss_styles
from skloss.figures.text import plot_text
from skloss.wording import count, title_of

__all__ = ["embedding_scatter"]

# Classes with a colour and a symbol of their own; the rows of others are grey.
_MAX_CLASSES = 20


def embedding_scatter(comparison, loss, fold=None):
    """Draw where a loss places the held-out rows of one fold.

    An embedding of more than two dimensions is projected on its two principal axes.

    Parameters
    ----------
    comparison : Comparison
        A comparison of the task "embedding" or "pairs".
    loss : str
        A label of the comparison.
    fold : int, optional
        By default the first one: embeddings of different folds cannot be compared.

    Returns
    -------
    plotly.graph_objects.Figure
        One colour and symbol for each class, or for each view.

    Raises
    ------
    ValueError
        If the task is another, or there is no such loss or fold.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import TorchEmbedder, compare_losses, figures
    >>> X, y = load_iris(return_X_y=True)
    >>> few = TorchEmbedder(embedding_dim=3, max_iter=5)
    >>> comparison = compare_losses(X, y, "triplet", task="embedding", estimator=few)
    >>> len(figures.embedding_scatter(comparison, "triplet").data)
    3
    """
    placed, truth, numbers = placed_rows(comparison, loss, fold)
    if comparison.task.has_views:
        points, share = _projected(np.vstack([placed, truth]))
        names = np.repeat(["first view", "second view"], len(placed))
        numbers = np.tile(numbers, 2)
        groups = ["first view", "second view"]
    else:
        points, share = _projected(placed)
        names = truth
        values, counts = np.unique(truth, return_counts=True)
        shown = np.sort(np.argsort(-counts, kind="stable")[:_MAX_CLASSES])
        groups = list(values[shown])
    kept = sample_rows(len(points))
    figure = new_figure(
        "Where are the rows placed?",
        x="first axis",
        y="second axis",
        subtitle=plot_text(title_of(loss), 40),
        caption=f"{count(len(placed), 'held-out row')} of one fold, with {share:.0%} "
        "of the variance of the embedding. How to read: rows that are close to each "
        "other are alike for the loss; colours and symbols show what belongs together.",
        alt=f"Held-out rows of {title_of(loss)} in two dimensions of its embedding.",
    )
    styles = loss_styles(range(len(groups)))
    for place, group in enumerate(groups):
        own = kept[names[kept] == group]
        figure.add_trace(_points(points[own], numbers[own], group, styles[place]))
    others = kept[~np.isin(names[kept], groups)]
    if len(others):
        figure.add_trace(
            _points(points[others], numbers[others], "other classes", None)
        )
    # Distances count, and so one unit is as long on both axes.
    figure.update_yaxes(scaleanchor="x", scaleratio=1)
    return figure


def _projected(rows):
    """Return rows on their two principal axes, and the share of variance on these."""
    centred = rows - rows.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    total = (sizes**2).sum()
    share = (sizes[:2] ** 2).sum() / total if total > 0 else 1.0
    points = centred @ axes[:2].T
    return np.pad(points, [(0, 0), (0, 2 - points.shape[1])]), share


def _points(points, numbers, name, style):
    """Return the trace of some rows."""
    marker = {"color": NEUTRAL, "size": 5, "opacity": 0.6}
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        customdata=numbers,
        name=plot_text(name, 30),
        mode="markers",
        marker=marker if style is None else style.marker(size=7, opacity=0.75),
        hovertemplate=hover(
            "%{fullData.name}", "row %{customdata}", "%{x:,.3~r}, %{y:,.3~r}"
        ),
    )
