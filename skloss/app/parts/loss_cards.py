"""What each loss is: formula, what it estimates, when to use it, and its parameters."""

from typing import Any

import numpy as np
import streamlit as st

import skloss
from skloss import wording
from skloss.app import markdown
from skloss.app.session import links, state
from skloss.figures.moving import Control

# Points of the grid by the number of sliders of a loss: the browser interpolates
# between them, and a few thousand numbers for each loss are sent at once.
_POINTS = {1: 41, 2: 13, 3: 7}


def setting_of(name: str, parameter: str) -> str:
    """Return the name of the setting of a parameter."""
    return f"explore.{name}.{parameter}"


def learned_parameters(loss_class: Any) -> list[str]:
    """Return the parameters that are learned from the data by default."""
    default = loss_class()
    return [name for name in default.param_ranges if getattr(default, name) is None]


def learned_fields(name: str, loss_class: Any) -> dict[str, float]:
    """Draw a field, which may be empty, for each parameter that is learned by default.

    Parameters
    ----------
    name : str
        Canonical name of the loss.
    loss_class : type

    Returns
    -------
    dict of str to float or None
    """
    ranges, values = loss_class().param_ranges, {}
    for parameter in learned_parameters(loss_class):
        low, high = float(ranges[parameter].low), float(ranges[parameter].high)
        key = setting_of(name, parameter)
        value = state.setting(key, None)
        if value is not None and not low <= value <= high:  # of a link
            state.change_setting(key, links.within(value, low, high))
        values[parameter] = st.number_input(
            _label(name, parameter),
            low,
            high,
            value=None,  # an emptied field is empty, not at its minimum
            step=float(f"{(high - low) / 100:.1g}"),
            placeholder="from the data",
            key=state.widget_key(key),
            persist_state="session",
        )
    return values


def slider_values(name: str, loss_class: Any) -> dict[str, float]:
    """Return the values of the sliders of a loss, within their ranges."""
    default, values = loss_class(), {}
    for parameter, bounds in default.param_ranges.items():
        start = getattr(default, parameter)
        if start is None:
            continue
        key, low, high = setting_of(name, parameter), bounds.low, bounds.high
        value = state.setting(key, float(start))
        if not low <= value <= high:  # of a link
            value = links.within(value, float(low), float(high))
            state.change_setting(key, value)
        values[parameter] = value
    return values


def controls(name: str, loss: Any) -> list[Control]:
    """Return a slider for each number of a loss that is not learned by default.

    Parameters
    ----------
    name : str
    loss : Loss

    Returns
    -------
    list of Control
    """
    learned = learned_parameters(type(loss)) if loss.param_ranges else []
    ranges = {k: v for k, v in loss.param_ranges.items() if k not in learned}
    n_points = _POINTS.get(len(ranges), 5)
    found = []
    for parameter, bounds in ranges.items():
        low, high = float(bounds.low), float(bounds.high)
        spaced = np.geomspace if bounds.log and low > 0 else np.linspace
        grid = spaced(low, high, n_points)
        found.append(
            Control(
                setting_of(name, parameter),
                _label(name, parameter),
                grid,
                float(getattr(loss, parameter)),
                float(f"{(high - low) / 200:.1g}"),
            )
        )
    return found


def _label(name: str, parameter: str) -> str:
    title = wording.capitalized(wording.title_of(name))
    return f"{title}: {parameter.replace('_', ' ')}"


def card(name: str, loss: Any) -> None:
    """Show the record of a loss.

    Parameters
    ----------
    name : str
    loss : Loss
    """
    with st.container(border=True):
        st.markdown(f"**{wording.capitalized(wording.title_of(name))}** `{name}`")
        if loss.formula:
            st.latex(loss.formula)
        facts = {
            "Predicts": str(loss.functional),
            "Noise model": loss.noise_model,
            "Use it when": loss.use_when,
            "Proper": "yes" if loss.is_proper else "no",
            "Reference": loss.reference,
        }
        st.markdown(
            "\n".join(
                f"- {label}: {markdown.escape(fact, 400)}"
                for label, fact in facts.items()
                if fact
            )
        )
        st.code(code(name, loss))


def code(name: str, loss: Any) -> str:
    """Return the Python that makes a loss.

    Parameters
    ----------
    name : str
    loss : Loss

    Returns
    -------
    str
    """
    if name in skloss.list_losses():
        return f"get_loss({name!r}{_arguments(loss)})"
    return f"losses.{loss!r}"


def _arguments(loss: Any) -> str:
    """Return the parameters that differ from the defaults, as they are typed."""
    defaults = type(loss)().get_params(deep=False)
    changed = {
        key: value
        for key, value in loss.get_params(deep=False).items()
        if value != defaults[key]
    }
    return "".join(f", {key}={value!r}" for key, value in changed.items())
