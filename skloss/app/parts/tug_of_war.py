"""The tug of war: rows pull on one prediction, which the reader drags."""

from typing import Any

import numpy as np
import streamlit as st

from skloss import wording
from skloss.app.parts.components import component

_HTML = """
<div class="tug">
  <label><span class="name"></span>: <output></output>
    <input type="range">
  </label>
  <div class="buttons"></div>
  <div class="panels"></div>
</div>
"""
# Four digits draw the same pixels as sixteen and are a fraction of the message.
_DIGITS = 4


def show(losses: dict[str, Any], y: np.ndarray, target: str, colors: dict) -> None:
    """Draw the tug of war of some losses over the values of a target.

    Parameters
    ----------
    losses : dict of str to Loss
        By name; those without such a picture are left out.
    y : ndarray of shape (n_rows,)
    target : str
        Name of the target; untrusted.
    colors : dict of str to str
        Colour of each loss.
    """
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.losses.tug_of_war import has_tug_of_war, tug_of_war

    tugs = {
        name: tug_of_war(loss, y)
        for name, loss in losses.items()
        if has_tug_of_war(loss)
    }
    if not tugs:
        st.caption("None of the selected losses has a single prediction to pull on.")
        return
    first = next(iter(tugs.values()))
    data = {
        "label": f"Prediction of {wording.display_name(target, 40)} for every row",
        "prediction": _short(first.prediction),
        "losses": [
            {
                "title": wording.title_of(name),
                "color": colors[name],
                "functional": str(losses[name].functional),
                "y": _short(tug.y),
                "pull": _short(tug.pull),
                "left": _short(tug.left),
                "right": _short(tug.right),
                "rest": tug.rest,
            }
            for name, tug in tugs.items()
        ],
    }
    component("tug_of_war", _HTML)(data=data, key="tug-of-war")


def _short(values: np.ndarray) -> list:
    """Return numbers with a few significant digits, as nested lists."""
    flat = [float(f"{value:.{_DIGITS}g}") for value in values.ravel()]
    return np.reshape(flat, values.shape).tolist()
