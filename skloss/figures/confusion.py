"""The confusion matrix."""

import numpy as np
import plotly.graph_objects as go

from skloss.wording import display_name, title_of

from .style import draw, hover
from .text import plot_text

MAX_TEXT_CLASSES = 10

# Cells below a fifth of their class keep the page's background and text colour; cells
# above are dark enough for white text on a light page and on a dark one. Shades in
# between would be legible on one of them only.
STRONG = 0.2
_SHADES = [
    [0, "rgba(31, 79, 156, 0.02)"],
    [STRONG, "rgba(31, 79, 156, 0.10)"],
    [STRONG, "rgba(31, 79, 156, 0.78)"],
    [1, "rgba(31, 79, 156, 1)"],
]


def confusion_matrix(counts, loss=""):
    """Draw how many rows of each true class were given each class.

    Parameters
    ----------
    counts : DataFrame
        From `skloss.metrics.confusion`: index true classes, columns predicted ones.
    loss : str
        Which loss decided, for the subtitle.

    Returns
    -------
    plotly.graph_objects.Figure
        Colour is the share of the true class, so that rare classes are as visible as
        common ones. Numbers are written up to 10 classes.

    Examples
    --------
    >>> from skloss.metrics import confusion
    >>> figure = confusion_matrix(confusion(["a", "a", "b"], ["a", "b", "b"]), "focal")
    >>> figure.layout.title.subtitle.text
    'focal'
    """
    cells = counts.to_numpy(dtype=float)
    support = cells.sum(axis=1, keepdims=True)
    share = np.divide(cells, support, out=np.zeros_like(cells), where=support > 0)
    figure = draw(
        "Which classes are mistaken for which?",
        x="predicted class",
        y="true class",
        subtitle=plot_text(title_of(loss), 60) if loss else "",
        caption=f"{_worst_confusion(counts, share)} How to read: a row is a true "
        "class, its cells say which classes its rows were given, strong colour where "
        "it is a fifth of them or more; all colour on the diagonal is perfect.",
        alt=f"Confusion matrix of {counts.shape[0]} classes"
        + (f" for {title_of(loss)}." if loss else "."),
    )
    names = [plot_text(name, 30) for name in counts.index]
    places = np.arange(len(names))
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
            customdata=_cell_texts(names, cells, share),
            hovertemplate=hover(
                "true %{customdata[0]}",
                "predicted %{customdata[1]}",
                "%{customdata[2]} rows, %{customdata[3]} of the true class",
            ),
        )
    )
    if len(names) <= MAX_TEXT_CLASSES:
        _write_numbers(figure, cells, share)
    ticks = places[:: max(1, len(names) // 20)]
    short = [plot_text(counts.index[place], 12) for place in ticks]
    frame = [-0.5, len(names) - 0.5]
    plain = {"tickvals": ticks, "ticktext": short, "showgrid": False}
    figure.update_xaxes(range=frame, zeroline=False, **plain)
    figure.update_yaxes(range=frame[::-1], zeroline=False, **plain)
    return figure


def _write_numbers(figure, cells, share):
    """Write the rows of each cell, white on strong cells, else in the page's colour."""
    many = len(cells) > 5
    for strong in (True, False):
        y, x = np.nonzero((share >= STRONG) == strong)
        numbers = zip(cells[y, x], share[y, x], strict=True)
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                text=[f"{n:,.5g}" + f"<br>{p:.0%}" * (not many) for n, p in numbers],
                mode="text",
                textfont={"color": "#ffffff"} if strong else None,
                hoverinfo="skip",
                showlegend=False,
            )
        )


def _cell_texts(names, cells, share):
    """Return what hovering says of each cell, shape (K, K, 4), safe for plotly."""
    texts = [
        [
            [true, given, f"{n:,.5g}", f"{p:.1%}"]
            for given, n, p in zip(names, row, part, strict=True)
        ]
        for true, row, part in zip(names, cells, share, strict=True)
    ]
    return np.array(texts, dtype=object)


def _worst_confusion(counts, share):
    wrong = share.copy()
    np.fill_diagonal(wrong, 0)
    if wrong.size == 0 or wrong.max() == 0:
        return "No row is mistaken."
    true, given = np.unravel_index(wrong.argmax(), wrong.shape)
    return (
        f"Mistaken most: {wrong[true, given]:.0%} of "
        f"{display_name(counts.index[true])} are taken for "
        f"{display_name(counts.columns[given])}."
    )
