"""Figures that follow controls: their numbers, sampled on a grid of the controls.

A page sends the whole grid to the browser, which interpolates between its points while
a control is moved; no formula leaves the package.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Control", "Move", "MovingFigure", "Readout", "sampled"]

# Four digits draw the same pixels as sixteen and are a fraction of the message.
_DIGITS = 4
# Room above the curves as they are first drawn, into which they can move.
_HEADROOM = 0.25


@dataclass(frozen=True)
class Control:
    """A number that the reader changes, and the values at which it was sampled.

    Parameters
    ----------
    name : str
        Unique in the figure.
    label : str
        Plain text.
    grid : ndarray of shape (n_values,)
        Ascending.
    value : float
        The first value.
    step : float or None
        Between two positions of the slider; None stops at the values of the grid alone.

    Examples
    --------
    >>> from skloss.figures.moving import Control
    >>> Control("delta", "Delta", [1.0, 2.0], 1.5).value
    1.5
    """

    name: str
    label: str
    grid: Any
    value: float
    step: float | None = None


@dataclass(frozen=True)
class Move:
    """How one trace of a figure follows some of the controls.

    Parameters
    ----------
    controls : tuple of int
        Places of the controls that it depends on.
    y : ndarray of shape (*n_values, n_points)
        Heights at each point of the grid of these controls.
    x : ndarray of shape (*n_values, n_points) or None
        Positions, if they move as well.

    Examples
    --------
    >>> from skloss.figures.moving import Move
    >>> Move((0,), [[0.0, 1.0], [0.0, 2.0]]).controls
    (0,)
    """

    controls: tuple
    y: Any
    x: Any = None


@dataclass(frozen=True)
class Readout:
    """A number next to the figure that follows some of the controls.

    Parameters
    ----------
    label : str
        Plain text.
    controls : tuple of int
    values : ndarray of shape (*n_values,)
        NaN is written as a dash, and infinity as its sign.

    Examples
    --------
    >>> from skloss.figures.moving import Readout
    >>> Readout("Recall", (0,), [0.5, 1.0]).label
    'Recall'
    """

    label: str
    controls: tuple
    values: Any


@dataclass(frozen=True)
class MovingFigure:
    """A figure as it is drawn first, and what moves in it.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure of lines, markers and vertical bars; with the texts of all figures.
    controls : list of Control
    moves : dict of int to Move
        By the place of the trace; other traces stay.
    readouts : list of Readout

    Examples
    --------
    >>> from skloss.figures import theory
    >>> from skloss.figures.moving import MovingFigure
    >>> moving = MovingFigure(theory.divergences([0.5, 0.5], [0.9, 0.1]), [])
    >>> moving.message()["title"]
    'How far apart are P and Q?'
    """

    figure: Any
    controls: list
    moves: dict = field(default_factory=dict)
    readouts: list = field(default_factory=list)

    def message(self):
        """Return the figure and its grid as what JSON can hold.

        Returns
        -------
        dict

        Examples
        --------
        >>> from skloss.figures import theory
        >>> from skloss.figures.moving import Control, Move, MovingFigure
        >>> figure = theory.divergences([0.5, 0.5], [0.9, 0.1])
        >>> share = Control("q", "Share of the first outcome", [0.5, 0.9], 0.9)
        >>> move = Move((0,), [[0.5, 0.5], [0.9, 0.1]])
        >>> message = MovingFigure(figure, [share], {1: move}).message()
        >>> message["traces"][1]["y"]
        [0.5, 0.5, 0.9, 0.1]
        """
        layout = self.figure.layout
        traces = [
            _trace(trace, self.moves.get(place))
            for place, trace in enumerate(self.figure.data)
        ]
        return {
            "title": layout.title.text,
            "subtitle": layout.title.subtitle.text or "",
            "alt": layout.meta["alt"],
            "x": _axis(layout.xaxis, [t.x for t in self.figure.data], 0),
            "y": _axis(layout.yaxis, [t.y for t in self.figure.data], _HEADROOM),
            "traces": traces,
            "controls": [
                {
                    "label": control.label,
                    "grid": _numbers(control.grid),
                    "value": float(control.value),
                    "step": control.step,
                }
                for control in self.controls
            ],
            "readouts": [
                {
                    "label": readout.label,
                    "controls": list(readout.controls),
                    "values": _numbers(readout.values),
                }
                for readout in self.readouts
            ],
        }


def sampled(controls, draw):
    """Return what a function draws at each point of the grid of some controls.

    Parameters
    ----------
    controls : list of Control
    draw : callable
        Takes a value of each control, and returns numbers of one shape.

    Returns
    -------
    ndarray of shape (*n_values, ...)

    Examples
    --------
    >>> from skloss.figures.moving import Control, sampled
    >>> scale = Control("scale", "Scale", [1.0, 2.0], 1.0)
    >>> sampled([scale], lambda scale: [0.0, scale]).tolist()
    [[0.0, 1.0], [0.0, 2.0]]
    """
    grids = [np.asarray(control.grid, dtype=float) for control in controls]
    drawn = [np.asarray(draw(*map(float, at))) for at in itertools.product(*grids)]
    return np.reshape(drawn, [*map(len, grids), *drawn[0].shape])


def _trace(trace, move):
    """Return one trace with its heights at every point of the grid."""
    line, marker = trace.to_plotly_json().get("line", {}), trace.marker
    color = line.get("color") or marker.color
    mode = "bars" if trace.type == "bar" else trace.mode
    tick = mode == "markers" and str(marker.symbol or "").startswith("line-ns")
    return {
        "kind": "ticks" if tick else mode,
        "name": trace.name or "",
        "legend": trace.showlegend is not False and bool(trace.name),
        "color": color,
        "dash": line.get("dash") or "solid",
        "width": line.get("width") or 2,
        "x": _numbers(trace.x if move is None or move.x is None else move.x),
        "y": _numbers(trace.y if move is None else move.y),
        "n": len(trace.x),
        "movesX": move is not None and move.x is not None,
        "controls": [] if move is None else list(move.controls),
    }


def _axis(axis, values, headroom):
    """Return title, range and kind of an axis; a range from the values if it has none.

    The ends of a logarithmic axis are logarithms, as plotly has them.
    """
    parts = [np.empty(0), *(np.asarray(part, dtype=float) for part in values)]
    known = np.concatenate(parts)
    known = known[np.isfinite(known)]
    span = axis.range
    if span is None:
        low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
        width = (high - low) or 1.0
        span = low - 0.03 * width, high + (0.03 + headroom) * width
    return {
        "title": axis.title.text,
        "range": [float(end) for end in span],
        "log": axis.type == "log",
    }


def _numbers(values):
    """Return numbers with a few significant digits in one list.

    JSON has no infinity, which becomes a text; what is missing becomes None.
    """
    flat = np.asarray(values, dtype=float).ravel()
    return [
        float(f"{value:.{_DIGITS}g}")
        if np.isfinite(value)
        else (None if np.isnan(value) else "∞" if value > 0 else "-∞")
        for value in flat
    ]
