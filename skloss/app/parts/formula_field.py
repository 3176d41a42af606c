"""The field for a custom loss, given as a formula."""

from dataclasses import replace

import streamlit as st

from skloss.app import markdown
from skloss.app.session import state
from skloss.app.session.problems import problem_with_formula
from skloss.app.session.question import Question
from skloss.app.session.settings import FORMULA_AT_MOST, Choice, Settings

_OF_COMPARISONS = "formula"
_EXAMPLE = "0.5*(logvar + (y - mu)**2 * exp(-logvar))"
_HELP = (
    "A formula of y, the target, and mu, the prediction. Every other name, such as "
    "logvar, is one more output of the network. It may hold numbers, + - * / **, "
    "abs, cos, exp, log, log_cosh, max, min, relu, sigmoid, sign, sin, softplus, sqrt, "
    "tanh and where(y > mu, a, b)."
)


def field(name: str) -> str:
    """Draw the field, and why its text is not a formula; return the text if it is.

    Parameters
    ----------
    name : str
        Name of the setting.

    Returns
    -------
    str
        Empty without a valid formula.
    """
    state.setting(name, "")
    text = st.text_input(
        "Custom loss, as a formula",
        max_chars=FORMULA_AT_MOST,
        placeholder=_EXAMPLE,
        help=_HELP,
        key=state.widget_key(name),
        persist_state="session",
    ).strip()
    problem = problem_with_formula(text) if text else ""
    if problem:
        st.warning(markdown.escape(problem, 400))
    return "" if problem else text


def choices(question: Question) -> tuple[Choice, ...]:
    """Draw the field of a comparison; return its choice, if there is one.

    Parameters
    ----------
    question : Question

    Returns
    -------
    tuple of Choice
    """
    if not question.task.has_numbers:
        return ()
    text = field(_OF_COMPARISONS)
    return (Choice.of_formula(text),) if text else ()


def apply(question: Question, settings: Settings) -> None:
    """Set the field to the formula of settings that come from a link or a file.

    Settings without any loss leave it as it is.

    Parameters
    ----------
    question : Question
    settings : Settings
    """
    texts = [choice.formula for choice in settings.choices if choice.formula]
    if question.task.has_numbers and settings.choices:
        state.change_setting(_OF_COMPARISONS, texts[0] if texts else "")


def use(text: str) -> None:
    """Make a formula the custom loss of the next comparison.

    Parameters
    ----------
    text : str
    """
    state.change_setting(_OF_COMPARISONS, text)
    # A link waits until the settings are drawn, and would replace the formula.
    waiting = state.pop_settings_from_url()
    if waiting is not None:
        others = tuple(choice for choice in waiting.choices if not choice.formula)
        if others:
            others = (*others, Choice.of_formula(text))
        state.show_settings(replace(waiting, choices=others))
