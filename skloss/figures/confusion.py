"""The confusion matrix of one loss."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures import row_weights
from skloss.figures.canvas import hover, new_figure
from skloss.figures.class_scores import decided_of, rows_of, truth_of
from skloss.figures.target_names import name_of_class
from skloss.figures.text import cut_middle, plot_text
from skloss.metrics import confusion
from skloss.wording import display_name, title_of

__all__ = ["confusion_matrix"]

# Numbers of more classes would overlap on a phone; beyond five, only counts fit and
# not their shares.
_MAX_TEXT_CLASSES = 10
_MAX_SHARE_CLASSES = 5
# More labels of classes would overlap at the height of the figure.
_MAX_TICKS = 20

# One hue that becomes darker all the way, on a ground of its own in either theme.
_LIGHT, _DARK = (241, 245, 252), (23, 62, 128)
# Below this share black numbers have a contrast of at least 4.5 to 1, from it on white
# ones have.
_STRONG = 0.7
_SHADES = [[0, f"rgb{_LIGHT}"], [1, f"rgb{_DARK}"]]
_INK = {True: "#ffffff", False: "#000000"}


def confusion_matrix(comparison, loss, label=None):
    """Draw how many rows of each true class were predicted as each class.

    Parameters
    ----------
    comparison : Comparison
        A comparison of classes or labels.
    loss : str
        A label of the comparison.
    label : object, optional
        The label of a multilabel task: rows with and without it are counted.

    Returns
    -------
    plotly.graph_objects.Figure
        Colour is the share of the true class, so that rare classes are as visible as
        common ones. Numbers are written up to 10 classes.

    Raises
    ------
    ValueError
        If the comparison has no classes, or no such loss or label.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skloss import compare_losses, figures
    >>> X, y = load_iris(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["cross_entropy"], cv=2)
    >>> figure = figures.confusion_matrix(comparison, "cross_entropy")
    >>> figure.layout.title.subtitle.text
    'cross-entropy'
    """
    counts = _counts(comparison, loss, label)
    cells = counts.to_numpy(dtype=float)
    support = cells.sum(axis=1, keepdims=True)
    share = np.divide(cells, support, out=np.zeros_like(cells), where=support > 0)
    figure = new_figure(
        "Which classes are mistaken for which?",
        x="predicted class",
        y="true class",
        subtitle=plot_text(title_of(loss), 60),
        caption=f"{_largest_confusion(counts, share)} How to read: a row is a true "
        "class, and its cells show which classes were predicted for it: the darker, "
        "the more of its rows. A perfect classifier has a dark diagonal only.",
        alt=f"Confusion matrix of {len(counts)} classes for {title_of(loss)}.",
    )
    names = [plot_text(name, 30) for name in counts.index]
    _add_cells(figure, names, cells, share, row_weights.unit_of(comparison))
    if len(counts) <= _MAX_TEXT_CLASSES:
        _write_numbers(figure, cells, share)
    _name_classes(figure, counts.index)
    return figure


def _counts(comparison, loss, label):
    """Return rows by true class (index) and predicted class (columns)."""
    rows = rows_of(comparison.predictions, loss)
    weight = row_weights.of_rows(comparison, loss)
    if comparison.task.has_classes:
        labels = rows["y_true"], rows["y_pred"], comparison.classes
        return confusion(*labels, sample_weight=weight)
    if comparison.task.kind != "labels" or f"y_true_{label}" not in rows:
        raise ValueError(
            "A confusion matrix requires one class per row or the name of a label, and "
            f"the task is {comparison.task}."
        )
    has_label, is_given = truth_of(rows, label), decided_of(rows, label)
    counts = confusion(has_label, is_given, [False, True], sample_weight=weight)
    name = name_of_class(comparison, label)
    names = pd.Index([f"not {name}", name])
    return counts.set_axis(names.rename("truth")).set_axis(names, axis=1)


def _add_cells(figure, names, cells, share, unit):
    places = np.arange(len(names))
    texts = _cell_texts(names, cells, share)
    figure.add_trace(
        go.Heatmap(
            x=places,
            y=places,
            z=share,
            zmin=0,
            zmax=1,
            colorscale=_SHADES,
            showscale=False,
            xgap=2,
            ygap=2,
            customdata=texts,
            # Not drawn: what the table of the figure shows.
            text=texts[:, :, 2] + " (" + texts[:, :, 3] + ")",
            hovertemplate=hover(
                "true %{customdata[0]}",
                "predicted %{customdata[1]}",
                f"%{{customdata[2]}} {unit}, %{{customdata[3]}} of the true class",
            ),
        )
    )


def _name_classes(figure, classes):
    """Name the ticks of both axes, some of them if there are many classes."""
    ticks = np.arange(len(classes))[:: max(1, -(-len(classes) // _MAX_TICKS))]
    short = [plot_text(cut_middle(classes[place], 12), 12) for place in ticks]
    edges = [-0.5, len(classes) - 0.5]
    plain = {"tickvals": ticks, "ticktext": short, "showgrid": False}
    figure.update_xaxes(range=edges, zeroline=False, **plain)
    figure.update_yaxes(range=edges[::-1], zeroline=False, **plain)


def _write_numbers(figure, cells, share):
    """Write the rows of each cell, white on dark cells and black on light ones."""
    with_share = len(cells) <= _MAX_SHARE_CLASSES
    for strong in (True, False):
        y, x = np.nonzero((share >= _STRONG) == strong)
        numbers = zip(cells[y, x], share[y, x], strict=True)
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                text=[f"{n:,.5g}" + f"<br>{p:.0%}" * with_share for n, p in numbers],
                mode="text",
                textfont={"color": _INK[strong]},
                hoverinfo="skip",
                showlegend=False,
            )
        )


def _cell_texts(names, cells, share):
    """Return the texts under the pointer, shape (K, K, 4), safe for plotly."""
    texts = [
        [
            [true, given, f"{n:,.5g}", f"{p:.1%}"]
            for given, n, p in zip(names, row, part, strict=True)
        ]
        for true, row, part in zip(names, cells, share, strict=True)
    ]
    return np.array(texts, dtype=object)


def _largest_confusion(counts, share):
    wrong = share.copy()
    np.fill_diagonal(wrong, 0)
    if wrong.size == 0 or wrong.max() == 0:
        return "All rows are predicted correctly."
    true, given = np.unravel_index(wrong.argmax(), wrong.shape)
    return (
        f"Most frequent confusion: {wrong[true, given]:.0%} of "
        f"{display_name(counts.index[true])} are predicted as "
        f"{display_name(counts.columns[given])}."
    )
