"""The distribution of each column of a table, in small panels."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from skloss.figures.canvas import hover, new_figure, sample_rows, show_message
from skloss.figures.style import COLORS
from skloss.figures.text import distinct, plot_text, telling_names
from skloss.figures.value_counts import bins_of_numbers, levels_of
from skloss.wording import count, display_name, join

__all__ = ["PANELS_AT_MOST", "column_distributions"]

#: Largest number of panels of a figure: more are slow to draw and to read.
PANELS_AT_MOST = 21
# Three panels next to each other still show a shape and a name on a phone.
_ACROSS = 3
# Bars of a panel a third as wide as a phone, and levels whose names fit below each
# other.
_BINS, _LEVELS = 20, 4
# Pixels of a panel with its name, and of title and margins.
_PANEL, _AROUND = 120, 70
# Characters of a name that fit a panel on a phone.
_NAME = 17
# Shapes and shares are known to 1% from this many rows.
_ROWS = 50_000
# Columns that a sentence names; the rest are counted.
_MISSING_NAMED = 3


def column_distributions(frame, roles=None, columns=None):
    """Draw the distribution of each column of a table.

    Parameters
    ----------
    frame : DataFrame
        The table.
    roles : DataFrame, optional
        As `skloss.table.propose_roles` returns it: columns of type category are drawn
        by their levels, and text and identifiers are only counted.
    columns : sequence, optional
        Names of the columns to draw, 21 at most; by default the first ones.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel for each column: bins of numbers and dates, or the most frequent levels.
        The caption names the columns of the whole table in which values are missing.

    Raises
    ------
    ValueError
        If the table has no such column.

    Examples
    --------
    >>> from skloss import datasets, figures
    >>> frame = datasets.load_sample("heavy_tailed").frame
    >>> figure = figures.column_distributions(frame, columns=["branch", "rain"])
    >>> list(figure.data[0].y)
    ['suburb', 'school', 'station', 'market']
    """
    names = list(frame.columns if columns is None else columns)[:PANELS_AT_MOST]
    unknown = [name for name in names if name not in frame.columns]
    if unknown:
        raise ValueError(f"The table has no column {display_name(unknown[0])!r}.")
    figure = new_figure(
        "What do the columns hold?",
        x="",
        y="",
        caption=_caption(frame, len(names)),
        alt=f"Distributions of {count(len(names), 'column')}: "
        f"{join([display_name(name, 30) for name in names])}.",
    )
    figure.layout.meta |= {"x": "value", "y": "rows"}
    if not names:
        return show_message(figure, "The table has no columns to draw.")
    n_rows = -(-len(names) // _ACROSS)
    drawn = frame[names].iloc[sample_rows(len(frame), _ROWS)]
    kinds = {} if roles is None else roles["type"].to_dict()
    shown = telling_names(names, _NAME)
    for place, name in enumerate(names):
        domain = _domain(place, n_rows)
        share = float(frame[name].isna().mean())
        _add_panel(figure, place, drawn[name], kinds.get(name), domain)
        _name_panel(figure, shown[name], share, domain)
    figure.update_layout(
        height=_AROUND + _PANEL * n_rows, showlegend=False, bargap=0.05
    )
    return figure


def _domain(place, n_rows):
    """Return left, right, bottom and top of a panel, as shares of the figure."""
    row, across = divmod(place, _ACROSS)
    gap, name = 0.045, 0.42  # of the width; of the height of a row, with the ticks
    width = (1 - gap * (_ACROSS - 1)) / _ACROSS
    left = across * (width + gap)
    top = 1 - (row + 0.25) / n_rows
    return left, left + width, top - (1 - name) / n_rows, top


def _add_axes(figure, suffix, domain):
    """Place the axes of a panel, and return their names for its traces."""
    left, right, bottom, top = domain
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    plain = {"showgrid": False, "zeroline": False, "automargin": False}
    figure.update_layout(
        {
            f"xaxis{suffix}": {
                **plain,
                "domain": [left, right],
                "anchor": axes["yaxis"],
                "nticks": 4,
                "tickfont": {"size": 10},
            },
            f"yaxis{suffix}": {
                **plain,
                "domain": [bottom, top],
                "anchor": axes["xaxis"],
                "showticklabels": False,
            },
        }
    )
    return axes


def _add_panel(figure, place, column, kind, domain):
    """Draw one column by its type, or by its values if the type is not given."""
    suffix = "" if place == 0 else str(place + 1)
    axes = _add_axes(figure, suffix, domain)
    name = plot_text(column.name, 30)
    if kind in ("text", "identifier"):
        _write(figure, axes, f"{column.nunique():,} different values", domain)
        return
    is_date = pd.api.types.is_datetime64_any_dtype(column)
    is_number = pd.api.types.is_numeric_dtype(column)
    is_number &= not pd.api.types.is_bool_dtype(column) and kind != "category"
    bins = bins_of_numbers(column, _BINS) if is_date or is_number else None
    if bins is not None:
        figure.add_trace(
            go.Bar(
                x=bins.centers,
                y=bins.counts,
                width=bins.widths,
                name=name,
                marker={"color": COLORS[0], "opacity": 0.7, "line": {"width": 0}},
                hovertemplate=hover("%{fullData.name} %{x}", "%{y:,.3~r} rows"),
                **axes,
            )
        )
        figure.update_layout({f"yaxis{suffix}": {"rangemode": "tozero"}})
        return
    levels = levels_of(column, _LEVELS)
    if not levels:
        _write(figure, axes, "no values", domain)
        return
    _add_levels(figure, levels, name, axes)
    ends = [0, 1.02 * max(levels.values())]
    figure.update_layout({f"xaxis{suffix}": {"showticklabels": False, "range": ends}})


def _add_levels(figure, levels, name, axes):
    """Draw a bar that lies for each level, the most frequent at the top."""
    total = sum(levels.values())
    shown = distinct([plot_text(level, 18) for level in levels])[::-1]
    counts = list(levels.values())[::-1]
    figure.add_trace(
        go.Bar(
            x=counts,
            y=shown,
            orientation="h",
            name=name,
            marker={"color": COLORS[0], "opacity": 0.25, "line": {"width": 0}},
            hovertemplate=hover("%{fullData.name} %{y:,.3~r}", "%{x:,.3~r} rows"),
            **axes,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=np.zeros(len(shown)),
            y=shown,
            text=[f"{y} {n / total:.0%}" for y, n in zip(shown, counts, strict=True)],
            mode="text",
            textposition="middle right",
            textfont={"size": 11},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
            **axes,
        )
    )
    suffix = axes["yaxis"][1:]
    figure.update_layout({f"yaxis{suffix}": {"type": "category"}})


def _write(figure, axes, text, domain):
    """Write a few words in place of a distribution."""
    left, right, bottom, top = domain
    figure.add_annotation(
        text=plot_text(text, 40),
        x=(left + right) / 2,
        y=(bottom + top) / 2,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 11},
    )
    for axis in ("xaxis", "yaxis"):
        figure.update_layout({f"{axis}{axes[axis][1:]}": {"visible": False}})


def _name_panel(figure, name, share, domain):
    """Write a name, safe for plotly, above its panel, with the share of missing."""
    missing = f"<br><i>{plot_text(_percent(share))} missing</i>" if share else ""
    figure.add_annotation(
        text=f"<b>{name}</b>{missing}",
        align="left",
        x=domain[0],
        y=domain[3],
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11},
    )


def _percent(share):
    """Write a share of missing values, which is never rounded to none or to all."""
    if share >= 0.995:
        return "all" if share == 1 else ">99%"
    return "<1%" if share < 0.01 else f"{share:.0%}"


def _caption(frame, n_drawn):
    """Return which columns have missing values, and how to read the figure."""
    missing = frame.isna().mean()
    missing = missing[missing > 0].sort_values(ascending=False, kind="stable")
    found = [
        f"{display_name(name, 30)} ({_percent(share)})"
        for name, share in missing.items()
    ]
    finding = "No value is missing."
    if found:
        finding = f"Values are missing in {join(found, at_most=_MISSING_NAMED)}."
    part = ""
    if n_drawn < frame.shape[1]:
        part = f" {n_drawn} of {frame.shape[1]:,} columns are drawn."
    rows = f" Drawn from {_ROWS:,} rows." if len(frame) > _ROWS else ""
    return (
        f"{finding}{part}{rows} How to read: a panel is a column; its bars count rows "
        "by value, or are the most frequent levels with their shares. Values far "
        "outside the central 99% are not drawn."
    )
