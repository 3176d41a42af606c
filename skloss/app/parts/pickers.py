"""Pickers whose value is kept across pages and checked against each comparison."""

from typing import Any

import streamlit as st

from skloss.app import markdown
from skloss.app.session import state


def loss_picker(comparison: Any, key: str) -> str:
    """Draw the picker of one of the compared losses and return its label.

    Parameters
    ----------
    comparison : Comparison
    key : str

    Returns
    -------
    str
    """
    # A loss that was stopped before its first epoch has no predictions to look at.
    labels = comparison.predictions["loss"].unique().tolist()
    _replace_if_unknown(key, labels)
    return st.pills(
        "Loss",
        labels,
        required=True,
        wrap=True,
        format_func=markdown.loss_title,
        key=state.widget_key(key),
        persist_state="session",
    )


def picker(title: str, options: list[Any], key: str, **keywords: Any) -> Any:
    """Draw a select box and return its value.

    Parameters
    ----------
    title : str
    options : list
    key : str
    **keywords
        Passed on to `st.selectbox`.

    Returns
    -------
    object
        One of ``options``.
    """
    _replace_if_unknown(key, options)
    return st.selectbox(
        title, options, key=state.widget_key(key), persist_state="session", **keywords
    )


def _replace_if_unknown(key: str, options: list[Any]) -> None:
    """Choose the first option if the kept one belongs to another comparison."""
    if state.setting(key, options[0]) not in options:
        state.change_setting(key, options[0])
