"""The settings of a comparison, built from what each loss says about itself."""

from typing import Any

import streamlit as st

import skloss
from skloss import wording
from skloss.app import findings, text
from skloss.app.session import state
from skloss.app.session.question import Question
from skloss.app.session.settings import EPOCHS, FOLDS, NETWORKS, SEED, Choice, Settings

# What the first click compares: the defaults that people know, and one that behaves
# differently. Whatever is not there for a task is left out.
_FIRST_CHOICE = {
    "regression": ("squared_error", "absolute_error", "huber", "gaussian_nll"),
    "classification": ("cross_entropy", "focal"),
}


def settings_form(question: Question) -> Settings:
    """Draw the settings and return what they say. Nothing is computed here."""
    kind = "regression" if question.task == "regression" else "classification"
    available = question.losses
    key = f"loss.{question.task}"
    _take_over_address(available, key)
    first = [name for name in _FIRST_CHOICE[kind] if name in available]
    chosen = state.setting(key, first or available[:2])
    if not set(chosen) <= set(available):  # another target, other losses
        state.change_setting(key, [name for name in chosen if name in available])
    names = st.pills(
        "Losses",
        available,
        selection_mode="multi",
        wrap=True,
        format_func=wording.title_of,
        key=state.widget_key(key),
        persist_state="session",
        help="What a wrong prediction costs. Pick two or more to compare.",
    )
    choices = tuple(Choice(name, _parameters(name)) for name in names)
    state.setting("network", "64-64")
    network = st.selectbox(
        "Network",
        list(NETWORKS),
        format_func=lambda name: NETWORKS[name][0],
        key=state.widget_key("network"),
        persist_state="session",
        help="A larger network follows finer structure and takes longer. "
        "The linear model has one best fit and takes a moment.",
    )
    state.setting("folds", 5)
    folds = st.slider(
        "Folds",
        *FOLDS,
        key=state.widget_key("folds"),
        persist_state="session",
        help="Every row is predicted once by a model that has not seen it. "
        "More folds train on more of the table and take longer.",
    )
    with st.expander("Advanced"):
        state.setting("epochs", 200)
        epochs = st.number_input(
            "Epochs at most",
            *EPOCHS,
            key=state.widget_key("epochs"),
            persist_state="session",
            help="Training ends earlier when held-out rows stop improving.",
        )
        state.setting("seed", 0)
        seed = st.number_input(
            "Seed",
            *SEED,
            key=state.widget_key("seed"),
            persist_state="session",
            help="Same seed, same folds, same initial weights, same numbers.",
        )
    return Settings(choices, network, folds, epochs, seed)


def loss_of(comparison: Any, key: str) -> str:
    """Draw the choice of one of the compared losses and return its label."""
    labels = list(comparison.table.index)
    _keep_if_there(key, labels)
    return st.pills(
        "Loss",
        labels,
        required=True,
        wrap=True,
        format_func=findings.name_of,
        key=state.widget_key(key),
        persist_state="session",
    )


def one_of(title: str, options: list[Any], key: str, **how: Any) -> Any:
    """Draw a choice that stays across pages, and return it."""
    _keep_if_there(key, options)
    return st.selectbox(
        title, options, key=state.widget_key(key), persist_state="session", **how
    )


def _keep_if_there(key: str, options: list[Any]) -> None:
    """Take the first option where the kept one is of another comparison."""
    if state.setting(key, options[0]) not in options:
        state.change_setting(key, options[0])


def _parameters(name: str) -> tuple[tuple[str, float], ...]:
    """Draw the parameters of a loss and return those that differ from its own."""
    loss = skloss.get_loss(name)
    defaults = loss.get_params()
    if not loss.param_ranges:
        return ()
    changed = []
    with st.expander(wording.title_of(name).capitalize(), icon=":material/tune:"):
        st.caption(text.escape(_one_line(loss), 300))
        for parameter, bounds in loss.param_ranges.items():
            key = f"param.{name}.{parameter}"
            state.setting(key, defaults[parameter])
            value = st.number_input(
                f"{parameter} of {wording.title_of(name)}",
                min_value=float(bounds.low),
                max_value=float(bounds.high),
                step=_step(bounds),
                format="%.6g",
                placeholder="from the data",
                key=state.widget_key(key),
                persist_state="session",
                help=f"Between {bounds.low:g} and {bounds.high:g}.",
            )
            if value is not None and value != defaults[parameter]:
                changed.append((parameter, value))
    return tuple(changed)


def _take_over_address(available: list[str], key: str) -> None:
    """Give the widgets what a link says, as far as it makes sense here."""
    asked = state.pop_settings_from_url()
    if asked is None:
        return
    choices = [choice for choice in asked.choices if choice.name in available]
    if choices:
        state.change_setting(key, [choice.name for choice in choices])
    for choice in choices:
        ranges = skloss.get_loss(choice.name).param_ranges
        for parameter, value in choice.params:
            if parameter in ranges:
                low, high = ranges[parameter].low, ranges[parameter].high
                value = min(max(value, float(low)), float(high))
                state.change_setting(f"param.{choice.name}.{parameter}", value)
    state.change_setting("network", asked.network)
    state.change_setting("folds", asked.folds)
    state.change_setting("epochs", asked.epochs)
    state.change_setting("seed", asked.seed)


def _step(bounds: Any) -> float:
    """Return a step that crosses the range in about a hundred clicks."""
    if bounds.log:
        return float(f"{max(bounds.low, 1e-3):.1g}")
    return float(f"{(bounds.high - bounds.low) / 100:.1g}")


def _one_line(loss: Any) -> str:
    return (type(loss).__doc__ or "").strip().partition("\n")[0]
