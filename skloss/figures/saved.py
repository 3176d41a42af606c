"""A figure from a file of this package."""

import base64

import numpy as np
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
    return go.Figure(_with_arrays(content))


def _with_arrays(content):
    """Return content whose arrays, which plotly writes as base64, are arrays again."""
    if isinstance(content, dict):
        if "bdata" in content:
            values = np.frombuffer(base64.b64decode(content["bdata"]), content["dtype"])
            shape = str(content.get("shape", len(values)))
            return values.reshape([int(size) for size in shape.split(",")])
        return {key: _with_arrays(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_with_arrays(value) for value in content]
    return content
