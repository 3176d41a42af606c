"""The numbers that a figure shows, as a table."""

import html

import numpy as np
import pandas as pd

from skloss.figures.canvas import evenly_spaced
from skloss.wording import count

__all__ = ["table_of"]

# More rows than a person reads; of longer series, points at even steps.
_ROWS_AT_MOST = 500
_MISSING = {"x": "horizontal", "y": "vertical"}


def table_of(figure):
    """Return the numbers of a figure as a table, for readers who cannot see it.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure of `skloss.figures`.

    Returns
    -------
    pandas.DataFrame
        Of a heat map, its cells. Otherwise a column for each series if all have the
        same places on the horizontal axis, else one row for each point. Long series
        are thinned at even steps.

    Examples
    --------
    >>> import plotly.graph_objects as go
    >>> from skloss.figures.as_table import table_of
    >>> lines = [go.Scatter(x=[1, 2], y=[3, 4], name=name) for name in "ab"]
    >>> figure = go.Figure(lines, layout={"xaxis": {"title": {"text": "epoch"}}})
    >>> table_of(figure).to_dict("list")
    {'epoch': [1, 2], 'a': [3, 4], 'b': [3, 4]}
    """
    heat = [trace for trace in figure.data if trace.type == "heatmap"]
    if heat:
        return _of_cells(figure, heat[0])
    series = [_series(figure, trace, k) for k, trace in enumerate(figure.data)]
    series = [each for each in series if each is not None]
    if not series:
        return pd.DataFrame()
    x, y = _title(figure, "x"), _title(figure, "y")
    if all(_lies(trace) for trace in figure.data):
        x, y = y, x
    first = series[0][1]
    names = [name for name, _, _ in series]
    is_wide = len(set(names)) == len(names) and x not in names
    if is_wide and all(_are_equal(first, places) for _, places, _ in series):
        columns = {name: values for name, _, values in series}
        return _thinned(pd.DataFrame({x: first} | columns))
    if len({places.dtype.kind for _, places, _ in series}) > 1:  # numbers and names
        series = [(name, _as_text(places), values) for name, places, values in series]
    is_named = [values.dtype.kind == "U" for _, _, values in series]
    has_bars = any(trace.type == "bar" for trace in figure.data)
    parts = []
    for (name, places, values), named in zip(series, is_named, strict=True):
        part = pd.DataFrame({"series": name, x: places, y: values})
        # The two ends of a line across all names; bars have values of their own.
        if any(is_named) and not named and not has_bars:
            part = part.assign(**{y: ""}).drop_duplicates()
        parts.append(_thinned(part, _ROWS_AT_MOST // len(series)))
    return pd.concat(parts, ignore_index=True)


def _of_cells(figure, heat):
    """Return the cells of a heat map, a row for each of its rows."""
    z = np.asarray(heat.z)
    shown = z if heat.text is None else np.asarray(heat.text)
    rows, columns = _names(heat, 0), _names(heat, 1)
    index = pd.Index(rows, name=_title(figure, "y"))
    table = pd.DataFrame(shown, index=index).set_axis(list(columns), axis=1)
    table = table.loc[:, ~table.columns.duplicated()]
    return _thinned(table.iloc[:, :_ROWS_AT_MOST].reset_index())


def _names(heat, axis):
    """Return the names of the rows (axis 0) or columns (axis 1) of a heat map.

    Cells that are placed by number begin their texts under the pointer with both names.
    """
    places = (heat.y, heat.x)[axis]
    if places is None:
        return list(range(np.shape(heat.z)[axis]))
    if heat.customdata is not None and np.ndim(heat.customdata) == 3:
        texts = np.asarray(heat.customdata)
        named = [_plain(name) for name in np.take(texts, 0, 1 - axis)[:, axis]]
        if len(set(named)) == len(named):
            return named
    return [_plain(name) for name in places]


def _series(figure, trace, place):
    """Return the name, places and values of a trace, or None if it holds no points."""
    if trace.x is None or trace.y is None or len(trace.x) != len(trace.y):
        return None
    name = _plain(trace.name) if trace.name else count(place + 1, "line").split()[0]
    axes = (trace.x, trace.y)
    axes = axes[::-1] if _lies(trace) else axes
    places, values = (
        np.asarray([_plain(v) if isinstance(v, str) else v for v in axis])
        for axis in axes
    )
    return name, places, values


def _lies(trace):
    """Return whether a trace has bars that lie: their places are on the y axis."""
    return trace.type == "bar" and trace.orientation == "h"


def _title(figure, axis):
    title = figure.layout[f"{axis}axis"].title.text
    # Small panels have no room for titles; their words are in the meta data.
    title = title or (figure.layout.meta or {}).get(axis)
    return _plain(title) if title else _MISSING[axis]


def _plain(text):
    """Undo the escapes of `plot_text`, as a table shows text as it is."""
    return html.unescape(str(text))


def _as_text(places):
    """Return places as text, numbers with four digits."""
    if places.dtype.kind == "f":
        return np.array([f"{place:.4g}" for place in places], dtype=object)
    return places.astype(str).astype(object)


def _are_equal(one, other):
    return len(one) == len(other) and bool((one == other).all())


def _thinned(table, limit=_ROWS_AT_MOST):
    return table.iloc[evenly_spaced(len(table), max(limit, 2))].reset_index(drop=True)
