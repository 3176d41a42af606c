"""The comparison of embeddings on a page: losses, start button, progress, result."""

from typing import Any

import streamlit as st

import skloss
from skloss import wording
from skloss.app import markdown
from skloss.app.parts import comparison_panel
from skloss.app.session import state, work
from skloss.app.session.jobs import Job, QueueFullError
from skloss.app.session.question import Question
from skloss.app.session.settings import Choice
from skloss.app.session.work import EmbeddingSettings

_KEPT_AT_MOST = 6
_TASK = "embedding"
_DEFAULTS = ["triplet", "info_nce"]
# Parameters that are explained below, each of which several losses share.
_EXPLAINED = {
    "margin": (
        "Margin",
        "How much farther away a row of another class must be than one of the same "
        "class. Rows beyond it do not move any more.",
    ),
    "temperature": (
        "Temperature",
        "Low: only the closest rows of other classes are pushed away. High: all are, "
        "a little.",
    ),
}


def need_result(question: Question) -> Any:
    """Draw settings and progress; return the comparison, or end the page without one.

    Parameters
    ----------
    question : Question
        Its target has classes.

    Returns
    -------
    Comparison
    """
    settings = _settings()
    kept = state.cache("embeddings")
    key = question.key, settings
    job = kept.get(key)
    running = job is not None and not job.finished
    problem = "" if settings.choices else "Select at least one loss."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Comparing…" if running else "Compare embeddings",
            type="primary",
            icon=":material/play_arrow:",
            disabled=running or bool(problem),
            key="start-embeddings",
            on_click=_start,
            args=(question, settings),
        )
    if problem:
        st.warning(problem)
        st.stop()
    with st.container():  # drawn even if empty, so that the rest keeps its place
        if running:
            _watch(job)
        elif job is not None and job.error:
            st.warning(markdown.escape(job.error, 400))
    if job is None or job.result is None or job.result.predictions.empty:
        if not running:
            st.info(
                "Nothing has been compared yet. Press Compare embeddings to start: "
                "every loss is trained with the same folds and "
                "batches, and scored on held-out rows."
            )
        st.stop()
    return job.result


def baselines(comparison: Any) -> Any:
    """Return the scores of the baselines, or None if they were stopped.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    DataFrame or None
    """
    return None if comparison.baseline_folds is None else comparison.references()


def row_picker(comparison: Any, loss: str) -> int:
    """Draw the picker of a held-out row of the first fold, and return its position.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    int
    """
    rows = comparison.predictions
    rows = rows[rows["loss"] == loss]
    own = rows[rows["fold"] == rows["fold"].iloc[0]]
    options = own["row"].tolist()
    labels = dict(zip(options, own["y_true"].map(str), strict=True))
    former = state.setting("embedding-row", options[0])
    if former not in options:
        state.change_setting("embedding-row", options[0])
    return st.selectbox(
        "Row",
        options,
        key=state.widget_key("embedding-row"),
        persist_state="session",
        format_func=lambda row: f"{row + 1}: {wording.display_name(labels[row], 40)}",
    )


def _settings() -> EmbeddingSettings:
    """Draw losses, their shared parameters and the size of the embedding."""
    names = st.pills(
        "Losses",
        skloss.list_losses(_TASK),
        default=_DEFAULTS,
        selection_mode="multi",
        wrap=True,
        format_func=wording.title_of,
        key=state.widget_key("embedding.losses"),
        persist_state="session",
    )
    classes = {name: skloss.get_loss(name) for name in names}
    values = {}
    left, middle, right = st.columns(3)
    places = {"margin": left, "temperature": middle}
    for parameter, (title, explained) in _EXPLAINED.items():
        users = [n for n, loss in classes.items() if parameter in loss.get_params()]
        if not users:
            continue
        bounds = classes[users[0]].param_ranges[parameter]
        with places[parameter]:
            values[parameter] = st.slider(
                f"{title} of {wording.join([wording.title_of(n) for n in users])}",
                min_value=max(float(bounds.low), 0.01),
                max_value=min(float(bounds.high), 2.0),
                value=float(classes[users[0]].get_params()[parameter]),
                step=0.01,
                help=explained,
                key=state.widget_key(f"embedding.{parameter}"),
                persist_state="session",
            )
    with right:
        dimension = st.slider(
            "Dimensions of the embedding",
            min_value=2,
            max_value=16,
            value=4,
            help="With two, the picture shows all of it; more keep classes apart more "
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
    return EmbeddingSettings(choices, dimension)


def _start(question: Question, settings: EmbeddingSettings) -> None:
    run = work.embedding_work(question, settings)
    job = Job(lambda on_epoch: run(on_epoch, job.should_stop))
    try:
        state.end_with_session(job.start())
    except QueueFullError as error:
        st.toast(str(error))
        return
    kept = state.cache("embeddings")
    kept[question.key, settings] = job
    for oldest in list(kept)[:-_KEPT_AT_MOST]:
        del kept[oldest]


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    if job.finished:
        st.rerun()
    comparison_panel.progress_bar(job, "Stops the training.", "-embeddings")
