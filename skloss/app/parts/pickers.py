"""Pickers whose value is kept across pages and checked against each comparison."""

from typing import Any

import streamlit as st

from skloss import report, wording
from skloss.app import markdown
from skloss.app.session import derived, state
from skloss.app.session.question import Question
from skloss.figures import target_names
from skloss.figures.fit_bands import banded_losses


def loss_picker(comparison: Any, key: str, start: str = "") -> str:
    """Draw the picker of one of the compared losses and return its label.

    Parameters
    ----------
    comparison : Comparison
    key : str
    start : str, default=""
        Label of the loss that is chosen at first; the first loss if there is none.

    Returns
    -------
    str
    """
    # A loss that was stopped before its first epoch has no predictions to look at.
    labels = comparison.predictions["loss"].unique().tolist()
    _replace_if_unknown(key, labels, start)
    return st.pills(
        "Loss",
        labels,
        required=True,
        wrap=True,
        format_func=markdown.loss_title,
        key=state.widget_key(key),
        persist_state="session",
    )


def feature_picker(
    comparison: Any, key: str, label: Any = None, output: int | None = None
) -> Any:
    """Draw the picker of a feature, strongest first, and return the feature's name.

    Parameters
    ----------
    comparison : Comparison
    key : str
    label : object, default=None
        The class or label whose probability is drawn.
    output : int, default=None
        Place of one of several targets.

    Returns
    -------
    object
        A column of ``comparison.X``, or None if the losses give no probabilities.
    """
    effects = derived.remembered(
        comparison,
        f"effects-{label}-{output}",
        lambda: report.feature_effects(comparison, label, output),
    )
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


def class_picker(comparison: Any, key: str) -> Any:
    """Draw the picker of a class or a label, the rarest first, and return it.

    Parameters
    ----------
    comparison : Comparison
    key : str

    Returns
    -------
    object
        As in `Comparison.classes`.
    """
    shares = report.class_shares(comparison)
    kind = target_names.kind_of_class(comparison)
    plural = {"class": "classes", "label": "labels"}[kind]

    def named(label: Any) -> str:
        name = target_names.name_of_class(comparison, label)
        return f"{wording.shorten(name, 60)}, {shares[label]:.1%} of rows"

    return picker(
        f"{kind.capitalize()} of interest",
        list(shares.index),
        key,
        format_func=named,
        help=f"The {plural} are listed from the rarest to the most frequent.",
    )


def coverage_picker(comparison: Any, key: str) -> float:
    """Draw the picker of the probability of intervals, if a loss predicts any.

    Parameters
    ----------
    comparison : Comparison
    key : str

    Returns
    -------
    float
        0 for none.
    """
    if not (comparison.task.has_numbers and banded_losses(comparison)):
        return 0.0
    return picker(
        "Bands",
        [0.8, 0.5, 0.95, 0.0],
        key,
        format_func=lambda share: f"{share:.0%} intervals" if share else "none",
        help="For losses that predict a spread or several quantiles.",
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


def _replace_if_unknown(key: str, options: list[Any], start: Any = None) -> None:
    """Choose an option if none is kept, or one that belongs to another comparison."""
    if start not in options:
        start = options[0]
    if state.setting(key, start) not in options:
        state.change_setting(key, start)
