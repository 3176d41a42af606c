"""What each loss is: formula, what it estimates, when to use it, and its parameters."""

from typing import Any

import streamlit as st

from skloss import wording
from skloss.app import markdown
from skloss.app.session import links, state
from skloss.app.theorems.theorem import slider


def parameters(name: str, loss_class: Any) -> Any:
    """Draw a control for each numeric parameter of a loss, and return the loss.

    A parameter that is learned from the data by default has a field that may be empty.

    Parameters
    ----------
    name : str
        Canonical name of the loss.
    loss_class : type

    Returns
    -------
    Loss
    """
    default = loss_class()
    values = {}
    for parameter, bounds in default.param_ranges.items():
        start = getattr(default, parameter)
        low, high = float(bounds.low), float(bounds.high)
        title = wording.capitalized(wording.title_of(name))
        label = f"{title}: {parameter.replace('_', ' ')}"
        key = f"explore.{name}.{parameter}"
        if start is None:
            value = state.setting(key, None)
            if value is not None and not low <= value <= high:  # of a link
                state.change_setting(key, links.within(value, low, high))
            values[parameter] = st.number_input(
                label,
                low,
                high,
                step=float(f"{(high - low) / 100:.1g}"),
                placeholder="from the data",
                key=state.widget_key(key),
                persist_state="session",
            )
        else:
            step = float(f"{(high - low) / 200:.1g}")
            values[parameter] = slider(label, key, low, high, float(start), step)
    return loss_class(**values)


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
        st.code(f"get_loss({name!r}{_arguments(loss)})")


def _arguments(loss: Any) -> str:
    """Return the parameters that differ from the defaults, as they are typed."""
    defaults = type(loss)().get_params(deep=False)
    changed = {
        key: value
        for key, value in loss.get_params(deep=False).items()
        if value != defaults[key]
    }
    return "".join(f", {key}={value!r}" for key, value in changed.items())
