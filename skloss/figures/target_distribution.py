"""The distribution of the target: numbers with mean and median, or class balance."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure, show_message
from skloss.figures.style import COLORS, NEUTRAL
from skloss.figures.text import distinct, plot_text, with_unit
from skloss.figures.value_counts import bins_of_numbers, known_numbers
from skloss.wording import count, display_name, number, quoted

__all__ = ["target_distribution"]

# Bars of eight pixels or more on a phone; more would show the noise of few rows.
_BINS = 40
# More bars than these cannot be named on a screen.
_CLASSES = 20
# A mean that is further from the median than this share of the interquartile range
# makes squared and absolute error estimate visibly different numbers. A Gaussian
# sample of 100 rows exceeds it in one of a hundred cases.
_SKEWED = 0.2


def target_distribution(y, task, unit=""):
    """Draw how often the values of a target occur.

    Parameters
    ----------
    y : Series, or DataFrame of labels
        The target of all rows.
    task : Task
        Numbers are drawn in bins with their mean and median; classes and labels as
        bars, with their shares.
    unit : str
        Unit of a target of numbers.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> from skloss import datasets, figures
    >>> sample = datasets.load_sample("rare_class")
    >>> y = sample.frame[sample.target]
    >>> figure = figures.target_distribution(y, sample.task)
    >>> figure.layout.meta["caption"].partition(":")[0]
    'The rarest class is “yes”'
    """
    if task.has_numbers:
        return _numbers(y, unit)
    return _classes(y, task)


def _numbers(y, unit):
    name, values = display_name(y.name), known_numbers(y)
    bins = bins_of_numbers(y, _BINS)
    figure = new_figure(
        "How is the target distributed?",
        x=with_unit(name, unit),
        y="rows",
        caption="No value of the target is a number.",
        alt=f"Histogram of {display_name(name, 60)} with its mean and median.",
    )
    if bins is None:
        return show_message(figure, figure.layout.meta["caption"])
    mean, median = float(values.mean()), float(np.median(values))
    figure.add_trace(
        go.Bar(
            x=bins.centers,
            y=bins.counts,
            width=bins.widths,
            customdata=np.stack([bins.edges[:-1], bins.edges[1:]], axis=1),
            name="rows",
            marker={"color": NEUTRAL, "opacity": 0.45, "line": {"width": 0}},
            hovertemplate=hover(
                "%{customdata[0]:,.3~r} to %{customdata[1]:,.3~r}", "%{y:,.3~r} rows"
            ),
        )
    )
    top = 1.05 * float(bins.counts.max())
    for place, (title, at) in enumerate([("mean", mean), ("median", median)]):
        figure.add_trace(
            go.Scatter(
                x=[at, at],
                y=[0, top],
                mode="lines",
                name=title,
                line={
                    "color": COLORS[place],
                    "dash": ("solid", "dash")[place],
                    "width": 2.5,
                },
                hovertemplate=hover("%{fullData.name} %{x:,.3~r}"),
            )
        )
    # Bars and lines at values beyond the bins would stretch the axis.
    figure.update_xaxes(range=[float(bins.edges[0]), float(bins.edges[-1])])
    figure.update_layout(height=300, bargap=0.02)
    figure.layout.meta["caption"] = _of_numbers(values, mean, median, bins, unit)
    return figure


def _of_numbers(values, mean, median, bins, unit):
    low, high = np.quantile(values, [0.25, 0.75])
    written = {
        key: number(value, unit=unit, trim=True)
        for key, value in [("mean", mean), ("median", median)]
    }
    finding = (
        f"Half of the rows are between {number(low, trim=True)} and "
        f"{number(high, unit=unit, trim=True)}. The mean is {written['mean']}, the "
        f"median {written['median']}"
    )
    if abs(mean - median) > _SKEWED * (high - low):
        finding += (
            ": they differ, so squared error (which estimates means) and absolute "
            "error (medians) can give different answers"
        )
    zeros = float((values == 0).mean())
    if 0.2 < zeros < 1:
        finding += f". {zeros:.0%} of the rows are 0"
    outside = ""
    if bins.n_outside:
        verb = "lies" if bins.n_outside == 1 else "lie"
        outside = f" {count(bins.n_outside, 'row')} {verb} outside the frame."
    return (
        f"{finding}.{outside} How to read: bars count rows; without any features, the "
        "lines are the best predictions under squared and under absolute error."
    )


def _classes(y, task):
    """Draw the rows of each class, or of each label."""
    if isinstance(y, pd.DataFrame):
        counts, noun = (y == 1).sum(), "label"
        counts.index = [display_name(name) for name in counts.index]
    else:
        known = y.dropna()
        counts = known.value_counts(sort=False)
        is_ordered = isinstance(known.dtype, pd.CategoricalDtype) and known.cat.ordered
        if not is_ordered:
            counts = counts[counts > 0].sort_values(ascending=False, kind="stable")
        noun = "class"
    n_rows, plural = len(y.dropna()), {"label": "labels", "class": "classes"}[noun]
    figure = new_figure(
        "How frequent is each label?"
        if noun == "label"
        else "How frequent is each class?",
        x="rows",
        y=noun,
        caption="No value of the target is known.",
        alt=f"Rows of each of {count(len(counts), noun, plural)}.",
    )
    if not len(counts) or not n_rows:
        return show_message(figure, figure.layout.meta["caption"])
    shown = counts.iloc[:_CLASSES]
    names = distinct([plot_text(name, 24) for name in shown.index])
    figure.add_trace(
        go.Bar(
            x=shown.to_numpy(),
            y=names,
            orientation="h",
            name="rows",
            text=[f"{n:,} · {_share(n, n_rows)}" for n in shown],
            textposition="outside",
            cliponaxis=False,
            marker={"color": NEUTRAL, "opacity": 0.45, "line": {"width": 0}},
            hovertemplate=hover("%{y}: %{x:,.3~r} rows"),
        )
    )
    figure.update_yaxes(
        type="category",
        range=[len(shown) - 0.5, -0.5],
        dtick=1,  # a label for every bar
    )
    # Room for the text of the longest bar, also on a phone.
    figure.update_xaxes(range=[0, 1.35 * float(shown.max())])
    figure.update_layout(height=110 + 30 * len(shown), showlegend=False, bargap=0.25)
    figure.layout.meta["caption"] = _of_classes(counts, n_rows, noun, plural)
    return figure


def _share(n, total):
    share = 100 * n / total
    return "<0.1%" if 0 < share < 0.1 else f"{share:.3g}%"


def _of_classes(counts, n_rows, noun, plural):
    rarest, most = counts.idxmin(), counts.idxmax()
    finding = (
        f"The rarest {noun} is {quoted(rarest)}: {count(int(counts.min()), 'row')}, "
        f"{_share(counts.min(), n_rows)} of {n_rows:,}"
    )
    if noun == "class":
        finding += (
            f". Always predicting {quoted(most)} is right in "
            f"{_share(counts.max(), n_rows)} of the rows"
        )
    part = ""
    if len(counts) > _CLASSES:
        part = f" The first {_CLASSES} of {len(counts):,} {plural} are drawn."
    return (
        f"{finding}.{part} How to read: a bar counts the rows "
        f"of a {noun}. Where a {noun} is rare, accuracy hides whether it is found."
    )
