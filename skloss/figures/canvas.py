"""Layout, messages and sampling that all figures share."""

import numpy as np
import plotly.graph_objects as go

from skloss.figures.style import COLORS, NEUTRAL
from skloss.figures.text import plot_text
from skloss.wording import display_name

#: Points in one figure. More are slow to send and to draw in a browser, and hide
#: each other.
MAX_POINTS = 3000

# Characters in a line of a message: they fit a phone held upright.
_LINE = 40

_GRID = "rgba(128, 128, 128, 0.25)"
_AXIS = {
    "gridcolor": _GRID,
    "zerolinecolor": _GRID,
    "linecolor": _GRID,
    "automargin": True,
    "title": {"standoff": 12},
    "nticks": 7,
    # 200,000 instead of 0.2M, and 0.00002 instead of 20µ.
    "minexponent": 6,
}
# What a page's theme may replace is in the template, the rest in the layout.
# Backgrounds are transparent and colours mid-tones, so that an exported figure is
# legible on a light page and on a dark one.
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "#76797f"},
        "title": {"font": {"size": 16}, "x": 0, "xanchor": "left"},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "colorway": list(COLORS),
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "hoverlabel": {"align": "left"},
    }
)


def new_figure(question, *, x, y, caption, alt, subtitle=""):
    """Return an empty figure with its titles and texts, and room for a legend below.

    Parameters
    ----------
    question : str
        The title; short enough for one line of a phone (40 characters).
    x, y : str
        Axis titles, safe for plotly.
    caption : str
        Plain text: the answer, then how to read the figure.
    alt : str
        Plain text: what the figure shows, for readers who cannot see it.
    subtitle : str
        Safe for plotly.

    Returns
    -------
    plotly.graph_objects.Figure
        With ``layout.meta["caption"]`` and ``layout.meta["alt"]``.
    """
    return go.Figure(
        layout={
            "template": TEMPLATE,
            "title": {
                "text": question,
                "subtitle": {"text": subtitle, "font": {"size": 12}},
                "yref": "container",
                "y": 1,
                "yanchor": "top",
                "pad": {"t": 12, "b": 8},
                "automargin": True,
            },
            "xaxis": {"title": {"text": x}},
            "yaxis": {"title": {"text": y}},
            "legend": {
                "orientation": "h",
                # With filled areas, plotly would reverse the order and use a column.
                "traceorder": "normal",
                "xref": "paper",
                "x": 0,
                "xanchor": "left",
                "yref": "container",
                "y": 0,
                "yanchor": "bottom",
            },
            "margin": {"t": 60 if subtitle else 44, "r": 12, "b": 16, "l": 8},
            "hovermode": "closest",
            "meta": {"caption": caption, "alt": alt},
        }
    )


def hover(*lines):
    """Return a hover template; the lines must not contain text from data.

    Names come in by plotly's own references, ``%{meta}`` and ``%{fullData.name}``,
    whose values are not read as templates again.
    """
    return "<br>".join(lines) + "<extra></extra>"


def add_reference_line(figure, x, y):
    """Draw a thin grey line without a place in the legend: y = x, or guessing."""
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": NEUTRAL, "width": 1},
            showlegend=False,
            hoverinfo="skip",
        )
    )


def show_unit_square(figure):
    """Show all of [0, 1] on both axes, with room for the width of a line."""
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(range=[-0.02, 1.04])
    return figure


def show_square(figure, highest):
    """Show both axes from 0 to a little above the highest value, or to 1."""
    # From a half on, the whole square is the more familiar sight.
    if not 0 < highest < 0.5:
        return show_unit_square(figure)
    figure.update_xaxes(range=[-0.03 * highest, 1.2 * highest])
    figure.update_yaxes(range=[-0.03 * highest, 1.2 * highest])
    return figure


def show_message(figure, sentence):
    """Put a sentence in the middle of a figure without data; return the figure."""
    words, lines = display_name(sentence).split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    figure.add_annotation(
        text="<br>".join(plot_text(line, limit=60) for line in lines),
        xref="paper",
        yref="paper",
        x=0.5,
        y=0.5,
        showarrow=False,
        font={"size": 14},
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def sample_rows(n_rows, limit=MAX_POINTS):
    """Return ascending positions of at most `limit` rows, drawn with a fixed seed."""
    if n_rows <= limit:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(0).choice(n_rows, limit, replace=False))


def evenly_spaced(n_points, limit):
    """Return at most `limit` positions out of `n_points`, with both ends."""
    if n_points <= limit:
        return np.arange(n_points)
    return np.unique(np.linspace(0, n_points - 1, limit).round().astype(int))
