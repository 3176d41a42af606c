"""Settings of a comparison of embeddings: what rows are matched by, and the losses."""

from typing import Any

import streamlit as st

import skloss
from skloss import wording
from skloss.app import markdown
from skloss.app.session import proposals, state
from skloss.app.session.question import Question
from skloss.app.session.settings import Choice
from skloss.app.session.work import EmbeddingSettings
from skloss.tasks import as_task

_LABELS, _VIEWS = "Classes of a column", "Two groups of columns"
_DEFAULTS = {
    "embedding": ["triplet", "info_nce"],
    "pairs": ["symmetric_cross_entropy", "info_nce"],
}
# Parameters that are explained below, each of which several losses share.
_EXPLAINED = {
    "margin": (
        "Margin",
        "How much farther away a row of another class must be than one of the same "
        "class. Rows beyond it do not move any more.",
    ),
    "temperature": (
        "Temperature",
        "Low: only the closest rows without a match are pushed away. High: all of them "
        "are pushed, each a little.",
    ),
}


def draw(question: Question) -> tuple[Question, EmbeddingSettings, str]:
    """Draw the settings and return them.

    Parameters
    ----------
    question : Question

    Returns
    -------
    question : Question
        Its target holds the classes that rows are matched by, unless two groups of
        columns are compared.
    settings : EmbeddingSettings
    problem : str
        Why they cannot be compared; empty if they can.
    """
    views, problem = (), ""
    labels = _labels(question)
    if _has_views(question, labels):
        views, problem = _views(question)
    elif len(labels) > 1 or labels[0] != question.target:
        question = _labelled(question, _label(labels))
    choices, dimension = _losses("pairs" if views else "embedding")
    if not choices:
        problem = "Select at least one loss."
    return question, EmbeddingSettings(choices, dimension, views), problem


def _labels(question: Question) -> list[str]:
    """Return the columns whose classes rows can be matched by, the target first."""
    roles = question.roles
    are_classes = (roles["type"] == "category") & (roles["role"] == "feature")
    others = [name for name in roles.index[are_classes] if name != question.target]
    return [question.target, *others] if question.task.has_classes else others


def _has_views(question: Question, labels: list[str]) -> bool:
    """Let the reader choose what rows are matched by; numbers are not classes."""
    if not labels:
        st.info(
            "No column has classes that rows could be matched by. Match two groups of "
            "columns, or give a column the type category on the page Data."
        )
        return True
    state.setting("embedding.by", _LABELS if question.task.has_classes else _VIEWS)
    chosen = st.radio(
        "Rows belong together by",
        [_LABELS, _VIEWS],
        horizontal=True,
        key=state.widget_key("embedding.by"),
        persist_state="session",
        help="By classes, rows of one class are placed close together. By two groups "
        "of columns, each row is described twice, and both descriptions of a row are "
        "placed close together, without the target.",
    )
    return chosen == _VIEWS


def _label(labels: list[str]) -> str:
    """Let the reader choose the column of classes."""
    if state.setting("embedding.label", labels[0]) not in labels:
        state.change_setting("embedding.label", labels[0])
    return st.selectbox(
        "Column of classes",
        labels,
        format_func=lambda name: wording.display_name(name, 40),
        key=state.widget_key("embedding.label"),
        persist_state="session",
        help="Rows with the same value are placed close together. The other columns "
        "are the features.",
    )


def _labelled(question: Question, label: str) -> Question:
    """Return the question of another target; roles that were edited are kept."""
    if label == question.target:
        return question
    kept = state.cache("labelled")
    if (question.key, label) not in kept:
        loaded = question.table
        proposal, proposed = proposals.propose(loaded.frame, label)
        changed = proposals.changed_roles(state.proposed_roles(), question.roles)
        roles = proposals.with_roles(proposed, label, changed)
        task = proposal.task if proposal.task.has_classes else as_task("multiclass")
        kept.clear()  # one is on the page at a time
        kept[question.key, label] = Question.of(loaded, label, task, roles)
    return kept[question.key, label]


def _views(question: Question) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Let the reader divide the features in two groups."""
    try:
        names = [str(name) for name in question.split[0].columns]
    except ValueError as error:
        return ((), ()), str(error)
    if len(names) < 2:
        return ((), ()), "Two groups of columns require at least two features."
    half = (len(names) + 1) // 2
    former = state.setting("embedding.second", names[half:])
    if not set(former) <= set(names):
        state.change_setting("embedding.second", names[half:])
    second = st.multiselect(
        "Columns of the second group",
        names,
        format_func=lambda name: wording.display_name(name, 40),
        key=state.widget_key("embedding.second"),
        persist_state="session",
        help="The other features are the first group. A row should find its own second "
        "group among those of all rows.",
    )
    first = [name for name in names if name not in second]
    shown = [markdown.escape(wording.display_name(name, 40)) for name in first]
    st.caption(f"First group: {wording.join(shown) if shown else 'empty'}.")
    if not first or not second:
        return ((), ()), "Leave at least one column in each group."
    return (tuple(first), tuple(second)), ""


def _losses(task: str) -> tuple[tuple[Choice, ...], int]:
    """Draw losses, their shared parameters and the size of the embedding."""
    names = st.pills(
        "Losses",
        skloss.list_losses(task),
        default=_DEFAULTS[task],
        selection_mode="multi",
        wrap=True,
        format_func=wording.title_of,
        key=state.widget_key(f"{task}.losses"),
        persist_state="session",
    )
    classes = {name: skloss.get_loss(name) for name in names}
    used = [p for p in _EXPLAINED if any(p in c.get_params() for c in classes.values())]
    *places, last = st.columns(len(used) + 1)
    values = {}
    for parameter, place in zip(used, places, strict=True):
        with place:
            values[parameter] = _shared(task, parameter, classes)
    with last:
        dimension = st.slider(
            "Dimensions of the embedding",
            min_value=2,
            max_value=16,
            value=4,
            help="With two, the picture shows all of it; more keep rows apart more "
            "easily.",
            key=state.widget_key("embedding.dimension"),
            persist_state="session",
        )
    choices = tuple(
        Choice(
            name,
            tuple(
                (parameter, value)
                for parameter, value in values.items()
                if classes[name].get_params().get(parameter, value) != value
            ),
        )
        for name in names
    )
    return choices, dimension


def _shared(task: str, parameter: str, classes: dict[str, Any]) -> float:
    """Draw the slider of a parameter that some of the losses have."""
    users = [n for n, loss in classes.items() if parameter in loss.get_params()]
    first = classes[users[0]]
    bounds = first.param_ranges[parameter]
    title, explained = _EXPLAINED[parameter]
    return st.slider(
        f"{title} of {wording.join([wording.title_of(n) for n in users])}",
        min_value=max(float(bounds.low), 0.01),
        max_value=min(float(bounds.high), 2.0),
        value=float(first.get_params()[parameter]),
        step=0.01,
        help=explained,
        key=state.widget_key(f"{task}.{parameter}"),
        persist_state="session",
    )
