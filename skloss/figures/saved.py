"""A figure from a file of this package."""

import plotly.graph_objects as go

__all__ = ["read_figure"]


def read_figure(content):
    """Return the figure that was written by its ``to_plotly_json`` or ``to_json``.

    Parameters
    ----------
    content : dict
        Read from JSON, of a file that is trusted.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> import json
    >>> from skloss.figures import read_figure
    >>> read_figure(json.loads('{"data": [], "layout": {}}')).data
    ()
    """
    return go.Figure(content)
