"""Figures of a comparison as a whole: how the fits went, and fold by fold."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.metrics import METRICS
from skloss.wording import display_name, join, number, title_of

from .style import draw, hover, say_instead, styles_for, thinned
from .text import plot_text, with_unit

MAX_EPOCHS = 200


def learning_curves(histories, styles=None):
    """Draw how the loss fell with the epochs.

    Several losses are put on one scale, since their values do not compare: each line
    runs from 1, where it started, to 0, the lowest point it reached. A single loss
    is drawn in its own units, training and validation both.

    Parameters
    ----------
    histories : DataFrame
        `Comparison.histories`: columns loss, fold, member, epoch, train, validation.
        Members are averaged; models that stopped early keep their last value.
    styles : dict, optional
        From `loss_styles`, for all losses of the comparison.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"loss": "huber", "fold": 0, "member": 0,
    ...     "epoch": [1, 2, 3], "train": [3.0, 2.0, 1.0], "validation": float("nan")})
    >>> learning_curves(frame).data[-1].y.tolist()
    [3.0, 2.0, 1.0]
    """
    styles = styles_for(histories, styles)
    losses = histories["loss"].unique().tolist()
    single = len(losses) == 1
    measured = {
        loss: _measured(rows) for loss, rows in histories.groupby("loss", sort=False)
    }
    figure = draw(
        "Are the fits still improving?",
        x="epoch",
        y="loss" if single else "loss, from its start (1) to its lowest (0)",
        subtitle=plot_text(title_of(losses[0]), 60) if single else "",
        caption=f"{_where_lowest(histories, measured)} {_how_to_read(single)}",
        alt=f"Learning curves of {join(map(title_of, losses))}, loss against epoch.",
    )
    if not single and histories["epoch"].max() == 1:
        # On their common scale all losses start at one point.
        return say_instead(figure, "Lines begin at the second epoch.")
    for loss in losses:
        rows = histories[histories["loss"] == loss]
        kinds = ["train", "validation"] if single else [measured[loss]]
        for kind in kinds:
            _add_curves(figure, rows, kind, styles[loss], single)
    if not figure.data:
        return say_instead(figure, "No epoch has finished yet.")
    return figure


def fold_scores(folds, metric, unit="", styles=None):
    """Draw one metric fold by fold, a line per loss.

    Parameters
    ----------
    folds : DataFrame
        `Comparison.folds`: columns loss, fold, metric, value.
    metric : str
        A name in the column "metric".
    unit : str
        Unit of the target.
    styles : dict, optional
        From `loss_styles`, for all losses of the comparison.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"loss": "huber", "fold": [0, 1], "metric": "mae",
    ...                       "value": [4.0, 5.0]})
    >>> fold_scores(frame, "mae", "mm").layout.yaxis.title.text
    'MAE (mm)'
    """
    rows = folds[folds["metric"] == metric]
    if rows.empty:
        known = join(folds["metric"].unique())
        raise ValueError(f"There are no scores named {metric!r}; there are: {known}.")
    styles = styles_for(folds, styles)
    known = METRICS.get(metric)
    label = known.label if known else display_name(metric)
    units = {"target": unit, "nats": "nats per row"}
    unit = units.get(known.unit, "") if known else ""
    scores = rows.pivot(index="fold", columns="loss", values="value")
    scores = scores[rows["loss"].unique()]
    figure = draw(
        "Does the same loss win every fold?",
        x="fold",
        y=with_unit(label, unit),
        caption=_fold_answer(scores, label, known, unit),
        alt=f"{label} of {join(map(title_of, scores))} in each of {len(scores)} folds.",
    )
    for loss in scores:
        figure.add_trace(
            go.Scatter(
                x=[str(fold + 1) for fold in scores.index],
                y=scores[loss],
                mode="lines+markers",
                name=plot_text(title_of(loss)),
                line=styles[loss].line(width=1.5),
                marker=styles[loss].marker(size=9),
                hovertemplate=hover(
                    "%{fullData.name}",
                    "fold %{x}: %{y:,.3~r}" + (" %{meta}" * bool(unit)),
                ),
                meta=plot_text(unit, 20) if unit else None,
            )
        )
    figure.update_xaxes(type="category")
    return figure


def _measured(rows):
    return "validation" if rows["validation"].notna().any() else "train"


def _epoch_table(rows, kind):
    """Return a table of epochs by folds: members averaged, last values kept."""
    members = rows.pivot_table(
        index="epoch", columns=["fold", "member"], values=kind, dropna=True
    )
    return members.ffill().T.groupby(level="fold").mean().T


def _scaled(values):
    """Run a curve from 1 at its start to 0 at its lowest point."""
    values = np.asarray(values, dtype=float)
    lowest = np.nanmin(values)
    drop = values[0] - lowest
    return (values - lowest) / drop if drop > 0 else values - lowest


def _add_curves(figure, rows, kind, style, single):
    table = _epoch_table(rows, kind)
    if table.empty:
        return
    loss = rows["loss"].iloc[0]
    table = table.iloc[thinned(len(table), MAX_EPOCHS)]
    mean = table.mean(axis=1)
    shown = (lambda curve: np.asarray(curve, dtype=float)) if single else _scaled
    name = plot_text(title_of(loss))
    line = style.line(width=2.5)
    if single:
        name = {"train": "training", "validation": "validation"}[kind]
        line["dash"] = {"train": "dot", "validation": "solid"}[kind]
    elif kind == "train":
        name = f"{name} (training)"
    if table.shape[1] > 1:
        # One trace for all folds of a loss, the folds parted by gaps.
        gap = [np.nan]
        figure.add_trace(
            go.Scatter(
                x=np.concatenate([[*table.index, np.nan] for _ in table]),
                y=np.concatenate([[*shown(table[fold]), *gap] for fold in table]),
                mode="lines",
                line={"color": style.color, "width": 1},
                opacity=0.4,
                legendgroup=name,
                showlegend=False,
                hoverinfo="skip",
            )
        )
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


def _where_lowest(histories, measured):
    lowest = []
    for loss, rows in histories.groupby("loss", sort=False):
        mean = _epoch_table(rows, measured[loss]).mean(axis=1)
        if len(mean):
            place = f"{mean.idxmin():,} of {mean.index[-1]:,}"
            lowest.append(f"{title_of(loss)} at epoch {place}")
    return f"Lowest point: {join(lowest)}." if lowest else ""


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
        f"{scale} A line that is still falling at its end wants more epochs; one that "
        "rises again has begun to overfit."
    )


def _fold_answer(scores, label, known, unit):
    smaller = known is not None and not known.greater_is_better
    better = "lower is better" if smaller else "higher is better"
    read = (
        f"How to read: {label}, {better}. Lines that never cross mean the same order "
        "in every fold; a difference much smaller than the swing from fold to fold, "
        "with crossing lines, is a tie."
    )
    complete = scores.dropna()
    if complete.empty or scores.shape[1] < 2:
        mean = pd.Series(scores.mean(axis=0)).dropna()
        values = [
            f"{title_of(k)} {number(v, unit=unit, trim=True)}" for k, v in mean.items()
        ]
        return f"Mean over folds: {join(values)}. {read}" if values else read
    best = complete.idxmin(axis=1) if smaller else complete.idxmax(axis=1)
    wins = best.value_counts()
    first = title_of(wins.index[0])
    return (
        f"{first} has the best {label} in {wins.iloc[0]} of {len(complete)} folds. "
        f"{read}"
    )
