"""The form with the settings of a comparison, built from the records of the losses."""

from typing import Any

import streamlit as st

import skloss
from skloss import wording
from skloss.app import markdown
from skloss.app.session import state
from skloss.app.session.question import Question
from skloss.app.session.settings import EPOCHS, FOLDS, NETWORKS, SEED, Choice, Settings

_DEFAULTS = Settings()


def settings_form(question: Question) -> Settings:
    """Draw the settings and return their values. Nothing is computed here."""
    choices = _losses(question)
    state.setting("network", _DEFAULTS.network)
    network = st.selectbox(
        "Network",
        list(NETWORKS),
        format_func=lambda name: NETWORKS[name][0],
        key=state.widget_key("network"),
        persist_state="session",
        help="A larger network can fit finer structure and takes longer to train. "
        "The linear model is the fastest.",
    )
    state.setting("folds", _DEFAULTS.folds)
    folds = st.slider(
        "Folds",
        *FOLDS,
        key=state.widget_key("folds"),
        persist_state="session",
        help="Each row is predicted once, by a model that was not trained on it. "
        "With more folds each model is trained on more rows, and training takes "
        "longer.",
    )
    with st.expander("Advanced"):
        state.setting("epochs", _DEFAULTS.epochs)
        epochs = st.number_input(
            "Maximum epochs",
            *EPOCHS,
            key=state.widget_key("epochs"),
            persist_state="session",
            help="Training stops earlier when the validation loss stops improving.",
        )
        state.setting("seed", _DEFAULTS.seed)
        seed = st.number_input(
            "Seed",
            *SEED,
            key=state.widget_key("seed"),
            persist_state="session",
            help="The same seed gives the same folds, initial weights and results.",
        )
    return Settings(choices, network, folds, epochs, seed)


def _losses(question: Question) -> tuple[Choice, ...]:
    """Draw the picker of losses with their parameters, and return the choices."""
    available = question.losses
    key = f"loss.{question.task}"
    _adopt_url(available, key)
    defaults = [name for name in question.task.default_losses if name in available]
    chosen = state.setting(key, defaults or available[:2])
    if not set(chosen) <= set(available):  # another target may support fewer losses
        state.change_setting(key, [name for name in chosen if name in available])
    names = st.pills(
        "Losses",
        available,
        selection_mode="multi",
        wrap=True,
        format_func=wording.title_of,
        key=state.widget_key(key),
        persist_state="session",
        help="A loss measures how bad a wrong prediction is. Select two or more to "
        "compare them.",
    )
    return tuple(Choice(name, _parameters(name)) for name in names)


def _parameters(name: str) -> tuple[tuple[str, float], ...]:
    """Draw the parameters of a loss and return those that differ from its defaults."""
    loss = skloss.get_loss(name)
    defaults = loss.get_params()
    if not loss.param_ranges:
        return ()
    changed = []
    with st.expander(
        wording.capitalized(wording.title_of(name)), icon=":material/tune:"
    ):
        st.caption(markdown.escape(_summary(loss), 300))
        for parameter, bounds in loss.param_ranges.items():
            key = f"param.{name}.{parameter}"
            state.setting(key, defaults[parameter])
            value = st.number_input(
                parameter.replace("_", " ").capitalize(),
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


def _adopt_url(available: list[str], key: str) -> None:
    """Set the widgets to the settings of a link, as far as they are valid here."""
    settings = state.pop_settings_from_url()
    if settings is None:
        return
    choices = [choice for choice in settings.choices if choice.name in available]
    if choices:
        state.change_setting(key, [choice.name for choice in choices])
    for choice in choices:
        ranges = skloss.get_loss(choice.name).param_ranges
        for parameter, value in choice.params:
            if parameter in ranges:
                low, high = ranges[parameter].low, ranges[parameter].high
                value = min(max(value, float(low)), float(high))
                state.change_setting(f"param.{choice.name}.{parameter}", value)
    for name in ("network", "folds", "epochs", "seed"):
        state.change_setting(name, getattr(settings, name))


def _step(bounds: Any) -> float:
    """Return a step that crosses the range in about a hundred clicks."""
    if bounds.log:  # a hundred equal steps would skip most of a logarithmic range
        return float(f"{max(bounds.low, 1e-3):.1g}")
    return float(f"{(bounds.high - bounds.low) / 100:.1g}")


def _summary(loss: Any) -> str:
    return (type(loss).__doc__ or "").strip().partition("\n")[0]
