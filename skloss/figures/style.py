"""How every figure looks: one style per loss, one frame, no fixed background."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from skloss.wording import display_name

from .text import plot_text

#: Okabe and Ito's hues, moved until each has a contrast of at least 3 to 1 against
#: white and against the dark page, and stays apart from the others for
#: red- and green-blind eyes.
COLORS = (
    "#2c64be",  # blue
    "#f85800",  # vermilion
    "#28a058",  # green
    "#e858a8",  # pink
    "#4898d8",  # sky
    "#9c5400",  # brown
    "#646c6c",  # grey
    "#8060f8",  # violet
)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = (
    *("circle", "square", "diamond", "triangle-up"),
    *("cross", "triangle-down", "star"),
)
#: Reference lines and the marks of data that belong to no loss.
NEUTRAL = "#808080"
#: Noise models are no losses: two colours that no loss has.
NOISE_COLORS = {"Gaussian": "#00889a", "Laplace": "#d01848"}

MAX_POINTS = 3000

_GRID = "rgba(128, 128, 128, 0.25)"
_AXIS = {
    "gridcolor": _GRID,
    "zerolinecolor": _GRID,
    "linecolor": _GRID,
    "automargin": True,
    "title": {"standoff": 12},
    "nticks": 7,
}
# Everything a page's theme should be free to replace lives in the template, the rest
# in the layout. Backgrounds are transparent and colours mid-tones, so that an exported
# figure is legible on a light page and on a dark one.
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


@dataclass(frozen=True)
class LossStyle:
    """Colour, dash and marker symbol of one loss, in plotly's words."""

    color: str
    dash: str
    symbol: str

    def line(self, width=2.0):
        """Return the line of this loss."""
        return {"color": self.color, "dash": self.dash, "width": width}

    def marker(self, size=7, opacity=1.0):
        """Return the markers of this loss."""
        return {
            "color": self.color,
            "symbol": self.symbol,
            "size": size,
            "opacity": opacity,
        }


def loss_styles(labels):
    """Give each loss its colour, dash and symbol, by its place in the comparison.

    Parameters
    ----------
    labels : iterable
        Labels of all losses of a comparison, in its order. Pass the same labels for
        every figure, also where only some losses are drawn, and each loss looks the
        same everywhere.

    Returns
    -------
    dict of label to LossStyle
        Colour and dash together are unique for the first 24.

    Examples
    --------
    >>> styles = loss_styles(["squared_error", "absolute_error"])
    >>> styles["absolute_error"]
    LossStyle(color='#f85800', dash='dash', symbol='square')
    """
    return {
        label: LossStyle(
            COLORS[place % len(COLORS)],
            DASHES[place % len(DASHES)],
            SYMBOLS[place % len(SYMBOLS)],
        )
        for place, label in enumerate(dict.fromkeys(labels))
    }


def styles_for(frame, styles):
    """Return `styles`, or those of the losses of a frame in order of appearance."""
    return loss_styles(frame["loss"]) if styles is None else styles


def draw(question, *, x, y, caption, alt, subtitle=""):
    """Start a figure: its question as title, room for a legend below, and its words.

    Parameters
    ----------
    question : str
        The title; short enough for one line of a phone (40 characters).
    x, y : str
        Axis titles, safe for plotly.
    caption : str
        Plain text: the answer, then how to read the figure.
    alt : str
        Plain text: what a person sees who cannot see it.
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
    """Write a hover template; it must hold no text from data.

    Names come in by plotly's own references, ``%{meta}`` and ``%{fullData.name}``,
    whose values are not read as templates again.
    """
    return "<br>".join(lines) + "<extra></extra>"


def say_instead(figure, sentence):
    """Put a sentence where there is nothing to draw."""
    words, lines = display_name(sentence).split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 40:
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


def some_rows(n_rows, limit=MAX_POINTS):
    """Return positions of at most `limit` rows, drawn with a fixed seed, ascending."""
    if n_rows <= limit:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(0).choice(n_rows, limit, replace=False))


def thinned(n_points, limit):
    """Return at most `limit` positions, evenly spaced, with both ends."""
    if n_points <= limit:
        return np.arange(n_points)
    return np.unique(np.linspace(0, n_points - 1, limit).round().astype(int))
