"""The distributions of the target and of the columns of a table."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from skloss import figures
from skloss.app.parts import frame, pickers
from skloss.app.session import state
from skloss.app.session.question import Question
from skloss.figures.column_distributions import PANELS_AT_MOST
from skloss.wording import display_name

# Figures of a large table take a quarter of a second to make.
_KEPT_AT_MOST = 8


def target(question: Question) -> None:
    """Draw the distribution of the target, or of one of several.

    Parameters
    ----------
    question : Question
        With rows whose target is known.
    """
    y = question.split[1]
    place = None
    if question.task.has_numbers:
        place = pickers.output_picker(question, "distribution-output")
    chosen = y if place is None else y.iloc[:, place]
    drawn = _kept(
        ("target", question.key, place),
        lambda: figures.target_distribution(chosen, question.task, question.unit),
    )
    frame.figure(drawn, key="target-distribution")


@st.fragment
def columns(question: Question) -> None:
    """Draw the distributions of the other columns, some at a time.

    Parameters
    ----------
    question : Question
    """
    names = [name for name in question.table.frame if name not in question.targets]
    if not names:
        return
    starts = list(range(0, len(names), PANELS_AT_MOST))
    start = 0
    if len(starts) > 1:
        start = pickers.picker(
            "Columns to draw",
            starts,
            "distribution-columns",
            format_func=lambda place: _span(names, place),
        )
    chosen = names[start : start + PANELS_AT_MOST]
    drawn = _kept(
        ("columns", question.key, start),
        lambda: figures.column_distributions(
            question.table.frame[names], question.roles, chosen
        ),
    )
    frame.figure(drawn, key="column-distributions")


def _span(names: list[Any], start: int) -> str:
    """Return the numbers of some columns, with the first and the last name."""
    part = names[start : start + PANELS_AT_MOST]
    ends = " to ".join(display_name(name, 20) for name in (part[0], part[-1]))
    return f"{start + 1:,} to {start + len(part):,}: {ends}"


def _kept(key: tuple[Any, ...], draw: Callable[[], Any]) -> Any:
    """Return a figure of this session, drawn when it is first needed."""
    kept = state.cache("distributions")
    if key not in kept:
        kept[key] = draw()
        for oldest in list(kept)[:-_KEPT_AT_MOST]:
            del kept[oldest]
    return kept[key]
