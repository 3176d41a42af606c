"""Pickers whose value is kept across pages and checked against each comparison."""

from typing import Any

import streamlit as st

from skloss import report, wording
from skloss.app import markdown
from skloss.app.session import state
from skloss.app.session.question import Question


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


def feature_picker(comparison: Any, key: str) -> Any:
    """Draw the picker of a feature, strongest first, and return the feature's name.

    Parameters
    ----------
    comparison : Comparison
    key : str

    Returns
    -------
    object
        A column of ``comparison.X``, or None if the losses give no probabilities.
    """
    effects = report.feature_effects(comparison)
    if effects.empty:
        st.caption("None of these losses gives probabilities to draw.")
        return None
    return picker(
        "Feature, strongest first",
        list(effects.index),
        key,
        format_func=lambda name: (
            f"{wording.display_name(name, 40)} ({effects[name]:.0%})"
        ),
        help="In brackets: the share of the variance of the predictions that the "
        "feature alone accounts for.",
    )


def output_picker(question: Question, key: str) -> int | None:
    """Draw the picker of one of several targets, and return its place.

    Parameters
    ----------
    question : Question
    key : str

    Returns
    -------
    int or None
        None if there is one target.
    """
    if question.has_one_target:
        return None
    return picker(
        "Target",
        list(range(len(question.targets))),
        key,
        format_func=lambda place: wording.display_name(question.targets[place], 40),
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
