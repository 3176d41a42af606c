"""The form with the settings of a comparison, built from the records of the losses."""

from typing import Any

import streamlit as st

import skloss
from skloss import wording
from skloss.app import markdown
from skloss.app.parts import formula_field, loss_choice
from skloss.app.session import state
from skloss.app.session.question import Question
from skloss.app.session.settings import EPOCHS, FOLDS, NETWORKS, SEED, Choice, Settings

_DEFAULTS = Settings()


def settings_form(question: Question) -> Settings:
    """Draw the settings and return their values. Nothing is computed here."""
    choices = _losses(question) + formula_field.choices(question)
    contenders = loss_choice.contenders()
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
    if question.design:
        st.caption(question.design)
    with st.expander("Advanced"):
        epochs = _number(
            "epochs",
            "Maximum epochs",
            EPOCHS,
            "Training stops earlier when the validation loss stops improving.",
        )
        seed = _number(
            "seed",
            "Seed",
            SEED,
            "The same seed gives the same folds, initial weights and results.",
        )
    return Settings(choices, network, folds, epochs, seed, contenders)


def _number(name: str, label: str, bounds: tuple[int, int], about: str) -> int:
    """Draw the field of a whole number of the settings."""
    state.setting(name, getattr(_DEFAULTS, name))
    key = state.widget_key(name)
    return st.number_input(label, *bounds, key=key, persist_state="session", help=about)


def _losses(question: Question) -> tuple[Choice, ...]:
    """Draw the picker of losses with their parameters, and return the choices."""
    _apply_url(question)
    names = loss_choice.losses(question)
    return tuple(Choice(name, _parameters(question, name)) for name in names)


def _parameters(question: Question, name: str) -> tuple[tuple[str, float], ...]:
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
        for parameter, bounds in question.parameter_ranges(name).items():
            key, default = f"param.{name}.{parameter}", defaults[parameter]
            # The range includes the default, even if that suits targets of another
            # size.
            known = [] if default is None else [float(default)]
            low, high = min([bounds.low, *known]), max([bounds.high, *known])
            former = state.setting(key, default)
            if former is not None and not low <= former <= high:  # of another target
                state.change_setting(key, default)
            unit = _unit_of(question, loss, parameter)
            value = st.number_input(
                parameter.replace("_", " ").capitalize(),
                min_value=float(low),
                max_value=float(high),
                value=None,  # an emptied field is empty, not at its minimum
                step=_step(bounds),
                format="%.6g",
                placeholder="from the data" if default is None else f"{default:g}",
                key=state.widget_key(key),
                persist_state="session",
                help=f"Between {low:g} and {high:g}{unit}.",
            )
            if value is not None and value != defaults[parameter]:
                changed.append((parameter, value))
    return tuple(changed)


def _apply_url(question: Question) -> None:
    """Set the widgets to the settings of a link, as far as they are valid here."""
    settings = state.pop_settings_from_url()
    if settings is None:
        return
    formula_field.apply(question, settings)
    known = [choice for choice in settings.choices if question.takes(choice)]
    choices = [choice for choice in known if not choice.formula]
    if known:  # a custom loss alone leaves out all others
        loss_choice.choose(question, [choice.name for choice in choices])
    for choice in choices:
        ranges = question.parameter_ranges(choice.name)
        for parameter, value in choice.params:
            if parameter in ranges:
                low, high = ranges[parameter].low, ranges[parameter].high
                value = min(max(value, float(low)), float(high))
                state.change_setting(f"param.{choice.name}.{parameter}", value)
    for name in ("network", "folds", "epochs", "seed"):
        state.change_setting(name, getattr(settings, name))
    state.change_setting("contenders", list(settings.contenders))


def _unit_of(question: Question, loss: Any, parameter: str) -> str:
    """Return the unit of a parameter for its help, if it has one."""
    if parameter not in loss.unit_params:
        return ""
    return f" {question.unit}" if question.unit else " in units of the target"


def _step(bounds: Any) -> float:
    """Return a step that crosses the range in about a hundred clicks."""
    if bounds.log:  # a hundred equal steps would skip most of a logarithmic range
        return float(f"{max(bounds.low, 1e-3):.1g}")
    return float(f"{(bounds.high - bounds.low) / 100:.1g}")


def _summary(loss: Any) -> str:
    return (type(loss).__doc__ or "").strip().partition("\n")[0]
