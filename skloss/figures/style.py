"""One colour, dash and symbol for each loss and each noise model."""

import itertools
import zlib
from dataclasses import dataclass, field

from skloss.figures.text import legend_names
from skloss.tasks import TASKS

#: Okabe and Ito's hues, moved until each has a contrast of at least 3 to 1 against
#: white and against the dark page, and differs from the others for red- and
#: green-blind readers.
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
#: Reference lines and marks that belong to no loss.
NEUTRAL = "#808080"
#: Noise models are not losses: colours that no loss has, chosen by the same rules.
NOISE_COLORS = (
    "#00889a",  # teal
    "#d01848",  # crimson
    "#d08000",  # amber
    "#e050f0",  # magenta
)
NOISE_SYMBOLS = ("circle", "diamond-open", "square-open", "cross-open")


@dataclass(frozen=True)
class LossStyle:
    """Colour, dash and marker symbol of one loss, as plotly names them.

    Parameters
    ----------
    color : str
        Hexadecimal, such as "#2c64be".
    dash : str
        One of plotly's dashes, such as "solid" or "dot".
    symbol : str
        One of plotly's marker symbols, such as "circle".
    name : str, default=""
        The name in legends, escaped for plotly.

    Examples
    --------
    >>> from skloss.figures import LossStyle
    >>> LossStyle("#2c64be", "solid", "circle").line(width=1)
    {'color': '#2c64be', 'dash': 'solid', 'width': 1}
    """

    color: str
    dash: str
    symbol: str
    name: str = field(default="", repr=False)

    def line(self, width=2.0):
        """Return the line of this loss.

        Parameters
        ----------
        width : float
            In pixels.

        Returns
        -------
        dict
            For the argument ``line`` of a plotly trace.

        Examples
        --------
        >>> from skloss.figures import loss_styles
        >>> loss_styles(["huber"])["huber"].line()["width"]
        2.0
        """
        return {"color": self.color, "dash": self.dash, "width": width}

    def marker(self, size=7, opacity=1.0):
        """Return the markers of this loss.

        Parameters
        ----------
        size : float
            In pixels.
        opacity : float
            Between 0 and 1.

        Returns
        -------
        dict
            For the argument ``marker`` of a plotly trace.

        Examples
        --------
        >>> from skloss.figures import loss_styles
        >>> loss_styles(["squared_error"])["squared_error"].marker()["symbol"]
        'circle'
        """
        return {
            "color": self.color,
            "symbol": self.symbol,
            "size": size,
            "opacity": opacity,
        }

    def area(self, opacity=0.15):
        """Return the colour of an area that belongs to this loss.

        Parameters
        ----------
        opacity : float
            Between 0 and 1.

        Returns
        -------
        str
            For the argument ``fillcolor`` of a plotly trace.

        Examples
        --------
        >>> from skloss.figures import LossStyle
        >>> LossStyle("#2c64be", "solid", "circle").area()
        'rgba(44, 100, 190, 0.15)'
        """
        red, green, blue = (int(self.color[k : k + 2], 16) for k in (1, 3, 5))
        return f"rgba({red}, {green}, {blue}, {opacity:g})"


def loss_styles(labels):
    """Return the colour, dash and symbol of each loss, the same in every comparison.

    A loss has a colour of its own by its name. Where two losses with one colour meet,
    the default losses of a task and then the first ones keep theirs, as long as any
    colour is free.

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
    >>> from skloss.figures import loss_styles
    >>> styles = loss_styles(["huber", "absolute_error"])
    >>> styles["absolute_error"]
    LossStyle(color='#f85800', dash='dash', symbol='square')
    """
    labels = list(dict.fromkeys(labels))
    wanted = {label: _own_place(label, k) for k, label in enumerate(labels)}
    places = {}
    for label in sorted(labels, key=lambda label: _base(label) not in _DEFAULTS):
        places[label] = _first_free(wanted[label], set(places.values()))
    names = legend_names(labels)
    return {
        label: LossStyle(
            COLORS[places[label] % len(COLORS)],
            DASHES[places[label] % len(DASHES)],
            SYMBOLS[places[label] % len(SYMBOLS)],
            names[label],
        )
        for label in labels
    }


#: Places of the losses that are compared by default: in their order.
_DEFAULTS = {
    name: place for task in TASKS for place, name in enumerate(task.default_losses)
}


def _base(label):
    """Return the name in a label such as huber(delta=2)."""
    return str(label).partition("(")[0]


def _own_place(label, place):
    """Return the place of a name on every page, and of a number that in the list."""
    if not isinstance(label, str):
        return place
    name = _base(label)
    return _DEFAULTS.get(name, zlib.crc32(name.encode()) % len(COLORS))


def _first_free(wanted, taken):
    """Return the first place that is not taken, all colours before a second dash."""
    size = len(COLORS)
    for cycle in itertools.count(wanted // size):
        for step in range(size):
            place = cycle * size + (wanted + step) % size
            if place not in taken:
                return place


def styles_of(comparison):
    """Return the styles of all losses of a comparison, drawn or not."""
    return loss_styles(comparison.folds["loss"])


def noise_styles(names):
    """Return the style of each noise model by its place among those that are drawn."""
    return {
        name: LossStyle(
            NOISE_COLORS[place % len(NOISE_COLORS)],
            DASHES[place % len(DASHES)],
            NOISE_SYMBOLS[place % len(NOISE_SYMBOLS)],
        )
        for place, name in enumerate(names)
    }
