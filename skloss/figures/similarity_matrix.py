"""Similarities of held-out rows, ordered by class."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import evenly_spaced, hover, new_figure
from skloss.figures.placed_rows import is_on_sphere, placed_rows
from skloss.figures.text import plot_text
from skloss.wording import number, title_of

__all__ = ["similarity_matrix"]

# Rows of the matrix: more have less than two pixels each on a phone.
_MAX_ROWS = 150
# Names of classes that fit next to the matrix on a phone.
_MAX_TICKS = 10
_SHADES = [[0, "rgba(31, 79, 156, 0.02)"], [1, "rgba(31, 79, 156, 1)"]]


def similarity_matrix(comparison, loss, fold=None):
    """Draw how similar held-out rows of one fold are, with classes side by side.

    The similarity is the cosine if the loss places rows on a sphere. Otherwise it is 1
    minus the distance, divided by the largest one. Of two views, the first is compared
    with the second.

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
        At most 150 rows, evenly spaced over the classes.

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
    >>> figures.similarity_matrix(comparison, "triplet").data[0].z.shape
    (30, 30)
    """
    placed, truth, numbers = placed_rows(comparison, loss, fold)
    has_views = comparison.task.has_views
    order = np.arange(len(placed))
    if not has_views:
        order = np.argsort(np.unique(truth, return_inverse=True)[1], kind="stable")
    order = order[evenly_spaced(len(order), _MAX_ROWS)]
    placed, truth, numbers = placed[order], truth[order], numbers[order]
    other = truth if has_views else placed
    similarity = _similarity(placed, other)
    labels = numbers if has_views else truth
    same = np.eye(len(placed), dtype=bool) if has_views else truth[:, None] == truth
    where = "on the diagonal and nowhere else" if has_views else "in blocks of a class"
    figure = new_figure(
        "Are matching rows similar?",
        x="row of the second view" if has_views else "row, ordered by class",
        y="row of the first view" if has_views else "row, ordered by class",
        subtitle=plot_text(title_of(loss), 40),
        caption=f"{_means(similarity, same, has_views)} How to read: dark cells are "
        f"similar rows; a good embedding is dark {where}.",
        alt=f"Similarity of held-out rows by {title_of(loss)}.",
    )
    names = np.array([plot_text(name, 30) for name in labels], dtype=object)
    pairs = np.stack(np.broadcast_arrays(names[:, None], names[None]), axis=-1)
    figure.add_trace(
        go.Heatmap(
            x=np.arange(len(placed)),
            y=np.arange(len(placed)),
            z=similarity,
            colorscale=_SHADES,
            showscale=False,
            customdata=pairs,
            hovertemplate=hover(
                "%{customdata[0]} and %{customdata[1]}", "similarity %{z:,.3~r}"
            ),
        )
    )
    edges = [-0.5, len(placed) - 0.5]
    ticks = {"tickvals": []} if has_views else _class_ticks(truth)
    plain = {"showgrid": False, "zeroline": False, "ticks": "", **ticks}
    figure.update_xaxes(range=edges, **plain)
    figure.update_yaxes(range=edges[::-1], **plain)
    return figure


def _class_ticks(labels):
    """Return a tick in the middle of each class, of some if there are many."""
    names, first, counts = np.unique(labels, return_index=True, return_counts=True)
    some = evenly_spaced(len(names), _MAX_TICKS)
    return {
        "tickvals": (first + (counts - 1) / 2)[some],
        "ticktext": [plot_text(name, 12) for name in names[some]],
    }


def _similarity(x, y):
    """Return cosines of rows on a sphere, else 1 minus relative distances."""
    if is_on_sphere(np.vstack([x, y])):
        return x @ y.T
    distance = np.linalg.norm(x[:, None] - y[None], axis=-1)
    return 1 - distance / (distance.max() or 1.0)


def _means(similarity, same, has_views):
    """Return the mean similarities of rows that belong together and of others."""
    alone = np.eye(len(similarity), dtype=bool) & (not has_views)
    near, far = similarity[same & ~alone], similarity[~same]
    if not len(near) or not len(far):
        return "All rows are of one kind."
    return (
        f"Mean similarity {number(near.mean())} of rows that belong together and "
        f"{number(far.mean())} of others."
    )
