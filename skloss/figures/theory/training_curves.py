"""Training with and without warm-up and clipping."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure
from skloss.figures.style import loss_styles
from skloss.figures.text import plot_text
from skloss.wording import join, number

__all__ = ["training_curves"]


def training_curves(curves):
    """Draw the training loss of several fits on a scale that large spikes fit on.

    Parameters
    ----------
    curves : dict of str to array-like of shape (n_epochs,)
        `loss_curve_` of estimators, by what distinguishes them.

    Returns
    -------
    plotly.graph_objects.Figure
        The vertical axis is the inverse hyperbolic sine of the loss: linear near 0
        and logarithmic beyond, for values of both signs.

    Examples
    --------
    >>> from skloss.figures import theory
    >>> figure = theory.training_curves({"plain": [1e6, 2.0], "clipped": [1.0, 0.5]})
    >>> figure.layout.meta["caption"].partition(". How")[0]
    'The highest epoch is 1,000,000 for plain and 1.00 for clipped'
    """
    curves = {name: np.asarray(curve, dtype=float) for name, curve in curves.items()}
    highest = join(
        f"{number(np.nanmax(curve))} for {name}" for name, curve in curves.items()
    )
    figure = new_figure(
        "What do clipping and warm-up do?",
        x="epoch",
        y="training loss, on a compressed scale",
        caption=f"The highest epoch is {highest}. How to read: lower is better; the "
        "scale is linear between -1 and 1 and logarithmic beyond, so that a spike of "
        "many powers of ten does not flatten the rest.",
        alt=f"Training loss by epoch for {join(curves)}.",
    )
    for name, style in loss_styles(curves).items():
        curve = curves[name]
        figure.add_trace(
            go.Scatter(
                x=np.arange(1, len(curve) + 1),
                y=np.arcsinh(curve),
                customdata=curve,
                name=plot_text(name),
                mode="lines+markers",
                line=style.line(),
                marker=style.marker(size=6),
                hovertemplate=hover(
                    "%{fullData.name}", "epoch %{x}", "loss %{customdata:,.3~r}"
                ),
            )
        )
    ticks = _ticks(np.concatenate(list(curves.values())))
    figure.update_yaxes(tickvals=np.arcsinh(ticks), ticktext=[f"{t:g}" for t in ticks])
    return figure


def _ticks(values):
    """Return 0 and at most seven powers of ten, over the range of the values."""
    decades = 10.0 ** np.arange(0, 19)
    candidates = np.concatenate([-decades[::-1], decades])
    # A fit that diverged may end in missing values.
    low, high = np.nanmin(values) - 1, max(np.nanmax(values), 1) * 1.5
    inside = candidates[(candidates >= low) & (candidates <= high)]
    return np.sort(np.append(inside[:: max(1, -(-len(inside) // 7))], 0.0))
