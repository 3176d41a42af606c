"""Learning curves: the loss of each epoch, in training and on validation rows."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.canvas import evenly_spaced, hover, new_figure, show_message
from skloss.figures.style import loss_styles
from skloss.figures.text import plot_text
from skloss.wording import join, title_of

__all__ = ["learning_curves", "learning_curves_so_far"]

# More points than pixels in the width of a phone cannot be seen.
_MAX_EPOCHS = 200
# A caption with more numbers is not read.
_NAMED_AT_MOST = 6
# Up to this many epochs every one has a tick; plotly would write 1.5 between them.
_TICKED_AT_MOST = 8
# A rise of so many times the fall has diverged; a frame with it would hide the falls.
_DIVERGED = 10.0

_SINGLE_LOSS = {
    "train": ("training", "dot"),
    "validation": ("validation", "solid"),
}


def learning_curves(comparison):
    """Draw how the loss fell with the epochs.

    Several losses are put on one scale, because their values do not compare: each
    line runs from 1, where it started, to 0, the lowest point it reached. A single
    loss is drawn in its own units, with training and validation rows.

    Parameters
    ----------
    comparison : Comparison
        Ensemble members are averaged; models that stopped early keep their last
        value.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skloss import compare_losses, figures
    >>> X, y = load_diabetes(return_X_y=True)
    >>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=2)
    >>> figure = figures.learning_curves(comparison)
    >>> [trace.name for trace in figure.data if trace.showlegend is None]
    ['squared error', 'Huber']
    """
    return learning_curves_so_far(
        comparison.histories, comparison.folds["loss"].unique()
    )


def learning_curves_so_far(histories, labels):
    """Draw the learning curves of a comparison that is still running.

    Parameters
    ----------
    histories : DataFrame
        Columns loss, fold, member, epoch, train, validation, as in
        `Comparison.histories`; any part of them.
    labels : sequence of str
        All losses of the comparison, so that each has the same colour afterwards.

    Returns
    -------
    plotly.graph_objects.Figure
        With a message in place of the curves until there is something to draw.

    Examples
    --------
    >>> import pandas as pd
    >>> from skloss import figures
    >>> histories = pd.DataFrame({"loss": "huber", "fold": 0, "member": 0,
    ...     "epoch": [1, 2, 3], "train": [3.0, 2.0, 1.0], "validation": float("nan")})
    >>> figures.learning_curves_so_far(histories, ["huber"]).data[-1].y.tolist()
    [3.0, 2.0, 1.0]
    """
    by_loss = dict(iter(histories.groupby("loss", sort=False)))
    kinds = {loss: _kind(rows) for loss, rows in by_loss.items()}
    single = len(by_loss) == 1
    figure = new_figure(
        "Are the fits still improving?",
        x="epoch",
        y="loss" if single else "loss, from its start (1) to its lowest (0)",
        subtitle=plot_text(title_of(next(iter(by_loss))), 60) if single else "",
        caption=f"{_lowest_points(by_loss, kinds)} {_how_to_read(single)}".strip(),
        alt=f"Learning curves of {join(map(title_of, by_loss))}, loss against epoch.",
    )
    if not single and histories["epoch"].max() == 1:
        # On their common scale all losses start at the same point.
        return show_message(figure, "Lines begin at the second epoch.")
    styles = loss_styles(labels)
    ceilings = [
        _ceiling(rows, kind, single)
        for loss, rows in by_loss.items()
        for kind in (_SINGLE_LOSS if single else [kinds[loss]])
    ]
    for loss, rows in by_loss.items():
        for kind in _SINGLE_LOSS if single else [kinds[loss]]:
            _add_curves(figure, rows, kind, styles[loss], single)
    if not figure.data:
        return show_message(figure, "The first epoch has not finished yet.")
    if histories["epoch"].max() <= _TICKED_AT_MOST:
        figure.update_xaxes(dtick=1)
    _frame(figure, [ceiling for ceiling in ceilings if ceiling is not None])
    return figure


def _ceiling(rows, kind, single):
    """Return the lowest and the start of a curve, on the scale on which it is drawn."""
    mean = _epoch_table(rows, kind).mean(axis=1).to_numpy(dtype=float)
    mean = mean[np.isfinite(mean)]
    if len(mean) < 2:
        return None
    return (mean.min(), mean[0]) if single else (0.0, 1.0)


def _frame(figure, ends):
    """End the axis a fifth above the starts: one loss that diverges hides no other.

    Where half of the losses or more rise above their starts, as those do that start at
    a linear model, the axis ends a little above the lower half of their highest points.
    """
    if not ends:
        return
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    drawn = [np.asarray(trace.y, dtype=float) for trace in figure.data]
    tops = [
        np.nanmax(y, initial=low)
        for trace, y in zip(figure.data, drawn, strict=True)
        if trace.name
    ]
    usual = np.sort(tops)[(len(tops) - 1) // 2]
    limit = high + 0.2 * (high - low)
    if usual - low < _DIVERGED * (high - low):
        limit = max(limit, low + 1.05 * (usual - low))
    above = [
        trace.name
        for trace, y in zip(figure.data, drawn, strict=True)
        if trace.name and np.nanmax(y, initial=low) > limit
    ]
    if not above or not limit > low:
        return
    figure.update_yaxes(range=[low - 0.05 * (limit - low), limit])
    meta = dict(figure.layout.meta)
    meta["caption"] += f" Outside the frame, above it: {join(above)}."
    figure.update_layout(meta=meta)


def _kind(rows):
    """Return "validation" if some rows were held out for stopping, else "train"."""
    return "validation" if rows["validation"].notna().any() else "train"


def _epoch_table(rows, kind):
    """Return a table of epochs by folds: members averaged, last values kept."""
    members = rows.pivot_table(
        index="epoch", columns=["fold", "member"], values=kind, dropna=True
    )
    return members.ffill().T.groupby(level="fold").mean().T


def _scaled(values):
    """Scale a curve to 1 at its start and 0 at its lowest point; 0 if it never fell."""
    values = np.asarray(values, dtype=float)
    lowest = np.nanmin(values)
    drop = values[0] - lowest
    return (values - lowest) / drop if drop > 0 else values - lowest


def _add_curves(figure, rows, kind, style, single):
    """Draw the mean over folds in bold, and each fold in light if there are several."""
    table = _epoch_table(rows, kind)
    if table.empty:
        return
    table = table.iloc[evenly_spaced(len(table), _MAX_EPOCHS)]
    mean = table.mean(axis=1)
    shown = np.asarray if single else _scaled
    name = style.name
    line = style.line(width=2.5)
    if single:
        name, line["dash"] = _SINGLE_LOSS[kind]
    elif kind == "train":
        name = f"{name} (training)"
    if table.shape[1] > 1:
        _add_folds(figure, [shown(table[fold]) for fold in table], table, name, style)
    figure.add_trace(
        go.Scatter(
            x=table.index,
            y=shown(mean),
            customdata=mean,
            mode="lines" if len(table) > 1 else "markers",
            name=name,
            legendgroup=name,
            line=line,
            marker=style.marker(),
            hovertemplate=hover(
                "%{fullData.name}", "epoch %{x}", "loss %{customdata:,.3~r}"
            ),
        )
    )


def _add_folds(figure, curves, table, name, style):
    """Draw all folds of a loss as one trace, separated by gaps."""
    gap = [np.nan]
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([[*table.index, *gap] for _ in curves]),
            y=np.concatenate([[*curve, *gap] for curve in curves]),
            mode="lines",
            line={"color": style.color, "width": 1},
            opacity=0.4,
            legendgroup=name,
            showlegend=False,
            hoverinfo="skip",
        )
    )


def _lowest_points(by_loss, kinds):
    lowest = []
    for loss, rows in by_loss.items():
        mean = _epoch_table(rows, kinds[loss]).mean(axis=1)
        if len(mean):
            place = f"{mean.idxmin():,} of {mean.index[-1]:,}"
            lowest.append(f"{title_of(loss)} at epoch {place}")
    if not lowest:
        return ""
    return f"Lowest point: {join(lowest, at_most=_NAMED_AT_MOST)}."


def _how_to_read(single):
    scale = (
        "Values are in the units of this loss."
        if single
        else "Each line runs from 1, where it started, to 0, the lowest point it "
        "reached, because values of different losses do not compare."
    )
    return (
        "How to read: bold is the mean over folds, light lines are single folds; "
        "validation rows where some were held out for stopping, else training rows. "
        f"{scale} A line that is still falling at its end needs more epochs; one that "
        "rises again has begun to overfit."
    )
