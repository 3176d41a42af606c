"""The picker of the compared losses: presets, families, and why others are disabled."""

import streamlit as st

from skloss import wording
from skloss.app import markdown
from skloss.app.session import offer, state
from skloss.app.session.question import Question
from skloss.app.session.settings import CONTENDERS

_START = "Start here"
_PRESET, _CONTENDERS = "preset", "contenders"


def losses(question: Question) -> list[str]:
    """Draw the picker and return the names of the chosen losses.

    Parameters
    ----------
    question : Question

    Returns
    -------
    list of str
    """
    _draw_presets(question)
    chosen = []
    for family in offer.families(question):
        key = _key(question, family.title)
        chosen += st.pills(
            family.title,
            family.losses,
            selection_mode="multi",
            wrap=True,
            format_func=wording.title_of,
            key=state.widget_key(key),
            persist_state="session",
            help=family.purpose,
        )
    _draw_excluded(question)
    return _ordered(question, chosen)


def choose(question: Question, names: list[str]) -> None:
    """Set the picker to some losses, before it is drawn; others are left out.

    Parameters
    ----------
    question : Question
    names : list of str
    """
    for family in offer.families(question):
        chosen = [name for name in names if name in family.losses]
        state.change_setting(_key(question, family.title), chosen)


def presets(question: Question) -> dict[str, list[str]]:
    """Return the losses of each preset, by its title.

    Parameters
    ----------
    question : Question

    Returns
    -------
    dict of str to list of str
        First the losses that suit the target; then each family with the first of them,
        which all others are compared with.
    """
    start = question.default_losses or question.losses[:2]
    found = {_START: start}
    for family in offer.families(question):
        names = list(dict.fromkeys([*start[:1], *family.losses]))
        if len(names) > 1:
            found[family.title] = names
    return found


def contenders() -> tuple[str, ...]:
    """Draw the picker of other models and return those chosen."""
    state.setting(_CONTENDERS, [])
    chosen = st.pills(
        "Other models",
        list(CONTENDERS),
        selection_mode="multi",
        wrap=True,
        format_func=CONTENDERS.get,
        key=state.widget_key(_CONTENDERS),
        persist_state="session",
        help="Models of scikit-learn with default parameters, fitted on the same folds "
        "and ranked with the losses. The baselines are computed in any case. Progress "
        "is shown after each fit of such a model, and Stop waits for the fit that is "
        "running.",
    )
    return tuple(name for name in CONTENDERS if name in chosen)


def _draw_presets(question: Question) -> None:
    every = presets(question)
    chosen = []
    for family in offer.families(question):
        key = _key(question, family.title)
        start = [name for name in every[_START] if name in family.losses]
        kept = state.setting(key, start)
        if not set(kept) <= set(family.losses):  # of a target with other values
            kept = [name for name in kept if name in family.losses]
            state.change_setting(key, kept)
        chosen += kept
    fits = (title for title, names in every.items() if set(names) == set(chosen))
    state.change_setting(_PRESET, next(fits, None))
    st.selectbox(
        "Losses to compare",
        list(every),
        placeholder="your own choice",
        key=state.widget_key(_PRESET),
        on_change=_apply_preset,
        args=(question,),
        help="A choice for a purpose. A loss measures how bad a wrong prediction is; "
        "select two or more below to compare them.",
    )


def _apply_preset(question: Question) -> None:
    title = state.widgets()[state.widget_key(_PRESET)]
    if title is not None:
        choose(question, presets(question)[title])


def _draw_excluded(question: Question) -> None:
    """Show the losses that cannot be chosen, with the reason."""
    excluded = offer.excluded_losses(question)
    count = sum(map(len, excluded.values()))
    if not count:
        return
    with st.expander(f"Not for this target ({count})", icon=":material/block:"):
        for place, (reason, names) in enumerate(excluded.items()):
            st.pills(
                markdown.escape(reason, 200),
                names,
                wrap=True,
                format_func=wording.title_of,
                disabled=True,
                key=f"excluded-{place}",
            )


def _key(question: Question, title: str) -> str:
    # Defaults follow the target, and choices of one target are kept for it.
    return f"loss.{question.task}.{'-'.join(question.default_losses)}.{title}"


def _ordered(question: Question, chosen: list[str]) -> list[str]:
    """Return the chosen losses, those of a first comparison first."""
    first = [name for name in question.default_losses if name in chosen]
    return [*first, *(name for name in chosen if name not in first)]
